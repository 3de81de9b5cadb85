#ifndef TESTS_COMMIT_RANDOM_H
#define TESTS_COMMIT_RANDOM_H

/* Random commitment problems with every feature, small enough to be solved twice. */

#include <stdint.h>
#include <stdlib.h>

#include "commit.h"
#include "splitmix.h"

struct commit_sizes {
    int64_t hours, levels, terms, longest, scenarios;
};

static inline int64_t *random_hours(struct arena *a, int64_t hours, int64_t below,
                                    int64_t times, uint64_t *seed)
{
    int64_t *v = ARENA_NEW(a, int64_t, (size_t)hours);
    for (int64_t t = 0; t < hours; t++)
        v[t] = times * next_below(seed, below);
    return v;
}

/* A third of the starts, each with its own length and price. */
static inline void random_list(struct commit_term *k, struct arena *a, int64_t hours,
                               int64_t longest, uint64_t *seed)
{
    int64_t *start = ARENA_NEW(a, int64_t, (size_t)hours);
    int64_t *length = ARENA_NEW(a, int64_t, (size_t)hours);
    int64_t *price = ARENA_NEW(a, int64_t, (size_t)hours);
    for (int64_t t = 0; t < hours; t++) {
        if (next_below(seed, 3)) continue;
        start[k->starts] = t;
        length[k->starts] = 1 + next_below(seed, longest);
        price[k->starts] = 1300 + next_below(seed, 700) * length[k->starts];
        k->starts++;
    }
    k->start = start;
    k->length = length;
    k->price = price;
}

/* Demand in quarters of a unit and spill in multiples of 4, so that parts are whole. */
static inline struct commit_problem random_problem(struct commit_sizes most,
                                                   struct arena *a, uint64_t *seed)
{
    struct commit_problem p = { .cap = COMMIT_NO_LIMIT,
                                .committed_cap = COMMIT_NO_LIMIT,
                                .spill_most = COMMIT_NO_LIMIT };
    p.hours = most.hours - next_below(seed, most.hours / 2);
    p.scenarios = (size_t)(1 + next_below(seed, most.scenarios));
    p.terms = (size_t)(1 + next_below(seed, most.terms));
    int64_t levels = 1 + next_below(seed, most.levels);
    p.demand = random_hours(a, p.hours * (int64_t)p.scenarios, 4 * levels + 1,
                            COMMIT_UNIT / 4, seed);
    if (next_below(seed, 2)) { /* calmer: most hours as the one before */
        int64_t *d = (int64_t *)p.demand;
        for (int64_t t = 1; t < p.hours * (int64_t)p.scenarios; t++)
            if (next_below(seed, 4)) d[t] = d[t - 1];
    }
    if (p.scenarios > 1) {
        int64_t *w = random_hours(a, (int64_t)p.scenarios, 5, 1, seed);
        for (size_t i = 0; i < p.scenarios; i++)
            w[i]++;
        p.weight = w;
    }
    struct commit_term *k = ARENA_NEW(a, struct commit_term, p.terms);
    for (size_t i = 0; i < p.terms; i++) {
        k[i].hours = 1 + next_below(seed, most.longest);
        k[i].cost = k[i].hours * (900 + next_below(seed, 1200)) + next_below(seed, 5);
        k[i].every = 1 + next_below(seed, 2) * next_below(seed, 5);
        k[i].first = next_below(seed, 4) ? 0 : next_below(seed, 3);
        if (next_below(seed, 5) == 0)
            random_list(&k[i], a, p.hours, most.longest, seed);
    }
    p.term = k;
    p.hourly = next_below(seed, 3) ? 1500 + next_below(seed, 1000) : COMMIT_NOT_SOLD;
    p.spill = next_below(seed, 3) ? 1600 + 4 * next_below(seed, 400) : COMMIT_NOT_SOLD;
    if (next_below(seed, 6) == 0) {
        int64_t *by_hour = random_hours(a, p.hours, 700, 4, seed);
        for (int64_t t = 0; t < p.hours; t++)
            if (p.spill < 0 && next_below(seed, 4)) by_hour[t] = COMMIT_NOT_SOLD;
        p.spill_by_hour = by_hour;
    }
    if (next_below(seed, 8) == 0) p.penalty = random_hours(a, p.hours, 200, 4, seed);
    if (next_below(seed, 4) == 0)
        p.spill_most = COMMIT_UNIT / 4 * next_below(seed, 4 * levels);
    if (next_below(seed, 3) == 0)
        p.existing = random_hours(a, p.hours, levels + 2, 1, seed);
    if (next_below(seed, 3) == 0) p.cap = next_below(seed, levels + 2);
    if (next_below(seed, 5) == 0) p.committed_cap = next_below(seed, levels + 2);
    p.prorate = next_below(seed, 3) == 0;
    return p;
}

#define NEVER (INT64_C(1) << 50)

/* What an hour costs when so many new units are committed, as the problem's text has
 * it: min over m of hourly m + spill max(0, d − n − m), within cap and spill_most */
static inline int64_t rest_by_text(const struct commit_problem *p, int64_t t,
                                   int64_t units)
{
    int64_t total = 0, existing = p->existing ? p->existing[t] : 0;
    int64_t spill = p->spill_by_hour ? p->spill_by_hour[t] : p->spill;
    if (spill >= 0 && p->penalty) spill += p->penalty[t];
    for (size_t i = 0; i < p->scenarios; i++) {
        int64_t left = p->demand[(int64_t)i * p->hours + t] / (COMMIT_UNIT / 4);
        left -= 4 * (existing + units); /* quarters */
        int64_t best = NEVER;
        for (int64_t m = 0; m <= (left > 0 ? left / 4 + 1 : 0); m++) {
            int64_t over = left - 4 * m, cost = 0;
            if (m > 0 &&
                (p->hourly < 0 || (p->cap >= 0 && existing + units + m > p->cap)))
                break;
            if (over > 0 && (spill < 0 || (p->spill_most >= 0 &&
                                           over > p->spill_most / (COMMIT_UNIT / 4))))
                continue;
            cost = m * p->hourly + (over > 0 ? over * (spill / 4) : 0);
            if (cost < best) best = cost;
        }
        if (best == NEVER) return NEVER;
        total += best * (p->weight ? p->weight[i] : 1);
    }
    return total;
}

#endif
