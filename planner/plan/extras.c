#include "extras.h"

void extras_add(struct extras *x, struct arena *a, struct plan_extra line)
{
    x->line = arena_grow(a, x->line, &x->capacity, x->count + 1, sizeof *x->line);
    x->line[x->count++] = line;
}

void extras_append(struct extras *x, struct arena *a, const struct extras *more)
{
    for (size_t i = 0; i < more->count; i++)
        extras_add(x, a, more->line[i]);
}

const char *extra_name(const struct plan_extra *l, struct arena *a)
{
    return arena_printf(a, "%s: %s", l->owner, l->what);
}

double extra_unit_usd(const struct plan_extra *l)
{
    return (double)l->price.rate.pusd * 1e-12 / l->price.rate.per;
}

static double of_requests(const struct plan_extra *l, const struct month_totals *m)
{
    return l->per_request * m->requests + l->per_input * m->input +
           l->per_output * m->output;
}

double extra_quantity(const struct plan_extra *l, const struct month_totals *m,
                      size_t month)
{
    return of_requests(l, m) + (l->by_month ? l->by_month[month] : 0);
}

enum err_code extras_bill(struct usd_acc *listed, struct usd_acc *stated,
                          const struct extras *x, const struct month_totals *m,
                          size_t month, struct err *e)
{
    for (size_t i = 0; i < x->count; i++) {
        const struct plan_extra *l = &x->line[i];
        int64_t quantity;
        if (usd_from_estimate(&quantity, extra_quantity(l, m, month), e) ||
            usd_acc_add(l->price.stated ? stated : listed, quantity, l->price.rate, e))
            return err_wrap(e, "%s: %s: ", l->owner, l->what);
    }
    return OK;
}

struct extras_usd extras_usd(const struct extras *x, const struct month_totals *m,
                             size_t month, double keep)
{
    struct extras_usd out = { 0 };
    for (size_t i = 0; i < x->count; i++) {
        const struct plan_extra *l = &x->line[i];
        double usd = extra_unit_usd(l) * (l->price.stated ? 1 : keep);
        double fixed = l->by_month ? l->by_month[month] * usd : 0;
        out.volume += of_requests(l, m) * usd;
        out.fixed += fixed;
        if (l->standing) out.standing += fixed;
    }
    return out;
}
