#include "check.h"

#include <stdlib.h>

#include "explain_private.h"

/* The book of statements, and every topic asked of every model. */

static void reads_its_own_book(void **state)
{
    struct arena a = { 0 };
    struct explain_book b;
    struct err e = { 0 };
    (void)state;
    assert_ok(explain_book(&b, &a, &e), e);
    assert_true(b.topics >= 20);
    for (size_t i = 0; i < b.topics; i++) { /* no topic without a word */
        size_t n = 0;
        for (size_t k = 0; k < b.statements; k++)
            n += strcmp(b.statement[k].topic, b.topic[i].name) == 0;
        if (!n) print_error("%s says nothing\n", b.topic[i].name);
        assert_true(n > 0);
    }
    arena_clear(&a);
}

static void refuses_a_book_with_mistakes(void **state)
{
    static const char topics[] = "topic,title,services\nbatch,batch inference,\n";
    static const struct {
        const char *topics, *statements, *says;
    } row[] = {
        { "topic,name\nbatch,x\n", "", "no column 'title'" },
        { "topic,title,services\n,x,\n", "", "topics.csv:2: a blank" },
        { topics, "topic,prefix,answer,statement,source,as_of\n", "no column 'trust'" },
        { topics,
          "topic,prefix,answer,statement,source,as_of,trust\nflex,*,,x,y,2026,A\n",
          "statements.csv:2: no topic 'flex'" },
        { topics,
          "topic,prefix,answer,statement,source,as_of,trust\nbatch,*,,x,,2026,A\n",
          "wants prefix, text, source" },
        { topics,
          "topic,prefix,answer,statement,source,as_of,trust\nbatch,*,,x,y,2026,D\n",
          "trust A, B or C" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct arena a = { 0 };
        struct explain_book b;
        struct err e = { 0 };
        assert_int_equal(explain_book_parse(&b, str_of(row[i].topics),
                                            str_of(row[i].statements), &a, &e),
                         ERR_INPUT);
        if (!strstr(e.msg, row[i].says)) print_error("%s\n", e.msg);
        assert_non_null(strstr(e.msg, row[i].says));
        arena_clear(&a);
    }
}

/* An answer for each, from one of four words, and prices that are rows. */
static void answers_every_topic_for_every_model(void **state)
{
    struct arena a = { 0 };
    struct app app = { .arena = &a, .columns = 100 };
    struct explain_book b;
    struct model *m;
    struct catalog *c;
    size_t count;
    struct err e = { 0 };
    (void)state;
    app.opt.now_unix_s = 1795305600; /* 2026-11-22 */
    setenv("XDG_DATA_HOME", "/nowhere", 1);
    assert_ok(explain_book(&b, &a, &e), e);
    assert_ok(app_catalog(&app, &c, &e), e);
    assert_ok(catalog_models(&m, &count, c, &a, &e), e);
    size_t must = 0;
    for (size_t t = 0; t < b.topics; t++)
        for (size_t i = 0; i < count; i += t ? 7 : 2) {
            struct arena scratch = { 0 };
            struct explain_answer x;
            app.arena = &scratch;
            assert_ok(explain_answer(&x, &app, &b, &b.topic[t], &m[i], "us-east-1", &e),
                      e);
            assert_int_equal(!x.answer, !x.sentence);
            if (x.answer) assert_non_null(strstr("must may cannot unknown", x.answer));
            must += x.answer && strcmp(x.answer, "must") == 0;
            for (size_t k = 0; k < x.price.count; k++)
                assert_true(*x.price.line[k].proof->source);
            arena_clear(&scratch);
        }
    assert_true(must > 0);
    app.arena = &a;
    catalog_close(app.catalog);
    arena_clear(&a);
}

/* "Must" is what the catalog says, not the code: a unit-only variant. */
static void must_is_a_property_of_the_catalog(void **state)
{
    static const struct {
        const char *model, *answer;
    } row[] = {
        { "amazon.nova-lite-v1:0:24k", "must" }, /* on_demand no, provisioned yes */
        { "amazon.nova-lite-v1:0", "may" },
        { "anthropic.claude-sonnet-4-6", "cannot" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct arena a = { 0 };
        struct app app = { .arena = &a, .columns = 100 };
        struct explain_book b;
        const struct explain_topic *t;
        struct explain_answer x;
        struct model m;
        struct catalog *c;
        struct err e = { 0 };
        app.opt.now_unix_s = 1795305600;
        setenv("XDG_DATA_HOME", "/nowhere", 1);
        assert_ok(explain_book(&b, &a, &e), e);
        assert_ok(explain_find(&t, &b, "provisioned-throughput", &a, &e), e);
        assert_ok(app_catalog(&app, &c, &e), e);
        assert_ok(catalog_model(&m, NULL, c, row[i].model, &a, &e), e);
        assert_ok(explain_answer(&x, &app, &b, t, &m, "us-east-1", &e), e);
        assert_string_equal(x.answer, row[i].answer);
        assert_int_equal(x.idles, i < 2);
        if (x.idles) {
            /* data/catalog/provisioned.csv: 60.50 an hour without a term; × 730 */
            assert_int_equal(x.idle_per_hour.nusd, 60500000000);
            assert_int_equal(x.idle_per_month.nusd, 44165000000000);
        }
        catalog_close(app.catalog);
        arena_clear(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_its_own_book),
        cmocka_unit_test(refuses_a_book_with_mistakes),
        cmocka_unit_test(answers_every_topic_for_every_model),
        cmocka_unit_test(must_is_a_property_of_the_catalog),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
