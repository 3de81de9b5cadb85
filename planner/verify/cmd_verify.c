#include <string.h>

#include "app.h"
#include "catalog_facts.h"
#include "file.h"
#include "json.h"
#include "json_scan.h"
#include "longhand.h"
#include "seal.h"

enum { RESULT_MAX_BYTES = 256 << 20, USD_DECIMALS = 9 };

enum top_field { SCHEMA, MODEL, LINES, USD_TOTAL, DISCOUNT, CANDIDATES, TOP_FIELDS };
static const struct scan_rule top_rules[] = {
    { 0, "schema", SCHEMA, -1 },     { 0, "model", MODEL, -1 },
    { 0, "lines", LINES, -1 },       { 0, "usd", USD_TOTAL, -1 },
    { 0, "discount", DISCOUNT, -1 }, { 0, "candidates", CANDIDATES, -1 },
};

enum line_field {
    DIMENSION,
    TIER,
    QUANTITY,
    RATE,
    PER,
    USD_OF,
    SOURCE,
    AS_OF,
    TRUST_OF,
    LINE_FIELDS
};
static const struct scan_rule line_rules[] = {
    { 0, "dimension", DIMENSION, -1 },
    { 0, "context_tier", TIER, -1 },
    { 0, "quantity", QUANTITY, -1 },
    { 0, "usd_per_unit", RATE, -1 },
    { 0, "per", PER, -1 },
    { 0, "usd", USD_OF, -1 },
    { 0, "source", SOURCE, -1 },
    { 0, "as_of", AS_OF, -1 },
    { 0, "trust", TRUST_OF, -1 },
};

struct finding_of {
    size_t line; /* from 1; 0 the whole */
    const char *field, *detail;
};

struct check {
    struct app *app;
    struct catalog *catalog;
    enum seal seal;
    const char *schema;
    size_t lines, proven; /* proven: the row is in the catalog */
    struct finding_of *finding, *stale;
    size_t findings, stales, finding_capacity, stale_capacity;
    struct longhand total, keep; /* keep: what is left after the discount */
};

static const char *text_of(const struct check *c, const struct scan_value *v)
{
    char *out = arena_alloc(c->app->arena, v->raw.n + 1, 1);
    long n = v->type == SCAN_TEXT ? json_unescape(out, v->raw) : -1;
    if (n < 0) return "";
    out[n] = '\0';
    return out;
}

static void found(struct check *c, const char *field, const char *detail)
{
    struct arena *a = c->app->arena;
    c->finding = arena_grow(a, c->finding, &c->finding_capacity, c->findings + 1,
                            sizeof *c->finding);
    c->finding[c->findings++] = (struct finding_of){ c->lines, field, detail };
}

/* quantity × rate ÷ per, less the discount, to a billionth of a dollar */
static void check_cost(struct check *c, const struct scan_value *f)
{
    struct longhand quantity, rate, per, said, cost;
    char text[LONGHAND_DIGITS + 3];
    int zeros = f[PER].raw.n ? (int)f[PER].raw.n - 1 : -1;
    if (!longhand_read(&quantity, f[QUANTITY].raw) ||
        !longhand_read(&rate, f[RATE].raw) || !longhand_read(&per, f[PER].raw) ||
        !longhand_read(&said, f[USD_OF].raw)) {
        found(c, "usd", "a figure is missing or no number");
        return;
    }
    longhand_text(text, &per);
    if (strcmp(text, "1") != 0 && strcmp(text, "1000") != 0 &&
        strcmp(text, "1000000") != 0) {
        found(c, "per", "is not 1, 1000 or 1000000");
        return;
    }
    zeros = (int)strlen(text) - 1;
    if (!longhand_times(&cost, &quantity, &rate) || !longhand_shift(&cost, zeros) ||
        !longhand_times(&cost, &cost, &c->keep) ||
        !longhand_plus(&c->total, &c->total, &cost)) {
        found(c, "usd", "a figure is out of range");
        return;
    }
    longhand_round(&cost, USD_DECIMALS);
    longhand_round(&said, USD_DECIMALS);
    if (!longhand_equal(&cost, &said))
        found(c, "usd",
              arena_printf(c->app->arena, "is %.*s, but the line comes to %s",
                           STR_ARG(f[USD_OF].raw), longhand_text(text, &cost)));
}

