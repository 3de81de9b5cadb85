#include "bill_file.h"

#include <string.h>

#include "bill_record.h"
#include "intern.h"

enum { KEY_BYTES = 2048 };

enum column {
    USAGE_TYPE,
    AMOUNT,
    COST,
    UNIT,
    REGION,
    SERVICE,
    PRODUCT,
    START,
    COLUMNS
};

/* The same things by the names of each kind of export; "" has none. */
static const struct {
    const char *kind, *name[COLUMNS];
} kinds[] = {
    { "CUR 2.0",
      { "line_item_usage_type", "line_item_usage_amount", "line_item_unblended_cost",
        "pricing_unit", "product_region_code", "line_item_product_code",
        "product_servicename", "line_item_usage_start_date" } },
    { "CUR",
      { "lineItem/UsageType", "lineItem/UsageAmount", "lineItem/UnblendedCost",
        "pricing/unit", "product/regionCode", "lineItem/ProductCode",
        "product/servicename", "lineItem/UsageStartDate" } },
    { "FOCUS",
      { "x_UsageType", "ConsumedQuantity", "BilledCost", "ConsumedUnit", "RegionId",
        "ServiceName", "ServiceName", "ChargePeriodStart" } },
};

struct reader {
    struct bill_file *out;
    struct arena *arena;
    struct intern keys;
    int at[COLUMNS];
    char first[32], last[32]; /* dates */
};

static const char *field(const struct reader *r, const struct bill_record *row,
                         enum column c)
{
    return r->at[c] < 0 ? "" : row->field[r->at[c]];
}

static enum err_code find_columns(struct reader *r, const struct bill_reader *file,
                                  struct err *e)
{
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        for (int c = 0; c < COLUMNS; c++)
            r->at[c] = bill_reader_column(file, kinds[k].name[c]);
        if (r->at[USAGE_TYPE] < 0 || r->at[AMOUNT] < 0 || r->at[COST] < 0) continue;
        r->out->kind = kinds[k].kind;
        return OK;
    }
    return err_set(
        e, ERR_INPUT,
        "neither a Cost and Usage Report (line_item_usage_type, …) nor a FOCUS "
        "export with x_UsageType");
}

/* Marketplace models have a product of their own, named after the model. */
static bool is_bedrock(const struct reader *r, const struct bill_record *row)
{
    return strstr(field(r, row, SERVICE), "Bedrock") ||
           strstr(field(r, row, PRODUCT), "Bedrock");
}

static enum err_code add_amount(struct longhand *sum, struct longhand *negative,
                                const char *text, const char *what, struct err *e)
{
    struct longhand x;
    bool minus = *text == '-';
    if (!*text) return OK;
    if (minus && !negative)
        return err_set(e, ERR_INPUT, "%s is below zero: %.40s", what, text);
    if (!longhand_read(&x, str_of(text + minus)) ||
        !longhand_plus(minus ? negative : sum, minus ? negative : sum, &x))
        return err_set(e, ERR_INPUT, "%s is no number: '%.40s'", what, text);
    return OK;
}

static enum err_code take(struct reader *r, const struct bill_record *row,
                          struct err *e)
{
    struct bill_file *b = r->out;
    b->read++;
    if (!is_bedrock(r, row)) {
        b->foreign++;
        return OK;
    }
    const enum column named[] = { USAGE_TYPE, REGION, PRODUCT, UNIT };
    const char *name[4], *day = field(r, row, START);
    char key[KEY_BYTES];
    size_t n = 0;
    for (size_t i = 0; i < 4; i++) {
        name[i] = field(r, row, named[i]);
        size_t bytes = strlen(name[i]) + 1; /* its NUL divides the names */
        if (n + bytes > sizeof key)
            return err_set(e, ERR_INPUT, "usage type and product are over %d bytes",
                           KEY_BYTES);
        memcpy(key + n, name[i], bytes);
        n += bytes;
        key[n - 1] = '\n';
    }
    uint32_t before = r->keys.count;
    uint32_t at = intern_n(&r->keys, key, n);
    if (at == before) {
        b->row =
            arena_grow(r->arena, b->row, &b->capacity, b->count + 1, sizeof *b->row);
        b->row[b->count++] =
            (struct billed){ .usage_type = arena_text(r->arena, name[0]),
                             .region = arena_text(r->arena, name[1]),
                             .product = arena_text(r->arena, name[2]),
                             .unit = arena_text(r->arena, name[3]) };
    }
    struct billed *x = &b->row[at];
    x->rows++;
    if (*day && (!*r->first || strcmp(day, r->first) < 0))
        snprintf(r->first, sizeof r->first, "%s", day);
    if (*day && strcmp(day, r->last) > 0) snprintf(r->last, sizeof r->last, "%s", day);
    if (add_amount(&x->quantity, NULL, field(r, row, AMOUNT), "the amount", e))
        return e->code;
    return add_amount(&x->usd, &x->credit, field(r, row, COST), "the cost", e);
}

enum err_code bill_file_read(struct bill_file *out, const char *path, struct arena *a,
                             struct err *e)
{
    struct reader r = { .out = out, .arena = a, .keys = { .arena = a } };
    struct bill_reader *file = NULL;
    struct bill_record row;
    bool more = false;
    *out = (struct bill_file){ .kind = "", .first = "", .last = "" };
    if (bill_reader_open(&file, path, e)) return e->code;
    if (find_columns(&r, file, e)) {
        err_wrap(e, "%s: ", path);
    } else {
        while (!e->code && !bill_reader_next(file, &row, &more, e) && more)
            if (take(&r, &row, e)) err_wrap(e, "%lld: ", (long long)row.line);
        if (e->code) err_wrap(e, "%s:", path);
    }
    bill_reader_close(file);
    out->first = arena_text(a, r.first);
    out->last = arena_text(a, r.last);
    return e->code;
}
