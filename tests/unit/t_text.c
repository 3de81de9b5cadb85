#include "check.h"

#include <stdlib.h>

#include "splitmix.h"
#include "text.h"

static void reads_whole_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err_code code;
        int64_t value;
    } row[] = {
        { "250000", OK, 250000 },
        { "250_000", OK, 250000 },
        { "250k", OK, 250000 },
        { "250 K", OK, 250000 },
        { "4M", OK, 4000000 },
        { "1.5M", OK, 1500000 },
        { "0.000000001G", OK, 1 },
        { "2.385e3", OK, 2385 },
        { "1_2", OK, 12 },
        { "1200e-2", OK, 12 },
        { " 7 ", OK, 7 },
        { "+7", OK, 7 },
        { "-0", OK, 0 },
        { "0e99999999999", OK, 0 },
        { "9223372036854775807", OK, INT64_MAX },
        { "-9223372036854775808", OK, INT64_MIN },
        { "000000000000000000000000000000000000000000000000000000000000000000007", OK,
          7 },
        { "9223372036854775808", ERR_RANGE, 0 },
        { "-9223372036854775809", ERR_RANGE, 0 },
        { "1e99999999999", ERR_RANGE, 0 },
        { "10000000000G", ERR_RANGE, 0 },
        { "2.5", ERR_INPUT, 0 },
        { "1e-1", ERR_INPUT, 0 },
        { "", ERR_INPUT, 0 },
        { " ", ERR_INPUT, 0 },
        { "-", ERR_INPUT, 0 },
        { ".", ERR_INPUT, 0 },
        { "k", ERR_INPUT, 0 },
        { "5kk", ERR_INPUT, 0 },
        { "5m", ERR_INPUT, 0 }, /* milli or mega? */
        { "5%", ERR_INPUT, 0 },
        { "5e", ERR_INPUT, 0 },
        { "5e+", ERR_INPUT, 0 },
        { "_5", ERR_INPUT, 0 },
        { "5_", ERR_INPUT, 0 },
        { "5__0", ERR_INPUT, 0 },
        { "5,000", ERR_INPUT, 0 },
        { "0x10", ERR_INPUT, 0 },
        { "--5", ERR_INPUT, 0 },
        { "1.2.3", ERR_INPUT, 0 },
        { "12 000", ERR_INPUT, 0 },
        { "nan", ERR_INPUT, 0 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        int64_t value = -77;
        enum err_code code = text_int(&value, row[i].text, INT64_MIN, INT64_MAX, &e);
        if (code != row[i].code) print_error("row %zu '%s'\n", i, row[i].text);
        assert_int_equal(code, row[i].code);
        assert_int_equal(value, code ? -77 : row[i].value);
    }
}

static void says_which_bound_was_broken(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t lo, hi;
        const char *message;
    } row[] = {
        { "99", 1, 60, "must be 1 to 60, not '99'" },
        { "0", 1, 60, "must be 1 to 60, not '0'" },
        { "-5", 0, INT64_MAX, "must be at least 0, not '-5'" },
        { "5", INT64_MIN, 3, "must be at most 3, not '5'" },
        { "1e30", 1, 60, "must be 1 to 60, not '1e30'" },
        { "x", 1, 60, "must be a whole number such as 250000 or 250k, not 'x'" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        int64_t value = 0;
        assert_int_not_equal(text_int(&value, row[i].text, row[i].lo, row[i].hi, &e),
                             OK);
        assert_string_equal(e.msg, row[i].message);
    }
    struct err e = { 0 };
    double real = 0;
    assert_int_equal(text_real(&real, "2.5", -1.25, 2.385, &e), ERR_RANGE);
    assert_string_equal(e.msg, "must be -1.25 to 2.385, not '2.5'");
    e = (struct err){ 0 };
    assert_int_equal(text_real(&real, "-2.5", 0, HUGE_VAL, &e), ERR_RANGE);
    assert_string_equal(e.msg, "must be at least 0, not '-2.5'");
    e = (struct err){ 0 };
    assert_int_equal(text_real(&real, "2.5", -HUGE_VAL, 1, &e), ERR_RANGE);
    assert_string_equal(e.msg, "must be at most 1, not '2.5'");
    e = (struct err){ 0 };
    assert_int_equal(text_spread(&real, &real, "1200% +- 4%", -1, 10, &e), ERR_RANGE);
    assert_string_equal(e.msg, "must be -100% to 1000%, not '1200% +- 4%'");
    e = (struct err){ 0 };
    assert_int_equal(text_spread(&real, &real, "12", -1, 10, &e), ERR_RANGE);
    assert_string_equal(e.msg, "must be -1 to 10, not '12'");
    double edge[2] = { 0 }; /* the bounds belong to the range */
    e = (struct err){ 0 };
    assert_ok(text_real(&edge[0], "-1.25", -1.25, 2.385, &e), e);
    assert_ok(text_real(&edge[1], "2.385", -1.25, 2.385, &e), e);
    assert_close(edge[0] + edge[1], 1.135, 1e-15);
    int64_t ends[2] = { 0 };
    assert_ok(text_int(&ends[0], "1", 1, 60, &e), e);
    assert_ok(text_int(&ends[1], "60", 1, 60, &e), e);
    assert_int_equal(ends[0] + ends[1], 61);
    assert_int_equal(text_ratio(&real, "135%", 0, 1, &e), ERR_RANGE);
    assert_string_equal(e.msg, "must be 0% to 100%, not '135%'");
    assert_true(real >= 0 && real <= 0); /* untouched */
}

