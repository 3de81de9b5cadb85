#include "check.h"

#include "json.h"
#include "plan_fixture.h"

/* Plans from ini text, through the whole chain, against figures made another way. */

static void a_flat_year_costs_what_a_calculator_says(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT "[candidate lite]\nmodel = amazon.nova-lite-v1:0\n"
                       "purchase = on-demand, batch 37.5%\n"
                       "[candidate micro]\nmodel = amazon.nova-micro-v1:0\n",
                  1),
              f.err);
    /* 365 days × 251 377 requests × (1155 × 0.06 + 211 × 0.24) / 1e6; Poisson hours
     * leave one part in 1e5 on the mean of 64 paths. Prices: AWS Price List 2026-09-01.
     */
    double request = (1155 * 0.06 + 211 * 0.24) / 1e6;
    double year = 365.0 * 251377 * request;
    struct plan_option *lite = option_of(&f.plan, "lite on-demand");
    assert_close(lite->total.mean, year, 2e-5);
    assert_close(lite->monthly.mean, year / 12, 2e-5);
    assert_close(lite->usd_per_1k_requests, request * 1000, 2e-5);
    /* batch is half: 37.5 % of requests at 0.5 */
    assert_close(option_of(&f.plan, "lite batch 37.5%")->total.mean,
                 year * (1 - 0.375 / 2), 2e-5);
    assert_close(option_of(&f.plan, "micro on-demand")->total.mean,
                 365.0 * 251377 * (1155 * 0.035 + 211 * 0.14) / 1e6, 2e-5);
    assert_string_equal(f.plan.option[f.plan.cheapest[0]].candidate->name, "micro");
    done(&f);
}

static void growth_compounds_hourly(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT "growth_per_month = 6.3%\n[candidate lite]\n"
                       "model = amazon.nova-lite-v1:0\n",
                  1),
              f.err);
    /* mean of g^(t) over t = h / 730.485 h of 8 760 hours */
    double sum = 0;
    for (int h = 0; h < 8760; h++)
        sum += pow(1.063, (h + 0.5) / 730.485);
    double want = 251377.0 / 24 * sum * (1155 * 0.06 + 211 * 0.24) / 1e6;
    assert_close(option_of(&f.plan, "lite on-demand")->total.mean, want, 2e-4);
    done(&f);
}

/* docs/by-hand.md: the example's factors and prices, integrated over its hours. */
static double mean_month_by_hand(double input_usd_per_m, double output_usd_per_m)
{
    const double growth_s2 = 0.037695653 * 0.037695653,
                 drift_s2 = 0.0099992501 * 0.0099992501;
    const double level = exp(0.04990668 * 0.04990668 / 2);
    const double shocks = 1 + 2 * 3 / 365.0 * (1.5286144 - 1);
    double tokens = 0; /* requests' worth of tokens */
    for (int h = 0; h < 8760; h++) {
        int hour = h % 24, day = (h / 24 + 1) % 7; /* 2026-12-01 is a Tuesday */
        bool office = day < 5 && hour >= 8 && hour < 18;
        double t = (h + 0.5) / 730.485, profile = (office ? 1 : 0.15) * 168 / 67.7;
        tokens += 250000.0 / 24 * profile * pow(1.06, t) *
                  exp((growth_s2 + drift_s2) * t * t / 2);
    }
    double request =
        (22361870.0 / 19366 * input_usd_per_m + 4088665.0 / 19366 * output_usd_per_m) /
        1e6;
    return tokens * level * shocks * request / 12;
}

static void the_example_costs_what_the_page_by_hand_says(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run_file(&f, "plan.ini.example",
                       (struct plan_flags){ .paths = 1024, .threads = 2 }),
              f.err);
    assert_close(mean_month_by_hand(0.035, 0.14), 812.449, 1e-5); /* as printed there */
    assert_close(option_of(&f.plan, "nova-micro on-demand")->monthly.mean,
                 mean_month_by_hand(0.035, 0.14), 1e-3);
    assert_close(option_of(&f.plan, "nova-lite on-demand")->monthly.mean,
                 mean_month_by_hand(0.06, 0.24), 1e-3);
    done(&f);
}

#define BURSTY                                                                         \
    "[plan]\nregion = us-east-1\nstart = 2026-12-01\nmonths = 3\npaths = 96\n"         \
    "[account]\ndiscount = 12.5%\n"                                                    \
    "[workload chat]\nrequests_per_day = 900000\ninput_tokens = lognormal mean 1155 "  \
    "p95 3500\n"                                                                       \
    "output_tokens = gamma mean 211 cv 0.77\nprofile = office-hours\n"                 \
    "growth_per_month = 4% +- 3%\nlevel_uncertainty = 10%\n"

