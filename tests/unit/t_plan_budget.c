#include "check.h"

#include "date.h"
#include "plan_fixture.h"

/* Limits, their fiscal periods, the dates on which they break, what breaks them, prices
 * that change on a known day, and money in another currency. */

#define LITE "[candidate lite]\nmodel = amazon.nova-lite-v1:0\n"

/* USD a day of FLAT on Nova Lite: AWS Price List 2026-09-01 */
static const double DAY = 251377 * (1155 * 0.06 + 211 * 0.24) / 1e6;

static const struct budget_period *period(const struct plan *p, enum plan_limit limit,
                                          size_t number)
{
    for (size_t i = 0; i < p->risk.periods; i++)
        if (p->risk.period[i].limit == limit && number-- == 0)
            return &p->risk.period[i];
    fail();
    return NULL;
}

static void fiscal_years_begin_in_their_month_with_what_was_spent(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT LITE "[budget]\nfiscal_year_start = 4\nspent_to_date_usd = "
                            "7391.53\nyearly_usd = 11000\nquarterly_usd = 2790\n",
                  1),
              f.err);
    const struct plan *p = &f.plan;
    /* December to March ends a fiscal year: 121 days; then 8 months, 244 days */
    const struct budget_period *y = period(p, LIMIT_YEAR, 0);
    assert_int_equal(y->months, 4);
    assert_false(y->whole);
    assert_close(y->usd.p50, 7391.53 + 121 * DAY, 1e-4);
    assert_close(y->breach, 1, 0); /* 11 040 */
    assert_close(period(p, LIMIT_YEAR, 1)->usd.p50, 244 * DAY, 1e-4);
    assert_close(period(p, LIMIT_YEAR, 1)->breach, 0, 0);
    /* quarters: December alone, January to March (90 days), April (91), July (92), … */
    const struct budget_period *q = period(p, LIMIT_QUARTER, 1);
    assert_int_equal(q->first, 1);
    assert_true(q->whole);
    assert_close(q->usd.p50, 90 * DAY, 1e-4);
    assert_close(q->breach, 0, 0);                                      /* 2 714 */
    assert_close(period(p, LIMIT_QUARTER, 3)->usd.p50, 92 * DAY, 1e-4); /* 2 774 */
    /* 11000 − 7391.53 after 119.6 days of 30.16 each: 2027-03-30 */
    char date[DATE_TEXT];
    assert_string_equal(
        date_text(date, plan_month_unix_s(p, p->risk.first[LIMIT_YEAR][1])),
        "2027-03-30");
    assert_close(p->risk.by_month[LIMIT_YEAR][2], 0, 0);
    assert_close(p->risk.by_month[LIMIT_YEAR][3], 1, 0);
    assert_close(p->risk.by_month[LIMIT_YEAR][4], 0, 0); /* a new year */
    assert_close(p->risk.any, 1, 0);
    done(&f);
}

static void the_only_uncertain_driver_is_the_whole_cause(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT "growth_per_month = 6% +- 4%\n" LITE
                       "[budget]\nyearly_usd = 16500\n",
                  2),
              f.err);
    const struct driver_share *s = &f.plan.sensitivity[0];
    assert_string_equal(s->input, "growth");
    assert_true(f.plan.risk.any > 0.2 && f.plan.risk.any < 0.8);
    /* one input: first and total index are 1, but for sampling (512 rows) */
    assert_close(s->breach_total, 1, 0.1);
    assert_close(s->breach_share, 1, 0.15);
    assert_close(s->share, 1, 0.05);
    /* its ends: growth factors 1.06 × exp(∓1.2816 × 0.037695653) compounded (the sigma
     * of a lognormal with median 1.06 and deviation 0.04, docs/by-hand.md) */
    double usd[2];
    for (int k = 0; k < 2; k++) {
        double g = 1.06 * exp((k ? 1 : -1) * 1.2815516 * 0.037695653), sum = 0;
        for (int h = 0; h < 8760; h++)
            sum += pow(g, (h + 0.5) / 730.485);
        usd[k] = sum * DAY / 24 / 12;
    }
    assert_close(s->low_usd, usd[0], 2e-3);
    assert_close(s->high_usd, usd[1], 2e-3);
    done(&f);
}

