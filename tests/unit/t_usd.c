#include "check.h"

#include <stdbool.h>

#include "splitmix.h"
#include "usd.h"

#if defined(__SANITIZE_ADDRESS__)
enum { BILLS = 100000 };
#else
enum { BILLS = 1000000 };
#endif

/* ---- rows ---- */

static void reads_published_prices_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err_code code;
        int64_t pusd;
    } row[] = {
        { "0.0000087500", OK, 8750000 },
        { "8.75e-06", OK, 8750000 },
        { "875E-8", OK, 8750000 },
        { "39.6000000000", OK, 39600000000000 },
        { ".035", OK, 35000000000 },
        { "3.", OK, 3000000000000 },
        { "0", OK, 0 },
        { "-0.00", OK, 0 },
        { "0e999999999", OK, 0 },
        { "0e-999999999", OK, 0 },
        { "9223372.036854775807", OK, INT64_MAX },
        { "9223372.036854775808", ERR_RANGE, 0 },
        { "9223372036854775807000000000000e-24", OK, 9223372036854775807 },
        { "2.38500000000000000000000000000000000000000000", OK, 2385000000000 },
        { "000000000000000000000000000000000000002.385", OK, 2385000000000 },
        { "100000000000000000000000000000000000000000e-41", OK, 1000000000000 },
        { "0.0000000000015", ERR_RANGE, 0 }, /* finer than 1e-12: never rounded */
        { "1e-13", ERR_RANGE, 0 },
        { "1e-999999999", ERR_RANGE, 0 },
        { "1e999999999", ERR_RANGE, 0 },
        { "1e99999999999999999999", ERR_RANGE, 0 },
        { "2.3850000000000000000000000000000000000000001", ERR_RANGE, 0 },
        { "-0.01", ERR_RANGE, 0 },
        { "", ERR_INPUT, 0 },
        { ".", ERR_INPUT, 0 },
        { "-", ERR_INPUT, 0 },
        { "e5", ERR_INPUT, 0 },
        { "1e", ERR_INPUT, 0 },
        { "1e+", ERR_INPUT, 0 },
        { "1.2.3", ERR_INPUT, 0 },
        { "1,5", ERR_INPUT, 0 },
        { "+1", ERR_INPUT, 0 },
        { " 1", ERR_INPUT, 0 },
        { "1 ", ERR_INPUT, 0 },
        { "0x1p3", ERR_INPUT, 0 },
        { "0.01 USD", ERR_INPUT, 0 },
        { "nan", ERR_INPUT, 0 },
        { "inf", ERR_INPUT, 0 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        struct usd_rate r = { .pusd = -1, .per = -1 };
        enum err_code code = usd_rate_parse(&r, row[i].text, 1000, &e);
        if (code != row[i].code) print_error("row %zu '%s'\n", i, row[i].text);
        assert_int_equal(code, row[i].code);
        assert_int_equal(r.pusd, code ? -1 : row[i].pusd);
        assert_int_equal(r.per, code ? -1 : 1000);
    }
}

static void writes_exact_digits_without_trailing_zeros(void **state)
{
    (void)state;
    static const struct {
        int64_t nusd;
        const char *text;
    } row[] = {
        { 0, "0" },
        { 1, "0.000000001" },
        { -1, "-0.000000001" },
        { 10, "0.00000001" },
        { 100000000, "0.1" },
        { 123456789, "0.123456789" },
        { 999999999, "0.999999999" },
        { 1000000000, "1" },
        { -12500000000, "-12.5" },
        { 2000000001, "2.000000001" },
        { 1000000000000000000, "1000000000" },
        { INT64_MAX, "9223372036.854775807" },
        { INT64_MIN, "-9223372036.854775808" },
    };
    char text[USD_TEXT];
    for (size_t i = 0; i < COUNT(row); i++)
        assert_string_equal(usd_text(text, (struct usd){ row[i].nusd }), row[i].text);
    i128 cap = (i128)1000000000000000000 * 1000000000000000000;
    assert_string_equal(usd_acc_text(text, (struct usd_acc){ cap }),
                        "1000000000000000000");
    assert_string_equal(usd_acc_text(text, (struct usd_acc){ 1 - cap }),
                        "-999999999999999999.999999999999999999");
    assert_string_equal(usd_acc_text(text, (struct usd_acc){ 1 }),
                        "0.000000000000000001");
}

