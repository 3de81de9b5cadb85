/* CSV: rows have the header's width and growing lines; what was read can be written
 * and reads back as the same. */
#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_row(FILE *f, const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (i) putc(',', f);
        csv_put(f, row->field[i], ',');
    }
    /* a lone empty field would be a blank line */
    fputs(row->count == 1 && !row->field[0][0] ? "\"\"\n" : "\n", f);
}

/* The header is h0,h1,…: only the rows are compared. */
static void write_header(FILE *f, size_t columns)
{
    for (size_t i = 0; i < columns; i++)
        fprintf(f, "%sh%zu", i ? "," : "", i);
    putc('\n', f);
}

static bool same(const struct csv_row *a, const struct csv_row *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->field[i], b->field[i]) != 0) return false;
    return true;
}

static void read_again(const struct csv_row *row, struct arena *a)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    struct csv *c = NULL;
    struct csv_row again = { 0 };
    struct err e = { 0 };
    bool more = false;
    write_header(f, row->count);
    write_row(f, row);
    fclose(f);
    assert(csv_open(&c, "again.csv", text, size, a, &e) == OK);
    assert(csv_next(c, &again, &more, &e) == OK && more && same(row, &again));
    assert(csv_next(c, &again, &more, &e) == OK && !more);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    struct csv *c = NULL;
    struct csv_row row = { 0 };
    int64_t line = 0;
    bool more = true;
    if (csv_open(&c, "x.csv", (const char *)data, size, &a, &e) == OK) {
        while (csv_next(c, &row, &more, &e) == OK && more) {
            assert(row.line > line && row.count > 0);
            line = row.line;
            read_again(&row, &a);
        }
    }
    assert(e.code == OK || (e.code == ERR_INPUT && strncmp(e.msg, "x.csv:", 6) == 0));
    arena_clear(&a);
    return 0;
}
