#ifndef CATALOG_FEED_USAGE_CLASS_H
#define CATALOG_FEED_USAGE_CLASS_H

/* What a record of AWS's price list is a price of, read from its usage type: the list
 * has no field that says so for all service codes. The words are a table; what no rule
 * knows is unclassified, never guessed.
 * Source: AWS Price List records and their usage types, 2026-05 to 2026-09. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum usage_family {
    USAGE_UNCLASSIFIED,
    USAGE_TOKEN,  /* a row of prices by dimension: tokens, images, seconds of video */
    USAGE_UNIT,   /* model units, reserved tokens per minute, by the hour */
    USAGE_TUNING, /* training, storage of custom models */
    USAGE_OTHER,  /* services around models */
};
enum { USAGE_FAMILIES = USAGE_OTHER + 1 };
const char *usage_family_text(enum usage_family f);

/* What a record says of itself; NULL or "" is silent. */
struct usage_words {
    const char *code;      /* "AmazonBedrock", … */
    const char *usage;     /* "NovaMicro-input-tokens-batch": without the region code */
    const char *feature;   /* "Batch Inference" */
    const char *inference; /* "Input tokens" */
    const char *tier;      /* service_tier */
    const char *unit;      /* as published: "1K tokens" */
    const char *about;     /* the dimension's description */
    const char *media;     /* modality and resolution: "Document image", "HD" */
};

enum { USAGE_TEXT = 64 };

struct usage_class {
    enum usage_family family;
    char dimension[USAGE_TEXT];             /* of USAGE_TOKEN: "batch_input" */
    bool long_context;                      /* for requests above the model's step */
    const char *scope;                      /* "", "global", "geo/in-region" */
    const char *scheme, *kind, *commitment; /* of USAGE_UNIT */
    const char *service;                    /* of USAGE_OTHER */
    const char *method;                     /* of USAGE_TUNING */
    const char *item;                       /* of both; NULL: the usage type itself */
    const char *unit;                       /* ours: "token", "model unit-hour" … */
    int32_t per; /* of them; 0: the published unit is unknown */
};

/* Never fails: what it does not know is USAGE_UNCLASSIFIED; a known usage in an unknown
 * unit has `per` 0. Owns: nothing, all texts are constants. */
void usage_classify(struct usage_class *out, const struct usage_words *w);

/* Of USAGE_TOKEN: a price of images, seconds, videos or queries, not of tokens. */
bool usage_is_media(const struct usage_class *c);

/* Split "USE1-NovaMicro-input-tokens" and "USE1-MP:USE1_InputTokenCount-Units" into the
 * region's code (`*prefix_bytes`, 0 when there is none) and what follows it, with
 * "MP:USE1_" cut too. Returns the rest, inside `usage_type`. */
const char *usage_rest(const char *usage_type, size_t *prefix_bytes);

#endif
