#include <math.h>
#include <string.h>

#include "date.h"
#include "json.h"
#include "plan_saved.h"
#include "table.h"
#include "text.h"

/* From one saved plan to another: what changed the bill. */

/* One side as the bill of `months` months of it. */
static void scale(struct bridge_side *s, double months)
{
    for (size_t i = 0; i < s->workloads; i++) {
        struct bridge_workload *w = &s->workload[i];
        w->requests /= months;
        w->commitments_usd /= months;
        w->custom_usd /= months;
        w->nusd = (int64_t)nearbyint((double)w->nusd / months);
    }
}

/* Whether `now` refuses the option for its model's end of life. */
static bool has_ended(const struct plan *now, const char *option)
{
    static const char *const said[] = { "end of life", "ends on", "no longer on AWS" };
    for (size_t i = 0; i < now->options; i++) {
        const struct plan_option *o = &now->option[i];
        if (o->feasible || strcmp(plan_option_name(now, o), option) != 0) continue;
        for (size_t k = 0; k < o->reasons.count; k++)
            for (size_t n = 0; n < sizeof said / sizeof *said; n++)
                if (strstr(o->reasons.text[k], said[n])) return true;
    }
    return false;
}

static void print_json(struct json *j, const struct bridge *b, const struct plan *old,
                       const struct plan *now, bool per_month)
{
    char date[DATE_TEXT];
    const struct plan *side[2] = { old, now };
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.diff/1");
    json_text(j, "per", per_month ? "month" : "plan");
    for (int k = 0; k < 2; k++) {
        json_object(j, k ? "new" : "old");
        json_text(j, "name", side[k]->config.plan.name);
        json_text(j, "start", date_text(date, side[k]->month_start_unix_s[0]));
        json_int(j, "months", (int64_t)side[k]->months);
        json_array(j, "chosen");
        for (size_t i = 0; i < side[k]->bill->workloads; i++)
            json_text(j, NULL, side[k]->bill->workload[i].option);
        json_end(j);
        json_usd(j, "usd", (struct usd){ k ? b->after_nusd : b->before_nusd });
        json_end(j);
    }
    json_object(j, "parts_usd");
    for (int k = 0; k < BRIDGE_CAUSES; k++)
        json_usd(j, bridge_cause_text[k], (struct usd){ b->part_nusd[k] });
    json_usd(j, "rest", (struct usd){ b->rest_nusd });
    json_end(j);
    json_usd(j, "difference_usd", (struct usd){ b->after_nusd - b->before_nusd });
    json_end(j);
}

static void say_choices(struct table *t, const struct plan *old, const struct plan *now)
{
    for (size_t i = 0; i < old->bill->workloads; i++) {
        const struct bridge_workload *a = &old->bill->workload[i];
        for (size_t k = 0; k < now->bill->workloads; k++) {
            const struct bridge_workload *b = &now->bill->workload[k];
            if (strcmp(a->name, b->name) == 0 && strcmp(a->option, b->option) != 0)
                table_note(t, "%s: %s became %s%s", a->name, a->option, b->option,
                           a->ended ? ", its model having ended" : "");
        }
    }
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    struct plan side[2];
    struct bridge b;
    (void)settings;
    if (args->count != 2)
        return err_set(e, ERR_USAGE, "diff takes two saved plans, OLD.json NEW.json");
    for (int k = 0; k < 2; k++)
        if (plan_saved_read(&side[k], app, args->text[k], e)) return e->code;
    bool per_month = side[0].months != side[1].months;
    for (size_t i = 0; i < side[0].bill->workloads; i++)
        side[0].bill->workload[i].ended =
            has_ended(&side[1], side[0].bill->workload[i].option);
    for (int k = 0; k < 2; k++)
        if (per_month) scale(side[k].bill, (double)side[k].months);
    if (bridge_build(&b, side[0].bill, side[1].bill, e)) return e->code;
    if (app->format == FORMAT_JSON) {
        struct json *j = json_open(app->out);
        print_json(j, &b, &side[0], &side[1], per_month);
        return json_close(j, e);
    }
    struct table t;
    bridge_table(&t, &b, app->format != FORMAT_TEXT && app->format != FORMAT_MD,
                 app->arena);
    t.title = per_month ? "mean bill of a month" : "mean bill of the plan";
    say_choices(&t, &side[0], &side[1]);
    app_print_table(app, &t);
    return OK;
}

const struct command cmd_diff = {
    .name = "diff",
    .usage = "OLD.json NEW.json",
    .summary = "what changed the bill between two saved plans, part by part",
    .details =
        "Compares two answers of 'bedplan plan --json' and takes the difference of "
        "their "
        "mean bills apart; the parts add up exactly. Plans of different length are "
        "compared by the month.\n\n"
        "A part is its cause's mean effect over all orders in which the causes can be "
        "changed (Shapley), so that no order is preferred. VOLUME: requests, and "
        "workloads that came or went. LENGTHS: tokens a request. PRICE: list prices "
        "and "
        "the discount. MIX: another model, way to buy, cached or batch share; training "
        "and storage. COMMITMENTS: units and reservations, and the tokens they carry. "
        "LIFECYCLE: extended-access prices, and the whole change of model where the "
        "old "
        "one has ended.",
    .example = "bedplan diff october.json november.json",
    .formats = FORMATS_TABLE,
    .sealed = true,
    .run = run,
};