static void extended_access_raises_the_price_on_its_day(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  "[plan]\nregion = us-east-1\nstart = 2025-11-15\nmonths = 2\n"
                  "paths = 32\n[account]\ndiscount = 12.5%\n"
                  "[workload w]\nrequests_per_day = 40717\n"
                  "input_tokens = constant 1155\noutput_tokens = constant 211\n"
                  "[candidate c]\nmodel = anthropic.claude-3-5-sonnet-20240620-v1:0\n",
                  1),
              f.err);
    /* 3 and 15 USD a million, 6 and 30 from 2025-12-01 (AWS's page of 2026-07-24):
     * 16 days at one price, 14 at the other; then 31 */
    double day = 40717 * (1155 * 3.0 + 211 * 15.0) / 1e6 * 0.875;
    assert_close(f.plan.month[0].p50, day * (16 + 14 * 2), 1e-3);
    assert_close(f.plan.month[1].p50, day * 31 * 2, 1e-3);
    const struct plan_option *o = option_of(&f.plan, "c on-demand");
    assert_close(o->total.mean, day * (44 + 62), 1e-3);
    assert_int_equal(o->components, 4);
    bool said = false;
    for (size_t i = 0; i < o->assumptions.count; i++)
        said |= strstr(o->assumptions.text[i], "changes on 2025-12-01") != NULL;
    assert_true(said);
    done(&f);
}

static void a_model_that_ends_inside_the_plan_is_infeasible_from_then_on(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT LITE "[candidate opus]\npurchase = geo on-demand\n"
                            "model = anthropic.claude-opus-4-1-20250805-v1:0\n",
                  1),
              f.err);
    /* legacy since 2026-07-08, extended access from 2026-10-08, ends 2027-01-08 */
    const struct plan_option *o = option_of(&f.plan, "opus geo on-demand");
    assert_false(o->feasible);
    static const char said_first[] =
        "ends on 2027-01-08, inside the plan: infeasible from then on";
    assert_memory_equal(o->reasons.text[0], said_first, sizeof said_first - 1);
    bool said = false;
    for (size_t i = 0; i < o->assumptions.count; i++)
        said |=
            strstr(o->assumptions.text[i], "extended access since 2026-10-08") != NULL;
    assert_true(said);
    done(&f);
}

static void a_price_without_a_step_has_no_parts(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f, FLAT LITE, 1), f.err);
    const struct plan_option *o = option_of(&f.plan, "lite on-demand");
    assert_int_equal(o->components, 2);
    assert_null(o->component[0].part);
    assert_close(plan_component_part(&o->component[0], 7), 1, 0);
    assert_null(plan_local(&f.plan, 12));
    assert_null(plan_local_rate(&f.plan));
    done(&f);
}

static void a_stated_rate_converts_what_is_shown_and_nothing_else(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT LITE "[account]\ncurrency = EUR\ncurrency_per_usd = 0.8642\n"
                            "currency_date = 2026-11-20\n",
                  1),
              f.err);
    assert_string_equal(plan_local(&f.plan, 1493.7), "EUR 1,291"); /* 1 290.86 */
    assert_string_equal(plan_local_rate(&f.plan),
                        "EUR at 0.8642 to the USD, a stated rate of 2026-11-20");
    assert_close(f.plan.month[0].p50, 31 * DAY, 1e-4);
    done(&f);
}

