#include "offer_stream.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yajl/yajl_parse.h>

#include "digest.h"

/* Where in a document the parser is. A table says what a key leads to; what it does not
 * name is skipped, however deep. */
enum place {
    TOP,      /* of a file */
    PRODUCTS, /* {sku: PRODUCT} */
    PRODUCT,
    ATTRIBUTES,
    TERMS,
    TERM_SKUS,  /* {sku: {sku.term: TERM}} */
    TERM_CODES, /* {sku.term: TERM} */
    TERM,
    DIMENSIONS, /* {rate code: DIMENSION} */
    DIMENSION,
    USD,
    ITEMS, /* [document of GetProducts] */
    ITEM,
    ITEM_TERMS,
    SKIP,
    PLACES
};

enum { DEPTH_MAX = 24, TEXT_MAX_BYTES = 1 << 20, STEP = 1 << 18, DIMENSIONS_MAX = 8 };

/* clang-format off */
#define AT(s, f) ((int)offsetof(struct s, f))
/* A key in a place: the place below, and the text it holds. */
static const struct {
    enum place in;
    const char *key; /* "*": any */
    enum place below;
    enum { TO_NOTHING, TO_HEADER, TO_PRODUCT, TO_PRICE } to;
    int offset;
} rules[] = {
    { TOP, "offerCode", SKIP, TO_HEADER, AT(offer_header, code) },
    { TOP, "version", SKIP, TO_HEADER, AT(offer_header, version) },
    { TOP, "publicationDate", SKIP, TO_HEADER, AT(offer_header, published) },
    { TOP, "products", PRODUCTS, TO_NOTHING, 0 },
    { TOP, "terms", TERMS, TO_NOTHING, 0 },
    { TOP, "PriceList", ITEMS, TO_NOTHING, 0 },
    { PRODUCTS, "*", PRODUCT, TO_PRODUCT, AT(offer_product, key) },
    { PRODUCT, "sku", SKIP, TO_PRODUCT, AT(offer_product, sku) },
    { PRODUCT, "attributes", ATTRIBUTES, TO_NOTHING, 0 },
#define A(name, which) { ATTRIBUTES, name, SKIP, TO_PRODUCT, \
        AT(offer_product, attribute) + which * OFFER_TEXT }
    A("usagetype", OFFER_USAGE_TYPE), A("regionCode", OFFER_REGION), A("model", OFFER_MODEL),
    A("titanModel", OFFER_TITAN_MODEL), A("servicename", OFFER_SERVICE_NAME),
    A("servicecode", OFFER_SERVICE_CODE), A("feature", OFFER_FEATURE),
    A("inferenceType", OFFER_INFERENCE), A("service_tier", OFFER_TIER),
    A("modality", OFFER_MODALITY), A("imageresolution", OFFER_RESOLUTION),
#undef A
    { TERMS, "OnDemand", TERM_SKUS, TO_NOTHING, 0 },
    { TERMS, "Reserved", TERM_SKUS, TO_NOTHING, 1 },
    { TERM_SKUS, "*", TERM_CODES, TO_NOTHING, 0 },
    { TERM_CODES, "*", TERM, TO_NOTHING, 0 },
    { TERM, "sku", SKIP, TO_PRICE, AT(offer_price, sku) },
    { TERM, "effectiveDate", SKIP, TO_PRICE, AT(offer_price, effective) },
    { TERM, "priceDimensions", DIMENSIONS, TO_NOTHING, 0 },
    { DIMENSIONS, "*", DIMENSION, TO_PRICE, AT(offer_price, key) },
    { DIMENSION, "rateCode", SKIP, TO_PRICE, AT(offer_price, rate_code) },
    { DIMENSION, "unit", SKIP, TO_PRICE, AT(offer_price, unit) },
    { DIMENSION, "description", SKIP, TO_PRICE, AT(offer_price, about) },
    { DIMENSION, "beginRange", SKIP, TO_PRICE, AT(offer_price, begin) },
    { DIMENSION, "pricePerUnit", USD, TO_NOTHING, 0 },
    { USD, "USD", SKIP, TO_PRICE, AT(offer_price, usd) },
    { ITEM, "product", PRODUCT, TO_NOTHING, 0 },
    { ITEM, "serviceCode", SKIP, TO_HEADER, AT(offer_header, code) },
    { ITEM, "version", SKIP, TO_HEADER, AT(offer_header, version) },
    { ITEM, "publicationDate", SKIP, TO_HEADER, AT(offer_header, published) },
    { ITEM, "terms", ITEM_TERMS, TO_NOTHING, 0 },
    { ITEM_TERMS, "OnDemand", TERM_CODES, TO_NOTHING, 0 },
    { ITEM_TERMS, "Reserved", TERM_CODES, TO_NOTHING, 1 },
};
/* clang-format on */
enum { RULES = sizeof rules / sizeof *rules };

