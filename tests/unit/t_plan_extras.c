#include "check.h"

#include "bridge.h"
#include "plan_fixture.h"

/* What stands on a plan's bill beside the tokens. Expected figures: worked out here
 * from the stated prices, the calendar and Nova's prices (AWS Price List, 2026-09-01:
 * Lite 0.06 and 0.24 USD per million tokens). */

#define LITE "[candidate lite]\nmodel = amazon.nova-lite-v1:0\n"
static const double REQUESTS = 365 * 251377.0; /* of FLAT; Poisson noise: 1e-5 */

static void stated_lines_are_added_without_the_discount(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT LITE "[account]\ndiscount = 12.5%\n"
                            "[line store]\nmonthly_usd = 350.4\nonce_usd = 90\n"
                            "source = our offer\nbilled_by = them\n"
                            "[line gate]\nusd_per_1k_requests = 0.0137\n",
                  1),
              f.err);
    struct plan_option *o = option_of(&f.plan, "lite on-demand");
    double tokens = REQUESTS * (1155 * 0.06 + 211 * 0.24) / 1e6;
    double lines = 12 * 350.4 + 90 + REQUESTS * 0.0137 / 1000;
    assert_close(o->total.mean, tokens * 0.875 + lines, 2e-5);
    assert_close(o->extras_total_usd, lines, 2e-5);
    /* called or not, it is owed */
    assert_close(o->idle_usd_per_month, 350.4, 1e-12);
    assert_close(o->usd_per_1k_requests, o->total.mean / REQUESTS * 1000, 2e-5);
    const struct plan_extra *l = line_of(&f, &o->extras, "line store: every month");
    assert_close(l->usd, 350.4, 1e-12);
    assert_string_equal(l->price.source, "our offer");
    assert_string_equal(l->billed_by, "them");
    l = line_of(&f, &o->extras, "line gate: by the request");
    assert_int_equal(strncmp(l->price.source, "stated in t_plan_", 17), 0);
    assert_close(l->quantity, REQUESTS / 12, 2e-5);
    /* the first month bears what is paid once */
    assert_close(f.plan.month[0].mean - f.plan.month[1].mean, 90, 2e-3);
    done(&f);
}

static void what_is_added_to_a_prompt_is_billed_as_any_input(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f, FLAT LITE "[line kb]\ninput_tokens = 1543\n", 1), f.err);
    struct plan_option *o = option_of(&f.plan, "lite on-demand");
    assert_close(o->total.mean, REQUESTS * ((1155 + 1543) * 0.06 + 211 * 0.24) / 1e6,
                 2e-5);
    assert_close(f.plan.workload[0].demand.input_mean, 1155 + 1543, 1e-12);
    /* no line of its own: it is on the tokens' */
    assert_int_equal(o->extras.count, 0);
    done(&f);
}

static void what_is_added_is_not_read_from_a_cache(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(
        run(&f, FLAT "cached_share = 35%\n" LITE "[line kb]\ninput_tokens = 1543\n", 1),
        f.err);
    struct plan_option *o = option_of(&f.plan, "lite on-demand");
    /* 35 % of 1 155 of 2 698 tokens; all read, at 250 000 requests a day of 1 prefix */
    double cached = 0;
    for (size_t i = 0; i < o->components; i++)
        if (strcmp(o->component[i].dimension, "cache_read") == 0)
            cached = o->component[i].per_input;
    assert_close(cached, 0.35 * 1155 / 2698, 1e-9);
    done(&f);
}

static void what_is_added_may_be_too_much_for_a_window(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f, FLAT LITE "[line kb]\ninput_tokens = 299k\n", 1), f.err);
    struct plan_option *o = option_of(&f.plan, "lite on-demand");
    assert_false(o->feasible); /* 299 000 + 1 155 + 211 of 300 000 */
    assert_non_null(strstr(o->reasons.text[0], "exceed its window of 300,000"));
    done(&f);
}

#define TWO                                                                            \
    FLAT "[workload search]\nrequests_per_day = 61003\ninput_tokens = constant 400\n"  \
         "output_tokens = constant 37\n"                                               \
         "[candidate a]\nworkload = chat\nmodel = amazon.nova-lite-v1:0\n"             \
         "[candidate b]\nworkload = search\nmodel = amazon.nova-lite-v1:0\n"

static void a_line_of_the_whole_plan_is_in_the_budget_only(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  TWO "[line office]\nmonthly_usd = 123.25\n[budget]\nyearly_usd = 1\n",
                  1),
              f.err);
    struct plan *p = &f.plan;
    double a = option_of(p, "a on-demand")->total.mean,
           b = option_of(p, "b on-demand")->total.mean;
    assert_close(p->chosen_total.mean, a + b + 12 * 123.25, 1e-9);
    assert_close(p->spend[12].mean, a + b + 12 * 123.25, 1e-9);
    assert_int_equal(option_of(p, "a on-demand")->extras.count, 0);
    /* and in the bill that diff takes apart */
    assert_int_equal(p->bill->workloads, 3);
    assert_int_equal(p->bill->workload[2].nusd, 1479000000000);
    done(&f);
}

