/* How a run ends: its means for plan, and its exit status. */
#include <math.h>

#include "eval_run_private.h"

enum err_code eval_run_finish(struct eval_run *r, const struct eval_summary *summary,
                              size_t count, struct err *e)
{
    struct eval_kept_score *row =
        ARENA_NEW(r->arena, struct eval_kept_score, count + 1);
    size_t n = 0;
    if (!r->store && eval_run_begin(r, e)) return e->code;
    for (size_t i = 0; i < count; i++) {
        const struct eval_summary *s = &summary[i];
        if (!isfinite(s->mean)) continue;
        bool interval = isfinite(s->ci_low) && isfinite(s->ci_high);
        row[n++] = (struct eval_kept_score){
            .model = r->set->model[s->model],
            .metric = s->metric->name,
            .n = s->n,
            .has_interval = interval,
            .lower_is_better = s->metric->lower_is_better,
            .mean = s->mean,
            .lo = interval ? s->ci_low : 0,
            .hi = interval ? s->ci_high : 0,
        };
    }
    r->meta.finished = true;
    r->meta.stop = r->tally.stop;
    if (eval_store_put_scores(r->store, r->meta.id, row, n, e)) return e->code;
    return eval_store_end(r->store, &r->meta, e);
}

enum err_code eval_run_verdict(const struct eval_run *r, struct err *e)
{
    const struct eval_tally *t = &r->tally;
    if (t->stop == PROBE_STOPPED_USER)
        return err_set(e, ERR_INTERRUPTED,
                       "interrupted after %lld questions; --resume %s goes on",
                       (long long)t->asked, r->meta.name);
    if (t->stop == PROBE_STOPPED_CAP)
        return err_set(e, ERR_CAP,
                       "stopped after %lld questions: the next could pass --max-usd; "
                       "--resume %s with more goes on",
                       (long long)t->asked, r->meta.name);
    if (!t->asked || t->answered) return OK;
    int worst = FAILURE_OTHER;
    for (int c = 1; c < FAILURE_CLASSES; c++)
        if (t->failures[c] > t->failures[worst]) worst = c;
    if (failure_err(e, &t->first[worst]) == OK) return OK;
    return err_wrap(e, "no question was answered (%s): ", r->meta.name);
}
