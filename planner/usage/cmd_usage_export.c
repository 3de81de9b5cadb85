#include <string.h>
#include <unistd.h>

#include "app.h"
#include "usage_find.h"
#include "usage_store.h"

struct settings {
    const char *source, *license, *data;
};

#define TEXT(f) OPT_FIELD(struct settings, const char *, f)
static const struct opt opts[] = {
    { .key = "source",
      .unit = "TEXT",
      .type = OPT_TEXT,
      .offset = TEXT(source),
      .help = "where the trace comes from, kept with the figures" },
    { .key = "license",
      .unit = "TEXT",
      .type = OPT_TEXT,
      .offset = TEXT(license),
      .help = "under which terms its figures may be passed on" },
    { .key = "data",
      .unit = "DIR",
      .type = OPT_TEXT,
      .offset = TEXT(data),
      .help = "folder of the store, else $XDG_DATA_HOME/bedplan" },
};
#undef TEXT

/* In quotes for a shell. */
static const char *quoted(const char *text, struct arena *a)
{
    const char *out = "'";
    for (const char *end; (end = strchr(text, '\'')); text = end + 1)
        out = arena_printf(a, "%s%.*s'\\''", out, (int)(end - text), text);
    return arena_printf(a, "%s%s'", out, text);
}

/* What was typed, less the folders of the file, which are the user's own business. */
static const char *command_line(const struct settings *s, const char *path,
                                struct arena *a)
{
    const char *slash = strrchr(path, '/');
    const char *line =
        arena_printf(a, "bedplan usage export %s", slash ? slash + 1 : path);
    if (s->source) line = arena_printf(a, "%s --source %s", line, quoted(s->source, a));
    if (s->license)
        line = arena_printf(a, "%s --license %s", line, quoted(s->license, a));
    return line;
}

static enum err_code export_name(struct app *app, const struct settings *s,
                                 const char *name, struct err *e)
{
    struct usage_store *store = NULL;
    struct usage_entry entry = { 0 };
    struct usage_stats stats = { 0 };
    if (usage_store_open(&store, s->data, false, app->arena, e)) return e->code;
    enum err_code code = usage_store_find(&entry, store, name, app->arena, e);
    if (!code) code = usage_store_load(&stats, store, &entry, app->arena, e);
    usage_store_close(store);
    if (code) return code;
    struct usage_attribution by = { s->source, s->license,
                                    command_line(s, name, app->arena) };
    return usage_write_stats(app->out, &stats, &by, e) ? err_wrap(e, "%s: ", name) : OK;
}

/* A file that is there is meant before a NAME; what ends in ".csv" or has folders can
 * only be a file. */
static bool is_file(const char *text)
{
    return strcmp(text, "-") == 0 || strchr(text, '/') || text_ends(text, ".csv") ||
           access(text, F_OK) == 0;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct trace t;
    if (args->count != 1)
        return err_set(e, ERR_USAGE, "usage export wants one NAME or TRACE.csv");
    const char *path = args->text[0];
    if (!is_file(path)) return export_name(app, s, path, e);
    if (trace_read(&t, path, app->arena, e)) return e->code;
    struct usage_attribution by = { s->source, s->license,
                                    command_line(s, path, app->arena) };
    if (usage_write(app->out, &t, &by, app->arena, e)) return err_wrap(e, "%s: ", path);
    return OK;
}

const struct command cmd_usage_export = {
    .name = "usage export",
    .usage = "NAME|TRACE.csv [-o FILE.json] [options]",
    .summary = "summarise usage or a trace: joint lengths, arrivals, burstiness",
    .details =
        "Writes the figures of an imported NAME, or reads a CSV with the columns "
        "timestamp (or seconds), input, output and "
        "optionally cached; Azure's ContextTokens and GeneratedTokens are known too. "
        "Rows must be in order of time.\n"
        "Writes the summary file that 'usage =' of plan.ini reads: counts and sums, no "
        "text. A cell with one request shows the two lengths of that request.",
    .example = "bedplan usage export trace.csv -o usage.json",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .run = run,
};
