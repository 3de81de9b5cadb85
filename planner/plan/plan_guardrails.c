#include "plan_extras.h"

#include <math.h>

#include "guardrail.h"

/* [guardrails]: text units of what is asked and answered, by policy. What is blocked
 * before a model is paid here and not there; output is judged only of what reached one.
 */

enum { CHARS_PER_UNIT = 1000 };

struct guarding {
    struct plan *plan;
    struct plan_workload *workload;
    const struct guardrail_settings *s;
    const char *owner;
    double units[GUARD_SIDES], grounding; /* text units of a mean text */
};

/* Text units of a mean request's input or output: each length's rounded up by itself.
 */
static double mean_units(const struct guarding *g, bool output)
{
    const struct plan_workload *w = g->workload;
    double units = 0;
    for (size_t i = 0; i < w->lengths.count; i++) {
        const struct length_cell *c = &w->lengths.cell[i];
        double tokens = output ? c->output_tokens : c->input_tokens + w->added_input;
        units += c->share * ceil(tokens * g->s->chars_per_token / CHARS_PER_UNIT);
    }
    return units;
}

static void count_units(struct guarding *g)
{
    const struct guardrail_settings *s = g->s;
    double source = (double)guard_units(s->grounding_chars);
    g->units[GUARD_INPUT] =
        s->input_chars ? (double)guard_units(s->input_chars) : mean_units(g, false);
    g->units[GUARD_OUTPUT] =
        s->output_chars ? (double)guard_units(s->output_chars) : mean_units(g, true);
    g->grounding = source + g->units[GUARD_INPUT] + g->units[GUARD_OUTPUT];
    if (!s->input_chars || !s->output_chars)
        notes_add(
            &g->workload->assumptions, g->plan->arena,
            "[%s]: %.3g text units a prompt and %.3g an answer, at %g characters a "
            "token; prompts are judged whole",
            g->owner, g->units[GUARD_INPUT], g->units[GUARD_OUTPUT],
            s->chars_per_token);
}

static enum err_code add(const struct guarding *g, const char *item, const char *what,
                         double per_request, struct err *e)
{
    struct plan_extra l = { .owner = g->owner,
                            .what = what,
                            .per_request = per_request,
                            .billed_by = "Amazon Bedrock" };
    if (plan_service_price(&l.price, g->plan, "Guardrails", item, e)) return e->code;
    extras_add(&g->workload->extras, g->plan->arena, l);
    return OK;
}

static enum err_code add_policy(const struct guarding *g, enum guard_policy policy,
                                enum guard_side side, struct err *e)
{
    static const char *const sides[GUARD_SIDES] = { "input", "output" };
    const char *item = guard_item(policy, (enum guard_api)g->s->api);
    if (!item)
        return err_set(e, ERR_UNPRICED, "no price of policy '%s' by this api is known",
                       guard_text(policy));
    double units = g->units[side];
    const char *what =
        arena_printf(g->plan->arena, "%s, %s", guard_text(policy), sides[side]);
    if (policy == GUARD_GROUNDING) {
        units = g->grounding;
        what = "grounding";
    }
    if (policy == GUARD_REASONING) units *= (double)g->s->reasoning_policies;
    /* what a month counts are requests that reach a model */
    if (side == GUARD_INPUT) units /= g->workload->served_share;
    return add(g, item, what, units, e);
}

static const char *wrong(const struct guardrail_settings *s, const struct guard *g)
{
    bool input = false;
    for (int p = 0; p < GUARD_POLICIES; p++)
        input |= g->on[p][GUARD_INPUT];
    if (s->blocked > 0 && !input) return "blocked needs a policy that judges input";
    if (s->grounding_chars && !g->on[GUARD_GROUNDING][GUARD_OUTPUT])
        return "grounding_chars go with the policy grounding";
    if (s->images > 0 && !g->on[GUARD_CONTENT][GUARD_INPUT])
        return "images go with the policy content";
    return NULL;
}

enum err_code plan_guardrails(struct plan *p, struct plan_workload *w,
                              const struct guardrail_settings *s, struct err *e)
{
    struct guarding g = { .plan = p,
                          .workload = w,
                          .s = s,
                          .owner = plan_head_text(&s->head, "guardrails", p->arena) };
    struct guard on;
    if (!s->policies) return err_set(e, ERR_INPUT, "policies are missing");
    if (guard_parse(&on, s->policies, p->arena, e)) return err_wrap(e, "policies: ");
    if (wrong(s, &on)) return err_set(e, ERR_INPUT, "%s", wrong(s, &on));
    count_units(&g);
    for (int k = 0; k < GUARD_POLICIES; k++)
        for (int side = 0; side < GUARD_SIDES; side++)
            if (on.on[k][side] &&
                add_policy(&g, (enum guard_policy)k, (enum guard_side)side, e))
                return e->code;
    if (s->images <= 0) return OK;
    return add(&g, "content filter (image)", "images", s->images / w->served_share, e);
}