/* Exhaustive by another road: draw every hour again for every N. */
static void units_are_the_cheapest_whole_number(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  BURSTY "[candidate lite]\nmodel = amazon.nova-lite-v1:0\n"
                         "purchase = provisioned 1-month\nunit_input_tpm = 3.1M\n"
                         "unit_output_tpm = 600k\n",
                  2),
              f.err);
    struct plan *p = &f.plan;
    struct plan_option *o = option_of(p, "lite units 1-month");
    size_t hours = (size_t)p->hours;
    double *h = calloc(3 * hours, sizeof *h), best = HUGE_VAL, at_chosen = 0;
    int64_t best_n = 0;
    struct demand_hours d = { h, h + hours, h + 2 * hours };
    for (int64_t n = 1; n <= 3; n++) {
        double usd = 0;
        for (size_t path = 0; path < p->paths; path++) {
            demand_path(&d, &p->workload[0].demand, p->point + path * DRIVER_COUNT, 1,
                        0, path);
            usd +=
                (double)n * 55.0 * (double)p->hours; /* 1-month unit: 55 USD an hour */
            for (size_t i = 0; i < hours; i++) {
                double units = fmax(d.input_tokens[i] / (3.1e6 * 60),
                                    d.output_tokens[i] / (600e3 * 60));
                double over = units > (double)n ? 1 - (double)n / units : 0;
                usd +=
                    over * (d.input_tokens[i] * 0.06e-6 + d.output_tokens[i] * 0.24e-6);
            }
        }
        usd *= 0.875 / (double)p->paths;
        if (usd < best) best = usd, best_n = n;
        if (n == o->units) at_chosen = usd;
    }
    assert_int_equal(o->units, best_n);
    assert_close(o->total.mean, at_chosen, 1e-6);
    assert_close(o->idle_usd_per_month, (double)o->units * 55 * 730 * 0.875, 1e-9);
    free(h);
    done(&f);
}

/* The mix may do whatever one term can, and its certificate closes the gap. */
static void the_best_mix_is_never_dearer_than_one_term(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  BURSTY "[candidate lite]\nmodel = amazon.nova-lite-v1:0\n"
                         "purchase = provisioned\nunit_input_tpm = 900k\n"
                         "unit_output_tpm = 180k\n",
                  2),
              f.err);
    struct plan_option *mix = option_of(&f.plan, "lite units best mix");
    assert_close(mix->mix->cost_usd, mix->mix->bound_usd, 1e-9);
    assert_true(mix->mix->perfect_usd <= mix->mix->cost_usd + 1e-6);
    const char *const single[] = { "lite units no term", "lite units 1-month",
                                   "lite units 6-month" };
    for (size_t i = 0; i < COUNT(single); i++)
        assert_true(mix->total.mean <=
                    option_of(&f.plan, single[i])->total.mean * 1.001);
    done(&f);
}

/* A flat demand is reserved whole, or not at all beyond the smallest reservation. */
static void the_reserved_tier_is_bought_where_it_pays(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(
        run(&f,
            "[plan]\nregion = us-east-1\nstart = 2026-12-01\nmonths = 3\npaths = 32\n"
            "[workload w]\nrequests_per_day = 2880000\ninput_tokens = constant 1000\n"
            "output_tokens = constant 150\n[require w]\nthrottled = 100%\n"
            "[candidate c]\nmodel = anthropic.claude-sonnet-4-6\n"
            "purchase = global on-demand, global reserved 3-month\n",
            2),
        f.err);
    struct plan_option *o = option_of(&f.plan, "c global reserved 3-month");
    assert_non_null(o->cost_nusd);
    /* 2 000 requests a minute: 2.0M tokens in, 300k out, nearly constant. A reserved 1K
     * TPM for an hour against 60 000 tokens at the standard price says which side pays.
     */
    const double standard[2] = { 3.0 * 0.06, 15.0 * 0.06 }, demand[2] = { 2000, 300 };
    const int64_t least[2] = { 100, 10 };
    for (int side = 0; side < 2; side++) {
        double hourly = (double)o->reserved->price[side]->rate.pusd * 1e-12;
        if (hourly < 0.98 * standard[side])
            assert_true(fabs((double)o->reserved->units[side] - demand[side]) <
                        0.03 * demand[side]);
        else if (hourly > 1.02 * standard[side])
            assert_int_equal(o->reserved->units[side], least[side]);
    }
    done(&f);
}

