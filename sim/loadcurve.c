#include "loadcurve.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void load_curve_init(struct load_curve *c, int64_t *hours, double *demand,
                     size_t levels)
{
    memset(hours, 0, (levels + 1) * sizeof *hours);
    memset(demand, 0, (levels + 1) * sizeof *demand);
    *c = (struct load_curve){ .hours = hours, .demand = demand, .levels = levels };
}

void load_curve_add(struct load_curve *c, double demand_units)
{
    assert(demand_units >= 0 && isfinite(demand_units));
    size_t k = demand_units < (double)c->levels ? (size_t)demand_units : c->levels;
    c->hours[k]++;
    c->demand[k] += demand_units;
    c->total += demand_units;
    c->count++;
    if (demand_units > c->peak) c->peak = demand_units;
}

double load_curve_overflow(const struct load_curve *c, int64_t units)
{
    assert(units >= 0 && (uint64_t)units <= c->levels);
    int64_t hours = 0;
    double demand = 0;
    for (size_t k = c->levels + 1; k-- > (size_t)units;) {
        hours += c->hours[k];
        demand += c->demand[k];
    }
    /* Rounding may leave -1e-17 where nothing overflows. */
    return fmax(0, demand - (double)units * (double)hours);
}

void load_curve_overflows(double *overflow, const struct load_curve *c)
{
    int64_t hours = 0;
    double demand = 0;
    for (size_t k = c->levels + 1; k-- > 0;) {
        hours += c->hours[k];
        demand += c->demand[k];
        overflow[k] = fmax(0, demand - (double)k * (double)hours);
    }
}
