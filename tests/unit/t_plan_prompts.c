#include "check.h"

#include "plan_fixture.h"
#include "plan_prompts.h"
#include "prompt_store.h"

/* Prompts of a plan. Expected figures: worked out here from Nova Lite's prices (AWS
 * Price List, 2026-09-01: 0.06 and 0.24 USD per million tokens, 0.015 to read from the
 * cache, writes free) at 4 bytes a token. */

#define LITE "[candidate lite]\nmodel = amazon.nova-lite-v1:0\n"
static const double REQUESTS = 365 * 251377.0; /* of FLAT; Poisson noise: 1e-5 */
static char folder[] = "/tmp/t_plan_prompts.XXXXXX";
static char ini[4096];

static void put(const char *name, const char *format, int width, int value)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    fprintf(f, format, width, value);
#pragma GCC diagnostic pop
    fclose(f);
}

/* FLAT, Lite, and a [prompts] section of these keys. */
static struct fixture *plan_of(struct fixture *f, const char *before, const char *keys)
{
    snprintf(ini, sizeof ini, "%s%s[prompts support]\nprompt = %s/p.txt\n%s" LITE, FLAT,
             before, folder, keys);
    (void)!run(f, ini, 1);
    return f;
}

static double share_of(const struct plan_option *o, const char *dimension)
{
    for (size_t i = 0; i < o->components; i++)
        if (strcmp(o->component[i].dimension, dimension) == 0)
            return o->component[i].per_input;
    return 0;
}

/* 4 800 bytes, 1 200 tokens, then a value of 1 200 bytes, 300 tokens. 2.9 requests a
 * second: all find the prefix. */
static void samples_give_the_inputs_and_the_prefix_is_cached(void **state)
{
    (void)state;
    struct fixture f;
    char keys[200];
    put("p.txt", "%0*d{{q}}\n", 4800, 7);
    put("s.csv", "q\n%0*d\n", 1200, 7);
    snprintf(keys, sizeof keys, "samples = %s/s.csv\n", folder);
    plan_of(&f, "", keys);
    assert_ok(f.err.code, f.err);
    struct plan_option *o = option_of(&f.plan, "lite on-demand");
    assert_close(f.plan.workload[0].demand.input_mean, 1500, 1e-12);
    assert_close(share_of(o, "cache_read"), 0.8, 1e-6);
    assert_close(o->total.mean,
                 REQUESTS * (300 * 0.06 + 1200 * 0.015 + 211 * 0.24) / 1e6, 2e-5);
    assert_non_null(strstr(f.plan.workload[0].lengths_source, "p.txt with "));
    done(&f);
    /* a tokenizer that counts half as many leaves 600 tokens: too few */
    snprintf(keys, sizeof keys, "samples = %s/s.csv\nbytes_per_token = 8\n", folder);
    plan_of(&f, "", keys);
    o = option_of(&f.plan, "lite on-demand");
    assert_close(f.plan.workload[0].demand.input_mean, 750, 1e-12);
    assert_close(share_of(o, "cache_read"), 0, 0);
    done(&f);
}

static void without_samples_the_fixed_part_is_added(void **state)
{
    (void)state;
    struct fixture f;
    put("p.txt", "%0*d{{q}} !!\n", 4800, 7); /* and 3 bytes behind the variable */
    plan_of(&f, "", "");
    assert_ok(f.err.code, f.err);
    struct plan_option *o = option_of(&f.plan, "lite on-demand");
    double in = 1155 + 4803.0 / 4;
    assert_close(f.plan.workload[0].demand.input_mean, in, 1e-12);
    assert_close(share_of(o, "cache_read"), 1200 / in, 1e-6);
    assert_close(o->total.mean,
                 REQUESTS * ((in - 1200) * 0.06 + 1200 * 0.015 + 211 * 0.24) / 1e6,
                 2e-5);
    done(&f);
}

