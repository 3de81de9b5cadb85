#ifndef CATALOG_FEED_MERGE_PRIVATE_H
#define CATALOG_FEED_MERGE_PRIVATE_H

/* Laying the overlay over a catalog: one price at a time, so that at most one row of a
 * key is left, with the number of sources that agree and the figures that lost beside
 * it. Only files of this folder include this. */

#include "catalog_db_private.h"
#include "intern.h"
#include "overlay_private.h"

/* One price of the overlay that holds at the date. */
struct merge_row {
    const char *model, *family, *dimension, *context_tier, *scope, *scheme, *kind,
        *commitment, *service, *method, *unit, *region, *item, *sku, *usage_type, *term,
        *unit_published;
    struct usd_rate rate;
    int64_t effective_unix_s;
    int64_t model_id, class_id, region_id, import_id, term_id;
};

/* An import that a row rests on. */
struct merge_source {
    int64_t id, catalog_id; /* of source in the catalog; 0: not made yet */
    const char *name, *text, *code, *kind, *published, *file, *sha256;
    char trust;
};

enum merge_statement {
    FIND_MODEL,
    FIND_ROWS,
    DELETE_ROW,
    ADD_ROW,
    ADD_OTHER,
    COUNT_ROW,
    FIND_UNITS,
    DELETE_UNIT,
    ADD_UNIT,
    DELETE_ITEMS,
    ADD_ITEM,
    ADD_SOURCE,
    FIND_NOTE,
    ADD_NOTE,
    ADD_REGION,
    MERGE_STATEMENTS
};

struct merge {
    struct catalog *catalog;
    sqlite3 *db; /* the catalog's, the overlay attached as `o` */
    struct arena *arena;
    struct merge_source *source;
    size_t source_count;
    sqlite3_stmt *st[MERGE_STATEMENTS];
    int64_t next_price, next_unit, next_note, next_source;
    const char *at; /* the last day that counts: "2026-11-22", or "9999-12-31" */
};

/* `rows` are all of one model, class and region; of each source (price list, map, CSV)
 * those that hold. */
NODISCARD enum err_code merge_group(struct merge *m, const struct merge_row *rows,
                                    size_t count, struct err *e);

/* Models, profiles and quotas that accounts were shown. */
NODISCARD enum err_code merge_facts(struct merge *m, struct err *e);

/* The catalog's number of the source an import is. */
NODISCARD enum err_code merge_source_id(int64_t *out, struct merge *m,
                                        int64_t import_id, struct err *e);
const struct merge_source *merge_source_of(const struct merge *m, int64_t import_id);

/* Bind "t" text, "i" integer, "o" a date that may be unknown, "z" a number that 0
 * stands for none of, in turn, and step once; `row` may be NULL. */
NODISCARD enum err_code merge_step(struct merge *m, enum merge_statement which,
                                   bool *row, struct err *e, const char *types, ...);

#endif
