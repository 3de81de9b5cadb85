#include "bill_file.h"

#include <string.h>

#include "csv.h"
#include "intern.h"
#include "line_input.h"

enum { BILL_MAX_BYTES = 512 << 20 };

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
};

static const char *field(const struct reader *r, const struct csv_row *row,
                         enum column c)
{
    return r->at[c] < 0 ? "" : row->field[r->at[c]];
}

static enum err_code find_columns(struct reader *r, const struct csv *csv,
                                  struct err *e)
{
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        for (int c = 0; c < COLUMNS; c++)
            r->at[c] = csv_column(csv, kinds[k].name[c]);
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
static bool is_bedrock(const struct reader *r, const struct csv_row *row)
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

static enum err_code take(struct reader *r, const struct csv_row *row, struct err *e)
{
    struct bill_file *b = r->out;
    b->read++;
    if (!is_bedrock(r, row)) {
        b->foreign++;
        return OK;
    }
    const char *usage = field(r, row, USAGE_TYPE), *unit = field(r, row, UNIT);
    const char *region = field(r, row, REGION), *product = field(r, row, PRODUCT);
    const char *day = field(r, row, START);
    uint32_t before = r->keys.count;
    uint32_t at = intern(&r->keys, arena_printf(r->arena, "%s\n%s\n%s\n%s", usage,
                                                region, product, unit));
    if (at == before) {
        b->row =
            arena_grow(r->arena, b->row, &b->capacity, b->count + 1, sizeof *b->row);
        b->row[b->count++] = (struct billed){
            .usage_type = usage, .region = region, .product = product, .unit = unit
        };
    }
    struct billed *x = &b->row[at];
    x->rows++;
    if (*day && (!*b->first || strcmp(day, b->first) < 0)) b->first = day;
    if (*day && strcmp(day, b->last) > 0) b->last = day;
    if (add_amount(&x->quantity, NULL, field(r, row, AMOUNT), "the amount", e))
        return e->code;
    return add_amount(&x->usd, &x->credit, field(r, row, COST), "the cost", e);
}

enum err_code bill_file_read(struct bill_file *out, const char *path, struct arena *a,
                             struct err *e)
{
    struct reader r = { .out = out, .arena = a, .keys = { .arena = a } };
    struct line_input *in = NULL;
    struct str text = { NULL, 0 };
    struct csv *csv = NULL;
    struct csv_row row;
    bool more = false;
    *out = (struct bill_file){ .kind = "", .first = "", .last = "" };
    if (line_input_open(&in, path, e)) return e->code;
    if (line_input_all(in, &text, BILL_MAX_BYTES, e)) {
        err_wrap(e, "%s: ", path);
    } else if (line_input_damage(in)) {
        err_set(e, ERR_INPUT, "%s: %s", path, line_input_damage(in));
    } else if (!csv_open(&csv, path, text.p, text.n, a, e)) {
        if (find_columns(&r, csv, e)) err_wrap(e, "%s: ", path);
        while (!e->code && !csv_next(csv, &row, &more, e) && more)
            if (take(&r, &row, e)) err_wrap(e, "%s:%lld: ", path, (long long)row.line);
    }
    line_input_close(in);
    return e->code;
}