/* Row of the catalog: Flows, 0.035 USD a thousand transitions. The price of
 * optimisation is not known: refused by name, or stated. */
static void flows_and_optimisation_are_lines_of_their_own(void **state)
{
    (void)state;
    struct fixture f;
    put("p.txt", "%0*d{{q}}\n", 4803, 7);
    plan_of(&f, "", "flow_transitions = 3.5\n");
    assert_ok(f.err.code, f.err);
    struct plan_option *o = option_of(&f.plan, "lite on-demand");
    assert_int_equal(o->extras.count, 1);
    assert_close(o->extras_total_usd, REQUESTS * 3.5 * 0.035 / 1000, 2e-5);
    assert_false(o->extras.line[0].price.stated);
    done(&f);
    plan_of(&f, "", "optimize_per_month = 2\n");
    assert_int_equal(f.err.code, ERR_UNPRICED);
    assert_non_null(strstr(f.err.msg, "[prompts support]: the catalog has no price in "
                                      "the row 'Prompt optimization': state "
                                      "optimize_usd_per_1k_tokens"));
    done(&f);
    plan_of(&f, "", "optimize_per_month = 2\noptimize_usd_per_1k_tokens = 0.031\n");
    assert_ok(f.err.code, f.err);
    o = option_of(&f.plan, "lite on-demand");
    /* 1 201 tokens, twice a month, a year */
    assert_close(o->extras_total_usd, 12 * 2 * 1201 * 0.031 / 1000, 1e-9);
    done(&f);
}

static void add_version(const char *body, int64_t number)
{
    struct err e = { 0 };
    struct arena a = { 0 };
    struct prompt p;
    struct prompt_store *s;
    bool added;
    assert_ok(prompt_of_text(&p, str_of(body), &a, &e), e);
    struct prompt_version v = { .name = "support", .body = prompt_write(&p, &a) };
    assert_ok(prompt_store_open(&s, NULL, true, &a, &e), e);
    assert_ok(prompt_store_add(&v, &added, s, &e), e);
    assert_int_equal(v.number, number);
    prompt_store_close(s);
    arena_clear(&a);
}

static void versions_are_compared_under_the_choice(void **state)
{
    (void)state;
    struct fixture f;
    char body[6000];
    snprintf(body, sizeof body, "%04800d{{q}}", 7);
    add_version(body, 1);
    snprintf(body, sizeof body, "{{q}}%04000d", 7); /* shorter, and not cached */
    add_version(body, 2);
    add_version("say {{q}} to {{whom}}", 3); /* one of them has no value */
    put("s.csv", "q\n%0*d\n", 1200, 7);
    snprintf(ini, sizeof ini,
             FLAT "[prompts]\nprompt = support:1\nsamples = %s/s.csv\n" LITE, folder);
    assert_ok(run(&f, ini, 1), f.err);
    const struct plan_prompt *k = f.plan.workload[0].prompt;
    struct plan_option *o = option_of(&f.plan, "lite on-demand");
    assert_int_equal(k->versions, 3);
    assert_string_equal(k->compared, "lite on-demand");
    double month = REQUESTS / 12;
    assert_close(usd_double(k->line[0].monthly), o->monthly.mean, 1e-5);
    assert_close(usd_double(k->line[1].monthly),
                 month * (1300 * 0.06 + 211 * 0.24) / 1e6, 2e-5);
    assert_close(k->line[0].read_share, 0.8, 1e-6);
    assert_non_null(strstr(k->line[2].unknown, "no value for {{whom}}"));
    done(&f);
}

/* Half of the requests by each of two models: the version in force costs what the plan
 * says, less the fee. */
