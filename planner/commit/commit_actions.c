#include "commit_answer.h"

const char *const commit_step_text[] = { "buy", "renew", "let_go" };

static void add(struct commit_answer *x, size_t *capacity, struct commit_action one,
                struct arena *a)
{
    if (one.units == 0) return;
    x->action = arena_grow(a, x->action, capacity, x->actions + 1, sizeof *x->action);
    x->action[x->actions++] = one;
}

/* Units that end at an hour inside the horizon: existing ones and purchases. */
static int64_t *ends_by_hour(const struct commit_answer *x, struct arena *a)
{
    int64_t hours = x->problem.hours;
    int64_t *ends = ARENA_NEW(a, int64_t, (size_t)hours + 1);
    for (size_t i = 0; i < x->q->existings; i++)
        if (x->q->existing[i].until < hours)
            ends[x->q->existing[i].until] += x->q->existing[i].units;
    for (size_t i = 0; i < x->plan.purchases; i++)
        if (x->plan.purchase[i].end < hours)
            ends[x->plan.purchase[i].end] += x->plan.purchase[i].units;
    return ends;
}

/* What is bought in the hour in which as many end is a renewal; the rest of the ends is
 * to be deleted, or AWS bills it on. */
void commit_actions(struct commit_answer *x, struct arena *a)
{
    int64_t *ends = ends_by_hour(x, a);
    size_t next = 0, capacity = 0;
    for (int64_t t = 0; t < x->problem.hours; t++) {
        int64_t left = ends[t];
        for (; next < x->plan.purchases && x->plan.purchase[next].start == t; next++) {
            const struct commit_purchase *b = &x->plan.purchase[next];
            const char *term = x->q->term[b->term].name;
            int64_t renewed = b->units < left ? b->units : left;
            add(x, &capacity, (struct commit_action){ t, renewed, STEP_RENEW, term },
                a);
            add(x, &capacity,
                (struct commit_action){ t, b->units - renewed, STEP_BUY, term }, a);
            left -= renewed;
        }
        add(x, &capacity, (struct commit_action){ t, left, STEP_LET_GO, NULL }, a);
    }
}
