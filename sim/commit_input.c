#include "commit_private.h"

__extension__ typedef __int128 wide;

/* Sums of costs stay below this, so that the labels of paths fit 64 bits. */
#define MOST_COST  (INT64_C(1) << 58)
#define MOST_UNITS ((int64_t)COMMIT_MAX_LEVELS)

int64_t commit_part(int64_t cost, int64_t part, int64_t whole)
{
    if (part == 0 || part == whole) return part ? cost : 0;
    wide product = (wide)cost * part;
    int64_t floor, rest;
    if (product <= INT64_MAX) { /* 128-bit division is ten times slower */
        floor = (int64_t)product / whole;
        rest = (int64_t)product % whole;
    } else {
        floor = (int64_t)(product / whole);
        rest = (int64_t)(product % whole);
    }
    int64_t other = whole - rest;
    return floor + (rest > other || (rest == other && floor % 2 != 0));
}

int64_t commit_weight(const struct commit_problem *p)
{
    int64_t sum = 0;
    if (!p->weight) return (int64_t)p->scenarios;
    for (size_t i = 0; i < p->scenarios; i++)
        sum += p->weight[i];
    return sum;
}

static enum err_code check_starts(const struct commit_term *k, size_t term,
                                  int64_t horizon, int64_t weight, struct err *e)
{
    for (size_t i = 0; i < k->starts; i++) {
        int64_t hours = k->length ? k->length[i] : k->hours;
        int64_t cost = k->price ? k->price[i] : k->cost;
        if (k->start[i] < 0 || (i > 0 && k->start[i] <= k->start[i - 1]))
            return err_set(e, ERR_RANGE,
                           "term %zu: start hours must increase from 0 on", term);
        if (hours < 1 || hours > COMMIT_MAX_HOURS)
            return err_set(e, ERR_RANGE, "term %zu lasts %lld hours, not 1 to %d", term,
                           (long long)hours, COMMIT_MAX_HOURS);
        /* a chain of them to the end */
        if (cost < 0 || cost > 2 * MOST_COST / weight / (horizon / hours + 2))
            return err_set(e, ERR_RANGE, "term %zu: a price of %lld is out of range",
                           term, (long long)cost);
    }
    return OK;
}

static enum err_code check_terms(const struct commit_problem *p, struct err *e)
{
    int64_t weight = commit_weight(p), offers = 0;
    for (size_t i = 0; i < p->terms; i++) {
        struct commit_term k = p->term[i];
        if (!k.start) {
            if (k.first < 0 || k.every < 1)
                return err_set(e, ERR_RANGE,
                               "term %zu: starts must be hours from 0 on, "
                               "at least 1 apart",
                               i);
            if (k.first < p->hours) offers += (p->hours - 1 - k.first) / k.every + 1;
            k.start = &k.first;
            k.starts = 1;
            k.length = k.price = NULL;
        } else {
            offers += (int64_t)k.starts;
        }
        if (check_starts(&k, i, p->hours, weight, e)) return e->code;
    }
    if (offers > INT32_MAX / 4)
        return err_set(e, ERR_RANGE, "%lld possible purchases are too many",
                       (long long)offers);
    return OK;
}

/* Also that leaving everything uncommitted, at the dearer price, sums up. */
static enum err_code check_demand(const struct commit_problem *p, struct err *e)
{
    wide sum = 0;
    for (int64_t t = 0; t < p->hours; t++) {
        int64_t existing = p->existing ? p->existing[t] : 0;
        int64_t spill = commit_spill(p, t);
        if (existing < 0 || existing > MOST_UNITS)
            return err_set(e, ERR_RANGE, "hour %lld: %lld existing units", (long long)t,
                           (long long)existing);
        if (p->penalty && p->penalty[t] < 0)
            return err_set(e, ERR_RANGE, "hour %lld: a negative penalty", (long long)t);
        if (spill > MOST_COST || p->hourly > MOST_COST)
            return err_set(e, ERR_RANGE, "hour %lld: prices are out of range",
                           (long long)t);
        int64_t dearer = spill > p->hourly ? spill : p->hourly;
        for (size_t i = 0; i < p->scenarios; i++) {
            int64_t d = p->demand[i * (size_t)p->hours + (size_t)t];
            if (d < 0 || d > MOST_UNITS * COMMIT_UNIT)
                return err_set(
                    e, ERR_RANGE, "hour %lld: a demand of %.6g units is not 0 to %d",
                    (long long)t, (double)d / COMMIT_UNIT, COMMIT_MAX_LEVELS);
            int64_t weight = p->weight ? p->weight[i] : 1;
            if (dearer > 0) sum += (wide)dearer * weight * (d / COMMIT_UNIT + 1);
        }
    }
    if (sum > MOST_COST)
        return err_set(e, ERR_RANGE, "costs sum up to over 2^58; count in larger ones");
    return OK;
}

enum err_code commit_check(const struct commit_problem *p, struct err *e)
{
    if (p->hours < 1 || p->hours > COMMIT_MAX_HOURS)
        return err_set(e, ERR_RANGE, "%lld hours are not 1 to %d", (long long)p->hours,
                       COMMIT_MAX_HOURS);
    if (p->scenarios < 1) return err_set(e, ERR_RANGE, "no demand");
    wide weight = 0;
    for (size_t i = 0; p->weight && i < p->scenarios; i++) {
        if (p->weight[i] < 1)
            return err_set(e, ERR_RANGE, "weight %zu is %lld, not positive", i,
                           (long long)p->weight[i]);
        weight += p->weight[i];
    }
    if (weight > MOST_COST) return err_set(e, ERR_RANGE, "weights sum up to over 2^58");
    if (check_terms(p, e)) return e->code;
    return check_demand(p, e);
}
