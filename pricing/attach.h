#ifndef PRICING_ATTACH_H
#define PRICING_ATTACH_H

/* How many input tokens an image, a document or a video is, by model family.
 * Only what the providers publish: a formula is a count, published examples make an
 * estimate with its bounds, and where there is neither the answer is unknown.
 * Source: Anthropic, "Vision" and "PDF support", 2026; Amazon Nova user guide,
 * modalities-image and modalities-video; AWS docs, model-customization-prepare. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"

enum attach_family {
    ATTACH_UNKNOWN,
    ATTACH_CLAUDE,      /* at most 1 568 pixels and tokens */
    ATTACH_CLAUDE_HIGH, /* at most 2 576 pixels and 4 784 tokens */
    ATTACH_NOVA,        /* Nova Lite and Pro: 960 video frames */
    ATTACH_NOVA_PREMIER,
    ATTACH_LLAMA,
};

/* By the model's id, a variant's too. */
enum attach_family attach_family(const char *model);

struct attach_tokens {
    bool known;
    bool estimate; /* else a count, and the three are equal */
    int64_t low, likely, high;
    const char *basis; /* one phrase: the formula, or why it is unknown */
};

/* An image of `width` x `height` pixels.
 * Errors: ERR_RANGE when a side is not 1 to 8 000 pixels. */
NODISCARD enum err_code attach_image(struct attach_tokens *out, enum attach_family f,
                                     int64_t width, int64_t height, struct err *e);

/* A PDF of `pages` text pages. With `text_only` (Converse without citations) only the
 * text is read, else every page is an image too.
 * Errors: ERR_RANGE when not 1 to 600 pages. */
NODISCARD enum err_code attach_pdf(struct attach_tokens *out, enum attach_family f,
                                   int64_t pages, bool text_only, struct err *e);

/* A video of `seconds`; size and frame rate do not matter.
 * Errors: ERR_RANGE when not 1 to 86 400 s. */
NODISCARD enum err_code attach_video(struct attach_tokens *out, enum attach_family f,
                                     int64_t seconds, struct err *e);

/* A document that becomes text (csv, docx, html, md, txt, xlsx …) of so many
 * characters: about four to a token, by any family; tokenizers differ by 30 %.
 * Errors: ERR_RANGE when not 1 to 1e9 characters. */
NODISCARD enum err_code attach_document(struct attach_tokens *out, int64_t chars,
                                        struct err *e);

enum attach_kind { ATTACH_IMAGE, ATTACH_PDF, ATTACH_VIDEO, ATTACH_DOCUMENT };

/* One of a request's attachments, so many times. */
struct attach_item {
    enum attach_kind kind;
    int64_t a, b;     /* width and height; pages; seconds; characters */
    bool text_only;   /* of a PDF */
    double megabytes; /* of the file; 0: not stated */
    int64_t times;
};

/* Tokens of one of them. Errors: ERR_RANGE. */
NODISCARD enum err_code attach_item_tokens(struct attach_tokens *out,
                                           enum attach_family f,
                                           const struct attach_item *item,
                                           struct err *e);

/* Why a request with these is refused: a sentence for each limit of the family that it
 * breaks, up to ATTACH_LIMITS; returns how many. Sizes that are not stated break none,
 * nor does anything of a family whose limits nobody publishes. `context_window` 0:
 * unknown.
 * Source: Anthropic, "Vision", 2026; Amazon Nova user guide, modalities; AWS docs,
 * inference-api-restrictions and the Converse API. */
enum { ATTACH_LIMITS = 8 };
size_t attach_limits(const char *out[ATTACH_LIMITS], enum attach_family f,
                     const struct attach_item *items, size_t count,
                     int64_t context_window, struct arena *a);

#endif
