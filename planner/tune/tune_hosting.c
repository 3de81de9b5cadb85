#include <math.h>
#include <string.h>

#include "custom_since.h"
#include "customize.h"
#include "date.h"
#include "str.h"
#include "tune_plan.h"

/* Each way to host the model: what it costs idle, and at the stated calls. */

static const char *const hosting_name[HOSTING_KINDS] = {
    "deployment",    "units none",     "units 1-month",
    "units 6-month", "units best mix", "import",
};

struct tune_hosting *tune_add_hosting(struct tune_plan *p, enum hosting_kind kind)
{
    struct tune_hosting *h = &p->hosting[p->hostings++];
    *h = (struct tune_hosting){ .kind = kind,
                                .name = hosting_name[kind],
                                .bill = { .arena = p->arena },
                                .source = "",
                                .as_of = "" };
    return h;
}

enum err_code tune_tariff(struct tariff *out, struct tune_plan *p,
                          const struct model *m, bool custom, struct err *e)
{
    struct price_row *rows;
    size_t count;
    const struct tune_ask *x = &p->ask;
    struct price_offer offer = catalog_offer(m, x->region);
    if (catalog_prices(&rows, &count, p->app->catalog, m->id, p->arena, e))
        return e->code;
    if (custom)
        rows = deployment_rows(&count, rows, count, p->item, p->items, p->arena);
    return tariff_build(out, m->id, rows, count, &offer,
                        custom ? ROUTING_IN_REGION : ROUTING_DEFAULT,
                        custom ? TIER_CUSTOM : TIER_STANDARD, x->start_unix_s, e);
}

static bool has_word(const char *words, const char *word)
{
    struct str rest = str_of(words);
    while (rest.n) {
        struct str one = str_cut(rest, ' ', &rest);
        if (str_eq(one, word)) return true;
    }
    return false;
}

/* A model customized too early must be hosted on units. */
static enum err_code too_early(const char **why, const struct tune_plan *p,
                               struct err *e)
{
    int64_t since;
    const char *source;
    char date[DATE_TEXT], was[DATE_TEXT];
    if (custom_since(&since, &source, p->app->catalog, p->ask.model.id, p->arena, e))
        return e->code;
    if (since == DATE_UNKNOWN || p->ask.customized_unix_s >= since) return OK;
    *why = arena_printf(p->arena,
                        "a custom %s of %s must be hosted on model units: it was "
                        "customized before %s (%s)",
                        p->ask.model.id, date_text(was, p->ask.customized_unix_s),
                        date_text(date, since), source);
    return OK;
}

/* Whether the catalog offers it: a property of the model, the region and the date. */
static enum err_code no_deployment(const char **why, const struct tune_plan *p,
                                   struct err *e)
{
    const struct model *m = &p->ask.model;
    *why = NULL;
    if (m->custom_on_demand == NO)
        *why =
            arena_printf(p->arena, "a custom %s must be hosted on model units", m->id);
    else if (m->custom_on_demand == UNKNOWN)
        *why = "whether it can be deployed by token is not known";
    else if (*m->custom_on_demand_regions &&
             !has_word(m->custom_on_demand_regions, p->ask.region))
        *why = arena_printf(p->arena, "deployments by token are in %s only",
                            m->custom_on_demand_regions);
    return *why ? OK : too_early(why, p, e);
}

static enum err_code add_deployment(struct tune_plan *p, struct err *e)
{
    const struct tune_ask *x = &p->ask;
    struct tune_hosting *h = tune_add_hosting(p, HOSTING_DEPLOYMENT);
    struct bill one = { .arena = p->arena };
    struct tariff t;
    struct err why = { 0 };
    h->source = x->model.source;
    h->as_of = x->model.as_of;
    if (no_deployment(&h->why_not, p, e)) return e->code;
    if (h->why_not) return OK;
    struct request_tokens call = { .input_tokens = x->s->input_tokens,
                                   .output_tokens = x->s->output_tokens };
    if (!x->s->input_tokens) return OK;
    enum err_code code = tune_tariff(&t, p, &x->model, true, &why);
    if (!code) code = bill_requests(&one, &t, call, 1, x->s->discount_ppm, &why);
    if (code == ERR_UNPRICED) { /* offered, and free when idle */
        h->unpriced = arena_text(p->arena, why.msg);
        return OK;
    }
    if (code) return err_set(e, code, "%s", why.msg);
    if (bill_requests(&h->bill, &t, call, p->calls, x->s->discount_ppm, e))
        return e->code;
    h->usd = h->bill.total;
    h->priced = x->has_calls;
    h->source = one.line[0].source;
    h->as_of = one.line[0].as_of;
    h->has_curve = true;
    h->curve.per_request_a_day = acc_double(one.total) * x->days;
    return OK;
}

/* What a copy of an imported model costs: its minutes and its storage, by the unit. */
struct import_prices {
    const struct item_price *minute, *kept;
    int64_t units, copies;
};

