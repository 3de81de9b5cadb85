/* [require] quality, judged by a saved evaluation of the candidates' models. */
#include <string.h>

#include "date.h"
#include "eval_saved.h"
#include "plan.h"
#include "text.h"

/* Of one workload. */
struct plan_evidence {
    struct plan_quality *quality; /* of each model by the metric asked for */
    const char **model;           /* as it was asked: an id, a profile's id, any name */
    const char **id;              /* of the catalog's model it names; "" none */
    size_t count;
};

static enum err_code where(const struct plan *p, const struct require_settings *q,
                           struct err *e)
{
    return err_wrap(e, "%s:%d: [require %s]: ", p->config.path, q->line, q->name);
}

/* The names of an evaluation's metrics, each once. */
static size_t metrics_of(const char **out, const struct eval_kept_score *s, size_t n)
{
    size_t names = 0;
    for (size_t i = 0; i < n; i++) {
        bool seen = false;
        for (size_t k = 0; k < names; k++)
            seen = seen || strcmp(out[k], s[i].metric) == 0;
        if (!seen) out[names++] = s[i].metric;
    }
    return names;
}

static const char *joined(const char *const *name, size_t n, struct arena *a)
{
    const char *text = "";
    for (size_t i = 0; i < n; i++)
        text = arena_printf(a, "%s%s%s", text, i ? ", " : "", name[i]);
    return text;
}

/* The metric asked for, or the only one. */
static enum err_code pick_metric(const char **out, const struct require_settings *q,
                                 const struct eval_kept_score *s, size_t n,
                                 struct arena *a, struct err *e)
{
    const char **name = ARENA_NEW(a, const char *, n + 1);
    size_t names = metrics_of(name, s, n);
    if (names == 0)
        return err_set(e, ERR_INPUT, "evaluation %s has no scores%s", q->evaluation,
                       ": it was never finished");
    *out = q->quality_metric ? q->quality_metric : names == 1 ? name[0] : NULL;
    if (!*out)
        return err_set(e, ERR_INPUT,
                       "evaluation %s has several scores: quality_metric = one of %s",
                       q->evaluation, joined(name, names, a));
    for (size_t i = 0; i < n; i++) {
        if (strcmp(s[i].metric, *out) != 0) continue;
        if (!s[i].lower_is_better) return OK;
        return err_set(e, ERR_INPUT,
                       "quality_metric = %s: less of it is better, quality wants a "
                       "metric of which more is",
                       *out);
    }
    const char *mean = text_did_you_mean(a, *out, name, names);
    return err_set(e, ERR_INPUT, "evaluation %s has no score '%s'%s%s", q->evaluation,
                   *out, *mean ? mean : "; it has ",
                   *mean ? "" : joined(name, names, a));
}

static void take(struct plan *p, struct plan_evidence *v,
                 const struct eval_kept_score *s, const struct eval_meta *m,
                 double wanted)
{
    struct plan_quality *q = &v->quality[v->count];
    char date[DATE_TEXT];
    bool done = strcmp(eval_ended_text(m), "done") == 0;
    const char *interval =
        s->has_interval ? arena_printf(p->arena, "95 %%: %.3g to %.3g, ", s->lo, s->hi)
                        : "too few for an interval, ";
    *q = (struct plan_quality){
        .evaluation = m->name,
        .metric = s->metric,
        .n = s->n,
        .mean = s->mean,
        .lo = s->has_interval ? s->lo : s->mean,
        .hi = s->has_interval ? s->hi : s->mean,
        .wanted = wanted,
        .has_interval = s->has_interval,
        .certain = s->has_interval && s->lo >= wanted,
        .what = arena_printf(p->arena,
                             "%s %.3g (%s%lld prompts) in evaluation %s of %s%s%s",
                             s->metric, s->mean, interval, (long long)s->n, m->name,
                             date_text(date, m->started_unix_ms / 1000),
                             done ? "" : ", ", done ? "" : eval_ended_text(m)),
    };
    struct catalog *c = NULL;
    struct model model;
    struct err unknown = { 0 };
    bool known = app_catalog(p->app, &c, &unknown) == OK &&
                 catalog_model(&model, NULL, c, s->model, p->arena, &unknown) == OK;
    v->id[v->count] = known ? model.id : "";
    v->model[v->count++] = s->model;
}

