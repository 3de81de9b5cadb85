/* What scores mean: labels, slices, pairs, costs, and two models in a row. */
#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "eval_bias.h"
#include "eval_cascade.h"
#include "eval_labels.h"
#include "eval_worth.h"
#include "interval.h"
#include "rng.h"

static struct arena arena;

static int clear(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

/* One line of one model "m": prompt, reference, answer, and further members. */
struct line {
    const char *prompt, *reference, *answer, *more, *said;
};

static void read_lines(struct eval_set *set, const struct line *line, size_t lines)
{
    char path[] = "/tmp/bedplan-eval-XXXXXX";
    const char **paths = ARENA_NEW(&arena, const char *, 1);
    struct err e = { 0 };
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "w");
    assert_non_null(f);
    for (size_t i = 0; i < lines; i++)
        fprintf(f,
                "{\"prompt\":\"%s\",\"referenceResponse\":\"%s\"%s,\"modelResponses\":"
                "[{\"response\":\"%s\",\"modelIdentifier\":\"m\"%s}]}\n",
                line[i].prompt, line[i].reference, line[i].more ? line[i].more : "",
                line[i].answer, line[i].said ? line[i].said : "");
    fclose(f);
    paths[0] = arena_text(&arena, path);
    assert_ok(eval_set_read(set, paths, 1, &arena, &e), e);
    unlink(path);
}

static void score_by(struct eval_scores *out, const struct eval_set *s,
                     const char *name)
{
    const struct eval_metric *const *m;
    struct err e = { 0 };
    size_t n;
    assert_ok(eval_metrics_pick(&m, &n, EVAL_GENERATION, name, &arena, &e), e);
    assert_ok(eval_score_set(out, s, m[0], &arena, &e), e);
}

/* By hand. Of "good" 2 of 3 found, said 3 times: F1 4/6; of "bad" 1 of 2, said once: F1
 * 2/3; one answer is no label. */
static void labels_are_counted_without_case_and_marks(void **state)
{
    static const struct line lines[] = {
        { "1", "good", "Good.", NULL, NULL },
        { "2", "good", "good", NULL, NULL },
        { "3", "Good", "I am not sure", NULL, NULL },
        { "4", "bad", "BAD!", NULL, NULL },
        { "5", "bad", "good", NULL, NULL },
    };
    struct eval_set s;
    struct eval_confusion c;
    (void)state;
    read_lines(&s, lines, COUNT(lines));
    assert_true(eval_confusion_of(&c, &s, 0, &arena));
    assert_int_equal(c.labels, 3); /* good, bad, other */
    static const int64_t want[3][3] = { { 2, 0, 1 }, { 1, 1, 0 }, { 0, 0, 0 } };
    for (size_t i = 0; i < 9; i++)
        assert_int_equal(c.count[i], want[i / 3][i % 3]);
    assert_close(c.label[0].precision, 2.0 / 3, 1e-12);
    assert_close(c.label[1].precision, 1, 1e-12);
    assert_close(c.label[1].recall, 0.5, 1e-12);
    assert_true(isnan(c.label[2].recall));
    assert_close(c.macro_f1, (4.0 / 6 + 2.0 / 3) / 2, 1e-12);
    assert_close(c.micro_f1, 3.0 / 5, 1e-12);
}

/* Newcombe 1998, table II: 56/70 less 48/80 is 0.0524 to 0.3339 by his method 10. */
static void gaps_of_shares_are_newcombes(void **state)
{
    struct interval i = interval_newcombe(56, 70, 48, 80, 0.95);
    (void)state;
    assert_close(i.lo, 0.0524, 5e-5);
    assert_close(i.hi, 0.3339, 5e-5);
}

