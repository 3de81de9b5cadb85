#include "check.h"

#include <stdio.h>
#include <string.h>

#include "product_shelf.h"

static struct product product(int number)
{
    struct product p = { .usage = (uint32_t)number * 3 + 1,
                         .prefix = (uint32_t)number % 7,
                         .region = (uint32_t)number % 5,
                         .said = (uint32_t)number * 2 };
    /* no order: 7919 and 100003 are primes */
    snprintf(p.sku, sizeof p.sku, "S%06d", number * 7919 % 100003);
    return p;
}

static void check_found(struct product_shelf *s, int number)
{
    const struct product wanted = product(number), *got = NULL;
    struct err e = { 0 };
    assert_ok(product_shelf_find(&got, s, wanted.sku, &e), e);
    assert_non_null(got);
    assert_string_equal(got->sku, wanted.sku);
    assert_int_equal(got->usage, wanted.usage);
    assert_int_equal(got->prefix, wanted.prefix);
    assert_int_equal(got->region, wanted.region);
    assert_int_equal(got->said, wanted.said);
}

/* As many as fit, and many times more, of which most lie in the file. */
static void finds_every_product_in_memory_and_in_the_file(void **state)
{
    static const size_t most[] = { 3, 64, 1000, 5000 };
    enum { PRODUCTS = 1500 };
    (void)state;
    for (size_t k = 0; k < COUNT(most); k++) {
        struct product_shelf *s = NULL;
        struct err e = { 0 };
        const struct product *none = NULL;
        assert_ok(product_shelf_open(&s, most[k], &e), e);
        for (int i = 0; i < PRODUCTS; i++) {
            struct product p = product(i);
            assert_ok(product_shelf_add(s, &p, &e), e);
        }
        assert_ok(product_shelf_seal(s, &e), e);
        assert_int_equal(product_shelf_count(s), PRODUCTS);
        assert_int_equal(product_shelf_unpriced(s), PRODUCTS);
        for (int i = 0; i < PRODUCTS; i++) /* in order */
            check_found(s, i);
        assert_int_equal(product_shelf_unpriced(s), 0);
        for (int i = 0; i < PRODUCTS; i += 3) /* and out of it */
            check_found(s, i * 11 % PRODUCTS);
        assert_ok(product_shelf_find(&none, s, "absent", &e), e);
        assert_null(none);
        product_shelf_close(s);
    }
}

/* Products may go on after the first prices. */
static void takes_more_after_it_was_asked(void **state)
{
    struct product_shelf *s = NULL;
    struct err e = { 0 };
    (void)state;
    assert_ok(product_shelf_open(&s, 10, &e), e);
    for (int i = 0; i < 25; i++) {
        struct product p = product(i);
        assert_ok(product_shelf_add(s, &p, &e), e);
        assert_ok(product_shelf_seal(s, &e), e);
        check_found(s, i);
        check_found(s, i / 2);
    }
    assert_int_equal(product_shelf_unpriced(s), 0);
    product_shelf_close(s);
}

static void refuses_a_sku_that_is_there_twice(void **state)
{
    static const struct {
        size_t most;
        int products, twice;
    } row[] = { { 100, 40, 0 }, { 100, 40, 39 }, { 8, 40, 1 }, { 8, 40, 38 } };
    (void)state;
    for (size_t k = 0; k < COUNT(row); k++) {
        struct product_shelf *s = NULL;
        struct err e = { 0 };
        char message[64];
        struct product again = product(row[k].twice);
        assert_ok(product_shelf_open(&s, row[k].most, &e), e);
        for (int i = 0; i < row[k].products; i++) {
            struct product p = product(i);
            assert_ok(product_shelf_add(s, &p, &e), e);
        }
        enum err_code code = product_shelf_add(s, &again, &e);
        if (!code) code = product_shelf_seal(s, &e);
        assert_int_equal(code, ERR_INPUT);
        snprintf(message, sizeof message, "SKU %s is there twice", again.sku);
        assert_string_equal(e.msg, message);
        product_shelf_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_every_product_in_memory_and_in_the_file),
        cmocka_unit_test(takes_more_after_it_was_asked),
        cmocka_unit_test(refuses_a_sku_that_is_there_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
