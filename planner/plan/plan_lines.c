#include "plan_lines.h"

#include "date.h"

enum err_code plan_lines_add(struct plan_lines *l, const struct plan *p,
                             const struct proof *proof, const char *name,
                             int64_t quantity, int64_t divided_by, double idle,
                             struct err *e)
{
    struct proof_line line = { .name = name,
                               .proof = proof,
                               .counted = l->counted && quantity >= 0,
                               .quantity = quantity,
                               .divided_by = divided_by,
                               .discount_ppm = p->config.account.discount_ppm };
    l->counted = line.counted;
    l->idle = arena_grow(p->arena, l->idle, &l->idle_capacity, l->others.count + 1,
                         sizeof *l->idle);
    l->idle[l->others.count] = idle;
    return proof_add(&l->others, line, e);
}

static enum err_code add_tokens(struct plan_lines *l, const struct plan *p,
                                const struct plan_option *o, struct err *e)
{
    for (size_t i = 0; i < o->components; i++) {
        const struct plan_component *c = &o->component[i];
        struct price_pick pick = { .row = c->row,
                                   .other = c->other,
                                   .marks = c->marks };
        int64_t quantity = o->billed ? o->billed[i] : -1;
        struct proof_line line = { .proof = proof_of_price(&pick, o->region, p->arena),
                                   .counted = l->counted && quantity >= 0,
                                   .quantity = quantity,
                                   .divided_by = (int64_t)p->paths,
                                   .discount_ppm = p->config.account.discount_ppm };
        l->counted = line.counted;
        if (proof_add(&l->tokens, line, e)) return e->code;
    }
    return OK;
}

static const struct proof *unit_proof(const struct plan *p, const struct plan_option *o,
                                      const struct unit_pick *pick)
{
    return proof_of_unit(pick->row, pick->other, pick->marks, o->region,
                         o->candidate->tuned != TUNED_NO, p->arena);
}

/* Units on one term; several terms and units by the hour; a reservation. */
static enum err_code add_units(struct plan_lines *l, const struct plan *p,
                               const struct plan_option *o, struct err *e)
{
    int64_t hours = plan_paid_hours(p, o), least = o->units > 0 ? o->units : 1;
    for (int side = 0; o->reserved && side < 2; side++) {
        int64_t n = o->reserved->units[side];
        if (plan_lines_add(l, p, unit_proof(p, o, &o->reserved->pick[side]), NULL,
                           n * hours, 1, (double)(n * MONTH_HOURS), e))
            return e->code;
    }
    if (o->unit && !o->mix)
        return plan_lines_add(l, p, unit_proof(p, o, &o->unit_pick), NULL,
                              o->units * hours, 1, (double)(least * MONTH_HOURS), e);
    if (!o->mix || !o->mix->solution) return OK;
    for (size_t i = 0; i < o->mix->solution->purchases; i++) {
        const struct commit_purchase *b = &o->mix->solution->purchase[i];
        const struct unit_pick *pick = &o->mix->pick[o->mix->commitment_of[b->term]];
        int64_t paid = (b->end - b->start) * b->units;
        if (plan_lines_add(l, p, unit_proof(p, o, pick), NULL, paid, 1,
                           (double)paid / (double)p->months, e))
            return e->code;
    }
    if (!o->mix->term[COMMIT_NONE]) return OK;
    return plan_lines_add(l, p, unit_proof(p, o, &o->mix->pick[COMMIT_NONE]), NULL,
                          o->billed[o->components], (int64_t)p->paths, 0, e);
}

static enum err_code add_import(struct plan_lines *l, const struct plan *p,
                                const struct plan_option *o, struct err *e)
{
    int64_t months = (int64_t)p->months, minutes = -1;
    if (!o->import_minute) return OK;
    if (o->billed[o->components + 1] < 0 ||
        __builtin_mul_overflow(o->billed[o->components + 1],
                               o->import_units * IMPORT_WINDOW_MIN, &minutes))
        minutes = -1;
    if (plan_lines_add(l, p, proof_of_item(o->import_minute, p->arena), NULL, minutes,
                       (int64_t)p->paths, 0, e))
        return e->code;
    if (!o->import_kept) return OK;
    return plan_lines_add(l, p, proof_of_item(o->import_kept, p->arena), NULL,
                          o->import_units * months, 1, (double)o->import_units, e);
}

static enum err_code add_custom(struct plan_lines *l, const struct plan *p,
                                const struct plan_option *o, struct err *e)
{
    int64_t every = o->retrain_every_months, months = (int64_t)p->months;
    int64_t runs = every > 0 ? (months + every - 1) / every : 1;
    for (size_t i = 0; i < o->training_bill.count; i++) {
        const struct bill_line *x = &o->training_bill.line[i];
        if (plan_lines_add(l, p, proof_of_line(x, o->region, true, p->arena), NULL,
                           x->quantity * runs, 1, 0, e))
            return e->code;
    }
    for (size_t i = 0; i < o->storage_bill.count; i++) {
        const struct bill_line *x = &o->storage_bill.line[i];
        if (plan_lines_add(l, p, proof_of_line(x, o->region, true, p->arena), NULL,
                           x->quantity * months, 1, (double)x->quantity, e))
            return e->code;
    }
    return OK;
}

/* The price of an extra line: stated, or from the catalog. */
static const struct proof *extra_proof(const struct plan_extra *x, struct arena *a)
{
    struct proof *p = ARENA_NEW(a, struct proof, 1);
    if (x->price.proof) {
        *p = *x->price.proof;
    } else {
        *p = *proof_stated(x->what, x->price.unit, x->price.rate, "", a);
        p->source = x->price.source;
    }
    if (x->note) p->note = x->note;
    return p;
}

enum err_code plan_lines_extra(struct proof_list *l, const struct plan *p,
                               const struct plan_extra *x, int64_t quantity,
                               int64_t divided_by, struct err *e)
{
    struct proof_line line = { .name = extra_name(x, p->arena),
                               .proof = extra_proof(x, p->arena),
                               .counted = quantity >= 0,
                               .quantity = quantity,
                               .divided_by = divided_by,
                               .discount_ppm = x->price.stated
                                                   ? 0
                                                   : p->config.account.discount_ppm };
    return proof_add(l, line, e);
}

static enum err_code add_extras(struct plan_lines *l, const struct plan *p,
                                const struct plan_option *o, struct err *e)
{
    for (size_t i = 0; i < o->extras.count; i++) {
        int64_t quantity =
            l->counted && o->billed ? o->billed[o->components + 2 + i] : -1;
        if (quantity < 0) l->counted = false;
        if (plan_lines_extra(&l->extras, p, &o->extras.line[i], quantity,
                             (int64_t)p->paths, e))
            return e->code;
    }
    return OK;
}

enum err_code plan_lines(struct plan_lines *out, const struct plan *p,
                         const struct plan_option *o, struct err *e)
{
    *out = (struct plan_lines){ .tokens = { .arena = p->arena },
                                .others = { .arena = p->arena },
                                .extras = { .arena = p->arena },
                                .counted = o->cost_nusd != NULL };
    if (add_tokens(out, p, o, e) || add_units(out, p, o, e) ||
        add_import(out, p, o, e) || add_custom(out, p, o, e) ||
        add_extras(out, p, o, e))
        return err_wrap(e, "%s: ", plan_option_name(p, o));
    const struct proof_list *lists[] = { &out->tokens, &out->others, &out->extras };
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        for (size_t i = 0; i < lists[k]->count; i++)
            /* what is not billed by the token is carried or refused */
            out->mean.nusd += lists[k]->line[i].usd.nusd;
    return OK;
}
