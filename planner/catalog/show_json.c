#include "show.h"

#include "date.h"

static const char *text_or_null(const char *text)
{
    return *text ? text : NULL;
}

static void json_proof(struct json *j, const char *source, const char *as_of,
                       enum trust trust, const char *note)
{
    json_text(j, "source", source);
    json_text(j, "as_of", text_or_null(as_of));
    json_trust(j, trust);
    json_text(j, "note", text_or_null(note));
}

static void json_money(struct json *j, const char *unit, struct usd_rate rate)
{
    json_text(j, "unit", unit);
    json_rate(j, "usd", rate);
    json_int(j, "per", rate.per);
}

static void json_price_key(struct json *j, const struct price_row *r)
{
    json_text(j, "dimension", r->dimension);
    json_text(j, "context_tier", text_or_null(r->context_tier));
    json_text(j, "scope", text_or_null(r->scope));
    json_text(j, "region", r->region);
    json_money(j, r->unit, r->rate);
}

static void json_bills(struct json *j, const struct show *s)
{
    json_array(j, "bills");
    for (size_t i = 0; i < s->bills; i++) {
        const struct price_row *r = s->bill[i].pick.row;
        json_object(j, NULL);
        json_price_key(j, r);
        json_proof(j, r->source, r->as_of, r->trust, r->note);
        json_marks(j, s->bill[i].pick.marks);
        json_end(j);
    }
    json_end(j);
}

static void json_prices(struct json *j, const struct show *s, struct arena *a)
{
    json_array(j, "prices");
    for (size_t i = 0; i < s->prices; i++) {
        const struct price_row *r = &s->price[i];
        json_object(j, NULL);
        json_price_key(j, r);
        json_text(j, "valid_from", words_date(r->from_unix_s, a));
        json_int(j, "agree", r->agree);
        json_int(j, "disagree", r->disagree);
        json_text(j, "doubt", text_or_null(r->doubt));
        json_proof(j, r->source, r->as_of, r->trust, r->note);
        json_end(j);
    }
    json_end(j);
}

static void json_units(struct json *j, const struct show *s, struct arena *a)
{
    json_array(j, "model_units");
    for (size_t i = 0; i < s->units; i++) {
        const struct unit_price *u = &s->unit[i];
        json_object(j, NULL);
        json_text(j, "scheme", u->scheme);
        json_text(j, "kind", u->kind);
        json_text(j, "commitment", u->commitment);
        json_text(j, "region", u->region);
        json_money(j, u->unit, u->rate);
        json_text(j, "valid_from", words_date(u->from_unix_s, a));
        json_proof(j, u->source, u->as_of, u->trust, u->note);
        json_end(j);
    }
    json_end(j);
}

static void json_tuning(struct json *j, const struct show *s, struct arena *a)
{
    json_array(j, "customization");
    for (size_t i = 0; i < s->tunings; i++) {
        const struct item_price *t = &s->tuning[i];
        json_object(j, NULL);
        json_text(j, "subject", t->subject);
        json_text(j, "method", t->method);
        json_text(j, "item", t->item);
        json_text(j, "region", t->region);
        json_text(j, "valid_from", words_date(t->from_unix_s, a));
        json_text(j, "unit", text_or_null(t->unit));
        if (t->known)
            json_rate(j, "usd", t->rate);
        else
            json_null(j, "usd"); /* sold; the price was not found */
        json_int(j, "per", t->rate.per);
        json_proof(j, t->source, t->as_of, t->trust, t->note);
        json_end(j);
    }
    json_end(j);
}

static void count_or_null(struct json *j, const char *key, int64_t count)
{
    if (count)
        json_int(j, key, count);
    else
        json_null(j, key);
}

static void json_held(struct json *j, const struct show *s)
{
    json_array(j, "provisioned_by_you");
    for (size_t i = 0; i < s->helds; i++) {
        const struct held_unit *h = &s->held[i];
        json_object(j, NULL);
        json_text(j, "name", h->name);
        json_text(j, "model", h->model);
        json_text(j, "for", h->custom ? "custom" : "base");
        json_text(j, "region", h->region);
        json_int(j, "units", h->units);
        json_text(j, "commitment", h->commitment);
        json_text(j, "status", h->status);
        json_text(j, "since", text_or_null(h->since));
        json_text(j, "until", text_or_null(h->until));
        json_text(j, "source", h->source);
        json_text(j, "as_of", h->as_of);
        json_end(j);
    }
    json_end(j);
}

static void known_or_null(struct json *j, const char *key, int64_t count)
{
    if (count >= 0)
        json_int(j, key, count);
    else
        json_null(j, key);
}

static void json_quotas(struct json *j, const struct show *s)
{
    json_array(j, "quotas");
    for (size_t i = 0; i < s->quotas; i++) {
        const struct quota_row *q = &s->quota[i];
        json_object(j, NULL);
        json_text(j, "for", q->custom ? "custom model" : "base model");
        json_text(j, "routing", q->routing);
        json_text(j, "region", q->region);
        json_bool(j, "account", q->account);
        known_or_null(j, "tokens_per_min", q->tokens_per_min);
        known_or_null(j, "requests_per_min", q->requests_per_min);
        known_or_null(j, "tokens_per_day", q->tokens_per_day);
        json_proof(j, q->source, q->as_of, q->trust, q->note);
        json_end(j);
    }
    json_end(j);
    count_or_null(j, "burndown", s->burndown.burndown);
    json_text(j, "burndown_source", text_or_null(s->burndown.source));
}

static void json_offer(struct json *j, const struct show *s)
{
    json_text(j, "region", s->offer.region);
    json_text(j, "routing", s->routed ? routing_text(s->routing) : NULL);
    json_object(j, "offer");
    json_bool(j, "listed", s->offer.listed);
    json_bool(j, "in_region", s->offer.in_region);
    json_text(j, "geography", text_or_null(s->offer.geography));
    json_bool(j, "global", s->offer.global);
    json_end(j);
}

enum err_code show_json(struct app *app, const struct show *s, struct err *e)
{
    const struct model *m = &s->model;
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.catalog-show/1");
    json_model(j, m, app->opt.now_unix_s, app->arena);
    json_words(j, "profile_only_regions", m->profile_only_regions);
    json_words(j, "provisioned_regions", m->provisioned_regions);
    json_text(j, "custom_on_demand",
              m->custom_on_demand == UNKNOWN ? NULL : answer_text(m->custom_on_demand));
    json_words(j, "custom_on_demand_regions", m->custom_on_demand_regions);
    json_proof(j, m->source, m->as_of, m->trust, m->note);
    json_offer(j, s);
    json_bills(j, s);
    json_prices(j, s, app->arena);
    json_units(j, s, app->arena);
    json_held(j, s);
    json_tuning(j, s, app->arena);
    json_quotas(j, s);
    json_end(j);
    return json_close(j, e);
}
