#include <stdlib.h>

#include "app.h"
#include "date.h"
#include "json.h"
#include "table.h"
#include "usage_store.h"

struct settings {
    const char *data;
};

/* clang-format off */
static const struct opt opts[] = {
    { .key = "data", .type = OPT_TEXT, .offset = OPT_FIELD(struct settings, const char *, data),
      .unit = "DIR", .help = "folder of the store, else $XDG_DATA_HOME/bedplan" },
};
/* clang-format on */

static const char *time_of(const struct usage_entry *u, int64_t at_us, struct arena *a)
{
    char text[DATE_TEXT];
    return u->dated ? arena_text(a, date_time_text(text, at_us / 1000000)) : NULL;
}

static enum err_code print_json(struct app *app, const struct usage_entry *u,
                                size_t count, struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.usage-list/1");
    json_array(j, "usage");
    for (size_t i = 0; i < count; i++) {
        char text[DATE_TEXT];
        json_object(j, NULL);
        json_text(j, "name", u[i].name);
        json_text(j, "kind", usage_kind_word(u[i].kind));
        json_int(j, "requests", u[i].requests);
        json_int(j, "errors", u[i].errors);
        json_text(j, "first", time_of(&u[i], u[i].first_us, app->arena));
        json_text(j, "last", time_of(&u[i], u[i].last_us, app->arena));
        json_int(j, "files", u[i].files);
        json_bool(j, "replayable", u[i].requests_path != NULL);
        json_text(j, "imported", date_time_text(text, u[i].imported_unix_s));
        json_end(j);
    }
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static void print_table(struct app *app, const struct usage_entry *u, size_t count)
{
    static const struct table_column column[] = {
        { .key = "name", .heading = "name", .min_width = 12 },
        { .key = "kind", .heading = "kind", .droppable = true },
        { .key = "requests", .heading = "requests", .align = RIGHT },
        { .key = "errors", .heading = "errors", .align = RIGHT, .droppable = true },
        { .key = "first", .heading = "first" },
        { .key = "last", .heading = "last" },
        { .key = "files", .heading = "files", .align = RIGHT, .droppable = true },
        { .key = "replayable", .heading = "replay", .droppable = true },
    };
    struct table t;
    struct arena *a = app->arena;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (size_t i = 0; i < count; i++) {
        const char **row = table_row(&t);
        row[0] = u[i].name;
        row[1] = usage_kind_word(u[i].kind);
        row[2] = arena_printf(a, "%lld", (long long)u[i].requests);
        row[3] = arena_printf(a, "%lld", (long long)u[i].errors);
        row[4] = time_of(&u[i], u[i].first_us, a);
        row[5] = time_of(&u[i], u[i].last_us, a);
        row[6] = arena_printf(a, "%lld", (long long)u[i].files);
        row[7] = u[i].requests_path ? "yes" : "no";
    }
    app_print_table(app, &t);
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct usage_store *store = NULL;
    struct usage_entry *entry = NULL;
    size_t count = 0;
    if (args->count > 0)
        return err_set(e, ERR_USAGE, "usage list wants no '%s'", args->text[0]);
    if (usage_store_open(&store, s->data, false, app->arena, e)) return e->code;
    enum err_code code = usage_store_list(&entry, &count, store, app->arena, e);
    usage_store_close(store);
    if (code) return code;
    if (app->format == FORMAT_JSON) return print_json(app, entry, count, e);
    if (count == 0)
        app_note(app, "no usage was imported yet; see 'usage import --help'");
    if (count > 0 || app->format != FORMAT_TEXT) print_table(app, entry, count);
    return OK;
}

const struct command cmd_usage_list = {
    .name = "usage list",
    .usage = "[options]",
    .summary = "name the imported usage",
    .example = "bedplan usage list",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .run = run,
};
