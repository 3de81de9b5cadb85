#include "check.h"

#include "bill.h"

static struct price_row row(const char *dimension, const char *usd)
{
    struct err e = { 0 };
    struct price_row r = { .model = "m",
                           .scope = "",
                           .region = "us-east-1",
                           .dimension = dimension,
                           .context_tier = "",
                           .unit = "token",
                           .source = "Price List",
                           .as_of = "2026-05-04",
                           .note = "",
                           .doubt = "",
                           .from_unix_s = INT64_MIN };
    assert_ok(usd_rate_parse(&r.rate, usd, 1000000, &e), e);
    return r;
}

static const struct price_offer virginia = {
    .region = "us-east-1", .geography = "us", .listed = true, .in_region = true
};

static const char *total_text(const struct bill *b)
{
    static char text[USD_TEXT];
    return usd_acc_text(text, b->total);
}

static void bills_requests_by_hand(void **state)
{
    (void)state;
    /* Nova Micro, us-east-1, Price List of 2026-05-04:
     *   1155 × 0.035 / 1M = 0.000040425     211 × 0.14 / 1M = 0.00002954
     *    700 × 0.00875 / 1M = 0.000006125   300 × 0 = 0
     * together 0.00007609, a thousand requests 0.07609 */
    struct price_row rows[] = { row("input", "0.035"), row("output", "0.14"),
                                row("cache_read", "0.00875"),
                                row("cache_write_5m", "0") };
    struct arena a = { 0 };
    struct err e = { 0 };
    struct tariff t;
    assert_ok(tariff_build(&t, "amazon.nova-micro-v1:0", rows, COUNT(rows), &virginia,
                           ROUTING_DEFAULT, TIER_STANDARD, 0, &e),
              e);
    struct bill b = { .arena = &a };
    struct request_tokens r = { .input_tokens = 1155,
                                .output_tokens = 211,
                                .cache_read_tokens = 700,
                                .cache_write_tokens = { 300, 0, 0 } };
    assert_ok(bill_requests(&b, &t, r, 1000, 0, &e), e);
    assert_int_equal(b.count, 4);
    assert_string_equal(total_text(&b), "0.07609");
    assert_string_equal(b.line[0].dimension, "input");
    assert_int_equal(b.line[0].quantity, 1155000);
    assert_string_equal(b.line[0].source, "Price List");
    assert_string_equal(b.line[3].dimension, "cache_write_5m");
    assert_true(b.line[3].cost.ausd == 0);
    arena_clear(&a);
}

static void takes_the_discount_off_each_line_once(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct bill b = { .arena = &a };
    struct bill_line line = { .dimension = "model unit-hour",
                              .quantity = 744,
                              .rate = { 60500000000000, 1 },
                              .discount_ppm = 125000 };
    assert_ok(bill_add(&b, line, &e), e);
    /* 744 × 60.50 = 45 012; less an eighth 39 385.5 */
    assert_string_equal(total_text(&b), "39385.5");
    line.discount_ppm = 1000000;
    assert_ok(bill_add(&b, line, &e), e);
    assert_string_equal(total_text(&b), "39385.5");
    arena_clear(&a);
}

static void leaves_the_bill_alone_when_it_fails(void **state)
{
    (void)state;
    struct price_row rows[] = { row("input", "0.035"), row("output", "0.14") };
    struct arena a = { 0 };
    struct err e = { 0 };
    struct tariff t;
    assert_ok(tariff_build(&t, "nova", rows, COUNT(rows), &virginia, ROUTING_DEFAULT,
                           TIER_STANDARD, 0, &e),
              e);
    struct bill b = { .arena = &a };
    assert_ok(bill_requests(
                  &b, &t,
                  (struct request_tokens){ .input_tokens = 100, .output_tokens = 50 },
                  7, 0, &e),
              e);
    struct usd_acc before = b.total;

    struct request_tokens cached = { .input_tokens = 100,
                                     .output_tokens = 50,
                                     .cache_read_tokens = 20 };
    assert_int_equal(bill_requests(&b, &t, cached, 7, 0, &e), ERR_UNPRICED);
    assert_non_null(strstr(e.msg, "nova has no cache_read price in us-east-1"));
    assert_int_equal(b.count, 2);
    assert_true(b.total.ausd == before.ausd);

    e = (struct err){ 0 };
    struct request_tokens huge = { .input_tokens = INT64_MAX / 2 };
    assert_int_equal(bill_requests(&b, &t, huge, 3, 0, &e), ERR_RANGE);
    e = (struct err){ 0 };
    struct bill_line dear = { .dimension = "input",
                              .quantity = INT64_MAX,
                              .rate = { INT64_MAX, 1 } };
    assert_int_equal(bill_add(&b, dear, &e), ERR_RANGE);
    assert_non_null(strstr(e.msg, "input: "));
    assert_int_equal(b.count, 2);
    assert_true(b.total.ausd == before.ausd);
    arena_clear(&a);
}

