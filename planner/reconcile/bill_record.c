#include "bill_record.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_FIELDS = 4096 };

struct bill_reader {
    struct line_input *in;
    struct arena arena; /* of the header */
    struct bill_record header;
    char *text; /* of the record */
    size_t bytes, room;
    char *field[MOST_FIELDS];
};

static enum err_code append(struct bill_reader *r, struct str line, struct err *e)
{
    size_t wanted = r->bytes + line.n + 2;
    if (wanted > LINE_MAX_BYTES)
        return err_set(e, ERR_INPUT, "a record is over %d bytes", LINE_MAX_BYTES);
    if (wanted > r->room) {
        size_t room = wanted * 2;
        char *text = realloc(r->text, room);
        if (!text) return err_set(e, ERR_INTERNAL, "out of memory");
        r->text = text;
        r->room = room;
    }
    if (line.n) memcpy(r->text + r->bytes, line.p, line.n);
    r->bytes += line.n;
    r->text[r->bytes] = '\0';
    return OK;
}

static bool is_odd(struct str line)
{
    bool odd = false;
    for (const char *p = line.p; (p = memchr(p, '"', (size_t)(line.p + line.n - p)));
         p++)
        odd = !odd;
    return odd;
}

/* Lines up to where every quote has its other one. */
static enum err_code gather(struct bill_reader *r, bool *more, int64_t *line_number,
                            struct err *e)
{
    struct str line;
    bool last = false, too_long = false, open = false;
    r->bytes = 0;
    *more = false;
    while (line_input_next(r->in, &line, &last, &too_long)) {
        if (too_long)
            return err_set(e, ERR_INPUT, "a line is over %d bytes", LINE_MAX_BYTES);
        if (!*more && line.n == 0) continue; /* a blank line */
        if (!*more) *line_number = line_input_number(r->in);
        if (*more && append(r, str_of("\n"), e)) return e->code;
        if (append(r, line, e)) return e->code;
        *more = true;
        if (is_odd(line)) open = !open;
        if (!open) return OK;
    }
    if (line_input_damage(r->in))
        return err_set(e, ERR_INPUT, "%s", line_input_damage(r->in));
    if (open) return err_set(e, ERR_INPUT, "a quote does not end");
    return OK;
}

/* A quoted field: its text without quotes, in place; `*p` is left behind it. */
static bool unquote(char **p)
{
    char *from = *p + 1, *to = *p;
    for (;; from++) {
        if (*from == '\0') return false;
        if (*from == '"' && from[1] != '"') break;
        if (*from == '"') from++;
        *to++ = *from;
    }
    char after = from[1];
    *to = '\0';
    *p = from + 1;
    return after == ',' || after == '\0';
}

static enum err_code split(struct bill_reader *r, size_t *count, struct err *e)
{
    char *p = r->text;
    for (*count = 0;;) {
        if (*count == MOST_FIELDS)
            return err_set(e, ERR_INPUT, "more than %d fields", MOST_FIELDS);
        r->field[(*count)++] = p;
        if (*p == '"') {
            if (!unquote(&p)) return err_set(e, ERR_INPUT, "text behind a quote");
        } else {
            p += strcspn(p, ",");
        }
        if (*p == '\0') return OK;
        *p++ = '\0';
    }
}

enum err_code bill_reader_next(struct bill_reader *r, struct bill_record *out,
                               bool *more, struct err *e)
{
    size_t count = 0;
    out->line = line_input_number(r->in) + 1;
    if (gather(r, more, &out->line, e) || (*more && split(r, &count, e)))
        return err_wrap(e, "%lld: ", (long long)out->line);
    out->field = r->field;
    out->count = count;
    if (line_input_damage(r->in)) /* the last line is not whole */
        return err_set(e, ERR_INPUT, " %s", line_input_damage(r->in));
    if (*more && r->header.count && count != r->header.count)
        return err_set(e, ERR_INPUT, "%lld: %zu fields, the header has %zu",
                       (long long)out->line, count, r->header.count);
    return OK;
}

static void keep_header(struct bill_reader *r, struct bill_record first)
{
    r->header = first;
    r->header.field = ARENA_NEW(&r->arena, char *, first.count);
    for (size_t i = 0; i < first.count; i++) {
        const char *text = first.field[i];
        if (i == 0 && strncmp(text, "\xEF\xBB\xBF", 3) == 0) text += 3;
        r->header.field[i] = arena_text(&r->arena, text);
    }
}

enum err_code bill_reader_open(struct bill_reader **out, const char *path,
                               struct err *e)
{
    struct bill_reader *r = calloc(1, sizeof *r);
    struct bill_record first = { 0 };
    bool more = false;
    if (!r) return err_set(e, ERR_INTERNAL, "out of memory");
    if (line_input_open(&r->in, path, e)) {
        free(r);
        return e->code;
    }
    struct str head = line_input_peek(r->in);
    if (head.n >= 4 && memcmp(head.p, "PAR1", 4) == 0)
        err_set(e, ERR_INPUT,
                "%s is Parquet: 'bedplan help reconcile' has the duckdb command that "
                "makes a CSV of it",
                path);
    else if (bill_reader_next(r, &first, &more, e))
        err_wrap(e, "%s:", path);
    else if (!more)
        err_set(e, ERR_INPUT, "%s: it is empty", path);
    if (e->code) {
        bill_reader_close(r);
        return e->code;
    }
    keep_header(r, first);
    *out = r;
    return OK;
}

void bill_reader_close(struct bill_reader *r)
{
    if (!r) return;
    line_input_close(r->in);
    arena_clear(&r->arena);
    free(r->text);
    free(r);
}

const struct bill_record *bill_reader_header(const struct bill_reader *r)
{
    return &r->header;
}

int bill_reader_column(const struct bill_reader *r, const char *name)
{
    for (size_t i = 0; i < r->header.count; i++)
        if (strcmp(r->header.field[i], name) == 0) return (int)i;
    return -1;
}
