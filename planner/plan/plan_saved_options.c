#include <math.h>
#include <string.h>

#include "date.h"
#include "plan_saved_private.h"

/* The options of a saved plan, as its tables show them. */

static const double MOST = 1e18;

const cJSON *saved_get(const cJSON *o, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(o, key);
}

enum err_code saved_number(double *out, const cJSON *o, const char *key, double lo,
                           double hi, struct err *e)
{
    const cJSON *x = saved_get(o, key);
    if (!cJSON_IsNumber(x) || !(x->valuedouble >= lo && x->valuedouble <= hi))
        return err_set(e, ERR_INPUT, "%s is not a number from %g to %g", key, lo, hi);
    *out = x->valuedouble;
    return OK;
}

enum err_code saved_text(const char **out, const cJSON *o, const char *key,
                         struct arena *a, struct err *e)
{
    const char *text = cJSON_GetStringValue(saved_get(o, key));
    if (!text) return err_set(e, ERR_INPUT, "%s is not a text", key);
    *out = arena_text(a, text);
    return OK;
}

enum err_code saved_stats(struct plan_stats *out, const cJSON *o, struct err *e)
{
    struct plan_stats s = { 0 };
    const struct {
        const char *key;
        double *to;
    } part[] = { { "mean", &s.mean }, { "p025", &s.p025 }, { "p05", &s.p05 },
                 { "p10", &s.p10 },   { "p25", &s.p25 },   { "p50", &s.p50 },
                 { "p75", &s.p75 },   { "p90", &s.p90 },   { "p95", &s.p95 },
                 { "p975", &s.p975 } };
    if (!cJSON_IsObject(o)) return err_set(e, ERR_INPUT, "usd has no percentiles");
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        if (saved_get(o, part[i].key) &&
            saved_number(part[i].to, o, part[i].key, -MOST, MOST, e))
            return e->code;
    *out = s;
    return OK;
}

static void texts(struct notes *out, const cJSON *list, struct arena *a)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, list)
    {
        if (cJSON_IsString(one)) notes_add(out, a, "%s", one->valuestring);
    }
}

static unsigned marks(const cJSON *list)
{
    const cJSON *one;
    unsigned out = 0;
    cJSON_ArrayForEach(one, list)
    {
        for (unsigned bit = 1; bit <= MARK_ESTIMATE; bit <<= 1)
            if (cJSON_IsString(one) && strcmp(one->valuestring, mark_text(bit)) == 0)
                out |= bit;
    }
    return out;
}

static enum trust saved_trust(const char *text)
{
    if (text && *text == 'A') return TRUST_A;
    return text && *text == 'B' ? TRUST_B : TRUST_C;
}

static enum err_code read_line(struct plan_component *c, const cJSON *line,
                               struct arena *a, struct err *e)
{
    struct price_row *row = ARENA_NEW(a, struct price_row, 1);
    const char *trust = cJSON_GetStringValue(saved_get(line, "trust"));
    double usd, per;
    char text[64];
    if (saved_text(&c->dimension, line, "dimension", a, e) ||
        saved_number(&usd, line, "usd_per_unit", 0, 9e6, e) ||
        saved_number(&per, line, "per", 1, 1e6, e))
        return e->code;
    snprintf(text, sizeof text, "%.15g", usd); /* the digits that were written */
    if (per != 1 && per != 1000 && per != 1000000)
        return err_set(e, ERR_INPUT, "per is %g: want 1, 1000 or 1000000", per);
    if (usd_rate_parse(&c->rate, text, (int32_t)per, e)) return e->code;
    c->row = row;
    row->source = cJSON_GetStringValue(saved_get(line, "source"));
    row->source = row->source ? arena_text(a, row->source) : NULL;
    row->as_of = cJSON_GetStringValue(saved_get(line, "as_of"));
    row->as_of = row->as_of ? arena_text(a, row->as_of) : NULL;
    row->trust = saved_trust(trust);
    return OK;
}

static enum err_code read_lines(struct plan_option *o, const cJSON *lines,
                                struct arena *a, struct err *e)
{
    const cJSON *one;
    o->component =
        ARENA_NEW(a, struct plan_component, (size_t)cJSON_GetArraySize(lines) + 1);
    cJSON_ArrayForEach(one, lines)
    {
        if (read_line(&o->component[o->components++], one, a, e)) return e->code;
    }
    return OK;
}

static enum err_code read_extra(struct plan_extra *l, const cJSON *line,
                                struct arena *a, struct err *e)
{
    const char *trust = cJSON_GetStringValue(saved_get(line, "trust"));
    const char *as_of = cJSON_GetStringValue(saved_get(line, "as_of"));
    const char *billed_by = cJSON_GetStringValue(saved_get(line, "billed_by"));
    double usd, per;
    char text[64];
    if (saved_text(&l->owner, line, "section", a, e) ||
        saved_text(&l->what, line, "line", a, e) ||
        saved_text(&l->price.unit, line, "unit", a, e) ||
        saved_text(&l->price.source, line, "source", a, e) ||
        saved_number(&l->usd, line, "monthly_usd", 0, MOST, e) ||
        saved_number(&l->idle_usd, line, "idle_usd_per_month", 0, MOST, e) ||
        saved_number(&l->quantity, line, "quantity_per_month", 0, MOST, e) ||
        saved_number(&usd, line, "usd_per_unit", 0, 9.2e6, e) ||
        saved_number(&per, line, "per", 1, 1e6, e))
        return err_wrap(e, "extras: ");
    snprintf(text, sizeof text, "%.15g", usd);
    if (per != 1 && per != 1000 && per != 1000000)
        return err_set(e, ERR_INPUT, "extras: per is %g: want 1, 1000 or 1000000", per);
    if (usd_rate_parse(&l->price.rate, text, (int32_t)per, e)) return e->code;
    l->price.as_of = as_of ? arena_text(a, as_of) : NULL;
    l->billed_by = billed_by ? arena_text(a, billed_by) : NULL;
    l->price.stated = cJSON_IsTrue(saved_get(line, "stated"));
    l->price.trust = saved_trust(trust);
    return OK;
}

