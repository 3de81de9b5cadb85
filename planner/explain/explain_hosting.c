#include <string.h>

#include "date.h"
#include "explain_private.h"

/* What is paid by the hour, the window or the month: units, reservations, custom
 * models. Whether it must be, is the catalog's to say. */

static const char *day(struct explain_work *w, int64_t unix_s)
{
    char text[DATE_TEXT];
    return unix_s == DATE_UNKNOWN ? NULL
                                  : arena_text(w->arena, date_text(text, unix_s));
}

static enum err_code idle_of(struct explain_work *w, struct usd_rate rate,
                             struct err *e)
{
    struct usd_acc hour = { 0 }, month = { 0 };
    if (usd_acc_add(&hour, 1, rate, e) || usd_acc_add(&month, MONTH_HOURS, rate, e) ||
        usd_round(&w->out->idle_per_hour, hour, e) ||
        usd_round(&w->out->idle_per_month, month, e))
        return e->code;
    w->out->idles = true;
    return OK;
}

/* The base model on units. */
static void judge_units(struct explain_work *w)
{
    const struct model *m = w->m;
    const char *state = model_lifecycle(m, w->app->opt.now_unix_s);
    if (m->provisioned == UNKNOWN)
        explain_says(w, "unknown", "the catalog does not know whether units are sold");
    else if (m->provisioned == NO)
        explain_says(w, "cannot", "it is not sold by the model unit");
    else if (strcmp(state, "active") != 0 && strcmp(state, "variant") != 0)
        explain_says(w, "cannot",
                     arena_printf(w->arena, "it is %s: no new units are sold", state));
    else if (*m->provisioned_regions &&
             !explain_lists(m->provisioned_regions, w->region))
        explain_says(w, "cannot",
                     arena_printf(w->arena, "units are not sold in %s, only in %s",
                                  w->region, m->provisioned_regions));
    else if (m->on_demand == NO)
        explain_says(w, "must", "this id is not sold on demand: it runs on units only");
    else
        explain_says(w, "may",
                     "units are sold, and nothing forces them: it is also "
                     "sold by the token");
}

/* A custom model of it. */
static const char *custom_words(struct explain_work *w)
{
    const struct model *m = w->m;
    if (m->fine_tuning != YES && m->distillation != YES &&
        m->continued_pretraining != YES && m->reinforcement_fine_tuning != YES)
        return m->fine_tuning == NO ? "none can be made of it" : NULL;
    if (m->custom_on_demand == UNKNOWN) return NULL;
    if (m->custom_on_demand == NO) return "must run on units";
    if (*m->custom_on_demand_regions &&
        !explain_lists(m->custom_on_demand_regions, w->region))
        return arena_printf(w->arena, "must run on units in %s; by the token in %s",
                            w->region, m->custom_on_demand_regions);
    return "may run on units, or by the token as a deployment";
}

enum err_code explain_provisioned(struct explain_work *w, struct err *e)
{
    const struct unit_price *freest = NULL;
    judge_units(w);
    explain_fact(w, "regions with units",
                 w->m->provisioned == YES ? w->m->provisioned_regions : "none");
    explain_fact(w, "a custom model of it", custom_words(w));
    explain_fact(w, "on Bedrock since", day(w, w->m->launch_unix_s));
    if (w->m->provisioned != YES) return OK;
    for (int k = 0; k < COMMIT_COUNT; k++) {
        struct unit_pick p =
            units_choose(w->unit, w->units, w->region, false, (enum commitment)k);
        if (!p.row) continue;
        if (!freest) freest = p.row; /* without a term, where that is sold */
        if (explain_price(
                w, proof_of_unit(p.row, p.other, p.marks, w->region, false, w->arena),
                e))
            return e->code;
    }
    return freest ? idle_of(w, freest->rate, e) : OK;
}

enum err_code explain_reserved(struct explain_work *w, struct err *e)
{
    struct price_offer offer = catalog_offer(w->m, w->region);
    enum routing routing;
    struct err none = { 0 };
    bool any = false;
    if (choose_routing(&routing, ROUTING_DEFAULT, &offer, &none))
        routing = ROUTING_GLOBAL;
    for (int k = COMMIT_1_MONTH; k < COMMIT_COUNT; k++)
        for (int output = 0; output < 2; output++) {
            struct unit_pick p = reserved_choose(w->unit, w->units, w->region, routing,
                                                 output == 1, (enum commitment)k);
            if (!p.row) continue;
            any = true;
            if (explain_price(
                    w,
                    proof_of_unit(p.row, p.other, p.marks, w->region, false, w->arena),
                    e))
                return e->code;
        }
    if (any)
        explain_says(w, "may", "the catalog has its prices");
    else
        explain_says(w, "unknown",
                     "the catalog has no price of a reservation there: probably not "
                     "offered");
    return OK;
}

