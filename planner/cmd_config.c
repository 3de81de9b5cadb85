#include "app.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "ini.h"
#include "json.h"
#include "plan_config.h"
#include "plan_example.h"
#include "table.h"

/* What holds and where it comes from; and an example to start from. */

struct settings {
    bool example, show_origin;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "example", .type = OPT_FLAG, .unit = "", .offset = AT(bool, example),
      .help = "print plan.ini.example: every key, explained" },
    { .key = "show_origin", .type = OPT_FLAG, .unit = "", .offset = AT(bool, show_origin),
      .help = "say where each value comes from: file and line, or built in" },
};
#undef AT
/* clang-format on */

static const struct table_column columns[] = {
    { .key = "section", .heading = "section", .align = LEFT },
    { .key = "key", .heading = "key", .align = LEFT },
    { .key = "value", .heading = "value", .align = LEFT, .min_width = 16 },
    { .key = "origin", .heading = "origin", .align = LEFT, .min_width = 12 },
};

static const struct ini_entry *entry_of(const struct ini *ini, const char *section,
                                        const char *name, const char *key)
{
    for (size_t i = 0; i < ini->count; i++) {
        const struct ini_entry *in = &ini->entry[i];
        if (strcmp(in->section, section) == 0 && strcmp(in->name, name) == 0 &&
            strncmp(in->key, key, strlen(key)) == 0 &&
            strchr(" >", in->key[strlen(key)]))
            return in;
    }
    return NULL;
}

/* The command line's seed stands above the plan's (as its other options do). */
static void add_row(struct table *t, const struct app *app, const struct ini *ini,
                    const char *section, const char *name, const struct opt *o)
{
    const struct ini_entry *in = entry_of(ini, section, name, o->key);
    bool seed = strcmp(section, "plan") == 0 && strcmp(o->key, "seed") == 0;
    enum opt_origin said = seed ? app_origin(app, "seed") : OPT_PRESET;
    const char **cell = table_row(t);
    cell[0] = *name ? arena_printf(app->arena, "%s %s", section, name) : section;
    cell[1] = o->key;
    if (said != OPT_PRESET) {
        cell[2] = arena_printf(app->arena, "%lld", (long long)app->opt.seed);
        cell[3] = said == OPT_ENVIRONMENT ? "BEDPLAN_SEED" : "command line";
    } else if (in) {
        cell[2] = in->value;
        cell[3] = arena_printf(app->arena, "%s:%d", ini->path, in->line);
    } else {
        cell[2] = o->preset;
        cell[3] = o->preset ? "built in" : "not set";
    }
}

static void collect(struct table *t, const struct app *app, const struct ini *ini)
{
    for (size_t i = 0; i < ini->section_count; i++) {
        const struct ini_section *s = &ini->sections[i];
        const struct plan_section *p = plan_section_find(s->section);
        for (size_t k = 0; p && k < p->opt_count; k++)
            add_row(t, app, ini, s->section, s->name, &p->opts[k]);
    }
}

static enum err_code print_json(const struct table *t, FILE *f, struct err *e)
{
    struct json *j = json_open(f);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.config/1");
    json_array(j, "settings");
    for (size_t i = 0; i < t->rows; i++) {
        json_object(j, NULL);
        for (size_t c = 0; c < t->columns; c++)
            json_text(j, t->column[c].key, t->row[i][c]);
        json_end(j);
    }
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    if (s->example) {
        plan_example_print(app->out);
        return OK;
    }
    const char *path = args->count ? args->text[0] : "plan.ini";
    struct plan_config config; /* read for its checks: what is shown is valid */
    struct ini ini;
    char *bytes;
    size_t size;
    if (plan_config_read(&config, path, app->opt.now_unix_s, app->arena, e) ||
        file_read(&bytes, &size, path, 4 << 20, app->arena, e) ||
        ini_load(&ini, path, bytes, size, app->arena, e))
        return e->code;
    struct table t;
    table_init(&t, NULL, columns, s->show_origin ? 4 : 3, app->arena);
    /* rows are filled to the last column: keep all four cells */
    t.columns = 4;
    collect(&t, app, &ini);
    t.columns = s->show_origin ? 4 : 3;
    if (app->format == FORMAT_JSON) return print_json(&t, app->out, e);
    app_print_table(app, &t);
    return OK;
}

const struct command cmd_config = {
    .name = "config",
    .usage = "[plan.ini] [--show-origin] | --example",
    .summary = "what a plan file says, key by key, and where each value comes from",
    .example = "bedplan config --example > plan.ini\n"
               "bedplan config plan.ini --show-origin",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .minor = true,
    .run = run,
};