static bool same_row(const struct check *c, const struct price_row *r,
                     const struct scan_value *f)
{
    static const char *const trust[] = { "A", "B", "C" };
    char usd[USD_TEXT];
    struct longhand a, b, per;
    if (!longhand_read(&a, str_of(usd_rate_text(usd, r->rate))) ||
        !longhand_read(&b, f[RATE].raw) || !longhand_read(&per, f[PER].raw))
        return false;
    struct longhand ours;
    return longhand_read(&ours,
                         str_of(arena_printf(c->app->arena, "%d", r->rate.per))) &&
           longhand_equal(&a, &b) && longhand_equal(&ours, &per) &&
           strcmp(r->dimension, text_of(c, &f[DIMENSION])) == 0 &&
           strcmp(r->source, text_of(c, &f[SOURCE])) == 0 &&
           strcmp(r->as_of, text_of(c, &f[AS_OF])) == 0 &&
           strcmp(trust[r->trust], text_of(c, &f[TRUST_OF])) == 0;
}

/* The line's price is a row of the catalog, with the same proof. */
static enum err_code check_row(struct check *c, const char *model,
                               const struct scan_value *f, struct err *e)
{
    struct arena *a = c->app->arena;
    struct model m = { 0 };
    struct price_row *rows = NULL;
    size_t count = 0;
    struct err unknown = { 0 };
    if (catalog_model(&m, NULL, c->catalog, model, a, &unknown) == OK) {
        if (catalog_prices(&rows, &count, c->catalog, m.id, a, e)) return e->code;
        for (size_t i = 0; i < count; i++) {
            if (!same_row(c, &rows[i], f)) continue;
            c->proven++;
            return OK;
        }
    }
    c->stale =
        arena_grow(a, c->stale, &c->stale_capacity, c->stales + 1, sizeof *c->stale);
    c->stale[c->stales++] = (struct finding_of){
        c->lines, text_of(c, &f[DIMENSION]),
        "no row of this catalog has this price with this source, date and trust"
    };
    return OK;
}

/* `priced`: the lines have quantities and costs, and add up to `total`. */
static enum err_code check_lines(struct check *c, struct str lines, const char *model,
                                 bool priced, struct err *e)
{
    struct str line;
    while (json_scan_next_object(&line, &lines)) {
        struct scan_value f[LINE_FIELDS];
        const char *p = line.p;
        c->lines++;
        if (json_scan(f, LINE_FIELDS, line_rules,
                      sizeof line_rules / sizeof *line_rules, &p,
                      line.p + line.n) != SCAN_OK) {
            found(c, "line", "is no JSON object");
            continue;
        }
        if (priced && f[QUANTITY].type != SCAN_ABSENT) check_cost(c, f);
        if (f[SOURCE].type == SCAN_TEXT && check_row(c, model, f, e)) return e->code;
    }
    return OK;
}

static void check_total(struct check *c, const struct scan_value *total)
{
    char text[LONGHAND_DIGITS + 3];
    struct longhand said, sum = c->total;
    if (total->type != SCAN_NUMBER) return;
    c->lines = 0;
    longhand_round(&sum, USD_DECIMALS);
    if (!longhand_read(&said, total->raw) || !longhand_equal(&said, &sum))
        found(c, "usd",
              arena_printf(c->app->arena, "is %.*s, but the lines add up to %s",
                           STR_ARG(total->raw), longhand_text(text, &sum)));
}

static enum err_code check_candidates(struct check *c, struct str list, struct err *e)
{
    struct str one;
    while (json_scan_next_object(&one, &list)) {
        struct scan_value f[TOP_FIELDS];
        const char *p = one.p;
        if (json_scan(f, TOP_FIELDS, top_rules, sizeof top_rules / sizeof *top_rules,
                      &p, one.p + one.n) != SCAN_OK)
            continue;
        if (check_lines(c, f[LINES].raw, text_of(c, &f[MODEL]), false, e))
            return e->code;
    }
    return OK;
}

