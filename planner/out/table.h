#ifndef PLANNER_OUT_TABLE_H
#define PLANNER_OUT_TABLE_H

/* One table, five dresses: text that fits the terminal, csv, tsv, Markdown, and the
 * rows' cells for HTML. JSON is written by each command, with its own shape. */

#include <stdbool.h>
#include <stdio.h>

#include "arena.h"

enum table_align { LEFT, RIGHT };

struct table_column {
    const char *key;     /* csv heading, with its unit: "p95_usd" */
    const char *heading; /* text heading: "P95 $" */
    enum table_align align;
    int min_width; /* LEFT columns may be shortened to this (with "…") to fit; 0: never
                    */
    bool droppable; /* may be left out of text when the terminal is narrow (last such
                       first) */
};

struct table {
    const char *title; /* NULL none */
    const struct table_column *column;
    size_t columns;
    const char ***row; /* row[i][column]; NULL cell prints "-" */
    bool *dim;         /* rows set apart (infeasible ones) */
    size_t rows, capacity;
    const char **note; /* lines under the text table */
    size_t notes, note_capacity;
    struct arena *arena;
};

void table_init(struct table *t, const char *title, const struct table_column *column,
                size_t columns, struct arena *a);
/* A new row of NULL cells; fill them. The cells' text is the caller's arena's. */
const char **table_row(struct table *t);
void table_note(struct table *t, const char *fmt, ...) PRINTF(2, 3);

/* `width` columns for text; csv and tsv print keys, cells without thousands marks, and
 * no notes. UTF-8 widths are counted by code point. Colour only when `colour`. */
enum table_format { TABLE_TEXT, TABLE_CSV, TABLE_TSV, TABLE_MD };
void table_print(const struct table *t, enum table_format format, int width,
                 bool colour, FILE *f);

#endif
