#ifndef PRICING_ROW_H
#define PRICING_ROW_H

/* A published price with its proof, and the words of the price list. */

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "usd.h"

/* A = AWS page, docs or Price List record; B = somebody's reading of AWS; C = one
 * aggregator only. */
enum trust { TRUST_A, TRUST_B, TRUST_C };

/* What an answer says about a price it used. */
enum {
    MARK_REGION_ASSUMED = 1, /* the source named no region */
    MARK_CONFLICT = 2,       /* a source disagrees: both are shown */
    MARK_SUSPICIOUS = 4,     /* fails a ratio rule */
    MARK_TRUST_C = 8,        /* one aggregator only */
    MARK_ESTIMATE = 16,      /* the quantity is an estimate, not a count */
};
/* "region assumed" … of one bit. */
const char *mark_text(unsigned mark);

struct price_row {
    int64_t id;
    const char *model, *scope, *region;   /* region "*": the source named none */
    const char *dimension, *context_tier; /* "batch_input"; "", ">200k" or ">272k" */
    const char *unit;                     /* "token", "image", "second", … */
    struct usd_rate rate;
    const char *source, *as_of, *note;
    const char *doubt;   /* the ratio rule it fails, "" when none */
    int64_t from_unix_s; /* extended access, or announced: bills from here on; else
                            INT64_MIN */
    int agree, disagree; /* other sources */
    enum trust trust;
};

/* A model unit's or a reserved token's price by the hour. */
struct unit_price {
    int64_t id;
    const char *model, *region; /* "*", or a region; a lost label is "page-group" */
    const char *scheme;         /* "model unit", "reserved tier global", … */
    const char
        *kind; /* "base", "custom", "base and custom", "input TPM", "output TPM" */
    const char *commitment; /* "none", "1-month", "3-month", "6-month" */
    const char *unit;       /* "model unit-hour", "1K tokens-per-minute-hour" */
    struct usd_rate rate;
    const char *source, *as_of, *note;
    int64_t from_unix_s; /* announced: bills from here on; else INT64_MIN */
    enum trust trust;
};

/* Training, storage, custom on-demand, import units; and the prices around models
 * (Guardrails, Flows, Knowledge Bases, …): one shape. */
struct item_price {
    int64_t id;
    const char *subject; /* model id or "*", or the service */
    const char *method;  /* "fine-tuning", …; "" for services */
    const char *item, *unit;
    const char *region; /* "*": the source named none */
    bool known;         /* false: AWS sells it, the price was not found */
    struct usd_rate rate;
    const char *source, *as_of, *note;
    int64_t from_unix_s; /* announced: bills from here on; else INT64_MIN */
    enum trust trust;
};

#endif
