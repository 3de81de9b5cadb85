/* Prompts changed as a robustness job changes them, and what that does to the scores.
 */
#include "check.h"

#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>

#include "eval_robust.h"

static struct arena arena;

static int clear(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

static void numbers_become_words(void **state)
{
    static const char *const rows[][2] = {
        { "0", "zero" },
        { "12 men", "twelve men" },
        { "in 1,234,567 days", "in one million two hundred thirty-four thousand five "
                               "hundred sixty-seven days" },
        { "3.14", "three point one four" },
        { "007", "zero zero seven" },
        { "1000000", "one million" },
        { "100, 20", "one hundred, twenty" },
        { "the 1st B2B 3D", "the 1st B2B 3D" },
        { "costs $40.", "costs $forty." },
        { "999999999999999",
          "nine hundred ninety-nine trillion nine hundred ninety-nine "
          "billion nine hundred ninety-nine million nine hundred "
          "ninety-nine thousand nine hundred ninety-nine" },
        { "none", "none" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(perturb(PERTURB_NUMBERS, rows[i][0], 1, &arena),
                            rows[i][1]);
}

/* 4,000 letters: the share that is changed is 0.1 within 5 standard errors. */
static void a_tenth_of_letters_is_mistyped_by_a_neighbour(void **state)
{
    char text[4001];
    int changed = 0;
    (void)state;
    for (int i = 0; i < 4000; i++)
        text[i] = (char)((i % 2 ? 'A' : 'a') + i % 26);
    text[4000] = '\0';
    const char *typed = perturb(PERTURB_TYPOS, text, 17, &arena);
    assert_int_equal(strlen(typed), 4000);
    for (int i = 0; i < 4000; i++) {
        changed += typed[i] != text[i];
        assert_int_equal(isupper((unsigned char)typed[i]) != 0,
                         isupper((unsigned char)text[i]) != 0);
    }
    assert_in_range(changed, 305, 495);
}

static void other_changes_leave_the_text_but_for_case_and_blanks(void **state)
{
    static const char text[] = "The \xc3\x9c"
                               "bung of \xce\xa9mega: 42 men, and a half.";
    int seen[2] = { 0, 0 };
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        const char *upper = perturb(PERTURB_UPPER_CASE, text, seed, &arena);
        const char *blanks = perturb(PERTURB_WHITESPACE, text, seed, &arena);
        const char *low = perturb(PERTURB_LOWER_CASE, text, seed, &arena);
        assert_string_equal(perturb(PERTURB_LOWER_CASE, upper, seed, &arena), low);
        assert_string_equal(perturb(PERTURB_LOWER_CASE, low, seed, &arena), low);
        const char *a = text, *b = blanks;
        for (;; a++, b++) {
            a += strspn(a, " ");
            b += strspn(b, " ");
            assert_int_equal(*a, *b);
            if (!*a) break;
        }
        seen[0] += strcmp(upper, text) != 0;
        seen[1] += strcmp(blanks, text) != 0;
        assert_string_equal(perturb(PERTURB_TYPOS, text, seed, &arena),
                            perturb(PERTURB_TYPOS, text, seed, &arena));
    }
    assert_in_range(seen[0], 40, 50);
    assert_in_range(seen[1], 40, 50);
}

static void read_text(struct eval_set *set, const char *text)
{
    char path[] = "/tmp/bedplan-eval-XXXXXX";
    const char **paths = ARENA_NEW(&arena, const char *, 1);
    struct err e = { 0 };
    int fd = mkstemp(path);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    paths[0] = arena_text(&arena, path);
    assert_ok(eval_set_read(set, paths, 1, &arena, &e), e);
    unlink(path);
}

static void variants_stand_behind_their_originals_once(void **state)
{
    struct eval_set s;
    (void)state;
    read_text(&s,
              "{\"prompt\":\"abc 7\",\"perturbation\":\"lower-case\",\"original\":"
              "\"ABC 7\"}\n{\"prompt\":\"Q\",\"referenceResponse\":\"r\"}\n"
              "{\"prompt\":\"ABC 7\"}\n{\"prompt\":\"z\",\"perturbation\":\"typos\","
              "\"original\":\"nowhere\"}\n");
    assert_int_equal(s.items, 2);
    assert_int_equal(s.variants, 2);
    assert_string_equal(s.item[0].prompt, "Q");
    assert_int_equal(s.item[2].original_item, 1);
    assert_true(s.item[3].original_item == SIZE_MAX);
    eval_set_perturb(&s, 1);
    int kinds[2][PERTURBATIONS] = { 0 };
    for (size_t v = s.items; v < s.items + s.variants; v++) {
        const struct eval_item *i = &s.item[v];
        if (i->original_item == SIZE_MAX) continue;
        assert_string_not_equal(i->prompt, i->original);
        assert_string_equal(i->original, s.item[i->original_item].prompt);
        kinds[i->original_item][i->perturbation]++;
    }
    assert_int_equal(kinds[1][PERTURB_LOWER_CASE], 1); /* it was there */
    assert_int_equal(kinds[1][PERTURB_NUMBERS], 1);
    assert_int_equal(kinds[0][PERTURB_LOWER_CASE], 1);
    assert_int_equal(kinds[0][PERTURB_NUMBERS], 0); /* no number in it */
    for (int p = 0; p < PERTURBATIONS; p++)
        assert_true(kinds[0][p] <= 1 && kinds[1][p] <= 1);
}

/* By hand: F1 of the originals 1 and 1; lower-cased 1 and 0, mistyped 0 (of the first
 * only). Lower-case: (1 - 0.5) / 1. All: by prompt 0.5 and 0, so 0.25 of 1. */
static void the_drop_is_delta_f1_over_f1(void **state)
{
    static const char lines[] =
        "{\"prompt\":\"A\",\"referenceResponse\":\"x\",\"modelResponses\":"
        "[{\"response\":\"x\",\"modelIdentifier\":\"m\"}]}\n"
        "{\"prompt\":\"B\",\"referenceResponse\":\"y\",\"modelResponses\":"
        "[{\"response\":\"y\",\"modelIdentifier\":\"m\"}]}\n"
        "{\"prompt\":\"a\",\"perturbation\":\"lower-case\",\"original\":\"A\","
        "\"modelResponses\":[{\"response\":\"x\",\"modelIdentifier\":\"m\"}]}\n"
        "{\"prompt\":\"b\",\"perturbation\":\"lower-case\",\"original\":\"B\","
        "\"modelResponses\":[{\"response\":\"z\",\"modelIdentifier\":\"m\"}]}\n"
        "{\"prompt\":\"S\",\"perturbation\":\"typos\",\"original\":\"A\","
        "\"modelResponses\":[{\"response\":\"q q\",\"modelIdentifier\":\"m\"}]}\n";
    struct eval_set s;
    struct eval_scores scores;
    struct eval_robust *row;
    struct err e = { 0 };
    size_t n;
    (void)state;
    read_text(&s, lines);
    const struct eval_metric *const *f1;
    assert_ok(eval_metrics_pick(&f1, &n, EVAL_QUESTION_ANSWERING, "f1", &arena, &e), e);
    assert_ok(eval_score_set(&scores, &s, f1[0], &arena, &e), e);
    eval_robust_of(&row, &n, &s, &scores, 1, &arena);
    assert_int_equal(n, 3); /* all, lower-case, typos */
    assert_int_equal(row[0].kind, PERTURB_NONE);
    assert_int_equal(row[0].n, 2);
    assert_close(row[0].perturbed, 0.25, 1e-12);
    assert_close(row[0].drop, 0.75, 1e-12);
    assert_close(row[1].drop, 0.5, 1e-12);
    assert_close(row[1].word_error_rate, 0.5, 1e-12);
    assert_close(row[2].drop, 1, 1e-12);
    assert_close(row[2].word_error_rate, 2, 1e-12); /* one replaced, one inserted */
    assert_true(isnan(row[0].drop_low));            /* two prompts: nothing to say */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_become_words),
        cmocka_unit_test(a_tenth_of_letters_is_mistyped_by_a_neighbour),
        cmocka_unit_test(other_changes_leave_the_text_but_for_case_and_blanks),
        cmocka_unit_test(variants_stand_behind_their_originals_once),
        cmocka_unit_test(the_drop_is_delta_f1_over_f1),
    };
    return cmocka_run_group_tests(tests, NULL, clear);
}
