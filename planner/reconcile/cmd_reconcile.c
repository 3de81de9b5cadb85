#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "bill_file.h"
#include "json.h"
#include "name_join.h"
#include "table.h"
#include "text.h"
#include "usage_name.h"
#include "usage_store.h"

enum { USD_DECIMALS = 9, SHOWN_DECIMALS = 2 };

struct settings {
    const char *cur, *usage, *data;
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
};
#undef AT
/* clang-format on */

/* A usage type of the bill, and what the catalog and the logs say of it. */
struct line {
    const struct billed *billed;
    struct usage_meaning is;
    bool priced;
    struct longhand catalog; /* USD */
    int64_t logged;          /* tokens; -1 none */
    const char *why;         /* it could not be priced; NULL */
};

struct bill_check {
    struct app *app;
    struct catalog *catalog;
    struct line *line;
    size_t count;
    struct usage_stats usage;
    bool with_usage;
    struct longhand billed, explained, unexplained, credit, catalog_sum;
};

/* Tokens of the logs for what the line bills. */
static int64_t logged_tokens(const struct bill_check *b, const struct line *l)
{
    int64_t sum = 0;
    bool found = false;
    if (!b->with_usage || !l->is.model) return -1;
    for (size_t i = 0; i < b->usage.models; i++) {
        const struct usage_by_model *u = &b->usage.model[i];
        struct model m = { 0 };
        struct err none = { 0 };
        if (*u->region && *l->billed->region &&
            strcmp(u->region, l->billed->region) != 0)
            continue;
        if (catalog_model(&m, NULL, b->catalog, u->id, b->app->arena, &none) ||
            strcmp(m.id, l->is.model) != 0)
            continue;
        if (strcmp(l->is.dimension, "input") == 0)
            sum += u->input_tokens - u->cached_tokens;
        else if (strcmp(l->is.dimension, "output") == 0)
            sum += u->output_tokens;
        else if (strcmp(l->is.dimension, "cache_read") == 0)
            sum += u->cached_tokens;
        else
            continue;
        found = true;
    }
    return found ? sum : -1;
}

static struct price_pick pick(const struct price_row *rows, size_t count,
                              const struct model *m, const struct line *l,
                              int64_t at_unix_s)
{
    struct price_offer offer = catalog_offer(m, l->billed->region);
    enum routing by_order[] = { ROUTING_IN_REGION, ROUTING_GEO };
    struct price_pick p = { 0 };
    if (l->is.global)
        return choose_row(rows, count, &offer, ROUTING_GLOBAL, l->is.dimension, "",
                          at_unix_s);
    /* the source region's own rate bills both, so either may hold it */
    for (int i = 0; i < 2 && !p.row; i++)
        p = choose_row(rows, count, &offer, by_order[i], l->is.dimension, "",
                       at_unix_s);
    return p;
}

static int zeros_of(int32_t per)
{
    return per == 1000000 ? 6 : per == 1000 ? 3 : 0;
}

static enum err_code price_line(struct bill_check *b, struct line *l,
                                struct name_join *join, struct err *e)
{
    struct arena *a = b->app->arena;
    struct model m = { 0 };
    struct price_row *rows = NULL;
    struct longhand rate, per;
    char text[USD_TEXT];
    size_t count = 0;
    l->is =
        usage_read(l->billed->usage_type, l->billed->product, l->billed->unit, join, a);
    l->logged = -1;
    l->why = l->is.why;
    if (l->why) return OK;
    l->logged = logged_tokens(b, l);
    if (catalog_model(&m, NULL, b->catalog, l->is.model, a, e) ||
        catalog_prices(&rows, &count, b->catalog, m.id, a, e))
        return e->code;
    struct price_pick p = pick(rows, count, &m, l, b->app->opt.now_unix_s);
    if (!p.row) {
        l->why = "the catalog has no price of it there";
        return OK;
    }
    /* quantity × tokens a unit × rate ÷ tokens of the rate */
    if (!longhand_read(&rate, str_of(usd_rate_text(text, p.row->rate))) ||
        !longhand_read(&per, str_of(arena_printf(a, "%d", l->is.per))) ||
        !longhand_times(&l->catalog, &l->billed->quantity, &per) ||
        !longhand_times(&l->catalog, &l->catalog, &rate) ||
        !longhand_shift(&l->catalog, zeros_of(p.row->rate.per)))
        return err_set(e, ERR_RANGE, "%s: more than can be reckoned",
                       l->billed->usage_type);
    l->priced = true;
    return OK;
}