static void costs_do_not_depend_on_threads(void **state)
{
    (void)state;
    struct fixture a, b;
    const char *ini = BURSTY "[candidate lite]\nmodel = amazon.nova-lite-v1:0\n"
                             "purchase = on-demand, provisioned 6-month\n"
                             "unit_input_tpm = 2M\nunit_output_tpm = 400k\n";
    assert_ok(run(&a, ini, 1), a.err);
    assert_ok(run(&b, ini, 3), b.err);
    for (size_t i = 0; i < a.plan.options; i++)
        assert_memory_equal(a.plan.option[i].cost_nusd, b.plan.option[i].cost_nusd,
                            a.plan.paths * a.plan.months * sizeof(int64_t));
    done(&a);
    done(&b);
}

/* A unit rate of exactly the required one makes the option win; a little less does not.
 */
static void the_required_rate_is_where_units_begin_to_win(void **state)
{
    (void)state;
    struct fixture f, g;
    const char *plan =
        "[plan]\nregion = us-east-1\nstart = 2026-12-01\nmonths = 6\npaths = 64\n"
        "[workload chat]\nrequests_per_day = 9M\ninput_tokens = constant 1000\n"
        "output_tokens = constant 250\nprofile = office-hours\n"
        "[require chat]\nthrottled = 100%\n[candidate pro]\n"
        "model = amazon.nova-pro-v1:0\npurchase = on-demand, provisioned 6-month\n";
    assert_ok(run(&f, plan, 2), f.err);
    struct plan_option *o = option_of(&f.plan, "pro units 6-month");
    assert_true(o->required_tpms >= 3);
    for (size_t n = 1; n <= 3; n++) {
        /* the mix is 4 : 1, so a unit that reads 0.8 R and writes 0.2 R delivers R */
        double r = o->required_tpm[n - 1] * 1.01;
        char ini[1024];
        snprintf(ini, sizeof ini, "%sunit_input_tpm = %.0f\nunit_output_tpm = %.0f\n",
                 plan, 0.8 * r, 0.2 * r);
        assert_ok(run(&g, ini, 2), g.err);
        double units = option_of(&g.plan, "pro units 6-month")->total.mean;
        double tokens = option_of(&g.plan, "pro on-demand")->total.mean;
        assert_true(units < tokens);
        done(&g);
    }
    done(&f);
}

static void more_traffic_never_costs_less(void **state)
{
    (void)state;
    double before[3] = { 0 };
    for (double volume = 1e4; volume < 1e8; volume *= 31.7) {
        struct fixture f;
        char ini[1024];
        snprintf(ini, sizeof ini,
                 "[plan]\nmonths = 2\npaths = 32\nstart = 2026-12-01\n[workload w]\n"
                 "requests_per_day = %.0f\ninput_tokens = lognormal mean 900 p95 2700\n"
                 "output_tokens = constant 187\n[require w]\nthrottled = 100%%\n"
                 "[candidate c]\nmodel = amazon.nova-micro-v1:0\nunit_input_tpm = 1M\n"
                 "unit_output_tpm = 200k\npurchase = on-demand, batch 50%%, "
                 "provisioned none\n",
                 volume);
        assert_ok(run(&f, ini, 2), f.err);
        assert_int_equal(f.plan.options, 4); /* the mix of terms is one */
        for (size_t i = 0; i < 3; i++) {
            assert_true(f.plan.option[i].total.mean >= before[i]);
            before[i] = f.plan.option[i].total.mean;
        }
        done(&f);
    }
}

/* Two options with known fixed parts cross where the arithmetic says. */
static void break_even_is_where_the_lines_cross(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT "[candidate lite]\nmodel = amazon.nova-lite-v1:0\n"
                       "[candidate tuned]\nmodel = amazon.nova-micro-v1:0\n"
                       "tuned = fine-tuning\ntraining_tokens = 40M\nepochs = 3\n"
                       "purchase = deployment\n",
                  1),
              f.err);
    assert_int_equal(f.plan.evens, 1);
    /* training 120M tokens × 0.001/1k = 120 USD, storage 12 × 1.95 = 23.40; the lines'
     * slopes are the two prices of a request over 365 days */
    double lite = (1155 * 0.06 + 211 * 0.24) / 1e6,
           micro = (1155 * 0.035 + 211 * 0.14) / 1e6;
    assert_close(f.plan.even[0].requests_per_day, 143.40 / (365 * (lite - micro)),
                 1e-3);
    done(&f);
}

