#include "attach.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "str.h"

enum { MAX_SIDE = 8000, MAX_PAGES = 600, MAX_SECONDS = 86400, PATCH = 28 };

/* "opus-4-7" -> 4, 7; a date of eight digits is no minor version */
static bool read_version(const char *p, int *major, int *minor)
{
    *major = *minor = 0;
    if (*p < '0' || *p > '9') return false;
    for (; *p >= '0' && *p <= '9' && *major < 1000; p++)
        *major = *major * 10 + (*p - '0');
    if (p[0] != '-' || p[1] < '0' || p[1] > '9') return true;
    if (p[2] >= '0' && p[2] <= '9') return true;
    *minor = p[1] - '0';
    return true;
}

/* The high-resolution tier begins with Opus 4.7, Sonnet 5, Fable 5 and Mythos 5;
 * Claude 3 to 4.6 have the standard one. Older ones see no images. */
static enum attach_family claude_family(const char *name)
{
    static const struct {
        const char *line;
        int high_from; /* major × 10 + minor; 0: published for none so far */
    } lines[] = { { "opus-", 47 },
                  { "sonnet-", 50 },
                  { "haiku-", 0 },
                  { "fable-", 50 },
                  { "mythos-", 50 } };
    int major, minor;
    if (text_starts(name, "3-")) return ATTACH_CLAUDE;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (!text_starts(name, lines[i].line)) continue;
        if (!read_version(name + strlen(lines[i].line), &major, &minor)) break;
        int version = major * 10 + minor;
        if (lines[i].high_from && version >= lines[i].high_from)
            return ATTACH_CLAUDE_HIGH;
        return version < 47 ? ATTACH_CLAUDE : ATTACH_UNKNOWN;
    }
    return ATTACH_UNKNOWN;
}

enum attach_family attach_family(const char *model)
{
    static const struct {
        const char *prefix;
        enum attach_family family;
    } families[] = {
        { "amazon.nova-lite-", ATTACH_NOVA },
        { "amazon.nova-pro-", ATTACH_NOVA },
        { "amazon.nova-premier-", ATTACH_NOVA_PREMIER },
        { "meta.llama3-2-11b-", ATTACH_LLAMA },
        { "meta.llama3-2-90b-", ATTACH_LLAMA },
        { "meta.llama4-", ATTACH_LLAMA },
    };
    if (text_starts(model, "anthropic.claude-"))
        return claude_family(model + strlen("anthropic.claude-"));
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (text_starts(model, families[i].prefix)) return families[i].family;
    return ATTACH_UNKNOWN;
}

/* What one image may be at most, as sent to the model. */
struct image_limit {
    int64_t edge, tokens;
};

static struct image_limit limit_of(enum attach_family f)
{
    if (f == ATTACH_CLAUDE_HIGH) return (struct image_limit){ 2576, 4784 };
    return (struct image_limit){ 1568, 1568 };
}

static int64_t patches(int64_t pixels)
{
    return (pixels + PATCH - 1) / PATCH;
}

static bool fits(struct image_limit limit, int64_t width, int64_t height)
{
    return patches(width) * PATCH <= limit.edge &&
           patches(height) * PATCH <= limit.edge &&
           patches(width) * patches(height) <= limit.tokens;
}

/* The short side at a long side of `m`: rounded, ties to even, at least 1. */
static int64_t short_side(int64_t m, int64_t width, int64_t height)
{
    int64_t q = m * height / width, twice = m * height % width * 2;
    if (twice > width || (twice == width && q % 2)) q++;
    return q > 0 ? q : 1;
}

/* One token per patch of 28 x 28 after shrinking to the largest size that fits. */
static int64_t claude_tokens(enum attach_family f, int64_t width, int64_t height)
{
    struct image_limit limit = limit_of(f);
    if (width < height) {
        int64_t swap = width;
        width = height;
        height = swap;
    }
    if (fits(limit, width, height)) return patches(width) * patches(height);
    int64_t low = 1, high = width;
    while (low + 1 < high) {
        int64_t middle = low + (high - low) / 2;
        if (fits(limit, middle, short_side(middle, width, height)))
            low = middle;
        else
            high = middle;
    }
    return patches(low) * patches(short_side(low, width, height));
}

