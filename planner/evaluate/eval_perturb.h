#ifndef EVALUATE_EVAL_PERTURB_H
#define EVALUATE_EVAL_PERTURB_H

/* Prompts changed in ways that leave their meaning: the five of a Bedrock robustness
 * job. Source: Amazon Bedrock User Guide, "Review metrics for an automated model
 * evaluation job"; the shares of changed letters are the defaults of AWS's fmeval,
 * "semantic robustness" (0.1, 0.1; 0.1 removed and 0.05 added). */

#include <stdint.h>

#include "arena.h"
#include "str.h"

enum perturbation {
    PERTURB_NONE,
    PERTURB_LOWER_CASE,
    PERTURB_TYPOS,      /* a tenth of ASCII letters: a neighbour on a QWERTY keyboard */
    PERTURB_NUMBERS,    /* "12" is "twelve"; digits within a word stay */
    PERTURB_UPPER_CASE, /* a tenth of letters */
    PERTURB_WHITESPACE, /* a tenth of blanks removed, one added behind 1 in 20 letters
                         */
    PERTURBATIONS
};
const char *perturbation_text(enum perturbation p); /* "none", "lower-case", … */
/* PERTURBATIONS for a name that is none. */
enum perturbation perturbation_named(const char *name);

/* `prompt` (UTF-8 without faults) changed. Same seed, same bytes; the draws hang on the
 * seed and the prompt's own text, not on its place. Owns: the arena. */
char *perturb(enum perturbation p, const char *prompt, uint64_t seed, struct arena *a);

/* Appends a whole number's words: "one hundred twenty-three"; digit by digit above
 * 10^15 and where it begins with a zero. */
void number_words(struct buf *out, const char *digits, size_t n);

#endif