static void reads_reals_to_the_last_bit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } row[] = {
        /* sixty digits, the most that are read, and the longest exponent */
        { "-1.23456789012345678901234567890123456789012345678901234567890e-00000300",
          -1.2345678901234567e-300 },
        { "0.25", 0.25 },
        { "1e-3", 1e-3 },
        { "1.1k", 1100.0 },
        { "0.1k", 100.0 },
        { "2.385", 2.385 },
        { "-2.385G", -2.385e9 },
        { "1_000.5", 1000.5 },
        { "0.1e-5M", 1.0 },
        { "4.9e-324", 4.9e-324 },
        { "1e-99999", 0.0 },
        { "1.7976931348623157e308", 1.7976931348623157e308 },
        { "9007199254740993", 9007199254740992.0 }, /* a tie, to even */
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        double value = -77;
        assert_ok(text_real(&value, row[i].text, -HUGE_VAL, HUGE_VAL, &e), e);
        assert_memory_equal(&value, &row[i].value, sizeof value);
    }
    static const char sixty_one[] =
        "1.234567890123456789012345678901234567890123456789012345678901";
    static const char *const bad[] = { sixty_one, "",    "nan",   "inf",
                                       "1e",      "35%", "0x1p3", "1,5" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct err e = { 0 };
        double value = -77;
        assert_int_equal(text_real(&value, bad[i], -HUGE_VAL, HUGE_VAL, &e), ERR_INPUT);
        assert_true(value < -76);
    }
    struct err e = { 0 };
    double value = 0;
    assert_int_equal(text_real(&value, "1e309", -HUGE_VAL, HUGE_VAL, &e), ERR_RANGE);
}

/* 17 significant digits identify a double, so writing and reading is the identity. */
static void reads_back_any_double(void **state)
{
    (void)state;
    uint64_t seed = 20260222;
    for (int i = 0; i < 100000; i++) {
        uint64_t bits = next_bits(&seed);
        double want, got = 0;
        char text[40];
        struct err e = { 0 };
        memcpy(&want, &bits, sizeof want);
        if (!isfinite(want)) continue;
        snprintf(text, sizeof text, "%.16e", want);
        assert_ok(text_real(&got, text, -HUGE_VAL, HUGE_VAL, &e), e);
        assert_memory_equal(&got, &want, sizeof want);
    }
}

static void reads_ratios(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } row[] = {
        { "35%", 0.35 }, { "0.35", 0.35 }, { "35 %", 0.35 },     { "0.1%", 0.001 },
        { "7%", 0.07 },  { "100%", 1.0 },  { "-12.5%", -0.125 }, { "0", 0.0 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        double value = -77;
        assert_ok(text_ratio(&value, row[i].text, -1, 1, &e), e);
        assert_memory_equal(&value, &row[i].value, sizeof value);
    }
    struct err e = { 0 };
    double value = -77;
    assert_int_equal(text_ratio(&value, "%", 0, 1, &e), ERR_INPUT);
    e = (struct err){ 0 };
    assert_int_equal(text_ratio(&value, "35%%", 0, 1, &e), ERR_INPUT);
    e = (struct err){ 0 };
    assert_int_equal(text_ratio(&value, "35", 0, 1, &e), ERR_RANGE);
    assert_true(value < -76);
}

