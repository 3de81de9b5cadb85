#include <math.h>

#include "date.h"
#include "json.h"
#include "probe_print.h"
#include "probe_saved.h"
#include "table.h"
#include "text.h"

struct settings {
    const char *data;
};

/* clang-format off */
static const struct opt opts[] = {
    { .key = "data", .type = OPT_TEXT, .offset = OPT_FIELD(struct settings, const char *, data),
      .unit = "DIR", .help = "folder of saved runs, else $XDG_DATA_HOME/bedplan" },
};
/* clang-format on */

static void put_p95(struct json *j, const char *key, const struct probe_stats *s)
{
    double v = s->p[PROBE_P95];
    if (isfinite(v))
        json_estimate(j, key, v, 9);
    else
        json_null(j, key);
}

static enum err_code print_json(struct app *app, const struct probe_saved *s,
                                size_t count, struct err *e)
{
    char time[DATE_TEXT];
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.probe-list/1");
    json_array(j, "probes");
    for (size_t i = 0; i < count; i++) {
        const struct probe_result *r = &s[i].result;
        json_object(j, NULL);
        json_text(j, "name", s[i].meta.name);
        json_text(j, "model", s[i].meta.model);
        json_text(j, "region", s[i].meta.region);
        json_text(j, "started", date_time_text(time, s[i].meta.started_unix_ms / 1000));
        json_text(j, "ended", probe_stop_text(&s[i].meta));
        json_int(j, "requests", r->requests);
        json_int(j, "ok", r->ok);
        put_p95(j, "ttft_p95_ms", &r->metric[PROBE_TTFT]);
        put_p95(j, "latency_p95_ms", &r->metric[PROBE_LATENCY]);
        if (r->usd_known)
            json_usd(j, "usd", r->usd);
        else
            json_null(j, "usd");
        json_end(j);
    }
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static void print_table(struct app *app, const struct probe_saved *s, size_t count)
{
    static const struct table_column column[] = {
        { .key = "name", .heading = "name", .min_width = 16 },
        { .key = "model", .heading = "model", .min_width = 12 },
        { .key = "region", .heading = "region", .droppable = true },
        { .key = "started", .heading = "started" },
        { .key = "ended", .heading = "ended", .droppable = true },
        { .key = "requests", .heading = "requests", .align = RIGHT },
        { .key = "ok", .heading = "ok", .align = RIGHT },
        { .key = "ttft_p95_ms", .heading = "ttft p95", .align = RIGHT },
        { .key = "latency_p95_ms",
          .heading = "latency p95",
          .align = RIGHT,
          .droppable = true },
    };
    struct arena *a = app->arena;
    struct table t;
    char text[DATE_TEXT];
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (size_t i = 0; i < count; i++) {
        const struct probe_result *r = &s[i].result;
        const char **row = table_row(&t);
        row[0] = s[i].meta.name;
        row[1] = s[i].meta.model;
        row[2] = s[i].meta.region;
        row[3] = arena_text(a, date_time_text(text, s[i].meta.started_unix_ms / 1000));
        row[4] = probe_stop_text(&s[i].meta);
        row[5] = arena_printf(a, "%lld", (long long)r->requests);
        row[6] = arena_printf(a, "%lld", (long long)r->ok);
        row[7] = probe_ms(r->metric[PROBE_TTFT].p[PROBE_P95], a);
        row[8] = probe_ms(r->metric[PROBE_LATENCY].p[PROBE_P95], a);
    }
    app_print_table(app, &t);
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *set = settings;
    struct probe_store *store = NULL;
    struct probe_meta *meta = NULL;
    size_t count = 0;
    if (args->count)
        return err_set(e, ERR_USAGE, "probe list takes no argument, not '%s'",
                       args->text[0]);
    if (probe_store_open(&store, set->data, false, app->arena, e)) return e->code;
    struct probe_saved *s = NULL;
    if (!probe_store_list(&meta, &count, store, app->arena, e))
        s = ARENA_NEW(app->arena, struct probe_saved, count + 1);
    for (size_t i = 0; i < count && !e->code; i++) {
        struct probe_saved *at = &s[i];
        at->meta = meta[i];
        if (probe_store_records(&at->record, &at->count, store, at->meta.id, app->arena,
                                e) ||
            probe_result_of(&at->result, &at->meta, at->record, at->count, app->arena,
                            e))
            break;
    }
    probe_store_close(store);
    if (e->code) return e->code;
    if (app->format == FORMAT_JSON) return print_json(app, s, count, e);
    if (count == 0) app_note(app, "no probe was saved yet; see 'probe --help'");
    if (count || app->format != FORMAT_TEXT) print_table(app, s, count);
    return OK;
}

const struct command cmd_probe_list = {
    .name = "probe list",
    .usage = "[options]",
    .summary = "name the saved probes",
    .example = "bedplan probe list",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .run = run,
};
