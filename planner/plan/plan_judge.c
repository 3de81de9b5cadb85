#include "plan_route.h"

#include <string.h>

#include "date.h"
#include "nearest_model.h"
#include "text.h"

/* Is an option feasible? Every reason why not is said; what is unknown is neither yes
 * nor no: the option stays in, with a note. */

static void reason(struct plan *p, struct plan_option *o, const char *text)
{
    notes_add(&o->reasons, p->arena, "%s", text);
    o->feasible = false;
}

static bool has_word(const char *words, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = words; (at = strstr(at, word)); at += n)
        if ((at == words || at[-1] == ' ') && (at[n] == ' ' || !at[n])) return true;
    return false;
}

static void judge_modalities(struct plan *p, struct plan_option *o)
{
    const struct plan_workload *w = &p->workload[o->workload];
    for (int m = 0; m < MODALITY_COUNT; m++) {
        if (!w->required_input[m]) continue;
        const char *name = modality_text((enum modality)m);
        if (o->model.input[m] == NO)
            reason(p, o, arena_printf(p->arena, "does not read %s", name));
        if (o->model.input[m] == UNKNOWN)
            notes_add(
                &o->assumptions, p->arena,
                "whether it reads %s is not known: try it, or ask for its model card",
                name);
    }
}

static void judge_window(struct plan *p, struct plan_option *o)
{
    const struct plan_workload *w = &p->workload[o->workload];
    int64_t window = o->model.context_window, wanted = w->require->context_window;
    char a[32], b[32];
    if (window == 0) {
        notes_add(&o->assumptions, p->arena, "its context window is not known");
        return;
    }
    if (window < wanted)
        reason(p, o,
               arena_printf(p->arena, "window of %s tokens, %s are wanted",
                            text_thousands(a, window), text_thousands(b, wanted)));
    double over = lengths_over_window(&w->lengths, o->candidate->input_scale,
                                      o->candidate->output_scale, (double)window);
    if (over > w->require->throttled)
        reason(p, o,
               arena_printf(p->arena,
                            "%.2g%% of requests exceed its window of %s tokens",
                            over * 100, text_thousands(a, window)));
    if (o->model.max_output && w->settings->max_tokens > o->model.max_output)
        reason(p, o,
               arena_printf(p->arena, "writes at most %s tokens, max_tokens is %s",
                            text_thousands(a, o->model.max_output),
                            text_thousands(b, w->settings->max_tokens)));
}

/* "; nearest active: x, y": by what they read and write, their context and their price
 * on this workload's tokens. */
static const char *instead(struct plan *p, const struct plan_option *o)
{
    enum { MOST = 2 };
    struct near_model near[MOST];
    const struct lengths *l = &p->workload[o->workload].lengths;
    struct token_mix mix = { (int64_t)(lengths_input_mean(l) * 1e6),
                             (int64_t)(lengths_output_mean(l) * 1e6) };
    struct usd usd = { 0 };
    struct err none = { 0 };
    struct catalog *c = NULL;
    bool priced = false;
    size_t count = 0;
    struct proof_list why;
    const char *text = "";
    if (app_catalog(p->app, &c, &none) ||
        nearest_models(near, &count, MOST, &usd, &priced, &why, c, &o->model, o->region,
                       mix, p->month_start_unix_s[0], p->month_start_unix_s[p->months],
                       p->arena, &none))
        return "";
    for (size_t i = 0; i < count; i++)
        text = arena_printf(p->arena, "%s%s%s", text,
                            i ? ", " : "; nearest active: ", near[i].model.id);
    return text;
}

static void judge_lifecycle(struct plan *p, struct plan_option *o)
{
    char date[DATE_TEXT];
    int64_t eol = o->model.eol_unix_s, start = p->month_start_unix_s[0];
    const char *life = model_lifecycle(&o->model, start);
    if (eol != DATE_UNKNOWN && eol <= start) {
        reason(p, o,
               arena_printf(p->arena, "past its end of life, %s%s",
                            date_text(date, eol), instead(p, o)));
    } else if (eol != DATE_UNKNOWN && eol < p->month_start_unix_s[p->months]) {
        reason(p, o,
               arena_printf(p->arena,
                            "ends on %s, inside the plan: infeasible from then on%s",
                            date_text(date, eol), instead(p, o)));
    } else if (strcmp(life, "ended") == 0) {
        reason(p, o, "past its end of life");
    } else if (strcmp(life, "gone") == 0) {
        reason(p, o, "no longer on AWS's list of models");
    } else if (strcmp(life, "legacy") == 0) {
        notes_add(&o->assumptions, p->arena, "legacy: AWS has announced its end");
        if (o->candidate->tuned != TUNED_NO || o->unit)
            reason(p, o, "legacy: no new tuning and no new model units");
    } else if (strcmp(life, "preview") == 0) {
        notes_add(&o->assumptions, p->arena, "preview: access and price may change");
    } else if (eol == DATE_UNKNOWN) {
        notes_add(&o->assumptions, p->arena,
                  "no end of life announced: unknown, not never");
    }
}