static void a_currency_needs_its_rate_and_the_rate_its_day(void **state)
{
    (void)state;
    static const struct {
        const char *account, *said;
    } rows[] = {
        { "currency = EUR\n", "wants currency_per_usd: no rate is built in" },
        { "currency = EUR\ncurrency_per_usd = 0.86\n", "wants currency_date" },
        { "currency_per_usd = 0.86\n", "want a currency" },
        { "currency_date = 2026-11-20\n", "want a currency" },
        { "currency = euro\ncurrency_per_usd = 1\ncurrency_date = 2026-11-20\n",
          "expected three capitals" },
        { "currency = USD\ncurrency_per_usd = 1\ncurrency_date = 2026-11-20\n",
          "other than USD" },
        { "currency = EUR\ncurrency_per_usd = nan\n", "currency_per_usd" },
        { "currency = EUR\ncurrency_per_usd = -1\n", "currency_per_usd" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        char ini[1024];
        snprintf(ini, sizeof ini, "%s%s[account]\n%s", FLAT, LITE, rows[i].account);
        assert_int_equal(run(&f, ini, 1) == OK, 0);
        assert_non_null(strstr(f.err.msg, rows[i].said));
        done(&f);
    }
}

static enum err_code gate(struct fixture *f, const char *text, bool budget)
{
    const char *list[1] = { text };
    struct plan_flags flags = { .budget = budget };
    flags.fail_if = (struct opt_list){ .text = list, .count = text ? 1 : 0 };
    f->err = (struct err){ 0 };
    return plan_gates(&f->plan, &flags, &f->err);
}

static void gates_name_the_limit_that_breaks(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f, FLAT LITE "[budget]\nyearly_usd = 9731\nmonthly_usd = 950\n", 1),
              f.err);
    assert_int_equal(gate(&f, NULL, true), ERR_GATE); /* 365 days × 30.16 = 11 007 */
    assert_string_equal(f.err.msg, "the yearly budget breaks on 100% of paths");
    assert_int_equal(gate(&f, "breach > 12.5%", false), ERR_GATE);
    assert_string_equal(f.err.msg,
                        "the yearly budget breaks on 100% of paths, more than 12.5%");
    assert_ok(gate(&f, "breach.monthly>1%", false), f.err); /* 31 × 30.16 = 935 */
    assert_int_equal(gate(&f, "breach.yearly>99%", false), ERR_GATE);
    assert_int_equal(gate(&f, "breach.quarterly>1%", false), ERR_USAGE);
    assert_string_equal(
        f.err.msg, "--fail-if 'breach.quarterly>1%': [budget] has no quarterly_usd");
    assert_int_equal(gate(&f, "breach.daily>1%", false), ERR_USAGE);
    assert_int_equal(gate(&f, "breach>120%", false), ERR_RANGE);
    assert_int_equal(gate(&f, "breach", false), ERR_USAGE);
    done(&f);
}

static void units_lose_to_a_small_quota_or_say_from_where_they_pay(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT "[candidate lite]\nmodel = amazon.nova-lite-v1:0\n"
                       "purchase = on-demand, provisioned\n"
                       "[candidate pro]\nmodel = amazon.nova-pro-v1:0\n"
                       "purchase = provisioned 6-month\n",
                  1),
              f.err);
    /* 4M tokens a minute at 1155 : 211 and 0.06, 0.24: 21.07 an hour, under 30.25 */
    const struct plan_option *o = option_of(&f.plan, "lite units 6-month");
    assert_non_null(strstr(o->dominated, "$21.07 an hour, under the $30.25"));
    assert_close(o->unit_even_tpm, 0, 0);
    /* 30.25 / ((1155 × 0.8 + 211 × 3.2) / 1e6) × 1366 / 60 */
    o = option_of(&f.plan, "pro units 6-month");
    assert_null(o->dominated);
    assert_close(o->unit_even_tpm, 430648, 1e-6);
    done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fiscal_years_begin_in_their_month_with_what_was_spent),
        cmocka_unit_test(the_only_uncertain_driver_is_the_whole_cause),
        cmocka_unit_test(extended_access_raises_the_price_on_its_day),
        cmocka_unit_test(a_model_that_ends_inside_the_plan_is_infeasible_from_then_on),
        cmocka_unit_test(a_price_without_a_step_has_no_parts),
        cmocka_unit_test(a_stated_rate_converts_what_is_shown_and_nothing_else),
        cmocka_unit_test(a_currency_needs_its_rate_and_the_rate_its_day),
        cmocka_unit_test(gates_name_the_limit_that_breaks),
        cmocka_unit_test(units_lose_to_a_small_quota_or_say_from_where_they_pay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