static void reads_spreads(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double middle, spread;
    } row[] = {
        { "6% +- 4%", 0.06, 0.04 },
        { "6%+-4%", 0.06, 0.04 },
        { "6%", 0.06, 0 },
        { "-3% +/- 0.5%", -0.03, 0.005 },
        { "6% \xc2\xb1 4%", 0.06, 0.04 },
        { "0.06 +- 4%", 0.06, 0.04 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        double middle = -77, spread = -77;
        assert_ok(text_spread(&middle, &spread, row[i].text, -1, 10, &e), e);
        assert_memory_equal(&middle, &row[i].middle, sizeof middle);
        assert_memory_equal(&spread, &row[i].spread, sizeof spread);
    }
    static const struct {
        const char *text;
        enum err_code code;
    } bad[] = {
        { "", ERR_INPUT },        { "+- 4%", ERR_INPUT },
        { "6% +-", ERR_INPUT },   { "6% +- 4% x", ERR_INPUT },
        { "6% - 4%", ERR_INPUT }, { "6% +- -4%", ERR_RANGE },
        { "1200%", ERR_RANGE },   { "6% +- 1e999", ERR_RANGE },
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct err e = { 0 };
        double middle = -77, spread = -77;
        assert_int_equal(text_spread(&middle, &spread, bad[i].text, -1, 10, &e),
                         bad[i].code);
        assert_true(middle < -76 && spread < -76);
    }
}

static void reads_yes_and_no(void **state)
{
    (void)state;
    static const char *const yes[] = { "yes", "true", "on", "1", "Yes", "TRUE" };
    static const char *const no[] = { "no", "false", "off", "0", "No" };
    struct err e = { 0 };
    for (size_t i = 0; i < COUNT(yes); i++) {
        bool value = false;
        assert_ok(text_bool(&value, yes[i], &e), e);
        assert_true(value);
    }
    for (size_t i = 0; i < COUNT(no); i++) {
        bool value = true;
        assert_ok(text_bool(&value, no[i], &e), e);
        assert_false(value);
    }
    bool value = true;
    assert_int_equal(text_bool(&value, "maybe", &e), ERR_INPUT);
    assert_true(value);
    assert_string_equal(e.msg, "must be yes or no, not 'maybe'");
}

static void reads_discounts_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err_code code;
        int32_t ppm;
    } row[] = {
        { "0%", OK, 0 },          { "100%", OK, 1000000 },
        { "12.5%", OK, 125000 },  { "0.0001%", OK, 1 },
        { "0.125", OK, 125000 },  { "33.3333%", OK, 333333 },
        { "1e-6", OK, 1 },        { "0.00005%", ERR_RANGE, 0 },
        { "101%", ERR_RANGE, 0 }, { "-1%", ERR_RANGE, 0 },
        { "12", ERR_RANGE, 0 },   { "", ERR_INPUT, 0 },
        { "a%", ERR_INPUT, 0 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        int32_t ppm = -77;
        assert_int_equal(text_ppm(&ppm, row[i].text, &e), row[i].code);
        assert_int_equal(ppm, row[i].code ? -77 : row[i].ppm);
    }
}

static void suggests_the_nearest_name_or_none(void **state)
{
    (void)state;
    static const char *const names[] = { "input",    "output",     "region",
                                         "requests", "cache_read", "us-east-1",
                                         "us-west-2" };
    static const struct {
        const char *typed, *nearest;
    } row[] = {
        { "inptu", "input" },    /* swapped */
        { "ouput", "output" },   /* left out */
        { "regions", "region" }, /* too many */
        { "REGION", "region" },  /* case is free */
        { "cacheread", "cache_read" },
        { "us-east1", "us-east-1" },
        { "us-wets-2", "us-west-2" },
        { "iuntp", NULL },
        { "budget", NULL },
        { "", NULL },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        const char *got = text_nearest(row[i].typed, names, COUNT(names));
        if (row[i].nearest)
            assert_string_equal(got ? got : "NULL", row[i].nearest);
        else
            assert_null(got);
    }
    char longer[500];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    const char *const one[] = { longer };
    assert_null(text_nearest(longer, one, 1));
    assert_null(text_nearest("input", names, 0));

    struct arena a = { 0 };
    assert_string_equal(text_did_you_mean(&a, "inptu", names, COUNT(names)),
                        ", did you mean 'input'?");
    assert_string_equal(text_did_you_mean(&a, "budget", names, COUNT(names)), "");
    arena_clear(&a);
}

