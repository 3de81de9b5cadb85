#include "check.h"

#include "customize.h"
#include "splitmix.h"
#include "windows.h"
#include "winners.h"

static double next_real(uint64_t *seed)
{
    return (double)(next_bits(seed) >> 11) * 0x1p-53;
}

static double log_between(uint64_t *seed, double lo, double hi)
{
    return lo * pow(hi / lo, next_real(seed));
}

static const struct load_level office[] = { { 118.0 / 168, 0.15 * 168 / 67.7 },
                                            { 50.0 / 168, 168 / 67.7 } };
static const struct load_level flat[] = { { 1, 1 } };

/* A second at a time, no shared code: a copy starts with a request, bills windows of
 * 300 s that have a request in them, and is gone 300 s after the last. */
static int64_t windows_by_the_second(const bool *asked, int64_t seconds)
{
    int64_t billed = 0, started = -1, last = 0;
    bool window_asked = false;
    for (int64_t s = 0; s < seconds; s++) {
        if (started >= 0 && (s - started) % 300 == 0) window_asked = false;
        if (started >= 0 && s - last >= 300) started = -1; /* it is gone */
        if (!asked[s]) continue;
        last = s;
        if (started < 0) {
            started = s;
            window_asked = false;
        }
        billed += !window_asked;
        window_asked = true;
    }
    return billed;
}

static void billed_windows_are_those_of_a_simulator_second_by_second(void **state)
{
    (void)state;
    enum { SECONDS = 86400 };
    static bool asked[SECONDS];
    static int64_t at[SECONDS];
    for (uint64_t seed = 1; seed <= 200; seed++) {
        uint64_t s = seed * 7919;
        double chance = log_between(&s, 1e-4, 0.3);
        size_t n = 0;
        for (int64_t k = 0; k < SECONDS; k++) {
            /* bursts: the rate is a hundredth in every other hour of odd seeds */
            double here = seed % 2 && k / 3600 % 2 ? chance / 100 : chance;
            asked[k] = next_real(&s) < here;
            if (asked[k]) at[n++] = k;
        }
        int64_t want = windows_by_the_second(asked, SECONDS);
        if (import_windows(at, n) == want) continue;
        print_error("seed %d: %lld windows, wanted %lld\n", (int)seed,
                    (long long)import_windows(at, n), (long long)want);
        fail();
    }
}

static void expected_windows_are_those_of_poisson_traffic(void **state)
{
    (void)state;
    /* the shares were also found by 5e6 simulated requests each, to 4 digits */
    assert_close(windows_poisson(0), 0, 0);
    assert_close(windows_poisson(0.5), 0.33681753, 1e-8);
    assert_close(windows_poisson(2), 0.75291760, 1e-8);
    assert_close(windows_poisson(50), 1, 0);
    enum { REQUESTS = 200000 };
    static int64_t at[REQUESTS];
    for (uint64_t seed = 1; seed <= 8; seed++) {
        uint64_t s = seed;
        double m = log_between(&s, 0.02, 9), t = 0;
        for (size_t i = 0; i < REQUESTS; i++) {
            t -= log(1 - next_real(&s)) / m * 300;
            at[i] = (int64_t)t;
        }
        double share = (double)import_windows(at, REQUESTS) / (t / 300);
        /* some 5 standard errors; whole seconds move a gap by 1/300 of a window */
        assert_close(share, windows_poisson(m), 0.008);
    }
    double before = 0;
    for (double m = 0; m < 45; m += 0.01) {
        double now = windows_poisson(m);
        assert_true(now >= before - 1e-13 && now <= 1);
        before = now;
    }
}

static void drawn_hours_have_the_windows_of_their_mean(void **state)
{
    (void)state;
    static struct windows_table table;
    windows_table_fill(&table, 12);
    for (double mean = 0.5; mean < 300; mean *= 1.7) {
        double chance = exp(-mean), sum = 0, want = windows_poisson(mean / 12);
        for (int n = 0; n < 800; n++) {
            sum += chance * windows_table_share(&table, n / 12.0);
            chance *= mean / (n + 1);
        }
        assert_true(fabs(sum / want - 1) < 0.011);
    }
    assert_close(windows_table_share(&table, 1000), 1, 0);
}

static void drawn_weeks_are_what_the_formula_says(void **state)
{
    (void)state;
    double week[168], flat_week[168];
    for (int h = 0; h < 168; h++) {
        bool open = h / 24 < 5 && h % 24 >= 8 && h % 24 < 18;
        week[h] = open ? office[1].weight : office[0].weight;
        flat_week[h] = 1;
    }
    for (double per_day = 3; per_day < 1e6; per_day *= 7) {
        struct window_share drawn = windows_simulate(per_day, week, 300, 0, 5);
        struct window_share plain = windows_simulate(per_day, flat_week, 300, 0, 5);
        double want = 0;
        for (size_t i = 0; i < 2; i++)
            want += office[i].share *
                    windows_poisson(per_day * office[i].weight / 86400 * 300);
        /* 2.5 times the half-width of 95 %; a run may span an hour's edge */
        assert_true(fabs(drawn.mean - want) <= 2.5 * drawn.half_width + 2e-3);
        assert_true(fabs(plain.mean - windows_poisson(per_day / 288)) <=
                    2.5 * plain.half_width + 1e-9);
    }
    /* 2 500 a day, two copies in each hour: 1 500 a day each */
    struct window_share one = windows_simulate(2500, flat_week, 300, 0, 5);
    struct window_share two = windows_simulate(2500, flat_week, 300, 1500, 5);
    assert_close(two.mean, 2 * one.mean, 1e-12);
}