enum err_code saved_extras(struct extras *x, const cJSON *list, struct arena *a,
                           struct err *e)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, list)
    {
        struct plan_extra l = { 0 };
        if (read_extra(&l, one, a, e)) return e->code;
        extras_add(x, a, l);
    }
    return OK;
}

/* The workload of that name, made when it is new. */
static size_t workload_named(struct plan *p, const char *name)
{
    for (size_t w = 0; w < p->workloads; w++)
        if (strcmp(p->config.workload[w].name, name) == 0) return w;
    struct workload_settings *s = &p->config.workload[p->workloads];
    s->name = name;
    p->workload[p->workloads].settings = s;
    return p->workloads++;
}

static enum err_code read_costs(struct plan_option *o, const cJSON *item,
                                struct arena *a, struct err *e)
{
    const cJSON *share = saved_get(item, "throttled_share"),
                *units = saved_get(item, "units");
    static const struct unit_price unnamed = { 0 };
    o->throttled_share = cJSON_IsNumber(share) ? share->valuedouble : -1;
    if (cJSON_IsNumber(units)) {
        o->unit = &unnamed;
        o->unit_input_tpm = 1; /* known, whatever it was */
        double n;
        if (saved_number(&n, item, "units", 0, 1e9, e)) return e->code;
        o->units = (int64_t)n;
    }
    if (saved_number(&o->idle_usd_per_month, item, "idle_usd_per_month", -MOST, MOST,
                     e))
        return e->code;
    if (!cJSON_IsObject(saved_get(item, "monthly_usd"))) return OK;
    o->priced = true;
    o->cost_nusd = ARENA_NEW(a, int64_t, 1); /* stands for "priced" */
    if (saved_stats(&o->monthly, saved_get(item, "monthly_usd"), e) ||
        saved_stats(&o->total, saved_get(item, "total_usd"), e))
        return e->code;
    return saved_number(&o->usd_per_1k_requests, item, "usd_per_1k_requests", -MOST,
                        MOST, e);
}

/* What an evaluation said of it; a text that is missing is no evidence. */
static enum err_code read_quality(struct plan_option *o, const cJSON *q,
                                  struct arena *a, struct err *e)
{
    struct plan_quality *to = ARENA_NEW(a, struct plan_quality, 1);
    if (!cJSON_IsObject(q)) return OK;
    to->certain = cJSON_IsTrue(saved_get(q, "certain"));
    if (saved_text(&to->what, q, "text", a, e) ||
        saved_number(&to->wanted, q, "required", 0, 1, e))
        return err_wrap(e, "quality: ");
    o->quality = to;
    return OK;
}

static enum err_code read_option(struct plan *p, struct plan_option *o,
                                 const cJSON *item, struct err *e)
{
    struct arena *a = p->arena;
    struct candidate_settings *s = ARENA_NEW(a, struct candidate_settings, 1);
    const char *workload = NULL;
    o->candidate = s;
    if (saved_text(&s->name, item, "name", a, e) ||
        saved_text(&workload, item, "workload", a, e) ||
        saved_text(&o->model.id, item, "model", a, e) ||
        saved_text(&o->buy.text, item, "purchase", a, e) ||
        saved_text(&o->region, item, "region", a, e) || read_costs(o, item, a, e) ||
        read_lines(o, saved_get(item, "lines"), a, e) ||
        saved_extras(&o->extras, saved_get(item, "extras"), a, e) ||
        read_quality(o, saved_get(item, "quality"), a, e))
        return e->code;
    for (size_t i = 0; i < o->extras.count; i++)
        o->extras_total_usd += o->extras.line[i].usd * (double)p->months;
    o->workload = workload_named(p, workload);
    o->feasible = cJSON_IsTrue(saved_get(item, "feasible"));
    o->marks = marks(saved_get(item, "marks"));
    texts(&o->reasons, saved_get(item, "reasons"), a);
    texts(&o->assumptions, saved_get(item, "assumptions"), a);
    return OK;
}

enum err_code saved_options(struct plan *p, const cJSON *root, struct err *e)
{
    const cJSON *list = saved_get(root, "candidates"), *one;
    size_t n = (size_t)cJSON_GetArraySize(list);
    if (!cJSON_IsArray(list) || n == 0)
        return err_set(e, ERR_INPUT, "candidates are missing");
    p->option = ARENA_NEW(p->arena, struct plan_option, n);
    p->order = ARENA_NEW(p->arena, size_t, n);
    p->workload = ARENA_NEW(p->arena, struct plan_workload, n);
    p->config.workload = ARENA_NEW(p->arena, struct workload_settings, n);
    cJSON_ArrayForEach(one, list)
    {
        if (read_option(p, &p->option[p->options], one, e))
            return err_wrap(e, "candidate %zu: ", p->options + 1);
        p->order[p->options] = p->options;
        p->options++;
    }
    texts(&p->workload[0].assumptions, saved_get(root, "assumptions"), p->arena);
    return OK;
}
