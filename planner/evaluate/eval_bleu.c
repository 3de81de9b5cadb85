#include "eval_text_metrics.h"

#include <math.h>

#include "eval_words.h"

/* Source: Papineni, Roukos, Ward, Zhu, "BLEU: a Method for Automatic Evaluation of
 * Machine Translation", ACL 2002, §2: modified n-gram precisions up to 4, weights 1/4,
 * brevity penalty against the reference nearest in length (the shorter of two). */

static size_t nearest_length(const struct words *w, size_t references, size_t answer)
{
    size_t best = 0, least = SIZE_MAX;
    for (size_t r = 0; r < references; r++) {
        size_t n = w[r].count, off = n > answer ? n - answer : answer - n;
        if (off > least || (off == least && n >= best)) continue;
        least = off;
        best = n;
    }
    return best;
}

void bleu_count(struct bleu_counts *sum, const char *answer,
                const char *const *reference, size_t references, struct arena *scratch)
{
    struct intern in = { .arena = scratch };
    struct words mine, *theirs = ARENA_NEW(scratch, struct words, references + 1);
    words_read(&mine, answer, WORDS_BLEU, &in, scratch);
    for (size_t r = 0; r < references; r++)
        words_read(&theirs[r], reference[r], WORDS_BLEU, &in, scratch);
    for (size_t n = 1; n <= BLEU_ORDERS; n++) {
        sum->matched[n - 1] += words_matched(&mine, theirs, references, n, scratch);
        sum->total[n - 1] += words_grams(&mine, n);
    }
    sum->answer_words += mine.count;
    sum->reference_words += nearest_length(theirs, references, mine.count);
}

static double brevity(const struct bleu_counts *c)
{
    if (c->answer_words >= c->reference_words) return 1;
    return exp(1 - (double)c->reference_words / (double)c->answer_words);
}

double corpus_bleu(const struct bleu_counts *c)
{
    double sum = 0;
    if (c->answer_words == 0) return c->reference_words == 0;
    for (int n = 0; n < BLEU_ORDERS; n++) {
        if (c->matched[n] == 0) return 0;
        sum += log((double)c->matched[n] / (double)c->total[n]);
    }
    return brevity(c) * exp(sum / BLEU_ORDERS);
}

/* One is added to matches and n-grams of every order above 1, so that a short answer is
 * not 0 for want of 4 words in a row. Source: Lin, Och, "ORANGE: a Method for
 * Evaluating Automatic Evaluation Metrics for Machine Translation", COLING 2004, §4
 * (BLEUS). */
double sentence_bleu(const char *answer, const char *const *reference,
                     size_t references, struct arena *scratch)
{
    struct bleu_counts c = { 0 };
    double sum = 0;
    bleu_count(&c, answer, reference, references, scratch);
    if (c.answer_words == 0) return c.reference_words == 0;
    if (c.matched[0] == 0) return 0;
    for (int n = 0; n < BLEU_ORDERS; n++) {
        double one = n > 0;
        sum += log(((double)c.matched[n] + one) / ((double)c.total[n] + one));
    }
    return brevity(&c) * exp(sum / BLEU_ORDERS);
}
