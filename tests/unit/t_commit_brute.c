/* The solver against a search through all plans, written from the problem's text: no
 * levels, no network. */
#include "check.h"

#include "commit.h"
#include "commit_random.h"

enum { LONGEST = 4, MOST_UNITS = 9, STATES = 10000, MOST_HOURS = 12 };

/* Cheapest end of a plan from hour t on, when units[i] are committed at hour t + i. */
struct search {
    const struct commit_problem *p;
    int64_t until;                            /* hours behind it may stay uncovered */
    int64_t rest[MOST_HOURS][MOST_UNITS + 1]; /* an hour with so many new units */
    int64_t known[MOST_HOURS + 1][STATES];    /* −1: not yet */
    int64_t most;                             /* of one purchase that may make sense */
};

static int64_t weight(const struct commit_problem *p)
{
    int64_t sum = 0;
    for (size_t i = 0; i < p->scenarios; i++)
        sum += p->weight ? p->weight[i] : 1;
    return sum;
}

/* Length of a purchase of term k at hour t, its price in *cost; 0: not on offer. */
static int64_t on_offer(const struct commit_problem *p, size_t k, int64_t t,
                        int64_t *cost)
{
    const struct commit_term *term = &p->term[k];
    int64_t hours = 0;
    if (term->start) {
        for (size_t i = 0; i < term->starts; i++)
            if (term->start[i] == t) hours = term->length[i], *cost = term->price[i];
    } else if (t >= term->first && (t - term->first) % term->every == 0) {
        hours = term->hours;
        *cost = term->cost;
    }
    if (hours && p->prorate && t + hours > p->hours)
        *cost = llrint((double)*cost * (double)(p->hours - t) / (double)hours);
    return hours;
}

static bool allowed(const struct commit_problem *p, int64_t t, int64_t units)
{
    int64_t existing = p->existing ? p->existing[t] : 0;
    if (units == 0) return true;
    return (p->cap < 0 || existing + units <= p->cap) &&
           (p->committed_cap < 0 || existing + units <= p->committed_cap);
}

static int64_t plan_from(struct search *s, int64_t t, const int64_t units[LONGEST],
                         size_t k);

/* Hour t is decided: pay for it and go on. */
static int64_t next_hour(struct search *s, int64_t t, const int64_t units[LONGEST])
{
    int64_t later[LONGEST] = { 0 };
    if (!allowed(s->p, t, units[0])) return NEVER;
    for (int i = 0; i + 1 < LONGEST; i++)
        later[i] = units[i + 1];
    int64_t rest = t > s->until ? 0 : s->rest[t][units[0]];
    if (rest >= NEVER) return NEVER;
    return rest + plan_from(s, t + 1, later, 0);
}

/* Terms before k are decided at hour t. */
static int64_t plan_from(struct search *s, int64_t t, const int64_t units[LONGEST],
                         size_t k)
{
    if (t == s->p->hours) return 0;
    if (k == s->p->terms) return next_hour(s, t, units);
    int64_t *known = NULL;
    if (k == 0) {
        int64_t code = 0;
        for (int i = 0; i < LONGEST; i++)
            code = code * (MOST_UNITS + 1) + units[i];
        known = &s->known[t][code];
        if (*known >= 0) return *known;
    }
    int64_t cost = 0, best = plan_from(s, t, units, k + 1);
    int64_t hours = on_offer(s->p, k, t, &cost);
    for (int64_t n = 1; hours && n <= s->most; n++) {
        int64_t more[LONGEST];
        bool fits = true;
        for (int i = 0; i < LONGEST; i++) {
            more[i] = units[i] + (i < hours ? n : 0);
            fits = fits && more[i] <= MOST_UNITS;
        }
        if (!fits) break;
        int64_t total = n * cost * weight(s->p) + plan_from(s, t, more, k + 1);
        if (total < best) best = total;
    }
    if (best > NEVER) best = NEVER;
    if (known) *known = best;
    return best;
}

static int64_t brute(struct search *s, const struct commit_problem *p, int64_t until)
{
    *s = (struct search){ .p = p, .until = until };
    memset(s->known, 0xff, sizeof s->known);
    for (size_t i = 0; i < p->scenarios * (size_t)p->hours; i++)
        if (p->demand[i] > s->most * COMMIT_UNIT)
            s->most = p->demand[i] / COMMIT_UNIT + 1;
    for (int64_t t = 0; t < p->hours; t++)
        for (int64_t n = 0; n <= MOST_UNITS; n++)
            s->rest[t][n] = rest_by_text(p, t, n);
    return plan_from(s, 0, (int64_t[LONGEST]){ 0 }, 0);
}

static int64_t first_uncovered(struct search *s, const struct commit_problem *p)
{
    int64_t t = 0;
    while (brute(s, p, t) < NEVER)
        t++;
    return t;
}

static void every_small_problem_is_solved_as_by_search(void **state)
{
    (void)state;
    static struct search s;
    uint64_t seed = 20261122;
    int feasible = 0, infeasible = 0, buying = 0;
    for (int i = 0; i < 6000; i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct commit_solution got = { 0 };
        struct commit_sizes sizes = { MOST_HOURS, 3, 2 + i % 2, LONGEST, 3 };
        struct commit_problem p = random_problem(sizes, &a, &seed);
        int64_t want = brute(&s, &p, p.hours);
        enum err_code code = commit_solve(&got, &p, &a, &e);
        if (want >= NEVER) {
            if (code != ERR_INFEASIBLE) print_error("problem %d: %s\n", i, e.msg);
            assert_int_equal(code, ERR_INFEASIBLE);
            assert_int_equal(got.first_uncovered, first_uncovered(&s, &p));
            infeasible++;
        } else {
            if (code || got.cost != want) print_error("problem %d: %s\n", i, e.msg);
            assert_ok(code, e);
            assert_int_equal(got.cost, want);
            assert_int_equal(got.bound, want);
            feasible++;
            buying += got.purchases > 0;
        }
        arena_clear(&a);
    }
    print_message("%d optima, %d of them with purchases; %d infeasible\n", feasible,
                  buying, infeasible);
    assert_true(feasible > 3000 && buying > 2000 && infeasible > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_small_problem_is_solved_as_by_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
