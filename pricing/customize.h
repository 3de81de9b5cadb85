#ifndef PRICING_CUSTOMIZE_H
#define PRICING_CUSTOMIZE_H

/* What a model of one's own costs: training, storage, a deployment that is billed by
 * token, and imported weights that are billed in 5-minute windows.
 * Source: AWS docs, custom-models and import-model-calculate-cost; AWS pricing page. */

#include "arena.h"
#include "bill.h"

/* The item's price: of the model itself before "*"; of the method ("" of a service's
 * items), of a list it stands in ("fine-tuning/continued pre-training") or "any"; not
 * marked OLDER; then trust and date. An entry whose price was not found is returned too
 * (`known` false), so that it can be named. NULL: none. */
const struct item_price *item_choose(const struct item_price *rows, size_t count,
                                     const char *method, const char *item);

/* One line of an item; `row` NULL or unknown is an error.
 * Errors: ERR_UNPRICED naming `what` and the entry's note; ERR_RANGE. */
NODISCARD enum err_code item_bill(struct bill *b, const struct item_price *row,
                                  const char *what, int64_t quantity,
                                  int32_t discount_ppm, struct err *e);

/* A training run. Only what the method's price counts is used: tokens of the corpus ×
 * epochs, images seen (steps × batch size), or hours. */
struct training {
    const char
        *method; /* "fine-tuning", "distillation", … as catalog_tuning_prices() */
    int64_t tokens, epochs, images_seen, hours;
};
/* Distillation is billed as fine-tuning of the student; the teacher's tokens are a
 * tariff of their own. Errors: ERR_UNPRICED, ERR_RANGE, ERR_INPUT when the price
 * counts something that is 0 here. */
NODISCARD enum err_code training_bill(struct bill *b, const struct item_price *rows,
                                      size_t count, const char *model,
                                      struct training run, int32_t discount_ppm,
                                      struct err *e);

/* `models` custom models kept for `months`. Errors: as item_bill(). */
NODISCARD enum err_code storage_bill(struct bill *b, const struct item_price *rows,
                                     size_t count, const char *model, int64_t models,
                                     int64_t months, int32_t discount_ppm,
                                     struct err *e);

/* The price rows of a model for tariff_build(TIER_CUSTOM, in-region): its own
 * custom_model_* rows, and for a dimension that has none the customization table's
 * entry as a row of region "*". Owns: the arena. */
struct price_row *deployment_rows(size_t *out_count, const struct price_row *prices,
                                  size_t price_count, const struct item_price *items,
                                  size_t item_count, struct arena *a);

/* Items of the service "Custom Model Import" that the known architectures are billed
 * by.
 */
#define IMPORT_SERVICE "Custom Model Import"
#define IMPORT_MINUTE  "inference v1.0"
#define IMPORT_STORAGE "storage"

/* Custom model units that a copy of an imported model needs, by architecture; 0 when
 * AWS names none ("Llama 3.1 8B 128K" has 2). */
int64_t import_units(const char *architecture);

enum { IMPORT_WINDOW_MIN = 5 };

/* Windows that are billed for one copy invoked at these times (ascending): counted
 * from the first invocation, and anew after five idle minutes, when the copy is gone.
 */
int64_t import_windows(const int64_t *at_unix_s, size_t count);

/* copies × units × minutes of the windows. Safe reading: AWS's own texts disagree by a
 * factor of 60 and an example counts one window of three. Errors: as item_bill(). */
NODISCARD enum err_code import_bill(struct bill *b, const struct item_price *per_minute,
                                    int64_t copies, int64_t units_per_copy,
                                    int64_t windows, int32_t discount_ppm,
                                    struct err *e);

#endif
