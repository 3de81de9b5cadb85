#include "plan_lines.h"

#include "date.h"

enum { DIGITS = 6 };

/* How a month's quantity follows from the month's requests and tokens. */
static void token_json(struct json *j, const struct plan_component *c)
{
    char date[DATE_TEXT];
    if (c->part) {
        json_text(j, "from", date_text(date, c->from_unix_s));
        json_text(j, "until", date_text(date, c->until_unix_s));
    }
    json_estimate(j, "per_request", c->per_request, DIGITS);
    json_estimate(j, "per_input_token", c->per_input, DIGITS);
    json_estimate(j, "per_output_token", c->per_output, DIGITS);
}

static void money(struct json *j, const char *key, double usd)
{
    json_estimate(j, key, usd, DIGITS);
}

static void extra_json(struct json *j, const struct plan *p, const struct plan_extra *l,
                       const struct proof_line *line)
{
    double idle = 0;
    for (size_t m = 0; l->standing && m < p->months; m++)
        idle += l->by_month[m] / (double)p->months;
    json_object(j, NULL);
    json_text(j, "section", l->owner);
    json_text(j, "line", l->what);
    money(j, "monthly_usd", l->usd);
    money(j, "idle_usd_per_month", l->idle_usd);
    if (idle > 0) json_real(j, "idle_quantity", idle);
    json_estimate(j, "quantity_per_month", l->quantity, DIGITS);
    if (line->counted) {
        json_int(j, "quantity", line->quantity);
        if (line->divided_by > 1) json_int(j, "divided_by", line->divided_by);
    }
    if (!l->price.stated) {
        json_text(j, "model", line->proof->model);
        json_text(j, "dimension", line->proof->dimension);
    }
    json_text(j, "unit", l->price.unit);
    proof_json_price(j, line->proof);
    if (line->counted) json_usd(j, "usd", line->usd);
    money(j, "per_request", l->per_request);
    money(j, "per_input_token", l->per_input);
    money(j, "per_output_token", l->per_output);
    json_bool(j, "stated", l->price.stated);
    json_text(j, "source", l->price.source);
    json_text(j, "as_of", l->price.as_of);
    json_text(j, "trust", l->price.stated ? NULL : trust_text(l->price.trust));
    json_text(j, "billed_by", l->billed_by);
    json_text(j, "note", l->note);
    json_end(j);
}

enum err_code plan_extras_json(struct json *j, const struct plan *p, struct err *e)
{
    const struct extras *x = &p->extras;
    struct proof_list l = { .arena = p->arena };
    json_array(j, "extras");
    for (size_t i = 0; i < x->count && !e->code; i++) {
        int64_t quantity = 0, month;
        for (size_t m = 0; m < p->months && !e->code; m++)
            if (!usd_from_estimate(
                    &month, extra_quantity(&x->line[i], &(struct month_totals){ 0 }, m),
                    e))
                quantity += month;
        if (e->code || plan_lines_extra(&l, p, &x->line[i], quantity, 1, e)) break;
        extra_json(j, p, &x->line[i], &l.line[i]);
    }
    json_end(j);
    return e->code;
}

enum err_code plan_lines_json(struct json *j, const struct plan *p,
                              const struct plan_option *o, bool explain, struct err *e)
{
    struct plan_lines l;
    if (plan_lines(&l, p, o, e)) return e->code;
    json_array(j, "lines");
    for (size_t i = 0; i < l.tokens.count; i++) {
        json_object(j, NULL);
        token_json(j, &o->component[i]);
        proof_json_line(j, &l.tokens.line[i], explain);
        json_end(j);
    }
    json_end(j);
    json_array(j, "other_lines");
    for (size_t i = 0; i < l.others.count; i++) {
        json_object(j, NULL);
        if (l.idle[i] > 0) json_real(j, "idle_quantity", l.idle[i]);
        proof_json_line(j, &l.others.line[i], explain);
        json_end(j);
    }
    json_end(j);
    json_array(j, "extras");
    for (size_t i = 0; i < l.extras.count; i++)
        extra_json(j, p, &o->extras.line[i], &l.extras.line[i]);
    json_end(j);
    if (l.counted)
        json_usd(j, "mean_usd", l.mean);
    else
        json_null(j, "mean_usd");
    return OK;
}

enum err_code plan_lines_text(const struct plan *p, struct err *e)
{
    if (!proof_is_shown(p->app)) return OK;
    for (size_t i = 0; i < p->options; i++) {
        const struct plan_option *o = &p->option[p->order[i]];
        struct plan_lines l;
        if (plan_lines(&l, p, o, e)) return e->code;
        if (!l.tokens.count && !l.others.count && !l.extras.count) continue;
        fprintf(p->app->out, "\nwhy: %s%s\n", plan_option_name(p, o),
                l.counted ? ", its bill of all months on a mean path" : "");
        proof_text_lines(p->app, &l.tokens);
        proof_text_lines(p->app, &l.others);
        proof_text_lines(p->app, &l.extras);
    }
    return OK;
}
