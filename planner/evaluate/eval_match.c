#include "eval_text_metrics.h"

#include <string.h>

#include "eval_letters.h"
#include "eval_words.h"

/* Exact and quasi-exact match, and F1 over words.
 * Source: Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of
 * Text", EMNLP 2016, §6.1, and its evaluation script; AWS fmeval, "QA accuracy", which
 * strips blanks at the ends before comparing and counts each word once. */

static struct str stripped(const char *text)
{
    struct str s = { text, strlen(text) };
    size_t step;
    while (s.n && letter_blank(letter_read(s.p, &step))) {
        s.p += step;
        s.n -= step;
    }
    while (s.n) {
        size_t last = s.n - 1;
        while (last && ((unsigned char)s.p[last] & 0xc0) == 0x80)
            last--;
        if (!letter_blank(letter_read(s.p + last, &step))) break;
        s.n = last;
    }
    return s;
}

double exact_match(const char *answer, const char *reference, struct arena *scratch)
{
    struct str a = stripped(answer), b = stripped(reference);
    (void)scratch;
    return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

/* Both texts by one rule. */
static void read_both(struct words out[2], const char *answer, const char *reference,
                      enum word_rule rule, struct arena *a)
{
    struct intern *in = ARENA_NEW(a, struct intern, 1);
    in->arena = a;
    words_read(&out[0], answer, rule, in, a);
    words_read(&out[1], reference, rule, in, a);
}

double quasi_exact_match(const char *answer, const char *reference,
                         struct arena *scratch)
{
    struct words w[2];
    read_both(w, answer, reference, WORDS_SQUAD, scratch);
    return w[0].count == w[1].count &&
           (w[0].count == 0 ||
            memcmp(w[0].id, w[1].id, w[0].count * sizeof *w[0].id) == 0);
}

/* The harmonic mean of precision and recall. Two empty texts agree (SQuAD 2.0). */
static double f_measure(size_t matched, size_t answer, size_t reference)
{
    if (answer == 0 && reference == 0) return 1;
    return 2 * (double)matched / (double)(answer + reference);
}

double token_f1(const char *answer, const char *reference, struct arena *scratch)
{
    struct words w[2];
    read_both(w, answer, reference, WORDS_SQUAD, scratch);
    return f_measure(words_matched(&w[0], &w[1], 1, 1, scratch), w[0].count,
                     w[1].count);
}

/* Leaves each word once. Returns `w`, changed. */
static struct words as_set(struct words w, struct arena *scratch)
{
    size_t kept = 0;
    bool *seen;
    uint32_t most = 0;
    for (size_t i = 0; i < w.count; i++)
        most = w.id[i] > most ? w.id[i] : most;
    seen = ARENA_NEW(scratch, bool, (size_t)most + 1);
    for (size_t i = 0; i < w.count; i++)
        if (!seen[w.id[i]]) {
            seen[w.id[i]] = true;
            w.id[kept++] = w.id[i];
        }
    w.count = kept;
    return w;
}

double word_set_f1(const char *answer, const char *reference, struct arena *scratch)
{
    struct words w[2];
    read_both(w, answer, reference, WORDS_SQUAD, scratch);
    w[0] = as_set(w[0], scratch);
    w[1] = as_set(w[1], scratch);
    return f_measure(words_matched(&w[0], &w[1], 1, 1, scratch), w[0].count,
                     w[1].count);
}

/* Source: C.-Y. Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004,
 * §2 and §3.1: the F-measure with beta 1, of whole texts, without stemming and with all
 * words. */
static double rouge_n(const char *answer, const char *reference, size_t n,
                      struct arena *scratch)
{
    struct words w[2];
    read_both(w, answer, reference, WORDS_ROUGE, scratch);
    size_t mine = words_grams(&w[0], n), theirs = words_grams(&w[1], n);
    if (w[0].count == 0 && w[1].count == 0) return 1;
    if (mine + theirs == 0) return 0;
    return f_measure(words_matched(&w[0], &w[1], 1, n, scratch), mine, theirs);
}

double rouge_1(const char *answer, const char *reference, struct arena *scratch)
{
    return rouge_n(answer, reference, 1, scratch);
}

double rouge_2(const char *answer, const char *reference, struct arena *scratch)
{
    return rouge_n(answer, reference, 2, scratch);
}

double rouge_l(const char *answer, const char *reference, struct arena *scratch)
{
    struct words w[2];
    read_both(w, answer, reference, WORDS_ROUGE, scratch);
    return f_measure(words_common(&w[0], &w[1], scratch), w[0].count, w[1].count);
}

/* Words replaced, removed and inserted by words of the reference, as written. Beside an
 * empty reference every answer but an empty one is all wrong: 1. */
double word_error_rate(const char *answer, const char *reference, struct arena *scratch)
{
    struct words w[2];
    read_both(w, answer, reference, WORDS_BLANKS, scratch);
    if (w[1].count == 0) return w[0].count > 0;
    return (double)words_distance(&w[0], &w[1], scratch) / (double)w[1].count;
}