static void a_category_is_compared_with_all_others(void **state)
{
    struct line lines[60];
    struct eval_set s;
    struct eval_scores scores;
    struct eval_slice *row;
    size_t n;
    (void)state;
    for (int i = 0; i < 60; i++) /* "b" is right once in 10, "a" 9 times in 10 */
        lines[i] = (struct line){
            arena_printf(&arena, "p%d", i), "x", (i % 20 < 18) == (i < 40) ? "x" : "y",
            i < 40 ? ",\"category\":\"a\"" : ",\"category\":\"b\"", NULL
        };
    read_lines(&s, lines, 60);
    score_by(&scores, &s, "exact-match");
    eval_slices_of(&row, &n, &s, &scores, 1, &arena);
    assert_int_equal(n, 2);
    assert_string_equal(row[0].category, "a");
    assert_close(row[0].own.mean, 0.9, 1e-12);
    assert_close(row[0].gap, 0.8, 1e-12);
    /* two slices: each at 97.5 % */
    struct interval want = interval_newcombe(36, 40, 2, 20, 0.975);
    assert_close(row[0].gap_low, want.lo, 1e-12);
    assert_close(row[1].gap_high, -want.lo, 1e-12);
    assert_true(row[0].differs && row[1].differs);
    score_by(&scores, &s, "wer"); /* fewer errors are better: the sign stays */
    eval_slices_of(&row, &n, &s, &scores, 1, &arena);
    assert_close(row[0].gap, 0.8, 1e-12);
}

