#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "file.h"
#include "plan_config.h"
#include "plan_example.h"

static void every_key_passes_the_audit(void **state)
{
    (void)state;
    for (size_t i = 0; i < plan_section_count; i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        void *scratch = arena_alloc(&a, 1, plan_sections[i].settings_bytes);
        assert_ok(opt_check(plan_sections[i].opts, plan_sections[i].opt_count, scratch,
                            &a, &e),
                  e);
        arena_clear(&a);
    }
}

/* The committed example is what the tables say: bedplan config --example */
static void the_example_is_up_to_date(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    char *committed, *made = NULL;
    size_t n, size = 0;
    assert_ok(file_read(&committed, &n, "plan.ini.example", 1 << 20, &a, &e), e);
    FILE *f = open_memstream(&made, &size);
    plan_example_print(f);
    fclose(f);
    assert_string_equal(made, committed);
    free(made);
    arena_clear(&a);
}

static enum err_code read_text(struct plan_config *c, const char *ini, struct arena *a,
                               struct err *e)
{
    char path[] = "/tmp/t_config_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, ini, strlen(ini)), (ssize_t)strlen(ini));
    close(fd);
    enum err_code code = plan_config_read(c, path, 1795305600, a, e);
    unlink(path);
    return code;
}

#define WORKLOAD                                                                       \
    "[workload w]\nrequests_per_day = 1k\ninput_tokens = 10\noutput_tokens = 5\n"
#define CANDIDATE "[candidate c]\nmodel = amazon.nova-micro-v1:0\n"

static void presets_stand_where_nothing_is_said(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct plan_config c;
    assert_ok(read_text(&c, "[plan]\n" WORKLOAD CANDIDATE, &a, &e), e);
    assert_string_equal(c.plan.region, "us-east-1");
    assert_int_equal(c.plan.months, 12);
    assert_int_equal(c.plan.paths, 4096);
    assert_int_equal(c.plan.start_unix_s, 1796083200); /* 2026-12-01, the next month */
    assert_string_equal(c.candidate[0].workload, "w");
    assert_string_equal(c.candidate[0].purchase, "on-demand");
    assert_close(c.require[0].throttled, 0.001, 1e-15);
    assert_false(c.has_budget);
    arena_clear(&a);
}

static void quality_may_be_written_as_a_comparison(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct plan_config c;
    assert_ok(read_text(&c,
                        "[plan]\n" WORKLOAD "[require w]\nquality >= 0.83\n" CANDIDATE,
                        &a, &e),
              e);
    assert_close(c.require[0].quality, 0.83, 1e-15);
    arena_clear(&a);
}

