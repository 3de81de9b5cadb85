#ifndef MODELS_BEDROCK_CONVERSE_H
#define MODELS_BEDROCK_CONVERSE_H

/* Bodies of Converse, ConverseStream, CountTokens and of embeddings by InvokeModel, and
 * what their answers say.
 * Source: boto/botocore data/bedrock-runtime/2023-09-30/service-2.json. */

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "client.h"
#include "err.h"
#include "str.h"

enum converse_part_kind {
    CONVERSE_TEXT,
    CONVERSE_IMAGE,    /* format png, jpeg, gif, webp */
    CONVERSE_DOCUMENT, /* format pdf, csv, doc, docx, xls, xlsx, html, txt, md */
    CONVERSE_CACHE_POINT
};

struct converse_part {
    enum converse_part_kind kind;
    struct str bytes;   /* text, or the file as it is */
    const char *format; /* of image and document */
    const char *name;   /* of a document */
};

struct converse_message {
    bool assistant; /* else user */
    const struct converse_part *part;
    size_t parts;
};

struct converse {
    const struct converse_message *message;
    size_t messages;
    const char *system;        /* NULL none */
    bool system_cache_point;   /* behind `system` */
    const char *cache_ttl;     /* "5m", "1h" of cache points; NULL AWS's default */
    int64_t max_tokens;        /* 0: not sent, the model's maximum is reserved */
    double temperature, top_p; /* NAN: not sent */
    const char *service_tier;  /* "priority", "flex", "reserved"; NULL default */
    const char *latency;       /* "optimized"; NULL standard */
    const char *extra_fields;  /* additionalModelRequestFields, JSON text; NULL none */
};

/* Appends the JSON body. Errors: ERR_INPUT text that is not UTF-8, an image or document
 * without format, larger than `out` may grow. */
NODISCARD enum err_code converse_body(struct buf *out, const struct converse *q,
                                      struct err *e);
/* The body of CountTokens for the same question. */
NODISCARD enum err_code converse_count_body(struct buf *out, const struct converse *q,
                                            struct err *e);

/* The text of a Converse answer (its text blocks one after the other). */
NODISCARD enum err_code converse_text(const char **out, struct str body,
                                      struct arena *a, struct err *e);

/* Body of an embedding of `text` for a model of Amazon (Titan: inputText) or Cohere
 * (texts, input_type). Errors: ERR_INPUT another family. */
NODISCARD enum err_code embedding_body(struct buf *out, const char *model,
                                       struct str text, struct err *e);

#endif
