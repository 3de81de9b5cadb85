#ifndef PROBE_RECORD_H
#define PROBE_RECORD_H

/* What is known of one request of a probe. */

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "failure.h"
#include "usd.h"

/* No such moment: the request had no answer, the answer no text. */
#define PROBE_NEVER INT64_MIN

enum probe_phase {
    PROBE_WARMUP,   /* before the run; in no percentile */
    PROBE_MEASURED, /* all of a plain run; the reads of a cache probe */
    PROBE_CACHE_WRITE,
    PROBE_PHASES
};
const char *probe_phase_text(enum probe_phase p);

/* Times are CLOCK_MONOTONIC in ns since the run's zero, of bytes that have left the
 * socket. A closed loop intends a start when the request before has ended. */
struct probe_record {
    int64_t index;
    enum probe_phase phase;
    int64_t intended_ns, start_ns, connected_ns, sent_ns, headers_ns;
    int64_t first_ns;   /* t_1: first delta of text or reasoning that is not empty */
    int64_t visible_ns; /* first that is text */
    int64_t last_ns;    /* t_m: last content; of a plain answer its end */
    int64_t end_ns;     /* the end of the stream, after usage and metrics */
    bool new_connection;
    bool cut_off; /* we ended it: it was still running when the run was over */
    bool known_tokens;
    int64_t input_tokens, output_tokens, cache_read_tokens, cache_write_tokens;
    int64_t service_ms; /* AWS's own figure; -1 unknown */
    int64_t content_events, reasoning_events, wire_bytes;
    enum failure_class failure;
    int http_status;
    const char *code, *message, *stop_reason; /* "" none */
    bool priced;
    struct usd_acc cost, worst; /* of the usage; what it could have been */
    const int32_t *gap_us;      /* raw gaps between content events, in order */
    size_t gaps;
};

#endif