static enum err_code read_one(struct plan *p, size_t w, struct eval_store *store,
                              struct err *e)
{
    const struct require_settings *q = p->workload[w].require;
    struct plan_evidence *v = &p->evidence[w];
    struct eval_meta meta;
    struct eval_kept_score *s = NULL;
    const char *metric = NULL;
    size_t n = 0;
    if (eval_store_find(&meta, store, q->evaluation, p->arena, e) ||
        eval_store_scores(&s, &n, store, meta.id, p->arena, e) ||
        pick_metric(&metric, q, s, n, p->arena, e))
        return where(p, q, e);
    v->quality = ARENA_NEW(p->arena, struct plan_quality, n);
    v->model = ARENA_NEW(p->arena, const char *, n);
    v->id = ARENA_NEW(p->arena, const char *, n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(s[i].metric, metric) == 0) take(p, v, &s[i], &meta, q->quality);
    return OK;
}

static enum err_code check(struct plan *p, size_t w, bool *wanted, struct err *e)
{
    const struct require_settings *q = p->workload[w].require;
    if (q->quality > 0 && q->evaluation) *wanted = true;
    if (q->quality > 0 && !q->evaluation)
        notes_add(&p->workload[w].assumptions, p->arena,
                  "quality of %s is not judged: evaluation = NAME names a saved "
                  "evaluation",
                  p->workload[w].settings->name);
    if (q->quality > 0 || (!q->evaluation && !q->quality_metric)) return OK;
    (void)err_set(e, ERR_INPUT,
                  "%s without quality: quality >= 0.80 says what is wanted",
                  q->evaluation ? "evaluation" : "quality_metric");
    return where(p, q, e);
}

enum err_code plan_evaluations(struct plan *p, struct err *e)
{
    struct eval_store *store = NULL;
    bool wanted = false;
    p->evidence = ARENA_NEW(p->arena, struct plan_evidence, p->workloads + 1);
    for (size_t w = 0; w < p->workloads; w++)
        if (check(p, w, &wanted, e)) return e->code;
    if (!wanted) return OK;
    if (eval_store_open(&store, NULL, false, p->arena, e)) return e->code;
    for (size_t w = 0; w < p->workloads && !e->code; w++) {
        const struct require_settings *q = p->workload[w].require;
        if (q->quality > 0 && q->evaluation && read_one(p, w, store, e)) break;
    }
    eval_store_close(store);
    return e->code;
}

static const struct plan_quality *named(const struct plan_evidence *v,
                                        const char *const *names, const char *name)
{
    for (size_t i = 0; i < v->count; i++)
        if (strcmp(names[i], name) == 0) return &v->quality[i];
    return NULL;
}

/* By the candidate's name (answers that were brought along); of a model that is not
 * tuned also by the id it is called with, or as the same model under another id. */
static const struct plan_quality *quality_of(const struct plan_evidence *v,
                                             const struct plan_option *o)
{
    const struct plan_quality *q = named(v, v->model, o->candidate->name);
    if (q || o->candidate->tuned != TUNED_NO) return q;
    q = named(v, v->model, o->candidate->model);
    return q ? q : named(v, v->id, o->model.id);
}

void plan_judge_quality(struct plan *p, struct plan_option *o)
{
    const struct require_settings *r = p->workload[o->workload].require;
    const struct plan_evidence *v = &p->evidence[o->workload];
    if (!(r->quality > 0) || !r->evaluation) return;
    const struct plan_quality *q = o->quality = quality_of(v, o);
    if (!q) {
        notes_add(&o->assumptions, p->arena,
                  "quality is not judged: evaluation %s has no answers of it%s",
                  r->evaluation,
                  o->candidate->tuned == TUNED_NO
                      ? ""
                      : " (a tuned model is looked for by the candidate's name)");
    } else if (q->mean < q->wanted) {
        notes_add(&o->reasons, p->arena, "quality is %s, %.3g is wanted%s", q->what,
                  q->wanted,
                  q->has_interval && q->hi >= q->wanted
                      ? "; not certain: more prompts may say otherwise"
                      : "");
        o->feasible = false;
    } else if (!q->certain) {
        notes_add(&o->assumptions, p->arena,
                  "quality is not certain: %s, %.3g is wanted", q->what, q->wanted);
    } else {
        notes_add(&o->assumptions, p->arena, "quality: %s", q->what);
    }
}

const char *plan_evidence_text(const struct plan *p, const struct plan_option *o)
{
    const struct plan_quality *q = o->quality;
    size_t i = (size_t)(o - p->option);
    if (q && q->certain) return q->what;
    if (q)
        return arena_printf(p->arena, "not certain: %s, %.3g is wanted", q->what,
                            q->wanted);
    if (p->recommended[o->workload] == i) return "by the evaluation of its quality";
    return "no evidence of quality: not a recommendation";
}
