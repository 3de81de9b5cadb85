#include "attach_read.h"

#include <inttypes.h>
#include <string.h>

#include "quote.h"
#include "str.h"
#include "text.h"

static enum err_code read_megabytes(double *out, struct str size, struct arena *a,
                                    struct err *e)
{
    const char *text = arena_text_n(a, size.p, size.n);
    if (!text_ends(text, "MB"))
        return err_set(e, ERR_INPUT, "a file's size is written as 3.2MB, not '%.40s'",
                       text);
    text = arena_text_n(a, text, strlen(text) - 2);
    return text_real(out, text, 0, 1e6, e);
}

enum err_code attach_read(struct attach_item *item, const char *text, struct arena *a,
                          struct err *e)
{
    struct str times, size, body = str_cut(str_of(text), '*', &times);
    body = str_cut(body, '@', &size);
    const char *what = arena_text_n(a, body.p, body.n);
    item->times = 1;
    item->megabytes = 0;
    if (strchr(text, '*') &&
        text_int(&item->times, arena_text_n(a, times.p, times.n), 1, 1000, e))
        return err_wrap(e, "'%.40s': ", text);
    if (strchr(text, '@') && read_megabytes(&item->megabytes, size, a, e))
        return err_wrap(e, "'%.40s': ", text);
    if (item->kind == ATTACH_IMAGE) return dimension_size(&item->a, &item->b, what, e);
    return text_int(&item->a, what, 0, INT32_MAX, e);
}

const char *attach_name(const struct attach_item *item, struct arena *a)
{
    switch (item->kind) {
    case ATTACH_IMAGE:
        return arena_printf(a, "an image of %" PRId64 "x%" PRId64, item->a, item->b);
    case ATTACH_PDF:
        return arena_printf(a, "a PDF of %" PRId64 " pages", item->a);
    case ATTACH_VIDEO:
        return arena_printf(a, "a video of %" PRId64 " s", item->a);
    case ATTACH_DOCUMENT:
        break;
    }
    return arena_printf(a, "a document of %" PRId64 " characters", item->a);
}

const char *attach_modality(enum attach_kind kind)
{
    static const char *const name[] = { [ATTACH_IMAGE] = "image",
                                        [ATTACH_PDF] = "document",
                                        [ATTACH_VIDEO] = "video",
                                        [ATTACH_DOCUMENT] = "document" };
    return name[kind];
}
