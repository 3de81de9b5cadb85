#include "customize.h"

#include <assert.h>
#include <string.h>

#include "str.h"

/* "fine-tuning/continued pre-training" covers both; "any" covers all. */
static bool covers(const char *methods, const char *method)
{
    struct str rest = str_of(methods);
    if (strcmp(methods, "any") == 0 || strcmp(methods, method) == 0) return true;
    while (rest.n) {
        struct str one = str_cut(rest, '/', &rest);
        if (str_eq(one, method)) return true;
    }
    return false;
}

static bool is_better(const struct item_price *a, const struct item_price *b)
{
    if (!b) return true;
    bool own_a = strcmp(a->subject, "*") != 0, own_b = strcmp(b->subject, "*") != 0;
    if (own_a != own_b) return own_a;
    if (a->known != b->known) return a->known;
    bool older_a = text_starts(a->note, "OLDER"),
         older_b = text_starts(b->note, "OLDER");
    if (older_a != older_b) return older_b;
    if (a->trust != b->trust) return a->trust < b->trust;
    int date = strcmp(a->as_of, b->as_of);
    return date ? date > 0 : a->id < b->id;
}

const struct item_price *item_choose(const struct item_price *rows, size_t count,
                                     const char *method, const char *item)
{
    const struct item_price *best = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct item_price *r = &rows[i];
        if (strcmp(r->item, item) != 0 || !covers(r->method, method)) continue;
        if (is_better(r, best)) best = r;
    }
    return best;
}

enum err_code item_bill(struct bill *b, const struct item_price *row, const char *what,
                        int64_t quantity, int32_t discount_ppm, struct err *e)
{
    if (!row) return err_set(e, ERR_UNPRICED, "no price of %s is known", what);
    if (!row->known)
        return err_set(e, ERR_UNPRICED, "the price of %s is not published: %.200s",
                       what, row->note);
    struct bill_line line = { .dimension = what,
                              .quantity = quantity,
                              .unit = row->unit,
                              .rate = row->rate,
                              .discount_ppm = discount_ppm,
                              .marks = row->trust == TRUST_C ? MARK_TRUST_C : 0,
                              .trust = row->trust,
                              .source = row->source,
                              .as_of = row->as_of,
                              .item = row,
                              .note = *row->note ? row->note : NULL };
    return bill_add(b, line, e);
}

static bool multiply(int64_t *out, int64_t a, int64_t b)
{
    return !__builtin_mul_overflow(a, b, out);
}

/* What the price counts. */
static enum err_code training_quantity(int64_t *out, const char *unit,
                                       struct training run, struct err *e)
{
    int64_t quantity = 0;
    const char *needs = "";
    if (strcmp(unit, "token") == 0) {
        needs = "training tokens and epochs";
        if (!multiply(&quantity, run.tokens, run.epochs))
            return err_set(e, ERR_RANGE, "more than 9.2e18 training tokens");
    } else if (text_starts(unit, "image seen")) {
        needs = "images seen (steps x batch size)";
        quantity = run.images_seen;
    } else if (strcmp(unit, "hour") == 0) {
        needs = "training hours";
        quantity = run.hours;
    } else {
        return err_set(e, ERR_INPUT, "training is priced by an unknown unit, '%s'",
                       unit);
    }
    if (quantity <= 0)
        return err_set(e, ERR_INPUT, "training is priced by the %s: %s are needed",
                       unit, needs);
    *out = quantity;
    return OK;
}

enum err_code training_bill(struct bill *b, const struct item_price *rows, size_t count,
                            const char *model, struct training run,
                            int32_t discount_ppm, struct err *e)
{
    const char *method =
        strcmp(run.method, "distillation") == 0 ? "fine-tuning" : run.method;
    const struct item_price *row = item_choose(rows, count, method, "training");
    int64_t quantity = 0;
    if (row && row->known && training_quantity(&quantity, row->unit, run, e))
        return err_wrap(e, "%s: ", model);
    if (item_bill(b, row, "training", quantity, discount_ppm, e))
        return err_wrap(e, "%s (%s): ", model, run.method);
    return OK;
}

