#include "check.h"

#include <stdlib.h>

#include "biller.h"
#include "bridge.h"
#include "bridge_json.h"
#include "splitmix.h"

#include <cjson/cJSON.h>

/* The parts of a difference: each cause alone, all of them at random, and what they
 * must add up to. */

#define LITE_INPUT "amazon.nova-lite-v1:0 us-east-1 in-region input"

static const struct bridge_line lite[] = {
    { .key = LITE_INPUT, .per_input = 1, .usd = 0.06e-6 },
    { .key = "amazon.nova-lite-v1:0 us-east-1 in-region output",
      .per_output = 1,
      .usd = 0.24e-6 },
};
static const struct bridge_line micro[] = {
    { .key = "amazon.nova-micro-v1:0 us-east-1 in-region input",
      .per_input = 1,
      .usd = 0.035e-6 },
    { .key = "amazon.nova-micro-v1:0 us-east-1 in-region output",
      .per_output = 1,
      .usd = 0.14e-6 },
};

static struct bridge_workload plain(void)
{
    return (struct bridge_workload){ .name = "chat",
                                     .option = "lite on-demand",
                                     .requests = 7.5413e6,
                                     .input_per_request = 1155,
                                     .output_per_request = 211,
                                     .left_requests = 1,
                                     .left_input = 1,
                                     .left_output = 1,
                                     .line = (struct bridge_line *)lite,
                                     .lines = 2,
                                     .keep = 1 };
}

/* The bill written out, for these tests alone. */
static void total(struct bridge_workload *w)
{
    double usd = w->commitments_usd + w->custom_usd, stated = 0;
    for (size_t i = 0; i < w->lines; i++) {
        const struct bridge_line *l = &w->line[i];
        bool all = l->whole > 0;
        double units =
            w->requests *
                (l->per_request * (all ? 1 : w->left_requests) +
                 l->per_input * w->input_per_request * (all ? 1 : w->left_input) +
                 l->per_output * w->output_per_request * (all ? 1 : w->left_output)) +
            (all ? l->units : 0);
        *(l->stated > 0 ? &stated : &usd) += (l->usd + l->extended_usd) * units;
    }
    w->nusd = (int64_t)nearbyint((usd * w->keep + stated) * 1e9);
}

static struct bridge between(struct bridge_workload a, struct bridge_workload b)
{
    struct bridge out;
    struct err e = { 0 };
    total(&a);
    total(&b);
    struct bridge_side old = { &a, 1 }, now = { &b, 1 };
    assert_ok(bridge_build(&out, &old, &now, &e), e);
    return out;
}

static int64_t sum(const struct bridge *b)
{
    int64_t nusd = b->rest_nusd;
    for (int k = 0; k < BRIDGE_CAUSES; k++)
        nusd += b->part_nusd[k];
    return nusd;
}

static void each_cause_alone_is_the_whole_difference(void **state)
{
    (void)state;
    struct bridge_line dearer[2], extended[2];
    memcpy(dearer, lite, sizeof dearer);
    memcpy(extended, lite, sizeof extended);
    dearer[0].usd = 0.07e-6;
    extended[0].extended_usd = 0.06e-6;
    struct bridge_workload b[BRIDGE_CAUSES];
    for (int k = 0; k < BRIDGE_CAUSES; k++)
        b[k] = plain();
    b[BRIDGE_VOLUME].requests *= 1.237;
    b[BRIDGE_LENGTHS].input_per_request = 1391;
    b[BRIDGE_PRICE].line = dearer;
    b[BRIDGE_MIX].line = (struct bridge_line *)micro;
    b[BRIDGE_COMMITMENTS].left_input = b[BRIDGE_COMMITMENTS].left_output = 0.31;
    b[BRIDGE_COMMITMENTS].commitments_usd = 412.5;
    b[BRIDGE_LIFECYCLE].line = extended;
    for (int k = 0; k < BRIDGE_CAUSES; k++) {
        struct bridge x = between(plain(), b[k]);
        assert_true(x.after_nusd != x.before_nusd);
        for (int i = 0; i < BRIDGE_CAUSES; i++)
            assert_true((i == k ? x.after_nusd - x.before_nusd : 0) == x.part_nusd[i]);
        assert_int_equal(x.rest_nusd, 0);
    }
    /* 7 541 300 × 236 tokens × 0.06e-6 = 106.784808 */
    assert_close((double)between(plain(), b[BRIDGE_LENGTHS]).part_nusd[BRIDGE_LENGTHS],
                 106.784808e9, 1e-9);
}

