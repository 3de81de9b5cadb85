#include "check.h"

#include "plan_fixture.h"
#include "plan_route.h"

/* A prompt router between two models. Expected figures: worked out here from the prices
 * of Nova (AWS Price List, 2026-09-01: Lite 0.06 and 0.24, Pro 0.80 and 3.20 USD per
 * million tokens, cache reads 0.015 and 0.20) and a stated fee. */

#define PAIR                                                                           \
    "[candidate smart]\nmodel = amazon.nova-lite-v1:0\nroute_to = "                    \
    "amazon.nova-pro-v1:0\n"
static const double REQUESTS = 365 * 251377.0; /* of FLAT; Poisson noise: 1e-5 */
static const double LITE_USD = (1155 * 0.06 + 211 * 0.24) / 1e6;
static const double PRO_USD = (1155 * 0.80 + 211 * 3.20) / 1e6;

static void a_router_costs_its_fee_and_each_models_share(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT PAIR "route_share = 60% +- 15%\nroute_fee_per_1k_usd = 0.137\n"
                            "[account]\ndiscount = 10%\n",
                  1),
              f.err);
    struct plan_option *o = option_of(&f.plan, "smart router 60%");
    const double fee = 0.137 / 1000; /* stated: no discount */
    assert_close(o->total.mean,
                 REQUESTS * (fee + 0.9 * (0.6 * LITE_USD + 0.4 * PRO_USD)), 2e-5);
    /* the ends of what is assumed */
    assert_close(plan_route_usd(&f.plan, o, 0.45),
                 REQUESTS / 12 * (fee + 0.9 * (0.45 * LITE_USD + 0.55 * PRO_USD)),
                 2e-5);
    assert_close(plan_route_usd(&f.plan, o, 0.75),
                 REQUESTS / 12 * (fee + 0.9 * (0.75 * LITE_USD + 0.25 * PRO_USD)),
                 2e-5);
    assert_close(plan_route_usd(&f.plan, o, 0.6), o->monthly.mean, 1e-9);
    const char *text = plan_route_text(&f.plan, o);
    assert_non_null(strstr(text,
                           "amazon.nova-lite-v1:0 answers 60% (45% to 75%) of the "
                           "requests, amazon.nova-pro-v1:0 the rest: assumed"));
    /* fee ÷ what a request saves: 0.000137 / (0.9 × 0.00147927) */
    char even[80];
    snprintf(even, sizeof even, "above %.3g%%", fee / 0.9 / (PRO_USD - LITE_USD) * 100);
    assert_non_null(strstr(text, even));
    /* an assumption of the choice is a line of the sensitivity */
    bool found = false;
    for (size_t i = 0; i < f.plan.drivers; i++)
        found |= strcmp(f.plan.sensitivity[i].input, "route_share 45% … 75%") == 0;
    assert_true(found);
    done(&f);
}

/* A fee above what a request saves never pays. */
static void a_fee_may_eat_all_it_saves(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f, FLAT PAIR "route_share = 60%\nroute_fee_per_1k_usd = 1.5\n", 1),
              f.err);
    struct plan_option *o = option_of(&f.plan, "smart router 60%");
    assert_non_null(strstr(plan_route_text(&f.plan, o),
                           "at no share does it cost less than amazon.nova-pro-v1:0"));
    done(&f);
}

static void the_fee_is_never_guessed(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f, FLAT PAIR "route_share = 60%\n", 1), f.err);
    struct plan_option *o = option_of(&f.plan, "smart router 60%");
    assert_false(o->priced);
    assert_non_null(strstr(o->reasons.text[0],
                           "no price in the row 'Intelligent Prompt "
                           "Routing': state route_fee_per_1k_usd"));
    done(&f);
    /* a fee of nothing may be stated */
    assert_ok(run(&f, FLAT PAIR "route_share = 60%\nroute_fee_per_1k_usd = 0\n", 1),
              f.err);
    o = option_of(&f.plan, "smart router 60%");
    assert_close(o->total.mean, REQUESTS * (0.6 * LITE_USD + 0.4 * PRO_USD), 2e-5);
    done(&f);
}

