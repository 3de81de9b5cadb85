#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "bill_price.h"
#include "json.h"
#include "name_join.h"
#include "table.h"
#include "usage_store.h"

enum { USD_DECIMALS = 9, SHOWN_DECIMALS = 2, MOST_NAMED = 5 };

struct settings {
    const char *cur, *usage, *data;
    bool explain;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "cur", .type = OPT_TEXT, .offset = AT(const char *, cur), .unit = "FILE",
      .help = "Cost and Usage Report or FOCUS export, CSV or gzip" },
    { .key = "usage", .type = OPT_TEXT, .offset = AT(const char *, usage), .unit = "NAME",
      .help = "imported usage of the same time, whose tokens are set beside" },
    { .key = "data", .type = OPT_TEXT, .offset = AT(const char *, data), .unit = "DIR",
      .help = "folder of the store, else $XDG_DATA_HOME/bedplan" },
    PROOF_OPTION(AT(bool, explain)),
};
#undef AT
/* clang-format on */

static void add(struct longhand *sum, const struct longhand *x)
{
    if (!longhand_plus(sum, sum, x)) *sum = (struct longhand){ { 0 } };
}

static int compare(const void *x, const void *y)
{
    const struct priced_usage *a = x, *b = y;
    for (int i = LONGHAND_DIGITS - 1; i >= 0; i--) {
        int c = b->billed->usd.digit[i] - a->billed->usd.digit[i];
        if (c) return c;
    }
    return strcmp(a->billed->usage_type, b->billed->usage_type);
}

static enum err_code price_all(struct bill_check *b, const struct bill_file *file,
                               struct err *e)
{
    struct name_join *join = NULL;
    if (name_join_open(&join, b->catalog, b->app->arena, e)) return e->code;
    b->line = ARENA_NEW(b->app->arena, struct priced_usage, file->count + 1);
    for (size_t i = 0; i < file->count; i++) {
        struct priced_usage *l = &b->line[b->count++];
        l->billed = &file->row[i];
        if (bill_price(l, b, join, e)) return e->code;
        add(&b->billed, &l->billed->usd);
        add(&b->credit, &l->billed->credit);
        add(l->priced ? &b->explained : &b->unexplained, &l->billed->usd);
        if (l->priced) add(&b->catalog_sum, &l->catalog);
    }
    if (b->count) qsort(b->line, b->count, sizeof *b->line, compare);
    return OK;
}

static double number(const struct longhand *x)
{
    char text[LONGHAND_DIGITS + 3];
    return strtod(longhand_text(text, x), NULL);
}

static void json_money(struct json *j, const char *key, struct longhand x)
{
    longhand_round(&x, USD_DECIMALS);
    json_real(j, key, number(&x));
}

/* Billed less priced, to a billionth of a dollar. */
static double difference(const struct priced_usage *l)
{
    struct longhand billed = l->billed->usd, ours = l->catalog;
    longhand_round(&billed, USD_DECIMALS);
    longhand_round(&ours, USD_DECIMALS);
    return nearbyint((number(&billed) - number(&ours)) * 1e9) / 1e9;
}

/* The quantity is the bill's, in what the price counts; the price is the catalog's. */
static void catalog_json(struct json *j, const struct priced_usage *l, bool explain)
{
    const struct proof *p = l->proof;
    json_object(j, "catalog");
    json_text(j, "model", p->model);
    json_text(j, "dimension", p->dimension);
    if (*p->context_tier) json_text(j, "context_tier", p->context_tier);
    json_real(j, "quantity", number(&l->units));
    json_text(j, "unit", p->unit);
    proof_json_price(j, p);
    json_money(j, "usd", l->catalog);
    proof_json_proof(j, p, explain);
    json_end(j);
}