static void two_causes_share_what_they_do_together_evenly(void **state)
{
    (void)state;
    struct bridge_workload b = plain();
    b.requests *= 1.5;
    b.keep = 0.8;
    struct bridge x = between(plain(), b);
    /* of a bill B: volume +0.5 B × (1 + 0.8)/2, price −0.2 B × (1 + 1.5)/2 */
    double bill = (double)x.before_nusd;
    assert_close((double)x.part_nusd[BRIDGE_VOLUME], 0.45 * bill, 1e-9);
    assert_close((double)x.part_nusd[BRIDGE_PRICE], -0.25 * bill, 1e-9);
}

static void a_model_that_ended_makes_the_new_mix_lifecycle(void **state)
{
    (void)state;
    struct bridge_workload a = plain(), b = plain();
    a.ended = true;
    b.line = (struct bridge_line *)micro;
    struct bridge x = between(a, b);
    assert_true(x.part_nusd[BRIDGE_LIFECYCLE] == x.after_nusd - x.before_nusd);
    assert_int_equal(x.part_nusd[BRIDGE_MIX], 0);
}

static double draw(uint64_t *seed, double lo, double hi)
{
    return lo + (hi - lo) * (double)(next_bits(seed) >> 11) * 0x1p-53;
}

static struct bridge_workload random_side(uint64_t *seed, struct bridge_line line[3])
{
    static const char *const key[] = { LITE_INPUT, "b", "c", "d" };
    struct bridge_workload w = {
        .name = "w",
        .option = "o",
        .requests = draw(seed, 0, 1e9),
        .input_per_request = draw(seed, 0, 5000),
        .output_per_request = draw(seed, 0, 900),
        .left_requests = draw(seed, 0, 1),
        .left_input = draw(seed, 0, 1),
        .left_output = draw(seed, 0, 1),
        .commitments_usd = draw(seed, 0, 1e5),
        .custom_usd = draw(seed, 0, 1e3),
        .keep = draw(seed, 0.5, 1),
        .line = line,
        .lines = 3,
        .ended = next_bits(seed) % 4 == 0,
    };
    size_t first = next_bits(seed) % 2;
    for (size_t i = 0; i < 3; i++)
        line[i] = (struct bridge_line){ .key = key[first + i],
                                        .per_request = draw(seed, 0, 2),
                                        .per_input = draw(seed, 0, 1),
                                        .per_output = draw(seed, 0, 1),
                                        .usd = draw(seed, 0, 2e-5),
                                        .extended_usd = draw(seed, 0, 1e-5) };
    if (next_bits(seed) % 2) { /* a line beside the tokens */
        line[2].units = draw(seed, 0, 1e6);
        line[2].whole = 1;
        line[2].stated = (double)(next_bits(seed) % 2);
    }
    return w;
}

static void parts_add_up_exactly_whatever_changed(void **state)
{
    (void)state;
    uint64_t seed = 20261122;
    for (int round = 0; round < 2000; round++) {
        struct bridge_line a[3], b[3];
        struct bridge_workload old = random_side(&seed, a), now = random_side(&seed, b);
        struct bridge x = between(old, now), back = between(now, old);
        assert_true(sum(&x) == x.after_nusd - x.before_nusd);
        assert_int_equal(x.rest_nusd, 0);
        /* backwards it is the opposite, save for who counts a forced change */
        double bill =
            (double)(x.before_nusd > x.after_nusd ? x.before_nusd : x.after_nusd);
        for (int k = 0; k < BRIDGE_CAUSES && old.ended == now.ended; k++)
            assert_true(fabs((double)(x.part_nusd[k] + back.part_nusd[k])) <=
                        1e-12 * bill + 2);
    }
}

