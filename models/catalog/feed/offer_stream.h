#ifndef CATALOG_FEED_OFFER_STREAM_H
#define CATALOG_FEED_OFFER_STREAM_H

/* AWS's price list JSON as a stream of products and price dimensions, in memory that
 * does not grow with the file: bulk offer files (products and terms apart) and answers
 * of GetProducts (an array of documents, as text or as objects).
 * Source: the AWS Price List bulk and query API, format v1.0 and aws_v1. */

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

enum { OFFER_TEXT = 400 }; /* longer texts are cut */

enum offer_attribute {
    OFFER_USAGE_TYPE,
    OFFER_REGION,
    OFFER_MODEL,
    OFFER_TITAN_MODEL,
    OFFER_SERVICE_NAME,
    OFFER_SERVICE_CODE,
    OFFER_FEATURE,
    OFFER_INFERENCE,
    OFFER_TIER,
    OFFER_MODALITY,
    OFFER_RESOLUTION,
    OFFER_ATTRIBUTES
};

struct offer_product {
    char sku[OFFER_TEXT], key[OFFER_TEXT]; /* its own word, and its key in the file */
    char attribute[OFFER_ATTRIBUTES][OFFER_TEXT];
};

struct offer_price {
    char sku[OFFER_TEXT], rate_code[OFFER_TEXT], key[OFFER_TEXT], unit[OFFER_TEXT],
        about[OFFER_TEXT], begin[OFFER_TEXT], usd[OFFER_TEXT], effective[OFFER_TEXT];
    bool on_demand; /* else under terms.Reserved */
};

struct offer_header {
    char code[OFFER_TEXT], version[OFFER_TEXT], published[OFFER_TEXT];
};

/* Called as the file goes by; anything but OK ends the reading. `header` is what is
 * known so far: of an answer of GetProducts, the document's own. */
struct digest;
struct offer_sink {
    void *to;
    enum err_code (*product)(void *to, const struct offer_header *h,
                             const struct offer_product *p, struct err *e);
    enum err_code (*price)(void *to, const struct offer_header *h,
                           const struct offer_price *p, struct err *e);
    /* the end of a document of GetProducts, whose header is complete only then */
    enum err_code (*document)(void *to, const struct offer_header *h, struct err *e);
};

/* Read from `fd` where it stands to its end; every byte is added to `hash` (NULL: no).
 * Errors: ERR_INPUT with the byte where it
 * is no JSON, too deep, too long a text, or cut off. */
NODISCARD enum err_code offer_stream(struct offer_header *header, int fd,
                                     struct digest *hash, const struct offer_sink *sink,
                                     struct err *e);
/* The same of bytes in memory, fed in pieces of `step` bytes. */
NODISCARD enum err_code offer_stream_bytes(struct offer_header *header,
                                           const char *bytes, size_t size, size_t step,
                                           const struct offer_sink *sink,
                                           struct err *e);

#endif