static void says_the_line_and_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *ini, *message; /* after "PATH" */
        enum err_code code;
    } row[] = {
        { "", ": section [plan] is missing", ERR_INPUT },
        { "[plan]\n", ": no [workload NAME]: what should be planned?", ERR_INPUT },
        { "[plan]\n" WORKLOAD, ": no [candidate NAME]: which models compete?",
          ERR_INPUT },
        { "[plan]\n[budgett]\n",
          ":2: unknown section [budgett], did you mean 'budget'?", ERR_INPUT },
        { "[plan]\nregon = x\n" WORKLOAD CANDIDATE,
          ":2: unknown key 'regon' in [plan], did you mean 'region'?", ERR_INPUT },
        { "[plan]\nmonths = 99\n" WORKLOAD CANDIDATE, ":2: ", ERR_RANGE },
        { "[plan]\nmonths = 0\n" WORKLOAD CANDIDATE, ":2: ", ERR_RANGE },
        { "[plan]\nmonths = many\n" WORKLOAD CANDIDATE, ":2: ", ERR_INPUT },
        { "[plan]\nstart = 2026-13-01\n" WORKLOAD CANDIDATE, ":2: ", ERR_INPUT },
        { "[plan x]\n" WORKLOAD CANDIDATE, ":1: [plan] takes no name", ERR_INPUT },
        { "[plan]\n[workload]\n" CANDIDATE, ":2: [workload] needs a name", ERR_INPUT },
        { "[plan]\n[workload w]\nrequests_per_day = 5\n" CANDIDATE,
          ":2: [workload w]: lengths are missing", ERR_INPUT },
        { "[plan]\n[workload w]\ninput_tokens = 5\noutput_tokens = 5\n" CANDIDATE,
          ":2: [workload w]: requests_per_day is missing", ERR_INPUT },
        { "[plan]\n[workload w]\nrequests_per_day = 5\ninput_tokens = 5\n" CANDIDATE,
          ":2: [workload w]: input_tokens and output_tokens go together", ERR_INPUT },
        { "[plan]\n" WORKLOAD "usage = x.json\n" CANDIDATE,
          ":2: [workload w]: usage, trace and", ERR_INPUT },
        { "[plan]\n" WORKLOAD "[require v]\n" CANDIDATE,
          ":6: [require v]: there is no [workload v]", ERR_INPUT },
        { "[plan]\n" WORKLOAD "[candidate c]\n", ":6: [candidate c]: model is missing",
          ERR_INPUT },
        { "[plan]\n" WORKLOAD CANDIDATE "workload = v\n",
          ":6: [candidate c]: no [workload v]", ERR_INPUT },
        { "[plan]\n" WORKLOAD CANDIDATE "unit_input_tpm = 5\n",
          ":6: [candidate c]: unit_input_tpm and unit_output_tpm go together",
          ERR_INPUT },
        { "[plan]\n" WORKLOAD CANDIDATE "training_tokens = 5\n",
          ":6: [candidate c]: training data, but tuned = no", ERR_INPUT },
        { "[plan]\n" WORKLOAD CANDIDATE
          "tuned = fine-tuning\ntraining_tokens = 5\ndataset = a.jsonl\n",
          ":6: [candidate c]: dataset and training_tokens exclude each other",
          ERR_INPUT },
        { "[plan]\n" WORKLOAD "[workload v]\nrequests_per_day = 1\ninput_tokens = 1\n"
          "output_tokens = 1\n" CANDIDATE,
          ":10: [candidate c]: workload is missing, and there are 2", ERR_INPUT },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct plan_config c = { .path = "untouched" };
        enum err_code code = read_text(&c, row[i].ini, &a, &e);
        const char *after = strchr(e.msg, ':');
        bool good = code == row[i].code && after &&
                    strncmp(after, row[i].message, strlen(row[i].message)) == 0;
        if (!good) print_error("row %zu: %s\n", i, e.msg);
        assert_true(good);
        assert_string_equal(c.path, "untouched");
        arena_clear(&a);
    }
}

static void a_profile_has_168_weights_of_mean_one(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    double w[168], sum = 0;
    assert_ok(plan_profile(w, "office-hours", "x", &a, &e), e);
    for (int h = 0; h < 168; h++)
        sum += w[h];
    assert_close(sum, 168, 1e-12);
    /* 50 office hours at 1, 118 at 0.15: mean 67.7/168 */
    assert_close(w[8], 168 / 67.7, 1e-12);
    assert_close(w[7], 0.15 * 168 / 67.7, 1e-12);
    assert_close(w[5 * 24 + 10], 0.15 * 168 / 67.7, 1e-12);
    struct buf b = { .max = 1 << 16 };
    for (int h = 0; h < 168; h++)
        buf_printf(&b, "%d ", h % 24);
    assert_ok(plan_profile(w, b.p, "x", &a, &e), e);
    assert_close(w[25], 1 / 11.5, 1e-12);
    buf_text(&b, "1");
    assert_int_equal(plan_profile(w, b.p, "x", &a, &e), ERR_INPUT);
    assert_string_equal(e.msg, "profile: more than 168 weights");
    e = (struct err){ 0 };
    assert_int_equal(plan_profile(w, "1 2 3", "x", &a, &e), ERR_INPUT);
    assert_string_equal(e.msg, "profile: 3 weights, a week has 168");
    e = (struct err){ 0 };
    buf_clear(&b);
    for (int h = 0; h < 168; h++)
        buf_text(&b, "0 ");
    assert_int_equal(plan_profile(w, b.p, "x", &a, &e), ERR_RANGE);
    buf_clear(&b);
    e = (struct err){ 0 };
    assert_int_equal(plan_profile(w, "no-such-file", "x", &a, &e), ERR_INPUT);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_passes_the_audit),
        cmocka_unit_test(the_example_is_up_to_date),
        cmocka_unit_test(presets_stand_where_nothing_is_said),
        cmocka_unit_test(quality_may_be_written_as_a_comparison),
        cmocka_unit_test(says_the_line_and_what_is_wrong),
        cmocka_unit_test(a_profile_has_168_weights_of_mean_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