static void workloads_that_come_and_go_are_volume(void **state)
{
    (void)state;
    struct bridge_workload a[2] = { plain(), plain() }, b[2] = { plain(), plain() };
    struct bridge out;
    struct err e = { 0 };
    a[1].name = "gone";
    a[1].requests = 12345;
    b[1].name = "new";
    b[1].requests = 67891;
    for (int i = 0; i < 2; i++)
        total(&a[i]), total(&b[i]);
    struct bridge_side old = { a, 2 }, now = { b, 2 };
    assert_ok(bridge_build(&out, &old, &now, &e), e);
    assert_true(out.part_nusd[BRIDGE_VOLUME] == b[1].nusd - a[1].nusd);
    assert_true(sum(&out) == b[1].nusd - a[1].nusd);
}

static void what_the_products_do_not_explain_is_said(void **state)
{
    (void)state;
    struct bridge_workload a = plain(), b = plain();
    struct bridge out;
    struct err e = { 0 };
    total(&a);
    total(&b);
    b.nusd += 5000000000;
    struct bridge_side old = { &a, 1 }, now = { &b, 1 };
    assert_ok(bridge_build(&out, &old, &now, &e), e);
    assert_true(out.rest_nusd == 5000000000);
    b.requests = HUGE_VAL;
    assert_int_equal(bridge_build(&out, &old, &now, &e), ERR_RANGE);
}

static void bills_survive_the_file(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct bridge_line line[3];
    uint64_t seed = 7;
    struct bridge_workload w = random_side(&seed, line);
    w.nusd = 1234567890123;
    struct bridge_side s = { &w, 1 }, back;
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    struct json *j = json_open(f);
    bridge_side_json(j, NULL, &s);
    assert_ok(json_close(j, &e), e);
    fclose(f);
    cJSON *root = cJSON_Parse(text);
    assert_ok(bridge_side_read(&back, root, &a, &e), e);
    const struct bridge_workload *r = &back.workload[0];
    assert_true(r->nusd == w.nusd);
    assert_close(r->requests, w.requests, 0);
    assert_close(r->left_output, w.left_output, 0);
    assert_close(r->line[2].extended_usd, line[2].extended_usd, 0);
    assert_string_equal(r->line[0].key, line[0].key);
    cJSON_DeleteItemFromObject(cJSON_GetArrayItem(root, 0), "price_factor");
    assert_int_equal(bridge_side_read(&back, root, &a, &e), ERR_INPUT);
    assert_string_equal(e.msg, "bill 1: price_factor is not a number");
    e = (struct err){ 0 };
    assert_int_equal(bridge_side_read(&back, NULL, &a, &e), ERR_INPUT);
    cJSON_Delete(root);
    free(text);
    arena_clear(&a);
}

static void other_providers_are_billed_through_marketplace(void **state)
{
    (void)state;
    static const struct {
        const char *model, *seller;
    } rows[] = { /* the service codes of facts in biller.h */
                 { "amazon.nova-lite-v1:0", "Amazon Bedrock" },
                 { "anthropic.claude-opus-5-5", "AWS Marketplace" },
                 { "openai.gpt-oss-120b-1:0", "Amazon Bedrock" },
                 { "openai.gpt-6-astra", "AWS Marketplace" },
                 { "meta.llama2-70b-chat-v1", "AWS Marketplace" },
                 { "meta.llama3-3-70b-instruct-v1:0", "Amazon Bedrock" },
                 { "nobody.heard-of", "not known" }
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(biller_of(rows[i].model).seller, rows[i].seller);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_cause_alone_is_the_whole_difference),
        cmocka_unit_test(two_causes_share_what_they_do_together_evenly),
        cmocka_unit_test(a_model_that_ended_makes_the_new_mix_lifecycle),
        cmocka_unit_test(parts_add_up_exactly_whatever_changed),
        cmocka_unit_test(workloads_that_come_and_go_are_volume),
        cmocka_unit_test(what_the_products_do_not_explain_is_said),
        cmocka_unit_test(bills_survive_the_file),
        cmocka_unit_test(other_providers_are_billed_through_marketplace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
