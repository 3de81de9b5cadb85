#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "catalog_db_private.h"
#include "date.h"
#include "digest.h"
#include "offer_stream.h"
#include "overlay_private.h"
#include "product_shelf.h"
#include "str.h"
#include "usage_name.h"

/* What a usage type in a unit is a price of: read once. */
struct classified {
    uint64_t key; /* of usage type, attributes and unit; 0 empty */
    struct usage_class class;
};
enum { CLASSIFIED = 4096 }; /* a power of two; what falls together is read again */

/* What the attributes of products say, once for all products that say the same. */
struct said {
    const char *name; /* of the model, "" none */
    const char *feature, *inference, *tier, *media;
    const char *model, *why_not; /* joined; both NULL: not yet */
};

struct offer {
    struct feed *feed;
    struct intern texts, said_keys;
    struct said *said;
    size_t said_capacity;
    struct product_shelf *shelf;
    struct intern regions;
    struct classified *classified;
    struct offer_header first; /* code, version and date of the whole */
    bool bulk, begun, second;  /* second: the terms come again, all products known */
    bool terms_first, sealed;
};

/* Products in memory: 12 MB, more than AWS lists; the rest waits in a file. */
enum { PRODUCTS_IN_MEMORY = 1 << 18, PRODUCTS_MAX = 20000000 };

static const char *const codes[] = { "AmazonBedrock", "AmazonBedrockFoundationModels",
                                     "AmazonBedrockService", "AmazonBedrockAgentCore" };

/* What names the import. `region` NULL: not known before the end of a bulk file. */
static struct feed_source source_of(struct offer *o, const char *region)
{
    struct arena *a = o->feed->arena;
    const struct offer_header *h = &o->first;
    struct feed_source s = { .kind = o->bulk ? "price-list" : "get-products",
                             .code = h->code,
                             .region = region,
                             .version = h->version,
                             .trust = 'A' };
    const char *where = !region || strcmp(region, "*") == 0 ? "world" : region;
    s.published = arena_text_n(a, h->published, strcspn(h->published, "T"));
    /* answers of GetProducts are parts: several may have one publication */
    s.id = arena_printf(a, "aws-%s-%s-%s%s", h->code, where,
                        *h->version ? h->version : s.published,
                        /* nor does an empty list say of which region it is */
                        o->bulk && strcmp(where, "nowhere") != 0
                            ? ""
                            : arena_printf(a, "-%.8s", o->feed->sha256));
    s.text =
        arena_printf(a, "AWS Price List, %s, %s (%s), published %s", h->code, where,
                     o->bulk ? "bulk offer file" : "GetProducts", s.published);
    return s;
}

/* What stands before the products must say whose they are. */
static enum err_code begin(struct offer *o, const struct offer_header *h,
                           const char *region, struct err *e)
{
    size_t known = 0;
    int64_t moment = 0;
    if (o->begun) return OK;
    while (known < sizeof codes / sizeof *codes && strcmp(codes[known], h->code) != 0)
        known++;
    if (known == sizeof codes / sizeof *codes)
        return err_set(e, ERR_INPUT, "it is a price list of %s, not of Bedrock",
                       *h->code ? h->code : "an unnamed service");
    if (!*h->published) return err_set(e, ERR_INPUT, "no publicationDate");
    if (date_parse(&moment, NULL, h->published, e))
        return err_wrap(e, "publicationDate: ");
    o->begun = true;
    o->first = *h;
    struct feed_source s = source_of(o, region);
    return feed_begin(o->feed, &s, e);
}