enum err_code storage_bill(struct bill *b, const struct item_price *rows, size_t count,
                           const char *model, int64_t models, int64_t months,
                           int32_t discount_ppm, struct err *e)
{
    int64_t quantity;
    if (!multiply(&quantity, models, months))
        return err_set(e, ERR_RANGE, "more than 9.2e18 model-months");
    const struct item_price *row = item_choose(rows, count, "any", "storage");
    if (!row) { /* or the entry of a single method */
        for (size_t i = 0; i < count; i++)
            if (strcmp(rows[i].item, "storage") == 0 && is_better(&rows[i], row))
                row = &rows[i];
    }
    if (item_bill(b, row, "storage", quantity, discount_ppm, e))
        return err_wrap(e, "%s: ", model);
    return OK;
}

/* The customization table's words for the dimensions of a deployment. */
static const struct {
    const char *item;
    enum token_kind kind;
} deployment_items[] = {
    { "input", TOKEN_INPUT },
    { "output", TOKEN_OUTPUT },
    { "cache read", TOKEN_CACHE_READ },
    { "cache write", TOKEN_CACHE_WRITE_5M },
};
enum { DEPLOYMENT_ITEMS = sizeof deployment_items / sizeof *deployment_items };

static bool has_dimension(const struct price_row *rows, size_t count,
                          const char *dimension)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].dimension, dimension) == 0) return true;
    return false;
}

struct price_row *deployment_rows(size_t *out_count, const struct price_row *prices,
                                  size_t price_count, const struct item_price *items,
                                  size_t item_count, struct arena *a)
{
    struct price_row *rows =
        ARENA_NEW(a, struct price_row, price_count + DEPLOYMENT_ITEMS);
    size_t n = price_count;
    if (n) memcpy(rows, prices, n * sizeof *rows);
    for (size_t i = 0; i < DEPLOYMENT_ITEMS; i++) {
        const char *dimension = tariff_dimension(TIER_CUSTOM, deployment_items[i].kind);
        if (has_dimension(prices, price_count, dimension)) continue;
        const struct item_price *item = item_choose(
            items, item_count, "custom on-demand deployment", deployment_items[i].item);
        if (!item || !item->known) continue;
        rows[n++] = (struct price_row){
            .id = item->id,
            .model = item->subject,
            .scope =
                "geo/in-region", /* of the region itself, and not the global price */
            .region = item->region ? item->region : "*",
            .dimension = dimension,
            .context_tier = "",
            .unit = item->unit,
            .rate = item->rate,
            .source = item->source,
            .as_of = item->as_of,
            .note = item->note,
            .doubt = "",
            .from_unix_s = INT64_MIN,
            .agree = 1,
            .trust = item->trust,
        };
    }
    *out_count = n;
    return rows;
}

int64_t import_units(const char *architecture)
{
    /* AWS pricing page, 2025-02-28 */
    static const struct {
        const char *architecture;
        int64_t units;
    } known[] = {
        { "Llama 3.1 8B 128K", 2 }, { "Llama 3.1 70B 128K", 8 }, { "Llama 3.2 11B", 4 },
        { "Mistral 7B 32K", 1 },    { "Mixtral 8x7B 32K", 4 },   { "Flan-T5 XL", 1 },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].architecture, architecture) == 0) return known[i].units;
    return 0;
}

int64_t import_windows(const int64_t *at_unix_s, size_t count)
{
    const int64_t window_s = (int64_t)IMPORT_WINDOW_MIN * 60;
    int64_t windows = 0, first = 0, last_billed = -1;
    for (size_t i = 0; i < count; i++) {
        assert(i == 0 || at_unix_s[i] >= at_unix_s[i - 1]);
        if (i == 0 || at_unix_s[i] - at_unix_s[i - 1] >= window_s) {
            first = at_unix_s[i];
            last_billed = -1;
        }
        int64_t window = (at_unix_s[i] - first) / window_s;
        if (window == last_billed) continue;
        last_billed = window;
        windows++;
    }
    return windows;
}

enum err_code import_bill(struct bill *b, const struct item_price *per_minute,
                          int64_t copies, int64_t units_per_copy, int64_t windows,
                          int32_t discount_ppm, struct err *e)
{
    int64_t units, minutes, quantity;
    assert(copies >= 0 && units_per_copy >= 0 && windows >= 0);
    if (!multiply(&units, copies, units_per_copy) ||
        !multiply(&minutes, windows, IMPORT_WINDOW_MIN) ||
        !multiply(&quantity, units, minutes))
        return err_set(e, ERR_RANGE, "more than 9.2e18 custom-model-unit minutes");
    return item_bill(b, per_minute, "custom model import", quantity, discount_ppm, e);
}
