#include "prompt_samples.h"

#include <string.h>

#include "csv.h"
#include "file.h"
#include "json_scan.h"
#include "json_tape.h"
#include "utf8.h"

enum { MOST_BYTES = 64 << 20, MOST_COLUMNS = 64 };

struct reader {
    struct prompt_samples *out;
    struct arena *arena;
    size_t capacity, line_capacity;
};

static const char **add_row(struct reader *r, int64_t line)
{
    struct prompt_samples *s = r->out;
    s->row = arena_grow(r->arena, s->row, &r->capacity, s->rows + 1, sizeof *s->row);
    s->line =
        arena_grow(r->arena, s->line, &r->line_capacity, s->rows + 1, sizeof *s->line);
    s->line[s->rows] = line;
    return s->row[s->rows++] = ARENA_NEW(r->arena, const char *, MOST_COLUMNS);
}

/* A value as a template would print it. */
static enum err_code value_of(const char **out, struct reader *r,
                              const struct json_tape *t, uint32_t node, struct err *e)
{
    struct str raw = tape_raw(t, node);
    enum tape_type type = t->node[node].type;
    if (type == TAPE_NULL) return OK;
    if (type == TAPE_ARRAY || type == TAPE_OBJECT)
        return err_set(e, ERR_INPUT, "column %u: a value is a text or a number, not %s",
                       t->node[node].at + 1, tape_type_text(type));
    char *p = ARENA_NEW(r->arena, char, raw.n + 1);
    memcpy(p, raw.p, raw.n);
    if (type == TAPE_TEXT && t->node[node].escaped) {
        long n = json_unescape(p, raw);
        if (n < 0 || memchr(p, '\0', (size_t)n))
            return err_set(e, ERR_INPUT, "column %u: a NUL character",
                           t->node[node].at + 1);
        p[n] = '\0';
    }
    *out = p;
    return OK;
}

static enum err_code add_object(struct reader *r, const struct json_tape *t,
                                int64_t line, struct err *e)
{
    struct prompt_samples *s = r->out;
    if (t->node[0].type != TAPE_OBJECT)
        return err_set(e, ERR_INPUT, "%s, want an object of values",
                       tape_type_text(t->node[0].type));
    const char **row = add_row(r, line);
    for (uint32_t i = 1; i < t->node[0].end; i = t->node[i + 1].end) {
        int column = prompt_names_add(&s->column, tape_raw(t, i), r->arena);
        if (column >= MOST_COLUMNS)
            return err_set(e, ERR_INPUT, "more than %d names", MOST_COLUMNS);
        if (value_of(&row[column], r, t, i + 1, e)) return e->code;
    }
    return OK;
}

static enum err_code read_lines(struct reader *r, struct str rest, struct err *e)
{
    struct json_tape t = { .arena = r->arena };
    for (int64_t number = 1; rest.n; number++) {
        struct str line = str_cut(rest, '\n', &rest);
        struct tape_fault bad = { 0 };
        if (!str_trim(line).n) continue;
        if (!json_tape_read(&t, line.p, line.n, &bad))
            return err_set(e, ERR_INPUT, "%s:%lld:%zu: %s", r->out->path,
                           (long long)number, bad.at + 1, bad.what);
        if (add_object(r, &t, number, e))
            return err_wrap(e, "%s:%lld: ", r->out->path, (long long)number);
    }
    return OK;
}

static enum err_code read_csv(struct reader *r, struct str text, struct err *e)
{
    struct csv *c;
    struct csv_row row = { 0 };
    bool more = false;
    if (csv_open(&c, r->out->path, text.p, text.n, r->arena, e)) return e->code;
    const struct csv_row *header = csv_header(c);
    if (header->count > MOST_COLUMNS)
        return err_set(e, ERR_INPUT, "%s: more than %d columns", r->out->path,
                       MOST_COLUMNS);
    for (size_t i = 0; i < header->count; i++)
        prompt_names_add(&r->out->column, str_of(header->field[i]), r->arena);
    for (;;) {
        if (csv_next(c, &row, &more, e)) return e->code;
        if (!more) return OK;
        const char **value = add_row(r, row.line);
        for (size_t i = 0; i < row.count; i++)
            value[i] = row.field[i];
    }
}

enum err_code prompt_samples_parse(struct prompt_samples *out, const char *path,
                                   const char *bytes, size_t size, struct arena *a,
                                   struct err *e)
{
    struct prompt_samples s = { .path = path };
    struct reader r = { &s, a, 0, 0 };
    struct str text = str_without_bom((struct str){ bytes, size });
    size_t bad;
    if (!utf8_valid(text.p, text.n, &bad) || memchr(text.p, '\0', text.n))
        return err_set(e, ERR_INPUT, "%s: bytes that are not text in UTF-8", path);
    struct str trimmed = str_trim(text);
    bool json = trimmed.n && *trimmed.p == '{';
    if (json ? read_lines(&r, text, e) : read_csv(&r, text, e)) return e->code;
    if (!s.rows) return err_set(e, ERR_INPUT, "%s: no sample", path);
    *out = s;
    return OK;
}

enum err_code prompt_samples_read(struct prompt_samples *out, const char *path,
                                  struct arena *a, struct err *e)
{
    char *bytes;
    size_t size;
    if (file_read(&bytes, &size, path, MOST_BYTES, a, e)) return e->code;
    return prompt_samples_parse(out, path, bytes, size, a, e);
}
