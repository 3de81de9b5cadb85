/* [require] quality is judged by a saved evaluation. */
#include "check.h"
#include "eval_store.h"
#include "plan_fixture.h"

static char folder[32];

/* Two evaluations: "qa" of two models by two metrics, "one" of a candidate's name by
 * one metric, and "none" without scores. */
static void save(struct eval_store *s, const char *name,
                 const struct eval_kept_score *score, size_t n)
{
    struct err e = { 0 };
    struct eval_meta m = { .name = name,
                           .dataset = "d",
                           .prompts_hash = "h",
                           .params = "",
                           .task = "t",
                           .region = "r",
                           .endpoint = "",
                           .started_unix_ms = 1795000000000 }; /* 2026-11-18 */
    assert_ok(eval_store_begin(s, &m, &e), e);
    assert_ok(eval_store_put_scores(s, m.id, score, n, &e), e);
    m.finished = true;
    m.stop = strcmp(name, "one") == 0 ? 1 : 0; /* by the cap */
    assert_ok(eval_store_end(s, &m, &e), e);
}

static int set_up(void **state)
{
    static const struct eval_kept_score qa[] = {
        { "amazon.nova-micro-v1:0", "f1", 120, true, false, 0.78, 0.74, 0.83 },
        { "amazon.nova-lite-v1:0", "f1", 120, true, false, 0.82, 0.78, 0.86 },
        { "us.amazon.nova-pro-v1:0", "f1", 120, true, false, 0.91, 0.88, 0.94 },
        { "amazon.nova-micro-v1:0", "wer", 120, true, true, 0.2, 0.1, 0.3 },
    };
    static const struct eval_kept_score one[] = {
        { "mine", "Builtin.Correctness", 1, false, false, 0.95, 0, 0 },
    };
    struct arena a = { 0 };
    struct err e = { 0 };
    struct eval_store *s = NULL;
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/plan-quality-XXXXXX");
    assert_non_null(mkdtemp(folder));
    setenv("BEDPLAN_DATA", folder, 1);
    assert_ok(eval_store_open(&s, NULL, true, &a, &e), e);
    save(s, "qa", qa, COUNT(qa));
    save(s, "one", one, COUNT(one));
    save(s, "none", one, 0);
    eval_store_close(s);
    arena_clear(&a);
    return 0;
}

