/* The published instances, and properties that every optimum has. */
#include "check.h"

#include <dirent.h>

#include <cJSON.h>

#include "commit.h"
#include "commit_random.h"
#include "commit_share.h"
#include "commit_value.h"
#include "file.h"
#include "shared_data.h"
#include "str.h"

/* T, p0, … of an instance; `demand_q` in quarters of a unit, money in cents. */
static struct commit_problem instance(const cJSON *j, struct arena *a)
{
    struct commit_problem p = { .cap = COMMIT_NO_LIMIT,
                                .committed_cap = COMMIT_NO_LIMIT,
                                .spill_most = COMMIT_NO_LIMIT };
    const cJSON *hourly = cJSON_GetObjectItem(j, "p0"), *row, *term;
    const cJSON *spill = cJSON_GetObjectItem(j, "spill");
    const cJSON *weights = cJSON_GetObjectItem(j, "weights");
    const cJSON *demand = cJSON_GetObjectItem(j, "demand_q");
    const cJSON *terms = cJSON_GetObjectItem(j, "terms");
    p.hours = cJSON_GetObjectItem(j, "T")->valueint;
    p.hourly = cJSON_IsNull(hourly) ? COMMIT_NOT_SOLD : hourly->valueint;
    p.spill = cJSON_IsNull(spill) ? COMMIT_NOT_SOLD : spill->valueint;
    p.prorate = cJSON_IsTrue(cJSON_GetObjectItem(j, "prorate"));
    p.scenarios = (size_t)cJSON_GetArraySize(demand);
    p.terms = (size_t)cJSON_GetArraySize(terms);

    int64_t *d = ARENA_NEW(a, int64_t, p.scenarios * (size_t)p.hours);
    int64_t *w = ARENA_NEW(a, int64_t, p.scenarios);
    struct commit_term *k = ARENA_NEW(a, struct commit_term, p.terms);
    p.demand = d;
    p.weight = w;
    p.term = k;
    cJSON_ArrayForEach(row, demand)
    {
        const cJSON *hour;
        cJSON_ArrayForEach(hour, row) *d++ = hour->valueint * (int64_t)COMMIT_UNIT / 4;
    }
    for (size_t i = 0; i < p.scenarios; i++)
        w[i] = weights ? cJSON_GetArrayItem(weights, (int)i)->valueint : 1;
    cJSON_ArrayForEach(term, terms) *k++ = (struct commit_term){
        .hours = cJSON_GetObjectItem(term, "L")->valueint,
        .cost = cJSON_GetObjectItem(term, "P")->valueint,
        .every = cJSON_GetObjectItem(term, "step")->valueint,
    };
    return p;
}

/* optimal_cost_cents_times_scale, found by two to four other solvers each */
static void finds_the_published_optimum(const char *path)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    char *bytes = NULL;
    size_t size = 0;
    struct commit_solution got = { 0 };
    assert_ok(file_read(&bytes, &size, path, 1 << 24, &a, &e), e);
    cJSON *j = cJSON_Parse(bytes);
    assert_non_null(j);
    struct commit_problem p = instance(j, &a);
    assert_ok(commit_solve(&got, &p, &a, &e), e);
    int64_t want =
        (int64_t)cJSON_GetObjectItem(j, "optimal_cost_cents_times_scale")->valuedouble;
    if (got.cost != want) print_error("%s\n", path);
    assert_int_equal(got.cost, want);
    assert_int_equal(got.bound, want);
    cJSON_Delete(j);
    arena_clear(&a);
}

static void published_instances_have_their_verified_optimum(void **state)
{
    (void)state;
    char folder[4096];
    if (!shared_data(folder, sizeof folder, "data/commitment")) skip();
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    struct arena a = { 0 };
    int found = 0;
    for (struct dirent *f = readdir(dir); f; f = readdir(dir)) {
        if (!text_ends(f->d_name, ".json")) continue;
        finds_the_published_optimum(arena_printf(&a, "%s/%s", folder, f->d_name));
        found++;
    }
    closedir(dir);
    arena_clear(&a);
    assert_true(found > 0);
}

