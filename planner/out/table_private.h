#ifndef PLANNER_OUT_TABLE_PRIVATE_H
#define PLANNER_OUT_TABLE_PRIVATE_H

#include "table.h"

void table_print_text(const struct table *t, int width, bool colour, FILE *f);

/* A number without its thousands marks: "1,234 [987, 1,560]" -> "1234 [987, 1560]". */
const char *table_plain(const char *cell, struct arena *a);

#endif
