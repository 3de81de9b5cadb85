#ifndef USAGE_TRACE_H
#define USAGE_TRACE_H

/* A trace: one request a line of CSV, in order of time.
 *
 * Columns by name, case folded, others are ignored: `timestamp` (a date such as
 * 2023-11-16 18:15:46.6805900) or `seconds` (from any origin); `input`, `input_tokens`
 * or Azure's `ContextTokens`; `output`, `output_tokens` or `GeneratedTokens`; `cached`
 * or `cached_tokens`, of the input, 0 where there is no such column; and `max_tokens`,
 * where an empty field or 0 states none.
 *
 * Not read by base/csv.h: its rows stay in the arena, five times the size of what is
 * kept of them, and each costs a parser; traces have millions. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "summary.h"

struct trace {
    struct traffic_request *request; /* at_s from origin_unix_s if dated */
    size_t count;                    /* at least 1 */
    bool dated, has_cached, has_max_tokens;
    int64_t origin_unix_s; /* whole second of the first request; 0 unless dated */
};

/* Errors: ERR_IO; ERR_INPUT and ERR_RANGE with "FILE:LINE: " (no such column, not a
 * number or a date, time going back, no requests). Owns: the arena. */
NODISCARD enum err_code trace_read(struct trace *out, const char *path, struct arena *a,
                                   struct err *e);

/* The same of bytes; `name` stands in messages. */
NODISCARD enum err_code trace_parse(struct trace *out, const char *name,
                                    const char *bytes, size_t size, struct arena *a,
                                    struct err *e);

#endif
