#ifndef TUNE_SKETCH_H
#define TUNE_SKETCH_H

/* How alike two texts are, from 32 numbers each: the smallest hashes of all their
 * windows of 16 bytes that start at a blank, or at a letter that is not ASCII (bottom-k
 * sketch; Broder, "On the resemblance and containment of documents", 1997). Letters
 * count without their case. */

#include <stdint.h>

#include "str.h"

enum { SKETCH_SIZE = 32, SKETCH_WINDOW = 16 };

struct sketch {
    uint64_t least[SKETCH_SIZE]; /* ascending, `count` of them, all different */
    int count;
};

void sketch_add(struct sketch *out, struct str text);

/* The share of windows that both have among those that either has, estimated with a
 * standard error of at most 0.09; 0 when it is below `least`, and for texts with fewer
 * windows than the sketch. */
double sketch_alike(const struct sketch *a, const struct sketch *b, double least);

/* A 64-bit hash that goes on from `seed`: of texts one after another. */
uint64_t text_hash(uint64_t seed, struct str text);

#endif
