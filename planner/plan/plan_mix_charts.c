#include "commit_answer.h"
#include "plan.h"

/* The best mix of commitments drawn as 'bedplan commit' draws its own: load duration
 * with the committed steps, and the calendar of purchases. */

/* The first mix in order that buys anything, or NULL. */
static const struct plan_option *bought(const struct plan *p)
{
    for (size_t i = 0; i < p->options; i++) {
        const struct plan_option *o = &p->option[p->order[i]];
        if (o->mix && o->mix->solution && o->mix->solution->purchases) return o;
    }
    return NULL;
}

enum err_code plan_mix_plots(const struct plan *p, const char *folder, struct err *e)
{
    static const char *const ending[] = { "svg", "png" };
    const struct plan_option *o = bought(p);
    if (!o) return OK;
    struct ask_term term[COMMIT_COUNT] = { 0 };
    struct commit_question q = { .term = term,
                                 .terms = o->mix->problem.terms,
                                 .dated = true,
                                 .start_unix_s = p->month_start_unix_s[0] };
    for (size_t k = 0; k < q.terms; k++)
        term[k].name = commitment_text(o->mix->commitment_of[k]);
    struct commit_answer x = { .q = &q,
                               .problem = o->mix->problem,
                               .plan = *o->mix->solution };
    for (int k = 0; k < 2; k++) {
        const char *load = arena_printf(p->arena, "%s/load.%s", folder, ending[k]);
        const char *calendar =
            arena_printf(p->arena, "%s/calendar.%s", folder, ending[k]);
        if (commit_chart_load(&x, load, p->arena, e) ||
            commit_chart_calendar(&x, calendar, p->arena, e))
            return e->code;
    }
    return OK;
}
