#include <string.h>

#include "app.h"
#include "str.h"
#include "usage_store.h"
#include "why_report.h"

struct settings {
    const char *data;
    double quota_tpm, quota_rpm, quota_tpd, burndown, window_s, ttft_ms, tpot_ms;
    int64_t max_tokens;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
#define REAL(key_, f, unit_, lo_, hi_, preset_, help_) \
    { .key = key_, .type = OPT_REAL, .offset = AT(double, f), .unit = unit_, .lo = lo_, \
      .hi = hi_, .preset = preset_, .help = help_ }
static const struct opt opts[] = {
    REAL("quota_tpm", quota_tpm, "X", 0.001, 1e12, NULL,
         "tokens per minute [the catalog's default of the model]"),
    REAL("quota_rpm", quota_rpm, "X", 0.001, 1e12, NULL, "requests per minute too"),
    REAL("quota_tpd", quota_tpd, "X", 0.001, 1e12, NULL, "tokens per day too"),
    REAL("burndown", burndown, "B", 0.001, 100, NULL,
         "output tokens count B times, once they are known [the catalog's]"),
    { .key = "max_tokens", .type = OPT_INT, .offset = AT(int64_t, max_tokens), .unit = "M",
      .lo = 1, .hi = REQUEST_MAX_TOKENS,
      .help = "reserved for requests that state none [the model's longest answer]" },
    REAL("window", window_s, "S", 0.001, 86400, "60",
         "seconds of rate that a bucket holds (unpublished)"),
    REAL("ttft_ms", ttft_ms, "A", 0, 1e9, NULL,
         "milliseconds to the first token [fitted to the latencies in the logs]"),
    REAL("tpot_ms", tpot_ms, "B", 0, 1e6, NULL, "milliseconds per output token [fitted]"),
    { .key = "data", .type = OPT_TEXT, .offset = AT(const char *, data), .unit = "DIR",
      .help = "folder of the store, else $XDG_DATA_HOME/bedplan" },
};
#undef REAL
#undef AT
/* clang-format on */

struct asking {
    struct app *app;
    const struct settings *set;
    struct usage_entry entry;
    struct usage_models models;
    struct usage_stats stats;
};

static void note(struct why_report *r, const char *text)
{
    size_t i = 0;
    while (i + 1 < sizeof r->note / sizeof *r->note && r->note[i])
        i++;
    r->note[i] = text;
}

/* The records of one model, by time. Owns: the arena. */
static enum err_code records(struct usage_record **out, size_t *count,
                             const struct asking *q, const struct usage_by_model *m,
                             struct err *e)
{
    struct record_reader *in = NULL;
    struct usage_record r;
    size_t capacity = 0;
    bool more = true;
    *out = NULL;
    *count = 0;
    if (record_reader_open(&in, q->entry.requests_path, e)) return e->code;
    while (!record_reader_next(in, &r, &more, e) && more) {
        const struct usage_model *of = &q->models.model[r.model];
        bool wanted = r.model < q->models.count && strcmp(of->id, m->id) == 0 &&
                      strcmp(of->region, m->region) == 0;
        bool counts = r.status == USAGE_OK || r.status == USAGE_THROTTLED;
        if (!wanted || !counts) continue;
        *out = arena_grow(q->app->arena, *out, &capacity, *count + 1, sizeof **out);
        (*out)[(*count)++] = r;
    }
    record_reader_close(in);
    return e->code;
}

/* The catalog's default of the account's quota; what it does not know stays 0. */
static enum err_code default_quota(struct quota *out, const struct asking *q,
                                   const struct model *m, const char *region,
                                   enum routing routing, struct err *e)
{
    struct catalog *c = NULL;
    if (app_catalog(q->app, &c, e)) return e->code;
    return catalog_quota(out, c, m->id, region, routing, false, q->app->arena, e);
}

static bool all_state_max_tokens(const struct usage_record *r, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (r[i].max_tokens == 0) return false;
    return true;
}

static void set_reserve(struct why_report *r, const struct asking *q,
                        const struct model *m, const struct usage_record *record,
                        size_t n)
{
    struct admission *a = &r->quota;
    a->max_tokens = q->set->max_tokens ? q->set->max_tokens : m ? m->max_output : 0;
    a->reserve = RESERVE_MAX;
    if (all_state_max_tokens(record, n)) {
        a->max_tokens = 0;
        return;
    }
    if (a->max_tokens > 0) {
        if (!q->set->max_tokens)
            note(
                r,
                "requests that state no max_tokens reserve the model's longest answer");
        return;
    }
    a->reserve = RESERVE_ACTUAL;
    note(r, "max_tokens is not stated and the model's longest answer not known: only "
            "what came out is counted; --max-tokens says more");
}

static enum err_code find_quota(struct why_report *r, const struct asking *q,
                                struct model *m, bool known, enum routing routing,
                                struct err *e)
{
    const struct settings *s = q->set;
    struct quota d = { .source = "", .as_of = "" };
    if (known && default_quota(&d, q, m, r->region, routing, e)) return e->code;
    if (d.closed)
        note(r, "the quota that your account was shown is 0: nothing is admitted until "
                "it is raised");
    r->quota = (struct admission){
        .kind = CAPACITY_QUOTA,
        .quota_tpm = s->quota_tpm > 0 ? s->quota_tpm : (double)d.tokens_per_min,
        .rpm = s->quota_tpm > 0 || s->quota_rpm > 0 ? s->quota_rpm
                                                    : (double)d.requests_per_min,
        .tpd = s->quota_tpd > 0 ? s->quota_tpd : (double)d.tokens_per_day,
        .burndown = s->burndown > 0  ? s->burndown
                    : d.burndown > 0 ? d.burndown
                                     : 1,
        .window_s = s->window_s,
        .ttft_ms = s->ttft_ms,
        .tpot_ms = s->tpot_ms,
    };
    r->quota_known = r->quota.quota_tpm > 0;
    r->quota_source = "none is known of this model; --quota-tpm states it";
    if (!r->quota_known) return OK;
    r->quota_source = "as given";
    if (!(s->quota_tpm > 0))
        r->quota_source = arena_printf(
            q->app->arena, "AWS's default of %s; yours may differ", d.as_of);
    if (!(s->burndown > 0) && d.burndown == 0)
        note(r, "output tokens count once: the model's burndown is not known");
    return OK;
}

/* What the model's other quotas would have let pass. */
static enum err_code other_routings(struct why_report *r, const struct asking *q,
                                    const struct model *m, enum routing own,
                                    const struct usage_record *record, size_t n,
                                    struct err *e)
{
    static const enum routing routing[WHY_ROUTINGS] = { ROUTING_IN_REGION, ROUTING_GEO,
                                                        ROUTING_GLOBAL };
    for (int i = 0; i < WHY_ROUTINGS; i++) {
        struct quota d = { .source = "" };
        struct why_routing *o = &r->other[i];
        if (routing[i] == own) continue;
        if (default_quota(&d, q, m, r->region, routing[i], e)) return e->code;
        if (d.tokens_per_min == 0) continue;
        struct admission changed = r->quota;
        changed.quota_tpm = (double)d.tokens_per_min;
        changed.rpm = (double)d.requests_per_min;
        changed.tpd = (double)d.tokens_per_day;
        o->name = routing_text(routing[i]);
        o->tokens_per_min = d.tokens_per_min;
        o->requests_per_min = d.requests_per_min;
        if (usage_why_refused(&o->refused, &r->answer, &changed, record, n,
                              q->app->arena, e)) {
            return e->code;
        }
    }
    return OK;
}

static enum err_code find_model(struct model *m, bool *known, enum routing *routing,
                                const struct asking *q, const char *id, struct err *e)
{
    struct catalog *c = NULL;
    struct err unknown = { 0 }; /* a profile of one's own is no mistake */
    *routing = ROUTING_DEFAULT;
    if (app_catalog(q->app, &c, e)) return e->code;
    *known = *id && !catalog_model(m, routing, c, id, q->app->arena, &unknown);
    if (!*known || *routing != ROUTING_DEFAULT) return OK;
    /* a bare id in the log was called in its region */
    *routing = ROUTING_IN_REGION;
    return OK;
}

static enum err_code ask(struct why_report *r, const struct asking *q,
                         const struct usage_by_model *m, struct err *e)
{
    struct usage_record *record = NULL;
    struct model model = { 0 };
    enum routing routing = ROUTING_DEFAULT;
    size_t n = 0;
    bool known = false;
    *r = (struct why_report){ .model = *m->id ? m->id : "(no model)",
                              .region = m->region,
                              .routing = "" };
    if (find_model(&model, &known, &routing, q, m->id, e) ||
        records(&record, &n, q, m, e) || find_quota(r, q, &model, known, routing, e)) {
        return e->code;
    }
    if (known) r->routing = routing_text(routing);
    r->answer.requests = (int64_t)n;
    r->answer.throttled = m->throttled;
    if (!r->quota_known) return OK;
    set_reserve(r, q, known ? &model : NULL, record, n);
    if (usage_why(&r->answer, &r->quota, record, n, q->app->arena, e)) return e->code;
    if (!r->answer.latency_known)
        note(r, "no latency is stated: a request ends at once, and what it reserved "
                "returns at once; --ttft-ms and --tpot-ms say more");
    if (!known || r->answer.minutes == 0) return OK;
    return other_routings(r, q, &model, routing, record, n, e);
}

static enum err_code load(struct asking *q, const char *name, struct err *e)
{
    struct usage_store *store = NULL;
    struct arena *a = q->app->arena;
    q->models.arena = a;
    if (usage_store_open(&store, q->set->data, false, a, e)) return e->code;
    enum err_code code = usage_store_find(&q->entry, store, name, a, e);
    if (!code) code = usage_store_load(&q->stats, store, &q->entry, a, e);
    if (!code) code = usage_store_models(&q->models, store, q->entry.id, e);
    usage_store_close(store);
    if (!code && !q->entry.requests_path)
        return err_set(e, ERR_INPUT, "usage %s has no requests to replay (%s)", name,
                       q->entry.kind == USAGE_REQUESTS
                           ? "it was imported with --no-requests"
                           : "it holds sums over periods");
    return code;
}

static enum err_code print(struct app *app, const struct asking *q,
                           const struct why_report *r, size_t count, struct err *e)
{
    if (app->format != FORMAT_JSON) {
        if (count == 0)
            fprintf(app->out, "%s: no request was throttled\n", q->entry.name);
        for (size_t i = 0; i < count; i++)
            why_text(app, &r[i]);
        return OK;
    }
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.usage-why/1");
    json_text(j, "name", q->entry.name);
    json_array(j, "models");
    for (size_t i = 0; i < count; i++)
        why_json(j, &r[i], app->arena);
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    struct asking q = { .app = app, .set = settings };
    size_t count = 0;
    if (args->count != 1) return err_set(e, ERR_USAGE, "usage why wants one NAME");
    if (load(&q, args->text[0], e)) return e->code;
    struct why_report *r = ARENA_NEW(app->arena, struct why_report, q.stats.models + 1);
    for (size_t i = 0; i < q.stats.models; i++) {
        if (q.stats.model[i].throttled == 0) continue;
        if (ask(&r[count++], &q, &q.stats.model[i], e))
            return err_wrap(e, "%s: ", q.stats.model[i].id);
    }
    return print(app, &q, r, count, e);
}

const struct command cmd_usage_why = {
    .name = "usage why",
    .usage = "NAME [options]",
    .summary = "which minutes were throttled, why, and what would have helped",
    .details =
        "Replays the requests of each throttled model against its quota by the "
        "admission rules (see 'bedplan replay --help'), and again without the "
        "reservation of max_tokens and without the burndown of output: a minute's "
        "cause "
        "is the first of these whose absence lets its requests pass. A minute that the "
        "quota does not explain had a smaller quota, or other traffic of the account.\n"
        "Throttled requests whose lengths the log does not state count with the mean "
        "of "
        "those that ran. What would have avoided it changes one thing at a time: the "
        "largest max_tokens, the smallest quota, another routing.\n"
        "JSON: models[{id, region, routing, requests, throttled, quota, assumptions[], "
        "causes{}, refused_elsewhere, instead{max_tokens, answers_over_max_tokens, "
        "tokens_per_min, requests_per_min, tokens_per_day, routing[]}, "
        "minutes[{minute, throttled, "
        "refused, cause}]}].",
    .example = "bedplan usage why prod\nbedplan usage why prod --quota-tpm 2M",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .run = run,
};
