#include <math.h>

#include "date.h"
#include "json.h"
#include "proof.h"
#include "tune_plan.h"

static enum err_code put_acc(struct json *j, const char *key, struct usd_acc acc,
                             struct err *e)
{
    struct usd usd;
    if (usd_round(&usd, acc, e)) return e->code;
    json_usd(j, key, usd);
    return OK;
}

static void put_volume(struct json *j, const char *key, double v)
{
    json_estimate(j, key, v, 12);
}

static void put_date(struct json *j, const char *key, int64_t unix_s)
{
    char text[DATE_TEXT];
    json_text(j, key, unix_s ? date_time_text(text, unix_s) : NULL);
}

/* A number that -1 says is unknown. */
static void put_known(struct json *j, const char *key, double usd)
{
    if (usd < 0)
        json_null(j, key);
    else
        json_estimate(j, key, usd, 6);
}

static enum err_code put_bill(struct json *j, const struct tune_plan *p,
                              const struct bill *b, bool custom, struct err *e)
{
    struct proof_list lines;
    if (tune_bill_proofs(&lines, p, NULL, b, custom, e)) return e->code;
    proof_json(j, "lines", &lines, p->ask.s->explain);
    return OK;
}

static enum err_code put_costs(struct json *j, const struct tune_plan *p, struct err *e)
{
    enum err_code code = OK;
    json_array(j, "costs");
    for (size_t i = 0; i < p->lines && !code; i++) {
        const struct tune_line *l = &p->line[i];
        json_object(j, NULL);
        json_text(j, "what", l->what);
        if (l->known) {
            code = put_acc(j, "usd_low", l->usd.low, e);
            if (!code) code = put_acc(j, "usd_high", l->usd.high, e);
            json_text(j, "of", l->detail);
            struct proof_list lines;
            if (!code) code = tune_line_proofs(&lines, p, l, e);
            if (!code) proof_json(j, "lines", &lines, p->ask.s->explain);
        } else {
            json_null(j, "usd_low");
            json_null(j, "usd_high");
            json_text(j, "unknown", l->why);
        }
        json_text(j, "source", *l->source ? l->source : NULL);
        json_text(j, "as_of", *l->as_of ? l->as_of : NULL);
        json_end(j);
    }
    json_end(j);
    return code;
}

static enum err_code put_purchases(struct json *j, const struct tune_hosting *h,
                                   struct err *e)
{
    json_array(j, "purchases");
    for (size_t i = 0; h->plan && i < h->plan->purchases; i++) {
        const struct commit_purchase *b = &h->plan->purchase[i];
        json_object(j, NULL);
        json_int(j, "start_hour", b->start);
        json_int(j, "hours", b->end - b->start);
        json_int(j, "units", b->units);
        json_usd(j, "usd", (struct usd){ b->cost * b->units });
        json_end(j);
    }
    json_end(j);
    return h->plan ? put_acc(j, "lower_bound_usd", h->bound, e) : OK;
}

static enum err_code put_one_hosting(struct json *j, const struct tune_plan *p,
                                     const struct tune_hosting *h, struct err *e)
{
    json_text(j, "option", h->name);
    json_text(j, "why_not", h->why_not);
    if (h->why_not) return OK;
    if (put_acc(j, "idle_usd_per_hour", h->idle_per_hour, e) ||
        put_acc(j, "idle_usd_per_month", h->idle_per_month, e))
        return e->code;
    json_text(j, "unpriced", h->unpriced);
    if (!h->priced && !h->unit)
        json_null(j, "usd");
    else if (put_acc(j, "usd", h->usd, e))
        return e->code;
    json_bool(j, "at_least", h->at_least);
    json_int(j, "units", h->units);
    put_date(j, "locked_until", h->locked_until_unix_s);
    json_text(j, "detail", h->detail);
    if (h->kind == HOSTING_IMPORT) {
        json_estimate(j, "window_share", h->windows.mean, 6);
        json_estimate(j, "window_share_half_width", h->windows.half_width, 3);
    }
    json_text(j, "source", *h->source ? h->source : NULL);
    json_text(j, "as_of", *h->as_of ? h->as_of : NULL);
    if (h->plan && put_purchases(j, h, e)) return e->code;
    return h->plan ? OK : put_bill(j, p, &h->bill, true, e);
}

static enum err_code put_way(struct json *j, const struct tune_plan *p,
                             const struct tune_way *w, struct err *e)
{
    json_text(j, "way", w->name);
    json_text(j, "why_not", w->why_not);
    if (w->why_not) return OK;
    if (put_acc(j, "fixed_usd_low", w->fixed.low, e) ||
        put_acc(j, "fixed_usd_high", w->fixed.high, e))
        return e->code;
    json_bool(j, "at_least", w->at_least);
    if (w->hit_share >= 0) json_estimate(j, "cache_hit_share", w->hit_share, 6);
    if (w->hosting < HOSTING_KINDS)
        json_text(j, "hosting", p->hosting[w->hosting].name);
    if (w->retrieval.ausd && put_acc(j, "retrieval_usd", w->retrieval, e))
        return e->code;
    json_object(j, "calls");
    enum err_code code = OK;
    if (!w->has_running)
        json_null(j, "usd");
    else
        code = put_acc(j, "usd",
                       (struct usd_acc){ w->running.ausd - w->retrieval.ausd }, e);
    if (!code && w->hosting == HOSTING_KINDS) code = put_bill(j, p, &w->bill, false, e);
    json_end(j);
    return code;
}