static void add(struct longhand *sum, const struct longhand *x)
{
    if (!longhand_plus(sum, sum, x)) *sum = (struct longhand){ { 0 } };
}

static int compare(const void *x, const void *y)
{
    const struct line *a = x, *b = y;
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
    b->line = ARENA_NEW(b->app->arena, struct line, file->count + 1);
    for (size_t i = 0; i < file->count; i++) {
        struct line *l = &b->line[b->count++];
        l->billed = &file->row[i];
        if (price_line(b, l, join, e)) return e->code;
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

static enum err_code write_json(const struct bill_check *b,
                                const struct bill_file *file, struct err *e)
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
        const struct line *l = &b->line[i];
        json_object(j, NULL);
        json_text(j, "usage_type", l->billed->usage_type);
        json_text(j, "region", *l->billed->region ? l->billed->region : NULL);
        json_text(j, "model", l->is.model);
        json_text(j, "dimension", *l->is.dimension ? l->is.dimension : NULL);
        json_money(j, "quantity", l->billed->quantity);
        json_text(j, "unit", *l->billed->unit ? l->billed->unit : NULL);
        json_int(j, "rows", l->billed->rows);
        json_money(j, "billed_usd", l->billed->usd);
        if (l->priced)
            json_money(j, "catalog_usd", l->catalog);
        else
            json_null(j, "catalog_usd");
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
        { "ratio", "BILLED/CATALOG", RIGHT, 0, false },
        { "logged_tokens", "LOGGED TOKENS", RIGHT, 0, true },
        { "why", "WHY NOT", LEFT, 16, false },
    };
    struct arena *a = b->app->arena;
    struct table t;
    table_init(&t, NULL, columns, sizeof columns / sizeof *columns, a);
    for (size_t i = 0; i < b->count; i++) {
        const struct line *l = &b->line[i];
        const char **cell = table_row(&t);
        cell[0] = l->billed->usage_type;
        cell[1] = *l->billed->region ? l->billed->region : NULL;
        cell[2] = l->is.model;
        cell[3] = money(l->billed->quantity, a);
        cell[4] = *l->billed->unit ? l->billed->unit : NULL;
        cell[5] = money(l->billed->usd, a);
        cell[6] = l->priced ? money(l->catalog, a) : NULL;
        if (l->priced && number(&l->catalog) > 0)
            cell[7] =
                arena_printf(a, "%.3f", number(&l->billed->usd) / number(&l->catalog));
        if (l->logged >= 0) cell[8] = arena_printf(a, "%lld", (long long)l->logged);
        cell[9] = l->why;
    }
    const char *footer = app_footer(b->app, e);
    if (e->code) return e->code;
    table_note(&t,
               "billed %s USD: %s on lines that the catalog prices at %s, %s not "
               "explained; credits %s",
               money(b->billed, a), money(b->explained, a), money(b->catalog_sum, a),
               money(b->unexplained, a), money(b->credit, a));
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
    return app->format == FORMAT_JSON ? write_json(&b, &file, e)
                                      : write_table(&b, &file, e);
}

const struct command cmd_reconcile = {
    .name = "reconcile",
    .usage = "--cur FILE [options]",
    .summary = "set a bill beside what the catalog and the logs say",
    .details =
        "Reads Bedrock's rows of a Cost and Usage Report (2.0 or the older one) or a "
        "FOCUS export, CSV or gzip, adds them up by usage type, and prices the billed "
        "quantities with the catalog. What is not explained is listed with the reason. "
        "With --usage the tokens that your own logs counted stand beside: of the whole "
        "time that was imported, so import the bill's month.\n"
        "Parquet: duckdb -c \"COPY (SELECT * FROM 'cur/*.parquet' WHERE "
        "line_item_product_code LIKE '%Bedrock%') TO 'cur.csv'\"; so also for reports "
        "above 512 MB.",
    .example = "bedplan reconcile --cur cur-2026-10.csv.gz --usage prod",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .minor = true,
    .run = run,
};
