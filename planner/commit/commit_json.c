#include "app.h"
#include "commit_answer.h"
#include "json.h"
#include "proof.h"

static void put_usd(struct json *j, const char *key, bool known, struct usd amount)
{
    if (known)
        json_usd(j, key, amount);
    else
        json_null(j, key);
}

static void put_date(struct json *j, const struct commit_answer *x, const char *key,
                     int64_t hour, struct arena *a)
{
    if (x->q->dated) json_text(j, key, commit_date(x, hour, a));
}

static void put_purchases(struct json *j, const struct commit_answer *x,
                          struct arena *a)
{
    json_array(j, "purchases");
    for (size_t i = 0; i < x->plan.purchases; i++) {
        const struct commit_purchase *b = &x->plan.purchase[i];
        json_object(j, NULL);
        json_text(j, "term", x->q->term[b->term].name);
        json_int(j, "start_hour", b->start);
        put_date(j, x, "start", b->start, a);
        json_int(j, "hours", b->end - b->start);
        put_date(j, x, "end", b->end, a);
        json_int(j, "units", b->units);
        json_usd(j, "usd", commit_usd(x, b->cost * b->units * x->plan.weight));
        json_end(j);
    }
    json_end(j);
}

static void put_actions(struct json *j, const struct commit_answer *x, struct arena *a)
{
    json_array(j, "actions");
    for (size_t i = 0; i < x->actions; i++) {
        const struct commit_action *y = &x->action[i];
        json_object(j, NULL);
        json_int(j, "hour", y->hour);
        put_date(j, x, "date", y->hour, a);
        json_text(j, "action", commit_step_text[y->step]);
        json_int(j, "units", y->units);
        json_text(j, "term", y->term);
        json_end(j);
    }
    json_end(j);
}

static void put_values(struct json *j, const struct commit_answer *x)
{
    json_array(j, "units");
    for (size_t i = 0; i < x->values; i++) {
        const struct commit_value *v = &x->value[i];
        json_object(j, NULL);
        json_int(j, "unit", v->unit);
        json_int(j, "committed_hours", v->hours);
        json_bool(j, "needed", v->needed);
        put_usd(j, "saves_usd", !v->needed, commit_usd(x, v->saves));
        put_usd(j, "always_saves_usd", v->always_known, commit_usd(x, v->always_saves));
        json_end(j);
    }
    json_end(j);
}

static void put_windows(struct json *j, const struct commit_answer *x, struct arena *a)
{
    json_real(j, "spill_share_max", x->q->most_share);
    json_int(j, "plans_searched", x->shares.searched);
    json_array(j, "months");
    for (size_t i = 0, t = 0; i < x->windows.count; i++) {
        json_object(j, NULL);
        json_int(j, "start_hour", (int64_t)t);
        put_date(j, x, "start", (int64_t)t, a);
        json_estimate(j, "spilled_share", x->shares.share[i], 9);
        json_end(j);
        while (t < (size_t)x->problem.hours && (size_t)x->windows.of_hour[t] == i)
            t++;
    }
    json_end(j);
}

enum err_code commit_print_json(struct app *app, const struct commit_answer *x,
                                bool explain, struct err *e)
{
    struct proof_list why;
    if (commit_proofs(&why, x, app->arena, e)) return e->code;
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.commit/1");
    json_int(j, "hours", x->problem.hours);
    json_int(j, "scenarios", (int64_t)x->problem.scenarios);
    put_date(j, x, "start", 0, app->arena);
    json_usd(j, "total_usd", x->total);
    json_usd(j, "commitment_usd", x->commitment);
    json_usd(j, "hourly_usd", x->hourly);
    json_usd(j, "spill_usd", x->spill);
    json_usd(j, "lower_bound_usd", x->bound);
    json_usd(j, "gap_usd", x->gap);
    put_usd(j, "on_demand_only_usd", x->has_spill_all, x->spill_all);
    put_usd(j, "no_commitment_usd", x->has_without, x->without);
    json_estimate(j, "spilled_share", x->spilled_share, 9);
    put_purchases(j, x, app->arena);
    proof_json(j, "lines", &why, explain);
    put_actions(j, x, app->arena);
    put_values(j, x);
    if (x->q->most_share >= 0) put_windows(j, x, app->arena);
    json_end(j);
    return json_close(j, e);
}
