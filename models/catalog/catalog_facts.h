#ifndef MODELS_CATALOG_CATALOG_FACTS_H
#define MODELS_CATALOG_CATALOG_FACTS_H

/* What people look at rather than compute with: sources, rules, every quota, and the
 * check of the whole catalog. */

#include "catalog.h"

struct catalog_source {
    const char *id, *text;
    int64_t rows;                /* of prices, models, quotas, rules */
    const char *newest, *oldest; /* dates of its rows; "" none given */
};
NODISCARD enum err_code catalog_sources(struct catalog_source **out, size_t *count,
                                        struct catalog *c, struct arena *a,
                                        struct err *e);

/* Two figures for one price: the one in the catalog and the one that lost to it. */
struct conflict_side {
    struct usd_rate rate;
    const char *source, *as_of;
    enum trust trust;
};
struct conflict {
    const char *model, *dimension, *context_tier, *scope, *region, *unit;
    struct conflict_side kept, other;
};
/* `model` NULL: all. */
NODISCARD enum err_code catalog_conflicts(struct conflict **out, size_t *count,
                                          struct catalog *c, const char *model,
                                          struct arena *a, struct err *e);

/* A price of any kind, or a model's state (not `priced`; the state is its `scope`). */
struct listed_price {
    const char *model, *dimension, *context_tier, *scope, *region, *unit;
    bool priced;
    struct usd_rate rate;
    const char *source, *as_of;
    enum trust trust;
};
/* All that bill, or all that one source says (`source` not NULL: its id), by model,
 * dimension, tier, scope and region, the newest of equals first. */
NODISCARD enum err_code catalog_all_prices(struct listed_price **out, size_t *count,
                                           struct catalog *c, const char *source,
                                           struct arena *a, struct err *e);

/* A rule or statement of AWS that is no price. */
struct catalog_rule {
    const char *subject, *topic, *text; /* subject: "*" or a service */
    const char *source, *as_of;
    enum trust trust;
};
NODISCARD enum err_code catalog_rules(struct catalog_rule **out, size_t *count,
                                      struct catalog *c, struct arena *a,
                                      struct err *e);

/* Custom Model Import: units that one copy of an imported model takes. */
struct import_units {
    const char *model; /* as AWS writes it: "Llama 3.1 8B 128K" */
    int64_t units;
    const char *source, *as_of;
    enum trust trust;
};
NODISCARD enum err_code catalog_import_units(struct import_units **out, size_t *count,
                                             struct catalog *c, struct arena *a,
                                             struct err *e);

/* Every default quota of a model (its base's where a variant has none). */
struct quota_row {
    bool custom;
    const char *routing, *region; /* region "*": all that have no row of their own */
    int64_t tokens_per_min, requests_per_min, tokens_per_day; /* -1 unknown */
    bool account; /* what an account was shown, not the default */
    const char *source, *as_of, *note;
    enum trust trust;
};
NODISCARD enum err_code catalog_quotas(struct quota_row **out, size_t *count,
                                       struct catalog *c, const char *model,
                                       struct arena *a, struct err *e);

/* Model units that an account has bought already. */
struct held_unit {
    const char *model, *region, *name;
    bool custom;
    int64_t units;
    const char *commitment, *status; /* "none", "1-month", "6-month"; "InService" */
    const char *since, *until;       /* days; "" not said or without end */
    const char *source, *as_of;
};
/* Of a model and its variants; NULL: all. */
NODISCARD enum err_code catalog_held_units(struct held_unit **out, size_t *count,
                                           struct catalog *c, const char *model,
                                           struct arena *a, struct err *e);

/* What a look at the whole catalog finds. An error is our mistake or a bad import; a
 * note is something to know. */
struct finding {
    bool error;
    const char *check, *subject, *detail;
};
NODISCARD enum err_code catalog_verify(struct finding **out, size_t *count,
                                       struct catalog *c, int64_t now_unix_s,
                                       struct arena *a, struct err *e);

#endif
