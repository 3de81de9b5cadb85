#include "commit.h"

#include <string.h>

/* The checker: reads the problem and the solution, and knows nothing of how it was
 * found. Only this file's arithmetic has to be believed. */

__extension__ typedef __int128 wide;

/* Demands whose last whole level, highest level that cannot spill, and the lower of
 * the two this is: their weights. And what parts of this level cost. */
struct level {
    int64_t whole, stuck, stuck_whole, part;
};

struct checker {
    const struct commit_problem *p;
    const struct commit_solution *s;
    int64_t weight;
    int64_t *room;       /* committed units of each hour at most; INT64_MAX */
    int64_t *closed;     /* hours before this one that hold no new unit */
    wide *price_sum;     /* of the hours before this one */
    struct level *level; /* of one hour */
    wide cost, bound;    /* of what is not committed */
};

static int64_t rounded(int64_t cost, int64_t part, int64_t whole)
{
    wide twice = (wide)cost * part * 2 + whole; /* floor(x + 1/2), but for ties */
    wide up = twice / (2 * (wide)whole);
    bool tie = twice % (2 * (wide)whole) == 0;
    return (int64_t)(tie && up % 2 != 0 ? up - 1 : up);
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t existing(const struct commit_problem *p, int64_t t)
{
    return p->existing ? p->existing[t] : 0;
}

static int64_t length_at(const struct commit_term *k, size_t i)
{
    return k->start && k->length ? k->length[i] : k->hours;
}

/* What a unit of a term pays when it starts at `start`, the i-th of a list. */
static int64_t price_at(const struct commit_problem *p, const struct commit_term *k,
                        int64_t start, size_t i)
{
    int64_t price = k->start && k->price ? k->price[i] : k->cost;
    int64_t length = length_at(k, i);
    if (!p->prorate || start + length <= p->hours) return price;
    return rounded(price, p->hours - start, length);
}

/* Whether a term may start then, and as which of its list. */
static bool may_start(size_t *at, const struct commit_term *k, int64_t start)
{
    *at = 0;
    if (!k->start) return start >= k->first && (start - k->first) % k->every == 0;
    while (*at < k->starts && k->start[*at] != start)
        ++*at;
    return *at < k->starts;
}

static enum err_code check_purchases(const struct checker *c, struct arena *a,
                                     struct err *e)
{
    const struct commit_problem *p = c->p;
    int64_t *units = ARENA_NEW(a, int64_t, (size_t)p->hours + 1);
    wide cost = 0;
    for (size_t i = 0; i < c->s->purchases; i++) {
        const struct commit_purchase *b = &c->s->purchase[i];
        size_t at = 0;
        if (b->term >= p->terms || b->start < 0 || b->start >= p->hours ||
            b->units < 1 || !may_start(&at, &p->term[b->term], b->start) ||
            b->end != b->start + length_at(&p->term[b->term], at))
            return err_set(e, ERR_INTERNAL, "purchase %zu is not on offer", i);
        if (b->cost != price_at(p, &p->term[b->term], b->start, at))
            return err_set(e, ERR_INTERNAL, "purchase %zu has another price", i);
        units[b->start] += b->units;
        units[smaller(b->end, p->hours)] -= b->units;
        cost += (wide)b->cost * b->units * c->weight;
    }
    if (cost != c->s->commitment)
        return err_set(e, ERR_INTERNAL, "purchases do not add up to their cost");
    for (int64_t t = 0; t < p->hours; t++) {
        if (t > 0) units[t] += units[t - 1];
        if (units[t] != c->s->units[t])
            return err_set(e, ERR_INTERNAL, "hour %lld: purchases make %lld units",
                           (long long)t, (long long)units[t]);
        if (units[t] > c->room[t])
            return err_set(e, ERR_INTERNAL, "hour %lld: the cap is broken",
                           (long long)t);
    }
    return OK;
}

static void find_room(struct checker *c)
{
    const struct commit_problem *p = c->p;
    for (int64_t t = 0; t < p->hours; t++) {
        int64_t room = INT64_MAX;
        if (p->cap >= 0) room = smaller(room, p->cap - existing(p, t));
        if (p->committed_cap >= 0)
            room = smaller(room, p->committed_cap - existing(p, t));
        c->room[t] = room < 0 ? 0 : room;
        c->closed[t + 1] = c->closed[t] + (c->room[t] == 0);
        c->price_sum[t + 1] = c->price_sum[t] + c->s->hour_price[t];
    }
}

/* sum of prices over its hours <= price, for all that may be bought */
static enum err_code check_prices(const struct checker *c, struct err *e)
{
    const struct commit_problem *p = c->p;
    for (size_t k = 0; k < p->terms; k++) {
        const struct commit_term *term = &p->term[k];
        size_t i = 0;
        int64_t start = term->start ? 0 : term->first;
        for (;; i++, start += term->every) {
            if (term->start && i >= term->starts) break;
            if (term->start) start = term->start[i];
            if (start >= p->hours) break;
            int64_t end = smaller(start + length_at(term, i), p->hours);
            if (c->closed[end] > c->closed[start]) continue;
            wide worth = c->price_sum[end] - c->price_sum[start];
            if (worth > (wide)price_at(p, term, start, i) * c->weight)
                return err_set(e, ERR_INTERNAL,
                               "hour %lld: term %zu is worth more than it costs",
                               (long long)start, k);
        }
    }
    return OK;
}

/* Sorts one hour's demands by level. Returns the highest level. */
static int64_t gather(struct checker *c, int64_t t, int64_t spill)
{
    const struct commit_problem *p = c->p;
    int64_t top = 0;
    for (size_t i = 0; i < p->scenarios; i++) {
        int64_t d = p->demand[i * (size_t)p->hours + (size_t)t];
        int64_t weight = p->weight ? p->weight[i] : 1;
        int64_t whole = d / COMMIT_UNIT, part = d % COMMIT_UNIT;
        int64_t highest = whole + (part != 0), stuck = 0;
        if (spill < 0) {
            stuck = highest;
        } else if (p->spill_most >= 0 && d > p->spill_most) {
            stuck = (d - p->spill_most + COMMIT_UNIT - 1) / COMMIT_UNIT;
        }
        if (highest > top) top = highest;
        c->level[whole].whole += weight;
        c->level[stuck].stuck += weight;
        c->level[smaller(stuck, whole)].stuck_whole += weight;
        if (part == 0 || stuck >= highest) continue;
        int64_t cost = rounded(spill, part, COMMIT_UNIT);
        bool hourly = p->hourly >= 0 && (p->cap < 0 || highest <= p->cap);
        c->level[highest].part += weight * (hourly ? smaller(cost, p->hourly) : cost);
    }
    return top;
}

/* Adds the hour to the plan's cost and to the bound, level by level from the top. */
static enum err_code check_hour(struct checker *c, int64_t t, struct err *e)
{
    const struct commit_problem *p = c->p;
    int64_t spill = p->spill_by_hour ? p->spill_by_hour[t] : p->spill;
    if (spill >= 0 && p->penalty) spill += p->penalty[t];
    int64_t top = gather(c, t, spill), before = existing(p, t);
    int64_t price = c->s->hour_price[t];
    int64_t room = c->room[t], used = before + c->s->units[t];
    int64_t reach = room < top - before ? before + room : top; /* that helps */
    if (reach < before) reach = before;
    int64_t by_hour = p->hourly < 0 ? 0 : p->cap < 0 ? top : p->cap; /* levels */
    int64_t cheaper = p->hourly < 0 ? spill : smaller(spill, p->hourly);
    int64_t left = 0, best = 0,
            priced = 0; /* no sum of costs overflows: commit_check() */
    struct level sum = { 0 };

    for (int64_t j = top; j > before; j--) {
        const struct level *v = &c->level[j];
        sum.whole += v->whole;
        sum.stuck += v->stuck;
        sum.stuck_whole += v->stuck_whole;
        bool hourly = j <= by_hour, must = sum.stuck > 0 && !hourly;
        int64_t cost = v->part + (hourly ? p->hourly * sum.stuck : 0);
        if (sum.whole > sum.stuck_whole)
            cost += (hourly ? cheaper : spill) * (sum.whole - sum.stuck_whole);
        if (must && j > used)
            return err_set(e, ERR_INTERNAL, "hour %lld is not covered", (long long)t);
        if (j > used) left += cost;
        /* the cheaper of leaving the level and paying the hour's price */
        if (j > reach || (!must && cost < price)) {
            best += cost;
        } else {
            priced++;
        }
    }
    memset(c->level, 0, ((size_t)top + 1) * sizeof *c->level);
    c->cost += left;
    c->bound += (wide)price * priced + best;
    if (price >= 0) return OK;
    if (room == INT64_MAX)
        return err_set(e, ERR_INTERNAL, "hour %lld: a negative price", (long long)t);
    c->bound += (wide)price * (before + room - reach); /* units beyond all demand */
    return OK;
}

enum err_code commit_verify(int64_t *bound, const struct commit_problem *p,
                            const struct commit_solution *s, struct arena *a,
                            struct err *e)
{
    struct checker c = { .p = p, .s = s };
    size_t n = (size_t)p->hours + 1, levels = 2;
    if (commit_check(p, e)) return e->code;
    for (size_t i = 0; i < p->scenarios; i++)
        c.weight += p->weight ? p->weight[i] : 1;
    for (size_t i = 0; i < p->scenarios * (size_t)p->hours; i++)
        if ((size_t)(p->demand[i] / COMMIT_UNIT) + 2 > levels)
            levels = (size_t)(p->demand[i] / COMMIT_UNIT) + 2;
    c.room = ARENA_NEW(a, int64_t, n);
    c.closed = ARENA_NEW(a, int64_t, n);
    c.price_sum = ARENA_NEW(a, wide, n);
    c.level = ARENA_NEW(a, struct level, levels);
    find_room(&c);
    if (check_purchases(&c, a, e) || check_prices(&c, e)) return e->code;
    for (int64_t t = 0; t < p->hours; t++)
        if (check_hour(&c, t, e)) return e->code;
    if (c.cost + s->commitment != s->cost ||
        c.cost != (wide)s->hourly + s->spill + s->penalty)
        return err_set(e, ERR_INTERNAL, "the plan costs %lld, not %lld",
                       (long long)(c.cost + s->commitment), (long long)s->cost);
    if (c.bound > s->cost)
        return err_set(e, ERR_INTERNAL, "the lower bound is above the cost");
    *bound = c.bound < INT64_MIN ? INT64_MIN : (int64_t)c.bound;
    return OK;
}
