#include "size_plan.h"

#include <math.h>
#include <string.h>

#include "beside_load.h"
#include "plan_config.h"
#include "text.h"
#include "usage_find.h"

enum { WEEK = 168, LAW_STRATA = 256 };

static const struct workload_settings *find_workload(const struct plan_config *c,
                                                     const char *name, struct arena *a,
                                                     struct err *e)
{
    const char **names = ARENA_NEW(a, const char *, c->workloads);
    if (!name && c->workloads == 1) return &c->workload[0];
    for (size_t i = 0; i < c->workloads; i++) {
        names[i] = c->workload[i].name;
        if (name && strcmp(names[i], name) == 0) return &c->workload[i];
    }
    if (!name)
        err_set(e, ERR_USAGE, "%s has %zu workloads: say which, --workload %s", c->path,
                c->workloads, names[0]);
    else
        err_set(e, ERR_NOT_FOUND, "--workload: %s has no [workload %s]%s", c->path,
                name, text_did_you_mean(a, name, names, c->workloads));
    return NULL;
}

static enum err_code find_candidate(const struct candidate_settings **out,
                                    const struct plan_config *c, const char *name,
                                    const struct workload_settings *w, struct arena *a,
                                    struct err *e)
{
    const char **names = ARENA_NEW(a, const char *, c->candidates);
    *out = NULL;
    if (!name) return OK;
    for (size_t i = 0; i < c->candidates; i++) {
        names[i] = c->candidate[i].name;
        if (strcmp(names[i], name) != 0) continue;
        if (strcmp(c->candidate[i].workload, w->name) != 0)
            return err_set(e, ERR_USAGE, "--candidate %s serves workload %s, not %s",
                           name, c->candidate[i].workload, w->name);
        *out = &c->candidate[i];
        return OK;
    }
    return err_set(e, ERR_NOT_FOUND, "--candidate: %s has no [candidate %s]%s", c->path,
                   name, text_did_you_mean(a, name, names, c->candidates));
}

/* An option says more than the file. */
static void take(double *field, double value, const struct app *app, const char *key)
{
    if (app_origin(app, key) == OPT_PRESET) *field = value;
}

static void take_candidate(struct size_settings *s, const struct candidate_settings *c,
                           const struct app *app)
{
    struct capacity_settings *k = &s->capacity;
    if (!c) return;
    if (!s->model) s->model = c->model;
    if (c->region && app_origin(app, "region") == OPT_PRESET) s->region = c->region;
    if (app_origin(app, "routing") == OPT_PRESET) s->routing = c->routing;
    if (c->tuned != TUNED_NO) s->custom = true;
    take(&k->unit_input_tpm, c->unit_input_tpm, app, "unit_input_tpm");
    take(&k->unit_output_tpm, c->unit_output_tpm, app, "unit_output_tpm");
    take(&k->ttft_ms, c->ttft_ms, app, "ttft_ms");
    take(&k->tpot_ms, c->tpot_ms, app, "tpot_ms");
}

/* Lengths and bursts; the rate is the plan's. */
static enum err_code measured(struct size_source *out,
                              const struct workload_settings *w, const char *path,
                              const char *data, struct arena *a, struct err *e)
{
    struct usage_summary u;
    if (w->input_tokens) {
        struct length_law in, answer;
        if (length_law_parse(&in, w->input_tokens, e))
            return err_wrap(e, "input_tokens: ");
        if (length_law_parse(&answer, w->output_tokens, e))
            return err_wrap(e, "output_tokens: ");
        out->words = "stated lengths, Poisson arrivals inside the hour";
        return lengths_of_laws(&out->lengths, &in, &answer, LAW_STRATA, a, e);
    }
    const char *file = plan_path_beside(path, w->usage ? w->usage : w->trace, a);
    enum err_code code = !w->usage ? usage_from_trace(&u, file, a, e)
                         : usage_is_name(w->usage)
                             ? usage_find(&u, w->usage, data, a, e)
                             : usage_summary_read(&u, file, a, e);
    if (code) return code;
    out->lengths = u.lengths;
    out->words = arena_printf(a, "lengths and bursts of %s",
                              u.source && *u.source ? u.source : file);
    if (!(u.requests_per_s > 0)) return OK;
    return size_fit_summary(&out->model, &u, false, a, e);
}

