#include <string.h>

#include "proof.h"
#include "tune_plan.h"

/* The prices behind a plan, in the shape that every command explains itself in. */

enum err_code tune_line_proofs(struct proof_list *out, const struct tune_plan *p,
                               const struct tune_line *l, struct err *e)
{
    bool stated = p->ask.s->training_rate && strcmp(l->what, "training") == 0;
    int ends = l->usd.low.ausd == l->usd.high.ausd ? 1 : 2;
    *out = (struct proof_list){ .arena = p->arena };
    for (int end = 0; end < ends && l->known && l->bill[end].unit; end++) {
        const struct bill_line *b = &l->bill[end];
        struct proof_line line = {
            .name = end ? arena_printf(p->arena, "%s, at most", l->what) : l->what,
            .counted = true,
            .quantity = b->quantity,
            .divided_by = 1,
            .discount_ppm = b->discount_ppm,
            .proof = stated ? proof_stated(b->dimension, b->unit, b->rate,
                                           "--training-rate", p->arena)
                            : proof_of_line(b, p->ask.region, true, p->arena),
        };
        if (proof_add(out, line, e)) return e->code;
    }
    return OK;
}

enum err_code tune_bill_proofs(struct proof_list *out, const struct tune_plan *p,
                               const char *name, const struct bill *b, bool custom,
                               struct err *e)
{
    *out = (struct proof_list){ .arena = p->arena };
    return proof_add_bill(out, name, b, p->ask.region, custom, e);
}

/* Another list's lines behind those at hand. */
static enum err_code append(struct proof_list *all, const struct proof_list *more,
                            struct err *e)
{
    for (size_t i = 0; i < more->count; i++)
        if (proof_add(all, more->line[i], e)) return e->code;
    return OK;
}

enum err_code tune_proofs(struct proof_list *all, const struct tune_plan *p,
                          struct err *e)
{
    struct proof_list some;
    *all = (struct proof_list){ .arena = p->arena };
    for (size_t i = 0; i < p->lines; i++)
        if (tune_line_proofs(&some, p, &p->line[i], e) || append(all, &some, e))
            return e->code;
    for (size_t i = 0; i < p->hostings; i++) {
        const struct tune_hosting *h = &p->hosting[i];
        if (tune_bill_proofs(&some, p, h->name, &h->bill, true, e) ||
            append(all, &some, e))
            return e->code;
    }
    for (size_t i = 0; i < p->ways; i++) {
        const struct tune_way *w = &p->way[i];
        if (w->hosting < HOSTING_KINDS) continue;
        if (tune_bill_proofs(&some, p, w->name, &w->bill, false, e) ||
            append(all, &some, e))
            return e->code;
    }
    return OK;
}