static void put_winners(struct json *j, const char *key, const struct tune_plan *p,
                        const struct winner_map *m)
{
    json_array(j, key);
    for (size_t i = 0; p->competitors > 1 && i < m->count; i++) {
        json_object(j, NULL);
        json_text(j, "way", p->way[p->competing[m->segment[i].way]].name);
        put_volume(j, "from_requests_per_day", i ? m->segment[i].from : 0);
        if (i + 1 < m->count)
            put_volume(j, "below_requests_per_day", m->segment[i + 1].from);
        else
            json_null(j, "below_requests_per_day");
        json_end(j);
    }
    json_end(j);
}

static void put_hyper(struct json *j, const struct tune_plan *p)
{
    json_array(j, "hyperparameters");
    for (size_t i = 0; i < p->ask.hyper.count; i++) {
        const struct hyper_value *v = &p->ask.hyper.value[i];
        json_object(j, NULL);
        json_text(j, "name", v->of->name);
        json_real(j, "value", v->value);
        json_real(j, "min", v->of->min);
        json_real(j, "max", v->of->max);
        json_real(j, "default", v->of->preset);
        json_end(j);
    }
    json_end(j);
}

static enum err_code put_idle(struct json *j, const struct tune_plan *p, struct err *e)
{
    json_object(j, "idle");
    if (p->chosen == p->hostings) {
        json_end(j);
        return OK;
    }
    const struct tune_hosting *h = &p->hosting[p->chosen];
    json_text(j, "hosting", h->name);
    enum err_code code = put_acc(j, "usd_per_hour", h->idle_per_hour, e);
    if (!code) code = put_acc(j, "usd_per_month", h->idle_per_month, e);
    put_date(j, "delete_by", p->delete_by_unix_s);
    put_date(j, "locked_until", h->locked_until_unix_s);
    json_bool(j, "bill_shock", p->shock);
    put_known(j, "usd_per_call", p->usd_per_call);
    put_known(j, "usd_per_call_by_token", p->by_token_usd);
    json_end(j);
    return code;
}

static enum err_code put_body(struct json *j, const struct tune_plan *p, struct err *e)
{
    char date[DATE_TEXT];
    json_text(j, "schema", "bedplan.tune-plan/1");
    if (put_idle(j, p, e)) return e->code;
    json_text(j, "model", p->ask.model.id);
    json_text(j, "method", train_method_name(p->ask.method));
    json_text(j, "region", p->ask.region);
    json_text(j, "start", date_text(date, p->ask.start_unix_s));
    json_int(j, "months", p->ask.s->months);
    if (p->ask.s->discount_ppm) json_real(j, "discount", p->ask.s->discount_ppm / 1e6);
    json_int(j, "trainings", p->ask.trainings);
    json_int(j, "epochs", p->ask.epochs);
    json_int(j, "tokens", p->tokens[0]);
    json_int(j, "calls", p->calls);
    put_hyper(j, p);
    if (put_costs(j, p, e) || put_acc(j, "fixed_usd_low", p->fixed.low, e) ||
        put_acc(j, "fixed_usd_high", p->fixed.high, e))
        return e->code;
    json_bool(j, "fixed_at_least", p->fixed_at_least);
    json_text(j, "incomplete", p->incomplete);
    enum err_code code = OK;
    json_array(j, "hosting");
    for (size_t i = 0; i < p->hostings && !code; i++) {
        json_object(j, NULL);
        code = put_one_hosting(j, p, &p->hosting[i], e);
        json_end(j);
    }
    json_end(j);
    json_array(j, "ways");
    for (size_t i = 0; i < p->ways && !code; i++) {
        json_object(j, NULL);
        code = put_way(j, p, &p->way[i], e);
        json_end(j);
    }
    json_end(j);
    put_winners(j, "cheapest_by_volume", p, &p->winners[0]);
    if (p->spread) put_winners(j, "cheapest_by_volume_low", p, &p->winners[1]);
    json_array(j, "notes");
    for (size_t i = 0; i < p->notes; i++)
        json_text(j, NULL, p->note[i]);
    json_end(j);
    json_int(j, "seed", p->app->opt.seed);
    return code;
}

enum err_code tune_plan_json(struct tune_plan *p, struct err *e)
{
    struct json *j = json_open(p->app->out);
    json_object(j, NULL);
    enum err_code code = put_body(j, p, e);
    if (code) return code;
    json_end(j);
    return json_close(j, e);
}