/* 40 hours of demand in quarters, two terms, everything sold: what the tests below
 * change. */
static const int64_t Q = COMMIT_UNIT / 4;
static const struct commit_term two_terms[] = {
    { .hours = 5, .cost = 8125, .every = 1 },
    { .hours = 24, .cost = 33312, .every = 3 },
};

static struct commit_problem plain(struct arena *a)
{
    int64_t *d = ARENA_NEW(a, int64_t, 40);
    for (int64_t t = 0; t < 40; t++)
        d[t] = Q * (5 + 3 * (t % 7) + (t * t) % 5);
    return (struct commit_problem){ .hours = 40,
                                    .scenarios = 1,
                                    .demand = d,
                                    .term = two_terms,
                                    .terms = 2,
                                    .hourly = 2385,
                                    .spill = 3148,
                                    .spill_most = COMMIT_NO_LIMIT,
                                    .cap = COMMIT_NO_LIMIT,
                                    .committed_cap = COMMIT_NO_LIMIT };
}

static int64_t cost_of(const struct commit_problem *p)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    struct commit_solution s;
    assert_ok(commit_solve(&s, p, &a, &e), e);
    assert_int_equal(s.cost, s.bound);
    assert_int_equal(s.cost, s.commitment + s.hourly + s.spill + s.penalty);
    arena_clear(&a);
    return s.cost;
}

static void more_freedom_never_costs_more(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct commit_problem p = plain(&a), q = p;
    int64_t base = cost_of(&p);

    q.terms = 1;
    assert_true(cost_of(&q) > base); /* the day term is worth something here */
    q = p;
    q.hourly = COMMIT_NOT_SOLD;
    assert_true(cost_of(&q) > base);
    q = p;
    q.spill = COMMIT_NOT_SOLD;
    assert_true(cost_of(&q) > base);
    q = p;
    q.spill_most = Q;
    assert_true(cost_of(&q) > base);
    q = p;
    q.prorate = true;
    assert_true(cost_of(&q) < base);
    int64_t before = INT64_MAX;
    for (q = p, q.committed_cap = 0; q.committed_cap <= 8; q.committed_cap++) {
        int64_t cost = cost_of(&q);
        assert_true(cost <= before);
        before = cost;
    }
    assert_int_equal(before, base); /* 8 is over every demand */
    arena_clear(&a);
}

static void the_same_demand_twice_is_one_scenario_of_twice_the_weight(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct commit_problem p = plain(&a), q = p, r = p;
    int64_t *both = ARENA_NEW(&a, int64_t, 80);
    memcpy(both, p.demand, 40 * sizeof *both);
    memcpy(both + 40, p.demand, 40 * sizeof *both);
    q.scenarios = 2;
    q.demand = both;
    const int64_t two = 2;
    r.weight = &two;
    assert_int_equal(cost_of(&q), 2 * cost_of(&p));
    assert_int_equal(cost_of(&r), 2 * cost_of(&p));
    arena_clear(&a);
}

static void no_demand_buys_nothing(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct commit_solution s;
    struct commit_problem p = plain(&a);
    p.demand = ARENA_NEW(&a, int64_t, 40);
    assert_ok(commit_solve(&s, &p, &a, &e), e);
    assert_int_equal(s.purchases, 0);
    assert_int_equal(s.cost, 0);
    arena_clear(&a);
}

/* One demand of 1.25 units for four hours. Uncommitted: a unit at 20 and a quarter of
 * 30, or 7.5, in each hour: 110. A commitment of 4 hours at 65 carries the whole
 * unit: 95. */
