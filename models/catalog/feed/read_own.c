#include <string.h>

#include "catalog_db_private.h"
#include "csv.h"
#include "date.h"
#include "file.h"
#include "overlay_private.h"
#include "str.h"
#include "text.h"

/* Our own CSV: the columns of data/catalog/prices.csv, or of provisioned.csv when there
 * is a `commitment`. Only model, dimension or commitment, and usd must be there. */
enum column {
    MODEL,
    REGION,
    SCOPE,
    DIMENSION,
    CONTEXT_TIER,
    UNIT,
    USD_OF,
    PER,
    TRUST_OF,
    SCHEME,
    KIND,
    COMMITMENT,
    COLUMNS
};
static const char *const headings[COLUMNS] = {
    "model", "region", "scope", "dimension", "context_tier", "unit",
    "usd",   "per",    "trust", "scheme",    "kind",         "commitment",
};

enum { OWN_MAX_BYTES = 64 << 20 };

struct own {
    struct feed *feed;
    const char *path;
    int at[COLUMNS];
    char trust;
    bool begun;
};

static const char *field(const struct own *o, const struct csv_row *row, enum column c,
                         const char *otherwise)
{
    const char *text = o->at[c] < 0 ? "" : row->field[o->at[c]];
    return *text ? text : otherwise;
}

static enum err_code begin(struct own *o, const struct csv_row *row, struct err *e)
{
    struct feed *f = o->feed;
    const char *trust = field(o, row, TRUST_OF, "B");
    if (strlen(trust) != 1 || !strchr("ABC", *trust))
        return err_set(e, ERR_INPUT, "trust is A, B or C, not '%.20s'", trust);
    if (o->begun) {
        if (*trust == o->trust) return OK;
        return err_set(e, ERR_INPUT, "one file has one trust, not %c and %c", o->trust,
                       *trust);
    }
    o->trust = *trust;
    o->begun = true;
    const char *slash = strrchr(o->path, '/');
    const char *name = f->options->source ? f->options->source
                                          : arena_printf(f->arena, "own-%s",
                                                         slash ? slash + 1 : o->path);
    const char *day = feed_day(f);
    struct feed_source s = { .kind = arena_printf(f->arena, "csv-%s", name),
                             .code = "",
                             .region = "*",
                             .version = "",
                             .published = day,
                             .trust = o->trust,
                             .id = arena_printf(f->arena, "%s@%s", name, day),
                             .text =
                                 arena_printf(f->arena, "%s, imported %s", name, day) };
    if (feed_begin(f, &s, e)) return e->code;
    return feed_covers(f, "*", e);
}

static const char *unit_of(const char *dimension)
{
    if (strstr(dimension, "_second")) return "second";
    if (strstr(dimension, "image_output") || strstr(dimension, "image_input"))
        return "image";
    if (text_ends(dimension, "image_generation")) return "generation";
    if (text_ends(dimension, "query")) return "query";
    if (text_ends(dimension, "_request")) return "request";
    return strcmp(dimension, "video_output") == 0 ? "video" : "token";
}

static bool is_scope(const char *scope)
{
    static const char *const all[] = { "",       "global",   "geo/in-region", "geo:us",
                                       "geo:eu", "geo:apac", "geo:au",        "geo:jp",
                                       "geo:in", "geo:ca",   "geo:us-gov" };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(scope, all[i]) == 0) return true;
    return false;
}

static bool is_tier(const char *tier)
{
    size_t n = strlen(tier);
    return n == 0 || (n > 2 && tier[0] == '>' && tier[n - 1] == 'k' &&
                      strspn(tier + 1, "0123456789") == n - 2);
}