static void budget_counts_paths_and_finds_the_month(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT "growth_per_month = 10%\n[candidate lite]\n"
                       "model = amazon.nova-lite-v1:0\n"
                       "[budget]\nmonthly_usd = 1200\nyearly_usd = 1000000\n",
                  1),
              f.err);
    /* 251377 × 1.1996e-4 × 30.4 = 917 at first; 917 × 1.1^m > 1200 from the fourth
     * month, less than 28 days of February aside: March (index 3) */
    assert_close(f.plan.risk.breach[0], 1, 0);
    assert_int_equal((int)f.plan.risk.first[LIMIT_MONTH][1], 3);
    assert_close(f.plan.risk.breach[2], 0, 0);
    assert_true(f.plan.risk.breach[1] < 0);
    done(&f);
}

static void cache_share_is_capped_by_the_checkpoint(void **state)
{
    (void)state;
    struct fixture f;
    /* every request has 800 tokens, Nova's smallest checkpoint is 1 000: nothing caches
     */
    assert_ok(run(&f,
                  "[plan]\nmonths = 1\npaths = 32\nstart = 2026-12-01\n[workload w]\n"
                  "requests_per_day = 100000\ninput_tokens = constant 800\n"
                  "output_tokens = constant 100\ncached_share = 50%\n"
                  "[candidate c]\nmodel = amazon.nova-micro-v1:0\n",
                  1),
              f.err);
    struct plan_option *o = option_of(&f.plan, "c on-demand");
    assert_close(o->total.mean, 31 * 1e5 * (800 * 0.035 + 100 * 0.14) / 1e6, 5e-4);
    done(&f);
    /* 2 000 tokens: half is read at 0.00875 (one prefix, 1.16 requests/s: all hits) */
    assert_ok(run(&f,
                  "[plan]\nmonths = 1\npaths = 32\nstart = 2026-12-01\n[workload w]\n"
                  "requests_per_day = 100000\ninput_tokens = constant 2000\n"
                  "output_tokens = constant 100\ncached_share = 50%\n"
                  "[candidate c]\nmodel = amazon.nova-micro-v1:0\n",
                  1),
              f.err);
    o = option_of(&f.plan, "c on-demand");
    assert_close(o->total.mean,
                 31 * 1e5 * (1000 * 0.035 + 1000 * 0.00875 + 100 * 0.14) / 1e6, 5e-4);
    done(&f);
}

/* One workload alone stays below Nova Pro's 1M tokens a minute; two of them do not. */
static void workloads_on_one_model_share_its_quota(void **state)
{
    (void)state;
    struct fixture f;
    const char *one = "requests_per_day = 700000\ninput_tokens = constant 1155\n"
                      "output_tokens = constant 211\n";
    char ini[1024];
    snprintf(
        ini, sizeof ini,
        "[plan]\npaths = 32\nmonths = 1\nstart = 2026-12-01\n[workload a]\n%s"
        "[workload b]\n%s[candidate x]\nworkload = a\nmodel = amazon.nova-pro-v1:0\n"
        "[candidate y]\nworkload = b\nmodel = %s\n",
        one, one, "amazon.nova-lite-v1:0");
    assert_ok(run(&f, ini, 2), f.err);
    /* 700 000 / 1 440 × 1 366 = 664 000 tokens a minute */
    assert_close(option_of(&f.plan, "x on-demand")->throttled_share, 0, 1e-12);
    done(&f);
    snprintf(
        ini, sizeof ini,
        "[plan]\npaths = 32\nmonths = 1\nstart = 2026-12-01\n[workload a]\n%s"
        "[workload b]\n%s[candidate x]\nworkload = a\nmodel = amazon.nova-pro-v1:0\n"
        "[candidate y]\nworkload = b\nmodel = %s\n",
        one, one, "amazon.nova-pro-v1:0");
    assert_ok(run(&f, ini, 2), f.err);
    /* both: 1 328 056 a minute against 1 000 000 */
    double want = 1 - 1e6 / (2 * 700000 / 1440.0 * 1366);
    assert_close(option_of(&f.plan, "x on-demand")->throttled_share, want, 1e-3);
    assert_close(option_of(&f.plan, "y on-demand")->throttled_share, want, 1e-3);
    assert_false(option_of(&f.plan, "x on-demand")->feasible);
    done(&f);
}

