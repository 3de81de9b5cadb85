#include "check.h"

#include "err.h"

static void keeps_the_first_cause(void **state)
{
    (void)state;
    struct err e = { 0 };
    assert_int_equal(err_set(&e, ERR_INPUT, "line %d", 7), ERR_INPUT);
    assert_int_equal(err_set(&e, ERR_IO, "later"), ERR_INPUT);
    assert_string_equal(e.msg, "line 7");
}

static void puts_context_in_front(void **state)
{
    (void)state;
    struct err e = { 0 };
    err_set(&e, ERR_RANGE, "months must be 1 to 60, not '99'");
    assert_int_equal(err_wrap(&e, "%s:%d: ", "plan.ini", 14), ERR_RANGE);
    assert_string_equal(e.msg, "plan.ini:14: months must be 1 to 60, not '99'");
}

static void cuts_a_message_that_is_too_long(void **state)
{
    (void)state;
    struct err e = { 0 };
    char longer[2 * sizeof e.msg];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    err_set(&e, ERR_IO, "cause");
    err_wrap(&e, "%s", longer);
    assert_int_equal(strlen(e.msg), sizeof e.msg - 1);
}

static void has_the_exit_status_of_the_contract(void **state)
{
    (void)state;
    assert_int_equal(err_exit_status(OK), 0);
    assert_int_equal(err_exit_status(ERR_GATE), 1);
    assert_int_equal(err_exit_status(ERR_NOT_FOUND), 2);
    assert_int_equal(err_exit_status(ERR_UNPRICED), 3);
    assert_int_equal(err_exit_status(ERR_CREDENTIALS), 4);
    assert_int_equal(err_exit_status(ERR_NET), 5);
    assert_int_equal(err_exit_status(ERR_CAP), 6);
    assert_int_equal(err_exit_status(ERR_INFEASIBLE), 7);
    assert_int_equal(err_exit_status(ERR_DB), 8);
    assert_int_equal(err_exit_status(ERR_INTERNAL), 70);
    assert_int_equal(err_exit_status(ERR_INTERRUPTED), 130);
    assert_string_equal(err_text(ERR_CAP), "the spend cap stopped the run");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_first_cause),
        cmocka_unit_test(puts_context_in_front),
        cmocka_unit_test(cuts_a_message_that_is_too_long),
        cmocka_unit_test(has_the_exit_status_of_the_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