static void splits_the_cost_as_by_hand(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct commit_solution s, none;
    int64_t d[4] = { 5 * Q, 5 * Q, 5 * Q, 5 * Q }, all = 0;
    struct commit_term term = { .hours = 4, .cost = 6500, .every = 1 };
    struct commit_problem p = plain(&a);
    p.hours = 4;
    p.demand = d;
    p.term = &term;
    p.terms = 1;
    p.hourly = 2000;
    p.spill = 3000;
    assert_ok(commit_solve(&s, &p, &a, &e), e);
    assert_int_equal(s.commitment, 6500);
    assert_int_equal(s.hourly, 0);
    assert_int_equal(s.spill, 4 * 750);
    assert_int_equal(s.purchases, 1);
    assert_int_equal(s.purchase[0].end, 4);
    assert_close(s.spill_units, 1, 1e-12);
    assert_close(s.spilled[3], 0.25, 1e-12);
    assert_ok(commit_without(&none, &p, &a, &e), e);
    assert_int_equal(none.cost, 4 * (2000 + 750));
    assert_ok(commit_spill_all(&all, &p, &e), e);
    assert_int_equal(all, 4 * 3750);

    /* a term that outlives the horizon by one hour in five: the whole price, or 4/5 */
    term.hours = 5;
    assert_ok(commit_solve(&s, &p, &a, &e), e);
    assert_int_equal(s.commitment, 6500);
    assert_int_equal(s.purchase[0].end, 5);
    p.prorate = true;
    assert_ok(commit_solve(&s, &p, &a, &e), e);
    assert_int_equal(s.commitment, 5200);
    arena_clear(&a);
}

static void names_the_first_hour_that_cannot_be_covered(void **state)
{
    (void)state;
    struct arena a = { 0 };
    static const struct commit_term late = {
        .hours = 5, .cost = 1, .first = 2, .every = 6
    };
    struct commit_problem base = plain(&a), p;
    base.hourly = base.spill = COMMIT_NOT_SOLD;
    int64_t *d = ARENA_NEW(&a, int64_t, 40), *idle = ARENA_NEW(&a, int64_t, 40);
    memcpy(d, base.demand, 40 * sizeof *d);
    memcpy(idle, base.demand, 40 * sizeof *d);
    for (int t = 0; t < 3; t++)
        idle[t] = 0;
    d[17] = 9 * 4 * Q;
    struct row {
        int64_t want, cap;
        const int64_t *demand;
        const struct commit_term *term;
    } row[] = {
        { 0, COMMIT_NO_LIMIT, base.demand, &late }, /* starts at 2, 8, …, lasts to 7 */
        { 7, COMMIT_NO_LIMIT, idle, &late },
        { 17, 8, d, two_terms }, /* nine units under a cap of eight */
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        struct commit_solution s = { 0 };
        p = base;
        p.demand = row[i].demand;
        p.term = row[i].term;
        p.terms = 1;
        p.cap = row[i].cap;
        assert_int_equal(commit_solve(&s, &p, &a, &e), ERR_INFEASIBLE);
        assert_int_equal(s.first_uncovered, row[i].want);
    }
    arena_clear(&a);
}

static void numbers_out_of_range_are_named(void **state)
{
    (void)state;
    struct arena a = { 0 };
    static const int64_t zero_weight = 0, start[] = { 3, 3 }, length[] = { 1, 0 };
    int64_t minus[40] = { [11] = -1 };
    struct commit_term bad[] = {
        { .hours = 0, .cost = 1, .every = 1 },
        { .hours = 5, .cost = -1, .every = 1 },
        { .hours = 5, .cost = 1, .every = 0 },
        { .hours = 5, .cost = 1, .every = 1, .first = -1 },
        { .hours = 5, .cost = INT64_MAX / 2, .every = 1 },
        { .hours = 5, .cost = 1, .start = start, .starts = 2 },
        { .cost = 1, .start = start, .length = length + 1, .starts = 1 },
    };
    struct row {
        const char *says;
        struct commit_problem p;
    } row[14];
    size_t n = 0;
    for (; n < COUNT(row); n++)
        row[n] = (struct row){ "term 0", plain(&a) };
    for (n = 0; n < COUNT(bad); n++) {
        row[n].p.term = &bad[n];
        row[n].p.terms = 1;
    }
    row[n].p.hours = 0, row[n++].says = "0 hours";
    row[n].p.scenarios = 0, row[n++].says = "no demand";
    row[n].p.demand = minus, row[n++].says = "hour 11";
    row[n].p.weight = &zero_weight, row[n++].says = "weight 0";
    row[n].p.existing = minus, row[n++].says = "hour 11";
    row[n].p.penalty = minus, row[n++].says = "hour 11";
    row[n].p.spill = INT64_MAX / 2, row[n++].says = "prices";
    assert_int_equal(n, COUNT(row));
    for (size_t i = 0; i < n; i++) {
        struct err e = { 0 };
        struct commit_solution s;
        enum err_code code = commit_solve(&s, &row[i].p, &a, &e);
        if (code != ERR_RANGE || !strstr(e.msg, row[i].says))
            print_error("row %zu: %s\n", i, e.msg);
        assert_int_equal(code, ERR_RANGE);
        assert_non_null(strstr(e.msg, row[i].says));
    }
    arena_clear(&a);
}