struct stream {
    const struct offer_sink *sink;
    struct offer_header *header;
    struct err *e;
    yajl_handle yajl;
    enum place stack[DEPTH_MAX];
    int depth;       /* of `stack` */
    int skip_depth;  /* inside what nobody wants */
    enum place next; /* what the value of the last key is, if it is a container */
    char *text;      /* where its text goes; NULL nowhere */
    bool reserved;   /* below terms.Reserved */
    bool in_item;
    struct offer_product product;
    struct offer_price price, dimension[DIMENSIONS_MAX];
    int dimensions; /* of the term: its SKU and date may come after them */
    unsigned char first[PLACES + 1]; /* rule of each place: they stand together */
    unsigned char length[RULES];     /* of each rule's key; 0: any */
    size_t since_event; /* bytes since the last callback: a text without end */
};

static void keep(char *out, const unsigned char *p, size_t n)
{
    if (n >= OFFER_TEXT) n = OFFER_TEXT - 1;
    memcpy(out, p, n);
    out[n] = '\0';
}

/* Keys are most of a price list: a place has few rules, and of one length mostly one.
 */
static void index_rules(struct stream *s)
{
    size_t r = 0;
    for (int p = 0; p < PLACES; p++) {
        s->first[p] = (unsigned char)r;
        for (; r < RULES && rules[r].in == (enum place)p; r++)
            s->length[r] =
                rules[r].key[0] == '*' ? 0 : (unsigned char)strlen(rules[r].key);
    }
    assert(r == RULES); /* in the order of the places */
    s->first[PLACES] = RULES;
}

static bool key_is(const struct stream *s, size_t rule, const unsigned char *p,
                   size_t n)
{
    if (!s->length[rule]) return true;
    return s->length[rule] == n && memcmp(rules[rule].key, p, n) == 0;
}

static char *target(struct stream *s, size_t rule)
{
    char *base = NULL;
    switch (rules[rule].to) {
    case TO_HEADER:
        base = (char *)s->header;
        break;
    case TO_PRODUCT:
        base = (char *)&s->product;
        break;
    case TO_PRICE:
        base = (char *)&s->price;
        break;
    case TO_NOTHING:
        return NULL;
    }
    return base + rules[rule].offset;
}

static int on_key(void *to, const unsigned char *p, size_t n)
{
    struct stream *s = to;
    s->since_event = 0;
    if (s->skip_depth) return 1;
    enum place in = s->stack[s->depth - 1];
    s->next = SKIP;
    s->text = NULL;
    for (size_t i = s->first[in]; i < s->first[in + 1]; i++) {
        if (!key_is(s, i, p, n)) continue;
        s->next = rules[i].below;
        if (in == TERMS || in == ITEM_TERMS) s->reserved = rules[i].offset == 1;
        if (rules[i].key[0] == '*') { /* the key itself is what is wanted */
            if (rules[i].to != TO_NOTHING) keep(target(s, i), p, n);
        } else {
            s->text = target(s, i);
        }
        return 1;
    }
    return 1;
}

