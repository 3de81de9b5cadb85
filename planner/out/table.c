#include "table.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "table_private.h"

void table_init(struct table *t, const char *title, const struct table_column *column,
                size_t columns, struct arena *a)
{
    *t = (struct table){
        .title = title, .column = column, .columns = columns, .arena = a
    };
}

const char **table_row(struct table *t)
{
    /* Two arrays share one capacity. */
    size_t rows = t->capacity, dims = t->capacity;
    t->row = arena_grow(t->arena, t->row, &rows, t->rows + 1, sizeof *t->row);
    t->dim = arena_grow(t->arena, t->dim, &dims, t->rows + 1, sizeof *t->dim);
    t->capacity = rows;
    t->row[t->rows] = ARENA_NEW(t->arena, const char *, t->columns);
    return t->row[t->rows++];
}

void table_note(struct table *t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    assert(n >= 0);
    char *text = arena_alloc(t->arena, (size_t)n + 1, 1);
    va_start(ap, fmt);
    vsnprintf(text, (size_t)n + 1, fmt, ap);
    va_end(ap);
    t->note =
        arena_grow(t->arena, t->note, &t->note_capacity, t->notes + 1, sizeof *t->note);
    t->note[t->notes++] = text;
}

const char *table_plain(const char *cell, struct arena *a)
{
    char *out = arena_text(a, cell), *to = out;
    for (const char *p = cell; *p; p++) {
        bool mark = *p == ',' && p > cell && isdigit((unsigned char)p[-1]) &&
                    strspn(p + 1, "0123456789") == 3;
        if (!mark) *to++ = *p;
    }
    *to = '\0';
    return out;
}

/* One line without control characters: names come from other people's files. */
static void put_clean(const char *text, const char *escaped, FILE *f)
{
    for (const char *p = text; *p; p++) {
        if (strchr(escaped, *p)) fputc('\\', f);
        fputc((unsigned char)*p < ' ' || *p == 0x7f ? ' ' : *p, f);
    }
}

static void put_csv(const char *text, FILE *f)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, f);
        return;
    }
    fputc('"', f);
    for (const char *p = text; *p; p++) {
        if (*p == '"') fputc('"', f);
        fputc(*p, f);
    }
    fputc('"', f);
}

/* csv or tsv: keys, then every column of every row; an unknown cell is empty. */
static void print_separated(const struct table *t, bool tabs, FILE *f)
{
    for (size_t i = 0; i <= t->rows; i++) {
        for (size_t c = 0; c < t->columns; c++) {
            const char *cell = i ? t->row[i - 1][c] : t->column[c].key;
            if (!cell) cell = "";
            if (i && t->column[c].align == RIGHT) cell = table_plain(cell, t->arena);
            if (c) fputc(tabs ? '\t' : ',', f);
            if (tabs) {
                put_clean(cell, "", f);
            } else {
                put_csv(cell, f);
            }
        }
        fputc('\n', f);
    }
}

static void print_markdown(const struct table *t, FILE *f)
{
    static const char special[] = "\\|<*`";
    if (t->title) {
        fputs("### ", f);
        put_clean(t->title, special, f);
        fputs("\n\n", f);
    }
    for (size_t i = 0; i < t->rows + 2; i++) {
        for (size_t c = 0; c < t->columns; c++) {
            fputs(c ? " | " : "| ", f);
            if (i == 1) {
                fputs(t->column[c].align == RIGHT ? "---:" : "---", f);
                continue;
            }
            const char *cell = i ? t->row[i - 2][c] : t->column[c].heading;
            put_clean(cell ? cell : "-", special, f);
        }
        fputs(" |\n", f);
    }
    if (t->notes) fputc('\n', f);
    for (size_t i = 0; i < t->notes; i++) {
        fputs("- ", f);
        put_clean(t->note[i], special, f);
        fputc('\n', f);
    }
}

void table_print(const struct table *t, enum table_format format, int width,
                 bool colour, FILE *f)
{
    switch (format) {
    case TABLE_TEXT:
        table_print_text(t, width, colour, f);
        break;
    case TABLE_CSV:
        print_separated(t, false, f);
        break;
    case TABLE_TSV:
        print_separated(t, true, f);
        break;
    case TABLE_MD:
        print_markdown(t, f);
        break;
    }
}