static void versions_are_compared_under_a_router_by_both_models(void **state)
{
    (void)state;
    struct fixture f;
    put("s.csv", "q\n%0*d\n", 1200, 7);
    snprintf(ini, sizeof ini,
             FLAT "[prompts]\nprompt = support:1\nsamples = %s/s.csv\n" LITE
                  "route_to = amazon.nova-pro-v1:0\nroute_share = 50%%\n"
                  "route_fee_per_1k_usd = 0\n",
             folder);
    assert_ok(run(&f, ini, 1), f.err);
    struct plan_option *o = option_of(&f.plan, "lite router 50%");
    const struct plan_prompt *k = f.plan.workload[0].prompt;
    assert_close(usd_double(k->line[0].monthly), o->monthly.mean, 1e-5);
    done(&f);
}

static void one_workload_has_one_prompt(void **state)
{
    (void)state;
    struct fixture f;
    put("p.txt", "%0*d{{q}}\n", 10, 7);
    plan_of(&f, "[prompts other]\nprompt = support\n", "");
    assert_int_equal(f.err.code, ERR_INPUT);
    assert_non_null(strstr(f.err.msg, "chat has another prompt already"));
    done(&f);
    assert_int_equal(run(&f, FLAT "[prompts]\n" LITE, 1), ERR_INPUT);
    assert_non_null(strstr(f.err.msg, "[prompts]: prompt is missing"));
    done(&f);
    assert_int_equal(run(&f, FLAT "[prompts]\nprompt = /none/p.txt\n" LITE, 1),
                     ERR_INPUT);
    done(&f);
    assert_int_equal(run(&f,
                         "[plan]\n[workload w]\nrequests_per_day = 1\n"
                         "output_tokens = 7\n" LITE,
                         1),
                     ERR_INPUT);
    assert_non_null(strstr(f.err.msg, "input_tokens is missing, and no [prompts] with "
                                      "samples gives them"));
    done(&f);
}

/* 288 requests a day, even: a mean gap of 300 s. And doubling every month: the hits of
 * twelve rates, each counted by its requests. */
static void hits_follow_from_the_arrivals_over_the_plan(void **state)
{
    (void)state;
    static const char form[] =
        "[plan]\nstart = 2026-12-01\nmonths = 12\npaths = 32\n[workload chat]\n"
        "requests_per_day = 288\ninput_tokens = constant 2000\n"
        "output_tokens = constant 100\ncached_share = 50%%\n%s" LITE;
    struct fixture f;
    snprintf(ini, sizeof ini, form, "");
    assert_ok(run(&f, ini, 1), f.err);
    double read = share_of(option_of(&f.plan, "lite on-demand"), "cache_read");
    assert_close(read, 0.5 * (1 - exp(-1)), 1e-12);
    done(&f);
    snprintf(ini, sizeof ini, form, "growth_per_month = 100%\ncache_prefixes = 5\n");
    assert_ok(run(&f, ini, 1), f.err);
    double hits = 0, all = 0;
    for (int m = 0; m < 12; m++) {
        double rate = exp2(m + 0.5);
        hits += rate * -expm1(-rate / 5);
        all += rate;
    }
    read = share_of(option_of(&f.plan, "lite on-demand"), "cache_read");
    assert_close(read, 0.5 * hits / all, 1e-12);
    done(&f);
}

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) return -1;
    return setenv("BEDPLAN_DATA", folder, 1);
}

static int remove_folder(void **state)
{
    static const char *const file[] = { "p.txt", "s.csv", "prompt/prompt.db" };
    char path[128];
    (void)state;
    for (size_t i = 0; i < COUNT(file); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, file[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/prompt", folder);
    rmdir(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_give_the_inputs_and_the_prefix_is_cached),
        cmocka_unit_test(without_samples_the_fixed_part_is_added),
        cmocka_unit_test(flows_and_optimisation_are_lines_of_their_own),
        cmocka_unit_test(versions_are_compared_under_the_choice),
        cmocka_unit_test(versions_are_compared_under_a_router_by_both_models),
        cmocka_unit_test(one_workload_has_one_prompt),
        cmocka_unit_test(hits_follow_from_the_arrivals_over_the_plan),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
