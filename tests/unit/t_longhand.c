#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "longhand.h"
#include "seal.h"
#include "splitmix.h"
#include "usd.h"

static const char *shown(const struct longhand *x)
{
    static char text[LONGHAND_DIGITS + 3];
    return longhand_text(text, x);
}

static void reads_and_writes_decimals(void **state)
{
    static const char *const row[][2] = {
        { "0", "0" },
        { "0.0350", "0.035" },
        { "3.5e-05", "0.000035" },
        { "12E2", "1200" },
        { "007", "7" },
        { "1e-18", "0.000000000000000001" },
        { "98765.4321e+3", "98765432.1" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct longhand x;
        assert_true(longhand_read(&x, str_of(row[i][0])));
        assert_string_equal(shown(&x), row[i][1]);
    }
}

static void refuses_what_is_no_number(void **state)
{
    static const char *const row[] = { "",    "-1",  "1.2.3", "1e",   "e5",
                                       "1e+", "0x1", "1e999", "1e-61" };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct longhand x;
        assert_false(longhand_read(&x, str_of(row[i])));
    }
}

/* Rates and counts at random, against the program's own money: another method, and the
 * same cents. */
static void agrees_with_the_money_of_bills(void **state)
{
    uint64_t seed = 20261122;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        static const int32_t pers[] = { 1, 1000, 1000000 };
        struct usd_rate rate = { .pusd = next_below(&seed, 10000000000000),
                                 .per = pers[next_below(&seed, 3)] };
        int64_t quantity = next_below(&seed, 100000000);
        struct usd_acc acc = { 0 };
        struct usd usd = { 0 };
        struct err e = { 0 };
        struct longhand a, b, cost, want;
        char text[USD_TEXT], count[32];
        assert_ok(usd_acc_add(&acc, quantity, rate, &e), e);
        if (usd_round(&usd, acc, &e)) continue; /* more than 9.2e9 USD */
        snprintf(count, sizeof count, "%lld", (long long)quantity);
        assert_true(longhand_read(&a, str_of(count)));
        assert_true(longhand_read(&b, str_of(usd_rate_text(text, rate))));
        assert_true(longhand_times(&cost, &a, &b));
        assert_true(longhand_shift(&cost, rate.per == 1      ? 0
                                          : rate.per == 1000 ? 3
                                                             : 6));
        longhand_round(&cost, 9);
        assert_true(longhand_read(&want, str_of(usd_text(text, usd))));
        assert_true(longhand_equal(&cost, &want));
    }
}

static void rounds_ties_to_even(void **state)
{
    static const char *const row[][2] = {
        { "0.0000000005", "0" },           { "0.0000000015", "0.000000002" },
        { "0.0000000025", "0.000000002" }, { "0.00000000250001", "0.000000003" },
        { "0.9999999995", "1" },           { "9.9999999996", "10" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct longhand x;
        assert_true(longhand_read(&x, str_of(row[i][0])));
        longhand_round(&x, 9);
        assert_string_equal(shown(&x), row[i][1]);
    }
}

static void takes_a_discount_off(void **state)
{
    struct longhand x, rest;
    (void)state;
    assert_true(longhand_read(&x, STR("0.025")));
    assert_true(longhand_rest(&rest, &x));
    assert_string_equal(shown(&rest), "0.975");
    assert_true(longhand_read(&x, STR("1.000001")));
    assert_false(longhand_rest(&rest, &x));
}

static void seals_the_meaning_not_the_layout(void **state)
{
    static const char *const same[] = {
        "{\"a\":0.0350,\"b\":[1,-20,\"x \\\" y\"],\"c\":null}",
        "{ \"a\" : 3.5e-2,\n\t\"b\": [1, -2e1, \"x \\\" y\"], \"c\": null }",
        "{\"a\":35E-3,\"b\":[1.0,-20.0,\"x \\\" y\"],\"c\":null}\n",
    };
    static const char *const other[] = {
        "{\"a\":0.0351,\"b\":[1,-20,\"x \\\" y\"],\"c\":null}",
        "{\"a\":0.0350,\"b\":[1,20,\"x \\\" y\"],\"c\":null}",
        "{\"a\":0.0350,\"b\":[1,-20,\"x  \\\" y\"],\"c\":null}",
        "{\"a\":0.0350,\"b\":[1,-20,\"x \\\" y\"],\"c\":true}",
        "{\"a\":0.350,\"b\":[1,-20,\"x \\\" y\"],\"c\":null}",
        "{\"a\":0.0350,\"b\":[1,-2,\"x \\\" y\"],\"c\":null}",
    };
    char want[SEAL_TEXT], got[SEAL_TEXT];
    (void)state;
    seal_of(want, str_of(same[0]));
    for (size_t i = 0; i < COUNT(same); i++) {
        seal_of(got, str_of(same[i]));
        assert_string_equal(got, want);
    }
    for (size_t i = 0; i < COUNT(other); i++) {
        seal_of(got, str_of(other[i]));
        assert_string_not_equal(got, want);
    }
}

/* Every byte that is not white space, changed by one bit. */
static void sees_any_flipped_bit(void **state)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&bytes, &size);
    (void)state;
    seal_write(f, STR("{\"lines\": [{\"usd\": 0.00012, \"n\": \"a\\u00e9\"}], \"b\": "
                      "false}"));
    fclose(f);
    assert_int_equal(seal_check((struct str){ bytes, size }), SEAL_HOLDS);
    size_t seal = (size_t)(strstr(bytes, ",\n  \"seal\"") - bytes);
    for (size_t i = 0; i < seal; i++) {
        if (bytes[i] == ' ' || bytes[i] == '\n') continue;
        bytes[i] ^= 1;
        assert_int_not_equal(seal_check((struct str){ bytes, size }), SEAL_HOLDS);
        bytes[i] ^= 1;
    }
    assert_int_equal(seal_check(STR("{\"a\":1}")), SEAL_MISSING);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes_decimals),
        cmocka_unit_test(refuses_what_is_no_number),
        cmocka_unit_test(agrees_with_the_money_of_bills),
        cmocka_unit_test(rounds_ties_to_even),
        cmocka_unit_test(takes_a_discount_off),
        cmocka_unit_test(seals_the_meaning_not_the_layout),
        cmocka_unit_test(sees_any_flipped_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
