#ifndef EVALUATE_EVAL_WORDS_H
#define EVALUATE_EVAL_WORDS_H

/* Texts as the words that metrics count, each way of splitting as its metric defines
 * it. Characters of scripts without blanks (Han, Kana) are words of their own. */

#include "arena.h"
#include "intern.h"
#include "str.h"

enum word_rule {
    WORDS_SQUAD,  /* small letters, marks removed ("U.S." is "us"), no a, an, the */
    WORDS_ROUGE,  /* small letters, split at blanks and marks; no stemming */
    WORDS_BLEU,   /* as written; a mark is a word of its own */
    WORDS_BLANKS, /* as written, split at blanks */
};

/* Numbers that stand for words: equal words of texts that share `in` are equal. */
struct words {
    uint32_t *id;
    size_t count, capacity;
};

/* `text` is UTF-8 without faults. Owns: `a`; `in` has its own. */
void words_read(struct words *out, const char *text, enum word_rule rule,
                struct intern *in, struct arena *a);

/* n-grams of `answer` that are in one of the references, each as often at most as in
 * the reference that has it most often. n >= 1. */
size_t words_matched(const struct words *answer, const struct words *reference,
                     size_t references, size_t n, struct arena *scratch);

/* n-grams of a text. */
size_t words_grams(const struct words *w, size_t n);

/* Longest common subsequence. Complexity: words × words. */
size_t words_common(const struct words *a, const struct words *b,
                    struct arena *scratch);

/* Least number of words inserted, removed and replaced that makes one from the other.
 * Complexity: words × words. */
size_t words_distance(const struct words *a, const struct words *b,
                      struct arena *scratch);

#endif