static void names_are_swapped_as_whole_words(void **state)
{
    static const char *const rows[][3] = {
        { "he=she", "He said he is the one", "She said she is the one" },
        { "he=she", "there, the end", NULL },
        { "he=she,his=her", "(his) dog, he!", "(her) dog, she!" },
        { "New York=Lagos", "in New York.", "in Lagos." },
        { "New=Old,New York=Lagos", "New York, new town", "Lagos, old town" },
        { "John=Aisha", "john and John", "aisha and Aisha" },
        { "\xc3\xa4=\xc3\xb6", "\xc3\x84 \xc3\xa4", "\xc3\x96 \xc3\xb6" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct eval_swaps s;
        struct err e = { 0 };
        assert_ok(eval_swaps_read(&s, rows[i][0], &arena, &e), e);
        char *got = eval_swapped(&s, rows[i][1], &arena);
        if (!rows[i][2])
            assert_null(got);
        else
            assert_string_equal(got, rows[i][2]);
    }
    static const char *const bad[] = { "", "he", "he=", "=she", "a=b,,c=d" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct eval_swaps s;
        struct err e = { 0 };
        assert_int_equal(eval_swaps_read(&s, bad[i], &arena, &e), ERR_USAGE);
    }
}

/* By hand: the first pair is answered alike but for the swap, the second otherwise, the
 * third, linked by "pair", otherwise; scores 1-1, 1-0, 0-1. */
static void pairs_are_found_by_swap_and_by_name(void **state)
{
    static const struct line lines[] = {
        { "Is he tall?", "he is", "He is.", NULL, NULL },
        { "Is she tall?", "she is", "she is", NULL, NULL },
        { "May he vote?", "yes", "yes", NULL, NULL },
        { "May she vote?", "yes", "no", NULL, NULL },
        { "Ada?", "right", "wrong", ",\"pair\":\"k\"", NULL },
        { "Bob?", "right", "right", ",\"pair\":\"k\"", NULL },
        { "Eve?", "right", "right", ",\"pair\":\"alone\"", NULL },
    };
    struct eval_set s;
    struct eval_scores scores;
    struct eval_swaps swaps;
    struct eval_twins *row;
    struct err e = { 0 };
    size_t n;
    (void)state;
    read_lines(&s, lines, COUNT(lines));
    score_by(&scores, &s, "quasi-exact-match");
    assert_ok(eval_swaps_read(&swaps, "he=she,she=he", &arena, &e), e);
    eval_twins_of(&row, &n, &s, &scores, &swaps, &arena);
    assert_int_equal(n, 1);
    assert_int_equal(row->answered, 3); /* there and back is one pair */
    assert_int_equal(row->changed, 2);
    struct interval w = interval_wilson(2, 3, 0.95);
    assert_close(row->changed_low, w.lo, 1e-12);
    assert_int_equal(row->scores.n, 3);
    assert_close(row->scores.difference, 0, 1e-12);
    assert_int_equal(row->scores.better, 1);
    assert_int_equal(row->scores.worse, 1);
    eval_twins_of(&row, &n, &s, &scores, NULL, &arena);
    assert_int_equal(row->answered, 1);
}

/* By hand: three answers for 0.006 USD, two accepted: 0.003 an accepted one. */
static void an_accepted_answer_pays_for_the_others(void **state)
{
    static const struct line lines[] = {
        { "1", "x", "x", NULL, ",\"usd\":0.001,\"metrics\":{\"latencyMs\":30}" },
        { "2", "x", "y", NULL, ",\"usd\":0.002,\"metrics\":{\"latencyMs\":10}" },
        { "3", "x", "x", NULL, ",\"usd\":0.003" },
    };
    struct eval_set s;
    struct eval_scores scores;
    struct eval_worth w;
    struct err e = { 0 };
    const struct eval_price price = { .region = "us-east-1" };
    (void)state;
    read_lines(&s, lines, COUNT(lines));
    score_by(&scores, &s, "exact-match");
    assert_ok(eval_worth_price(&w, &s, 0, &price, NULL, &e), e); /* all are stated */
    assert_ok(eval_worth_of(&w, &s, &scores, 1, &arena, &e), e);
    assert_int_equal(w.basis, EVAL_BASIS_STATED);
    assert_int_equal(w.usd.nusd, 6000000);
    assert_int_equal(w.accepted, 2);
    assert_close(w.usd_per_accepted, 0.003, 1e-12);
    struct interval i = interval_wilson(2, 3, 0.95);
    assert_close(w.accepted_low, 0.002 / i.hi, 1e-12);
    assert_close(w.accepted_high, 0.002 / i.lo, 1e-12);
    assert_int_equal(w.timed, 2);
    assert_close(w.latency_ms[0], 10, 0);
    assert_ok(eval_worth_of(&w, &s, &scores, (double)NAN, &arena, &e), e);
    assert_true(isnan(w.usd_per_accepted));
}

static void the_front_is_what_nobody_beats(void **state)
{
    static const struct eval_metric f1 = { .name = "f1", .hi = 1 };
    static const struct {
        double usd, score;
        bool front;
    } rows[] = {
        { 1, 0.5, true },  { 2, 0.5, false }, { 2, 0.7, true },
        { 3, 0.6, false }, { 9, 0.8, true },  { (double)NAN, 0.99, false },
        { 9, 0.8, true }, /* the same twice: neither beats the other */
    };
    struct eval_worth w[COUNT(rows)];
    struct eval_summary mean[COUNT(rows)];
    const struct eval_summary *of[COUNT(rows)];
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        w[i] = (struct eval_worth){ .usd_per_answer = rows[i].usd };
        mean[i] = (struct eval_summary){ .metric = &f1, .mean = rows[i].score };
        of[i] = &mean[i];
    }
    eval_worth_front(w, COUNT(rows), of);
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(w[i].front, rows[i].front);
}

static void draw_cases(struct cascade_case *x, size_t n, uint64_t seed, uint64_t run)
{
    struct rng r;
    rng_init(&r, seed, 5, run);
    for (size_t i = 0; i < n; i++) {
        double sure = floor(rng_uniform(&r) * 12) / 12; /* with ties */
        x[i] = (struct cascade_case){
            .confidence = sure,
            .first_score = rng_uniform(&r) < 0.3 + 0.6 * sure,
            .second_score = rng_uniform(&r) < 0.85,
            .first_usd = 0.001 * (1 + rng_uniform(&r)),
            .second_usd = 0.01 * (1 + rng_uniform(&r)),
        };
    }
}