/* Every field of a solution is looked at. */
static void the_checker_refuses_what_is_not_true(void **state)
{
    (void)state;
    for (int i = 0; i < 9; i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct commit_solution s;
        struct commit_problem p = plain(&a);
        int64_t bound = 0;
        assert_ok(commit_solve(&s, &p, &a, &e), e);
        assert_true(s.purchases > 2);
        if (i == 0) s.purchase[1].units++;
        if (i == 1) s.purchase[1].cost--;
        if (i == 2) s.purchase[1].end++;
        if (i == 3) s.purchase[1].term = 2;
        if (i == 4) s.units[7]++;
        if (i == 5) s.cost--;
        if (i == 6) s.commitment--;
        if (i == 7) s.hour_price[3] = INT64_C(1) << 40;
        if (i == 8) s.hour_price[3] = -1;
        assert_int_equal(commit_verify(&bound, &p, &s, &a, &e), ERR_INTERNAL);
        arena_clear(&a);
    }
}

/* Prices of zero prove little, but they prove it. */
static void any_prices_give_a_lower_bound(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct commit_solution s;
    struct commit_problem p = plain(&a);
    int64_t bound = 0;
    assert_ok(commit_solve(&s, &p, &a, &e), e);
    for (int t = 0; t < 40; t++)
        s.hour_price[t] = 0;
    assert_ok(commit_verify(&bound, &p, &s, &a, &e), e);
    assert_int_equal(bound, 0);
    for (int t = 0; t < 40; t++)
        s.hour_price[t] = 33312 / 24; /* a day costs no more than its hours are worth */
    assert_ok(commit_verify(&bound, &p, &s, &a, &e), e);
    assert_true(bound > 0 && bound < s.cost);
    arena_clear(&a);
}

/* Twelve hours of two units, one of six for the first half. A unit costs 20 an hour,
 * a term of 12 hours 180, of 6 hours 105. Unit 1 and 2: 12 × 20 − 180 = 60 each.
 * Units 3 to 6 for the first half: 6 × 20 − 105 = 15 each; all along: 120 − 180. */
static void values_of_units_are_as_by_hand(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    static const struct commit_term term[] = {
        { .hours = 12, .cost = 18000, .every = 1 },
        { .hours = 6, .cost = 10500, .every = 1 }
    };
    int64_t d[12];
    for (int t = 0; t < 12; t++)
        d[t] = 4 * Q * (t < 6 ? 6 : 2);
    struct commit_problem p = plain(&a);
    struct commit_solution s;
    struct commit_value *v;
    size_t n = 0;
    p.hours = 12;
    p.demand = d;
    p.term = term;
    p.hourly = 2000;
    p.spill = COMMIT_NOT_SOLD;
    assert_ok(commit_solve(&s, &p, &a, &e), e);
    assert_int_equal(s.cost, 2 * 18000 + 4 * 10500);
    assert_ok(commit_values(&v, &n, &p, &s, &a, &e), e);
    assert_int_equal(n, 8);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(v[i].unit, i + 1);
        assert_int_equal(v[i].hours, i < 2 ? 12 : i < 6 ? 6 : 0);
        /* one unit less: the last level goes, for good or for half the time */
        assert_int_equal(v[i].saves, i < 2 ? 6000 : i < 6 ? 1500 : 0);
        assert_true(v[i].always_known);
        assert_int_equal(v[i].always_saves, i < 2 ? 6000 : i < 6 ? -6000 : -18000);
    }
    p.hourly = COMMIT_NOT_SOLD; /* then every unit is needed */
    assert_ok(commit_solve(&s, &p, &a, &e), e);
    assert_ok(commit_values(&v, &n, &p, &s, &a, &e), e);
    assert_true(v[0].needed && v[5].needed && !v[6].needed);
    arena_clear(&a);
}