static enum err_code import_bills(struct tune_plan *p, struct tune_hosting *h,
                                  const struct import_prices *i, struct err *e)
{
    const struct tune_ask *x = &p->ask;
    const double all = x->days * 24 * 60 / IMPORT_WINDOW_MIN;
    h->windows =
        windows_simulate(x->s->requests_per_day, x->week, IMPORT_WINDOW_MIN * 60.0,
                         x->s->copy_rpm * 1440, (uint64_t)p->app->opt.seed);
    int64_t windows = (int64_t)nearbyint(h->windows.mean * all);
    if (item_bill(&h->bill, i->kept, "storage of an import", i->units * x->s->months,
                  x->s->discount_ppm, e) ||
        import_bill(&h->bill, i->minute, i->copies, i->units, windows,
                    x->s->discount_ppm, e))
        return e->code;
    h->usd = h->bill.total;
    h->priced = x->has_calls;
    h->detail = arena_printf(
        p->arena,
        "%.4g +- %.2g copies of %lld units run in a mean 5-minute window (%d simulated "
        "runs of 4 weeks)",
        (double)i->copies * h->windows.mean, (double)i->copies * h->windows.half_width,
        (long long)i->units, WINDOW_RUNS);
    h->has_curve = x->s->copy_rpm > 0;
    h->curve = (struct cost_curve){
        .fixed = acc_double(h->idle_per_month) * (double)x->s->months,
        .window_usd = rate_double(i->minute->rate) * (1 - x->s->discount_ppm * 1e-6) *
                      (double)i->units * IMPORT_WINDOW_MIN * all,
        .window_s = IMPORT_WINDOW_MIN * 60,
        .copy_requests = x->s->copy_rpm * 1440,
        .level = p->level,
        .levels = p->levels,
    };
    return OK;
}

static enum err_code add_import(struct tune_plan *p, struct err *e)
{
    const struct tune_settings *s = p->ask.s;
    struct tune_hosting *h = tune_add_hosting(p, HOSTING_IMPORT);
    struct import_prices i = { .units = import_units(s->import_architecture),
                               .copies = s->copy_rpm > 0 ? 1 : s->import_copies };
    struct item_price *rows;
    size_t count;
    struct bill month = { .arena = p->arena };
    if (!i.units) {
        h->why_not = arena_printf(p->arena, "AWS names no custom model units for '%s'",
                                  s->import_architecture);
        return OK;
    }
    if (catalog_other_prices(&rows, &count, p->app->catalog, IMPORT_SERVICE,
                             p->ask.region, p->ask.start_unix_s, p->arena, e))
        return e->code;
    i.minute = item_choose(rows, count, "", IMPORT_MINUTE);
    i.kept = item_choose(rows, count, "", IMPORT_STORAGE);
    if (!i.minute || !i.minute->known || !i.kept || !i.kept->known) {
        h->why_not = "no price of a custom model unit";
        return OK;
    }
    if (item_bill(&month, i.kept, "storage of an import", i.units, s->discount_ppm, e))
        return e->code;
    h->units = i.units;
    h->idle_per_month = month.total;
    h->source = i.minute->source;
    h->as_of = i.minute->as_of;
    if (*i.minute->note) tune_note(p, "import: %s", i.minute->note);
    if (import_bills(p, h, &i, e)) return e->code;
    if (!h->has_curve)
        tune_note(p, "import is left out of the volumes: --copy-rpm says what a copy "
                     "answers");
    return OK;
}

enum err_code tune_import(struct tune_plan *p, struct err *e)
{
    return p->ask.s->import_architecture ? add_import(p, e) : OK;
}

/* A deployment whose tokens have no price costs nothing idle, and no unit is known to
 * be cheaper. */
static i128 cost_of(const struct tune_hosting *h)
{
    return h->unpriced ? -1 : h->usd.ausd;
}

/* The cheapest that is offered: over all months, with the stated calls or idle. */
static void choose(struct tune_plan *p)
{
    int asked = p->ask.s->hosting - 1;
    p->chosen = p->hostings;
    for (size_t i = 0; i < p->hostings; i++) {
        const struct tune_hosting *h = &p->hosting[i];
        if (h->why_not || (asked >= 0 && (int)h->kind != asked)) continue;
        if (p->chosen < p->hostings && cost_of(h) >= cost_of(&p->hosting[p->chosen]))
            continue;
        p->chosen = i;
    }
}

enum err_code tune_hosting(struct tune_plan *p, struct err *e)
{
    if (add_deployment(p, e) || tune_units(p, e) || tune_import(p, e)) return e->code;
    choose(p);
    if (p->chosen < p->hostings && p->hosting[p->chosen].unpriced && !p->incomplete)
        p->incomplete = p->hosting[p->chosen].unpriced;
    int asked = p->ask.s->hosting - 1;
    if (p->chosen < p->hostings || asked < 0) return OK;
    for (size_t i = 0; i < p->hostings; i++)
        if ((int)p->hosting[i].kind == asked)
            return err_set(e, ERR_INFEASIBLE, "--hosting %s: %s", hosting_name[asked],
                           p->hosting[i].why_not);
    return err_set(e, ERR_INFEASIBLE, "--hosting %s: not sold for a custom %s in %s",
                   hosting_name[asked], p->ask.model.id, p->ask.region);
}