/* What the plan's other sections add to every prompt, and what they keep from a model.
 */
static void beside(struct size_source *out, const struct plan_config *c,
                   const struct workload_settings *w, struct arena *a)
{
    struct beside_load b = beside_load(c, w);
    out->model.requests_per_s *= b.served_share;
    if (b.added_input > 0) {
        struct length_cell *cell = ARENA_NEW(a, struct length_cell, out->lengths.count);
        for (size_t i = 0; i < out->lengths.count; i++) {
            cell[i] = out->lengths.cell[i];
            cell[i].input_tokens += b.added_input;
        }
        out->lengths.cell = cell;
        out->words = arena_printf(a, "%s; %.5g tokens more a prompt, by other sections",
                                  out->words, b.added_input);
    }
    if (b.served_share < 1)
        out->words = arena_printf(a, "%s; %.3g%% blocked before the model", out->words,
                                  (1 - b.served_share) * 100);
}

/* Tokens as the candidate counts them. */
static struct lengths scaled(const struct lengths *l,
                             const struct candidate_settings *c, struct arena *a)
{
    struct lengths out = { ARENA_NEW(a, struct length_cell, l->count), l->count };
    for (size_t i = 0; i < l->count; i++) {
        out.cell[i] = l->cell[i];
        out.cell[i].input_tokens *= c->input_scale;
        out.cell[i].output_tokens *= c->output_scale;
        out.cell[i].output_tokens += (double)c->reasoning_tokens;
    }
    return out;
}

static enum err_code build(struct size_source *out, const struct plan_config *c,
                           const struct workload_settings *w,
                           const struct size_settings *s, struct arena *a,
                           struct err *e)
{
    double *weight = ARENA_NEW(a, double, WEEK);
    out->model = (struct traffic_model){ .batch_mean = 1 };
    if (plan_profile(weight, w->profile, c->path, a, e) ||
        measured(out, w, c->path, s->data, a, e))
        return err_wrap(e, "%s:%d: [workload %s]: ", c->path, w->line, w->name);
    out->model.requests_per_s = w->requests_per_day / 86400;
    beside(out, c, w, a);
    out->model.span_s = WEEK * 3600.0;
    out->model.hour_factor = weight;
    out->name = arena_printf(a, "%s, workload %s", c->path, w->name);
    out->cached_share = 0; /* what a cache answers depends on the model */
    for (size_t i = 0; i < c->prompts_count; i++) {
        const struct section_head *h = &c->prompts[i].head;
        if (h->workload ? strcmp(h->workload, w->name) == 0 : c->workloads == 1)
            out->left_out = plan_head_text(h, "prompts", a);
    }
    double growth = pow(1 + w->growth_per_month.middle, (double)c->plan.months);
    if (growth > 1.005 || growth < 0.995)
        out->growth_note = arena_printf(
            a,
            "this is a week at the plan's start; its median growth makes it %.3g times "
            "as much after %lld months: --scale %.3g",
            growth, (long long)c->plan.months, growth);
    return OK;
}

enum err_code size_plan_read(struct size_source *out, struct size_settings *s,
                             struct app *app, const char *path, struct err *e)
{
    struct plan_config c;
    struct arena *a = app->arena;
    const struct candidate_settings *k;
    if (plan_config_read(&c, path, app->opt.now_unix_s, a, e)) return e->code;
    const struct workload_settings *w = find_workload(&c, s->workload, a, e);
    if (!w || find_candidate(&k, &c, s->candidate, w, a, e)) return e->code;
    if (app_origin(app, "region") == OPT_PRESET) s->region = c.plan.region;
    take_candidate(s, k, app);
    if (build(out, &c, w, s, a, e)) return e->code;
    if (k) out->lengths = scaled(&out->lengths, k, a);
    take(&s->target, c.require[w - c.workload].throttled, app, "target_throttled");
    if (w->max_tokens > 0 && app_origin(app, "max_tokens") == OPT_PRESET)
        s->capacity.max_tokens = w->max_tokens;
    return OK;
}