static enum err_code class_of(struct own *o, const struct csv_row *row,
                              struct feed_price *p, int64_t per, struct err *e)
{
    struct usage_class *c = &p->class;
    c->commitment = field(o, row, COMMITMENT, "");
    if (*c->commitment) {
        c->family = USAGE_UNIT;
        c->scheme = field(o, row, SCHEME, "model unit");
        c->kind = field(o, row, KIND, "base and custom");
        bool unit = strcmp(c->scheme, "model unit") == 0;
        c->unit = unit ? "model unit-hour" : "1K tokens-per-minute-hour";
        if (p->rate.pusd / per > INT64_C(1000000000000000))
            return err_set(e, ERR_RANGE, "more than 1000 USD an hour");
        return OK;
    }
    const char *dimension = field(o, row, DIMENSION, "");
    if (!*dimension || dimension[0] < 'a' || dimension[0] > 'z' ||
        strlen(dimension) >= USAGE_TEXT) {
        return err_set(e, ERR_INPUT, "'%.60s' is no dimension", dimension);
    }
    c->family = USAGE_TOKEN;
    c->scope = field(o, row, SCOPE, "");
    c->unit = field(o, row, UNIT, unit_of(dimension));
    snprintf(c->dimension, sizeof c->dimension, "%s", dimension);
    if (strcmp(c->unit, unit_of(dimension)) != 0)
        return err_set(e, ERR_INPUT, "%s is priced by the %s, not by '%.40s'",
                       dimension, unit_of(dimension), c->unit);
    if (!is_scope(c->scope))
        return err_set(e, ERR_INPUT, "unknown scope '%.40s'", c->scope);
    if (strcmp(c->unit, "token") == 0 &&
        (i128)p->rate.pusd * (1000000 / per) > INT64_C(1000000000000000))
        return err_set(e, ERR_RANGE, "more than 1000 USD per 1M tokens");
    return OK;
}

static enum err_code take_row(struct own *o, const struct csv_row *row, struct err *e)
{
    int64_t per = 0;
    const char *why = NULL, *name = field(o, row, MODEL, "");
    bool unit = *field(o, row, COMMITMENT, "") != '\0';
    struct feed_price p = { .region = field(o, row, REGION, "*"),
                            .context_tier = field(o, row, CONTEXT_TIER, ""),
                            .item = "",
                            .usage_type = "",
                            .sku = "",
                            .rate_code = "",
                            .unit_published = field(o, row, UNIT, ""),
                            .effective_unix_s = DATE_UNKNOWN };
    if (begin(o, row, e) ||
        text_int(&per, field(o, row, PER, unit ? "1" : "1000000"), 1, 1000000, e))
        return e->code;
    if (per != 1 && per != 1000 && per != 1000000)
        return err_set(e, ERR_INPUT, "per is 1, 1000 or 1000000");
    if (usd_rate_parse(&p.rate, field(o, row, USD_OF, ""), (int32_t)per, e) ||
        class_of(o, row, &p, per, e))
        return e->code;
    if (strcmp(p.region, "*") != 0 && !feed_is_region(p.region))
        return err_set(e, ERR_INPUT, "unknown region '%.40s'", p.region);
    if (!is_tier(p.context_tier))
        return err_set(e, ERR_INPUT, "'%.40s' is no context tier", p.context_tier);
    p.model = name_join(o->feed->join, name, &why);
    if (!p.model) return err_set(e, ERR_INPUT, "'%.60s': %s", name, why);
    return feed_add(o->feed, &p, e);
}

enum err_code read_own_csv(struct feed *f, struct feed_input *in, struct err *e)
{
    struct own o = { .feed = f, .path = in->path };
    struct csv *csv = NULL;
    struct csv_row row;
    char path[32], *bytes = NULL;
    size_t size = 0;
    bool more = false;
    snprintf(path, sizeof path, "/proc/self/fd/%d", in->fd);
    if (file_read(&bytes, &size, path, OWN_MAX_BYTES, f->arena, e) ||
        csv_open(&csv, "line", bytes, size, f->arena, e)) {
        return e->code;
    }
    for (int i = 0; i < COLUMNS; i++)
        o.at[i] = csv_column(csv, headings[i]);
    if (o.at[MODEL] < 0 || o.at[USD_OF] < 0 ||
        (o.at[DIMENSION] < 0 && o.at[COMMITMENT] < 0)) {
        return err_set(e, ERR_INPUT,
                       "our CSV needs the columns model, usd, and dimension or "
                       "commitment");
    }
    while (!csv_next(csv, &row, &more, e) && more)
        if (take_row(&o, &row, e))
            return err_wrap(e, "line %lld: ", (long long)row.line);
    return e->code;
}
