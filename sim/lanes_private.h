#ifndef SIM_LANES_PRIVATE_H
#define SIM_LANES_PRIVATE_H

/* What the loops over vectors and what surrounds them share. */

#include <string.h>

#include "lanes.h"
#include "rng.h"

enum { LANES = TRAFFIC_LANES, STEPS = 64 };

/* A gamma-distributed value of mean 1 as equally likely ones. */
enum { GAMMA_SLICES = 4096 };

/* Walker's alias table: draw a row, keep it or take its alias. */
struct alias_cell {
    uint32_t keep; /* of 2^32 */
    uint32_t alias;
    double input, output;
};

struct traffic {
    struct traffic_model model;
    struct alias_cell *cell;
    size_t cells;
    double *gamma[TRAFFIC_MODULATORS]; /* GAMMA_SLICES each; NULL: none */
    size_t hours;
    bool changes; /* of rate: hours or modulators */
};

/* The state of one batch of replicas, arrays by lane. */
struct lanes_source {
    uint64_t rng[4][LANES];
    double at_s[LANES];                 /* last arrival */
    double rate[LANES], until_s[LANES]; /* batches a second until that moment … */
    double gap_s[LANES];                /* … and 1 / rate, large where it is 0 */
    double level[TRAFFIC_MODULATORS][LANES], change_s[TRAFFIC_MODULATORS][LANES];
    uint64_t modulation[LANES]; /* splitmix64 */
    const struct traffic *traffic;
};

/* STEPS requests of each lane; those at span_s or later are not part of it. */
struct lanes_block {
    double at_s[STEPS][LANES], input[STEPS][LANES], output[STEPS][LANES];
};

void lanes_start(struct lanes_source *s, const struct traffic *t, uint64_t seed,
                 uint64_t batch);
/* Whether a lane is still within the span. */
bool lanes_running(const struct lanes_source *s);

/* What a request wants of bucket k, in seconds of its rate:
 * input × tokens + output × tokens + request; room for window_s. What it is charged
 * is the same unless the capacity settles: input × tokens + settled × tokens + once. */
struct lanes_bucket {
    double input, output, request, window_s;
    double settled, once;
};
struct lanes_capacity {
    struct lanes_bucket bucket[ADMISSION_BUCKETS];
    int count;
    bool settles;
    double wait_s[ADMISSION_BUCKETS][LANES]; /* until full again */
    double before_s[LANES];                  /* of the last arrival */
    struct lanes_result result;
};

/* Moves a lane on by `rest` mean gaps from its last arrival, over the moments at which
 * its rate changes. */
void lanes_cross(struct lanes_source *s, int lane, double rest);

/* One pair for each instruction set. */
#define LANES_PATHS_LIST(X) X(base) X(avx2) X(avx512)
#define X(name)                                                                        \
    void lanes_##name##_fill(struct lanes_block *b, struct lanes_source *s);           \
    void lanes_##name##_judge(struct lanes_capacity *c, const struct lanes_block *b,   \
                              double span_s);
LANES_PATHS_LIST(X)
#undef X

void lanes_fill(struct lanes_block *b, struct lanes_source *s, enum lanes_path path);
void lanes_judge(struct lanes_capacity *c, const struct lanes_block *b, double span_s,
                 enum lanes_path path);

#endif
