#include "json.h"
#include "file.h"
#include "proof_check.h"

enum { RESULT_MAX_BYTES = 64 << 20 };

static void json_findings(struct json *j, const char *key, const struct finding_list *l)
{
    json_array(j, key);
    for (size_t i = 0; i < l->count; i++) {
        const struct check_finding *f = &l->item[i];
        json_object(j, NULL);
        if (f->line)
            json_int(j, "line", (int64_t)f->line);
        else
            json_null(j, "line");
        json_text(j, "where", *f->where ? f->where : NULL);
        json_text(j, "field", f->field);
        json_text(j, "detail", f->detail);
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
    json_int(j, "recomputed", (int64_t)c->recomputed);
    json_int(j, "sums", (int64_t)c->sums);
    json_int(j, "rows", (int64_t)c->priced);
    json_int(j, "lines_in_catalog", (int64_t)c->proven);
    json_findings(j, "findings", &c->finding);
    json_findings(j, "not_in_catalog", &c->stale);
    json_end(j);
    return json_close(j, e);
}

static void print_findings(FILE *f, const struct finding_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct check_finding *x = &l->item[i];
        fprintf(f, "%s%s%s: %s\n", x->where, *x->where ? ": " : "", x->field,
                x->detail);
    }
}

static void print_text(const struct check *c, const char *path, bool good)
{
    FILE *f = c->app->out;
    print_findings(f, &c->finding);
    print_findings(f, &c->stale);
    fprintf(
        f,
        "%s: %s: %zu of %zu lines recomputed, %zu sums, %zu of %zu rows found in the "
        "catalog, seal %s\n",
        path, good ? "verified" : "NOT verified", c->recomputed, c->lines, c->sums,
        c->proven, c->priced, seal_text(c->seal));
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
    if (check_document(&c, (struct str){ bytes, size }, e))
        return err_wrap(e, "%s: ", path);
    /* a row that was superseded since is no fault of a document whose seal holds */
    bool good = c.finding.count == 0;
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
        "Reads what a command with prices printed with --json: price, plan, size, "
        "commit, forecast, diff, replay, probe, tune check, catalog eol, reconcile. "
        "Each line's quantity times its price is reckoned again digit by digit by a "
        "second method, sums are added up again (totals, means, idle months), every "
        "price is looked for in the catalog with its source, date and trust, and the "
        "seal at the end of the document is compared with all before it. Exit status "
        "1 when anything differs.\n\n"
        "Percentiles, shares and dates come from simulated paths and follow from no "
        "line: these the seal alone covers. A price that the catalog no longer has, "
        "because an import replaced it, is said and is no fault while the seal holds. "
        "The seal finds changes; it is no signature.",
    .example = "bedplan price amazon.nova-lite-v1:0 --input 5000 --json -o bill.json\n"
               "bedplan verify bill.json",
    .minor = true,
    .run = run,
};
