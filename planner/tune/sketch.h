#ifndef TUNE_SKETCH_H
#define TUNE_SKETCH_H

/* How alike two texts are, from 32 numbers each: of all windows of 16 bytes that start
 * at a blank, or at a letter that is not ASCII, the hashes fall into 32 bins, and each
 * bin keeps its greatest (one permutation hashing; Li, Owen, Zhang, NIPS 2012). Letters
 * count without their case. */

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

enum { SKETCH_SIZE = 32, SKETCH_WINDOW = 16 };

struct sketch {
    uint64_t most[SKETCH_SIZE]; /* 0: no window fell into the bin */
};

void sketch_add(struct sketch *out, struct str text);

/* Whether half the bins are filled: some 25 words. Shorter texts are not compared. */
bool sketch_full(const struct sketch *s);

/* The share of windows that both have among those that either has, estimated with a
 * standard error of at most 0.09. */
double sketch_alike(const struct sketch *a, const struct sketch *b);

/* Whether more than `most` bins differ. Of two that are alike to a share of s, at most
 * (1 - s) × SKETCH_SIZE do; it looks at no more bins than it must. */
bool sketch_differs(const struct sketch *a, const struct sketch *b, int most);

/* A 64-bit hash that goes on from `seed`: of texts one after another. What `tune split`
 * draws hangs on its bits, so it stays apart from hash_bytes(). */
uint64_t text_hash(uint64_t seed, struct str text);

#endif