static uint32_t say(struct offer *o, const struct offer_product *p)
{
    const char(*at)[OFFER_TEXT] = p->attribute;
    const char *name = *at[OFFER_MODEL]         ? at[OFFER_MODEL]
                       : *at[OFFER_TITAN_MODEL] ? at[OFFER_TITAN_MODEL]
                                                : "";
    if (!*name && strstr(at[OFFER_SERVICE_NAME], " (Amazon Bedrock Edition)"))
        name = at[OFFER_SERVICE_NAME];
    const char *const parts[] = {
        name,           at[OFFER_FEATURE],  at[OFFER_INFERENCE],
        at[OFFER_TIER], at[OFFER_MODALITY], at[OFFER_RESOLUTION]
    };
    enum { PARTS = sizeof parts / sizeof *parts };
    char key[PARTS * OFFER_TEXT];
    size_t n = 0;
    for (int i = 0; i < PARTS; i++) { /* by hand: it is done for every product */
        size_t bytes = strlen(parts[i]);
        memcpy(key + n, parts[i], bytes);
        n += bytes;
        key[n++] = '\n';
    }
    uint32_t before = o->said_keys.count;
    uint32_t number = intern_n(&o->said_keys, key, n);
    if (number < before) return number;
    struct arena *a = o->feed->arena;
    o->said = arena_grow(a, o->said, &o->said_capacity, number + 1, sizeof *o->said);
    o->said[number] =
        (struct said){ .name = arena_text(a, name),
                       .feature = arena_text(a, at[OFFER_FEATURE]),
                       .inference = arena_text(a, at[OFFER_INFERENCE]),
                       .tier = arena_text(a, at[OFFER_TIER]),
                       .media = arena_printf(a, "%s %s", at[OFFER_MODALITY],
                                             at[OFFER_RESOLUTION]) };
    return number;
}

/* An answer of GetProducts says behind each product whose it is: its prices are taken
 * the second time round. */
static enum err_code on_document(void *to, const struct offer_header *h, struct err *e)
{
    struct offer *o = to;
    if (o->second) return OK;
    if (*o->first.code && strcmp(o->first.code, h->code) != 0)
        return err_set(e, ERR_INPUT, "it mixes %.60s and %.60s", o->first.code,
                       h->code);
    if (strcmp(h->published, o->first.published) > 0 || !*o->first.code) o->first = *h;
    return OK;
}

static enum err_code on_product(void *to, const struct offer_header *h,
                                const struct offer_product *p, struct err *e)
{
    struct offer *o = to;
    const char *sku = *p->sku ? p->sku : p->key;
    size_t prefix = 0;
    if (o->second) return OK;
    if (o->bulk && begin(o, h, NULL, e)) return e->code;
    size_t sku_bytes = strlen(sku);
    if (!sku_bytes || sku_bytes >= PRODUCT_SKU)
        return err_set(e, ERR_INPUT, "a product without a SKU, or '%.40s'", sku);
    if (*p->key && strcmp(p->key, sku) != 0)
        return err_set(e, ERR_INPUT, "SKU %s stands under the name %.40s", sku, p->key);
    if (product_shelf_count(o->shelf) >= PRODUCTS_MAX)
        return err_set(e, ERR_RANGE, "more than %d products", PRODUCTS_MAX);
    const char *usage = p->attribute[OFFER_USAGE_TYPE];
    const char *rest = usage_rest(usage, &prefix);
    /* the whole usage type, with its region code cut out where it stands */
    bool market = prefix && strstr(usage, "MP:") == usage + prefix + 1;
    const char *region = p->attribute[OFFER_REGION];
    struct product q = { .usage = intern(&o->texts, market ? usage + prefix + 1 : rest),
                         .prefix = intern_n(&o->texts, usage, prefix),
                         .region = intern(&o->texts, region),
                         .said = say(o, p) };
    memcpy(q.sku, sku, sku_bytes);
    intern(&o->regions, region);
    o->sealed = false;
    return product_shelf_add(o->shelf, &q, e);
}

static enum err_code check_sane(const struct feed_price *p, struct err *e)
{
    const int64_t thousand_usd = INT64_C(1000000000000000); /* in 1e-12 USD */
    enum usage_family f = p->class.family;
    if (f == USAGE_TOKEN &&
        (i128)p->rate.pusd * (1000000 / p->rate.per) > thousand_usd &&
        strcmp(p->class.unit, "token") == 0)
        return err_set(e, ERR_RANGE, "more than 1000 USD per 1M tokens");
    if (f == USAGE_UNIT && p->rate.pusd > thousand_usd)
        return err_set(e, ERR_RANGE, "more than 1000 USD an hour");
    return OK;
}

/* "272k" for OpenAI's models, "200k" for Anthropic's: the list does not say it. */
static const char *long_step(const char *model)
{
    if (text_starts(model, "openai.")) return ">272k";
    return text_starts(model, "anthropic.") ? ">200k" : NULL;
}