/* Nova's published sizes: no formula is given, so the area is interpolated. */
static const struct {
    int width, height;
    int64_t tokens;
} nova_sizes[] = {
    { 900, 450, 800 },   { 900, 900, 1300 },   { 1400, 900, 1800 },
    { 1800, 900, 2400 }, { 1300, 1300, 2600 },
};
enum { NOVA_SIZES = sizeof nova_sizes / sizeof *nova_sizes, NOVA_SIDE = 900 };

static int64_t nova_pixels(int i)
{
    return (int64_t)nova_sizes[i].width * nova_sizes[i].height;
}

/* tokens per pixel × area, rounded to nearest */
static int64_t scaled(int64_t pixels, int i)
{
    int64_t of = nova_pixels(i);
    return (pixels * nova_sizes[i].tokens + of / 2) / of;
}

static struct attach_tokens nova_image(int64_t width, int64_t height)
{
    int64_t edge = width > height ? width : height, pixels = width * height;
    /* a small image is enlarged until one side is about 900 pixels */
    if (edge < NOVA_SIDE) pixels = pixels * NOVA_SIDE / edge * NOVA_SIDE / edge;
    struct attach_tokens t = { .known = true,
                               .estimate = true,
                               .basis = "between Nova's published sizes" };
    int last = NOVA_SIZES - 1, i = 0;
    while (i < last && pixels > nova_pixels(i))
        i++;
    if (i == 0 || pixels > nova_pixels(last)) {
        t.likely = scaled(pixels, i);
        if (pixels != nova_pixels(i))
            t.basis = "beyond Nova's published sizes, in proportion";
    } else {
        int64_t from = nova_pixels(i - 1), to = nova_pixels(i);
        int64_t rise = nova_sizes[i].tokens - nova_sizes[i - 1].tokens;
        t.likely = nova_sizes[i - 1].tokens +
                   (rise * (pixels - from) + (to - from) / 2) / (to - from);
    }
    t.low = t.high = t.likely; /* the published tokens per pixel bound the estimate */
    for (i = 0; i < NOVA_SIZES; i++) {
        int64_t at = scaled(pixels, i);
        if (at < t.low) t.low = at;
        if (at > t.high) t.high = at;
    }
    return t;
}

enum { LLAMA_TILE = 560, LLAMA_TILE_TOKENS = 1601 };

static int64_t llama_tiles(int64_t pixels)
{
    return pixels / LLAMA_TILE >= 2 ? 2 : 1;
}

static struct attach_tokens counted(int64_t tokens, const char *basis)
{
    return (struct attach_tokens){
        .known = true, .low = tokens, .likely = tokens, .high = tokens, .basis = basis
    };
}

enum err_code attach_image(struct attach_tokens *out, enum attach_family f,
                           int64_t width, int64_t height, struct err *e)
{
    if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE)
        return err_set(e, ERR_RANGE,
                       "an image of %" PRId64 "x%" PRId64
                       ": sides must be 1 to %d pixels",
                       width, height, MAX_SIDE);
    switch (f) {
    case ATTACH_CLAUDE:
    case ATTACH_CLAUDE_HIGH:
        *out = counted(claude_tokens(f, width, height), "one token per 28x28 pixels");
        break;
    case ATTACH_NOVA:
    case ATTACH_NOVA_PREMIER:
        *out = nova_image(width, height);
        break;
    case ATTACH_LLAMA:
        *out = counted(llama_tiles(width) * llama_tiles(height) * LLAMA_TILE_TOKENS,
                       "1601 per tile of 560x560, as for fine-tuning");
        out->estimate = true;
        out->low = LLAMA_TILE_TOKENS;
        out->high = (int64_t)4 * LLAMA_TILE_TOKENS;
        break;
    case ATTACH_UNKNOWN:
        *out = (struct attach_tokens){ .basis = "no formula is published" };
    }
    return OK;
}

