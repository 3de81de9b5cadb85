#ifndef PROBE_RESULT_H
#define PROBE_RESULT_H

/* What the requests of a run say together; the same for a run that has just ended and
 * one that was saved. */

#include "proof.h"
#include "probe_record.h"
#include "probe_stats.h"
#include "probe_store.h"

/* X(name, text, phase, what). Milliseconds. */
enum probe_metric {
    PROBE_TTFT,     /* t_1 - t_s: first content, reasoning or text */
    PROBE_VISIBLE,  /* first text - t_s */
    PROBE_LATENCY,  /* t_m - t_s: last content */
    PROBE_STREAM,   /* t_e - t_s: end of the stream */
    PROBE_TPOT,     /* (t_m - t_1) / (n_out - 1) */
    PROBE_GAP,      /* t_k - t_(k-1), raw */
    PROBE_RESPONSE, /* t_m - t_i: from the intended start */
    PROBE_ATTEMPTS, /* the same of all attempts: what failed never ends */
    PROBE_SERVICE,  /* AWS's latencyMs */
    PROBE_OUTSIDE,  /* latency less the service's: network, queue, gateways */
    PROBE_LAG,      /* t_s - t_i: our own lateness */
    PROBE_METRICS
};
struct probe_metric_words {
    const char *key, *text, *help;
    bool always; /* in the text table; else where there is something to see */
};
extern const struct probe_metric_words probe_metric_words[PROBE_METRICS];

enum {
    PROBE_LATE_MS = 50,         /* a start later than this is late */
    PROBE_BUFFERED_EVENTS = 10, /* with more events than this … */
};
extern const double probe_late_share;     /* more late starts: no open loop */
extern const double probe_buffered_share; /* … in less of the latency: buffered */

struct probe_note_count {
    const char *text;
    int64_t count;
};

struct probe_result {
    const struct probe_meta *meta;
    int64_t requests, ok, failed; /* of the measured part; requests = ok + failed */
    int64_t errors[FAILURE_CLASSES];
    const char *first_message[FAILURE_CLASSES]; /* AWS's own words, the first */
    const char *first_code[FAILURE_CLASSES];
    struct probe_stats metric[PROBE_METRICS];
    /* apart: */
    struct probe_stats warmup_ttft, warmup_latency;
    struct probe_stats cold_ttft, warm_ttft; /* on a new connection, on a kept one */
    struct probe_stats connect;              /* of new connections, ms */
    struct probe_stats cache_write_ttft;
    int64_t cache_hits; /* requests that read a cache */
    int64_t input_tokens, output_tokens, cache_read_tokens, cache_write_tokens;
    int64_t known_tokens; /* requests whose usage came */
    int64_t content_events, reasoning_events;
    struct usd usd;   /* of all, warm-up too */
    bool usd_known;   /* false: no price, or some answer without usage */
    int64_t unbilled; /* of a price, but without usage: may be billed */
    double offered_rate, achieved_rate, completed_rate; /* 1/s; NaN unknown */
    double output_tokens_per_s;
    double tokens_per_event; /* output tokens a content event; NaN unknown */
    double seconds;          /* first start to last end */
    int64_t late_starts, buffered, cut_off, in_flight_at_end;
    int64_t max_tokens_stops;        /* answers that max_tokens cut */
    const struct proof_list *prices; /* lines of `usd`; NULL: of a saved run, or none */
    bool explain;
    bool open_loop_held; /* of an open loop: few starts were late */
};

/* `record` in any order. Owns: the arena. Errors: ERR_RANGE of the cost. */
NODISCARD enum err_code probe_result_of(struct probe_result *out,
                                        const struct probe_meta *meta,
                                        const struct probe_record *record, size_t count,
                                        struct arena *a, struct err *e);

/* The metric of a key ("ttft_ms"), or PROBE_METRICS. */
enum probe_metric probe_metric_find(const char *key);

/* Values of one metric of the requests that succeeded, in the order of `record`.
 * Returns how many; `out` has room for all gaps or requests. */
size_t probe_values(double *out, enum probe_metric m, const struct probe_record *record,
                    size_t count);

#endif
