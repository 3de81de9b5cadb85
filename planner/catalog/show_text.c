#include "show.h"

#include <string.h>

#include "table.h"
#include "text.h"
#include "wrap.h"

/* Sources by the number in brackets that stands for them, in order of use. */
struct cites {
    const char **text;
    size_t count, capacity;
    struct arena *arena;
};

static const char *cite(struct cites *c, const char *source)
{
    size_t i = 0;
    while (i < c->count && strcmp(c->text[i], source) != 0)
        i++;
    if (i == c->count) {
        c->text =
            arena_grow(c->arena, c->text, &c->capacity, c->count + 1, sizeof *c->text);
        c->text[c->count++] = source;
    }
    return arena_printf(c->arena, "[%zu]", i + 1);
}

enum { LABEL = 17 };

static void line(struct app *app, const char *label, const char *text)
{
    if (!text || !*text) return;
    fprintf(app->out, "%-*s", LABEL, label);
    wrap_text(text, app->columns, LABEL, LABEL, app->out);
}

static const char *thousands(int64_t value, struct arena *a)
{
    char text[32];
    return value ? arena_text(a, text_thousands(text, value)) : NULL;
}

static const char *unknown_inputs(const struct model *m, struct arena *a)
{
    const char *words = "";
    for (int i = 0; i < MODALITY_COUNT; i++) {
        if (m->input[i] == UNKNOWN)
            words = arena_printf(a, "%s%s%s", words, *words ? " " : "",
                                 modality_text((enum modality)i));
    }
    return words;
}

static const char *takes(const struct model *m, struct arena *a)
{
    const char *known = words_modalities(m->input, a), *unknown = unknown_inputs(m, a);
    if (!known) return "nobody says";
    if (!*unknown) return known;
    return arena_printf(a, "%s; nobody says: %s", known, unknown);
}

static const char *window(const struct model *m, struct arena *a)
{
    if (!m->context_window) return "unknown";
    if (!m->max_output)
        return arena_printf(a, "%s tokens", thousands(m->context_window, a));
    return arena_printf(a, "%s tokens, at most %s of them out",
                        thousands(m->context_window, a), thousands(m->max_output, a));
}

static const char *life(const struct model *m, int64_t now_unix_s, struct arena *a)
{
    const struct {
        const char *what;
        int64_t unix_s;
    } dates[] = {
        { "launched", m->launch_unix_s },
        { "legacy from", m->legacy_unix_s },
        { "extended access from", m->extended_unix_s },
        { "end of life", m->eol_unix_s },
    };
    const char *text = model_lifecycle(m, now_unix_s);
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        const char *day = words_date(dates[i].unix_s, a);
        if (day) text = arena_printf(a, "%s; %s %s", text, dates[i].what, day);
    }
    return text;
}

static const char *with_regions(enum answer answer, const char *regions,
                                struct arena *a)
{
    if (answer != YES || !*regions) return answer_text(answer);
    return arena_printf(a, "yes, in %s", regions);
}

static const char *offered(const struct show *s, struct arena *a)
{
    const struct price_offer *o = &s->offer;
    const char *ways = o->in_region ? "in-region" : "";
    if (o->geo)
        ways = arena_printf(a, "%s%sgeo (%s)", ways, *ways ? ", " : "", o->geography);
    if (o->global) ways = arena_printf(a, "%s%sglobal", ways, *ways ? ", " : "");
    if (!*ways) ways = "no way known";
    if (!*s->model.regions)
        ways = arena_printf(a, "%s; nobody lists its regions", ways);
    else if (!o->listed)
        ways = arena_printf(a, "%s; the region is not on its list", ways);
    return s->routed ? ways : arena_printf(a, "%s; %s", ways, s->why_not);
}

static void show_model(struct app *app, const struct show *s, struct cites *c)
{
    const struct model *m = &s->model;
    struct arena *a = app->arena;
    fprintf(app->out, "%s%s%s\n", m->id, *m->name ? "  " : "", m->name);
    if (*m->variant_of)
        line(app, "variant of",
             arena_printf(a, "%s, whose prices it has", m->variant_of));
    line(app, "provider",
         *m->class_ ? arena_printf(a, "%s, class %s", m->provider, m->class_)
                    : m->provider);
    const char *gives = words_modalities(m->output, a);
    line(app, "takes", takes(m, a));
    line(app, "gives", gives ? gives : "nobody says");
    line(app, "context window", window(m, a));
    line(app, "streaming", answer_text(m->streaming));
    line(app, "endpoint", words_endpoint(m) ? words_endpoint(m) : "unknown");
    line(app, "lifecycle", life(m, app->opt.now_unix_s, a));
    line(app, "regions", *m->regions ? m->regions : "unknown");
    line(app, "profiles", *m->profiles ? m->profiles : "none known");
    line(app, arena_printf(a, "in %s", s->offer.region), offered(s, a));
    line(app, "customization", *m->tunable ? m->tunable : answer_text(m->fine_tuning));
    line(app, "  on demand",
         with_regions(m->custom_on_demand, m->custom_on_demand_regions, a));
    line(app, "model units", with_regions(m->provisioned, m->provisioned_regions, a));
    if (m->cache_min_tokens)
        line(app, "prompt cache",
             arena_printf(a, "from %s tokens a checkpoint",
                          thousands(m->cache_min_tokens, a)));
    line(app, "note", m->note);
    line(app, "source",
         arena_printf(a, "%s trust %c, %s", cite(c, m->source), "ABC"[m->trust],
                      m -> as_of));
}