static void shows_four_digits_and_at_least_cents(void **state)
{
    (void)state;
    static const struct {
        int64_t nusd;
        const char *text;
    } row[] = {
        { 0, "0.00" },
        { 8750, "0.000008750" },
        { 7, "0.000000007" },
        { 12345678, "0.01235" }, /* 0.012345678 */
        { 999999999, "1.0000" },
        { 1234500000, "1.234" }, /* a tie, to even */
        { 1235500000, "1.236" },
        { 9999500000, "10.000" },
        { 10000000000, "10.00" },
        { 1234567891234, "1,234.57" },
        { -1234567891234, "-1,234.57" },
        { 999995000000, "1,000.00" }, /* 999.995, a tie, to even */
        { INT64_MIN, "-9,223,372,036.85" },
    };
    char text[USD_TEXT];
    for (size_t i = 0; i < COUNT(row); i++)
        assert_string_equal(usd_show(text, (struct usd){ row[i].nusd }), row[i].text);
}

static void discounts_and_rounds_ties_to_even(void **state)
{
    (void)state;
    static const struct {
        int64_t ausd;
        int32_t ppm;
        int64_t want;
    } less[] = {
        { 1000000, 0, 1000000 }, { 1000000, 1000000, 0 }, { 1000000, 125000, 875000 },
        { 1, 500000, 0 },        /* 0.5 */
        { 3, 500000, 2 },        /* 1.5 */
        { 5, 500000, 2 },        /* 2.5 */
        { -3, 500000, -2 },      /* -1.5 */
        { -5, 500000, -2 },      /* -2.5 */
        { 7, 400000, 4 },        /* 4.2 */
        { 1500000, 1, 1499998 }, /* 1499998.5: the whole sum's last digit decides */
        { 2500000, 1, 2499998 }, /* 2499997.5 */
    };
    for (size_t i = 0; i < COUNT(less); i++) {
        struct usd_acc got =
            usd_acc_less((struct usd_acc){ less[i].ausd }, less[i].ppm);
        assert_true(got.ausd == less[i].want);
    }
    static const struct {
        int64_t ausd, nusd;
    } round[] = {
        { 499999999, 0 },  { 500000000, 0 },    { 500000001, 1 },   { 1500000000, 2 },
        { 2500000000, 2 }, { -500000000, 0 },   { -500000001, -1 }, { -1500000000, -2 },
        { 3500000000, 4 }, { -2500000000, -2 },
    };
    for (size_t i = 0; i < COUNT(round); i++) {
        struct err e = { 0 };
        struct usd got = { 77 };
        assert_ok(usd_round(&got, (struct usd_acc){ round[i].ausd }, &e), e);
        assert_int_equal(got.nusd, round[i].nusd);
    }
}