/* Every threshold that any confidence gives, computed afresh. */
static struct cascade_cut brute(const struct cascade_case *x, size_t n, double margin)
{
    struct cascade_cut best = { .usd = HUGE_VAL };
    double target = -margin;
    for (size_t i = 0; i < n; i++)
        target += x[i].second_score / (double)n;
    for (size_t t = 0; t < n + 2; t++) {
        double at = t == n ? -HUGE_VAL : t == n + 1 ? HUGE_VAL : x[t].confidence;
        struct cascade_cut c = { .found = true, .threshold = at };
        for (size_t i = 0; i < n; i++) {
            bool on = x[i].confidence < at;
            c.escalated += on;
            c.score += (on ? x[i].second_score : x[i].first_score) / (double)n;
            c.usd += (x[i].first_usd + (on ? x[i].second_usd : 0)) / (double)n;
        }
        if (c.score >= target - 1e-9 && c.usd < best.usd - 1e-12) best = c;
    }
    return best;
}

static void the_threshold_is_that_of_brute_force(void **state)
{
    struct cascade_case x[80];
    (void)state;
    for (uint64_t run = 0; run < 300; run++) {
        size_t n = 1 + run % 80;
        double margin = (double)(run % 4) * 0.03;
        struct cascade_cut got;
        draw_cases(x, n, 3, run);
        struct cascade_cut want = brute(x, n, margin);
        cascade_best(&got, x, n, margin, &arena);
        assert_true(got.found);
        assert_int_equal(got.escalated, want.escalated);
        assert_close(got.usd, want.usd, 1e-12);
        assert_close(got.score, want.score, 1e-12);
        size_t on = 0;
        for (size_t i = 0; i < n; i++)
            on += x[i].confidence < got.threshold;
        assert_int_equal(on, got.escalated);
    }
}

/* What the threshold of 60 prompts does on 4,000 new ones, over 200 times: the
 * cross-validated loss is near it, the one of the same prompts is too good. */
static void cross_validation_is_not_optimistic(void **state)
{
    enum { RUNS = 200, N = 60, NEW = 4000 };
    struct cascade_case x[N], *fresh = ARENA_NEW(&arena, struct cascade_case, NEW);
    double honest = 0, hopeful = 0, truth = 0;
    (void)state;
    draw_cases(fresh, NEW, 4, 0);
    for (uint64_t run = 0; run < RUNS; run++) {
        struct cascade_cut cut;
        struct cascade_honest h;
        double second = 0;
        draw_cases(x, N, 6, run);
        for (int i = 0; i < N; i++)
            second += x[i].second_score / N;
        cascade_best(&cut, x, N, 0, &arena);
        cascade_validate(&h, x, N, 0, run, &arena);
        hopeful += (cut.score - second) / RUNS;
        honest += (h.score - second) / RUNS;
        assert_true(h.score_low <= h.score - second + 1e-9 &&
                    h.score_high >= h.score - second - 1e-9);
        for (int i = 0; i < NEW; i++) {
            const struct cascade_case *c = &fresh[i];
            bool on = c->confidence < cut.threshold;
            truth += ((on ? c->second_score : c->first_score) - c->second_score) / NEW /
                     RUNS;
        }
    }
    assert_true(hopeful >= 0);
    assert_true(hopeful - truth > 0.01); /* it was chosen for not losing anything */
    assert_true(fabs(honest - truth) < (hopeful - truth) / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_counted_without_case_and_marks),
        cmocka_unit_test(gaps_of_shares_are_newcombes),
        cmocka_unit_test(a_category_is_compared_with_all_others),
        cmocka_unit_test(names_are_swapped_as_whole_words),
        cmocka_unit_test(pairs_are_found_by_swap_and_by_name),
        cmocka_unit_test(an_accepted_answer_pays_for_the_others),
        cmocka_unit_test(the_front_is_what_nobody_beats),
        cmocka_unit_test(the_threshold_is_that_of_brute_force),
        cmocka_unit_test(cross_validation_is_not_optimistic),
    };
    return cmocka_run_group_tests(tests, NULL, clear);
}
