#ifndef MODELS_CATALOG_CATALOG_H
#define MODELS_CATALOG_CATALOG_H

/* What every model can do and costs, each fact with source and date. SQLite
 * inside; built from data/catalog/ at build time and embedded in the program. */

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "choose.h"
#include "err.h"
#include "row.h"

struct catalog;

/* `path` NULL: the embedded catalog. A file is opened read-only after its
 * application id, schema version and integrity are checked.
 * Errors: ERR_DB "FILE: not a bedplan catalog", "… is newer than this program". */
NODISCARD enum err_code catalog_open(struct catalog **out, const char *path,
                                     struct err *e);
void catalog_close(struct catalog *c);

/* The same, overlaid by what was imported into `overlay` (a file that may be missing),
 * as it was known at the end of the day of `at_unix_s` (DATE_UNKNOWN: the latest): rows
 * and imports of a later date are left out. The result for the latest day is kept in
 * "merged-….db" beside the overlay, and made again when that fails.
 * Errors: as catalog_open(); ERR_DB "FILE: …" for a damaged overlay. */
NODISCARD enum err_code catalog_open_overlaid(struct catalog **out, const char *path,
                                              const char *overlay, int64_t at_unix_s,
                                              struct err *e);

/* The same without the prices of the overlay: what an import joins names with, in
 * memory that does not grow with what was imported before. */
NODISCARD enum err_code catalog_open_models(struct catalog **out, const char *path,
                                            const char *overlay, struct err *e);

/* Dates are unix seconds UTC; DATE_UNKNOWN when blank. */
#define DATE_UNKNOWN INT64_MIN

enum answer { UNKNOWN, NO, YES };
const char *answer_text(enum answer a); /* "unknown", "no", "yes" */

enum modality {
    MODALITY_TEXT,
    MODALITY_IMAGE,
    MODALITY_VIDEO,
    MODALITY_SPEECH,
    MODALITY_AUDIO,
    MODALITY_DOCUMENT,
    MODALITY_EMBEDDING,
    MODALITY_COUNT
};
const char *modality_text(enum modality m);

struct model {
    const char *id, *variant_of, *name, *provider;
    enum answer input[MODALITY_COUNT], output[MODALITY_COUNT];
    int64_t context_window, max_output; /* tokens; 0 unknown */
    enum answer streaming, on_demand, profile_only;
    const char *profile_only_regions; /* there, only through a profile: what the
                                         region's own list says; "" unknown */
    enum answer provisioned;          /* base or a variant of it */
    const char *provisioned_regions;  /* space separated, "" unknown */
    const char *tunable; /* "fine-tuning distillation …", "" none or unknown */
    enum answer fine_tuning, continued_pretraining, distillation; /* as a student */
    enum answer reinforcement_fine_tuning, preference_fine_tuning;
    enum answer custom_on_demand; /* a custom model of it can be deployed on demand */
    const char *custom_on_demand_regions;
    const char
        *lifecycle; /* "active", "legacy", "ended", "preview", "gone", "variant" */
    int64_t launch_unix_s, legacy_unix_s, eol_unix_s, extended_unix_s;
    const char *regions;         /* space separated, "" unknown */
    const char *profiles;        /* "us eu apac global …", space separated, "" none */
    enum answer mantle, runtime; /* endpoints */
    int64_t cache_min_tokens;    /* smallest checkpoint; 0 unknown or none */
    const char *class_; /* provider's own size class: "micro", "lite", … or "" */
    const char *source, *as_of, *note;
    enum trust trust;
};

/* The state at a moment: a date that is known wins over the word in `lifecycle`. */
const char *model_lifecycle(const struct model *m, int64_t now_unix_s);

/* The model an id, a profile id ("us.…", "global.…") or an ARN names. `*routing` (may
 * be NULL) is set when the prefix says one, else left alone. Case matters, as at AWS.
 * Errors: ERR_NOT_FOUND "unknown model 'x', did you mean 'y'?". Owns: the arena. */
NODISCARD enum err_code catalog_model(struct model *out, enum routing *routing,
                                      struct catalog *c, const char *id,
                                      struct arena *a, struct err *e);

/* All of them, by id. */
NODISCARD enum err_code catalog_models(struct model **out, size_t *count,
                                       struct catalog *c, struct arena *a,
                                       struct err *e);

/* Regions any model or price names, sorted. */
NODISCARD enum err_code catalog_regions(const char ***out, size_t *count,
                                        struct catalog *c, struct arena *a,
                                        struct err *e);
/* Errors: ERR_NOT_FOUND with the nearest region. */
NODISCARD enum err_code catalog_check_region(struct catalog *c, const char *region,
                                             struct arena *a, struct err *e);

/* The geography whose profile of `m` serves `region` as a source: "us", "eu", "jp", …;
 * "" when none does. */
const char *catalog_geography(const struct model *m, const char *region);

/* What the catalog knows of `m` in `region`, for choose_row(). */
struct price_offer catalog_offer(const struct model *m, const char *region);

/* Rows of one model (its base's where a variant has none). Owns: the arena.
 * `at_unix_s` leaves out what is only announced by then, and what a price that came
 * into force has ended; DATE_UNKNOWN: every row, dates and all. Price rows come with
 * their dates, for choose_row() looks at them. */
NODISCARD enum err_code catalog_prices(struct price_row **out, size_t *count,
                                       struct catalog *c, const char *model,
                                       struct arena *a, struct err *e);
NODISCARD enum err_code catalog_unit_prices(struct unit_price **out, size_t *count,
                                            struct catalog *c, const char *model,
                                            int64_t at_unix_s, struct arena *a,
                                            struct err *e);
/* Customization of a model: its own rows and those of all models ("*", which may be
 * asked for alone). With a region: its own prices, and those whose source named no
 * region where it has none as well trusted; NULL: of all regions. */
NODISCARD enum err_code catalog_tuning_prices(struct item_price **out, size_t *count,
                                              struct catalog *c, const char *model,
                                              const char *region, int64_t at_unix_s,
                                              struct arena *a, struct err *e);
/* The services around models; `service` NULL: all. */
NODISCARD enum err_code catalog_other_prices(struct item_price **out, size_t *count,
                                             struct catalog *c, const char *service,
                                             const char *region, int64_t at_unix_s,
                                             struct arena *a, struct err *e);

/* Quotas of an account, default ones or its own; 0 where none was found. */
struct quota {
    int64_t tokens_per_min, requests_per_min, tokens_per_day;
    int burndown; /* output tokens count this many times; 0 unknown */
    bool account; /* what an account was shown, not the default */
    bool closed;  /* one of them is 0: nothing is admitted */
    const char *source, *as_of;
    const char *burndown_source, *burndown_as_of; /* NULL: none is known */
};
NODISCARD enum err_code catalog_quota(struct quota *out, struct catalog *c,
                                      const char *model, const char *region,
                                      enum routing routing, bool custom,
                                      struct arena *a, struct err *e);

/* Newest and oldest date of a source, and how many rows: for footers. */
struct catalog_age {
    const char *newest, *oldest;
    int64_t models, prices, sources;
};
NODISCARD enum err_code catalog_age(struct catalog_age *out, struct catalog *c,
                                    struct arena *a, struct err *e);

#endif