static void judge_tuning(struct plan *p, struct plan_option *o)
{
    static const char *const verb[] = { "", "fine-tuned", "trained further",
                                        "distilled into" };
    enum tuned how = (enum tuned)o->candidate->tuned;
    if (how == TUNED_NO) {
        if (o->buy.kind == BUY_DEPLOYMENT)
            reason(p, o, "a deployment serves a custom model: say tuned = fine-tuning");
        return;
    }
    enum answer can = how == TUNED_FINE_TUNING ? o->model.fine_tuning
                      : how == TUNED_CONTINUED ? o->model.continued_pretraining
                                               : o->model.distillation;
    if (can == NO) reason(p, o, arena_printf(p->arena, "cannot be %s", verb[how]));
    if (can == UNKNOWN)
        notes_add(&o->assumptions, p->arena, "whether it can be %s is not known",
                  verb[how]);
    if (o->buy.kind == BUY_TOKENS || o->buy.kind == BUY_RESERVED)
        reason(p, o, "a custom model runs on a deployment or on model units");
    if (o->buy.kind == BUY_DEPLOYMENT && o->model.custom_on_demand == NO)
        reason(p, o, "its custom models cannot be deployed on demand");
    if (o->buy.kind == BUY_DEPLOYMENT && o->model.custom_on_demand == YES &&
        *o->model.custom_on_demand_regions &&
        !has_word(o->model.custom_on_demand_regions, o->region))
        reason(p, o,
               arena_printf(p->arena, "custom models of it are deployed in %s only",
                            o->model.custom_on_demand_regions));
}

static void judge_units(struct plan *p, struct plan_option *o)
{
    if (o->buy.kind != BUY_UNITS) return;
    if (o->model.provisioned == NO) reason(p, o, "no model units are sold for it");
    if (o->model.provisioned == YES && *o->model.provisioned_regions &&
        !has_word(o->model.provisioned_regions, o->region))
        reason(p, o,
               arena_printf(p->arena, "its model units are sold in %s only",
                            o->model.provisioned_regions));
}

static void judge_throttling(struct plan *p, struct plan_option *o)
{
    double allowed = p->workload[o->workload].require->throttled;
    char a[32];
    if (o->quota.closed && o->tokens_billed) {
        reason(p, o,
               arena_printf(p->arena, "your account's quota of it in %s is 0 (%s)",
                            o->region, o->quota.as_of));
        return;
    }
    if (o->throttled_share < 0) {
        if (o->buy.kind == BUY_TOKENS || o->buy.kind == BUY_DEPLOYMENT)
            notes_add(&o->assumptions, p->arena,
                      "its default quota is not known: check yours");
        return;
    }
    if (o->throttled_share <= allowed) return;
    if (o->quota.tokens_per_min)
        reason(p, o,
               arena_printf(p->arena, "%.2g%% throttled by %s quota of %s tokens/min",
                            o->throttled_share * 100,
                            o->quota.account ? "your account's" : "the default",
                            text_thousands(a, o->quota.tokens_per_min)));
    else
        reason(p, o,
               arena_printf(p->arena, "%.2g%% refused", o->throttled_share * 100));
}

/* The second model of a router must do what is asked too. */
static void judge_second(struct plan *p, struct plan_option *o)
{
    struct plan_option b = *o;
    if (!o->route) return;
    b.model = o->route->to;
    b.reasons = b.assumptions = (struct notes){ 0 };
    judge_modalities(p, &b);
    judge_window(p, &b);
    judge_lifecycle(p, &b);
    for (size_t i = 0; i < b.reasons.count; i++)
        reason(p, o, arena_printf(p->arena, "%s: %s", b.model.id, b.reasons.text[i]));
    for (size_t i = 0; i < b.assumptions.count; i++)
        notes_add(&o->assumptions, p->arena, "%s: %s", b.model.id,
                  b.assumptions.text[i]);
}

void plan_judge(struct plan *p, struct plan_option *o)
{
    o->feasible = o->priced && o->reasons.count == 0; /* of attachments too */
    judge_modalities(p, o);
    judge_window(p, o);
    judge_lifecycle(p, o);
    judge_second(p, o);
    judge_tuning(p, o);
    judge_units(p, o);
    judge_throttling(p, o);
    plan_judge_latency(p, o);
    plan_judge_quality(p, o);
}
