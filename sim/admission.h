#ifndef SIM_ADMISSION_H
#define SIM_ADMISSION_H

/* What a capacity lets in: provisioned model units or an on-demand quota, as a set of
 * token buckets that must all have room.
 *
 *   units   input bucket and output bucket
 *   quota   tokens per minute; requests per minute and tokens per day where there are
 *
 * Source: AWS docs, quotas-token-burndown and prov-throughput. Window and refill are
 * not published: the window is a parameter, the refill is continuous. */

#include <stdbool.h>
#include <stdint.h>

#include "bucket.h"
#include "err.h"

enum capacity_kind { CAPACITY_UNITS, CAPACITY_QUOTA };
enum reserve { RESERVE_ACTUAL, RESERVE_MAX };
enum retry { RETRY_NONE, RETRY_SDK };

struct admission {
    enum capacity_kind kind;
    double input_tpm, output_tpm; /* CAPACITY_UNITS: of all units together */
    double quota_tpm, rpm, tpd;   /* CAPACITY_QUOTA; rpm, tpd 0: none */
    double burndown;              /* CAPACITY_QUOTA: of output tokens */
    double window_s;              /* capacity = rate × window; tokens per day: a day */
    enum reserve reserve;         /* of output, until completion */
    int64_t max_tokens;           /* where a request states none; 0: none */
    double ttft_ms, tpot_ms;      /* completion = start + ttft + output × tpot */
    enum retry retry;
};

/* Retries as SDKs do: attempts in all, longest delay. Source: botocore,
 * retries/standard.py: delay = U(0,1) × min(2^i, 20) s. */
enum { RETRY_ATTEMPTS = 3, RETRY_MAX_DELAY_S = 20 };

enum { ADMISSION_BUCKETS = 3, REQUEST_MAX_TOKENS = 100000000 };

enum bucket_name { BUCKET_INPUT, BUCKET_OUTPUT, BUCKET_TPM, BUCKET_RPM, BUCKET_TPD };
const char *bucket_name_text(enum bucket_name n); /* "input tokens per minute", … */

/* What a request takes from a bucket, in thousandths: at its start
 * input × tokens + reserved × output + request, after completion
 * input × tokens + settled × output + request. */
struct bucket_rule {
    enum bucket_name name;
    double rate; /* tokens (requests) per period */
    int64_t period_s;
    int64_t input, reserved, settled, request;
    struct bucket full;
};

struct admission_rules {
    struct bucket_rule rule[ADMISSION_BUCKETS];
    int count;
    enum reserve reserve;
    int64_t max_tokens;
    bool settles; /* completions change levels */
    enum retry retry;
    double ttft_ms, tpot_ms;
};

/* Rates are kept to 0.001 a minute, the window to 1 ns.
 * Errors: ERR_RANGE naming the field (not positive, not finite, beyond 1e12 a minute,
 * a window over a day). */
NODISCARD enum err_code admission_rules(struct admission_rules *out,
                                        const struct admission *a, struct err *e);

#endif