static enum err_code storage(struct explain_work *w, const char *method, struct err *e)
{
    const struct item_price *kept = item_choose(w->item, w->items, method, "storage");
    if (!kept) kept = item_choose(w->item, w->items, "any", "storage");
    if (!kept || !kept->known) return OK;
    return explain_price(w, proof_of_item(kept, w->arena), e);
}

enum err_code explain_deployment(struct explain_work *w, struct err *e)
{
    const struct model *m = w->m;
    static const enum token_kind kinds[] = { TOKEN_INPUT, TOKEN_OUTPUT };
    struct tariff t;
    struct err none = { 0 };
    size_t count;
    struct price_row *rows =
        deployment_rows(&count, w->row, w->rows, w->item, w->items, w->arena);
    struct price_offer offer = catalog_offer(m, w->region);
    if (m->custom_on_demand == UNKNOWN)
        explain_says(w, "unknown", "the catalog does not know");
    else if (m->custom_on_demand == NO)
        explain_says(w, "cannot", "a custom model of it must run on model units");
    else if (*m->custom_on_demand_regions &&
             !explain_lists(m->custom_on_demand_regions, w->region))
        explain_says(w, "cannot",
                     arena_printf(w->arena, "not in %s, only in %s", w->region,
                                  m->custom_on_demand_regions));
    else
        explain_says(w, "may", "a custom model of it is sold by the token");
    explain_fact(w, "regions",
                 m->custom_on_demand == YES ? m->custom_on_demand_regions : "none");
    if (m->custom_on_demand != YES) return OK;
    if (!tariff_pick(&t, m->id, rows, count, &offer, ROUTING_IN_REGION, TIER_CUSTOM,
                     w->app->opt.now_unix_s, &none))
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            if (t.pick[kinds[i]].row &&
                explain_price(w, proof_of_price(&t.pick[kinds[i]], w->region, w->arena),
                              e))
                return e->code;
    w->out->idles = true; /* no hour is owed */
    return storage(w, "any", e);
}

enum err_code explain_import(struct explain_work *w, struct err *e)
{
    (void)e;
    explain_says(w, "unknown",
                 "weights are imported by architecture, not by a model of Bedrock's: "
                 "see the statements");
    return OK;
}

enum err_code explain_method(struct explain_work *w, const char *method,
                             enum answer offered, struct err *e)
{
    const char *state = model_lifecycle(w->m, w->app->opt.now_unix_s);
    /* billed as the student's fine-tuning */
    const char *priced = strcmp(method, "distillation") == 0 ? "fine-tuning" : method;
    const struct item_price *train = item_choose(w->item, w->items, priced, "training");
    if (offered == UNKNOWN)
        explain_says(w, "unknown", "the catalog does not know whether it is offered");
    else if (offered == NO)
        explain_says(w, "cannot",
                     arena_printf(w->arena, "%s of it is not offered", method));
    else if (strcmp(state, "active") != 0 && strcmp(state, "variant") != 0)
        explain_says(w, "cannot",
                     arena_printf(w->arena, "it is %s: no new job starts", state));
    else
        explain_says(w, "may", arena_printf(w->arena, "%s of it is offered", method));
    explain_fact(w, "methods", w->m->tunable);
    explain_fact(w, "hosting of the result", custom_words(w));
    if (offered != YES) return OK;
    if (train && train->known && explain_price(w, proof_of_item(train, w->arena), e))
        return e->code;
    if (!train || !train->known) explain_fact(w, "price of training", NULL);
    return storage(w, priced, e);
}

enum err_code explain_lifecycle(struct explain_work *w, struct err *e)
{
    (void)e;
    const struct model *m = w->m;
    const char *state = model_lifecycle(m, w->app->opt.now_unix_s);
    char now[DATE_TEXT];
    date_text(now, w->app->opt.now_unix_s);
    bool alive = strcmp(state, "active") == 0 || strcmp(state, "preview") == 0;
    explain_says(w, alive || strcmp(state, "legacy") == 0 ? "may" : "cannot",
                 arena_printf(w->arena, "it is %s on %s", state, now));
    explain_fact(w, "on Bedrock since", day(w, m->launch_unix_s));
    explain_fact(w, "legacy from", day(w, m->legacy_unix_s));
    explain_fact(w, "extended access from", day(w, m->extended_unix_s));
    explain_fact(w, "end of life", day(w, m->eol_unix_s));
    return OK;
}
