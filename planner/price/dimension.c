#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "quote.h"
#include "str.h"
#include "text.h"

enum { MAX_PIXELS = 100000 };

enum err_code dimension_size(int64_t *width, int64_t *height, const char *text,
                             struct err *e)
{
    char side[2][16] = { "", "" };
    const char *x = strpbrk(text, "xX");
    size_t n = x ? (size_t)(x - text) : 0;
    if (!x || n >= sizeof side[0] || strlen(x + 1) >= sizeof side[1])
        return err_set(e, ERR_INPUT, "'%.40s' is not a size such as 1024x768", text);
    memcpy(side[0], text, n);
    memcpy(side[1], x + 1, strlen(x + 1));
    int64_t size[2];
    for (int i = 0; i < 2; i++)
        if (text_int(&size[i], side[i], 1, MAX_PIXELS, e))
            return err_wrap(e, "size '%.40s': ", text);
    *width = size[0];
    *height = size[1];
    return OK;
}

/* The sizes that a dimension's name covers, in pixels of area. */
struct area {
    int64_t above, up_to; /* above < area <= up_to */
    bool stated;
};

/* Two numbers in a text: "up to 1024 x 1024", "<512x512", "1024-x-1024". */
static bool two_numbers(int64_t out[2], const char *text)
{
    int found = 0;
    for (const char *p = text; *p && found < 2;) {
        if (!isdigit((unsigned char)*p)) {
            p++;
            continue;
        }
        for (out[found] = 0; isdigit((unsigned char)*p) && out[found] < MAX_PIXELS; p++)
            out[found] = out[found] * 10 + (*p - '0');
        found++;
    }
    return found == 2;
}

static struct area area_of(const char *part)
{
    int64_t side[2];
    if (strcmp(part, "max-x-max") == 0)
        return (struct area){ .up_to = INT64_MAX, .stated = true };
    if (!strchr(part, 'x') || !two_numbers(side, part)) return (struct area){ 0 };
    int64_t pixels = side[0] * side[1];
    if (*part == '>')
        return (struct area){ .above = pixels, .up_to = INT64_MAX, .stated = true };
    return (struct area){ .up_to = pixels, .stated = true };
}

struct candidate {
    const char *dimension;
    struct price_pick pick;
    struct area area;
    bool quality; /* one of its parts is the quality asked for */
};

/* The parts between the colons. */
static void read_parts(struct candidate *c, const char *quality, struct arena *a)
{
    struct str rest, part;
    str_cut(str_of(c->dimension), ':', &rest);
    while (rest.n) {
        part = str_cut(rest, ':', &rest);
        const char *text = arena_text_n(a, part.p, part.n);
        struct area area = area_of(text);
        if (area.stated) c->area = area;
        if (quality && strcasecmp(text, quality) == 0) c->quality = true;
    }
}

static bool has_prefix(const char *dimension, const char *const *prefixes,
                       const char *tier)
{
    if (!text_starts(dimension, tier)) return false;
    const char *name = dimension + strlen(tier);
    for (; *prefixes; prefixes++) {
        size_t n = strlen(*prefixes);
        if (strncmp(name, *prefixes, n) == 0 && (!name[n] || name[n] == ':'))
            return true;
    }
    return false;
}

static bool seen(const struct candidate *c, size_t count, const char *dimension)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(c[i].dimension, dimension) == 0) return true;
    return false;
}

static size_t collect(struct candidate **out, const struct price_row **unpriced,
                      const struct quote *q, const char *const *prefixes,
                      const char *quality)
{
    struct candidate *c = ARENA_NEW(q->arena, struct candidate, q->row_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < q->row_count; i++) {
        const struct price_row *r = &q->rows[i];
        if (!has_prefix(r->dimension, prefixes, tier_prefix(q->tier))) continue;
        if (seen(c, n, r->dimension)) continue;
        struct candidate one = { .dimension = r->dimension,
                                 .pick = quote_pick(q, r->dimension) };
        if (!one.pick.row) {
            if (!*unpriced) *unpriced = one.pick.other;
            continue;
        }
        read_parts(&one, quality, q->arena);
        c[n++] = one;
    }
    *out = c;
    return n;
}

static size_t keep_quality(struct candidate *c, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (c[i].quality) c[kept++] = c[i];
    return kept;
}

/* Those with the smallest limit that the picture does not exceed. */
static size_t keep_size(struct candidate *c, size_t n, int64_t pixels)
{
    int64_t limit = INT64_MAX;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (c[i].area.stated && pixels > c[i].area.above && pixels <= c[i].area.up_to &&
            c[i].area.up_to < limit)
            limit = c[i].area.up_to;
    for (size_t i = 0; i < n; i++)
        if (c[i].area.stated && pixels > c[i].area.above && c[i].area.up_to == limit)
            c[kept++] = c[i];
    return kept;
}

static bool same_price(const struct candidate *a, const struct candidate *b)
{
    struct usd_rate x = a->pick.row->rate, y = b->pick.row->rate;
    return (i128)x.pusd * y.per == (i128)y.pusd * x.per;
}

static enum err_code several(const struct candidate *c, size_t n, const struct quote *q,
                             const char *quality, const char *size, struct err *e)
{
    const char *list = "";
    char price[USD_TEXT];
    for (size_t i = 0; i < n; i++)
        list = arena_printf(q->arena, "%s%s%s (%s)", list, i ? ", " : "",
                            c[i].dimension, usd_rate_text(price, c[i].pick.row->rate));
    const char *how = !quality && !size ? "--image-quality and --image-size"
                      : !quality        ? "--image-quality"
                      : !size           ? "--image-size"
                                        : "--unit DIMENSION=N";
    return err_set(e, ERR_USAGE, "%s has several prices; choose with %s: %s",
                   q->model.id, how, list);
}

enum err_code dimension_choose(const char **out, const struct quote *q,
                               const char *const *prefixes, const char *quality,
                               const char *size, struct err *e)
{
    struct candidate *c;
    const struct price_row *unpriced = NULL;
    int64_t width = 0, height = 0;
    if (size && dimension_size(&width, &height, size, e)) return e->code;
    size_t n = collect(&c, &unpriced, q, prefixes, quality);
    if (!n) {
        struct tariff t = { .model = q->model.id,
                            .region = q->region,
                            .routing = q->routing };
        const char *name =
            arena_printf(q->arena, "%s%s", tier_prefix(q->tier), prefixes[0]);
        return tariff_unpriced(&t, unpriced ? unpriced->dimension : name, unpriced, e);
    }
    if (quality && !(n = keep_quality(c, n)))
        return err_set(e, ERR_USAGE, "%s has no image quality '%.40s'", q->model.id,
                       quality);
    if (size && !(n = keep_size(c, n, width * height)))
        return err_set(e, ERR_USAGE, "%s has no price of an image of %s", q->model.id,
                       size);
    size_t best = 0;
    for (size_t i = 1; i < n; i++) {
        if (!same_price(&c[i], &c[0])) return several(c, n, q, quality, size, e);
        if (c[i].pick.row->trust < c[best].pick.row->trust) best = i;
    }
    *out = c[best].dimension;
    return OK;
}