/* Each model's cache meets its own share of the requests: 288 a day, half of them. */
static void each_model_keeps_a_cache_of_its_own(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(
        run(&f,
            "[plan]\nstart = 2026-12-01\nmonths = 1\npaths = 32\n[workload chat]\n"
            "requests_per_day = 288\ninput_tokens = constant 2000\n"
            "output_tokens = constant 100\ncached_share = 50%\n" PAIR
            "route_share = 50%\nroute_fee_per_1k_usd = 0\n",
            1),
        f.err);
    struct plan_option *o = option_of(&f.plan, "smart router 50%");
    int reads = 0;
    for (size_t i = 0; i < o->components; i++) {
        if (strcmp(o->component[i].dimension, "cache_read") != 0) continue;
        assert_close(o->component[i].per_input, 0.5 * 0.5 * -expm1(-0.5), 1e-12);
        reads++;
    }
    assert_int_equal(reads, 2);
    done(&f);
}

/* Nova Lite and Pro are in AWS's stored list of routers, Micro is not. */
static void a_model_that_aws_does_not_list_is_said(void **state)
{
    (void)state;
    static const char *const to[] = { "amazon.nova-pro-v1:0",
                                      "amazon.nova-micro-v1:0" };
    for (int unlisted = 0; unlisted < 2; unlisted++) {
        struct fixture f;
        char ini[1000];
        snprintf(ini, sizeof ini,
                 FLAT
                 "[candidate smart]\nmodel = amazon.nova-lite-v1:0\nroute_to = %s\n"
                 "route_share = 60%%\nroute_fee_per_1k_usd = 0\n",
                 to[unlisted]);
        assert_ok(run(&f, ini, 1), f.err);
        struct plan_option *o = option_of(&f.plan, "smart router 60%");
        bool said = false;
        for (size_t i = 0; i < o->assumptions.count; i++)
            said |= strstr(o->assumptions.text[i], "list of routers") != NULL;
        assert_int_equal(said, unlisted);
        done(&f);
    }
}

static void what_no_router_does_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *keys, *message;
    } row[] = {
        { "model = amazon.nova-lite-v1:0\nroute_to = meta.llama3-3-70b-instruct-v1:0\n"
          "route_share = 60%\n",
          "takes two models of one family" },
        { "model = amazon.nova-lite-v1:0\nroute_to = amazon.nova-lite-v1:0\n"
          "route_share = 60%\n",
          "route_to is the candidate's own model" },
        { "model = amazon.nova-lite-v1:0\nroute_to = amazon.nova-prod-v1:0\n"
          "route_share = 60%\n",
          "route_to: unknown model 'amazon.nova-prod-v1:0', did you mean" },
        { "model = amazon.nova-lite-v1:0\nroute_to = amazon.nova-pro-v1:0\n",
          "route_share is missing" },
        { "model = amazon.nova-lite-v1:0\nroute_to = amazon.nova-pro-v1:0\n"
          "route_share = 90% +- 15%\n",
          "route_share: 90% +- 15% leaves 0% to 100%" },
        { "model = amazon.nova-lite-v1:0\nroute_to = amazon.nova-pro-v1:0\n"
          "route_share = 60%\npurchase = batch 20%\n",
          "a prompt router answers on demand, standard tier" },
        { "model = amazon.nova-lite-v1:0\nroute_to = amazon.nova-pro-v1:0\n"
          "route_share = 60%\nroute_usage = prod\n",
          "route_share and route_usage exclude each other" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct fixture f;
        char ini[1000];
        snprintf(ini, sizeof ini, FLAT "[candidate smart]\n%s", row[i].keys);
        assert_int_equal(run(&f, ini, 1), ERR_INPUT);
        if (!strstr(f.err.msg, row[i].message)) print_error("%s\n", f.err.msg);
        assert_non_null(strstr(f.err.msg, row[i].message));
        done(&f);
    }
}

/* Micro reads no image. */
static void both_models_must_do_what_is_asked(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT
                  "[require chat]\ninput = text, image\n[candidate smart]\n"
                  "model = amazon.nova-lite-v1:0\nroute_to = amazon.nova-micro-v1:0\n"
                  "route_share = 60%\nroute_fee_per_1k_usd = 0\n",
                  1),
              f.err);
    struct plan_option *o = option_of(&f.plan, "smart router 60%");
    assert_false(o->feasible);
    assert_string_equal(o->reasons.text[0],
                        "amazon.nova-micro-v1:0: does not read image");
    done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_router_costs_its_fee_and_each_models_share),
        cmocka_unit_test(a_fee_may_eat_all_it_saves),
        cmocka_unit_test(the_fee_is_never_guessed),
        cmocka_unit_test(each_model_keeps_a_cache_of_its_own),
        cmocka_unit_test(a_model_that_aws_does_not_list_is_said),
        cmocka_unit_test(what_no_router_does_is_refused),
        cmocka_unit_test(both_models_must_do_what_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
