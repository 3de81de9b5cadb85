#include "dispatch.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "commands.h"
#include "help.h"
#include "result.h"
#include "seal.h"
#include "str.h"

/* argv with its options that precede the command moved behind it, so that
 * "bedplan --json price x" means "bedplan price --json x". */
struct words {
    char **word; /* the command's words first */
    size_t count;
    size_t leading; /* options that were moved */
};

/* Whether `flag` takes the next word as its value. Only options of every command may
 * precede the command. */
static enum err_code takes_value(bool *out, const char *flag, struct err *e)
{
    for (size_t i = 0; i < app_opt_count; i++) {
        const struct opt *o = &app_opts[i];
        bool shortly = o->letter && flag[1] == o->letter;
        bool longly = flag[1] == '-' && strcmp(flag + 2, o->key) == 0;
        if (!shortly && !longly) continue;
        *out = o->type != OPT_FLAG && (longly || flag[2] == '\0');
        return OK;
    }
    if (flag[1] == '-' && strchr(flag, '=')) {
        *out = false; /* the parser will know it */
        return OK;
    }
    return err_set(e, ERR_USAGE, "unknown option '%s' in front of the command", flag);
}

static enum err_code split(struct words *out, int argc, char **argv, struct arena *a,
                           struct err *e)
{
    size_t n = argc > 0 ? (size_t)argc : 0, at = n ? 1 : 0, first = at;
    while (at < n && argv[at][0] == '-' && argv[at][1] != '\0') {
        bool value = false;
        if (takes_value(&value, argv[at], e)) return e->code;
        at += value ? 2 : 1;
    }
    if (at > n) return err_set(e, ERR_USAGE, "'%s' wants a value", argv[n - 1]);
    *out = (struct words){ .word = ARENA_NEW(a, char *, n + 1), .leading = at - first };
    for (size_t i = at; i < n; i++)
        out->word[out->count++] = argv[i];
    for (size_t i = first; i < at; i++)
        out->word[out->count++] = argv[i];
    return OK;
}

/* BEDPLAN_SEED for --seed. Help and lists are for the command line alone. */
static enum err_code read_environment(const struct opt_table *t, bool *from,
                                      struct arena *a, struct err *e)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct opt *o = &t->opts[i];
        char *name = arena_printf(a, "BEDPLAN_%s", o->key);
        for (char *p = name; *p; p++)
            *p = (char)toupper((unsigned char)*p);
        const char *value = o->type == OPT_LIST ? NULL : getenv(name);
        if (!value || !*value || strcmp(o->key, "help") == 0) continue;
        if (opt_set(o, t->settings, value, a, e)) return err_wrap(e, "%s: ", name);
        from[i] = true;
    }
    return OK;
}

/* One format from --json, --format, the ending of -o and BEDPLAN_FORMAT. */
static enum err_code agree_on_format(struct app *app, const struct command *c,
                                     struct err *e)
{
    static const char *const name[] = { "text", "json", "csv", "tsv", "md" };
    unsigned can =
        c->formats ? c->formats : FORMATS(FORMAT_TEXT) | FORMATS(FORMAT_JSON);
    enum format asked = (enum format)app->opt.format;
    bool format_given = app_origin(app, "format") == OPT_COMMAND_LINE;
    bool json_given = app->opt.json && app_origin(app, "json") == OPT_COMMAND_LINE;
    if (json_given && format_given && asked != FORMAT_JSON)
        return err_set(e, ERR_USAGE, "--json and --format %s contradict each other",
                       name[asked]);
    if (json_given || format_given) {
        app->format = json_given ? FORMAT_JSON : asked;
        if (can & FORMATS(app->format)) return OK;
        return err_set(e, ERR_USAGE, "%s has no %s output", c->name, name[app->format]);
    }
    if (app->opt.json) asked = FORMAT_JSON;
    const char *dot = app->opt.output ? strrchr(app->opt.output, '.') : NULL;
    for (size_t i = FORMAT_JSON; dot && i <= FORMAT_MD; i++)
        if (strcmp(dot + 1, name[i]) == 0) asked = (enum format)i;
    if (!(can & FORMATS(asked))) asked = FORMAT_TEXT;
    while (!(can & FORMATS(asked)))
        asked++;
    app->format = asked;
    return OK;
}

