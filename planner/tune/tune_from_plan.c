#include "tune_from_plan.h"

#include <math.h>
#include <string.h>

#include "plan.h"
#include "text.h"

/* Whether the command line leaves it to the plan. */
static bool is_open(const struct app *app, const char *key)
{
    return app_origin(app, key) == OPT_PRESET;
}

#define TAKE(key, value)                                                               \
    do {                                                                               \
        if (is_open(app, #key)) s->key = (value);                                      \
    } while (0)

static enum err_code find(const struct candidate_settings **out,
                          const struct plan_config *c, const char *name,
                          struct arena *a, struct err *e)
{
    const char **names = ARENA_NEW(a, const char *, c->candidates);
    size_t tuned = 0;
    *out = NULL;
    for (size_t i = 0; i < c->candidates; i++) {
        const struct candidate_settings *k = &c->candidate[i];
        if (name && strcmp(k->name, name) == 0 && k->tuned == TUNED_NO)
            return err_set(e, ERR_USAGE, "%s:%d: [candidate %s] is not tuned", c->path,
                           k->line, name);
        if (k->tuned == TUNED_NO) continue;
        names[tuned++] = k->name;
        if (!name || strcmp(k->name, name) == 0) *out = k;
    }
    if (*out && (name || tuned == 1)) return OK;
    if (name)
        return err_set(e, ERR_NOT_FOUND, "%s has no tuned [candidate %s]%s", c->path,
                       name, text_did_you_mean(a, name, names, tuned));
    if (tuned == 0)
        return err_set(e, ERR_NOT_FOUND, "%s has no tuned candidate", c->path);
    return err_set(e, ERR_USAGE, "%s has %zu tuned candidates: say which, as in %s",
                   c->path, tuned, names[0]);
}

static void take_job(struct tune_settings *s, const struct candidate_settings *k,
                     const struct plan_config *c, const struct app *app)
{
    static const enum train_method method[] = { METHOD_FINE_TUNING, METHOD_FINE_TUNING,
                                                METHOD_PRETRAINING,
                                                METHOD_DISTILLATION };
    bool data = is_open(app, "dataset") && is_open(app, "training_tokens");
    TAKE(method, (int)method[k->tuned]);
    TAKE(region, k->region ? k->region : c->plan.region);
    if (data && k->dataset)
        s->dataset = plan_path_beside(c->path, k->dataset, app->arena);
    if (data) s->training_tokens = k->training_tokens;
    TAKE(epochs, k->epochs);
    TAKE(retrain_every_months, k->retrain_every_months);
    TAKE(unit_input_tpm, k->unit_input_tpm);
    TAKE(unit_output_tpm, k->unit_output_tpm);
    TAKE(import_architecture, k->import_architecture);
    TAKE(import_copies, k->import_copies);
    TAKE(start_unix_s, c->plan.start_unix_s);
    s->start_stated = true;
    TAKE(months, c->plan.months);
    TAKE(discount_ppm, c->account.discount_ppm);
    if (c->has_budget) TAKE(monthly_usd, c->budget.monthly_usd);
}

static void take_calls(struct tune_settings *s, const struct candidate_settings *k,
                       const struct plan_workload *w, const struct app *app)
{
    const struct workload_settings *set = w->settings;
    double in = w->own_input_mean * k->input_scale,
           out = lengths_output_mean(&w->lengths) * k->output_scale +
                 (double)k->reasoning_tokens;
    TAKE(requests_per_day, set->requests_per_day);
    TAKE(input_tokens, (int64_t)fmax(1, nearbyint(in)));
    TAKE(output_tokens, (int64_t)nearbyint(out));
    TAKE(profile, set->profile);
}

/* The keys of [tune NAME] that no option states. */
static void take_section(struct tune_settings *s, const struct tune_settings *from,
                         const struct app *app)
{
    static const size_t bytes[] = {
        [OPT_TEXT] = sizeof(const char *), [OPT_INT] = sizeof(int64_t),
        [OPT_REAL] = sizeof(double),       [OPT_FLAG] = sizeof(bool),
        [OPT_CHOICE] = sizeof(int),        [OPT_LIST] = sizeof(struct opt_list),
    };
    for (size_t i = TUNE_OPTS - TUNE_SECTION_OPTS; i < TUNE_OPTS; i++) {
        const struct opt *o = &tune_opts[i];
        if (!is_open(app, o->key)) continue;
        memcpy((char *)s + o->offset, (const char *)from + o->offset, bytes[o->type]);
    }
}

/* The plan's [rag] lines of a request and of a mean month. */
static void take_rag(struct tune_settings *s, const struct plan *p,
                     const struct plan_workload *w, const char *model,
                     const struct app *app)
{
    const struct month_totals one = { .requests = 1,
                                      .input = w->own_input_mean + w->added_input,
                                      .output = lengths_output_mean(&w->lengths) };
    struct extras rag = { 0 };
    double fixed = 0, request = 0;
    for (size_t i = 0; i < w->extras.count; i++)
        if (text_starts(w->extras.line[i].owner, "rag"))
            extras_add(&rag, p->arena, w->extras.line[i]);
    if (s->rag || p->config.rags == 0 || rag.count == 0) return;
    for (size_t m = 0; m < p->months; m++) {
        double keep = 1 - p->config.account.discount_ppm * 1e-6;
        struct extras_usd usd = extras_usd(&rag, &one, m, keep);
        fixed += usd.fixed / (double)p->months;
        request += usd.volume / (double)p->months;
    }
    TAKE(rag, model);
    TAKE(rag_tokens, (int64_t)nearbyint(w->added_input));
    TAKE(rag_monthly_usd, fixed);
    TAKE(rag_usd_per_1k, request * 1000);
}

/* The first model of the workload that is not tuned. */
static const char *rival(const struct plan_config *c, const char *workload)
{
    for (size_t i = 0; i < c->candidates; i++)
        if (c->candidate[i].tuned == TUNED_NO &&
            strcmp(c->candidate[i].workload, workload) == 0)
            return c->candidate[i].model;
    return NULL;
}

enum err_code tune_from_plan(const char **model, struct tune_settings *s,
                             struct app *app, const char *candidate, struct err *e)
{
    const struct plan_flags flags = { .at_unix_s = 0 };
    const struct candidate_settings *k;
    struct plan *p = ARENA_NEW(app->arena, struct plan, 1);
    if (plan_build(p, s->plan, app, &flags, e)) return e->code;
    if (find(&k, &p->config, candidate, app->arena, e)) return e->code;
    *model = k->model;
    size_t w = 0;
    while (strcmp(p->workload[w].settings->name, k->workload) != 0)
        w++;
    take_job(s, k, &p->config, app);
    take_calls(s, k, &p->workload[w], app);
    for (size_t i = 0; i < p->config.tunes; i++)
        if (strcmp(p->config.tune[i].name, k->name) == 0)
            take_section(s, p->config.tune[i].settings, app);
    if (p->workload[w].settings->growth_per_month.middle != 0.0)
        app_note(app, "calls are those of the plan's start: its growth is left out");
    const char *other = rival(&p->config, k->workload);
    if (other) take_rag(s, p, &p->workload[w], other, app);
    return OK;
}
