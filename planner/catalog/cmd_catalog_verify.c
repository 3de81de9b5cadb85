#include <string.h>

#include "app.h"
#include "catalog_facts.h"
#include "json.h"
#include "table.h"

struct verify_settings {
    bool errors;
};

/* clang-format off */
static const struct opt opts[] = {
    { .key = "errors", .type = OPT_FLAG, .unit = "",
      .offset = OPT_FIELD(struct verify_settings, bool, errors),
      .help = "only errors, no notes" },
};
/* clang-format on */

static enum err_code write_json(struct app *app, const struct finding *f, size_t count,
                                bool notes, size_t errors, struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.catalog-verify/1");
    json_int(j, "errors", (int64_t)errors);
    json_int(j, "notes", (int64_t)(count - errors));
    json_array(j, "findings");
    for (size_t i = 0; i < count; i++) {
        if (!notes && !f[i].error) continue;
        json_object(j, NULL);
        json_text(j, "level", f[i].error ? "error" : "note");
        json_text(j, "check", f[i].check);
        json_text(j, "subject", f[i].subject);
        json_text(j, "detail", f[i].detail);
        json_end(j);
    }
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static enum err_code write_table(struct app *app, const struct finding *f, size_t count,
                                 bool notes, size_t errors, struct err *e)
{
    static const struct table_column columns[] = {
        { "level", "LEVEL", LEFT, 0, false },
        { "check", "CHECK", LEFT, 0, false },
        { "subject", "SUBJECT", LEFT, 24, false },
        { "detail", "WHAT", LEFT, 24, false },
    };
    struct catalog *c = NULL;
    struct catalog_age age = { 0 };
    struct table t;
    table_init(&t, NULL, columns, sizeof columns / sizeof *columns, app->arena);
    for (size_t i = 0; i < count; i++) {
        if (!notes && !f[i].error) continue;
        const char **cell = table_row(&t);
        cell[0] = f[i].error ? "error" : "note";
        cell[1] = f[i].check;
        cell[2] = f[i].subject;
        cell[3] = f[i].detail;
    }
    if (app_catalog(app, &c, e) || catalog_age(&age, c, app->arena, e)) return e->code;
    const char *footer = app_footer(app, e);
    if (e->code) return e->code;
    table_note(&t, "%lld models, %lld prices, %lld sources: %zu error%s, %zu note%s",
               (long long)age.models, (long long)age.prices, (long long)age.sources,
               errors, errors == 1 ? "" : "s", count - errors,
               count - errors == 1 ? "" : "s");
    table_note(&t, "%s", footer);
    if (t.rows == 0 && app->format == FORMAT_TEXT) { /* no table without rows */
        for (size_t i = 0; i < t.notes; i++)
            fprintf(app->out, "%s\n", t.note[i]);
        return OK;
    }
    app_print_table(app, &t);
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct verify_settings *set = settings;
    struct catalog *c = NULL;
    struct finding *f = NULL;
    size_t count = 0, errors = 0;
    if (args->count)
        return err_set(e, ERR_USAGE, "'%s': catalog verify takes no argument",
                       args->text[0]);
    if (app_catalog(app, &c, e) ||
        catalog_verify(&f, &count, c, app->opt.now_unix_s, app->arena, e)) {
        return e->code;
    }
    for (size_t i = 0; i < count; i++)
        errors += f[i].error;
    if (app->format == FORMAT_JSON
            ? write_json(app, f, count, !set->errors, errors, e)
            : write_table(app, f, count, !set->errors, errors, e)) {
        return e->code;
    }
    if (errors) {
        return err_set(e, ERR_GATE, "%zu error%s in the catalog", errors,
                       errors == 1 ? "" : "s");
    }
    return OK;
}

const struct command cmd_catalog_verify = {
    .name = "catalog verify",
    .usage = "[options]",
    .summary = "check the catalog: keys, units, ranges, dates, doubtful prices",
    .details =
        "Errors are mistakes: a row that points nowhere, a price in another unit than "
        "its dimension, dates out of order. Notes are things to know: models without a "
        "price or past their end of life, prices on which sources disagree, which "
        "break "
        "a ratio that published prices keep, or which rest on one aggregator.\n\n"
        "Exits 1 when there is an error; notes do not count.",
    .example = "bedplan catalog verify --errors\n"
               "bedplan catalog verify --catalog other.db",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct verify_settings),
    .formats = FORMATS_TABLE,
    .run = run,
};