static void refuses_totals_beyond_its_range_and_leaves_them(void **state)
{
    (void)state;
    struct err e = { 0 };
    i128 cap = (i128)1000000000000000000 * 1000000000000000000;
    struct usd_acc acc = { cap - 5 };
    struct usd_rate most = { INT64_MAX, 1 };
    assert_ok(usd_acc_sum(&acc, (struct usd_acc){ 5 }, &e), e);
    assert_int_equal(usd_acc_sum(&acc, (struct usd_acc){ 1 }, &e), ERR_RANGE);
    assert_true(acc.ausd == cap);
    e = (struct err){ 0 };
    assert_int_equal(usd_acc_add(&acc, 1, (struct usd_rate){ 1, 1000000 }, &e),
                     ERR_RANGE);
    assert_true(acc.ausd == cap);
    e = (struct err){ 0 };
    acc.ausd = 3;
    assert_int_equal(usd_acc_add(&acc, INT64_MAX, most, &e), ERR_RANGE);
    assert_true(acc.ausd == 3);
    e = (struct err){ 0 };
    assert_int_equal(usd_acc_sum(&acc, (struct usd_acc){ -cap - 4 }, &e), ERR_RANGE);
    assert_true(acc.ausd == 3);

    struct usd out = { 77 };
    i128 largest = (i128)INT64_MAX * 1000000000 + 499999999;
    e = (struct err){ 0 };
    assert_ok(usd_round(&out, (struct usd_acc){ largest }, &e), e);
    assert_int_equal(out.nusd, INT64_MAX);
    assert_int_equal(usd_round(&out, (struct usd_acc){ largest + 1 }, &e), ERR_RANGE);
    assert_int_equal(out.nusd, INT64_MAX);
}

