#ifndef EVALUATE_EVAL_TEXT_METRICS_H
#define EVALUATE_EVAL_TEXT_METRICS_H

/* Scores of one answer beside one reference, each defined where it is computed. */

#include "arena.h"

/* 0 or 1. */
double exact_match(const char *answer, const char *reference, struct arena *scratch);
double quasi_exact_match(const char *answer, const char *reference,
                         struct arena *scratch);

/* 0 to 1. */
double token_f1(const char *answer, const char *reference, struct arena *scratch);
double word_set_f1(const char *answer, const char *reference, struct arena *scratch);
double rouge_1(const char *answer, const char *reference, struct arena *scratch);
double rouge_2(const char *answer, const char *reference, struct arena *scratch);
double rouge_l(const char *answer, const char *reference, struct arena *scratch);

/* 0 or more: a long answer makes more errors than the reference has words. */
double word_error_rate(const char *answer, const char *reference,
                       struct arena *scratch);

/* Of one sentence, smoothed: 0 to 1. */
double sentence_bleu(const char *answer, const char *const *reference,
                     size_t references, struct arena *scratch);

/* What BLEU counts, to be added up over a corpus. */
enum { BLEU_ORDERS = 4 };
struct bleu_counts {
    size_t matched[BLEU_ORDERS], total[BLEU_ORDERS];
    size_t answer_words, reference_words;
};
void bleu_count(struct bleu_counts *sum, const char *answer,
                const char *const *reference, size_t references, struct arena *scratch);

/* Of a corpus, not smoothed: 0 where an order has no match at all. */
double corpus_bleu(const struct bleu_counts *c);

#endif
