#ifndef USAGE_RECORD_H
#define USAGE_RECORD_H

/* One request of real traffic: counts and times, nothing of what was said. */

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "str.h"

/* X(name, word in JSON) */
/* clang-format off */
#define USAGE_STATUS_LIST(X)               \
    X(USAGE_OK,         "ok")              \
    X(USAGE_THROTTLED,  "throttled")       \
    X(USAGE_NOT_READY,  "not_ready")       \
    X(USAGE_ACCESS,     "access")          \
    X(USAGE_VALIDATION, "validation")      \
    X(USAGE_NOT_FOUND,  "not_found")       \
    X(USAGE_TIMEOUT,    "timeout")         \
    X(USAGE_SERVICE,    "service")         \
    X(USAGE_STREAM,     "stream")          \
    X(USAGE_OTHER,      "other")
/* clang-format on */

enum usage_status {
#define X(name, word) name,
    USAGE_STATUS_LIST(X)
#undef X
        USAGE_STATUSES
};
const char *usage_status_word(enum usage_status s);
/* Of an errorCode ("ThrottlingException"); USAGE_OK for none. */
enum usage_status usage_status_of(struct str error_code);

/* Beyond it a count is a mistake: the largest context windows hold 1e7. */
enum { USAGE_MAX_TOKENS = 100000000 };

struct usage_record {
    int64_t at_us;            /* unix when the usage is dated, else from any origin */
    uint32_t input;           /* tokens: uncached, cached and written ones */
    uint32_t cached, written; /* of the input: read from, written to a cache */
    uint32_t output;
    uint32_t max_tokens; /* 0: not stated */
    uint32_t latency_ms; /* 0: not stated */
    uint32_t id;    /* hash of the request's id, by which doubles are known; 0 none */
    uint16_t model; /* index into usage_models */
    uint8_t status; /* enum usage_status */
};

/* By time; what differs in nothing else by a fixed rule. For qsort(). */
int usage_record_order(const void *a, const void *b);
/* The same request, read twice. */
int usage_record_same(const struct usage_record *a, const struct usage_record *b);

/* What was called where; both "" when not stated. */
struct usage_model {
    const char *id, *region;
};
enum { USAGE_MAX_MODELS = 65535 };
struct usage_models {
    struct usage_model *model;
    size_t count, capacity;
    uint32_t *slot; /* open addressing: index + 1, 0 free */
    size_t slots;
    struct arena *arena;
};

/* The index of (id, region), added when it is new. Errors: ERR_RANGE too many. */
NODISCARD enum err_code usage_models_index(uint16_t *out, struct usage_models *m,
                                           struct str id, struct str region,
                                           struct err *e);

/* "arn:…:inference-profile/us.amazon.x" -> "us.amazon.x"; what an ARN hides behind a
 * number of AWS's own ("application-inference-profile/ab12") keeps its kind. */
struct str usage_model_name(struct str id);

uint32_t usage_hash(struct str text); /* never 0 */

#endif