/* Spill is cheap here, so that a limit on it costs something. */
static void a_limit_on_spill_is_kept_within_its_gap(void **state)
{
    (void)state;
    uint64_t seed = 77;
    double widest = 0;
    int bound_by_limit = 0;
    for (int i = 0; i < 400; i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct commit_solution s, free;
        struct commit_shares shares;
        struct commit_sizes sizes = { 96, 6, 2, 30, 2 };
        struct commit_problem p = random_problem(sizes, &a, &seed);
        p.penalty = NULL;
        p.hourly = 2100;
        p.cap = p.committed_cap = p.spill_most = COMMIT_NO_LIMIT;
        int32_t *of_hour = ARENA_NEW(&a, int32_t, (size_t)p.hours);
        for (int64_t t = 0; t < p.hours; t++)
            of_hour[t] = (int32_t)(t / 32);
        struct commit_windows w = { of_hour, (size_t)(p.hours - 1) / 32 + 1,
                                    (double)(i % 20) / 100 };
        assert_ok(commit_solve(&free, &p, &a, &e), e);
        assert_ok(commit_solve_share(&s, &shares, &p, &w, &a, &e), e);
        for (size_t k = 0; k < w.count; k++)
            assert_true(shares.share[k] <= w.most_share * (1 + 1e-9) + 1e-15);
        assert_true(s.cost >= free.cost && s.bound <= s.cost);
        assert_true(s.bound >= free.cost - (p.hours + 1) * s.weight); /* its slack */
        bound_by_limit += s.cost > free.cost;
        if (s.cost > 0)
            widest = fmax(widest, (double)(s.cost - s.bound) / (double)s.cost);
        w.most_share = 1;
        assert_ok(commit_solve_share(&s, &shares, &p, &w, &a, &e), e);
        assert_int_equal(s.cost, free.cost);
        arena_clear(&a);
    }
    print_message("%d limits that cost, widest gap %.2g\n", bound_by_limit, widest);
    assert_true(bound_by_limit > 100);
}

static void a_limit_that_nothing_meets_is_infeasible(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct commit_solution s;
    struct commit_shares shares;
    struct commit_problem p = plain(&a);
    static const struct commit_term late = {
        .hours = 5, .cost = 1, .first = 2, .every = 9
    };
    int32_t of_hour[40] = { 0 };
    struct commit_windows w = { of_hour, 1, 0.01 };
    p.hourly = COMMIT_NOT_SOLD;
    p.term = &late;
    p.terms = 1;
    assert_int_equal(commit_solve_share(&s, &shares, &p, &w, &a, &e), ERR_INFEASIBLE);
    e = (struct err){ 0 };
    w.most_share = 1.5;
    assert_int_equal(commit_solve_share(&s, &shares, &p, &w, &a, &e), ERR_RANGE);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_instances_have_their_verified_optimum),
        cmocka_unit_test(more_freedom_never_costs_more),
        cmocka_unit_test(the_same_demand_twice_is_one_scenario_of_twice_the_weight),
        cmocka_unit_test(no_demand_buys_nothing),
        cmocka_unit_test(splits_the_cost_as_by_hand),
        cmocka_unit_test(names_the_first_hour_that_cannot_be_covered),
        cmocka_unit_test(numbers_out_of_range_are_named),
        cmocka_unit_test(the_checker_refuses_what_is_not_true),
        cmocka_unit_test(any_prices_give_a_lower_bound),
        cmocka_unit_test(values_of_units_are_as_by_hand),
        cmocka_unit_test(a_limit_on_spill_is_kept_within_its_gap),
        cmocka_unit_test(a_limit_that_nothing_meets_is_infeasible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
