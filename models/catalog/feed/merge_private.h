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
    int64_t model_id, class_id, region_id, import_id, term_id, item_id;
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
    FIND_UNIT,
    DELETE_UNIT,
    ADD_UNIT,
    ADD_OTHER_UNIT,
    FIND_ITEM,
    DELETE_ITEM,
    ADD_ITEM,
    ADD_OTHER_ITEM,
    ADD_SOURCE,
    FIND_NOTE,
    ADD_NOTE,
    ADD_REGION,
    MERGE_STATEMENTS
};

/* A source for what an import announces for a day. */
struct merge_part {
    int64_t import_id, from_unix_s, source_id;
};

struct merge {
    struct catalog *catalog;
    sqlite3 *db; /* the catalog's, the overlay attached as `o` */
    struct arena *arena;
    struct merge_source *source;
    size_t source_count;
    struct merge_part *part;
    size_t part_count, part_capacity;
    sqlite3_stmt *st[MERGE_STATEMENTS];
    int64_t next_price, next_unit, next_note, next_source;
    const char *at; /* the last day that counts: "2026-11-22", or "9999-12-31" */
};

/* `rows` are all of one model, class, region and, of services, item; of each source
 * (price list, map, CSV) those that hold. */
NODISCARD enum err_code merge_group(struct merge *m, const struct merge_row *rows,
                                    size_t count, struct err *e);

/* A row of the catalog that is a price of the same thing. */
struct merge_held {
    int64_t id, source_id, agree, disagree;
    const char *scope, *as_of, *source;
    const char *kind, *unit, *region; /* of figures by the hour and of services */
    struct usd_rate rate;
    char trust;
};

/* What one source says of one thing, for one day: all in force, or all announced for
 * `from_unix_s` (DATE_UNKNOWN: in force). The dearest stands for SKUs that compete. */
struct merge_claim {
    const struct merge_row *rows, *dear;
    size_t count;
    bool compete; /* they differ */
    int64_t from_unix_s;
};

/* Model units, reserved capacity, training, storage and services; `key` is the model's,
 * 0 none. */
NODISCARD enum err_code merge_figure(struct merge *m, int64_t key,
                                     const struct merge_claim *c, struct err *e);

int merge_compare_rates(struct usd_rate a, struct usd_rate b);
/* Does what `s` says replace `x`? */
bool merge_beats(const struct merge_source *s, const struct merge_held *x);
/* The day from which a price bills that was published before it; DATE_UNKNOWN else. */
int64_t merge_announced_unix_s(const struct merge *m, const struct merge_row *r);
/* "2 SKUs compete: …"; "" when they do not. */
const char *merge_doubt(const struct merge_claim *c, struct arena *a);
/* The number of the note with the proof of `r`; 0: it has none. */
NODISCARD enum err_code merge_note_id(int64_t *out, struct merge *m,
                                      const struct merge_row *r, const char *doubt,
                                      struct err *e);
/* The source of a claim: the import, or a part of it that is announced. */
NODISCARD enum err_code merge_claim_source(int64_t *out, struct merge *m,
                                           const struct merge_claim *c, struct err *e);
/* A source for one of several SKUs that compete. */
NODISCARD enum err_code merge_sku_source(int64_t *out, struct merge *m,
                                         const struct merge_claim *c, size_t i,
                                         struct err *e);

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
