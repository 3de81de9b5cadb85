#include "attach.h"

#include <inttypes.h>

/* What a request may carry. Only published limits; sizes of files as stated. */

enum {
    CLAUDE_IMAGES = 600,
    CLAUDE_MANY = 20, /* more images and documents than this: smaller images */
    CLAUDE_MANY_SIDE = 2000,
    CLAUDE_DOCUMENTS = 20,
    CLAUDE_PAGES = 600, /* of a window of a million tokens */
    CLAUDE_PAGES_SMALL = 100,
    SMALL_WINDOW = 200000,
    NOVA_DOCUMENTS = 5,
    NOVA_VIDEOS = 1
};
static const double CLAUDE_IMAGE_MB = 3.75, DOCUMENT_MB = 4.5, NOVA_REQUEST_MB = 25,
                    NOVA_VIDEO_MB = 1024;

struct load { /* of one request */
    int64_t images, documents, pages, videos;
    const struct attach_item *largest;                  /* image, by its longer side */
    double image_mb, pdf_mb, text_mb, video_mb, all_mb; /* largest of a kind; the sum */
};

static int64_t side(const struct attach_item *i)
{
    return i->a > i->b ? i->a : i->b;
}

static void larger(double *most, double mb)
{
    if (mb > *most) *most = mb;
}

static struct load load_of(const struct attach_item *items, size_t count)
{
    struct load l = { 0 };
    for (size_t k = 0; k < count; k++) {
        const struct attach_item *i = &items[k];
        l.all_mb += i->megabytes * (double)i->times;
        switch (i->kind) {
        case ATTACH_IMAGE:
            l.images += i->times;
            if (!l.largest || side(i) > side(l.largest)) l.largest = i;
            larger(&l.image_mb, i->megabytes);
            break;
        case ATTACH_PDF:
            l.documents += i->times;
            l.pages += i->a * i->times;
            larger(&l.pdf_mb, i->megabytes);
            break;
        case ATTACH_VIDEO:
            l.videos += i->times;
            larger(&l.video_mb, i->megabytes);
            break;
        case ATTACH_DOCUMENT:
            l.documents += i->times;
            larger(&l.text_mb, i->megabytes);
        }
    }
    return l;
}

struct said {
    const char **out;
    size_t count;
};

static void say(struct said *s, const char *text)
{
    if (s->count < ATTACH_LIMITS) s->out[s->count++] = text;
}

static void claude(struct said *s, const struct load *l, int64_t window,
                   struct arena *a)
{
    int64_t pages =
        window > 0 && window <= SMALL_WINDOW ? CLAUDE_PAGES_SMALL : CLAUDE_PAGES;
    if (l->images > CLAUDE_IMAGES)
        say(s, arena_printf(a, "%" PRId64 " images in a request: at most %d", l->images,
                            CLAUDE_IMAGES));
    if (l->images + l->documents > CLAUDE_MANY && l->largest &&
        side(l->largest) > CLAUDE_MANY_SIDE)
        say(s,
            arena_printf(a,
                         "an image of %" PRId64 "x%" PRId64
                         " among more than %d images and documents: sides must be "
                         "at most %d pixels",
                         l->largest->a, l->largest->b, CLAUDE_MANY, CLAUDE_MANY_SIDE));
    if (l->documents > CLAUDE_DOCUMENTS)
        say(s, arena_printf(a, "%" PRId64 " documents in a request: Converse takes %d",
                            l->documents, CLAUDE_DOCUMENTS));
    if (l->pages > pages)
        say(s, arena_printf(a,
                            "%" PRId64 " PDF pages in a request: at most %" PRId64
                            " with this context window",
                            l->pages, pages));
    if (l->image_mb > CLAUDE_IMAGE_MB)
        say(s,
            arena_printf(a, "an image of %g MB: at most %g, which are 5 MB in base64",
                         l->image_mb, CLAUDE_IMAGE_MB));
    double document = l->pdf_mb > l->text_mb ? l->pdf_mb : l->text_mb;
    if (document > DOCUMENT_MB)
        say(s, arena_printf(a, "a document of %g MB: Converse takes %g", document,
                            DOCUMENT_MB));
}

static void nova(struct said *s, const struct load *l, struct arena *a)
{
    if (l->videos > NOVA_VIDEOS)
        say(s,
            arena_printf(a, "%" PRId64 " videos in a request: at most one", l->videos));
    if (l->documents > NOVA_DOCUMENTS)
        say(s, arena_printf(a, "%" PRId64 " documents in a request: at most %d",
                            l->documents, NOVA_DOCUMENTS));
    if (l->text_mb > DOCUMENT_MB)
        say(s, arena_printf(a, "a text document of %g MB: at most %g", l->text_mb,
                            DOCUMENT_MB));
    if (l->video_mb > NOVA_VIDEO_MB)
        say(s, arena_printf(a, "a video of %g MB: at most %g, by a link to S3",
                            l->video_mb, NOVA_VIDEO_MB));
    else if (l->all_mb > NOVA_REQUEST_MB)
        say(s, arena_printf(a,
                            "%g MB of attachments: at most %g in the request, more by "
                            "a link to S3",
                            l->all_mb, NOVA_REQUEST_MB));
}

size_t attach_limits(const char *out[ATTACH_LIMITS], enum attach_family f,
                     const struct attach_item *items, size_t count,
                     int64_t context_window, struct arena *a)
{
    struct said s = { .out = out };
    struct load l = load_of(items, count);
    switch (f) {
    case ATTACH_CLAUDE:
    case ATTACH_CLAUDE_HIGH:
        claude(&s, &l, context_window, a);
        break;
    case ATTACH_NOVA:
    case ATTACH_NOVA_PREMIER:
        nova(&s, &l, a);
        break;
    case ATTACH_LLAMA:
    case ATTACH_UNKNOWN:
        break;
    }
    return s.count;
}
