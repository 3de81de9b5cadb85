#include "check.h"
#include "plan_fixture.h"

#include "plan_burst.h"

/* Flat, certain, Poisson, one length: what a calculator can follow. */
#define HEAD "[plan]\nregion = us-east-1\nstart = 2026-12-01\nmonths = 1\npaths = 32\n"

static void workload(char *out, size_t n, const char *name, double per_day,
                     const char *more)
{
    snprintf(out, n,
             "[workload %s]\nrequests_per_day = %.0f\ninput_tokens = constant 1155\n"
             "output_tokens = constant 211\n%s",
             name, per_day, more);
}

static double share_of(struct fixture *f, const char *name)
{
    return option_of(&f->plan, name)->throttled_share;
}

/* Two Poisson streams are one of their rates together: each half is refused as much as
 * the whole is. 2 × 340,000 a day of 1,366 tokens are 645,056 a minute against 600,000:
 * at least 1 - 600000/645056 = 6.98 % are refused. */
static void two_halves_are_refused_as_the_whole(void **state)
{
    (void)state;
    struct fixture f;
    char a[512], b[512], ini[2048];
    workload(a, sizeof a, "a", 680000, "");
    snprintf(ini, sizeof ini,
             HEAD "%s[candidate x]\nmodel = meta.llama3-3-70b-instruct-v1:0\n", a);
    assert_ok(run(&f, ini, 2), f.err);
    const struct quota *q = &option_of(&f.plan, "x on-demand")->quota;
    double fluid = 1 - (double)q->tokens_per_min / (680000 / 1440.0 * 1366);
    double whole = share_of(&f, "x on-demand");
    assert_int_equal(q->tokens_per_min,
                     600000); /* cross-region, AWS General Reference */
    done(&f);
    workload(a, sizeof a, "a", 340000, "");
    workload(b, sizeof b, "b", 340000, "");
    snprintf(ini, sizeof ini,
             HEAD "%s%s[candidate x]\nworkload = a\n"
                  "model = meta.llama3-3-70b-instruct-v1:0\n[candidate y]\nworkload = "
                  "b\nmodel = meta.llama3-3-70b-instruct-v1:0\n",
             a, b);
    assert_ok(run(&f, ini, 2), f.err);
    /* the replicas of the whole start with full buckets, an hour each: a minute of 60
     */
    assert_true(whole > fluid * 0.7 && whole < fluid * 1.1);
    assert_close(share_of(&f, "x on-demand"), fluid, 0.03);
    assert_close(share_of(&f, "y on-demand"), fluid, 0.03);
    assert_true(option_of(&f.plan, "x on-demand")->quota_shared);
    done(&f);
}

static double with(const char *workload_more, const char *candidate_more)
{
    struct fixture f;
    char a[512], ini[2048];
    workload(a, sizeof a, "a", 250000, workload_more);
    snprintf(ini, sizeof ini,
             HEAD "%s[candidate x]\nmodel = meta.llama3-3-70b-instruct-v1:0\n%s", a,
             candidate_more);
    assert_ok(run(&f, ini, 2), f.err);
    double share = share_of(&f, "x on-demand");
    const struct notes *n = &option_of(&f.plan, "x on-demand")->assumptions;
    bool said = false;
    for (size_t i = 0; i < n->count; i++)
        said |= strstr(n->text[i], "max_tokens of 60000") != NULL;
    assert_int_equal(said, *workload_more != '\0');
    done(&f);
    return share;
}

/* 2.894 requests a second, 237,153 tokens of 600,000 a minute: no trouble by
 * themselves. Each reserves 1,155 + 60,000 of the bucket and gives back all but 211
 * after 4.92 s (0.7 + 211 × 0.02) or 20 s. Refill and returns keep up on average, but
 * what is in flight varies by the root of 14 or 58 requests, 228,000 or 455,000 tokens.
 */
static void reservations_count_for_as_long_as_they_are_held(void **state)
{
    (void)state;
    double none = with("", ""), at_once = with("max_tokens = 60000\n", "");
    double held = with("max_tokens = 60000\n", "ttft_ms = 700\ntpot_ms = 20\n");
    double longer = with("max_tokens = 60000\n", "ttft_ms = 20000\n");
    assert_true(none <= at_once && at_once <= held && held < longer);
    assert_true(at_once < 1e-6 && held > 1e-4 && held < 0.2);
    assert_true(longer > 1.3 * held && longer < 0.5);
}

/* Half the requests go to batch: the quota sees half of them. */
static void batch_does_not_reach_the_quota(void **state)
{
    (void)state;
    double all = with("", "ttft_ms = 1\n");
    struct fixture f;
    char a[512], ini[2048];
    workload(a, sizeof a, "a", 2 * 680000, "");
    snprintf(ini, sizeof ini,
             HEAD "%s[candidate x]\nmodel = amazon.nova-pro-v1:0\nttft_ms = 1\n"
                  "purchase = on-demand, batch 50%%\n",
             a);
    assert_ok(run(&f, ini, 2), f.err);
    /* 944.4 × 1,366 = 1,290,111 a minute, half of it is below the 1,000,000 */
    assert_close(share_of(&f, "x on-demand"), 1 - 1e6 / 1290111, 0.03);
    assert_true(share_of(&f, "x batch 50%") < 1e-4);
    assert_true(all < 1e-6);
    done(&f);
}

#define CUSTOM(rate)                                                                   \
    "[candidate u]\nmodel = meta.llama3-1-8b-instruct-v1:0\nregion = us-west-2\n"      \
    "tuned = fine-tuning\npurchase = provisioned 1-month\nunit_input_tpm = " rate      \
    "\nunit_output_tpm = 1G\n"

