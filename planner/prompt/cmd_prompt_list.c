#include <string.h>

#include "date.h"
#include "json.h"
#include "prompt_store.h"
#include "table.h"

#include "app.h"

struct settings {
    const char *data;
};

/* clang-format off */
static const struct opt opts[] = {
    { .key = "data", .type = OPT_TEXT, .offset = OPT_FIELD(struct settings, const char *, data),
      .unit = "DIR", .help = "folder of the store, else $XDG_DATA_HOME/bedplan" },
};
/* clang-format on */

/* The newest version of each name: versions come by name, then number. */
static size_t newest(struct prompt_version *v, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (i + 1 == count || strcmp(v[i].name, v[i + 1].name) != 0) v[n++] = v[i];
    return n;
}

static enum err_code print_json(struct app *app, const struct prompt_version *v,
                                size_t count, struct err *e)
{
    char time[DATE_TEXT];
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.prompt-list/1");
    json_array(j, "prompts");
    for (size_t i = 0; i < count; i++) {
        json_object(j, NULL);
        json_text(j, "name", v[i].name);
        json_int(j, "versions", v[i].number);
        json_text(j, "added", date_time_text(time, v[i].added_unix_s));
        json_text(j, "note", v[i].note);
        json_end(j);
    }
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static void print_table(struct app *app, const struct prompt_version *v, size_t count)
{
    static const struct table_column column[] = {
        { .key = "name", .heading = "name", .min_width = 16 },
        { .key = "versions", .heading = "versions", .align = RIGHT },
        { .key = "added", .heading = "last added" },
        { .key = "note", .heading = "note", .min_width = 12 },
    };
    struct table t;
    char day[DATE_TEXT];
    table_init(&t, NULL, column, sizeof column / sizeof *column, app->arena);
    for (size_t i = 0; i < count; i++) {
        const char **row = table_row(&t);
        row[0] = v[i].name;
        row[1] = arena_printf(app->arena, "%lld", (long long)v[i].number);
        row[2] = arena_text(app->arena, date_text(day, v[i].added_unix_s));
        row[3] = v[i].note;
    }
    app_print_table(app, &t);
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct prompt_store *store = NULL;
    struct prompt_version *v = NULL;
    size_t count = 0;
    if (args->count)
        return err_set(e, ERR_USAGE, "prompt list takes no argument, not '%s'",
                       args->text[0]);
    if (prompt_store_open(&store, s->data, false, app->arena, e)) return e->code;
    (void)!prompt_store_list(&v, &count, store, NULL, app->arena, e);
    prompt_store_close(store);
    if (e->code) return e->code;
    count = newest(v, count);
    if (app->format == FORMAT_JSON) return print_json(app, v, count, e);
    if (count == 0) app_note(app, "no prompt was added yet; see 'prompt add --help'");
    if (count || app->format != FORMAT_TEXT) print_table(app, v, count);
    return OK;
}

const struct command cmd_prompt_list = {
    .name = "prompt list",
    .usage = "[options]",
    .summary = "name the prompts and how many versions they have",
    .example = "bedplan prompt list",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .run = run,
};
