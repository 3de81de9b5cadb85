#include "check.h"

#include "probe_saturate.h"

enum { MOST = 20000 };

/* A token bucket of `tpm` with a window of a second, asked `per_s` times a second for
 * `need` tokens, for 10 s. */
static size_t bucket(struct probe_record *out, double tpm, double per_s, double need)
{
    double full = tpm / 60, level = full;
    size_t n = (size_t)(per_s * 10);
    for (size_t i = 0; i < n; i++) {
        level = fmin(full, level + tpm / 60 / per_s);
        bool let = level >= need;
        if (let) level -= need;
        out[i] = (struct probe_record){
            .start_ns = (int64_t)((double)i / per_s * 1e9),
            .failure = let ? FAILURE_NONE : FAILURE_THROTTLED,
            .input_tokens = let ? (int64_t)need : 0,
            .output_tokens = let ? 3 : 0,
        };
    }
    return n;
}

static void the_rate_of_a_bucket_comes_back(void **state)
{
    (void)state;
    static struct probe_record record[MOST];
    static const struct {
        double tpm, per_s, need;
    } row[] = { { 238500, 40, 150 }, { 6e6, 100, 2000 }, { 71300, 300, 7 } };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct saturate_part p = { 0 };
        size_t n = bucket(record, row[i].tpm, row[i].per_s, row[i].need);
        saturate_count(&p, record, n);
        assert_true(p.saturated);
        assert_int_equal(p.ok + p.throttled, (int64_t)n);
        assert_true(p.input_lo <= p.input_tpm && p.input_tpm <= p.input_hi);
        assert_true(fabs(p.input_tpm / row[i].tpm - 1) < 0.02);
        assert_true(p.input_hi / p.input_lo < 1.2);
    }
}

static void too_little_refused_is_no_answer(void **state)
{
    (void)state;
    static struct probe_record record[MOST];
    struct saturate_part p = { 0 };
    saturate_count(&p, record, bucket(record, 6e6, 40, 2000)); /* 80 000 of 100 000/s */
    assert_false(p.saturated);
    p = (struct saturate_part){ 0 };
    saturate_count(&p, record, 0);
    assert_false(p.saturated);
}

static struct saturate_part part(double in, double out, double half)
{
    return (struct saturate_part){ .saturated = true,
                                   .input_tpm = in,
                                   .input_lo = in * (1 - half),
                                   .input_hi = in * (1 + half),
                                   .output_tpm = out,
                                   .output_lo = out * (1 - half),
                                   .output_hi = out * (1 + half) };
}

static void one_budget_is_told_from_two(void **state)
{
    (void)state;
    double share, lo, hi;
    struct saturate_part p[SATURATE_PARTS] = { part(9700, 80, 0.02),
                                               part(310, 4100, 0.02),
                                               part(9600, 4000, 0.02) };
    assert_int_equal(saturate_judge(&share, &lo, &hi, p), BUDGET_SEPARATE);
    assert_close(share, 9600.0 / 9700 + 4000.0 / 4100, 1e-12);
    p[SATURATE_BOTH] = part(4900, 2050, 0.02);
    assert_int_equal(saturate_judge(&share, &lo, &hi, p), BUDGET_SHARED);
    p[SATURATE_BOTH] = part(7000, 3100, 0.3); /* anything */
    assert_int_equal(saturate_judge(&share, &lo, &hi, p), BUDGET_UNKNOWN);
    p[SATURATE_INPUT].saturated = false;
    assert_int_equal(saturate_judge(&share, &lo, &hi, p), BUDGET_UNKNOWN);
    assert_true(isnan(share));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rate_of_a_bucket_comes_back),
        cmocka_unit_test(too_little_refused_is_no_answer),
        cmocka_unit_test(one_budget_is_told_from_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
