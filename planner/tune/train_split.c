#include "train_split.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rng.h"

enum { PURPOSE_SPLIT = 0x5b117 };

void train_split_add(struct train_split *s, const struct train_record *r,
                     struct arena *a)
{
    s->key = arena_grow(a, s->key, &s->capacity, s->count + 1, sizeof *s->key);
    s->key[s->count++] = rng_key(s->seed, PURPOSE_SPLIT, r->prompt_hash) >> 1;
}

static int ascending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Prompts in the random order of their keys; a cut stands between two prompts. */
void train_split_decide(struct train_split *s, double share, int64_t most,
                        struct arena *a)
{
    double wanted = share * (double)s->count;
    size_t best = 0;
    s->below = 0;
    s->validation = 0;
    if (s->count == 0) return;
    uint64_t *sorted = ARENA_NEW(a, uint64_t, s->count);
    memcpy(sorted, s->key, s->count * sizeof *sorted);
    qsort(sorted, s->count, sizeof *sorted, ascending);
    for (size_t i = 1; i < s->count; i++) {
        if (sorted[i] == sorted[i - 1]) continue;
        if (most && i > (size_t)most) break;
        if (best && fabs((double)i - wanted) >= fabs((double)best - wanted)) break;
        best = i;
    }
    s->validation = best;
    s->below = best ? sorted[best] : 0;
}
