#ifndef PLANNER_CAPACITY_CAPACITY_H
#define PLANNER_CAPACITY_CAPACITY_H

/* What `replay` and `size` share: the options that state a capacity, and words. */

#include <stdint.h>

#include "admission.h"
#include "app.h"

struct capacity_settings {
    double unit_input_tpm, unit_output_tpm;
    double quota_tpm, quota_rpm, quota_tpd, burndown;
    int64_t max_tokens;
    int reserve, retry; /* enum reserve, enum retry */
    double window_s, ttft_ms, tpot_ms;
};

/* Rows of an option table; `f` is the field of `S` that is a struct capacity_settings.
 */
/* clang-format off */
#define CAPACITY_REAL(S, f, key_, field, unit_, lo_, hi_, preset_, help_)              \
    { .key = key_, .type = OPT_REAL, .offset = OPT_FIELD(S, double, f.field),          \
      .unit = unit_, .lo = lo_, .hi = hi_, .preset = preset_, .help = help_ }
#define CAPACITY_OPTS(S, f)                                                            \
    CAPACITY_REAL(S, f, "unit_input_tpm", unit_input_tpm, "X", 0.001, 1e12, NULL,      \
        "input tokens per minute of one unit (AWS publishes none: ask, or probe)"),    \
    CAPACITY_REAL(S, f, "unit_output_tpm", unit_output_tpm, "X", 0.001, 1e12, NULL,    \
        "output tokens per minute of one unit"),                                       \
    CAPACITY_REAL(S, f, "quota_tpm", quota_tpm, "X", 0.001, 1e12, NULL,                \
        "on demand: tokens per minute"),                                               \
    CAPACITY_REAL(S, f, "quota_rpm", quota_rpm, "X", 0.001, 1e12, NULL,                \
        "on demand: requests per minute too"),                                         \
    CAPACITY_REAL(S, f, "quota_tpd", quota_tpd, "X", 0.001, 1e12, NULL,                \
        "on demand: tokens per day too"),                                              \
    CAPACITY_REAL(S, f, "burndown", burndown, "B", 0, 100, "1",                        \
        "on demand: output tokens count B times, once they are known"),                \
    { .key = "max_tokens", .type = OPT_INT, .unit = "M", .lo = 1,                      \
      .hi = REQUEST_MAX_TOKENS, .offset = OPT_FIELD(S, int64_t, f.max_tokens),         \
      .help = "output limit of requests that state none; reserved unless --reserve says otherwise" }, \
    { .key = "reserve", .type = OPT_CHOICE, .unit = "HOW", .choices = "actual|max",    \
      .hi = RESERVE_MAX, .offset = OPT_FIELD(S, int, f.reserve),                       \
      .help = "reserve the output that comes, or max_tokens until it has come [max with --max-tokens]" }, \
    CAPACITY_REAL(S, f, "window", window_s, "S", 0.001, 86400, "60",                   \
        "seconds of rate that a bucket holds (unpublished)"),                          \
    CAPACITY_REAL(S, f, "ttft_ms", ttft_ms, "A", 0, 1e9, "0",                          \
        "milliseconds to the first token: a request ends after A + output * B"),       \
    CAPACITY_REAL(S, f, "tpot_ms", tpot_ms, "B", 0, 1e6, "0",                          \
        "milliseconds per output token"),                                              \
    { .key = "retry", .type = OPT_CHOICE, .unit = "HOW", .choices = "none|sdk",        \
      .preset = "none", .hi = RETRY_SDK, .offset = OPT_FIELD(S, int, f.retry),         \
      .help = "what a refused request does; sdk: 3 attempts in all, full jitter" }
/* clang-format on */

/* The capacity of `units` units, or of the quota when that is what was stated.
 * Errors: ERR_USAGE: both, neither, or half of one. */
NODISCARD enum err_code capacity_admission(struct admission *out,
                                           const struct capacity_settings *s,
                                           const struct app *app, int64_t units,
                                           struct err *e);

/* Warns of what makes an answer hollow: completions at once. */
void capacity_warn(struct app *app, const struct admission_rules *rules);

/* "reserve max (1,024 where a request states none), window 60 s, retries as SDKs do" */
const char *capacity_manner(const struct admission *a, struct arena *arena);

/* "2 units of 200,000 input and 40,000 output tokens/min" or "quota of …". */
const char *capacity_words(const struct admission *a, int64_t units,
                           struct arena *arena);

/* 12345.5 -> "12,345.5"; at most three digits behind the point. */
const char *capacity_number(double value, struct arena *arena);
/* 0.01234 -> "1.23%": three significant digits. */
const char *capacity_share(double share, struct arena *arena);
/* "58 min 22 s" */
const char *capacity_span(double span_s, struct arena *arena);

#endif
