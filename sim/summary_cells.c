#include "summary.h"

#include <assert.h>
#include <stdlib.h>

/* 16, 18, 20, … 30, 32, 36, …: eight buckets between a power of two and the next. */
enum { EXACT = 16, EXACT_BITS = 4, PER_OCTAVE_BITS = 3, PER_OCTAVE = 8 };

static int log2_floor(int64_t x)
{
    return 63 - __builtin_clzll((unsigned long long)x);
}

int32_t summary_bucket(int64_t tokens)
{
    assert(tokens >= 0 && tokens <= SUMMARY_MAX_TOKENS);
    if (tokens < EXACT) return (int32_t)tokens;
    int octave = log2_floor(tokens);
    int eighth = (int)(tokens >> (octave - PER_OCTAVE_BITS)) & (PER_OCTAVE - 1);
    return EXACT + (octave - EXACT_BITS) * PER_OCTAVE + eighth;
}

void summary_bucket_range(int32_t bucket, int64_t *lo, int64_t *hi)
{
    assert(bucket >= 0 && bucket < SUMMARY_BUCKETS);
    if (bucket < EXACT) {
        *lo = *hi = bucket;
        return;
    }
    int shift = (bucket - EXACT) / PER_OCTAVE + EXACT_BITS - PER_OCTAVE_BITS;
    int64_t first = PER_OCTAVE + (bucket - EXACT) % PER_OCTAVE;
    *lo = first << shift;
    *hi = ((first + 1) << shift) - 1;
}

static int by_tokens(const void *a_, const void *b_)
{
    const struct length_cell *a = a_, *b = b_;
    if (a->input_tokens < b->input_tokens) return -1;
    if (a->input_tokens > b->input_tokens) return 1;
    return (a->output_tokens > b->output_tokens) -
           (a->output_tokens < b->output_tokens);
}

enum err_code lengths_of_cells(struct lengths *out, const struct summary_cell *cell,
                               size_t cells, struct arena *a, struct err *e)
{
    double requests = 0;
    for (size_t i = 0; i < cells; i++)
        requests += (double)cell[i].requests;
    if (!(requests > 0)) return err_set(e, ERR_INPUT, "a histogram without requests");
    struct lengths l = { .cell = ARENA_NEW(a, struct length_cell, cells) };
    for (size_t i = 0; i < cells; i++) {
        double n = (double)cell[i].requests;
        if (!(n > 0)) continue;
        l.cell[l.count++] = (struct length_cell){
            .share = n / requests,
            .input_tokens = (double)cell[i].input_tokens / n,
            .output_tokens = (double)cell[i].output_tokens / n,
        };
    }
    qsort(l.cell, l.count, sizeof *l.cell, by_tokens);
    *out = l;
    return OK;
}

enum err_code lengths_of_summary(struct lengths *out, const struct traffic_summary *s,
                                 struct arena *a, struct err *e)
{
    return lengths_of_cells(out, s->cell, s->cells, a, e);
}
