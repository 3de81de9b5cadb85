#include <inttypes.h>
#include <string.h>

#include "attach.h"
#include "quote.h"
#include "str.h"
#include "text.h"

/* "900x900" or "3", and how many: "900x900*4". */
static enum err_code read_times(const char **what, int64_t *times, const char *text,
                                struct arena *a, struct err *e)
{
    const char *star = strchr(text, '*');
    *times = 1;
    *what = text;
    if (!star) return OK;
    *what = arena_text_n(a, text, (size_t)(star - text));
    if (text_int(times, star + 1, 1, 1000, e)) return err_wrap(e, "'%.40s': ", text);
    return OK;
}

/* The attachments of one request, added up. */
struct sum {
    struct attach_tokens tokens;
    const char *detail;
};

static enum err_code add(struct sum *s, const struct attach_tokens *t, int64_t times,
                         const char *what, const struct quote *q, struct err *e)
{
    if (!t->known)
        return err_set(e, ERR_UNPRICED,
                       "the tokens of %s are unknown for %s: %s; count them with the "
                       "model itself and add them to --input",
                       what, q->model.id, t->basis);
    s->tokens.low += t->low * times;
    s->tokens.likely += t->likely * times;
    s->tokens.high += t->high * times;
    s->tokens.estimate |= t->estimate;
    const char *many = times > 1 ? arena_printf(q->arena, "%" PRId64 " x ", times) : "";
    s->detail = arena_printf(q->arena, "%s%s%s%s (%s)", s->detail ? s->detail : "",
                             s->detail ? "; " : "", many, what, t->basis);
    return OK;
}

static enum err_code add_images(struct sum *sum, struct quote *q,
                                const struct price_settings *s, struct err *e)
{
    enum attach_family f = attach_family(q->model.id);
    for (size_t i = 0; i < s->attach_image.count; i++) {
        const char *text = s->attach_image.text[i], *size;
        int64_t times, width = 0, height = 0;
        struct attach_tokens t;
        if (read_times(&size, &times, text, q->arena, e) ||
            dimension_size(&width, &height, size, e) ||
            attach_image(&t, f, width, height, e))
            return err_wrap(e, "--attach-image: ");
        const char *what = arena_printf(q->arena, "an image of %s", size);
        if (add(sum, &t, times, what, q, e)) return e->code;
    }
    return OK;
}

static enum err_code add_counts(struct sum *sum, struct quote *q,
                                const struct opt_list *list, const char *flag,
                                const struct price_settings *s, struct err *e)
{
    enum attach_family f = attach_family(q->model.id);
    bool pdf = list == &s->attach_pdf;
    for (size_t i = 0; i < list->count; i++) {
        const char *text;
        int64_t times, n = 0;
        struct attach_tokens t;
        if (read_times(&text, &times, list->text[i], q->arena, e) ||
            text_int(&n, text, 0, INT32_MAX, e) ||
            (pdf ? attach_pdf(&t, f, n, s->pdf_text, e) : attach_video(&t, f, n, e)))
            return err_wrap(e, "%s: ", flag);
        const char *what = arena_printf(
            q->arena, pdf ? "a PDF of %" PRId64 " pages" : "a video of %" PRId64 " s",
            n);
        if (add(sum, &t, times, what, q, e)) return e->code;
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
    for (size_t i = 0; i < s->attach_image.count; i++) {
        const char *size;
        int64_t times, width, height;
        if (read_times(&size, &times, s->attach_image.text[i], q->arena, e) ||
            dimension_size(&width, &height, size, e))
            return err_wrap(e, "--attach-image: ");
        images += times;
    }
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
    *tokens = 0;
    if (s->attach_image.count && prices_images(q)) {
        if (images_as_units(q, s, e)) return e->code;
    } else if (add_images(&sum, q, s, e)) {
        return e->code;
    }
    if (add_counts(&sum, q, &s->attach_pdf, "--attach-pdf", s, e) ||
        add_counts(&sum, q, &s->attach_video, "--attach-video", s, e))
        return e->code;
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