static enum err_code read_text(struct stream *outer, const unsigned char *p, size_t n);

static int on_string(void *to, const unsigned char *p, size_t n)
{
    struct stream *s = to;
    s->since_event = 0;
    if (s->skip_depth) return 1;
    if (s->depth && s->stack[s->depth - 1] == ITEMS) return read_text(s, p, n) == OK;
    if (s->text) keep(s->text, p, n);
    s->text = NULL;
    return 1;
}

/* Numbers where a text is expected: a price may be written bare. */
static int on_number(void *to, const char *p, size_t n)
{
    return on_string(to, (const unsigned char *)p, n);
}

static int on_other(void *to)
{
    ((struct stream *)to)->since_event = 0;
    return 1;
}

static int on_bool(void *to, int value)
{
    (void)value;
    return on_other(to);
}

static void enter(struct stream *s, enum place p)
{
    struct offer_price *q = &s->price;
    if (p == PRODUCT) {
        s->product.sku[0] = '\0';
        for (int i = 0; i < OFFER_ATTRIBUTES; i++)
            s->product.attribute[i][0] = '\0';
    } else if (p == TERM) {
        q->sku[0] = q->effective[0] = '\0';
        s->dimensions = 0;
        q->on_demand = !s->reserved;
    } else if (p == DIMENSION) {
        q->rate_code[0] = q->unit[0] = q->about[0] = q->begin[0] = q->usd[0] = '\0';
    } else if (p == ITEM) {
        memset(s->header, 0, sizeof *s->header);
        s->product.key[0] = '\0';
    }
}

static int push(struct stream *s, bool array)
{
    s->since_event = 0;
    enum place p = s->depth == 0                               ? TOP
                   : s->stack[s->depth - 1] == ITEMS && !array ? ITEM
                                                               : s->next;
    if (s->depth == 0 && s->in_item) p = ITEM;
    if (s->skip_depth || p == SKIP || array != (p == ITEMS)) {
        /* a container where the table wants text, or the reverse, is skipped too */
        if (++s->skip_depth + s->depth > DEPTH_MAX) {
            err_set(s->e, ERR_INPUT, "more than %d levels deep", DEPTH_MAX);
            return 0;
        }
        return 1;
    }
    s->stack[s->depth++] = p;
    s->next = SKIP;
    enter(s, p);
    return 1;
}

static int on_map(void *to)
{
    return push(to, false);
}

static int on_array(void *to)
{
    return push(to, true);
}

static enum err_code keep_dimension(struct stream *s)
{
    if (s->dimensions == DIMENSIONS_MAX)
        return err_set(s->e, ERR_INPUT, "SKU %.40s: more than %d price dimensions",
                       s->price.sku, DIMENSIONS_MAX);
    s->dimension[s->dimensions++] = s->price;
    return OK;
}

static enum err_code emit_term(struct stream *s)
{
    for (int i = 0; i < s->dimensions; i++) {
        struct offer_price *p = &s->dimension[i];
        memcpy(p->sku, s->price.sku, sizeof p->sku);
        memcpy(p->effective, s->price.effective, sizeof p->effective);
        if (s->sink->price(s->sink->to, s->header, p, s->e)) break;
    }
    return s->e->code;
}

static int pop(void *to)
{
    struct stream *s = to;
    enum err_code code = OK;
    s->since_event = 0;
    if (s->skip_depth) {
        s->skip_depth--;
        return 1;
    }
    enum place p = s->stack[--s->depth];
    s->next = SKIP;
    if (p == PRODUCT)
        code = s->sink->product(s->sink->to, s->header, &s->product, s->e);
    else if (p == ITEM)
        code = s->sink->document(s->sink->to, s->header, s->e);
    else if (p == DIMENSION)
        code = keep_dimension(s);
    else if (p == TERM)
        code = emit_term(s);
    return code == OK;
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_other,
    .yajl_boolean = on_bool,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_map,
    .yajl_map_key = on_key,
    .yajl_end_map = pop,
    .yajl_start_array = on_array,
    .yajl_end_array = pop,
};

