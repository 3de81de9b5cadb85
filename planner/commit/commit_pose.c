#include "commit_answer.h"

#include <math.h>

/* How fine costs can be counted. 2^58 is what the solver sums up; the reserve leaves
 * room for the penalties of a search, which make spill dearer. */
#define MOST_COST 0x1p58
enum { FINEST = 12, RESERVE = 2, RESERVE_SEARCH = 64 };

static int64_t *existing_by_hour(const struct commit_question *q, struct arena *a,
                                 struct err *e)
{
    int64_t hours = q->series->hours;
    int64_t *units = ARENA_NEW(a, int64_t, (size_t)hours + 1);
    for (size_t i = 0; i < q->existings; i++) {
        const struct ask_existing *x = &q->existing[i];
        if (x->from >= hours) continue;
        units[x->from] += x->units;
        units[x->until < hours ? x->until : hours] -= x->units;
    }
    for (int64_t t = 1; t < hours; t++)
        units[t] += units[t - 1];
    for (int64_t t = 0; t < hours; t++)
        if (units[t] > COMMIT_MAX_LEVELS)
            err_set(e, ERR_RANGE, "--existing: more than %d units", COMMIT_MAX_LEVELS);
    return units;
}

/* The largest sum of costs the solver may meet, in USD. */
static double largest_usd(const struct commit_question *q,
                          const struct commit_problem *p)
{
    double levels = 0, weights = 0, term = 0;
    double dearer = (double)q->hourly.pusd;
    if (q->spill.sold && q->spill.pusd > q->hourly.pusd) dearer = (double)q->spill.pusd;
    for (size_t i = 0; i < p->scenarios; i++) {
        double weight = q->weight ? (double)q->weight[i] : 1;
        weights += weight;
        for (int64_t t = 0; t < p->hours; t++) {
            double d = (double)p->demand[i * (size_t)p->hours + (size_t)t];
            levels += weight * (floor(d / COMMIT_UNIT) + 1);
        }
    }
    for (size_t k = 0; k < q->terms; k++) {
        const struct ask_term *t = &q->term[k];
        double hours = t->months ? 744.0 * t->months : (double)t->hours;
        double cost = (double)t->price.pusd * (t->by_hour ? hours : 1);
        if (t->months) hours = 672.0 * t->months;
        term = fmax(term, cost * ((double)p->hours / hours + 2));
    }
    return fmax(levels * dearer, term * weights / 2) * 1e-12;
}

static int decimals_of_prices(const struct commit_question *q)
{
    int most = ask_decimals(q->hourly.pusd), n = ask_decimals(q->spill.pusd);
    if (n > most) most = n;
    for (size_t k = 0; k < q->terms; k++) {
        n = ask_decimals(q->term[k].price.pusd);
        if (n > most) most = n;
    }
    return most;
}

static int64_t scaled(struct ask_price price, int power)
{
    if (!price.sold) return COMMIT_NOT_SOLD;
    for (int i = power; i < 12; i++)
        price.pusd /= 10;
    return price.pusd;
}

enum err_code commit_pose(struct commit_answer *out, const struct commit_question *q,
                          struct arena *a, struct err *e)
{
    struct commit_answer x = { .q = q };
    struct commit_problem *p = &x.problem;
    *p = (struct commit_problem){ .hours = q->series->hours,
                                  .scenarios = q->series->scenarios,
                                  .demand = q->series->demand,
                                  .weight = q->weight,
                                  .terms = q->terms,
                                  .spill_most = q->spill_most,
                                  .cap = q->cap,
                                  .committed_cap = COMMIT_NO_LIMIT,
                                  .prorate = q->prorate };
    if (q->existings) p->existing = existing_by_hour(q, a, e);
    if (e->code) return e->code;

    int least = decimals_of_prices(q);
    double room = MOST_COST / (q->most_share >= 0 ? RESERVE_SEARCH : RESERVE);
    double sum = largest_usd(q, p) * pow(10, FINEST);
    for (x.power = FINEST; x.power > least && sum > room; x.power--)
        sum /= 10;
    if (sum > room)
        return err_set(
            e, ERR_RANGE,
            "%lld hours at these prices, exact to %d decimals, exceed 64 bits",
            (long long)p->hours, least);
    x.exact = ask_decimals(q->spill.pusd) + q->series->decimals <= x.power;

    p->hourly = scaled(q->hourly, x.power);
    p->spill = scaled(q->spill, x.power);
    struct commit_term *k = ARENA_NEW(a, struct commit_term, q->terms + 1);
    for (size_t i = 0; i < q->terms; i++)
        if (ask_term_expand(&k[i], &q->term[i], p->hours, q->start_unix_s, x.power, a,
                            e))
            return e->code;
    p->term = k;
    *out = x;
    return OK;
}