static void bills_a_long_request_whole_at_the_long_price(void **state)
{
    (void)state;
    /* Claude Sonnet 4.5, global: 3/15 to 200 000 tokens of input, 6/22.5 beyond */
    struct price_row rows[] = { row("input", "3"), row("output", "15"),
                                row("input", "6"), row("output", "22.5"),
                                row("cache_read", "0.3") };
    rows[2].context_tier = rows[3].context_tier = ">200k";
    struct arena a = { 0 };
    struct err e = { 0 };
    struct tariff t;
    assert_ok(tariff_build(&t, "sonnet", rows, COUNT(rows), &virginia, ROUTING_DEFAULT,
                           TIER_STANDARD, 0, &e),
              e);
    assert_int_equal(t.long_above_tokens, 200000);
    struct bill b = { .arena = &a };
    assert_ok(bill_requests(&b, &t,
                            (struct request_tokens){ .input_tokens = 200000,
                                                     .output_tokens = 1000 },
                            1, 0, &e),
              e);
    assert_string_equal(total_text(&b), "0.615"); /* 0.6 + 0.015 */
    assert_ok(bill_requests(&b, &t,
                            (struct request_tokens){ .input_tokens = 200001,
                                                     .output_tokens = 1000 },
                            1, 0, &e),
              e);
    /* 200 001 × 6 / 1M + 1000 × 22.5 / 1M = 1.200006 + 0.0225 */
    assert_string_equal(total_text(&b), "1.837506");
    /* cached tokens count towards the length, and have no long price here */
    struct request_tokens cached = { .input_tokens = 150000,
                                     .cache_read_tokens = 50001 };
    assert_int_equal(bill_requests(&b, &t, cached, 1, 0, &e), ERR_UNPRICED);
    assert_non_null(strstr(e.msg, "cache_read"));
    arena_clear(&a);
}

