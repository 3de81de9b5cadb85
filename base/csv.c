#include "csv.h"

#include <string.h>

#include LIBCSV_HEADER /* <csv.h> would be our own header */

#include "str.h"

/* Repeated header names are looked for by comparing all pairs. */
enum { MAX_COLUMNS = 4096, FIELD_BLOCK_BYTES = 1024 };

struct csv {
    const char *name, *bytes;
    size_t size, at; /* of `bytes` */
    int64_t line;    /* that starts at `at` */
    struct csv_row header;
    struct arena *arena;
};

/* What libcsv's call-backs fill. */
struct reading {
    struct csv *csv;
    struct csv_row row;
    size_t capacity;
    bool ended, after_end;
};

static void on_field(void *text, size_t n, void *data)
{
    struct reading *r = data;
    if (r->ended) r->after_end = true;
    if (r->after_end || r->row.count++ >= MAX_COLUMNS) return;
    struct arena *a = r->csv->arena;
    r->row.field =
        arena_grow(a, r->row.field, &r->capacity, r->row.count, sizeof *r->row.field);
    r->row.field[r->row.count - 1] = arena_text_n(a, text, n);
}

static void on_row(int terminator, void *data)
{
    struct reading *r = data;
    (void)terminator;
    r->ended = true;
}

/* libcsv would strip blanks, which RFC 4180 counts as part of a field. */
static int never_space(unsigned char c)
{
    (void)c;
    return 0;
}

/* To behind the next line feed. */
static struct str next_line(struct csv *c)
{
    const char *start = c->bytes + c->at, *end = c->bytes + c->size;
    const char *feed = memchr(start, '\n', (size_t)(end - start));
    struct str line = { start, (size_t)((feed ? feed + 1 : end) - start) };
    c->at += line.n;
    c->line++;
    return line;
}

static bool is_blank(struct str line)
{
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] != '\r' && line.p[i] != '\n') return false;
    return true;
}

static enum err_code at_line(const struct csv *c, int64_t line, const char *what,
                             struct err *e)
{
    return err_set(e, ERR_INPUT, "%s:%lld: %s", c->name, (long long)line, what);
}

static enum err_code feed_row(struct csv *c, struct csv_parser *parser,
                              struct reading *r, struct str line, struct err *e)
{
    /* by lines, so that one row at most comes back and lines can be counted */
    for (;; line = next_line(c)) {
        if (memchr(line.p, '\0', line.n))
            return at_line(c, c->line - 1, "a NUL byte", e);
        if (csv_parse(parser, line.p, line.n, on_field, on_row, r) != line.n)
            return at_line(c, c->line - 1, "a quote in the wrong place", e);
        if (r->ended || c->at == c->size) break;
    }
    if (csv_fini(parser, on_field, on_row, r))
        return at_line(c, r->row.line, "a quoted field that begins here never ends", e);
    if (r->after_end)
        return at_line(c, r->row.line, "a carriage return without a line feed", e);
    if (r->row.count > MAX_COLUMNS)
        return at_line(c, r->row.line, "more than 4096 columns", e);
    return OK;
}

/* `*more` false when only blank lines are left. */
static enum err_code read_row(struct csv *c, struct csv_row *row, bool *more,
                              struct err *e)
{
    struct str line = { 0 };
    do {
        if (c->at == c->size) {
            *more = false;
            return OK;
        }
        line = next_line(c);
    } while (is_blank(line));

    struct csv_parser parser;
    struct reading r = { .csv = c, .row = { .line = c->line - 1 } };
    /* A parser a row: its buffer is not the arena's and must not outlive an error. */
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_space_func(&parser, never_space);
    csv_set_blk_size(&parser, FIELD_BLOCK_BYTES);
    r.capacity = c->header.count;
    if (r.capacity) r.row.field = ARENA_NEW(c->arena, char *, r.capacity);
    enum err_code code = feed_row(c, &parser, &r, line, e);
    csv_free(&parser);
    if (code) return code;
    *row = r.row;
    *more = true;
    return OK;
}

enum err_code csv_open(struct csv **out, const char *name, const char *bytes,
                       size_t size, struct arena *a, struct err *e)
{
    struct csv *c = ARENA_NEW(a, struct csv, 1);
    bool more = false;
    *c = (struct csv){ arena_text(a, name), bytes, size, 0, 1, { 0 }, a };
    c->at = size - str_without_bom((struct str){ bytes, size }).n; /* of Excel */
    if (read_row(c, &c->header, &more, e)) return e->code;
    if (!more) return at_line(c, c->line, "no header", e);
    for (size_t i = 0; i < c->header.count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(c->header.field[i], c->header.field[k]) == 0)
                return err_set(e, ERR_INPUT, "%s:%lld: column '%.80s' is there twice",
                               name, (long long)c->header.line, c->header.field[i]);
    *out = c;
    return OK;
}

const struct csv_row *csv_header(const struct csv *c)
{
    return &c->header;
}

int csv_column(const struct csv *c, const char *name)
{
    for (size_t i = 0; i < c->header.count; i++)
        if (strcmp(c->header.field[i], name) == 0) return (int)i;
    return -1;
}

enum err_code csv_next(struct csv *c, struct csv_row *row, bool *more, struct err *e)
{
    struct csv_row next = { 0 };
    if (read_row(c, &next, more, e)) return e->code;
    if (!*more) return OK;
    if (next.count != c->header.count)
        return err_set(e, ERR_INPUT, "%s:%lld: %zu fields, but the header has %zu",
                       c->name, (long long)next.line, next.count, c->header.count);
    *row = next;
    return OK;
}

void csv_put(FILE *f, const char *text, char separator)
{
    const char special[] = { '"', '\r', '\n', separator, '\0' };
    size_t n = strlen(text);
    /* blanks at the ends too: many readers strip them */
    bool quoted =
        text[strcspn(text, special)] || (n && (text[0] == ' ' || text[n - 1] == ' '));
    if (!quoted) {
        fputs(text, f);
        return;
    }
    putc('"', f);
    for (; *text; text++) {
        if (*text == '"') putc('"', f);
        putc(*text, f);
    }
    putc('"', f);
}