/* "1M tokens", "image" */
static const char *per_text(int32_t per, const char *unit, struct arena *a)
{
    if (per == 1) return unit;
    return arena_printf(a, "%s %ss", per == 1000 ? "1K" : "1M", unit);
}

static const char *rate_text(struct usd_rate rate, struct arena *a)
{
    char text[USD_TEXT];
    return arena_text(a, usd_rate_text(text, rate));
}

static const char *trust_text(enum trust trust, struct arena *a)
{
    return arena_printf(a, "%c", "ABC"[trust]);
}

static const char *blank_null(const char *text)
{
    return *text ? text : NULL;
}

static const char *dimension_text(const char *dimension, const char *tier,
                                  struct arena *a)
{
    return *tier ? arena_printf(a, "%s %s", dimension, tier) : dimension;
}

static void print(struct app *app, struct table *t)
{
    fputc('\n', app->out);
    app_print_table(app, t);
}

static void show_bills(struct app *app, const struct show *s, struct cites *c)
{
    static const struct table_column columns[] = {
        { "dimension", "DIMENSION", LEFT, 0, false },
        { "usd", "USD", RIGHT, 0, false },
        { "per", "PER", LEFT, 0, false },
        { "scope", "SCOPE", LEFT, 0, true },
        { "region", "REGION", LEFT, 0, true },
        { "marks", "", LEFT, 0, false },
        { "trust", "", LEFT, 0, false },
        { "as_of", "AS OF", LEFT, 0, false },
        { "source", "SOURCE", LEFT, 0, false },
    };
    struct arena *a = app->arena;
    struct table t;
    unsigned marks = 0;
    if (!s->bills) return;
    table_init(&t,
               arena_printf(a, "What bills in %s, %s", s->offer.region,
                            routing_text(s->routing)),
               columns, sizeof columns / sizeof *columns, a);
    for (size_t i = 0; i < s->bills; i++) {
        const struct show_bill *b = &s->bill[i];
        const struct price_row *r = b->pick.row;
        const char **cell = table_row(&t);
        marks |= b->pick.marks;
        cell[0] = dimension_text(b->dimension, b->context_tier, a);
        cell[1] = rate_text(r->rate, a);
        cell[2] = per_text(r->rate.per, r->unit, a);
        cell[3] = blank_null(r->scope);
        cell[4] = r->region;
        cell[5] = words_marks(b->pick.marks, a);
        cell[6] = trust_text(r->trust, a);
        cell[7] = r->as_of;
        cell[8] = cite(c, r->source);
    }
    if (marks) table_note(&t, "%s", words_marks_key(marks, a));
    print(app, &t);
}

/* "announced for 2027-01-01", and what it says once that day has come */
static const char *from_text(int64_t from_unix_s, const char *scope, int64_t now_unix_s,
                             struct arena *a)
{
    const char *from = words_date(from_unix_s, a);
    if (!from) return NULL;
    bool announced = strcmp(scope, "public-extended-access") != 0;
    return arena_printf(
        a, "%s %s", announced && from_unix_s > now_unix_s ? "announced for" : "from",
        from);
}

static void announced(struct app *app, const char *what, const char *region,
                      struct usd_rate rate, const char *unit, int64_t from_unix_s,
                      struct cites *c, const char *source)
{
    struct arena *a = app->arena;
    if (from_unix_s == DATE_UNKNOWN || from_unix_s <= app->opt.now_unix_s) return;
    line(app, "announced",
         arena_printf(a, "from %s: %s in %s, %s USD per %s %s",
                      words_date(from_unix_s, a), what, region, rate_text(rate, a),
                      per_text(rate.per, unit, a), cite(c, source)));
}

/* Prices that do not bill yet: in the tables below they are a remark that may not fit.
 */