static void rounds_a_discounted_tie_to_even(void **state)
{
    (void)state;
    /* 1.5, 0.5 and 2.5 of the smallest unit; 4 625 188 241 821 900 000 × 0.348165 ends
     * in 813.5 of it */
    static const struct {
        int64_t ausd, want;
        int32_t discount_ppm;
    } rows[] = {
        { 1500000, 2, 999999 },
        { 500000, 0, 999999 },
        { 2500000, 2, 999999 },
        { 4625188241821900000, 1610328664213921814, 651835 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct usd_acc got =
            usd_acc_less((struct usd_acc){ rows[i].ausd }, rows[i].discount_ppm);
        assert_int_equal((int64_t)got.ausd, rows[i].want);
    }
}

static void bills_attachments_as_input_on_a_line_of_their_own(void **state)
{
    (void)state;
    struct price_row rows[] = { row("input", "0.06"), row("output", "0.24") };
    struct arena a = { 0 };
    struct err e = { 0 };
    struct tariff t;
    assert_ok(tariff_build(&t, "nova-lite", rows, COUNT(rows), &virginia,
                           ROUTING_DEFAULT, TIER_STANDARD, 0, &e),
              e);
    struct bill b = { .arena = &a };
    struct request_tokens r = { .input_tokens = 155,
                                .output_tokens = 211,
                                .attached_tokens = 1300 };
    assert_ok(bill_requests(&b, &t, r, 3, 0, &e), e);
    assert_int_equal(b.count, 3);
    assert_int_equal(b.line[0].marks, 0);
    assert_string_equal(b.line[1].dimension, "input");
    assert_int_equal(b.line[1].quantity, 3900);
    assert_int_equal(b.line[1].marks, MARK_ESTIMATE);
    r.attached_counted = true;
    assert_ok(bill_requests(&b, &t, r, 3, 0, &e), e);
    assert_int_equal(b.line[4].marks, 0);
    arena_clear(&a);
}

/* Numbers in base one million, least limb first: an arithmetic that shares nothing
 * with usd.c but the definition of a price. */
enum { LIMBS = 12, LIMB = 1000000 };

struct wide {
    uint64_t limb[LIMBS];
};

static struct wide wide_of(uint64_t x)
{
    struct wide w = { 0 };
    for (int i = 0; x; i++, x /= LIMB)
        w.limb[i] = x % LIMB;
    return w;
}

static struct wide wide_times(struct wide a, struct wide b)
{
    struct wide w = { 0 };
    for (int i = 0; i < LIMBS; i++) {
        uint64_t carry = 0;
        for (int j = 0; i + j < LIMBS; j++) {
            uint64_t at = w.limb[i + j] + a.limb[i] * b.limb[j] + carry;
            w.limb[i + j] = at % LIMB;
            carry = at / LIMB;
        }
    }
    return w;
}

static struct wide wide_plus(struct wide a, struct wide b)
{
    uint64_t carry = 0;
    for (int i = 0; i < LIMBS; i++) {
        uint64_t at = a.limb[i] + b.limb[i] + carry;
        a.limb[i] = at % LIMB;
        carry = at / LIMB;
    }
    return a;
}

/* a / 1 000 000, ties to even */
static struct wide wide_shift(struct wide a)
{
    struct wide w = { 0 };
    for (int i = 0; i + 1 < LIMBS; i++)
        w.limb[i] = a.limb[i + 1];
    bool up = a.limb[0] > LIMB / 2 || (a.limb[0] == LIMB / 2 && w.limb[0] % 2);
    return up ? wide_plus(w, wide_of(1)) : w;
}

static uint64_t next(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static struct bill_line random_line(uint64_t *seed)
{
    static const int32_t pers[] = { 1, 1000, 1000000 };
    int64_t digits = (int64_t)(next(seed) % 5);
    int64_t size[] = { 10, 10000, 10000000, 10000000000, 1000000000000 };
    return (struct bill_line){
        .dimension = "input",
        .quantity = (int64_t)(next(seed) % (uint64_t)size[digits]),
        .rate = { (int64_t)(next(seed) % 100000000000000), pers[next(seed) % 3] },
        .discount_ppm = next(seed) % 2 ? (int32_t)(next(seed) % 1000001) : 0
    };
}

static void agrees_with_rational_arithmetic_on_a_million_bills(void **state)
{
    (void)state;
    uint64_t seed = 20261122;
    struct arena a = { 0 };
    struct err e = { 0 };
    for (int i = 0; i < 1000000; i++) {
        struct bill b = { .arena = &a };
        struct wide want = { 0 };
        int lines = 1 + (int)(next(&seed) % 3);
        for (int k = 0; k < lines; k++) {
            struct bill_line line = random_line(&seed);
            assert_ok(bill_add(&b, line, &e), e);
            /* quantity × rate in 1e-24 USD, less the discount in millionths */
            struct wide cost = wide_times(wide_of((uint64_t)line.quantity),
                                          wide_of((uint64_t)line.rate.pusd));
            cost = wide_times(cost, wide_of(1000000 / (uint64_t)line.rate.per));
            cost = wide_times(cost, wide_of(1000000 - (uint64_t)line.discount_ppm));
            want = wide_plus(want, wide_shift(cost));
        }
        i128 got = b.total.ausd;
        for (int k = 0; k < LIMBS; k++, got /= LIMB)
            if ((uint64_t)(got % LIMB) != want.limb[k]) fail_msg("bill %d of seed", i);
        if (i % 4096 == 0) arena_clear(&a);
    }
    arena_clear(&a);
}

/* cost(a) + cost(b) = cost(a + b); more never costs less; per 1, 1 000 and 1 000 000
 * are ways of writing one price. */
static void is_additive_monotone_and_independent_of_the_unit(void **state)
{
    (void)state;
    uint64_t seed = 7;
    struct arena a = { 0 };
    struct err e = { 0 };
    for (int i = 0; i < 50000; i++) {
        struct bill_line line = random_line(&seed);
        line.discount_ppm = 0;
        line.rate.per = 1;
        line.rate.pusd %= 1000000;
        struct bill split = { .arena = &a }, whole = { .arena = &a },
                    more = { .arena = &a };
        int64_t part =
            line.quantity ? (int64_t)(next(&seed) % (uint64_t)line.quantity) : 0;
        struct bill_line first = line, second = line, larger = line;
        first.quantity = part;
        first.rate = (struct usd_rate){ line.rate.pusd * 1000, 1000 };
        second.quantity -= part;
        second.rate = (struct usd_rate){ line.rate.pusd * 1000000, 1000000 };
        larger.quantity += (int64_t)(next(&seed) % 1000);
        larger.discount_ppm = line.discount_ppm = (int32_t)(next(&seed) % 2) * 330000;
        first.discount_ppm = second.discount_ppm = 0;
        assert_ok(bill_add(&split, first, &e), e);
        assert_ok(bill_add(&split, second, &e), e);
        assert_ok(bill_add(&more, larger, &e), e);
        assert_ok(bill_add(&whole, line, &e), e);
        assert_true(more.total.ausd >= whole.total.ausd);
        line.discount_ppm = 0;
        struct bill plain = { .arena = &a };
        assert_ok(bill_add(&plain, line, &e), e);
        assert_true(split.total.ausd == plain.total.ausd);
        if (i % 1024 == 0) arena_clear(&a);
    }
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bills_requests_by_hand),
        cmocka_unit_test(takes_the_discount_off_each_line_once),
        cmocka_unit_test(leaves_the_bill_alone_when_it_fails),
        cmocka_unit_test(bills_a_long_request_whole_at_the_long_price),
        cmocka_unit_test(bills_attachments_as_input_on_a_line_of_their_own),
        cmocka_unit_test(rounds_a_discounted_tie_to_even),
        cmocka_unit_test(agrees_with_rational_arithmetic_on_a_million_bills),
        cmocka_unit_test(is_additive_monotone_and_independent_of_the_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
