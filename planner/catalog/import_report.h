#ifndef CATALOG_IMPORT_REPORT_H
#define CATALOG_IMPORT_REPORT_H

/* What imports did, for `catalog import` and `catalog update`. */

#include "app.h"
#include "feed.h"
#include "json.h"

/* One file, with what was skipped. */
void import_print(struct app *app, const struct feed_result *r);

/* Totals and each file's own, as fields of an open object. */
void import_json(struct json *j, const struct feed_result *r, char *const *file,
                 size_t count);

#endif
