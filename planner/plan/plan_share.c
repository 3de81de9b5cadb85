#include "plan_burst.h"

#include <string.h>

/* Workloads on one base model share its units: where the choices of several are units
 * of the same model on the same term, their requests together need fewer than each
 * alone. How many is found with the requests of all of them, second by second; the
 * budget counts them once. */

static bool may_share(const struct plan_option *a, const struct plan_option *b)
{
    /* custom models are each their own */
    return a->cost_nusd && b->cost_nusd && a->unit && b->unit && !a->mix && !b->mix &&
           a->units > 0 && b->units > 0 && a->candidate->tuned == TUNED_NO &&
           b->candidate->tuned == TUNED_NO && a->buy.term == b->buy.term &&
           strcmp(a->region, b->region) == 0 && strcmp(a->model.id, b->model.id) == 0 &&
           memcmp(&a->unit_input_tpm, &b->unit_input_tpm, sizeof(double)) == 0 &&
           memcmp(&a->unit_output_tpm, &b->unit_output_tpm, sizeof(double)) == 0;
}

/* What each alone leaves over, or may have refused. */
static double limit_of(const struct plan *p, const struct plan_option *o)
{
    double mean, hi;
    if (!o->tokens_billed) return p->workload[o->workload].require->throttled;
    plan_burst_total(&mean, &hi, o->burst, o->units);
    return mean;
}

static enum err_code enough(bool *yes, struct plan *p,
                            const struct plan_option *const *o, size_t n, int64_t units,
                            struct err *e)
{
    double *share = ARENA_NEW(p->arena, double, n);
    struct admission a = twin_units(p, o[0], units);
    if (twin_events(share, p, o, n, &a, e)) return e->code;
    *yes = true;
    for (size_t i = 0; i < n; i++)
        *yes = *yes && share[i] <= limit_of(p, o[i]);
    return OK;
}

/* Fewest units for all: at least those of the largest, at most all of them. */
static enum err_code together(int64_t *units, struct plan *p,
                              const struct plan_option *const *o, size_t n,
                              struct err *e)
{
    int64_t lo = 0, hi = 0;
    for (size_t i = 0; i < n; i++) {
        hi += o[i]->units;
        lo = o[i]->units > lo ? o[i]->units : lo;
    }
    lo--; /* is not enough */
    while (hi - lo > 1) {
        bool yes = false;
        int64_t mid = lo + (hi - lo) / 2;
        if (enough(&yes, p, o, n, mid, e)) return e->code;
        *(yes ? &hi : &lo) = mid;
    }
    *units = hi;
    return OK;
}

static enum err_code save(struct plan *p, const struct plan_option *o, int64_t units,
                          struct err *e)
{
    for (size_t m = 0; m < p->months; m++) {
        struct usd_acc acc = { 0 };
        struct usd usd;
        if (usd_acc_add(&acc, units * plan_paid_month(p, o, m), o->unit->rate, e) ||
            usd_round(&usd, usd_acc_less(acc, p->config.account.discount_ppm), e))
            return e->code;
        p->shared_nusd[m] += usd.nusd;
    }
    return OK;
}

static enum err_code share(struct plan *p, struct plan_option **o, size_t n,
                           struct err *e)
{
    int64_t units = 0, apart = 0;
    const struct plan_option **all = ARENA_NEW(p->arena, const struct plan_option *, n);
    for (size_t i = 0; i < n; i++) {
        all[i] = o[i];
        apart += o[i]->units;
    }
    if (together(&units, p, all, n, e)) return e->code;
    for (size_t i = 0; i < n; i++)
        notes_add(&o[i]->assumptions, p->arena,
                  "%zu workloads run on these units: %lld together instead of %lld, "
                  "which the budget counts once",
                  n, (long long)units, (long long)apart);
    return save(p, o[0], apart - units, e);
}

enum err_code plan_share_units(struct plan *p, struct err *e)
{
    bool *done = ARENA_NEW(p->arena, bool, p->workloads);
    struct plan_option **group =
        ARENA_NEW(p->arena, struct plan_option *, p->workloads);
    p->shared_nusd = ARENA_NEW(p->arena, int64_t, p->months);
    for (size_t w = 0; w < p->workloads; w++) {
        size_t n = 0;
        if (done[w] || p->choice[w] == p->options) continue;
        group[n++] = &p->option[p->choice[w]];
        for (size_t x = w + 1; x < p->workloads; x++) {
            if (done[x] || p->choice[x] == p->options) continue;
            struct plan_option *o = &p->option[p->choice[x]];
            if (!may_share(group[0], o)) continue;
            group[n++] = o;
            done[x] = true;
        }
        if (n > 1 && share(p, group, n, e)) return e->code;
    }
    return OK;
}