static void show_announced(struct app *app, const struct show *s, struct cites *c)
{
    for (size_t i = 0; i < s->prices; i++) {
        const struct price_row *r = &s->price[i];
        if (strcmp(r->scope, "public-extended-access") != 0)
            announced(app, r->dimension, r->region, r->rate, r->unit, r->from_unix_s, c,
                      r->source);
    }
    for (size_t i = 0; i < s->units; i++) {
        const struct unit_price *u = &s->unit[i];
        announced(app, arena_printf(app->arena, "%s, %s", u->kind, u->commitment),
                  u->region, u->rate, u->unit, u->from_unix_s, c, u->source);
    }
    for (size_t i = 0; i < s->tunings; i++) {
        const struct item_price *t = &s->tuning[i];
        announced(app, arena_printf(app->arena, "%s %s", t->method, t->item), t->region,
                  t->rate, t->unit, t->from_unix_s, c, t->source);
    }
}

static const char *row_remark(const struct price_row *r, int64_t now_unix_s,
                              struct arena *a)
{
    const char *from = from_text(r->from_unix_s, r->scope, now_unix_s, a);
    if (from && *r->doubt) return arena_printf(a, "%s; doubted: %s", from, r->doubt);
    if (*r->doubt) return arena_printf(a, "doubted: %s", r->doubt);
    if (from) return from;
    if (r->disagree) return arena_printf(a, "%d disagree", r->disagree);
    return blank_null(r->note);
}

static void show_prices(struct app *app, const struct show *s, struct cites *c)
{
    static const struct table_column columns[] = {
        { "dimension", "DIMENSION", LEFT, 0, false },
        { "scope", "SCOPE", LEFT, 0, false },
        { "region", "REGION", LEFT, 0, false },
        { "usd", "USD", RIGHT, 0, false },
        { "per", "PER", LEFT, 0, false },
        { "trust", "", LEFT, 0, false },
        { "as_of", "AS OF", LEFT, 0, false },
        { "source", "SOURCE", LEFT, 0, false },
        { "remark", "REMARK", LEFT, 8, true },
    };
    struct arena *a = app->arena;
    struct table t;
    if (!s->prices) return;
    table_init(&t, "Every price row", columns, sizeof columns / sizeof *columns, a);
    for (size_t i = 0; i < s->prices; i++) {
        const struct price_row *r = &s->price[i];
        const char **cell = table_row(&t);
        cell[0] = dimension_text(r->dimension, r->context_tier, a);
        cell[1] = blank_null(r->scope);
        cell[2] = r->region;
        cell[3] = rate_text(r->rate, a);
        cell[4] = per_text(r->rate.per, r->unit, a);
        cell[5] = trust_text(r->trust, a);
        cell[6] = r->as_of;
        cell[7] = cite(c, r->source);
        cell[8] = row_remark(r, app->opt.now_unix_s, a);
    }
    print(app, &t);
}

static void show_units(struct app *app, const struct show *s, struct cites *c)
{
    static const struct table_column columns[] = {
        { "scheme", "SCHEME", LEFT, 0, false },
        { "kind", "FOR", LEFT, 0, false },
        { "commitment", "COMMITMENT", LEFT, 0, false },
        { "region", "REGION", LEFT, 0, false },
        { "usd", "USD", RIGHT, 0, false },
        { "unit", "PER", LEFT, 0, false },
        { "trust", "", LEFT, 0, false },
        { "as_of", "AS OF", LEFT, 0, false },
        { "source", "SOURCE", LEFT, 0, false },
        { "remark", "REMARK", LEFT, 8, true },
    };
    struct arena *a = app->arena;
    struct table t;
    if (!s->units) return;
    table_init(&t, "Model units and reserved capacity", columns,
               sizeof columns / sizeof *columns, a);
    for (size_t i = 0; i < s->units; i++) {
        const struct unit_price *u = &s->unit[i];
        const char **cell = table_row(&t);
        cell[0] = u->scheme;
        cell[1] = u->kind;
        cell[2] = u->commitment;
        cell[3] = u->region;
        cell[4] = rate_text(u->rate, a);
        cell[5] = u->unit;
        cell[6] = trust_text(u->trust, a);
        cell[7] = u->as_of;
        cell[8] = cite(c, u->source);
        cell[9] = from_text(u->from_unix_s, "", app->opt.now_unix_s, a);
    }
    print(app, &t);
}

