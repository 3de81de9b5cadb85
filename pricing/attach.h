#ifndef PRICING_ATTACH_H
#define PRICING_ATTACH_H

/* How many input tokens an image, a document or a video is, by model family.
 * Only what the providers publish: a formula is a count, published examples make an
 * estimate with its bounds, and where there is neither the answer is unknown.
 * Source: Anthropic, "Vision" and "PDF support", 2026; Amazon Nova user guide,
 * modalities-image and modalities-video; AWS docs, model-customization-prepare. */

#include <stdbool.h>
#include <stdint.h>

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

#endif
