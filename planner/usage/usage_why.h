#ifndef USAGE_WHY_H
#define USAGE_WHY_H

/* Why requests were throttled, and what would have avoided it: the requests of one
 * model are replayed against its quota, then against the quota with one thing
 * changed at a time. */

#include "admission.h"
#include "usage_record.h"

/* What fills a throttled minute's bucket. */
/* clang-format off */
#define WHY_CAUSES(X)                                                              \
    X(WHY_TPM,         "tokens_per_minute", "tokens per minute")                   \
    X(WHY_BURNDOWN,    "burndown",          "output tokens that count many times") \
    X(WHY_RESERVATION, "max_tokens",        "max_tokens reserved, not used")       \
    X(WHY_RPM,         "requests_per_minute", "requests per minute")               \
    X(WHY_TPD,         "tokens_per_day",    "tokens per day")                      \
    X(WHY_UNEXPLAINED, "unexplained",       "not explained by this quota")
/* clang-format on */
enum why_cause {
#define X(name, key, words) name,
    WHY_CAUSES(X)
#undef X
        WHY_CAUSE_COUNT
};
const char *why_cause_key(enum why_cause c);
const char *why_cause_words(enum why_cause c);

struct why_minute {
    int64_t start_us;  /* of a clock minute */
    int64_t throttled; /* in the logs */
    int64_t refused;   /* by the replay */
    enum why_cause cause;
};

/* What would have let every request of the throttled minutes pass; 0: nothing of this
 * kind would. */
struct why_answer {
    int64_t requests, throttled;
    struct why_minute *minute; /* the throttled ones, by time */
    size_t minutes;
    int64_t minutes_by_cause[WHY_CAUSE_COUNT];
    int64_t refused_elsewhere; /* by the replay, in minutes where nothing was throttled:
                                  many of them say that the quota is larger */
    double ttft_ms, tpot_ms;   /* as fitted to the latencies, or as given */
    bool latency_known;
    double enough_tpm, enough_rpm, enough_tpd;
    int64_t enough_max_tokens;    /* the largest that is small enough */
    double over_max_tokens_share; /* of requests that wrote more than that */
};

/* `quota` is of CAPACITY_QUOTA; RESERVE_MAX when max_tokens counts. `r` by time.
 * Errors: as replay_run(). Owns: the arena. */
NODISCARD enum err_code usage_why(struct why_answer *out, const struct admission *quota,
                                  const struct usage_record *r, size_t n,
                                  struct arena *a, struct err *e);

/* Requests of the throttled minutes that another quota would refuse. */
NODISCARD enum err_code usage_why_refused(int64_t *out, const struct why_answer *why,
                                          const struct admission *quota,
                                          const struct usage_record *r, size_t n,
                                          struct arena *a, struct err *e);

#endif
