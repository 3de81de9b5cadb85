/* Metrics of texts, against figures from the papers and from other people's manuals. */
#include "check.h"

#include <locale.h>
#include <wctype.h>

#include "eval_letters.h"
#include "eval_score.h"
#include "eval_text_metrics.h"
#include "eval_words.h"
#include "interval.h"
#include "rng.h"

static struct arena arena;

static int clear(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

static void small_letters_are_those_of_the_c_library(void **state)
{
    (void)state;
    static const struct {
        uint32_t from, to;
    } scripts[] = { { 0, 0x17f },       { 0x1cd, 0x1ef },   { 0x1f8, 0x21f },
                    { 0x222, 0x233 },   { 0x386, 0x3ce },   { 0x400, 0x52f },
                    { 0x531, 0x586 },   { 0x1e00, 0x1e95 }, { 0x1ea0, 0x1eff },
                    { 0x4e00, 0x4eff }, { 0xff21, 0xff5a } };
    locale_t c = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
    if (!c) skip();
    for (size_t s = 0; s < COUNT(scripts); s++)
        for (uint32_t i = scripts[s].from; i <= scripts[s].to; i++) {
            if (i == 0x130 || i == 0x1e9e) continue; /* a dotted I, a capital sharp s */
            uint32_t want = towlower_l((wint_t)i, c);
            if (letter_lower(i) != want) print_error("U+%04X\n", i);
            assert_int_equal(letter_lower(i), want);
            if (want != i && letter_upper(want) != i) print_error("U+%04X\n", i);
            if (want != i) assert_int_equal(letter_upper(want), i);
        }
    freelocale(c);
}

static void no_small_letter_takes_more_bytes_than_its_capital(void **state)
{
    char text[2][4];
    (void)state;
    for (uint32_t c = 1; c < 0x11000; c++) {
        if (c >= 0xd800 && c < 0xe000) continue;
        size_t bytes, n = letter_write(text[0], c);
        assert_int_equal(letter_read(text[0], &bytes), c);
        assert_int_equal(bytes, n);
        assert_true(letter_write(text[1], letter_lower(c)) <= n);
    }
}

static void words_are_split_by_the_rule_of_their_metric(void **state)
{
    static const struct {
        enum word_rule rule;
        const char *text;
        size_t words;
    } rows[] = {
        { WORDS_SQUAD, "The U.S.  isn't  a dog!", 3 }, /* us isnt dog */
        { WORDS_ROUGE, "The U.S. isn't a dog!", 7 },
        { WORDS_BLEU, "isn't it?", 5 }, /* isn ' t it ? */
        { WORDS_BLANKS, " isn't\tit?\xc2\xa0yes ", 3 },
        { WORDS_SQUAD, "\xe6\x9d\xb1\xe4\xba\xac\xe3\x80\x82", 2 }, /* Tokyo, a stop */
        { WORDS_SQUAD, "", 0 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct intern in = { .arena = &arena };
        struct words w;
        words_read(&w, rows[i].text, rows[i].rule, &in, &arena);
        assert_int_equal(w.count, rows[i].words);
    }
}

struct row {
    const char *answer, *reference;
    double want;
};

static void check_rows(double (*f)(const char *, const char *, struct arena *),
                       const struct row *row, size_t rows)
{
    for (size_t i = 0; i < rows; i++) {
        double got = f(row[i].answer, row[i].reference, &arena);
        if (fabs(got - row[i].want) > 1e-9)
            print_error("'%s' beside '%s'\n", row[i].answer, row[i].reference);
        assert_close(got, row[i].want, 1e-9);
    }
}

static void exact_match_forgives_blanks_at_the_ends_only(void **state)
{
    static const struct row rows[] = {
        { " Paris\n", "Paris", 1 },
        { "paris", "Paris", 0 },
        { "Paris.", "Paris", 0 },
        { "", " ", 1 },
        { "\xc2\xa0z\xc3\xbcrich\xe3\x80\x80", "z\xc3\xbcrich", 1 },
    };
    (void)state;
    check_rows(exact_match, rows, COUNT(rows));
}

/* By the rules of SQuAD's script: small letters, no marks, no articles, single blanks.
 */
static void quasi_exact_match_follows_the_squad_script(void **state)
{
    static const struct row rows[] = {
        { "The  Eiffel Tower.", "eiffel tower", 1 },
        { "An U.S. city", "US city", 1 },
        { "Andes", "the Andes Mountains", 0 },
        { "\xc3\x84RGER", "\xc3\xa4rger", 1 },
        { "it is theirs", "it is irs", 0 }, /* only whole words are articles */
        { "a", "the", 1 },
    };
    (void)state;
    check_rows(quasi_exact_match, rows, COUNT(rows));
}

/* By hand: 2 x matched / (words of both). */
static void f1_counts_words_as_often_as_they_occur(void **state)
{
    static const struct row rows[] = {
        { "new york new york", "New York", 2.0 * 2 / 6 },
        { "the cat sat", "a cat sat down", 2.0 * 2 / 5 },
        { "", "", 1 },
        { "", "cat", 0 },
        { "dog", "cat", 0 },
    };
    static const struct row once[] = {
        { "new york new york", "New York", 1 },
        { "cat cat dog", "cat bird bird", 2.0 * 1 / 4 },
    };
    (void)state;
    check_rows(token_f1, rows, COUNT(rows));
    check_rows(word_set_f1, once, COUNT(once));
}

/* The README of Google's rouge-score gives precision 0.75 and 0.625, recall 0.666… and
 * 0.555…, for this pair. Lin's own sentences (2004, §3.1): 3/4 and 2/4 by the longest
 * common subsequence; "the gunman" is the one shared pair of words of three, of both.
 */
static void rouge_is_that_of_its_paper_and_of_google(void **state)
{
    static const char fox[] = "The quick brown fox jumps over the lazy dog";
    static const char log[] = "The quick brown dog jumps on the log.";
    static const struct row one[] = {
        { log, fox, 2 * 0.75 * (6.0 / 9) / (0.75 + 6.0 / 9) },
        { "", "", 1 },
        { "", "x", 0 },
    };
    static const struct row two[] = {
        { "police kill the gunman", "police killed the gunman", 1.0 / 3 },
        { "the gunman kill police", "police killed the gunman", 1.0 / 3 },
        { "gunman", "gunman", 0 }, /* no pair of words at all */
    };
    static const struct row longest[] = {
        { log, fox, 2 * 0.625 * (5.0 / 9) / (0.625 + 5.0 / 9) },
        { "police kill the gunman", "police killed the gunman", 0.75 },
        { "the gunman kill police", "police killed the gunman", 0.5 },
        { "the gunman police killed", "police killed the gunman", 0.5 },
    };
    (void)state;
    check_rows(rouge_1, one, COUNT(one));
    check_rows(rouge_2, two, COUNT(two));
    check_rows(rouge_l, longest, COUNT(longest));
}

/* Papineni 2002, §2.1 and §2.2: their candidates and references, whose precisions they
 * print: 17/18 and 10/17, 8/14 and 1/13, and 2/7 for seven "the". */
static const char *const papineni[] = {
    "It is a guide to action that ensures that the military will forever heed Party "
    "commands",
    "It is the guiding principle which guarantees the military forces always being "
    "under the command of the Party",
    "It is the practical guide for the army always to heed the directions of the "
    "party",
};

static const char *const candidate[] = {
    "It is a guide to action which ensures that the military always obeys the commands "
    "of the party",
    "It is to insure the troops forever hearing the activity guidebook that party "
    "direct",
};

static void bleu_counts_are_those_that_papineni_prints(void **state)
{
    static const size_t want[][4] = { { 17, 18, 10, 17 }, { 8, 14, 1, 13 } };
    static const char *const cat[] = { "the cat is on the mat",
                                       "there is a cat on the mat" };
    struct bleu_counts c;
    (void)state;
    for (size_t i = 0; i < COUNT(want); i++) {
        c = (struct bleu_counts){ 0 };
        bleu_count(&c, candidate[i], papineni, 3, &arena);
        const size_t got[] = { c.matched[0], c.total[0], c.matched[1], c.total[1] };
        for (int k = 0; k < 4; k++)
            assert_int_equal(got[k], want[i][k]);
    }
    c = (struct bleu_counts){ 0 };
    bleu_count(&c, "the the the the the the the", cat, 2, &arena);
    assert_int_equal(c.matched[0], 2);
    assert_int_equal(c.total[0], 7);
}

/* NLTK's manual of nltk.translate.bleu_score prints 0.5046 and 0.5920 for these. */
static void bleu_of_a_corpus_is_the_one_in_nltk_s_manual(void **state)
{
    static const char *const history[] = {
        "he was interested in world history because he read the book"
    };
    struct bleu_counts c = { 0 };
    (void)state;
    bleu_count(&c, candidate[0], papineni, 3, &arena);
    assert_close(corpus_bleu(&c), 0.5045666840058485, 1e-12);
    bleu_count(&c, "he read the book because he was interested in world history",
               history, 1, &arena);
    assert_close(corpus_bleu(&c), 0.5920778868801042, 1e-12);
}

/* By hand: "b c d" beside "a b c d" matches 3, 2, 1, 0 n-grams of 3, 2, 1, 0; with one
 * added above words every precision is 1, and the brevity penalty is e^(1 - 4/3). */
static void bleu_of_a_sentence_is_smoothed_above_words(void **state)
{
    static const char *const abcd[] = { "a b c d" };
    (void)state;
    assert_close(sentence_bleu("b c d", abcd, 1, &arena), exp(1 - 4.0 / 3), 1e-12);
    /* "b x c d": 3 of 4 words, 1 of 3 pairs, none of 2 and 1 more */
    double want = pow(3.0 / 4 * (2.0 / 4) * (1.0 / 3) * (1.0 / 2), 0.25);
    assert_close(sentence_bleu("b x c d", abcd, 1, &arena), want, 1e-12);
    assert_close(sentence_bleu("", abcd, 1, &arena), 0, 0);
    assert_close(sentence_bleu("z", abcd, 1, &arena), 0, 0);
}

/* By hand; the third has more errors than the reference has words. */
static void word_error_rate_counts_edits_by_words_of_the_reference(void **state)
{
    static const struct row rows[] = {
        { "the cat sat on mat", "the cat sat on the mat", 1.0 / 6 },
        { "a dog sat on the mat", "the cat sat on the mat", 2.0 / 6 },
        { "one two three four", "five", 4 },
        { "", "", 0 },
        { "x y", "", 1 },
        { "", "x y", 1 },
    };
    (void)state;
    check_rows(word_error_rate, rows, COUNT(rows));
}

static void the_best_of_several_references_counts(void **state)
{
    static const char *const uk[] = { "England", "the UK" };
    const struct eval_metric *const *m;
    struct err e = { 0 };
    size_t n;
    (void)state;
    assert_ok(eval_metrics_pick(&m, &n, EVAL_QUESTION_ANSWERING,
                                "quasi-exact-match, wer", &arena, &e),
              e);
    assert_int_equal(n, 2);
    assert_close(eval_score_one(m[0], "UK", uk, 2, &arena), 1, 0);
    assert_close(eval_score_one(m[1], "UK", uk, 2, &arena), 0.5, 1e-12);
    assert_true(isnan(eval_score_one(m[0], "UK", uk, 0, &arena)));
}

/* Bounds and symmetry that every metric keeps, on random texts of few words. */
static void scores_stay_in_their_bounds_and_a_text_equals_itself(void **state)
{
    static const char *const word[] = { "a", "the", "cat", "Dog.", "\xc3\xa9t\xc3\xa9",
                                        ", " };
    uint64_t seed = 7919;
    (void)state;
    for (int round = 0; round < 500; round++) {
        char text[2][80] = { "", "" };
        for (int side = 0; side < 2; side++)
            for (size_t k = rng_key(seed, (uint64_t)round, (uint64_t)side) % 8; k;
                 k--) {
                strcat(text[side],
                       word[rng_key(seed, (uint64_t)round + k * 1000, (uint64_t)side) %
                            COUNT(word)]);
                strcat(text[side], " ");
            }
        for (size_t i = 0; i < eval_metric_count; i++) {
            const struct eval_metric *m = &eval_metrics[i];
            const char *ref = text[1], *same = text[0];
            double score = eval_score_one(m, text[0], &ref, 1, &arena);
            assert_true(score >= m->lo && score <= m->hi);
            double self = eval_score_one(m, text[0], &same, 1, &arena);
            bool short_text = strcmp(m->name, "rouge-2") == 0; /* may have no pair */
            if (!short_text) assert_close(self, m->lower_is_better ? 0 : 1, 1e-12);
        }
    }
}

/* Brown, Cai, DasGupta 2001 do not print these; R's prop.test(15, 50, correct = FALSE)
 * gives 0.1910 to 0.4375 and binom.test(15, 50) 0.1786 to 0.4461. */
static void intervals_of_shares_are_those_of_r(void **state)
{
    struct interval w = interval_wilson(15, 50, 0.95), x = interval_exact(15, 50, 0.95);
    (void)state;
    assert_close(w.lo, 0.1910, 5e-5);
    assert_close(w.hi, 0.4375, 5e-5);
    assert_close(x.lo, 0.1786, 5e-5);
    assert_close(x.hi, 0.4461, 5e-5);
    /* none of 10: 1 - 0.025^(1/10), and Wilson's z^2 / (n + z^2) */
    assert_close(interval_exact(0, 10, 0.95).hi, 1 - pow(0.025, 0.1), 1e-9);
    double z2 = pow(interval_z(0.975), 2);
    assert_close(interval_wilson(0, 10, 0.95).hi, z2 / (10 + z2), 1e-12);
    assert_true(interval_wilson(10, 10, 0.95).hi >= 1);
}

/* Of 2,000 samples of 40 from an exponential law (mean 1), the share whose interval
 * holds the mean: 95 % less what a skewed law costs, within 5 standard errors. */
static void bootstrap_intervals_hold_the_mean_as_often_as_they_say(void **state)
{
    enum { SAMPLES = 1000, N = 40, RESAMPLES = 400 };
    double x[N], work[RESAMPLES];
    int held = 0;
    (void)state;
    for (int s = 0; s < SAMPLES; s++) {
        struct rng r;
        rng_init(&r, 11, 3, (uint64_t)s);
        for (int i = 0; i < N; i++)
            x[i] = -log(rng_uniform(&r));
        struct interval b =
            interval_bootstrap(x, N, 0.95, RESAMPLES, (uint64_t)s, work);
        held += b.lo <= 1 && 1 <= b.hi;
    }
    assert_in_range(held, 900, 980);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_letters_are_those_of_the_c_library),
        cmocka_unit_test(no_small_letter_takes_more_bytes_than_its_capital),
        cmocka_unit_test(words_are_split_by_the_rule_of_their_metric),
        cmocka_unit_test(exact_match_forgives_blanks_at_the_ends_only),
        cmocka_unit_test(quasi_exact_match_follows_the_squad_script),
        cmocka_unit_test(f1_counts_words_as_often_as_they_occur),
        cmocka_unit_test(rouge_is_that_of_its_paper_and_of_google),
        cmocka_unit_test(bleu_counts_are_those_that_papineni_prints),
        cmocka_unit_test(bleu_of_a_corpus_is_the_one_in_nltk_s_manual),
        cmocka_unit_test(bleu_of_a_sentence_is_smoothed_above_words),
        cmocka_unit_test(word_error_rate_counts_edits_by_words_of_the_reference),
        cmocka_unit_test(the_best_of_several_references_counts),
        cmocka_unit_test(scores_stay_in_their_bounds_and_a_text_equals_itself),
        cmocka_unit_test(intervals_of_shares_are_those_of_r),
        cmocka_unit_test(bootstrap_intervals_hold_the_mean_as_often_as_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, clear);
}
