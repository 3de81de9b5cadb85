#ifndef EVALUATE_EVAL_RUN_ENGINE_H
#define EVALUATE_EVAL_RUN_ENGINE_H

/* Asks a list of questions, so many at a time. Each is paid out of the cap, at its
 * worst, before it is sent. A refusal that a later moment may mend (throttled, not
 * ready, out of capacity) is repeated after a wait, at most so often, and every
 * repetition is counted: none is hidden. One thread. */

#include <signal.h>

#include "client.h"
#include "probe_engine.h"
#include "probe_price.h"
#include "probe_spend.h"

/* One question. Input is an upper bound: a token is a byte at least. */
struct eval_ask {
    enum aws_operation operation; /* CONVERSE_STREAM, CONVERSE or INVOKE_MODEL */
    const char *model;
    const struct probe_price *price;
    int64_t input_worst, output_worst;
};

/* How it ended. Texts hold during the call. */
struct eval_answer {
    struct aws_failure failure; /* of the last attempt; class_ FAILURE_NONE: none */
    struct str text;            /* what a model said; InvokeModel's whole body */
    const char *stop_reason;
    bool known_tokens;
    int64_t input_tokens, output_tokens, cache_read_tokens, cache_write_tokens;
    int64_t ttft_ns, latency_ns; /* of the last attempt, from its start; -1 none */
    int64_t service_ms;          /* AWS's own figure; -1 unknown */
    int64_t attempts, throttled; /* throttled: of them, with 429 */
    int64_t waited_ns;           /* between attempts, on purpose */
    bool priced;                 /* `cost` is what it cost */
    struct usd_acc cost;
};

struct eval_order {
    size_t count;
    int64_t concurrency, timeout_ms;
    int64_t retries;    /* of one question */
    int64_t backoff_ns; /* U(0,1) × min(backoff × 2^i, 20 s) before repetition i */
    uint64_t seed;      /* of those waits */
    const volatile sig_atomic_t *interrupts; /* 1: finish what is asked, 2: cut; NULL */
    void *context;
    /* The question `index` and its body, into `body` which is empty. */
    enum err_code (*ask)(void *context, struct eval_ask *out, struct buf *body,
                         size_t index, struct err *e);
    /* Before the loop waits for the network; NULL nothing. */
    enum err_code (*idle)(void *idle_context, struct err *e);
    void *idle_context;
    /* Once for each question that was sent; an error ends the run. */
    enum err_code (*done)(void *context, size_t index, const struct eval_answer *a,
                          struct err *e);
};

/* Sums over all orders that share it: zeroed, but `spend`, before the first. */
struct eval_tally {
    struct probe_spend spend;
    enum probe_stop stop;
    int64_t asked, answered, failed;       /* questions; asked = answered + failed */
    int64_t attempts, throttled, repeated; /* requests */
    int64_t waited_ns;
    int64_t failures[FAILURE_CLASSES];         /* of questions, by their last attempt */
    struct aws_failure first[FAILURE_CLASSES]; /* in AWS's own words */
    int64_t unpriced; /* answers whose cost nobody knows: counted at their worst */
};

/* Stops early for the cap (nothing more fits in what is left), for the user, or for an
 * error: `t->stop` says so and later orders ask nothing.
 * Errors: of the client's loop, of `ask` and `done`; requests that fail are no errors.
 */
NODISCARD enum err_code eval_run_order(struct eval_tally *t, const struct eval_order *o,
                                       struct client *c, struct err *e);

#endif
