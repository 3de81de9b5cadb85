#include "check.h"

#include "plan_fixture.h"

/* What a workload's requests carry, on a plan's bill. Tokens: the published tables of
 * t_attach.c; prices: Nova Lite 0.06 and 0.24 USD per million tokens. */

#define LITE "[candidate lite]\nmodel = amazon.nova-lite-v1:0\n"
#define HAIKU                                                                          \
    "[candidate haiku]\nmodel = anthropic.claude-haiku-4-5-20251001-v1:0\n"            \
    "purchase = geo on-demand\n"

static double tokens_of(const char *attachments, const char *candidate,
                        const char *option)
{
    struct fixture f;
    char ini[2048];
    snprintf(ini, sizeof ini, "%sattachments = %s\n%s", FLAT, attachments, candidate);
    assert_ok(run(&f, ini, 1), f.err);
    double tokens = option_of(&f.plan, option)->attachment_tokens;
    done(&f);
    return tokens;
}

static void attachments_are_counted_as_their_models_do(void **state)
{
    (void)state;
    /* Nova: 900 × 900 pixels are about 1 300 tokens, 30 s of video 8 640 */
    assert_close(
        tokens_of("image 900x900*2 20%, video 30 s 3%", LITE, "lite on-demand"),
        0.2 * 2 * 1300 + 0.03 * 8640, 1e-12);
    /* Claude: 1 092 × 1 092 are 39 × 39; three pages 1 000, with pictures 7 000 */
    assert_close(
        tokens_of("image 1092x1092 12.5%, pdf 3 pages 5%, pdf 3 pages images 2%, "
                  "document 9000 chars 10%",
                  HAIKU, "haiku geo on-demand"),
        0.125 * 1521 + 0.05 * 1000 + 0.02 * 7000 + 0.1 * 2250, 1e-12);
}

static void attachments_are_on_the_bill(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f, FLAT "attachments = image 900x900 20%\n" LITE, 1), f.err);
    assert_close(option_of(&f.plan, "lite on-demand")->total.mean,
                 365 * 251377.0 * ((1155 + 0.2 * 1300) * 0.06 + 211 * 0.24) / 1e6,
                 2e-5);
    done(&f);
}

static void what_a_model_does_not_take_puts_it_out(void **state)
{
    (void)state;
    static const struct {
        const char *attachments, *reason;
    } rows[] = {
        { "image 900x900 20%", NULL },
        { "video 30 s*2 1%", NULL }, /* the count stands behind the number */
        { "video 30*2 s 1%", "2 videos in a request: at most one" },
        { "image 900x900@26MB 1%", "26 MB of attachments" },
        { "document 4000000 chars 0.1%", "1,000,000 tokens, its window 300,000" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        char ini[2048];
        snprintf(ini, sizeof ini, "%sattachments = %s\n%s", FLAT, rows[i].attachments,
                 LITE);
        if (i == 1) { /* as written there it is a mistake */
            assert_int_equal(run(&f, ini, 1), ERR_INPUT);
            done(&f);
            continue;
        }
        assert_ok(run(&f, ini, 1), f.err);
        struct plan_option *o = option_of(&f.plan, "lite on-demand");
        assert_int_equal(o->feasible, rows[i].reason == NULL);
        if (rows[i].reason && !strstr(o->reasons.text[0], rows[i].reason))
            fail_msg("'%s'", o->reasons.text[0]);
        done(&f);
    }
    struct fixture f;
    assert_ok(run(&f,
                  FLAT "attachments = image 900x900 20%\n"
                       "[candidate micro]\nmodel = amazon.nova-micro-v1:0\n",
                  1),
              f.err);
    struct plan_option *o = option_of(&f.plan, "micro on-demand");
    assert_false(o->feasible);
    assert_string_equal(o->reasons.text[0], "does not read image");
    assert_int_equal(o->reasons.count, 1);
    done(&f);
}

static void bad_attachments_are_refused(void **state)
{
    (void)state;
    static const struct {
        enum err_code code;
        const char *text;
    } rows[] = {
        { ERR_INPUT, "photo 900x900 5%" },      { ERR_INPUT, "image 900 5%" },
        { ERR_INPUT, "image 900x900" },         { ERR_INPUT, "pdf 3 5%" },
        { ERR_INPUT, "pdf 3 pages pictures" },  { ERR_RANGE, "image 8001x900 5%" },
        { ERR_RANGE, "pdf 601 pages 5%" },      { ERR_RANGE, "video 86401 s 5%" },
        { ERR_RANGE, "image 9x9*1001 5%" },     { ERR_INPUT, "image 9x9@3KB 5%" },
        { ERR_INPUT, "document 900 words 5%" }, { ERR_RANGE, "image 900x900 -5%" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        char ini[2048];
        snprintf(ini, sizeof ini, "%sattachments = %s\n%s", FLAT, rows[i].text, HAIKU);
        enum err_code code = run(&f, ini, 1);
        if (code != rows[i].code)
            fail_msg("%s: %d '%s'", rows[i].text, code, f.err.msg);
        assert_non_null(strstr(f.err.msg, "attachments: "));
        done(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attachments_are_counted_as_their_models_do),
        cmocka_unit_test(attachments_are_on_the_bill),
        cmocka_unit_test(what_a_model_does_not_take_puts_it_out),
        cmocka_unit_test(bad_attachments_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