/* The document in memory first, then with its seal to where it belongs. */
static enum err_code run_sealed(struct app *app, const struct command *c,
                                void *settings, const struct opt_list *args,
                                struct err *e)
{
    FILE *out = app->out;
    char *bytes = NULL;
    size_t size = 0;
    app->out = open_memstream(&bytes, &size);
    if (!app->out) return err_set(e, ERR_INTERNAL, "out of memory");
    enum err_code code = c->run(app, settings, args, e);
    fclose(app->out);
    app->out = out;
    if (size) seal_write(out, (struct str){ bytes, size });
    free(bytes);
    return code;
}

static enum err_code run(struct app *app, const struct command *c, void *settings,
                         const struct opt_list *args, struct err *e)
{
    struct result result;
    bool asked = app->opt.help || app->opt.version;
    const char *path = c->own_output || asked ? NULL : app->opt.output;
    if (result_open(&result, app, path, e)) return e->code;
    enum err_code code = OK;
    if (app->opt.help) {
        help_command(c, app->columns, app->out);
    } else if (app->opt.version) {
        help_version(app->out);
    } else if (c->sealed && app->format == FORMAT_JSON) {
        code = run_sealed(app, c, settings, args, e);
    } else {
        code = c->run(app, settings, args, e);
    }
    if (!code) code = app_check_age(app, e);
    assert(code == e->code); /* a failure says why */
    return result_close(&result, code, e);
}

static enum err_code parse_and_run(const struct command *c, struct words w, size_t used,
                                   int64_t now_unix_s, struct arena *a, struct err *e)
{
    struct app app = { .arena = a };
    void *settings = arena_alloc(a, 1, c->settings_bytes ? c->settings_bytes : 1);
    struct opt_table tables[] = {
        { app_opts, app_opt_count, &app.opt, ARENA_NEW(a, bool, app_opt_count) },
        { c->opts, c->opt_count, settings, ARENA_NEW(a, bool, c->opt_count) },
    };
    bool *environment[] = { ARENA_NEW(a, bool, app_opt_count),
                            ARENA_NEW(a, bool, c->opt_count) };
    app.table_count = sizeof tables / sizeof *tables;
    app.tables = tables;
    app.environment = (const bool *const *)environment;

    for (size_t t = 0; t < app.table_count; t++) {
        opt_presets(tables[t].opts, tables[t].count, tables[t].settings, a);
        if (read_environment(&tables[t], environment[t], a, e)) return e->code;
    }
    struct opt_list args = { 0 };
    if (opt_parse(tables, app.table_count, (int)(w.count - used) + 1, w.word + used - 1,
                  &args, /* the parser skips one word, a name */
                  a, e)) {
        return e->code;
    }
    if (app_origin(&app, "now") == OPT_PRESET) app.opt.now_unix_s = now_unix_s;
    if (!app.opt.help && !app.opt.version && agree_on_format(&app, c, e))
        return e->code;
    enum err_code code = run(&app, c, settings, &args, e);
    catalog_close(app.catalog);
    return code;
}

/* --help and --version without a command, `catalog --help`. */
static enum err_code general(bool *done, struct words w, struct arena *a, struct err *e)
{
    const char *topic = w.count > w.leading ? w.word[0] : NULL;
    if (topic && !command_group_find(topic)) return OK;
    bool help = false, version = false;
    for (size_t i = topic ? 1 : 0; i < w.count; i++) {
        assert(w.word[i]);
        help = help || strcmp(w.word[i], "--help") == 0 || strcmp(w.word[i], "-h") == 0;
        version = version || strcmp(w.word[i], "--version") == 0;
        if (topic && w.word[i][0] != '-') return OK;
    }
    if (!help && !version) return OK;
    struct app app = { .arena = a };
    struct result result;
    if (result_open(&result, &app, NULL, e)) return e->code;
    if (!help) {
        help_version(app.out);
    } else if (topic) {
        help_group(topic, app.columns, app.out);
    } else {
        help_all(app.columns, app.out);
    }
    *done = true;
    return result_close(&result, OK, e);
}

enum err_code dispatch(int argc, char **argv, int64_t now_unix_s, struct arena *a,
                       struct err *e)
{
    struct words w = { 0 };
    bool done = false;
    if (split(&w, argc, argv, a, e)) return e->code;
    if (general(&done, w, a, e) || done) return e->code;
    const struct command *c = NULL;
    size_t used = 0;
    if (command_find(&c, &used, (const char *const *)w.word, w.count - w.leading, a, e))
        return e->code;
    return parse_and_run(c, w, used, now_unix_s, a, e);
}
