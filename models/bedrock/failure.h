#ifndef MODELS_BEDROCK_FAILURE_H
#define MODELS_BEDROCK_FAILURE_H

/* Why a request failed: a class that programs can count, AWS's own words, and what to
 * do about it. */

#include <stdint.h>

#include "err.h"
#include "str.h"

/* X(class, name in JSON and tables, err_code of a command that fails for it) */
/* clang-format off */
#define FAILURE_LIST(X)                                                    \
    X(FAILURE_THROTTLED,     "throttled",     ERR_NET)                     \
    X(FAILURE_NOT_READY,     "not_ready",     ERR_NET)                     \
    X(FAILURE_ACCESS,        "access",        ERR_CREDENTIALS)             \
    X(FAILURE_VALIDATION,    "validation",    ERR_NET)                     \
    X(FAILURE_NEEDS_PROFILE, "needs_profile", ERR_NET)                     \
    X(FAILURE_NOT_FOUND,     "not_found",     ERR_NET)                     \
    X(FAILURE_TIMEOUT,       "timeout",       ERR_NET)                     \
    X(FAILURE_SERVICE,       "service",       ERR_NET)                     \
    X(FAILURE_STREAM,        "stream",        ERR_NET)                     \
    X(FAILURE_TRUNCATED,     "truncated",     ERR_NET)                     \
    X(FAILURE_CHECKSUM,      "checksum",      ERR_NET)                     \
    X(FAILURE_CONNECT,       "connect",       ERR_NET)                     \
    X(FAILURE_CREDENTIALS,   "credentials",   ERR_CREDENTIALS)             \
    X(FAILURE_OTHER,         "other",         ERR_NET)
/* clang-format on */

enum failure_class {
    FAILURE_NONE = 0,
#define X(class_, name, code) class_,
    FAILURE_LIST(X)
#undef X
        FAILURE_CLASSES
};

struct aws_failure {
    enum failure_class class_;
    int http_status;     /* 0: no answer came */
    char code[64];       /* "ThrottlingException"; "" where AWS named none */
    char message[512];   /* AWS's own words, or libcurl's; one line, no control
                            characters */
    char request_id[64]; /* x-amzn-RequestId */
    int64_t
        clock_skew_s; /* our clock minus AWS's Date, when that is the cause; else 0 */
};

/* "throttled"; "" for FAILURE_NONE. */
const char *failure_name(enum failure_class c);

/* What to do about it, one line without full stop; "" where there is nothing to say. */
const char *failure_advice(const struct aws_failure *f);

/* An answer that is not 2xx. `error_type` is the x-amzn-ErrorType header or "", `date`
 * the Date header or "", `body` JSON (or XML of STS), possibly cut short.
 * Source: CONTRACT of error classes; botocore's service models for the codes. */
void failure_of_answer(struct aws_failure *out, int http_status, const char *error_type,
                       const char *date, struct str body, int64_t now_unix_s);

/* An exception event inside a stream: `code` "throttlingException", `payload` JSON. */
void failure_of_event(struct aws_failure *out, struct str code, struct str payload);

/* Our own: a class with words. */
void failure_set(struct aws_failure *out, enum failure_class c, const char *fmt, ...)
    PRINTF(3, 4);

/* "ThrottlingException: Too many tokens …; what to do" with the exit status of its
 * class. */
enum err_code failure_err(struct err *e, const struct aws_failure *f);

#endif
