#include "unit_term.h"

enum { START_EVERY_HOURS = 24 };

int64_t unit_nusd_per_hour(const struct unit_price *u)
{
    return u->rate.pusd / u->rate.per / 1000;
}

struct commit_term unit_term(const struct unit_price *u, enum commitment k,
                             int64_t hours, int64_t start_unix_s, struct arena *a)
{
    size_t n = (size_t)((hours + START_EVERY_HOURS - 1) / START_EVERY_HOURS);
    int64_t *start = ARENA_NEW(a, int64_t, 3 * n), *length = start + n,
            *price = length + n;
    for (size_t i = 0; i < n; i++) {
        start[i] = (int64_t)i * START_EVERY_HOURS;
        length[i] = commitment_hours(k, start_unix_s + start[i] * 3600);
        price[i] = length[i] * unit_nusd_per_hour(u);
    }
    return (struct commit_term){ .hours = length[0],
                                 .cost = price[0],
                                 .start = start,
                                 .length = length,
                                 .price = price,
                                 .starts = n };
}
