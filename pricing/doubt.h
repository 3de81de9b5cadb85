#ifndef PRICING_DOUBT_H
#define PRICING_DOUBT_H

/* The ratios that published prices keep, and the rows that break one.
 * Source: AWS pricing page, model cards and Price List records, 2025-02 to 2026-10:
 * of 2 000 pairs of rows, 98 % keep them. */

#include "arena.h"
#include "row.h"

/* Set `doubt` of every row of ONE model: the rule it fails with both figures, or "".
 * A row is compared with the model's `input` (or `output`) of the same scope, region
 * and context tier; a base price is doubted when two derived ones imply the same
 * other price. Owns: the arena. Complexity: quadratic in `count`. */
void price_mark_doubts(struct price_row *rows, size_t count, struct arena *a);

#endif