static enum err_code begin(struct stream *s)
{
    index_rules(s);
    s->yajl = yajl_alloc(&callbacks, NULL, s);
    if (!s->yajl) return err_set(s->e, ERR_INTERNAL, "out of memory");
    return OK;
}

static enum err_code feed_bytes(struct stream *s, const unsigned char *p, size_t n,
                                size_t before)
{
    s->since_event += n;
    if (yajl_parse(s->yajl, p, n) != yajl_status_ok) {
        return err_set(s->e, ERR_INPUT, "no JSON at byte %zu",
                       before + yajl_get_bytes_consumed(s->yajl));
    }
    if (s->since_event > TEXT_MAX_BYTES)
        return err_set(s->e, ERR_INPUT, "a text of more than %d bytes", TEXT_MAX_BYTES);
    return OK;
}

static enum err_code finish(struct stream *s, size_t size)
{
    if (yajl_complete_parse(s->yajl) != yajl_status_ok || s->depth || s->skip_depth)
        return err_set(s->e, ERR_INPUT, "it is cut off at byte %zu", size);
    return OK;
}

/* A document of GetProducts that stands in a string. */
static enum err_code read_text(struct stream *outer, const unsigned char *p, size_t n)
{
    struct stream *s = calloc(1, sizeof *s);
    if (!s) return err_set(outer->e, ERR_INTERNAL, "out of memory");
    *s = (struct stream){
        .sink = outer->sink, .header = outer->header, .e = outer->e, .in_item = true
    };
    if (!begin(s) && !feed_bytes(s, p, n, 0)) finish(s, n);
    if (outer->e->code == ERR_INPUT) err_wrap(outer->e, "a document of PriceList: ");
    if (s->yajl) yajl_free(s->yajl);
    free(s);
    return outer->e->code;
}

enum err_code offer_stream(struct offer_header *header, int fd, struct digest *hash,
                           const struct offer_sink *sink, struct err *e)
{
    struct stream *s = calloc(1, sizeof *s);
    unsigned char *block = malloc(STEP);
    size_t before = 0;
    ssize_t n = 0;
    if (!s || !block) {
        err_set(e, ERR_INTERNAL, "out of memory");
        goto done;
    }
    *s = (struct stream){ .sink = sink, .header = header, .e = e };
    if (begin(s)) goto done;
    while ((n = read(fd, block, STEP)) > 0) {
        if (hash) digest_add(hash, (struct str){ (const char *)block, (size_t)n });
        if (feed_bytes(s, block, (size_t)n, before)) goto done;
        before += (size_t)n;
    }
    if (n < 0)
        err_set(e, ERR_IO, "%s", strerror(errno));
    else
        finish(s, before);
done:
    if (s && s->yajl) yajl_free(s->yajl);
    free(block);
    free(s);
    return e->code;
}

enum err_code offer_stream_bytes(struct offer_header *header, const char *bytes,
                                 size_t size, size_t step,
                                 const struct offer_sink *sink, struct err *e)
{
    struct stream *s = calloc(1, sizeof *s);
    if (!s) return err_set(e, ERR_INTERNAL, "out of memory");
    *s = (struct stream){ .sink = sink, .header = header, .e = e };
    if (begin(s)) goto done;
    for (size_t at = 0; at < size; at += step) {
        size_t n = size - at < step ? size - at : step;
        if (feed_bytes(s, (const unsigned char *)bytes + at, n, at)) goto done;
    }
    finish(s, size);
done:
    if (s->yajl) yajl_free(s->yajl);
    free(s);
    return e->code;
}
