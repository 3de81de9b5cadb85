#ifndef CATALOG_FEED_USAGE_NAME_H
#define CATALOG_FEED_USAGE_NAME_H

/* A usage type of a bill, read as a price list's own records are: which model, in which
 * region, a price of what. */

#include "catalog.h"

struct name_join;

/* What it is a price of. */
enum usage_sold { SOLD_UNKNOWN, SOLD_TOKENS, SOLD_UNITS, SOLD_TUNING, SOLD_SERVICE };

struct usage_meaning {
    const char *model;     /* id; NULL with `why` */
    const char *dimension; /* "batch_input"; "" when it is no price of tokens */
    const char *why;       /* NULL, or why it could not be read */
    bool global;           /* billed at the global profile's price */
    int32_t per;           /* of the published unit; 0 unknown */
    enum usage_sold sold;
    /* of units: scheme, kind and commitment; of tuning: method and item; of services:
     * service and item; NULL where nothing says */
    const char *scheme, *kind, *commitment, *method, *service, *item;
};

/* `code` "" is found by the usage type's own style; `product` is the product's name
 * ("Claude Sonnet 4.6 (Amazon Bedrock Edition)") where the bill has one, else "".
 * Owns: the arena. */
struct usage_meaning usage_read(const char *usage_type, const char *product,
                                const char *unit, struct name_join *join,
                                struct arena *a);

/* What stands before the kind of use in a usage type of the service itself, its region
 * cut: "NovaMicro", "openai.gpt-oss-120b"; "" when none is known. Owns: the arena. */
const char *usage_model_word(const char *rest, struct arena *a);

#endif
