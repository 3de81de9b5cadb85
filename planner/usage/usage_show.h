#ifndef USAGE_SHOW_H
#define USAGE_SHOW_H

/* Imported usage as text for people and as the JSON of the contract. */

#include "app.h"
#include "json.h"
#include "usage_stats.h"

void usage_show_text(struct app *app, const char *name, const struct usage_stats *s);
NODISCARD enum err_code usage_show_json(struct app *app, const char *name,
                                        const struct usage_stats *s, struct err *e);

/* The figures of an open object, all but lists of counts. */
void usage_json_figures(struct json *j, const struct usage_stats *s);

/* One letter of eight heights for each of `count` values, from 0 up to the largest.
 * Owns: the arena. */
const char *usage_sparkline(const double *value, size_t count, struct arena *a);

#endif
