#include "tune_cost.h"

#include <math.h>
#include <string.h>

#include "customize.h"
#include "date.h"
#include "hyper.h"
#include "units.h"

/* As the customization table names them. */
static const char *const method_priced[METHOD_COUNT] = {
    "fine-tuning", "continued pre-training", "distillation", "reinforcement fine-tuning"
};

enum err_code tune_epochs(int64_t *out, const char *model, enum train_method method,
                          int64_t asked, struct err *e)
{
    const struct hyperparameter *h = NULL;
    for (size_t i = 0; (h = hyperparameter_of(model, method, i)); i++)
        if (strcmp(h->name, "epochCount") == 0) break;
    if (h && asked && ((double)asked < h->min || (double)asked > h->max))
        return err_set(e, ERR_RANGE, "--epochs %lld: %s takes %g to %g (%s)",
                       (long long)asked, model, h->min, h->max, hyper_source);
    *out = asked ? asked : h && !isnan(h->preset) ? (int64_t)h->preset : 1;
    return OK;
}

static enum err_code cost_training(struct tune_cost *out, const struct item_price *rows,
                                   size_t count, const struct model *m,
                                   enum train_method method, struct arena *a,
                                   struct err *e)
{
    struct err why = { 0 };
    struct training run = { .method = method_priced[method],
                            .tokens = out->tokens,
                            .epochs = out->epochs };
    if (out->tokens == 0) {
        out->training_unknown = "nothing to train on";
        return OK;
    }
    enum err_code code =
        training_bill(&out->training, rows, count, m->id, run, 0, &why);
    if (code == ERR_RANGE) return err_set(e, code, "%s", why.msg);
    if (code) out->training_unknown = arena_text(a, why.msg);
    return OK;
}

static void add_deployment(struct tune_cost *out, const struct model *m,
                           const char *region)
{
    bool here = !*m->custom_on_demand_regions ||
                strstr(m->custom_on_demand_regions, region) != NULL;
    if (m->custom_on_demand != YES || !here) return;
    out->hosting[out->hostings++] =
        (struct hosting_cost){ .option = "deployment",
                               .by_token = true,
                               .source = m->source,
                               .as_of = m->as_of,
                               .delete_by = "nothing to end" };
}

static enum err_code add_units(struct tune_cost *out, const struct unit_price *rows,
                               size_t count, const char *region, enum commitment term,
                               struct arena *a, struct err *e)
{
    struct unit_pick pick = units_choose(rows, count, region, true, term);
    struct usd_acc month = { 0 };
    if (!pick.row) return OK;
    struct hosting_cost *h = &out->hosting[out->hostings];
    *h = (struct hosting_cost){
        .option = arena_printf(a, "units %s", commitment_text(term)),
        .marks = pick.marks,
        .pick = pick,
        .source = pick.row->source,
        .as_of = pick.row->as_of,
        .delete_by = term == COMMIT_NONE ? "deleting them" : "the term; it renews"
    };
    if (usd_acc_add(&month, MONTH_HOURS, pick.row->rate, e)) return e->code;
    if (usd_round(&h->per_month, month, e)) return e->code;
    h->idle_per_month = h->per_month;
    out->hostings++;
    return OK;
}

static enum err_code cost_hosting(struct tune_cost *out, struct catalog *c,
                                  const struct model *m, const char *region,
                                  int64_t now_unix_s, struct arena *a, struct err *e)
{
    static const enum commitment terms[] = { COMMIT_NONE, COMMIT_1_MONTH,
                                             COMMIT_6_MONTHS };
    struct unit_price *rows;
    size_t count;
    add_deployment(out, m, region);
    if (catalog_unit_prices(&rows, &count, c, m->id, now_unix_s, a, e)) return e->code;
    for (size_t t = 0; t < sizeof terms / sizeof *terms; t++)
        if (add_units(out, rows, count, region, terms[t], a, e)) return e->code;
    if (out->hostings == 0)
        out->hosting_unknown = arena_printf(
            a, "no way to host a custom %s in %s has a known price", m->id, region);
    return OK;
}

enum err_code tune_cost_of(struct tune_cost *out, struct catalog *c,
                           const struct model *m, const char *region,
                           int64_t now_unix_s, enum train_method method, int64_t tokens,
                           int64_t epochs, struct arena *a, struct err *e)
{
    struct item_price *rows;
    size_t count;
    struct err why = { 0 };
    *out = (struct tune_cost){ .tokens = tokens,
                               .training = { .arena = a },
                               .storage = { .arena = a } };
    if (tune_epochs(&out->epochs, m->id, method, epochs, e)) return e->code;
    if (catalog_tuning_prices(&rows, &count, c, m->id, region, now_unix_s, a, e))
        return e->code;
    if (cost_training(out, rows, count, m, method, a, e)) return e->code;
    enum err_code code = storage_bill(&out->storage, rows, count, m->id, 1, 1, 0, &why);
    if (code && code != ERR_UNPRICED) return err_set(e, code, "%s", why.msg);
    return cost_hosting(out, c, m, region, now_unix_s, a, e);
}
