#include "commit_private.h"

#include <assert.h>

/* Starts of a term inside the horizon. */
static int64_t start_count(const struct commit_term *k, int64_t hours)
{
    if (k->start) return (int64_t)k->starts;
    return k->first < hours ? (hours - 1 - k->first) / k->every + 1 : 0;
}

static int64_t start_at(const struct commit_term *k, int64_t i)
{
    return k->start ? k->start[i] : k->first + i * k->every;
}

static struct commit_offer offer(const struct commit_problem *p, size_t term, int64_t i,
                                 int64_t weight)
{
    const struct commit_term *k = &p->term[term];
    int64_t hours = k->length ? k->length[i] : k->hours;
    int64_t cost = k->price ? k->price[i] : k->cost;
    int64_t inside = p->hours - start_at(k, i);
    if (inside > hours) inside = hours;
    if (p->prorate) cost = commit_part(cost, inside, hours);
    int32_t start = (int32_t)start_at(k, i);
    return (struct commit_offer){ cost * weight, start, start + (int32_t)inside };
}

/* A counting sort by start; terms are met in order, so it is stable in them. */
void commit_offers_build(struct commit_offers *out, const struct commit_problem *p,
                         struct arena *a)
{
    int64_t weight = commit_weight(p);
    int32_t *first = ARENA_NEW(a, int32_t, (size_t)p->hours + 2);
    int32_t count = 0;
    for (size_t k = 0; k < p->terms; k++) {
        int64_t n = start_count(&p->term[k], p->hours);
        for (int64_t i = 0; i < n; i++) {
            int64_t start = start_at(&p->term[k], i);
            if (start >= p->hours) continue;
            first[start + 2]++;
            count++;
        }
    }
    for (int64_t t = 1; t <= p->hours + 1; t++)
        first[t] += first[t - 1];
    struct commit_offer *sorted = ARENA_NEW(a, struct commit_offer, (size_t)count + 1);
    int32_t *term = ARENA_NEW(a, int32_t, (size_t)count + 1);
    for (size_t k = 0; k < p->terms; k++) {
        int64_t n = start_count(&p->term[k], p->hours);
        for (int64_t i = 0; i < n; i++) {
            int64_t start = start_at(&p->term[k], i);
            if (start >= p->hours) continue;
            int32_t at = first[start + 1]++;
            sorted[at] = offer(p, k, i, weight);
            term[at] = (int32_t)k;
        }
    }
    assert(first[p->hours] == count);
    *out = (struct commit_offers){ sorted, term, first, count };
}
