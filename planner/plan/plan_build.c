#include "plan.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "date.h"
#include "parallel.h"
#include "plan_cache.h"
#include "plan_prompts.h"
#include "text.h"
#include "usage_find.h"

enum {
    LAW_STRATA = 256,
    HOUR_WINDOW = 3 /* dispersion at 300 s stands for the hour's */
};

void notes_add(struct notes *n, struct arena *a, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    for (size_t i = 0; i < n->count; i++)
        if (strcmp(n->text[i], text) == 0) return; /* once is enough */
    n->text = arena_grow(a, n->text, &n->capacity, n->count + 1, sizeof *n->text);
    n->text[n->count++] = arena_text(a, text);
}

static enum err_code modalities(bool out[MODALITY_COUNT], const char *text,
                                struct arena *a, struct err *e)
{
    const char *names[MODALITY_COUNT];
    for (int m = 0; m < MODALITY_COUNT; m++)
        names[m] = modality_text((enum modality)m);
    for (struct str rest = str_of(text); rest.n;) {
        struct str word = str_trim(str_cut(rest, ',', &rest));
        int m = 0;
        while (m < MODALITY_COUNT && !str_eq(word, names[m]))
            m++;
        if (m == MODALITY_COUNT) {
            const char *typed = arena_text_n(a, word.p, word.n);
            return err_set(e, ERR_INPUT, "unknown modality '%s'%s", typed,
                           text_did_you_mean(a, typed, names, MODALITY_COUNT));
        }
        out[m] = true;
    }
    return OK;
}

/* Lengths and burstiness from a summary, a trace or two stated laws. */
static enum err_code lengths(struct plan_workload *w, const char *plan_path,
                             struct arena *a, struct err *e)
{
    const struct workload_settings *s = w->settings;
    if (s->input_tokens) {
        struct length_law in, out;
        if (length_law_parse(&in, s->input_tokens, e))
            return err_wrap(e, "input_tokens: ");
        if (length_law_parse(&out, s->output_tokens, e))
            return err_wrap(e, "output_tokens: ");
        w->demand.dispersion = 1;
        w->lengths_source =
            arena_printf(a, "input %s, output %s", s->input_tokens, s->output_tokens);
        notes_add(
            &w->assumptions, a,
            "arrivals of a stated workload are Poisson inside the hour, and input and "
            "output lengths independent");
        return lengths_of_laws(&w->lengths, &in, &out, LAW_STRATA, a, e);
    }
    struct usage_summary u;
    const char *file = plan_path_beside(plan_path, s->usage ? s->usage : s->trace, a);
    enum err_code code = !s->usage ? usage_from_trace(&u, file, a, e)
                         : usage_is_name(s->usage)
                             ? usage_find(&u, s->usage, NULL, a, e)
                             : usage_summary_read(&u, file, a, e);
    if (code) return code;
    w->lengths = u.lengths;
    w->demand.dispersion = 1;
    for (int k = 0; k <= HOUR_WINDOW; k++) /* the longest window that was long enough */
        if (isfinite(u.dispersion[k])) w->demand.dispersion = u.dispersion[k];
    w->measured_requests_per_s = u.requests_per_s;
    w->measured_span_s = u.span_s;
    memcpy(w->measured_dispersion, u.dispersion, sizeof w->measured_dispersion);
    w->demand.input_cv = u.input_cv;
    w->demand.output_cv = u.output_cv;
    w->lengths_source = u.source && *u.source ? u.source : file;
    return OK;
}

static void demand_spec(struct plan_workload *w, const struct plan *p)
{
    const struct workload_settings *s = w->settings;
    struct demand_spec *d = &w->demand;
    d->start_unix_s = p->month_start_unix_s[0];
    d->hours = p->hours;
    d->requests_per_day = s->requests_per_day * w->served_share;
    d->level_sd = s->level_uncertainty;
    d->growth_per_month = s->growth_per_month.middle;
    d->growth_sd = s->growth_per_month.spread;
    d->season_sd = s->season_uncertainty;
    d->length_drift_per_month = s->length_drift_per_month.middle;
    d->length_drift_sd = s->length_drift_per_month.spread;
    d->shocks_per_year = s->shocks_per_year;
    d->shock_factor = s->shock_factor.middle;
    d->shock_factor_sd = s->shock_factor.spread;
    d->shock_days = s->shock_days;
    d->input_mean = lengths_input_mean(&w->lengths);
    d->output_mean = lengths_output_mean(&w->lengths);
    if (!s->input_tokens) { /* a measured workload knows its own */
        d->input_cv *= w->own_input_mean / d->input_mean;
        return;
    }
    d->input_cv = lengths_input_cv(&w->lengths);
    d->output_cv = lengths_output_cv(&w->lengths);
}

