#ifndef EVALUATE_EVAL_SWAP_H
#define EVALUATE_EVAL_SWAP_H

/* A name or group put in another's place: "he=she,his=her". */

#include <stddef.h>

#include "arena.h"
#include "err.h"

struct eval_swap {
    const char *from, *to;
};

struct eval_swaps {
    struct eval_swap *swap;
    size_t count;
};

/* Errors: ERR_USAGE. Owns: the arena. */
NODISCARD enum err_code eval_swaps_read(struct eval_swaps *out, const char *text,
                                        struct arena *a, struct err *e);

/* `text` with every whole word `from` as its `to`, capital where the word was; several
 * words may be one name ("New York=Lagos"). NULL when nothing is in it.
 * Owns: the arena. */
char *eval_swapped(const struct eval_swaps *s, const char *text, struct arena *a);

#endif