static struct cost_curve random_curve(uint64_t *s, int kind)
{
    struct cost_curve c = { .fixed = next_below(s, 3) ? log_between(s, 1, 1e5) : 0 };
    c.level = next_below(s, 2) ? flat : office;
    c.levels = c.level == flat ? 1 : 2;
    if (kind == 0) {
        c.stair_usd = log_between(s, 100, 1e5);
        c.stair_requests = log_between(s, 10, 1e6);
        return c;
    }
    if (kind == 1) {
        c.window_usd = log_between(s, 100, 1e5);
        c.window_s = 300;
        c.copy_requests = log_between(s, 100, 1e6);
        return c;
    }
    c.per_request_a_day = log_between(s, 1e-3, 10);
    if (kind == 2) return c;
    c.fade_usd = c.per_request_a_day * 8 * next_real(s);
    c.fade_s = 300;
    return c;
}

/* The winner of a volume by the map; `*edge`: a crossing is nearer than 1e-9 of it. */
static size_t mapped(const struct winner_map *m, double v, bool *edge)
{
    size_t i = 0;
    *edge = false;
    for (size_t k = 0; k < m->count; k++) {
        if (m->segment[k].from <= v) i = k;
        if (fabs(m->segment[k].from - v) < 1e-9 * v) *edge = true;
    }
    return m->segment[i].way;
}

static void no_volume_of_a_scan_has_another_winner(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        uint64_t s = seed * 104729;
        struct cost_curve way[5];
        struct winner_map m;
        size_t ways = 2 + (size_t)next_below(&s, 4);
        for (size_t i = 0; i < ways; i++)
            way[i] = random_curve(&s, (int)next_below(&s, 4));
        winner_map(&m, way, ways);
        double last = m.cut ? m.segment[m.count - 1].from : 1e12;
        for (double v = 2e-3; v < last; v *= 1.0121) {
            bool edge;
            size_t won = mapped(&m, v, &edge);
            for (size_t i = 0; i < ways && !edge; i++) {
                double rest = cost_at(&way[won], v) - cost_at(&way[i], v);
                if (rest <= 1e-11 * cost_at(&way[i], v)) continue;
                print_error("seed %d: at %g a day way %zu costs %g less than %zu\n",
                            (int)seed, v, i, rest, won);
                fail();
            }
        }
    }
}

static void lines_cross_where_arithmetic_says(void **state)
{
    (void)state;
    /* (7385.25 - 23.4) / (0.365 - 0.0438) and (23.4 - 0) / (1.277 - 0.365) a day */
    const struct cost_curve way[] = {
        { .per_request_a_day = 1.277 },
        { .fixed = 23.4, .per_request_a_day = 0.365 },
        { .fixed = 7385.25, .per_request_a_day = 0.0438 },
        { .fixed = 7385.25, .per_request_a_day = 1.3 },
    };
    struct winner_map m;
    double from;
    winner_map(&m, way, COUNT(way));
    assert_int_equal(m.count, 3);
    assert_false(m.cut);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(m.segment[i].way, i);
    assert_close(m.segment[1].from, 23.4 / 0.912, 1e-11);
    assert_close(m.segment[2].from, 7361.85 / 0.3212, 1e-11);
    assert_true(winner_from(&from, &way[2], &way[0]));
    assert_close(from, 7385.25 / 1.2332, 1e-11);
    assert_false(winner_from(&from, &way[3], &way[0]));
}

static void stairs_win_and_lose_at_each_step(void **state)
{
    (void)state;
    /* a unit for 100 USD carries 10 requests a day, by the token they cost 12 each:
     * the first pays from 100 / 12 on, the second not before 200 / 12, the third from
     * 300 / 12; from 5 units on there is nothing left to lose (500 / 12 > 40 but
     * 600 / 12 = 50) */
    const struct cost_curve way[] = {
        { .per_request_a_day = 12 },
        { .stair_usd = 100, .stair_requests = 10 },
    };
    static const double from[] = { 0,  100 / 12.0, 10, 200 / 12.0, 20, 300 / 12.0,
                                   30, 400 / 12.0, 40, 500 / 12.0 };
    struct winner_map m;
    winner_map(&m, way, 2);
    assert_int_equal(m.count, COUNT(from));
    for (size_t i = 0; i < m.count; i++) {
        assert_int_equal(m.segment[i].way, i % 2);
        assert_close(m.segment[i].from, from[i], 1e-11);
    }
    const struct cost_curve near[] = { { .per_request_a_day = 10.01 }, way[1] };
    winner_map(&m, near, 2); /* some thousand steps until units always win */
    assert_true(m.cut);
    assert_int_equal(m.count, WINNER_SEGMENTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(billed_windows_are_those_of_a_simulator_second_by_second),
        cmocka_unit_test(expected_windows_are_those_of_poisson_traffic),
        cmocka_unit_test(drawn_hours_have_the_windows_of_their_mean),
        cmocka_unit_test(drawn_weeks_are_what_the_formula_says),
        cmocka_unit_test(no_volume_of_a_scan_has_another_winner),
        cmocka_unit_test(lines_cross_where_arithmetic_says),
        cmocka_unit_test(stairs_win_and_lose_at_each_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