static enum err_code build_workload(struct plan *p, size_t i, struct err *e)
{
    struct plan_workload *w = &p->workload[i];
    w->settings = &p->config.workload[i];
    w->require = &p->config.require[i];
    if (plan_profile(w->demand.profile, w->settings->profile, p->config.path, p->arena,
                     e) ||
        lengths(w, p->config.path, p->arena, e))
        return err_wrap(e, "%s:%d: [workload %s]: ", p->config.path, w->settings->line,
                        w->settings->name);
    if (plan_prompts(p, w, e)) return e->code;
    w->own_input_mean = lengths_input_mean(&w->lengths);
    w->served_share = 1;
    if (plan_workload_extras(p, w, e)) return e->code;
    if (modalities(w->required_input, w->require->input, p->arena, e))
        return err_wrap(e, "%s:%d: [require %s]: ", p->config.path, w->require->line,
                        w->settings->name);
    demand_spec(w, p);
    if (plan_cache_prepare(p, w, e))
        return err_wrap(e, "[workload %s]: ", w->settings->name);
    if (w->require->quality > 0)
        notes_add(&w->assumptions, p->arena,
                  "quality of %s is not judged: there is no evaluation",
                  w->settings->name);
    return OK;
}

/* Months of the calendar: every one has its own hours. */
static enum err_code build_time(struct plan *p, struct err *e)
{
    int64_t start = p->config.plan.start_unix_s;
    if (start % 3600)
        return err_set(e, ERR_INPUT, "%s: start must be on the hour", p->config.path);
    p->months = (size_t)p->config.plan.months;
    p->paths = (size_t)p->config.plan.paths;
    p->month_start_unix_s = ARENA_NEW(p->arena, int64_t, p->months + 1);
    for (size_t m = 0; m <= p->months; m++)
        p->month_start_unix_s[m] = date_add_months(start, (int)m);
    p->hours = (p->month_start_unix_s[p->months] - start) / 3600;
    p->month_of_hour = ARENA_NEW(p->arena, int32_t, (size_t)p->hours);
    size_t m = 0;
    for (int64_t h = 0; h < p->hours; h++) {
        while (start + h * 3600 >= p->month_start_unix_s[m + 1])
            m++;
        p->month_of_hour[h] = (int32_t)m;
    }
    return OK;
}

static void apply_flags(struct plan *p, const struct plan_flags *f)
{
    struct plan_settings *s = &p->config.plan;
    if (app_origin(p->app, "seed") != OPT_PRESET) s->seed = p->app->opt.seed;
    if (f->region) s->region = f->region;
    if (f->start_unix_s) s->start_unix_s = f->start_unix_s;
    if (f->months) s->months = f->months;
    if (f->paths) s->paths = f->paths;
    p->threads = f->threads > 0 ? (int)f->threads : parallel_processors(16);
}

enum err_code plan_build(struct plan *p, const char *path, struct app *app,
                         const struct plan_flags *flags, struct err *e)
{
    *p = (struct plan){ .app = app, .arena = app->arena };
    struct catalog *catalog;
    if (plan_config_read(&p->config, path, app->opt.now_unix_s, p->arena, e))
        return e->code;
    apply_flags(p, flags);
    if (app_catalog(app, &catalog, e)) return e->code;
    if (catalog_check_region(catalog, p->config.plan.region, p->arena, e))
        return flags->region ? err_wrap(e, "--region: ")
                             : err_wrap(e, "%s:%d: ", path, p->config.region_line);
    if (build_time(p, e)) return e->code;
    p->workloads = p->config.workloads;
    p->workload = ARENA_NEW(p->arena, struct plan_workload, p->workloads);
    for (size_t i = 0; i < p->workloads; i++)
        if (build_workload(p, i, e)) return e->code;
    if (plan_whole_extras(p, e) || plan_probes(p, e) || plan_evaluations(p, e))
        return e->code;
    for (size_t i = 0; i < p->config.candidates; i++) {
        const struct candidate_settings *c = &p->config.candidate[i];
        if (plan_add_options(p, c, e))
            return err_wrap(e, "%s:%d: [candidate %s]: ", path, c->line, c->name);
    }
    return OK;
}

const char *plan_option_name(const struct plan *p, const struct plan_option *o)
{
    return arena_printf(p->arena, "%s %s", o->candidate->name, o->buy.text);
}
