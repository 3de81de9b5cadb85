#include "check.h"

#include "plan_fixture.h"

/* Evaluations on a plan's bill. Expected figures are worked out here from prices of the
 * AWS Price List, 2026-09-01: Nova Lite 0.06 and 0.24, Micro 0.035 and 0.14, Pro 0.80
 * and 3.20 USD per million tokens; a human task 0.21 (AWS's page, 2025-02-28). */

#define LITE "[candidate lite]\nmodel = amazon.nova-lite-v1:0\n"
#define JUDGE                                                                          \
    "judge = amazon.nova-pro-v1:0\njudge_template_tokens = 650\n"                      \
    "judge_output_tokens = 180\n"
static const char *const ON_DEMAND = "lite on-demand";

static void a_run_asks_and_judges_every_prompt(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT LITE "[evaluate]\nprompts = 250\nevery_months = 5\n" JUDGE
                            "reference_tokens = 90\nhuman_tasks = 37\n"
                            "metrics = Accuracy, Builtin.Correctness, Helpfulness\n"
                            "custom_metrics = 1\n",
                  1),
              f.err);
    /* months 0, 5 and 10; three metrics are judged */
    assert_close(line_usd(&f, ON_DEMAND, "evaluate: generation, input"),
                 3 * 250 * 1155 * 0.06e-6, 1e-9);
    assert_close(line_usd(&f, ON_DEMAND, "evaluate: generation, output"),
                 3 * 250 * 211 * 0.24e-6, 1e-9);
    assert_close(line_usd(&f, ON_DEMAND, "evaluate: judge, input"),
                 3 * 250 * 3 * (650 + 90 + 1155 + 211) * 0.8e-6, 1e-9);
    assert_close(line_usd(&f, ON_DEMAND, "evaluate: judge, output"),
                 3 * 250 * 3 * 180 * 3.2e-6, 1e-9);
    assert_close(line_usd(&f, ON_DEMAND, "evaluate: human tasks"), 3 * 37 * 0.21, 1e-9);
    struct plan_option *o = option_of(&f.plan, ON_DEMAND);
    const double *months = o->extras.line[0].by_month;
    for (size_t m = 0; m < 12; m++)
        assert_close(months[m], m % 5 == 0 ? 250 * 1155 : 0, 1e-12);
    assert_close(o->idle_usd_per_month, 0, 1e-12); /* it can be left */
    done(&f);
}

static void robustness_asks_six_times(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT
                  "[candidate think]\nmodel = amazon.nova-lite-v1:0\n"
                  "output_scale = 1.25\ninput_scale = 0.9\nreasoning_tokens = 310\n"
                  "[evaluate q]\nmetrics = Robustness\nprompt_tokens = 400\n"
                  "response_tokens = 60\n",
                  1),
              f.err);
    assert_close(line_usd(&f, "think on-demand", "evaluate q: generation, input"),
                 6 * 100 * 400 * 0.9 * 0.06e-6, 1e-9);
    assert_close(line_usd(&f, "think on-demand", "evaluate q: generation, output"),
                 6 * 100 * (60 * 1.25 + 310) * 0.24e-6, 1e-9);
    done(&f);
}

static void a_retraining_is_looked_at(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT "[candidate tuned]\nmodel = amazon.nova-micro-v1:0\n"
                       "tuned = fine-tuning\npurchase = deployment\n"
                       "training_tokens = 5M\nretrain_every_months = 4\n"
                       "[evaluate]\neach_retrain = yes\nevery_months = 6\n",
                  1),
              f.err);
    /* months 0, 4, 6 and 8 */
    assert_close(line_usd(&f, "tuned deployment", "evaluate: generation, input"),
                 4 * 100 * 1155 * 0.035e-6, 1e-9);
    done(&f);
}

static void answers_of_ones_own_are_only_judged(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT LITE "[evaluate]\nown_responses = yes\nprompts = 2500\n" JUDGE
                            "metrics = Faithfulness\n",
                  1),
              f.err);
    struct plan_option *o = option_of(&f.plan, ON_DEMAND);
    assert_int_equal(o->extras.count, 2);
    assert_close(line_usd(&f, ON_DEMAND, "evaluate: judge, output"),
                 2500 * 180 * 3.2e-6, 1e-9);
    done(&f);
}

static void what_is_bought_answers_where_no_token_has_a_price(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  "[plan]\nregion = us-west-2\nstart = 2026-12-01\nmonths = 2\n"
                  "paths = 32\n[workload chat]\nrequests_per_day = 2513\n"
                  "input_tokens = 1155\noutput_tokens = 211\n"
                  "[candidate own]\nmodel = meta.llama3-1-8b-instruct-v1:0\n"
                  "tuned = fine-tuning\npurchase = provisioned 1-month\n"
                  "unit_input_tpm = 300k\nunit_output_tpm = 100k\n[evaluate]\n",
                  1),
              f.err);
    struct plan_option *o = option_of(&f.plan, "own units 1-month");
    assert_non_null(o->cost_nusd);
    assert_int_equal(o->extras.count, 0);
    bool said = false;
    for (size_t i = 0; i < o->assumptions.count; i++)
        said |= strstr(o->assumptions.text[i], "come from what is bought") != NULL;
    assert_true(said);
    done(&f);
}

static void bad_evaluations_are_refused(void **state)
{
    (void)state;
    static const struct {
        enum err_code code;
        const char *ini, *message;
    } rows[] = {
        { ERR_INPUT, "metrics = Corectness\n", "did you mean 'Correctness'" },
        { ERR_INPUT, "metrics = Correctness\n", "want a judge" },
        { ERR_INPUT, "judge = amazon.nova-pro-v1:0\n", "no metric that it judges" },
        { ERR_INPUT, "judge = amazon.nova-pro-v1:0\nmetrics = Coherence\n",
          "wants judge_template_tokens" },
        { ERR_INPUT, "human_tasks = 101\n", "more than prompts" },
        { ERR_RANGE, "prompts = 0\n", "prompts" },
        { ERR_RANGE, "custom_metrics = 11\n", "custom_metrics" },
        { ERR_NOT_FOUND,
          "judge = amazon.nova-pr-v1:0\nmetrics = Coherence\njudge_template_tokens = "
          "5\n"
          "judge_output_tokens = 5\n",
          "[evaluate]: judge: unknown model" },
        { ERR_INPUT,
          "judge = amazon.titan-embed-text-v2:0\nmetrics = Coherence\n"
          "judge_template_tokens = 5\njudge_output_tokens = 5\n",
          "writes no text" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        char ini[2048];
        snprintf(ini, sizeof ini, "%s[evaluate]\n%s", FLAT LITE, rows[i].ini);
        enum err_code code = run(&f, ini, 1);
        if (code != rows[i].code || !strstr(f.err.msg, rows[i].message))
            fail_msg("%s gives %d: '%s'", rows[i].ini, code, f.err.msg);
        done(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_asks_and_judges_every_prompt),
        cmocka_unit_test(robustness_asks_six_times),
        cmocka_unit_test(a_retraining_is_looked_at),
        cmocka_unit_test(answers_of_ones_own_are_only_judged),
        cmocka_unit_test(what_is_bought_answers_where_no_token_has_a_price),
        cmocka_unit_test(bad_evaluations_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
