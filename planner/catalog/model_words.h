#ifndef PLANNER_CATALOG_MODEL_WORDS_H
#define PLANNER_CATALOG_MODEL_WORDS_H

/* What the catalog knows of a model, as words and as JSON. */

#include "catalog.h"
#include "json.h"
#include "tariff.h"

/* "text image video": the modalities that are a yes; NULL when all are unknown. */
const char *words_modalities(const enum answer modality[MODALITY_COUNT],
                             struct arena *a);

/* "runtime", "mantle", "runtime mantle"; NULL unknown. */
const char *words_endpoint(const struct model *m);

/* "active", "legacy until 2027-01-08", "ended 2026-09-30" */
const char *words_state(const struct model *m, int64_t now_unix_s, struct arena *a);

/* "2026-09-30"; NULL unknown. */
const char *words_date(int64_t unix_s, struct arena *a);

/* One letter a mark, "" none; and what the letters of `marks` mean, for a note. */
const char *words_marks(unsigned marks, struct arena *a);
const char *words_marks_key(unsigned marks, struct arena *a);

/* "0.06" USD of `rate` for `per` units (1 or 1000000); NULL for no row. */
const char *words_rate(const struct price_row *row, int32_t per, struct arena *a);

/* Standard input and output prices of a model in a region under its default routing. */
struct list_price {
    bool routed; /* false: only `global` is left, or nothing */
    enum routing routing;
    struct price_pick input, output;
};
NODISCARD enum err_code list_price(struct list_price *out, struct catalog *c,
                                   const struct model *m, const char *region,
                                   enum routing routing, int64_t at_unix_s,
                                   struct arena *a, struct err *e);

/* The members of a model's JSON object, as CONTRACT has them; unknown is null. */
void json_model(struct json *j, const struct model *m, int64_t now_unix_s,
                struct arena *a);
void json_list_price(struct json *j, const struct list_price *p);
void json_words(struct json *j, const char *key, const char *words);
void json_marks(struct json *j, unsigned marks);
void json_trust(struct json *j, enum trust trust);

#endif
