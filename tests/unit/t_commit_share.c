/* The search with a limit on each window's spill, against every plan there is: all
 * purchases of small problems, and for each of them all numbers of units by the hour.
 */
#include "check.h"

#include "commit_share.h"
#include "splitmix.h"

enum { HOURS = 6, WINDOW = 3, WINDOWS = HOURS / WINDOW, MOST_UNITS = 2, EVERY = 2 };
enum { STARTS = HOURS / EVERY, TERMS = 2, BUYS = STARTS * TERMS };

static const int64_t NEVER = INT64_MAX / 4;

/* The cheapest units by the hour (0 to MOST_UNITS in each hour) of one window that
 * leave at most `limit` quarters of a unit to spill. `over` is in quarters. */
static int64_t cheapest_window(const struct commit_problem *p, const int64_t *over,
                               int64_t limit)
{
    int64_t best = NEVER;
    int most = p->hourly >= 0 ? MOST_UNITS : 0;
    for (int code = 0; code < 27; code++) {
        int64_t cost = 0, spilled = 0;
        int rest = code;
        bool allowed = true;
        for (int t = 0; t < WINDOW; t++, rest /= 3) {
            int units = rest % 3;
            int64_t left = over[t] - 4 * units;
            allowed = allowed && units <= most;
            cost += units ? units * p->hourly : 0;
            if (left > 0) spilled += left, cost += left * p->spill / 4;
        }
        if (allowed && spilled <= limit && cost < best) best = cost;
    }
    return best;
}

static int64_t cheapest_rest(const struct commit_problem *p, const int64_t *units,
                             const int64_t *limit)
{
    int64_t cost = 0;
    for (int w = 0; w < WINDOWS; w++) {
        int64_t over[WINDOW];
        for (int t = 0; t < WINDOW; t++) {
            int64_t hour = w * WINDOW + t;
            over[t] = p->demand[hour] / (COMMIT_UNIT / 4) - 4 * units[hour];
        }
        int64_t part = cheapest_window(p, over, limit[w]);
        if (part >= NEVER) return NEVER;
        cost += part;
    }
    return cost;
}

/* All ways to buy 0 to MOST_UNITS of each term at each start. */
static int64_t cheapest_of_all(const struct commit_problem *p, const int64_t *limit)
{
    int64_t best = NEVER;
    int codes = 1;
    for (int i = 0; i < BUYS; i++)
        codes *= MOST_UNITS + 1;
    for (int code = 0; code < codes; code++) {
        int64_t units[HOURS] = { 0 }, cost = 0;
        for (int i = 0, rest = code; i < BUYS; i++, rest /= MOST_UNITS + 1) {
            int n = rest % (MOST_UNITS + 1), start = i % STARTS * EVERY;
            const struct commit_term *k = &p->term[i / STARTS];
            cost += n * k->cost;
            for (int64_t t = start; t < start + k->hours && t < HOURS; t++)
                units[t] += n;
        }
        if (cost >= best) continue;
        int64_t rest = cheapest_rest(p, units, limit);
        if (rest < NEVER && cost + rest < best) best = cost + rest;
    }
    return best;
}

struct tally {
    int solved, exact, infeasible;
    double excess; /* of the answers' costs, in all */
};

static void one(struct tally *n, uint64_t *seed)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    int64_t demand[HOURS], limit[WINDOWS] = { 0 };
    int32_t of_hour[HOURS];
    struct commit_term term[TERMS];
    struct commit_solution s;
    struct commit_shares shares;
    for (int t = 0; t < HOURS; t++) {
        demand[t] = next_below(seed, 4 * MOST_UNITS + 1) * (COMMIT_UNIT / 4);
        of_hour[t] = t / WINDOW;
    }
    for (int k = 0; k < TERMS; k++) {
        int64_t hours = 2 + next_below(seed, 3);
        term[k] = (struct commit_term){ .hours = hours,
                                        .cost = hours * (900 + next_below(seed, 1200)),
                                        .every = EVERY };
    }
    struct commit_problem p = { .hours = HOURS,
                                .scenarios = 1,
                                .demand = demand,
                                .term = term,
                                .terms = TERMS,
                                .spill = 400 + 4 * next_below(seed, 500),
                                .hourly = next_below(seed, 3)
                                              ? 1500 + next_below(seed, 1000)
                                              : COMMIT_NOT_SOLD,
                                .spill_most = COMMIT_NO_LIMIT,
                                .cap = COMMIT_NO_LIMIT,
                                .committed_cap = COMMIT_NO_LIMIT };
    struct commit_windows w = { of_hour, WINDOWS, (double)next_below(seed, 9) / 16 };
    for (int i = 0; i < WINDOWS; i++) {
        int64_t quarters = 0;
        for (int t = 0; t < WINDOW; t++)
            quarters += demand[i * WINDOW + t] / (COMMIT_UNIT / 4);
        limit[i] = (int64_t)floor(w.most_share * (double)quarters);
    }
    int64_t best = cheapest_of_all(&p, limit);
    enum err_code code = commit_solve_share(&s, &shares, &p, &w, &a, &e);
    if (best >= NEVER) {
        assert_int_equal(code, ERR_INFEASIBLE);
        n->infeasible++;
    } else {
        assert_ok(code, e);
        assert_true(s.cost >= best);  /* it is a plan, and the best is the best */
        assert_true(s.bound <= best); /* the bound holds */
        n->solved++;
        n->exact += s.cost == best;
        n->excess += best > 0 ? (double)(s.cost - best) / (double)best : 0;
    }
    arena_clear(&a);
}

static void small_limits_are_near_the_best_of_all_plans(void **state)
{
    (void)state;
    struct tally n = { 0 };
    uint64_t seed = 20261122;
    for (int i = 0; i < 600; i++)
        one(&n, &seed);
    print_message("%d solved, %d exactly, mean excess %.3f%%, %d infeasible\n",
                  n.solved, n.exact, n.excess / n.solved * 100, n.infeasible);
    assert_true(n.solved > 500);
    assert_true(n.exact > n.solved * 9 / 10);
    assert_true(n.excess / n.solved < 0.005);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_limits_are_near_the_best_of_all_plans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