/* One token in, one unit of 6 a minute, 60 requests a minute: M/D/1/B of load 10/n and
 * depth 6n. The hourly mean is content with ten; ten refuse 0.83 %, eleven nearly none.
 * (sim/sizing's own test has the same figures.) */
static void bursts_want_more_units_than_the_mean(void **state)
{
    (void)state;
    struct fixture f;
    const char *ini =
        HEAD "[workload a]\nrequests_per_day = 86400\ninput_tokens = constant 1\n"
             "output_tokens = constant 1\n[require a]\nthrottled = 0.1%\n" CUSTOM("6");
    assert_ok(run(&f, ini, 2), f.err);
    const struct plan_option *o = option_of(&f.plan, "u units 1-month");
    double mean, hi;
    assert_false(o->tokens_billed);
    assert_int_equal(o->units, 11);
    plan_burst_total(&mean, &hi, o->burst, 10);
    /* a minute of the hour is forgiven; 1 % is noise of the hours' own rate */
    assert_true(mean > 0.004 && mean < 0.012 && hi > mean);
    plan_burst_total(&mean, &hi, o->burst, 9);
    assert_close(mean, 0.1, 0.25); /* 1 - 9/10 */
    assert_true(o->throttled_share < 0.001);
    done(&f);
}

static void units_refuse_less_the_more_they_are(void **state)
{
    (void)state;
    struct fixture f;
    const char *ini = HEAD
        "[workload a]\nrequests_per_day = 86400\nprofile = office-hours\n"
        "input_tokens = lognormal mean 1155 p95 3500\noutput_tokens = constant 200\n"
        "max_tokens = 500\n" CUSTOM("20k");
    assert_ok(run(&f, ini, 2), f.err);
    const struct plan_burst *b = option_of(&f.plan, "u units 1-month")->burst;
    for (double d = 0.3; d < 30; d *= 1.37) {
        double before = 1;
        for (int64_t n = 1; n < 40; n++) {
            double share = plan_burst_share(b, d, n);
            assert_true(share >= 0 && share <= before + 1e-12);
            assert_true(share >= 1 - (double)n / d - 1e-12);
            before = share;
        }
        int64_t need = plan_burst_units(b, d, 0.001);
        assert_true((double)need >= d && plan_burst_share(b, d, need) <= 0.001);
        assert_true(plan_burst_units(b, d * 1.2, 0.001) >= need);
    }
    assert_close(plan_burst_share(b, 5, 0), 1, 0);
    done(&f);
}

/* Two workloads that chose the same units run on fewer together, and the budget says
 * so: what it saves is whole units of 1-month at 55 USD an hour. */
static void choices_on_one_model_share_its_units(void **state)
{
    (void)state;
    struct fixture f;
    char a[512], b[512], ini[4096];
    workload(a, sizeof a, "a", 500000, "choose = u units 1-month\n");
    workload(b, sizeof b, "b", 500000, "choose = v units 1-month\n");
    const char *units =
        "model = amazon.nova-micro-v1:0\npurchase = provisioned 1-month\n"
        "unit_input_tpm = 600M\nunit_output_tpm = 100M\n";
    snprintf(ini, sizeof ini,
             HEAD "%s%s[candidate u]\nworkload = a\n%s[candidate v]\nworkload = b\n%s",
             a, b, units, units);
    assert_ok(run(&f, ini, 2), f.err);
    const struct plan_option *u = option_of(&f.plan, "u units 1-month"),
                             *v = option_of(&f.plan, "v units 1-month");
    assert_int_equal(u->units, 1);
    assert_int_equal(v->units, 1);
    /* one unit has room for both: December's 744 hours, and the term ends with it */
    assert_close(u->total.mean + v->total.mean - f.plan.chosen_total.mean, 744 * 55.0,
                 1e-9);
    bool said = false;
    for (size_t i = 0; i < u->assumptions.count; i++)
        said |= strstr(u->assumptions.text[i], "1 together instead of 2") != NULL;
    assert_true(said);
    done(&f);
}

static void threads_do_not_change_a_byte(void **state)
{
    (void)state;
    double share[2], total[2];
    for (int t = 0; t < 2; t++) {
        struct fixture f;
        char a[512], b[512], ini[4096];
        workload(a, sizeof a, "a", 600000, "max_tokens = 1000\n");
        workload(b, sizeof b, "b", 500000, "");
        snprintf(ini, sizeof ini,
                 HEAD "%s%s[candidate x]\nworkload = a\nmodel = amazon.nova-pro-v1:0\n"
                      "ttft_ms = 900\ntpot_ms = 11\n"
                      "[candidate y]\nworkload = b\nmodel = amazon.nova-pro-v1:0\n"
                      "[candidate u]\nworkload = b\nmodel = amazon.nova-micro-v1:0\n"
                      "purchase = provisioned\nunit_input_tpm = 100k\n"
                      "unit_output_tpm = 20k\n",
                 a, b);
        assert_ok(run(&f, ini, t ? 3 : 1), f.err);
        share[t] = share_of(&f, "x on-demand");
        total[t] = option_of(&f.plan, "u units 6-month")->total.mean;
        assert_true(share[t] > 0);
        done(&f);
    }
    assert_memory_equal(&share[0], &share[1], sizeof share[0]);
    assert_memory_equal(&total[0], &total[1], sizeof total[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_halves_are_refused_as_the_whole),
        cmocka_unit_test(reservations_count_for_as_long_as_they_are_held),
        cmocka_unit_test(batch_does_not_reach_the_quota),
        cmocka_unit_test(bursts_want_more_units_than_the_mean),
        cmocka_unit_test(units_refuse_less_the_more_they_are),
        cmocka_unit_test(choices_on_one_model_share_its_units),
        cmocka_unit_test(threads_do_not_change_a_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
