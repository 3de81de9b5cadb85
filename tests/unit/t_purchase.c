#include "check.h"

#include "purchase.h"

static void reads_what_plan_ini_writes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t count;
        enum purchase_kind kind[3];
        enum tier tier;
        double share;
        enum routing routing;
        const char *shown;
    } row[] = {
        { "on-demand",
          1,
          { BUY_TOKENS },
          TIER_STANDARD,
          1,
          ROUTING_DEFAULT,
          "on-demand" },
        { " batch 20% ",
          1,
          { BUY_TOKENS },
          TIER_BATCH,
          0.2,
          ROUTING_DEFAULT,
          "batch 20%" },
        { "batch", 1, { BUY_TOKENS }, TIER_BATCH, 1, ROUTING_DEFAULT, "batch" },
        { "global flex 37.5%",
          1,
          { BUY_TOKENS },
          TIER_FLEX,
          0.375,
          ROUTING_GLOBAL,
          "global flex 37.5%" },
        { "geo on-demand",
          1,
          { BUY_TOKENS },
          TIER_STANDARD,
          1,
          ROUTING_GEO,
          "geo on-demand" },
        { "provisioned",
          3,
          { BUY_UNITS, BUY_UNITS, BUY_UNITS },
          TIER_STANDARD,
          1,
          ROUTING_DEFAULT,
          "units no term" },
        { "provisioned 6-month",
          1,
          { BUY_UNITS },
          TIER_STANDARD,
          1,
          ROUTING_DEFAULT,
          "units 6-month" },
        { "reserved",
          2,
          { BUY_RESERVED, BUY_RESERVED },
          TIER_STANDARD,
          1,
          ROUTING_DEFAULT,
          "reserved 1-month" },
        { "deployment, import",
          2,
          { BUY_DEPLOYMENT, BUY_IMPORT },
          TIER_CUSTOM,
          1,
          ROUTING_DEFAULT,
          "deployment" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct purchase *p;
        size_t n;
        assert_ok(purchase_parse(&p, &n, row[i].text, &a, &e), e);
        assert_int_equal(n, row[i].count);
        for (size_t k = 0; k < n; k++)
            assert_int_equal(p[k].kind, row[i].kind[k]);
        assert_int_equal(p[0].tier, row[i].tier);
        assert_close(p[0].share, row[i].share, 1e-15);
        assert_int_equal(p[0].routing, row[i].routing);
        assert_string_equal(p[0].text, row[i].shown);
        arena_clear(&a);
    }
}

static void refuses_what_nobody_sells(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
        enum err_code code;
    } row[] = {
        { "on-demnad", "purchase 'on-demnad' is not known, did you mean 'on-demand'?",
          ERR_INPUT },
        { "batch 120%", "share of batch: ", ERR_RANGE },
        { "provisioned 3-month",
          "'provisioned 3-month': the term is none, 1-month or 6-month", ERR_INPUT },
        { "reserved 6-month", "'reserved 6-month': the term is 1-month or 3-month",
          ERR_INPUT },
        { "deployment 20%", "'deployment' takes nothing behind it, not '20%'",
          ERR_INPUT },
        { "on-demand,,batch", "purchase 'on-demand,,batch' has an empty item",
          ERR_INPUT },
        { "", "purchase '' has an empty item", ERR_INPUT },
        { "global", "purchase '' is not known", ERR_INPUT },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct purchase *p = NULL;
        size_t n = 0;
        assert_int_equal(purchase_parse(&p, &n, row[i].text, &a, &e), row[i].code);
        assert_memory_equal(e.msg, row[i].message, strlen(row[i].message));
        assert_null(p);
        arena_clear(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_plan_ini_writes),
        cmocka_unit_test(refuses_what_nobody_sells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
