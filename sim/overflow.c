#include "overflow.h"

#include <assert.h>
#include <math.h>

enum { PER_OCTAVE = 256, LOWEST_OCTAVE = -8, OCTAVES = 52 };

void overflow_init(struct overflow *o, size_t levels, struct arena *a)
{
    size_t n = levels ? levels + 1 : (size_t)OCTAVES * PER_OCTAVE;
    *o = (struct overflow){ .buckets = n, .whole_units = levels > 0 };
    o->weight = ARENA_NEW(a, double, n);
    o->weight_per_demand = ARENA_NEW(a, double, n);
    o->above_weight = ARENA_NEW(a, double, n + 1);
    o->above_weight_per_demand = ARENA_NEW(a, double, n + 1);
}

static size_t bucket_of(const struct overflow *o, double demand)
{
    double at;
    if (o->whole_units) {
        at = floor(demand);
    } else {
        /* linear inside an octave: no logarithm in the loop */
        int exponent;
        double m = frexp(demand, &exponent); /* 0.5 <= m < 1 */
        at = (exponent - 1 - LOWEST_OCTAVE) * PER_OCTAVE +
             floor((m - 0.5) * 2 * PER_OCTAVE);
    }
    if (!(at > 0)) return 0;
    return at < (double)(o->buckets - 1) ? (size_t)at : o->buckets - 1;
}

void overflow_add(struct overflow *o, double demand, double weight)
{
    if (!(demand > 0)) return; /* an idle hour leaves nothing */
    size_t k = bucket_of(o, demand);
    o->weight[k] += weight;
    o->weight_per_demand[k] += weight / demand;
    o->total_weight += weight;
    if (demand > o->peak) o->peak = demand;
}

void overflow_merge(struct overflow *a, const struct overflow *b)
{
    assert(a->buckets == b->buckets && a->whole_units == b->whole_units);
    for (size_t k = 0; k < a->buckets; k++) {
        a->weight[k] += b->weight[k];
        a->weight_per_demand[k] += b->weight_per_demand[k];
    }
    a->total_weight += b->total_weight;
    if (b->peak > a->peak) a->peak = b->peak;
}

void overflow_sum(struct overflow *o)
{
    for (size_t k = o->buckets; k-- > 0;) {
        o->above_weight[k] = o->above_weight[k + 1] + o->weight[k];
        o->above_weight_per_demand[k] =
            o->above_weight_per_demand[k + 1] + o->weight_per_demand[k];
    }
}

double overflow_above(const struct overflow *o, double capacity)
{
    if (capacity <= 0) return o->total_weight;
    size_t k = bucket_of(o, capacity);
    /* within the first bucket some hours lie below: count it by its mean */
    double first = o->weight[k] - capacity * o->weight_per_demand[k];
    double rest = o->above_weight[k + 1] - capacity * o->above_weight_per_demand[k + 1];
    return (first > 0 ? first : 0) + (rest > 0 ? rest : 0);
}