static enum err_code price_of(struct feed_price *out, const struct offer_price *p,
                              const struct usage_class *class, struct err *e)
{
    out->class = *class;
    if (!class->per) return err_set(e, ERR_INPUT, "unknown unit '%.40s'", p->unit);
    if (usd_rate_parse(&out->rate, p->usd, class->per, e)) return e->code;
    if (*p->effective && date_parse(&out->effective_unix_s, NULL, p->effective, e))
        return err_wrap(e, "effectiveDate: ");
    return check_sane(out, e);
}

/* Which model, or why the price cannot be taken. */
static const char *join(struct offer *o, struct said *s, const char *rest)
{
    if (s->model || s->why_not) return s->why_not;
    if (*s->name) {
        s->model = name_join(o->feed->join, s->name, &s->why_not);
        return s->why_not;
    }
    /* no name: the usage type may begin with one, "openai.gpt-oss-120b-mantle-input…"
     */
    const char *why = NULL, *word = usage_model_word(rest, o->feed->arena);
    if (!*word) return "no model is named";
    s->model = name_join(o->feed->join, word, &why);
    return s->model ? NULL : why;
}

/* The usage type as published. `room` holds two texts. */
static const char *usage_type(struct offer *o, const struct product *q, char *room)
{
    const char *prefix = o->texts.text[q->prefix], *rest = o->texts.text[q->usage];
    size_t n = strlen(prefix);
    memcpy(room, prefix, n);
    if (n) room[n++] = '-';
    memcpy(room + n, rest, strlen(rest) + 1);
    return room;
}

static void classify(struct offer *o, const struct product *q,
                     const struct usage_words *w, struct usage_class *out)
{
    uint64_t key = hash_bytes(w->unit, strlen(w->unit), q->said);
    key = hash_bytes(w->usage, strlen(w->usage), key) | 1;
    struct classified *c = &o->classified[key / 2 % CLASSIFIED];
    if (c->key != key) {
        usage_classify(&c->class, w);
        c->key = key;
    }
    *out = c->class;
}

static enum err_code take_price(struct offer *o, const struct product *q,
                                const struct offer_price *p, struct err *e)
{
    struct said *s = &o->said[q->said];
    struct usage_class class;
    char type[2 * OFFER_TEXT];
    size_t prefix = 0;
    const char *published = usage_type(o, q, type);
    const char *rest = usage_rest(published, &prefix);
    struct usage_words words = { o->first.code, rest,    s->feature, s->inference,
                                 s->tier,       p->unit, p->about,   s->media };
    classify(o, q, &words, &class);
    if (class.family == USAGE_UNCLASSIFIED) {
        char what[2 * OFFER_TEXT];
        snprintf(what, sizeof what, "%.200s (%.40s)", rest, p->unit);
        feed_skip(o->feed, what, "unclassified usage type", 1);
        return OK;
    }
    struct feed_price out = { .model = "",
                              .region = o->texts.text[q->region],
                              .context_tier = "",
                              .item = class.item ? class.item : rest,
                              .usage_type = published,
                              .sku = q->sku,
                              .rate_code = *p->rate_code ? p->rate_code : p->key,
                              .unit_published = p->unit,
                              .effective_unix_s = DATE_UNKNOWN };
    if (!feed_is_region(out.region)) {
        feed_skip(o->feed, *out.region ? out.region : "(none)", "no AWS region", 1);
        return OK;
    }
    if (price_of(&out, p, &class, e)) return e->code;
    if (!text_starts(out.rate_code, q->sku))
        return err_set(e, ERR_INPUT, "its rate code is '%.60s'", out.rate_code);
    if (class.family == USAGE_OTHER) return feed_add(o->feed, &out, e);
    const char *why = join(o, s, rest);
    if (!*s->name && !why) s->why_not = NULL;
    out.model = s->model ? s->model : "";
    if (!*s->name) s->model = NULL; /* the next usage type names another */
    if (!why && class.long_context) {
        out.context_tier = long_step(out.model);
        if (!out.context_tier) why = "long context above an unknown step";
    }
    if (why) {
        feed_skip(o->feed, *s->name ? s->name : rest, why, 1);
        return OK;
    }
    if (class.family == USAGE_TOKEN || class.family == USAGE_UNIT) out.item = "";
    return feed_add(o->feed, &out, e);
}

