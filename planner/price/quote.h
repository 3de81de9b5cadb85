#ifndef PLANNER_PRICE_QUOTE_H
#define PLANNER_PRICE_QUOTE_H

/* What `bedplan price` was asked, and the answer before it is printed. */

#include "app.h"
#include "attach.h"
#include "bill.h"
#include "catalog.h"

struct price_settings {
    const char *region;
    int64_t input, output, cache_read, cache_write, images, requests;
    int64_t at_unix_s;
    int cache_ttl, tier, routing; /* rows of their choices */
    int32_t discount_ppm;
    const char *image_quality, *image_size;
    const char *guardrail;
    int guardrail_api; /* enum guard_api */
    int64_t input_chars, output_chars, grounding_chars;
    struct opt_list attach_image, attach_pdf, attach_video, attach_document, unit;
    bool pdf_text, explain, range, strict;
};

/* One thing that is billed, whether it has a price or not. */
struct quote_line {
    const char *dimension, *context_tier;
    int64_t quantity, low, high; /* over all requests; the three differ for estimates */
    struct price_pick pick;
    const struct price_row *cheapest, *dearest; /* of --range; NULL when none */
    const char *detail;  /* what was counted; NULL nothing to say */
    const char *service; /* whose price it is when it is not the model's */
};

struct quote {
    struct model model;
    const char *region;
    struct price_offer offer;
    enum routing routing;
    enum tier tier;
    int64_t requests, at_unix_s;
    int32_t discount_ppm;
    bool card;                       /* no quantity was given: the prices themselves */
    int64_t read_tokens, all_tokens; /* of one request, for the context window */
    struct attach_item *item;        /* its attachments */
    size_t items;
    const struct price_row *rows;
    size_t row_count;
    struct quote_line *line;
    size_t count, capacity;
    struct bill bill; /* the priced lines, in order */
    bool ranged;
    struct usd_acc low, high; /* of --range */
    struct arena *arena;
};

/* Errors: ERR_NOT_FOUND, ERR_INPUT, ERR_USAGE of what was asked; ERR_UNPRICED naming
 * the first dimension without a price. With --range that one comes from quote_total().
 */
NODISCARD enum err_code quote_ask(struct quote *q, struct app *app, const char *model,
                                  const struct price_settings *s, struct err *e);

/* Every line priced and added up. Errors: ERR_RANGE; ERR_UNPRICED, with all the lines
 * that have a price in the bill and the interval complete when there is one. */
NODISCARD enum err_code quote_total(struct quote *q, struct err *e);

/* A further line of `per_request` units of a dimension. */
NODISCARD enum err_code quote_add(struct quote *q, struct quote_line line,
                                  int64_t per_request, struct err *e);

/* The pick of a dimension that is not a token kind. */
struct price_pick quote_pick(const struct quote *q, const char *dimension);

/* The dimensions of images generated or read: "image_output:premium:up to 1024 x 1024".
 * `prefixes` end with NULL; `quality` and `size` ("1024x1024") choose, NULL: any.
 * Errors: ERR_USAGE listing them when several prices are left; ERR_UNPRICED. */
NODISCARD enum err_code dimension_choose(const char **out, const struct quote *q,
                                         const char *const *prefixes,
                                         const char *quality, const char *size,
                                         struct err *e);

/* "1024x768". Errors: ERR_INPUT. */
NODISCARD enum err_code dimension_size(int64_t *width, int64_t *height,
                                       const char *text, struct err *e);

/* Lines of --guardrail, behind the tokens'. Errors: ERR_USAGE, ERR_INPUT, ERR_RANGE,
 * ERR_UNPRICED. */
NODISCARD enum err_code guardrails_ask(struct quote *q, struct app *app,
                                       const struct price_settings *s, struct err *e);

/* Lines of the attachments. `*tokens` are those of one request.
 * Errors: ERR_INPUT, ERR_RANGE, ERR_UNPRICED where no token count is published. */
NODISCARD enum err_code attachments_ask(int64_t *tokens, struct quote_line *line,
                                        struct quote *q, const struct price_settings *s,
                                        struct err *e);

/* Warnings to stderr: end of life, a region that is not listed, too many tokens.
 * Returns how many. */
int quote_warn(struct app *app, const struct quote *q);

/* The result, in the format asked for. */
NODISCARD enum err_code quote_print(struct app *app, const struct quote *q,
                                    bool explain, struct err *e);

/* One sentence on why the row of a line bills it, with the rule's number. */
const char *quote_rule(const struct quote *q, const struct quote_line *l,
                       struct arena *a);

/* "region assumed, trust C", or "". */
const char *quote_marks(unsigned marks, struct arena *a);

#endif