static enum err_code write_json(const struct bill_check *b,
                                const struct bill_file *file, bool explain,
                                struct err *e)
{
    struct json *j = json_open(b->app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.reconcile/1");
    json_text(j, "kind", file->kind);
    json_text(j, "first", *file->first ? file->first : NULL);
    json_text(j, "last", *file->last ? file->last : NULL);
    json_int(j, "rows", file->read);
    json_int(j, "rows_of_other_services", file->foreign);
    json_array(j, "lines");
    for (size_t i = 0; i < b->count; i++) {
        const struct priced_usage *l = &b->line[i];
        json_object(j, NULL);
        json_text(j, "usage_type", l->billed->usage_type);
        json_text(j, "region", *l->billed->region ? l->billed->region : NULL);
        json_text(j, "model", l->is.model);
        json_text(j, "dimension", *l->is.dimension ? l->is.dimension : NULL);
        json_money(j, "quantity", l->billed->quantity);
        json_text(j, "unit", *l->billed->unit ? l->billed->unit : NULL);
        json_int(j, "rows", l->billed->rows);
        json_money(j, "billed_usd", l->billed->usd);
        if (l->priced) {
            json_money(j, "catalog_usd", l->catalog);
            json_real(j, "difference_usd", difference(l));
            catalog_json(j, l, explain);
        } else {
            json_null(j, "catalog_usd");
            json_null(j, "difference_usd");
            json_null(j, "catalog");
        }
        if (l->logged >= 0)
            json_int(j, "logged_tokens", l->logged);
        else
            json_null(j, "logged_tokens");
        json_text(j, "why", l->why);
        json_end(j);
    }
    json_end(j);
    json_money(j, "billed_usd", b->billed);
    json_money(j, "catalog_usd", b->catalog_sum);
    json_money(j, "explained_usd", b->explained);
    json_money(j, "unexplained_usd", b->unexplained);
    json_money(j, "credits_usd", b->credit);
    json_end(j);
    return json_close(j, e);
}

static const char *money(struct longhand x, struct arena *a)
{
    char text[LONGHAND_DIGITS + 3];
    int decimals = number(&x) < 1 ? 6 : SHOWN_DECIMALS;
    longhand_round(&x, decimals);
    return arena_text(a, longhand_text(text, &x));
}

static enum err_code write_table(const struct bill_check *b,
                                 const struct bill_file *file, struct err *e)
{
    static const struct table_column columns[] = {
        { "usage_type", "USAGE TYPE", LEFT, 26, false },
        { "region", "REGION", LEFT, 0, true },
        { "model", "MODEL", LEFT, 20, true },
        { "quantity", "QUANTITY", RIGHT, 0, false },
        { "unit", "UNIT", LEFT, 0, false },
        { "billed_usd", "BILLED $", RIGHT, 0, false },
        { "catalog_usd", "CATALOG $", RIGHT, 0, false },
        { "difference_usd", "DIFFERENCE $", RIGHT, 0, false },
        { "ratio", "BILLED/CATALOG", RIGHT, 0, true },
        { "logged_tokens", "LOGGED TOKENS", RIGHT, 0, true },
        { "why", "WHY NOT", LEFT, 16, false },
    };
    struct arena *a = b->app->arena;
    struct table t;
    table_init(&t, NULL, columns, sizeof columns / sizeof *columns, a);
    for (size_t i = 0; i < b->count; i++) {
        const struct priced_usage *l = &b->line[i];
        const char **cell = table_row(&t);
        cell[0] = l->billed->usage_type;
        cell[1] = *l->billed->region ? l->billed->region : NULL;
        cell[2] = l->is.model;
        cell[3] = money(l->billed->quantity, a);
        cell[4] = *l->billed->unit ? l->billed->unit : NULL;
        cell[5] = money(l->billed->usd, a);
        cell[6] = l->priced ? money(l->catalog, a) : NULL;
        if (l->priced) cell[7] = arena_printf(a, "%.6g", difference(l));
        if (l->priced && number(&l->catalog) > 0)
            cell[8] =
                arena_printf(a, "%.3f", number(&l->billed->usd) / number(&l->catalog));
        if (l->logged >= 0) cell[9] = arena_printf(a, "%lld", (long long)l->logged);
        cell[10] = l->why;
    }
    const char *footer = app_footer(b->app, e);
    if (e->code) return e->code;
    table_note(&t,
               "billed %s USD: %s on lines that the catalog prices at %s, %s not "
               "explained; credits %s",
               money(b->billed, a), money(b->explained, a), money(b->catalog_sum, a),
               money(b->unexplained, a), money(b->credit, a));
    for (size_t i = 0, named = 0; i < b->count && named < MOST_NAMED; i++) {
        const struct priced_usage *l = &b->line[i];
        if (l->priced) continue;
        named++;
        table_note(&t, "not explained: %s of %s%s%s: %s", money(l->billed->usd, a),
                   l->billed->usage_type, *l->billed->product ? ", " : "",
                   l->billed->product, l->why);
    }
    table_note(&t, "quantities are the bill's, prices the catalog's");
    table_note(&t, "%s%s%s%s%s; %lld rows, %lld of other services; %s", file->kind,
               *file->first ? " of " : "", file->first, *file->last ? " to " : "",
               file->last, (long long)file->read, (long long)file->foreign, footer);
    app_print_table(b->app, &t);
    return OK;
}

static enum err_code load_usage(struct bill_check *b, const struct settings *s,
                                struct err *e)
{
    struct usage_store *store = NULL;
    struct usage_entry entry = { 0 };
    if (!s->usage) return OK;
    if (usage_store_open(&store, s->data, false, b->app->arena, e)) return e->code;
    if (!usage_store_find(&entry, store, s->usage, b->app->arena, e) &&
        !usage_store_load(&b->usage, store, &entry, b->app->arena, e))
        b->with_usage = true;
    usage_store_close(store);
    return e->code;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct bill_check b = { .app = app };
    struct bill_file file;
    if (args->count)
        return err_set(e, ERR_USAGE, "'%s': give the bill as --cur FILE",
                       args->text[0]);
    if (!s->cur) return err_set(e, ERR_USAGE, "reconcile wants --cur FILE");
    if (bill_file_read(&file, s->cur, app->arena, e) ||
        app_catalog(app, &b.catalog, e) || load_usage(&b, s, e) ||
        price_all(&b, &file, e))
        return e->code;
    if (!file.count)
        return err_set(e, ERR_INPUT, "%s: none of its %lld rows is of Bedrock", s->cur,
                       (long long)file.read);
    if (app->format == FORMAT_JSON) return write_json(&b, &file, s->explain, e);
    if (write_table(&b, &file, e)) return e->code;
    struct proof_list why = { .arena = app->arena };
    for (size_t i = 0; s->explain && i < b.count; i++) {
        const struct priced_usage *l = &b.line[i];
        struct proof_line line = { .name = l->billed->usage_type, .proof = l->proof };
        if (l->priced && proof_add(&why, line, e)) return e->code;
    }
    if (s->explain) proof_text(app, &why);
    return OK;
}

const struct command cmd_reconcile = {
    .name = "reconcile",
    .usage = "--cur FILE [options]",
    .summary = "set a bill beside what the catalog and the logs say",
    .details =
        "Reads Bedrock's rows of a Cost and Usage Report (2.0 or the older one) or a "
        "FOCUS export, CSV or gzip of any size, adds them up by usage type in memory "
        "that does not grow with the file, and prices the billed quantities with the "
        "catalog: tokens of every tier, cache reads and writes, images and seconds, "
        "model units and reservations, training and storage of custom models, "
        "imported models, guardrails and other services. The quantity is the bill's, "
        "the price the catalog's, and the difference stands beside. What the catalog "
        "cannot price is named with the reason.\n\n"
        "With --usage the tokens that your own logs counted stand beside: of the whole "
        "time that was imported, so import the bill's month.\n\n"
        "Parquet: duckdb -c \"COPY (SELECT * FROM 'cur/*.parquet' WHERE "
        "line_item_product_code LIKE '%Bedrock%' OR product_servicename LIKE "
        "'%Bedrock%') TO 'cur.csv' (HEADER)\"; '--cur -' reads standard input.",
    .example = "bedplan reconcile --cur cur-2026-10.csv.gz --usage prod",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .sealed = true,
    .minor = true,
    .run = run,
};
