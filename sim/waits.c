#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "replay_private.h"

/* Order statistics without sorting all: count by slice, then sort the slice that holds
 * the wanted one. Sorting millions of waits took as long as the replay. */

enum { SLICES = 4096 };

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The k-th smallest, k from 0. */
static int64_t order_statistic(const struct waits *w, const size_t *count, int bits,
                               size_t k, int64_t *scratch)
{
    size_t slice = 0, below = 0, n = 0;
    while (below + count[slice] <= k)
        below += count[slice++];
    for (size_t i = 0; i < w->count; i++)
        if ((size_t)(w->ns[i] >> bits) == slice) scratch[n++] = w->ns[i];
    qsort(scratch, n, sizeof *scratch, ascending);
    return scratch[k - below];
}

void waits_quantiles(double wait_ms[WAITS], const struct waits *w, int64_t admitted,
                     struct arena *scratch)
{
    static const double q[WAITS] = { 0.50, 0.95, 0.99, 1 };
    size_t count[SLICES] = { 0 }, largest = 0;
    int64_t longest = 0;
    int bits = 0;
    for (size_t i = 0; i < w->count; i++)
        longest = w->ns[i] > longest ? w->ns[i] : longest;
    while (longest >> bits >= SLICES)
        bits++;
    for (size_t i = 0; i < w->count; i++)
        count[w->ns[i] >> bits]++;
    for (size_t i = 0; i < SLICES; i++)
        largest = count[i] > largest ? count[i] : largest;
    int64_t *slice = ARENA_NEW(scratch, int64_t, largest + 1);
    int64_t at_once = admitted - (int64_t)w->count;
    for (int p = 0; p < WAITS; p++) {
        int64_t k = (int64_t)ceil(q[p] * (double)admitted) - 1 - at_once;
        wait_ms[p] = 0;
        if (admitted == 0)
            wait_ms[p] = (double)NAN;
        else if (k >= 0)
            wait_ms[p] =
                (double)order_statistic(w, count, bits, (size_t)k, slice) * 1e-6;
    }
}
