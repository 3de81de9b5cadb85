#ifndef CATALOG_FEED_OVERLAY_PRIVATE_H
#define CATALOG_FEED_OVERLAY_PRIVATE_H

/* The user's overlay: what was imported, each import whole and by itself, so that it
 * can be dropped again. Prices are never updated: which import holds at a date is asked
 * when the overlay is laid over a catalog (overlay_merge.c). Only files of this folder
 * include this. */

#include <sqlite3.h>

#include "feed.h"
#include "intern.h"
#include "name_join.h"
#include "usage_class.h"

#define OVERLAY_APPLICATION_ID 0x42504c4f /* "BPLO" */

/* Create or bring up to date. Errors: ERR_DB for a stranger's or a newer file. */
NODISCARD enum err_code overlay_open(sqlite3 **out, const char *path, bool write,
                                     struct err *e);

/* One price of a source, ready to be kept. Texts live as long as the import. */
struct feed_price {
    const char *model; /* id, or "" for services */
    const char *region;
    const char *context_tier;
    struct usage_class class;
    struct usd_rate rate;
    const char *item;            /* of tuning and services */
    const char *usage_type;      /* as published, "" none */
    const char *sku, *rate_code; /* "" none */
    const char *unit_published;
    int64_t effective_unix_s; /* DATE_UNKNOWN: not said */
};

/* An import that is being written. */
struct feed {
    sqlite3 *db;
    struct catalog *catalog; /* what the names are joined with */
    struct name_join *join;
    struct arena *arena;
    struct feed_result *result;
    const struct feed_options *options;
    const char *sha256; /* of the file */
    int64_t import_id;
    struct intern names, classes; /* numbers of rows of `name` and `class` */
    sqlite3_stmt *add_name, *add_class, *add_price;
    struct intern skipped; /* "what\nwhy" */
    int64_t *skips;        /* of each */
    size_t skips_capacity;
    struct feed_known *known; /* prices of earlier imports of this source */
    size_t known_slots, known_count;
};

/* Keep one price, and count it as added, changed or unchanged. */
NODISCARD enum err_code feed_add(struct feed *f, const struct feed_price *p,
                                 struct err *e);

/* `count` records of the same kind were not taken. */
void feed_skip(struct feed *f, const char *what, const char *why, int64_t count);

/* A source that says all there is of its kind in these regions ("*": everywhere):
 * what an earlier import of it says there no longer holds. */
NODISCARD enum err_code feed_covers(struct feed *f, const char *region, struct err *e);

/* What an import is of, once its first lines are read. `published` is a date or a
 * moment; "" when the source has none and the day of import stands for it.
 * Errors: ERR_INPUT when the same or a later publication was imported. */
struct feed_source {
    const char *kind; /* "price-list", "get-products", "models", … */
    const char *code; /* "AmazonBedrock"; "" other kinds */
    const char *id, *text;
    const char *region; /* "*": all or several; NULL: known later */
    const char *version, *published;
    char trust;
};
NODISCARD enum err_code feed_begin(struct feed *f, const struct feed_source *s,
                                   struct err *e);

/* "us-east-1": what the catalog takes as a region. */
bool feed_is_region(const char *region);

/* What only the end of a file tells: its regions. The order of publications is checked
 * for each; then the import gets its lasting name. Errors: ERR_INPUT. */
NODISCARD enum err_code feed_check_order(struct feed *f, const struct feed_source *s,
                                         struct err *e);
NODISCARD enum err_code feed_rename(struct feed *f, const struct feed_source *s,
                                    struct err *e);

/* The day that stands for the publication of what does not say it. */
const char *feed_day(struct feed *f);

/* A fact that is no price: a row of a `listed_…` table. */
NODISCARD enum err_code feed_fact(struct feed *f, const char *sql,
                                  const char *const *text, size_t count, struct err *e);

/* Of which the products come first, and whose service is said before them. */
bool feed_is_bulk(const struct feed_input *in);

/* The readers, by kind of content. `bytes` is the whole file but for price lists, which
 * are read as a stream. Errors: ERR_INPUT, ERR_RANGE with what and where. */
NODISCARD enum err_code read_offer(struct feed *f, struct feed_input *in,
                                   struct err *e);
NODISCARD enum err_code read_models(struct feed *f, struct feed_input *in,
                                    struct err *e);
NODISCARD enum err_code read_litellm(struct feed *f, struct feed_input *in,
                                     struct err *e);
NODISCARD enum err_code read_models_dev(struct feed *f, struct feed_input *in,
                                        struct err *e);
NODISCARD enum err_code read_own_csv(struct feed *f, struct feed_input *in,
                                     struct err *e);

#endif