static int tear_down(void **state)
{
    static const char *const name[] = { "evaluate.db", "evaluate.db-wal",
                                        "evaluate.db-shm" };
    char path[80];
    (void)state;
    for (size_t i = 0; i < COUNT(name); i++) {
        snprintf(path, sizeof path, "%s/evaluate/%s", folder, name[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/evaluate", folder);
    rmdir(path);
    rmdir(folder);
    return 0;
}

#define THREE                                                                          \
    "[candidate micro]\nmodel = amazon.nova-micro-v1:0\n"                              \
    "[candidate lite]\nmodel = amazon.nova-lite-v1:0\n"                                \
    "[candidate pro]\nmodel = amazon.nova-pro-v1:0\n"                                  \
    "[candidate premier]\nmodel = amazon.nova-premier-v1:0\n"

static bool notes_say(const struct notes *n, const char *part)
{
    for (size_t i = 0; i < n->count; i++)
        if (strstr(n->text[i], part)) return true;
    return false;
}

/* micro's mean is below 0.80 with 0.80 inside its interval, lite's above it likewise,
 * pro's lower end is above it, premier was not asked. */
static void a_mean_below_is_out_and_an_interval_across_is_not_certain(void **state)
{
    struct fixture f;
    (void)state;
    assert_ok(run(&f,
                  FLAT "[require chat]\nquality >= 0.80\nevaluation = qa\n"
                       "quality_metric = f1\nthrottled = 100%\n" THREE,
                  1),
              f.err);
    struct plan *p = &f.plan;
    struct plan_option *micro = option_of(p, "micro on-demand");
    struct plan_option *lite = option_of(p, "lite on-demand");
    struct plan_option *pro = option_of(p, "pro on-demand");
    struct plan_option *premier = option_of(p, "premier on-demand");
    assert_false(micro->feasible);
    assert_true(notes_say(&micro->reasons,
                          "quality is f1 0.78 (95 %: 0.74 to 0.83, 120 prompts) in "
                          "evaluation qa of 2026-11-18, 0.8 is wanted; not certain"));
    assert_true(lite->feasible && !lite->quality->certain);
    assert_true(notes_say(&lite->assumptions, "quality is not certain"));
    assert_true(pro->feasible && pro->quality->certain);
    assert_null(premier->quality);
    assert_true(notes_say(&premier->assumptions, "quality is not judged"));
    assert_ptr_equal(&p->option[p->cheapest[0]], lite);
    assert_ptr_equal(&p->option[p->recommended[0]], pro);
    assert_non_null(strstr(plan_evidence_text(p, lite), "not certain"));
    done(&f);
}

static void the_cheapest_is_recommended_when_it_is_proved(void **state)
{
    struct fixture f;
    (void)state;
    assert_ok(run(&f,
                  FLAT "[require chat]\nquality = 0.7\nevaluation = qa\n"
                       "quality_metric = f1\n" THREE,
                  1),
              f.err);
    assert_int_equal(f.plan.cheapest[0], f.plan.recommended[0]);
    assert_string_equal(plan_option_name(&f.plan, &f.plan.option[f.plan.cheapest[0]]),
                        "micro on-demand");
    done(&f);
}

static void nothing_is_recommended_without_evidence(void **state)
{
    struct fixture f;
    (void)state;
    assert_ok(run(&f, FLAT THREE, 1), f.err);
    assert_int_equal(f.plan.recommended[0], f.plan.options);
    assert_null(option_of(&f.plan, "micro on-demand")->quality);
    done(&f);
    assert_ok(run(&f, FLAT "[require chat]\nquality = 0.7\n" THREE, 1), f.err);
    assert_int_equal(f.plan.recommended[0], f.plan.options);
    assert_true(
        notes_say(&f.plan.workload[0].assumptions, "quality of chat is not judged"));
    done(&f);
}

static void a_candidates_own_name_may_be_evaluated(void **state)
{
    struct fixture f;
    (void)state;
    assert_ok(run(&f,
                  FLAT "[require chat]\nquality = 0.9\nevaluation = one\n"
                       "[candidate mine]\nmodel = amazon.nova-micro-v1:0\n",
                  1),
              f.err);
    struct plan_option *mine = option_of(&f.plan, "mine on-demand");
    assert_non_null(mine->quality);
    assert_true(mine->feasible);
    assert_false(mine->quality->certain); /* one prompt has no interval */
    assert_non_null(strstr(mine->quality->what, ", stopped by the spend cap"));
    assert_int_equal(f.plan.recommended[0], f.plan.options);
    done(&f);
}

static void mistakes_name_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *require, *why;
        enum err_code code;
    } row[] = {
        { "quality = 0.7\nevaluation = nonne\n",
          "no evaluation 'nonne' was saved, did you "
          "mean 'none'?",
          ERR_NOT_FOUND },
        { "quality = 0.7\nevaluation = qa\n", "several scores: quality_metric = one of",
          ERR_INPUT },
        { "quality = 0.7\nevaluation = qa\nquality_metric = wer\n",
          "less of it is better", ERR_INPUT },
        { "quality = 0.7\nevaluation = qa\nquality_metric = f2\n", "it has f1, wer",
          ERR_INPUT },
        { "quality = 0.7\nevaluation = none\n", "has no scores", ERR_INPUT },
        { "evaluation = qa\n", "evaluation without quality", ERR_INPUT },
        { "quality_metric = f1\n", "quality_metric without quality", ERR_INPUT },
        { "quality = 70\nevaluation = qa\n", "quality", ERR_RANGE },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct fixture f;
        struct arena a = { 0 };
        const char *ini =
            arena_printf(&a, FLAT "[require chat]\n%s" THREE, row[i].require);
        enum err_code code = run(&f, ini, 1);
        if (code != row[i].code || !strstr(f.err.msg, row[i].why))
            print_error("row %zu: %s\n", i, f.err.msg);
        assert_int_equal(code, row[i].code);
        assert_non_null(strstr(f.err.msg, row[i].why));
        assert_non_null(strstr(f.err.msg, ":1"));
        done(&f);
        arena_clear(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mean_below_is_out_and_an_interval_across_is_not_certain),
        cmocka_unit_test(the_cheapest_is_recommended_when_it_is_proved),
        cmocka_unit_test(nothing_is_recommended_without_evidence),
        cmocka_unit_test(a_candidates_own_name_may_be_evaluated),
        cmocka_unit_test(mistakes_name_their_line),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