static enum err_code check_result(struct check *c, struct str json, struct err *e)
{
    struct scan_value f[TOP_FIELDS];
    const char *p = json.p;
    c->seal = seal_check(json);
    enum scan_result r =
        json_scan(f, TOP_FIELDS, top_rules, sizeof top_rules / sizeof *top_rules, &p,
                  json.p + json.n);
    if (r != SCAN_OK) return err_set(e, ERR_INPUT, "it is no whole JSON object");
    c->schema = text_of(c, &f[SCHEMA]);
    bool lines = f[LINES].type == SCAN_ARRAY, plan = f[CANDIDATES].type == SCAN_ARRAY;
    if (strncmp(c->schema, "bedplan.", 8) != 0 || (!lines && !plan))
        return err_set(e, ERR_INPUT,
                       "it is no answer of 'bedplan price --json' or 'plan --json'");
    struct longhand off = { { 0 } };
    if (f[DISCOUNT].type == SCAN_NUMBER && !longhand_read(&off, f[DISCOUNT].raw))
        found(c, "discount", "is no number");
    if (!longhand_rest(&c->keep, &off)) found(c, "discount", "is more than everything");
    if (c->seal == SEAL_BROKEN) found(c, "seal", "the document was changed");
    if (plan) return check_candidates(c, f[CANDIDATES].raw, e);
    if (check_lines(c, f[LINES].raw, text_of(c, &f[MODEL]), true, e)) return e->code;
    size_t count = c->lines;
    check_total(c, &f[USD_TOTAL]);
    c->lines = count;
    return OK;
}

static void json_findings(struct json *j, const char *key, const struct finding_of *f,
                          size_t count)
{
    json_array(j, key);
    for (size_t i = 0; i < count; i++) {
        json_object(j, NULL);
        if (f[i].line)
            json_int(j, "line", (int64_t)f[i].line);
        else
            json_null(j, "line");
        json_text(j, "field", f[i].field);
        json_text(j, "detail", f[i].detail);
        json_end(j);
    }
    json_end(j);
}

static enum err_code print_json(const struct check *c, bool good, struct err *e)
{
    struct json *j = json_open(c->app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.verify/1");
    json_text(j, "result", c->schema);
    json_bool(j, "verified", good);
    json_text(j, "seal", seal_text(c->seal));
    json_int(j, "lines", (int64_t)c->lines);
    json_int(j, "lines_in_catalog", (int64_t)c->proven);
    json_findings(j, "findings", c->finding, c->findings);
    json_findings(j, "not_in_catalog", c->stale, c->stales);
    json_end(j);
    return json_close(j, e);
}

static void print_text(const struct check *c, const char *path, bool good)
{
    FILE *f = c->app->out;
    for (size_t i = 0; i < c->findings; i++) {
        if (c->finding[i].line) fprintf(f, "line %zu: ", c->finding[i].line);
        fprintf(f, "%s: %s\n", c->finding[i].field, c->finding[i].detail);
    }
    for (size_t i = 0; i < c->stales; i++)
        fprintf(f, "line %zu: %s: %s\n", c->stale[i].line, c->stale[i].field,
                c->stale[i].detail);
    fprintf(f, "%s: %s: %zu lines, %zu rows found in the catalog, seal %s\n", path,
            good ? "verified" : "NOT verified", c->lines, c->proven,
            seal_text(c->seal));
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    struct check c = { .app = app };
    char *bytes = NULL;
    size_t size = 0;
    (void)settings;
    if (args->count != 1) return err_set(e, ERR_USAGE, "verify wants one RESULT.json");
    const char *path = args->text[0];
    if (file_read(&bytes, &size, path, RESULT_MAX_BYTES, app->arena, e) ||
        app_catalog(app, &c.catalog, e))
        return e->code;
    if (check_result(&c, (struct str){ bytes, size }, e))
        return err_wrap(e, "%s: ", path);
    /* a row that was superseded since is no fault of a document whose seal holds */
    bool good = c.findings == 0 && (c.stales == 0 || c.seal == SEAL_HOLDS);
    if (app->format != FORMAT_JSON)
        print_text(&c, path, good);
    else if (print_json(&c, good, e))
        return e->code;
    if (good) return OK;
    return err_set(e, ERR_GATE, "%s is not what was printed, or not what its rows say",
                   path);
}

const struct command cmd_verify = {
    .name = "verify",
    .usage = "RESULT.json",
    .summary = "recompute a saved answer and look for any change",
    .details =
        "Reads what 'price --json' or 'plan --json' printed. Each line's quantity "
        "times "
        "its price is reckoned again digit by digit, the lines are added up, every "
        "price "
        "is looked for in the catalog with its source, date and trust, and the seal at "
        "the end of the document is compared with all before it. Exit status 1 when "
        "anything differs.\n"
        "A price that the catalog no longer has, because an import replaced it, is "
        "said "
        "and fails only a document without a seal. The seal finds changes; it is no "
        "signature.",
    .example = "bedplan price amazon.nova-lite-v1:0 --input 5000 --json -o bill.json\n"
               "bedplan verify bill.json",
    .minor = true,
    .run = run,
};