static void lets_estimates_in_by_one_door(void **state)
{
    (void)state;
    static const struct {
        double quantity;
        enum err_code code;
        int64_t qty;
    } row[] = {
        { 0, OK, 0 },
        { 2.385, OK, 2 },
        { 2.5, OK, 2 },
        { 3.5, OK, 4 },
        { 1e15 + 0.5, OK, 1000000000000000 },
        { 9.2e18, OK, 9200000000000000000 },
        { 9.21e18, ERR_RANGE, -1 },
        { -0.75, ERR_RANGE, -1 },
        { (double)NAN, ERR_RANGE, -1 },
        { (double)INFINITY, ERR_RANGE, -1 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        int64_t qty = -1;
        assert_int_equal(usd_from_estimate(&qty, row[i].quantity, &e), row[i].code);
        assert_int_equal(qty, row[i].qty);
    }
    assert_close(usd_double((struct usd){ 2385000000 }), 2.385, 1e-15);
}

/* ---- the same arithmetic by hand: numbers as rows of decimal digits ---- */

enum { HAND_DIGITS = 60 };

/* digit[0] is the last one */
struct hand {
    unsigned char digit[HAND_DIGITS];
};

static int hand_length(const struct hand *a)
{
    int n = HAND_DIGITS;
    while (n && !a->digit[n - 1])
        n--;
    return n;
}

static struct hand hand_of(const char *digits)
{
    struct hand a = { 0 };
    size_t n = strlen(digits);
    assert_true(n <= HAND_DIGITS);
    for (size_t i = 0; i < n; i++)
        a.digit[i] = (unsigned char)(digits[n - 1 - i] - '0');
    return a;
}

static struct hand hand_times(const struct hand *a, const struct hand *b)
{
    struct hand product = { 0 };
    int n = hand_length(a), m = hand_length(b);
    assert_true(n + m < HAND_DIGITS);
    for (int k = 0; k < m; k++) {
        int carry = 0;
        if (!b->digit[k]) continue;
        for (int i = 0; i < n || carry; i++) {
            int sum = product.digit[i + k] + carry + a->digit[i] * b->digit[k];
            product.digit[i + k] = (unsigned char)(sum % 10);
            carry = sum / 10;
        }
    }
    return product;
}

static void hand_add(struct hand *a, const struct hand *b)
{
    int carry = 0;
    for (int i = 0; i < HAND_DIGITS; i++) {
        int sum = a->digit[i] + b->digit[i] + carry;
        a->digit[i] = (unsigned char)(sum % 10);
        carry = sum / 10;
    }
    assert_int_equal(carry, 0);
}

/* Without the last `places` digits, as pupils learn it, save that a bare 5 goes to
 * the even neighbour. */
static struct hand hand_cut(const struct hand *a, int places)
{
    struct hand cut = { 0 };
    memcpy(cut.digit, a->digit + places, (size_t)(HAND_DIGITS - places));
    bool rest = false;
    for (int i = 0; i < places - 1; i++)
        rest |= a->digit[i] != 0;
    int first = a->digit[places - 1];
    if (first > 5 || (first == 5 && (rest || cut.digit[0] % 2))) {
        struct hand one = hand_of("1");
        hand_add(&cut, &one);
    }
    return cut;
}

/* As a decimal fraction with `places` digits, the way usd_text() writes it. */
static void hand_text(char *out, const struct hand *a, int places)
{
    int n = hand_length(a), last = 0;
    if (n < places + 1) n = places + 1;
    while (last < places && !a->digit[last])
        last++;
    for (int i = n - 1; i >= last; i--) {
        if (i == places - 1) *out++ = '.';
        *out++ = (char)('0' + a->digit[i]);
    }
    *out = '\0';
}

/* ---- properties ---- */

/* A price as its page might print it, and its digits with 12 decimals. */
static void random_price(uint64_t *seed, char text[64], char pusd[64])
{
    int after = (int)next_below(seed, 13), n;
    char digits[32];
    /* below 9.2e6 USD: at most 6 digits before the point */
    int before = snprintf(digits, sizeof digits, "%lld", (long long)next_size(seed, 6));
    for (int i = 0; i < after; i++)
        digits[before + i] = (char)('0' + next_below(seed, 10));
    digits[before + after] = '\0';
    if (next_below(seed, 4) == 0)
        n = snprintf(text, 64, "%se-%d", digits, after);
    else
        n = snprintf(text, 64, "%.*s.%s", before, digits, digits + before);
    assert_in_range(n, 1, 63);
    snprintf(pusd, 64, "%s%.*s", digits, 12 - after, "000000000000");
}

/* One bill: lines of price × quantity, each with a discount, against the hand. */
static void check_a_bill(uint64_t *seed)
{
    static const int32_t pers[] = { 1, 1000, 1000000 };
    static const char *const per_zeros[] = { "1000000", "1000", "1" };
    struct usd_acc total = { 0 };
    struct hand expected = { 0 };
    struct err e = { 0 };
    char text[128], want[128];
    for (int64_t lines = 1 + next_below(seed, 3); lines > 0; lines--) {
        char price[64], pusd[64], qty_text[32], keep_text[32];
        struct usd_rate rate = { 0 };
        struct usd_acc line = { 0 };
        int64_t which = next_below(seed, 3);
        int64_t qty = next_size(seed, pers[which] == 1 ? 9 : 12);
        int32_t ppm = next_below(seed, 2) ? 0 : (int32_t)next_size(seed, 6);
        random_price(seed, price, pusd);
        assert_ok(usd_rate_parse(&rate, price, pers[which], &e), e);
        assert_ok(usd_acc_add(&line, qty, rate, &e), e);
        assert_ok(usd_acc_sum(&total, usd_acc_less(line, ppm), &e), e);

        snprintf(qty_text, sizeof qty_text, "%lld", (long long)qty);
        snprintf(keep_text, sizeof keep_text, "%d", 1000000 - ppm);
        struct hand p = hand_of(pusd), q = hand_of(qty_text), k = hand_of(keep_text),
                    scale = hand_of(per_zeros[which]);
        struct hand cost = hand_times(&p, &q);
        cost = hand_times(&cost, &scale);
        cost = hand_times(&cost, &k);
        cost = hand_cut(&cost, 6);
        hand_add(&expected, &cost);
    }
    hand_text(want, &expected, 18);
    assert_string_equal(usd_acc_text(text, total), want);
    struct usd rounded = { 0 };
    if (usd_round(&rounded, total, &e)) {
        assert_true(total.ausd > (i128)INT64_MAX * 1000000000);
        return;
    }
    expected = hand_cut(&expected, 9);
    hand_text(want, &expected, 9);
    assert_string_equal(usd_text(text, rounded), want);
}

static void bills_equal_those_done_by_hand(void **state)
{
    (void)state;
    uint64_t seed = 20260222;
    for (int i = 0; i < BILLS; i++)
        check_a_bill(&seed);
}

static struct usd_rate random_rate(uint64_t *seed)
{
    static const int32_t pers[] = { 1, 1000, 1000000 };
    return (struct usd_rate){ next_size(seed, 13), pers[next_below(seed, 3)] };
}

static struct usd_acc cost(int64_t qty, struct usd_rate rate)
{
    struct err e = { 0 };
    struct usd_acc acc = { 0 };
    assert_ok(usd_acc_add(&acc, qty, rate, &e), e);
    return acc;
}

/* cost(a) + cost(b) + … = cost(a + b + …), whatever the pieces. */
static void splitting_a_bill_changes_nothing(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 100000; i++) {
        struct err e = { 0 };
        struct usd_rate rate = random_rate(&seed);
        int64_t qty = next_size(&seed, 12), left = qty;
        struct usd_acc pieces = { 0 };
        while (left > 0) {
            int64_t piece = 1 + next_below(&seed, left);
            assert_ok(usd_acc_add(&pieces, piece, rate, &e), e);
            left -= piece;
        }
        assert_true(pieces.ausd == cost(qty, rate).ausd);
    }
}

