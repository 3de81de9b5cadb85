#ifndef PROBE_ENGINE_H
#define PROBE_ENGINE_H

/* Runs a probe: starts requests when they are due, stamps what comes back, stops for
 * the cap or the user, waits for what is in flight. One thread. */

#include <signal.h>

#include "client.h"
#include "probe_price.h"
#include "probe_prompt.h"
#include "probe_record.h"
#include "probe_schedule.h"
#include "probe_spend.h"

struct probe_order {
    const char *model;
    bool stream;
    bool open_loop;
    struct probe_schedule schedule; /* of an open loop */
    int64_t requests, for_ns;       /* of a closed loop; 0: the other decides */
    int64_t concurrency;            /* of a closed loop */
    int64_t warmup;                 /* requests before, one after the other */
    bool cache;                     /* the first request writes, alone */
    int64_t max_in_flight;
    int64_t timeout_ms; /* of one request */
    int64_t drain_ns;   /* how long those in flight are waited for at the end */
    const struct probe_prompts *prompts;
    const struct probe_price *price;
    struct usd_acc cap;
    bool capped;
    const volatile sig_atomic_t *interrupts; /* 1: drain, 2: end at once; NULL */
    /* Called for each request that has ended, in that order; an error ends the run. */
    enum err_code (*on_record)(void *context, const struct probe_record *r,
                               struct err *e);
    void *context;
};

enum probe_stop {
    PROBE_DONE,
    PROBE_STOPPED_CAP,
    PROBE_STOPPED_USER,
    PROBE_STOPPED_ERROR
};

/* Owns: records, gaps and texts in the arena. */
struct probe_run {
    struct probe_record *record; /* in the order of their ends */
    size_t count, capacity;
    enum probe_stop stop;
    int64_t zero_ns;     /* CLOCK_MONOTONIC of the run's zero, before any warm-up */
    int64_t measured_ns; /* when the measured part began */
    int64_t offered_ns;  /* when the last request had started */
    int64_t in_flight_at_stop, cut_off;
    int64_t capped_starts; /* that had to wait for max_in_flight */
    struct probe_spend spend;
    struct aws_failure first_failure[FAILURE_CLASSES]; /* in AWS's own words */
    const char **text; /* codes and messages, kept once */
    size_t texts, text_capacity;
};

/* Errors: of the client's loop, of bodies, of on_record; requests that fail are no
 * errors. What was recorded by then stays in `out`. */
NODISCARD enum err_code probe_run(struct probe_run *out, const struct probe_order *o,
                                  struct client *c, struct arena *a, struct err *e);

/* The worst that the whole order can cost. `known` false: a closed loop that ends by
 * the clock has no worst. Errors: ERR_RANGE, ERR_UNPRICED. */
NODISCARD enum err_code probe_worst(struct usd_acc *out, bool *known,
                                    const struct probe_order *o, struct err *e);

#endif