static void a_line_names_its_workload(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f, TWO "[line kb]\nworkload = search\nmonthly_usd = 50.5\n", 1),
              f.err);
    assert_int_equal(option_of(&f.plan, "a on-demand")->extras.count, 0);
    assert_int_equal(option_of(&f.plan, "b on-demand")->extras.count, 1);
    done(&f);
}

static void a_bridge_adds_up_with_lines(void **state)
{
    (void)state;
    struct fixture f, g;
    struct bridge b;
    struct err e = { 0 };
    const char *a = FLAT LITE "[account]\ndiscount = 12.5%\n"
                              "[line store]\nmonthly_usd = 350.4\nonce_usd = 90\n"
                              "[line gate]\nusd_per_1k_requests = 0.0137\n";
    const char *c = FLAT LITE "[account]\ndiscount = 12.5%\n"
                              "[line store]\nmonthly_usd = 400.4\nonce_usd = 90\n"
                              "[line gate]\nusd_per_1k_requests = 0.0137\n";
    assert_ok(run(&f, a, 1), f.err);
    assert_ok(run(&g, c, 1), g.err);
    assert_ok(bridge_build(&b, f.plan.bill, g.plan.bill, &e), e);
    /* 12 × 50 USD more by price alone; nothing is unexplained */
    assert_close((double)b.part_nusd[BRIDGE_PRICE] * 1e-9, 600, 1e-9);
    assert_int_equal(b.part_nusd[BRIDGE_COMMITMENTS], 0);
    assert_int_equal(b.rest_nusd, 0);
    /* from the first month to the last: the one payment is gone, 31 days each */
    assert_ok(bridge_build(&b, f.plan.first_bill, f.plan.last_bill, &e), e);
    assert_int_equal(b.rest_nusd, 0);
    double sum = 0;
    for (int k = 0; k < BRIDGE_CAUSES; k++)
        sum += (double)b.part_nusd[k] * 1e-9;
    assert_close(sum, (double)(b.after_nusd - b.before_nusd) * 1e-9, 1e-6);
    assert_close((double)b.part_nusd[BRIDGE_MIX] * 1e-9, -90, 1e-3);
    done(&f);
    done(&g);
}

static void lines_do_not_move_a_break_even(void **state)
{
    (void)state;
    struct fixture f, g;
#define RIVALS                                                                         \
    FLAT LITE "[candidate units]\nmodel = amazon.nova-lite-v1:0\n"                     \
              "purchase = provisioned 6-month\nunit_input_tpm = 30M\n"                 \
              "unit_output_tpm = 6M\n"
    assert_ok(run(&f, RIVALS, 1), f.err);
    assert_ok(run(&g,
                  RIVALS "[line gate]\nusd_per_1k_requests = 0.137\nmonthly_usd = 99\n",
                  1),
              g.err);
    assert_true(f.plan.evens > 0);
    assert_int_equal(f.plan.evens, g.plan.evens);
    assert_close(f.plan.even[0].requests_per_day, g.plan.even[0].requests_per_day,
                 1e-6);
    done(&f);
    done(&g);
}

static void bad_lines_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *ini, *message;
    } rows[] = {
        { "[line x]\nmonthly_usd = -3\n", "monthly_usd" },
        { "[line x]\nmonthly_usd = 1e8\n", "monthly_usd" },
        { "[line x]\nmonthly = 3\n", "unknown key 'monthly' in [line]" },
        { "[line x]\nworkload = chatt\nmonthly_usd = 3\n",
          "no [workload chatt], did you mean 'chat'" },
        { "[workload b]\nrequests_per_day = 5\ninput_tokens = 5\noutput_tokens = 5\n"
          "[candidate y]\nworkload = b\nmodel = amazon.nova-lite-v1:0\n"
          "[line x]\ninput_tokens = 3\n",
          "[line x]: input_tokens wants a workload: there are 2" },
        { "[workload b]\nrequests_per_day = 5\ninput_tokens = 5\noutput_tokens = 5\n"
          "[candidate y]\nworkload = b\nmodel = amazon.nova-lite-v1:0\n"
          "[rag]\ndocuments = 3\n",
          "[rag]: workload is missing, and there are 2" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        char ini[2048];
        snprintf(ini, sizeof ini, "%s%s%s", FLAT,
                 "[candidate lite]\nworkload = chat\nmodel = amazon.nova-lite-v1:0\n",
                 rows[i].ini);
        enum err_code code = run(&f, ini, 1);
        assert_true(code == ERR_INPUT || code == ERR_RANGE);
        if (!strstr(f.err.msg, rows[i].message)) fail_msg("'%s'", f.err.msg);
        done(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stated_lines_are_added_without_the_discount),
        cmocka_unit_test(what_is_added_to_a_prompt_is_billed_as_any_input),
        cmocka_unit_test(what_is_added_is_not_read_from_a_cache),
        cmocka_unit_test(what_is_added_may_be_too_much_for_a_window),
        cmocka_unit_test(a_line_of_the_whole_plan_is_in_the_budget_only),
        cmocka_unit_test(a_line_names_its_workload),
        cmocka_unit_test(a_bridge_adds_up_with_lines),
        cmocka_unit_test(lines_do_not_move_a_break_even),
        cmocka_unit_test(bad_lines_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
