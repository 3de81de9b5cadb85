#include "check.h"

#include "guardrail.h"
#include "plan_fixture.h"

/* Guardrails by the text unit, and on a plan's bill. Prices: AWS's page of 2025-02-28,
 * in USD per 1 000 text units: content 0.15, topics 0.15, PII 0.10, grounding 0.10,
 * words and regex 0; reasoning 0.17 (capture of the Price List, 2025-10-28), 0.75 per
 * 1 000 images; InvokeGuardrailChecks 0.07 content, 0.08 attack (2026-08-09). */

#define LITE "[candidate lite]\nmodel = amazon.nova-lite-v1:0\n"
static const double REQUESTS = 365 * 251377.0; /* of FLAT; Poisson noise: 1e-5 */
static const char *const ON_DEMAND = "lite on-demand";

static void a_text_unit_is_a_thousand_characters_rounded_up(void **state)
{
    (void)state;
    static const int64_t rows[][2] = {
        { 0, 0 },    { 1, 1 },    { 999, 1 },      { 1000, 1 },
        { 1001, 2 }, { 2385, 3 }, { 100000, 100 }, { INT64_MAX, 9223372036854776 }
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(guard_units(rows[i][0]), rows[i][1]);
}

static void policies_are_read_with_their_sides(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct guard g;
    struct err e = { 0 };
    assert_ok(guard_parse(&g, "content, topics:input,pii : output , grounding", &a, &e),
              e);
    assert_true(g.on[GUARD_CONTENT][GUARD_INPUT] && g.on[GUARD_CONTENT][GUARD_OUTPUT]);
    assert_true(g.on[GUARD_TOPICS][GUARD_INPUT] && !g.on[GUARD_TOPICS][GUARD_OUTPUT]);
    assert_true(!g.on[GUARD_PII][GUARD_INPUT] && g.on[GUARD_PII][GUARD_OUTPUT]);
    assert_true(!g.on[GUARD_GROUNDING][GUARD_INPUT]);
    assert_true(g.on[GUARD_GROUNDING][GUARD_OUTPUT]);
    assert_false(g.on[GUARD_WORDS][GUARD_INPUT]);
    static const struct {
        const char *text, *message;
    } bad[] = {
        { "contnt", "did you mean 'content'" },
        { "content:both", "side must be input or output" },
        { "grounding:input", "'grounding' judges no input" },
        { "attack:output", "'attack' judges no output" },
        { " ", "no policy is named" },
        { "content,,pii", "a policy must be content, attack" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err b = { 0 };
        assert_int_equal(guard_parse(&g, bad[i].text, &a, &b), ERR_INPUT);
        if (!strstr(b.msg, bad[i].message)) fail_msg("'%s'", b.msg);
    }
    arena_clear(&a);
}

static void every_policy_counts_every_text_by_itself(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT LITE "[guardrails]\ninput_chars = 2385\noutput_chars = 1001\n"
                            "grounding_chars = 10500\nimages = 0.13\n"
                            "reasoning_policies = 2\npolicies = content, topics:input, "
                            "words, pii:output, regex, grounding, reasoning\n",
                  1),
              f.err);
    /* units: 3 a question, 2 an answer, 11 a source */
    static const struct {
        const char *line;
        double usd; /* a request */
    } rows[] = {
        { "guardrails: content, input", 3 * 0.15e-3 },
        { "guardrails: content, output", 2 * 0.15e-3 },
        { "guardrails: topics, input", 3 * 0.15e-3 },
        { "guardrails: words, input", 0 },
        { "guardrails: pii, output", 2 * 0.1e-3 },
        { "guardrails: regex, output", 0 },
        { "guardrails: grounding", (11 + 3 + 2) * 0.1e-3 },
        { "guardrails: reasoning, output", 2 * 2 * 0.17e-3 },
        { "guardrails: images", 0.13 * 0.00075 },
    };
    double sum = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sum += rows[i].usd * REQUESTS;
        if (rows[i].usd > 0)
            assert_close(line_usd(&f, ON_DEMAND, rows[i].line), REQUESTS * rows[i].usd,
                         2e-5);
    }
    assert_close(option_of(&f.plan, ON_DEMAND)->total.mean,
                 sum + REQUESTS * (1155 * 0.06 + 211 * 0.24) / 1e6, 2e-5);
    done(&f);
}