/* Anthropic's example is 3 pages: 1 000 tokens of text, or 7 000 with their images; its
 * rule is 1 500 to 3 000 tokens of text a page, and an image each. */
enum {
    PDF_EXAMPLE_PAGES = 3,
    PDF_TEXT = 1000,
    PDF_IMAGES = 7000,
    PDF_DENSE_PAGE = 3000
};

enum err_code attach_pdf(struct attach_tokens *out, enum attach_family f, int64_t pages,
                         bool text_only, struct err *e)
{
    if (pages < 1 || pages > MAX_PAGES)
        return err_set(e, ERR_RANGE, "a document of %" PRId64 " pages: must be 1 to %d",
                       pages, MAX_PAGES);
    if (f != ATTACH_CLAUDE && f != ATTACH_CLAUDE_HIGH) {
        *out = (struct attach_tokens){ .basis = "no figure is published" };
        return OK;
    }
    int64_t example = text_only ? PDF_TEXT : PDF_IMAGES;
    int64_t dense = PDF_DENSE_PAGE + (text_only ? 0 : limit_of(f).tokens);
    int64_t likely = (pages * example + PDF_EXAMPLE_PAGES / 2) / PDF_EXAMPLE_PAGES;
    *out = (struct attach_tokens){
        .known = true,
        .estimate = true,
        .low = pages * PDF_TEXT / PDF_EXAMPLE_PAGES,
        .likely = likely,
        .high = pages * dense,
        .basis = text_only ? "text of the pages, from a published example"
                           : "text and image of each page, from a published example",
    };
    return OK;
}

enum err_code attach_video(struct attach_tokens *out, enum attach_family f,
                           int64_t seconds, struct err *e)
{
    enum { FRAME_TOKENS = 288, FRAMES = 960, PREMIER_FRAMES = 3200 };
    if (seconds < 1 || seconds > MAX_SECONDS)
        return err_set(e, ERR_RANGE, "a video of %" PRId64 " s: must be 1 to %d",
                       seconds, MAX_SECONDS);
    int64_t most = f == ATTACH_NOVA           ? FRAMES
                   : f == ATTACH_NOVA_PREMIER ? PREMIER_FRAMES
                                              : 0;
    if (most)
        *out = counted((seconds < most ? seconds : most) * FRAME_TOKENS,
                       "288 per frame, one a second");
    else
        *out = (struct attach_tokens){ .basis = "no figure is published" };
    return OK;
}

enum err_code attach_document(struct attach_tokens *out, int64_t chars, struct err *e)
{
    enum { MAX_CHARS = 1000000000, CHARS_PER_TOKEN = 4, SPREAD_PERCENT = 30 };
    if (chars < 1 || chars > MAX_CHARS)
        return err_set(e, ERR_RANGE,
                       "a document of %" PRId64 " characters: must be 1 to %d", chars,
                       MAX_CHARS);
    int64_t likely = (chars + CHARS_PER_TOKEN - 1) / CHARS_PER_TOKEN;
    *out = (struct attach_tokens){
        .known = true,
        .estimate = true,
        .low = likely * (100 - SPREAD_PERCENT) / 100,
        .likely = likely,
        .high = (likely * (100 + SPREAD_PERCENT) + 99) / 100,
        .basis = "its text, at 4 characters a token",
    };
    return OK;
}

enum err_code attach_item_tokens(struct attach_tokens *out, enum attach_family f,
                                 const struct attach_item *item, struct err *e)
{
    switch (item->kind) {
    case ATTACH_IMAGE:
        return attach_image(out, f, item->a, item->b, e);
    case ATTACH_PDF:
        return attach_pdf(out, f, item->a, item->text_only, e);
    case ATTACH_VIDEO:
        return attach_video(out, f, item->a, e);
    case ATTACH_DOCUMENT:
        break;
    }
    return attach_document(out, item->a, e);
}