static void show_tuning(struct app *app, const struct show *s, struct cites *c)
{
    static const struct table_column columns[] = {
        { "method", "METHOD", LEFT, 0, false }, { "item", "ITEM", LEFT, 0, false },
        { "usd", "USD", RIGHT, 0, false },      { "per", "PER", LEFT, 0, false },
        { "trust", "", LEFT, 0, false },        { "as_of", "AS OF", LEFT, 0, false },
        { "source", "SOURCE", LEFT, 0, false }, { "note", "NOTE", LEFT, 8, true },
    };
    struct arena *a = app->arena;
    struct table t;
    /* the rows of "*" say nothing of a model that nobody can customize */
    if (!*s->model.tunable && s->model.custom_on_demand != YES) return;
    table_init(&t, "Customization", columns, sizeof columns / sizeof *columns, a);
    for (size_t i = 0; i < s->tunings; i++) {
        const struct item_price *p = &s->tuning[i];
        const char **cell = table_row(&t);
        cell[0] = p->method;
        cell[1] = strcmp(p->region, "*") == 0
                      ? p->item
                      : arena_printf(a, "%s, %s", p->item, p->region);
        cell[2] = p->known ? rate_text(p->rate, a) : "not found";
        cell[3] = per_text(p->rate.per, p->unit, a);
        cell[4] = trust_text(p->trust, a);
        cell[5] = blank_null(p->as_of);
        cell[6] = cite(c, p->source);
        cell[7] = from_text(p->from_unix_s, "", app->opt.now_unix_s, a);
        if (!cell[7]) cell[7] = blank_null(p->note);
    }
    print(app, &t);
}

static void show_held(struct app *app, const struct show *s, struct cites *c)
{
    static const struct table_column columns[] = {
        { "name", "NAME", LEFT, 0, false },
        { "units", "UNITS", RIGHT, 0, false },
        { "commitment", "COMMITMENT", LEFT, 0, false },
        { "for", "FOR", LEFT, 0, false },
        { "region", "REGION", LEFT, 0, false },
        { "status", "STATUS", LEFT, 0, false },
        { "until", "UNTIL", LEFT, 0, false },
        { "source", "SOURCE", LEFT, 0, false },
    };
    struct arena *a = app->arena;
    struct table t;
    if (!s->helds) return;
    table_init(&t, "Model units that your account holds", columns,
               sizeof columns / sizeof *columns, a);
    for (size_t i = 0; i < s->helds; i++) {
        const struct held_unit *h = &s->held[i];
        const char **cell = table_row(&t);
        cell[0] = h->name;
        cell[1] = arena_printf(a, "%lld", (long long)h->units);
        cell[2] = h->commitment;
        cell[3] = h->custom ? "custom" : "base";
        cell[4] = h->region;
        cell[5] = h->status;
        cell[6] = blank_null(h->until);
        cell[7] = cite(c, h->source);
    }
    print(app, &t);
}

static const char *known_thousands(int64_t value, struct arena *a)
{
    return value == 0 ? "0" : value < 0 ? NULL : thousands(value, a);
}

static bool has_own(const struct show *s)
{
    for (size_t i = 0; i < s->quotas; i++)
        if (s->quota[i].account) return true;
    return false;
}

static void show_quotas(struct app *app, const struct show *s, struct cites *c)
{
    static const struct table_column columns[] = {
        { "for", "FOR", LEFT, 0, false },
        { "routing", "ROUTING", LEFT, 0, false },
        { "region", "REGION", LEFT, 0, false },
        { "tokens_per_min", "TOKENS/MIN", RIGHT, 0, false },
        { "requests_per_min", "REQUESTS/MIN", RIGHT, 0, false },
        { "tokens_per_day", "TOKENS/DAY", RIGHT, 0, true },
        { "source", "SOURCE", LEFT, 0, false },
    };
    struct arena *a = app->arena;
    struct table t;
    if (s->quotas) {
        table_init(&t,
                   has_own(s) ? "Quotas: your account's, and the default ones"
                              : "Default quotas of an account; new accounts often get "
                                "less",
                   columns, sizeof columns / sizeof *columns, a);
        for (size_t i = 0; i < s->quotas; i++) {
            const struct quota_row *q = &s->quota[i];
            const char **cell = table_row(&t);
            cell[0] = q->custom ? "custom model" : q->account ? "you" : "base model";
            cell[1] = q->routing;
            cell[2] = strcmp(q->region, "*") == 0 ? "other regions" : q->region;
            cell[3] = known_thousands(q->tokens_per_min, a);
            cell[4] = known_thousands(q->requests_per_min, a);
            cell[5] = known_thousands(q->tokens_per_day, a);
            cell[6] = cite(c, q->source);
        }
        print(app, &t);
    }
    if (s->burndown.burndown)
        fprintf(app->out, "\nAgainst a quota an output token counts %d time%s %s\n",
                s->burndown.burndown, s->burndown.burndown == 1 ? "" : "s",
                cite(c, s->burndown.source));
}

void show_text(struct app *app, const struct show *s)
{
    struct cites c = { .arena = app->arena };
    show_model(app, s, &c);
    show_bills(app, s, &c);
    show_announced(app, s, &c);
    show_prices(app, s, &c);
    show_units(app, s, &c);
    show_held(app, s, &c);
    show_tuning(app, s, &c);
    show_quotas(app, s, &c);
    fputs("\nSources\n", app->out);
    for (size_t i = 0; i < c.count; i++) {
        int width = fprintf(app->out, "[%zu] ", i + 1);
        wrap_text(c.text[i], app->columns, width, 5, app->out);
    }
}
