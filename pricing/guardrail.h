#ifndef PRICING_GUARDRAIL_H
#define PRICING_GUARDRAIL_H

/* What a guardrail counts: text units of up to 1 000 characters, each text rounded up
 * by itself, for every policy that is switched on.
 * Source: AWS pricing page, Guardrails, 2025-02-28. */

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"

enum guard_policy {
    GUARD_CONTENT,
    GUARD_ATTACK, /* prompt attacks, where they are a check of their own */
    GUARD_TOPICS,
    GUARD_WORDS,
    GUARD_PII,
    GUARD_REGEX,
    GUARD_GROUNDING, /* source, question and answer, once there is an answer */
    GUARD_REASONING, /* automated reasoning, for every policy of its own */
    GUARD_POLICIES
};
const char *guard_text(enum guard_policy p); /* "content", … as people write it */

/* How it is called: with the model, by ApplyGuardrail, by InvokeGuardrailChecks. */
enum guard_api { GUARD_INLINE, GUARD_APPLY, GUARD_CHECKS, GUARD_APIS };

/* The price list's item; NULL: no source names a price of it by this call. */
const char *guard_item(enum guard_policy p, enum guard_api api);

enum guard_side { GUARD_INPUT, GUARD_OUTPUT, GUARD_SIDES };

struct guard {
    bool on[GUARD_POLICIES][GUARD_SIDES];
};

/* "content, topics:input, pii:output": both sides unless one is named; grounding and
 * reasoning judge answers, attack questions. Errors: ERR_INPUT with the nearest word.
 */
NODISCARD enum err_code guard_parse(struct guard *out, const char *text,
                                    struct arena *a, struct err *e);

/* Text units of one text. Range: chars >= 0. */
int64_t guard_units(int64_t chars);

#endif
