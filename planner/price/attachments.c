#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "attach_read.h"
#include "quote.h"
#include "str.h"
#include "text.h"

/* The attachments of one request, added up. */
struct sum {
    struct attach_tokens tokens;
    const char *detail;
};

static enum modality modality_of(enum attach_kind kind)
{
    const char *name = attach_modality(kind);
    int m = 0;
    while (strcmp(modality_text((enum modality)m), name) != 0)
        m++;
    return (enum modality)m;
}

static enum err_code unknown(const struct attach_item *item,
                             const struct attach_tokens *t, const struct quote *q,
                             struct err *e)
{
    const char *what = attach_name(item, q->arena);
    if (q->model.input[modality_of(item->kind)] == NO)
        return err_set(e, ERR_UNPRICED, "no tokens of %s for %s: it takes no %s", what,
                       q->model.id, attach_modality(item->kind));
    return err_set(e, ERR_UNPRICED,
                   "the tokens of %s are unknown for %s: %s; count them with the "
                   "model itself and add them to --input",
                   what, q->model.id, t->basis);
}

static enum err_code add(struct sum *s, const struct attach_item *item,
                         const struct attach_tokens *t, const struct quote *q,
                         struct err *e)
{
    int64_t times = item->times;
    if (!t->known) return unknown(item, t, q, e);
    s->tokens.low += t->low * times;
    s->tokens.likely += t->likely * times;
    s->tokens.high += t->high * times;
    s->tokens.estimate |= t->estimate;
    const char *many = times > 1 ? arena_printf(q->arena, "%" PRId64 " x ", times) : "";
    s->detail = arena_printf(q->arena, "%s%s%s%s (%s)", s->detail ? s->detail : "",
                             s->detail ? "; " : "", many, attach_name(item, q->arena),
                             t->basis);
    return OK;
}

/* The lists of the command line, in the order of their kinds. */
static const struct {
    enum attach_kind kind;
    const char *flag;
    size_t list;
} flags[] = {
    { ATTACH_IMAGE, "--attach-image", offsetof(struct price_settings, attach_image) },
    { ATTACH_PDF, "--attach-pdf", offsetof(struct price_settings, attach_pdf) },
    { ATTACH_VIDEO, "--attach-video", offsetof(struct price_settings, attach_video) },
    { ATTACH_DOCUMENT, "--attach-document",
      offsetof(struct price_settings, attach_document) },
};
enum { KINDS = sizeof flags / sizeof *flags };

static const struct opt_list *list_of(const struct price_settings *s, int k)
{
    return (const struct opt_list *)((const char *)s + flags[k].list);
}

static enum err_code read_items(struct quote *q, const struct price_settings *s,
                                struct err *e)
{
    size_t most = 1;
    for (int k = 0; k < KINDS; k++)
        most += list_of(s, k)->count;
    q->item = ARENA_NEW(q->arena, struct attach_item, most);
    for (int k = 0; k < KINDS; k++)
        for (size_t i = 0; i < list_of(s, k)->count; i++) {
            struct attach_item *item = &q->item[q->items++];
            *item =
                (struct attach_item){ .kind = flags[k].kind, .text_only = s->pdf_text };
            if (attach_read(item, list_of(s, k)->text[i], q->arena, e))
                return err_wrap(e, "%s: ", flags[k].flag);
        }
    return OK;
}

static bool prices_images(const struct quote *q)
{
    for (size_t i = 0; i < q->row_count; i++)
        if (text_starts(q->rows[i].dimension, "image_input")) return true;
    return false;
}

/* Embedding models price an image as such. */
static enum err_code images_as_units(struct quote *q, const struct price_settings *s,
                                     struct err *e)
{
    static const char *const prefixes[] = { "image_input", NULL };
    int64_t images = 0;
    for (size_t i = 0; i < q->items; i++)
        if (q->item[i].kind == ATTACH_IMAGE) images += q->item[i].times;
    const char *dimension = NULL;
    if (dimension_choose(&dimension, q, prefixes, s->image_quality, NULL, e))
        return e->code;
    return quote_add(q,
                     (struct quote_line){ .dimension = dimension,
                                          .context_tier = "",
                                          .pick = quote_pick(q, dimension) },
                     images, e);
}

enum err_code attachments_ask(int64_t *tokens, struct quote_line *line, struct quote *q,
                              const struct price_settings *s, struct err *e)
{
    struct sum sum = { 0 };
    enum attach_family f = attach_family(q->model.id);
    *tokens = 0;
    if (read_items(q, s, e)) return e->code;
    bool units = s->attach_image.count && prices_images(q);
    if (units && images_as_units(q, s, e)) return e->code;
    for (size_t i = 0; i < q->items; i++) {
        const struct attach_item *item = &q->item[i];
        struct attach_tokens t = { 0 };
        if (units && item->kind == ATTACH_IMAGE) continue;
        if (attach_item_tokens(&t, f, item, e))
            return err_wrap(e, "%s: ", flags[item->kind].flag);
        if (add(&sum, item, &t, q, e)) return e->code;
    }
    if (!sum.detail) return OK;
    *tokens = sum.tokens.likely;
    const char *detail = sum.detail;
    if (sum.tokens.estimate) {
        char low[32], high[32];
        detail = arena_printf(q->arena, "%s: %s to %s tokens a request", sum.detail,
                              text_thousands(low, sum.tokens.low),
                              text_thousands(high, sum.tokens.high));
    }
    *line = (struct quote_line){ .low = sum.tokens.low,
                                 .high = sum.tokens.high,
                                 .detail = detail };
    if (sum.tokens.estimate) line->pick.marks = MARK_ESTIMATE;
    return OK;
}
