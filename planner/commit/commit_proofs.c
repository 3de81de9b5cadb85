#include "commit_answer.h"
#include "proof.h"

/* Where each dollar of a commitment plan comes from: the prices that were stated, times
 * whole units and unit-hours. */

/* Of a cost in the solver's unit, 10^-power USD. */
static bool rate_of(struct usd_rate *out, const struct commit_answer *x, int64_t cost)
{
    i128 pusd = cost;
    for (int i = x->power; i < 12; i++)
        pusd *= 10;
    if (pusd > INT64_MAX) return false;
    *out = (struct usd_rate){ (int64_t)pusd, 1 };
    return true;
}

static enum err_code add(struct proof_list *l, const struct commit_answer *x,
                         const char *name, const char *what, const char *where,
                         int64_t cost, i128 quantity, int64_t divided_by, struct err *e)
{
    struct usd_rate rate;
    if (!rate_of(&rate, x, cost)) return OK;
    struct proof_line line = { .name = name,
                               .proof = proof_stated(what, what, rate, where, l->arena),
                               .counted = x->exact && quantity <= INT64_MAX,
                               .quantity =
                                   quantity <= INT64_MAX ? (int64_t)quantity : 0,
                               .divided_by = divided_by };
    return proof_add(l, line, e);
}

enum err_code commit_proofs(struct proof_list *out, const struct commit_answer *x,
                            struct arena *a, struct err *e)
{
    const struct commit_solution *s = &x->plan;
    *out = (struct proof_list){ .arena = a };
    for (size_t i = 0; i < s->purchases; i++) {
        const struct commit_purchase *b = &s->purchase[i];
        if (add(out, x, "commitment", x->q->term[b->term].name, "--term", b->cost,
                b->units, 1, e))
            return e->code;
    }
    if (x->q->hourly.sold && x->problem.hourly > 0 &&
        add(out, x, "hourly", "unit-hour", "--hourly", x->problem.hourly,
            s->hourly / x->problem.hourly, s->weight, e))
        return e->code;
    if (!x->q->spill.sold || x->problem.spill <= 0) return OK;
    return add(out, x, "spill", "unit-hour", "--spill", x->problem.spill,
               (i128)s->spill * COMMIT_UNIT / x->problem.spill, s->weight * COMMIT_UNIT,
               e);
}