static void what_is_blocked_pays_for_the_guardrail_alone(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT LITE "[guardrails]\npolicies = content\ninput_chars = 500\n"
                            "output_chars = 500\nblocked = 12.5%\n"
                            "[line gate]\nusd_per_1k_requests = 0.01\n",
                  1),
              f.err);
    struct plan_option *o = option_of(&f.plan, ON_DEMAND);
    assert_close(line_usd(&f, ON_DEMAND, "guardrails: content, input"),
                 REQUESTS * 0.15e-3, 2e-5);
    assert_close(line_usd(&f, ON_DEMAND, "guardrails: content, output"),
                 0.875 * REQUESTS * 0.15e-3, 2e-5);
    assert_close(line_usd(&f, ON_DEMAND, "line gate: by the request"),
                 REQUESTS * 0.01e-3, 2e-5);
    assert_close(o->total.mean - o->extras_total_usd,
                 0.875 * REQUESTS * (1155 * 0.06 + 211 * 0.24) / 1e6, 2e-5);
    /* by what is asked, not by what gets through */
    assert_close(o->usd_per_1k_requests, o->total.mean / REQUESTS * 1000, 2e-5);
    done(&f);
}

static void units_of_a_law_are_rounded_up_length_by_length(void **state)
{
    (void)state;
    struct fixture f;
    /* uniform 100 to 1 000 tokens of 4 characters: 400 to 4 000; thousands are 1 up to
     * 250 tokens, 2 up to 500, 3 up to 750, 4 up to 1 000 */
    double mean = (150 * 1 + 250 * 2 + 250 * 3 + 250 * 4) / 900.0;
    assert_ok(run(&f,
                  "[plan]\nregion = us-east-1\nstart = 2026-12-01\nmonths = 2\n"
                  "paths = 32\n[workload chat]\nrequests_per_day = 9000\n"
                  "input_tokens = uniform 100 1000\noutput_tokens = 37\n" LITE
                  "[guardrails]\npolicies = content:input\n",
                  1),
              f.err);
    assert_close(line_of(&f, &option_of(&f.plan, ON_DEMAND)->extras,
                         "guardrails: content, input")
                     ->per_request,
                 mean, 5e-3); /* 256 strata */
    done(&f);
}

static void what_is_retrieved_is_judged_too(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT LITE "[line kb]\ninput_tokens = 1543\n"
                            "[guardrails]\npolicies = content:input\n",
                  1),
              f.err);
    /* 4 × (1 155 + 1 543) = 10 792 characters: 11 units */
    assert_close(line_usd(&f, ON_DEMAND, "guardrails: content, input"),
                 REQUESTS * 11 * 0.15e-3, 2e-5);
    done(&f);
}

static void checks_have_prices_of_their_own(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  FLAT LITE "[guardrails a]\npolicies = content:input, attack\n"
                            "api = checks\ninput_chars = 900\n"
                            "[guardrails b]\npolicies = pii:input\napi = apply\n"
                            "input_chars = 900\n",
                  1),
              f.err);
    assert_close(line_usd(&f, ON_DEMAND, "guardrails a: content, input"),
                 REQUESTS * 0.07e-3, 2e-5);
    assert_close(line_usd(&f, ON_DEMAND, "guardrails a: attack, input"),
                 REQUESTS * 0.08e-3, 2e-5);
    assert_close(line_usd(&f, ON_DEMAND, "guardrails b: pii, input"), REQUESTS * 0.1e-3,
                 2e-5);
    done(&f);
}

static void bad_guardrails_are_refused(void **state)
{
    (void)state;
    static const struct {
        enum err_code code;
        const char *ini, *message;
    } rows[] = {
        { ERR_INPUT, "", "[guardrails]: policies are missing" },
        { ERR_INPUT, "policies = contents\n", "policies: a policy must be" },
        { ERR_RANGE, "policies = content\nblocked = 100%\n", "blocked" },
        { ERR_INPUT, "policies = grounding\nblocked = 1%\n", "judges input" },
        { ERR_INPUT, "policies = content\ngrounding_chars = 5\n",
          "go with the policy" },
        { ERR_INPUT, "policies = pii\nimages = 1\n", "images go with" },
        { ERR_UNPRICED, "policies = topics\napi = checks\n",
          "no price of policy 'topics' by this api" },
        { ERR_UNPRICED, "policies = attack\n", "'attack'" },
        { ERR_INPUT, "policies = content\nworkload = x\n", "no [workload x]" },
        { ERR_RANGE, "policies = content\ninput_chars = -1\n", "input_chars" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        char ini[2048];
        snprintf(ini, sizeof ini, "%s[guardrails]\n%s", FLAT LITE, rows[i].ini);
        enum err_code code = run(&f, ini, 1);
        if (code != rows[i].code || !strstr(f.err.msg, rows[i].message))
            fail_msg("%s gives %d: '%s'", rows[i].ini, code, f.err.msg);
        done(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_unit_is_a_thousand_characters_rounded_up),
        cmocka_unit_test(policies_are_read_with_their_sides),
        cmocka_unit_test(every_policy_counts_every_text_by_itself),
        cmocka_unit_test(what_is_blocked_pays_for_the_guardrail_alone),
        cmocka_unit_test(units_of_a_law_are_rounded_up_length_by_length),
        cmocka_unit_test(what_is_retrieved_is_judged_too),
        cmocka_unit_test(checks_have_prices_of_their_own),
        cmocka_unit_test(bad_guardrails_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