static enum err_code on_price(void *to, const struct offer_header *h,
                              const struct offer_price *p, struct err *e)
{
    struct offer *o = to;
    const char *sku = p->sku;
    (void)h;
    if (o->terms_first && !o->second) return OK;
    if (!p->on_demand) {
        feed_skip(o->feed, "terms.Reserved", "Bedrock sells commitments as SKUs", 1);
        return OK;
    }
    const struct product *q = NULL;
    if ((!o->sealed && product_shelf_seal(o->shelf, e)) ||
        product_shelf_find(&q, o->shelf, sku, e))
        return e->code;
    o->sealed = true;
    if (!q) {
        if (o->second) {
            feed_skip(o->feed, sku, "a price without a product", 1);
            return OK;
        }
        o->terms_first = true; /* read on for the products, then once more */
        return o->feed->result->read
                   ? err_set(e, ERR_INPUT, "SKU %.40s: a price without a product", sku)
                   : OK;
    }
    if (*p->begin && strcmp(p->begin, "0") != 0) {
        feed_skip(o->feed, q->sku, "a volume step above the first", 1);
        return OK;
    }
    if (take_price(o, q, p, e)) return err_wrap(e, "SKU %s: ", q->sku);
    return OK;
}

/* The only region, or "*". */
static const char *region_of(const struct offer *o)
{
    if (o->regions.count > 1) return "*";
    return o->regions.count ? o->regions.text[0] : "nowhere";
}

/* A bulk file is all there is of the regions that it names. */
static enum err_code finish(struct offer *o, const struct offer_header *header,
                            struct err *e)
{
    int64_t unpriced = product_shelf_unpriced(o->shelf);
    if (product_shelf_seal(o->shelf, e)) return e->code;
    if (unpriced) feed_skip(o->feed, "products", "no price in the file", unpriced);
    if (!o->bulk && !o->begun) return err_set(e, ERR_INPUT, "the price list is empty");
    if (!o->bulk) return OK;
    if (begin(o, header, NULL, e)) return e->code; /* nothing is sold there */
    struct feed_source s = source_of(o, region_of(o));
    for (uint32_t i = 0; i < o->regions.count; i++) {
        struct feed_source one = s;
        one.region = o->regions.text[i];
        if (feed_check_order(o->feed, &one, e) ||
            feed_covers(o->feed, o->regions.text[i], e)) {
            return e->code;
        }
    }
    return feed_rename(o->feed, &s, e);
}

static enum err_code read_again(struct offer *o, struct feed_input *in,
                                const struct offer_sink *sink, struct err *e)
{
    struct offer_header header = { { 0 }, { 0 }, { 0 } };
    if (!o->bulk && product_shelf_count(o->shelf) &&
        begin(o, &o->first, region_of(o), e)) {
        return e->code;
    }
    o->second = true;
    o->sealed = false;
    lseek(in->fd, 0, SEEK_SET);
    return offer_stream(&header, in->fd, NULL, sink, e);
}

/* Read and, when nobody has before, hashed in one go. */
static enum err_code read_hashed(struct offer_header *header, struct feed_input *in,
                                 const struct offer_sink *sink, struct err *e)
{
    unsigned char sum[DIGEST_SHA256_BYTES];
    struct digest *hash = NULL;
    if (!*in->sha256 && digest_open(&hash, e)) return e->code;
    lseek(in->fd, 0, SEEK_SET);
    if (!offer_stream(header, in->fd, hash, sink, e) && hash) {
        digest_final(sum, hash);
        digest_hex(in->sha256, sum, sizeof sum);
    }
    digest_close(hash);
    return e->code;
}

enum err_code read_offer(struct feed *f, struct feed_input *in, struct err *e)
{
    struct offer o = { .feed = f };
    enum err_code code = OK;
    struct offer_header header = { { 0 }, { 0 }, { 0 } };
    struct offer_sink sink = {
        .to = &o, .product = on_product, .price = on_price, .document = on_document
    };
    o.texts.arena = o.said_keys.arena = o.regions.arena = f->arena;
    o.classified = ARENA_NEW(f->arena, struct classified, CLASSIFIED);
    o.bulk = feed_is_bulk(in);
    o.terms_first = !o.bulk;
    if (product_shelf_open(&o.shelf, PRODUCTS_IN_MEMORY, e)) return e->code;
    if (!read_hashed(&header, in, &sink, e) && o.terms_first)
        code = read_again(&o, in, &sink, e);
    if (!e->code) code = finish(&o, &header, e);
    product_shelf_close(o.shelf);
    return code ? code : e->code;
}