/* A tuned model without a purchase is offered as a deployment and on units. */
static void a_custom_model_has_its_own_ways_to_be_bought(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT "[candidate c]\nmodel = amazon.nova-micro-v1:0\n"
                       "tuned = fine-tuning\n",
                  1),
              f.err);
    assert_true(option_of(&f.plan, "c deployment")->feasible);
    assert_non_null(option_of(&f.plan, "c units 6-month")->unit);
    done(&f);
}

/* What cannot be priced whole is called cheapest only where nothing else is left. */
static void an_incomplete_price_yields_to_a_whole_one(void **state)
{
    (void)state;
    struct fixture f;
    const char *lite = "attachments = pdf 3 pages 5%\n[candidate lite]\n"
                       "model = amazon.nova-lite-v1:0\n";
    char ini[1024];
    snprintf(ini, sizeof ini, FLAT "%s", lite);
    assert_ok(run(&f, ini, 1), f.err);
    assert_true(option_of(&f.plan, "lite on-demand")->incomplete);
    assert_int_equal(f.plan.cheapest[0], 0);
    done(&f);
    snprintf(ini, sizeof ini,
             FLAT
             "%s[candidate claude]\nmodel = anthropic.claude-haiku-4-5-20251001-v1:0\n"
             "purchase = global on-demand\n",
             lite);
    assert_ok(run(&f, ini, 1), f.err);
    assert_string_equal(f.plan.option[f.plan.cheapest[0]].candidate->name, "claude");
    done(&f);
}

static void says_why_not(void **state)
{
    (void)state;
    static const struct {
        const char *candidate, *option, *reason;
    } row[] = {
        { "model = amazon.titan-text-express-v1", "c on-demand",
          "window of 8,000 tokens" },
        { "model = anthropic.claude-3-haiku-20240307-v1:0", "c on-demand",
          "past its end of life, 2026-09-10" },
        { "model = amazon.nova-micro-v1:0\npurchase = deployment", "c deployment",
          "a deployment serves a custom model" },
        { "model = amazon.nova-micro-v1:0\ntuned = fine-tuning\npurchase = on-demand",
          "c on-demand", "a custom model runs on a deployment or on model units" },
        { "model = qwen.qwen3-32b-v1:0\npurchase = provisioned 6-month",
          "c units 6-month", "no price of a model unit" },
        { "model = amazon.nova-lite-v1:0\ntuned = fine-tuning\ntraining_tokens = 1M\n"
          "purchase = deployment",
          "c deployment", "NOT FOUND" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct fixture f;
        char ini[1024];
        snprintf(ini, sizeof ini,
                 FLAT "[require chat]\ncontext_window = 32000\n[candidate c]\n%s\n",
                 row[i].candidate);
        assert_ok(run(&f, ini, 1), f.err);
        struct plan_option *o = option_of(&f.plan, row[i].option);
        bool said = false;
        for (size_t k = 0; k < o->reasons.count; k++)
            said |= strstr(o->reasons.text[k], row[i].reason) != NULL;
        if (!said) {
            print_error("row %zu wants '%s', has:\n", i, row[i].reason);
            for (size_t k = 0; k < o->reasons.count; k++)
                print_error("  %s\n", o->reasons.text[k]);
        }
        assert_true(said);
        assert_false(o->feasible);
        done(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flat_year_costs_what_a_calculator_says),
        cmocka_unit_test(growth_compounds_hourly),
        cmocka_unit_test(the_example_costs_what_the_page_by_hand_says),
        cmocka_unit_test(units_are_the_cheapest_whole_number),
        cmocka_unit_test(the_best_mix_is_never_dearer_than_one_term),
        cmocka_unit_test(the_reserved_tier_is_bought_where_it_pays),
        cmocka_unit_test(costs_do_not_depend_on_threads),
        cmocka_unit_test(the_required_rate_is_where_units_begin_to_win),
        cmocka_unit_test(more_traffic_never_costs_less),
        cmocka_unit_test(break_even_is_where_the_lines_cross),
        cmocka_unit_test(budget_counts_paths_and_finds_the_month),
        cmocka_unit_test(cache_share_is_capped_by_the_checkpoint),
        cmocka_unit_test(workloads_on_one_model_share_its_quota),
        cmocka_unit_test(a_custom_model_has_its_own_ways_to_be_bought),
        cmocka_unit_test(an_incomplete_price_yields_to_a_whole_one),
        cmocka_unit_test(says_why_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