static char lower(char c)
{
    return strchr("ABCZ", c) && c ? (char)(c + 32) : c;
}

/* Optimal string alignment by its definition, from the ends, without a table. */
static int edits(const char *a, size_t n, const char *b, size_t m)
{
    if (!n || !m) return (int)(n + m);
    char x = lower(a[n - 1]), y = lower(b[m - 1]);
    int best = edits(a, n - 1, b, m - 1) + (x != y);
    int left_out = edits(a, n - 1, b, m) + 1, too_many = edits(a, n, b, m - 1) + 1;
    if (left_out < best) best = left_out;
    if (too_many < best) best = too_many;
    if (n > 1 && m > 1 && x == lower(b[m - 2]) && y == lower(a[n - 2])) {
        int swapped = edits(a, n - 2, b, m - 2) + 1;
        if (swapped < best) best = swapped;
    }
    return best;
}

static void random_word(uint64_t *seed, char word[8])
{
    size_t n = (size_t)next_below(seed, 8);
    for (size_t i = 0; i < n; i++)
        word[i] = "abcABCzZ"[next_below(seed, 8)];
    word[n] = '\0';
}

static void the_nearest_is_the_first_of_the_least_distance(void **state)
{
    (void)state;
    uint64_t seed = 20260222;
    int found = 0;
    for (int i = 0; i < 3000; i++) {
        char typed[8], word[3][8];
        const char *names[3], *want = NULL;
        int best = 1000;
        random_word(&seed, typed);
        for (size_t k = 0; k < 3; k++) {
            random_word(&seed, word[k]);
            names[k] = word[k];
            size_t n = strlen(typed), m = strlen(word[k]);
            int wrong = edits(typed, n, word[k], m);
            if (!n || !m || wrong * 3 > (int)(n > m ? n : m) || wrong >= best) continue;
            best = wrong;
            want = word[k];
        }
        assert_ptr_equal(text_nearest(typed, names, 3), want);
        found += want != NULL;
    }
    assert_in_range(found, 100, 2900); /* both outcomes were tried */
}

static void words_of_up_to_120_letters_are_compared(void **state)
{
    (void)state;
    char longest[130], typed[130];
    const char *names[] = { longest };
    memset(longest, 'x', sizeof longest);
    longest[120] = '\0';
    strcpy(typed, longest);
    typed[119] = 'y';
    assert_ptr_equal(text_nearest(typed, names, 1), longest);
    longest[120] = 'x';
    longest[121] = '\0';
    assert_null(text_nearest(typed, names, 1));
}

static void marks_thousands(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *text;
    } row[] = {
        { 0, "0" },
        { 999, "999" },
        { 1000, "1,000" },
        { -999, "-999" },
        { 1234567, "1,234,567" },
        { -100000, "-100,000" },
        { INT64_MAX, "9,223,372,036,854,775,807" },
        { INT64_MIN, "-9,223,372,036,854,775,808" },
    };
    char out[32];
    for (size_t i = 0; i < COUNT(row); i++)
        assert_string_equal(text_thousands(out, row[i].value), row[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_whole_numbers),
        cmocka_unit_test(says_which_bound_was_broken),
        cmocka_unit_test(reads_reals_to_the_last_bit),
        cmocka_unit_test(reads_back_any_double),
        cmocka_unit_test(reads_ratios),
        cmocka_unit_test(reads_spreads),
        cmocka_unit_test(reads_yes_and_no),
        cmocka_unit_test(reads_discounts_exactly),
        cmocka_unit_test(suggests_the_nearest_name_or_none),
        cmocka_unit_test(the_nearest_is_the_first_of_the_least_distance),
        cmocka_unit_test(words_of_up_to_120_letters_are_compared),
        cmocka_unit_test(marks_thousands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