static void more_never_costs_less(void **state)
{
    (void)state;
    uint64_t seed = 8;
    for (int i = 0; i < 100000; i++) {
        struct usd_rate rate = random_rate(&seed), dearer = rate;
        int64_t qty = next_size(&seed, 12), more = qty + next_size(&seed, 6);
        int32_t ppm = (int32_t)next_size(&seed, 6);
        dearer.pusd += next_size(&seed, 6);
        assert_true(cost(qty, rate).ausd <= cost(more, rate).ausd);
        assert_true(cost(qty, rate).ausd <= cost(qty, dearer).ausd);
        assert_true(usd_acc_less(cost(qty, rate), ppm).ausd <=
                    usd_acc_less(cost(more, rate), ppm).ausd);
        assert_true(usd_acc_less(cost(qty, rate), ppm).ausd <= cost(qty, rate).ausd);
    }
}

/* 0.00875 per 1k is 8.75 per 1M is 0.00000875 each. */
static void the_unit_of_a_price_changes_nothing(void **state)
{
    (void)state;
    uint64_t seed = 9;
    for (int i = 0; i < 100000; i++) {
        int64_t pusd = next_size(&seed, 12), qty = next_size(&seed, 12);
        i128 each = cost(qty, (struct usd_rate){ pusd, 1 }).ausd;
        assert_true(cost(qty, (struct usd_rate){ pusd * 1000, 1000 }).ausd == each);
        assert_true(cost(qty, (struct usd_rate){ pusd * 1000000, 1000000 }).ausd ==
                    each);
    }
}

static void rates_read_back_as_they_were_written(void **state)
{
    (void)state;
    uint64_t seed = 10;
    for (int i = 0; i < 100000; i++) {
        struct err e = { 0 };
        char text[USD_TEXT];
        struct usd_rate back = { 0 }, rate = { next_size(&seed, 18), 1000 };
        assert_ok(usd_rate_parse(&back, usd_rate_text(text, rate), 1000, &e), e);
        assert_int_equal(back.pusd, rate.pusd);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_published_prices_exactly),
        cmocka_unit_test(writes_exact_digits_without_trailing_zeros),
        cmocka_unit_test(shows_four_digits_and_at_least_cents),
        cmocka_unit_test(discounts_and_rounds_ties_to_even),
        cmocka_unit_test(refuses_totals_beyond_its_range_and_leaves_them),
        cmocka_unit_test(lets_estimates_in_by_one_door),
        cmocka_unit_test(bills_equal_those_done_by_hand),
        cmocka_unit_test(splitting_a_bill_changes_nothing),
        cmocka_unit_test(more_never_costs_less),
        cmocka_unit_test(the_unit_of_a_price_changes_nothing),
        cmocka_unit_test(rates_read_back_as_they_were_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
