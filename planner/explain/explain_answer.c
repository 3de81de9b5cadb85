#include <string.h>

#include "date.h"
#include "explain_private.h"
#include "str.h"

/* From a topic and a model to the answer: a function a topic, by name. */

void explain_fact(struct explain_work *w, const char *what, const char *value)
{
    struct explain_answer *x = w->out;
    static const char *const trust[] = { "A", "B", "C" };
    x->fact =
        arena_grow(w->arena, x->fact, &x->fact_capacity, x->facts + 1, sizeof *x->fact);
    x->fact[x->facts++] =
        (struct explain_fact){ what, value && *value ? value : NULL, w->m->source,
                               w->m->as_of, trust[w->m->trust] };
}

void explain_says(struct explain_work *w, const char *answer, const char *sentence)
{
    w->out->answer = answer;
    w->out->sentence = sentence;
}

enum err_code explain_price(struct explain_work *w, const struct proof *p,
                            struct err *e)
{
    return proof_add(&w->out->price, (struct proof_line){ .proof = p }, e);
}

bool explain_lists(const char *words, const char *word)
{
    struct str rest = str_of(words);
    while (rest.n) {
        struct str one = str_cut(rest, ' ', &rest);
        if (str_eq(one, word)) return true;
    }
    return false;
}

static enum err_code batch(struct explain_work *w, struct err *e)
{
    return explain_tier(w, TIER_BATCH, e);
}
static enum err_code flex(struct explain_work *w, struct err *e)
{
    return explain_tier(w, TIER_FLEX, e);
}
static enum err_code priority(struct explain_work *w, struct err *e)
{
    return explain_tier(w, TIER_PRIORITY, e);
}
static enum err_code optimized(struct explain_work *w, struct err *e)
{
    return explain_tier(w, TIER_LATENCY_OPTIMIZED, e);
}
static enum err_code fine_tuning(struct explain_work *w, struct err *e)
{
    return explain_method(w, "fine-tuning", w->m->fine_tuning, e);
}
static enum err_code continued(struct explain_work *w, struct err *e)
{
    return explain_method(w, "continued pre-training", w->m->continued_pretraining, e);
}
static enum err_code distillation(struct explain_work *w, struct err *e)
{
    return explain_method(w, "distillation", w->m->distillation, e);
}
static enum err_code reinforcement(struct explain_work *w, struct err *e)
{
    return explain_method(w, "reinforcement fine-tuning",
                          w->m->reinforcement_fine_tuning, e);
}

static const struct {
    const char *topic;
    enum err_code (*look)(struct explain_work *w, struct err *e);
} looks[] = {
    { "provisioned-throughput", explain_provisioned },
    { "reserved", explain_reserved },
    { "custom-deployment", explain_deployment },
    { "custom-model-import", explain_import },
    { "batch", batch },
    { "flex", flex },
    { "priority", priority },
    { "latency-optimized", optimized },
    { "prompt-caching", explain_caching },
    { "routing", explain_routing },
    { "context-window", explain_context },
    { "fine-tuning", fine_tuning },
    { "continued-pre-training", continued },
    { "distillation", distillation },
    { "reinforcement-fine-tuning", reinforcement },
    { "lifecycle", explain_lifecycle },
    { "quotas", explain_quotas },
    { "attachments", explain_attachments },
};

static bool holds(const struct explain_statement *s, const struct explain_topic *t,
                  const struct model *m)
{
    if (strcmp(s->topic, t->name) != 0) return false;
    if (!m || strcmp(s->prefix, "*") == 0) return true;
    return strncmp(m->id, s->prefix, strlen(s->prefix)) == 0;
}

/* Statements that hold, those of the model's own first; of a topic alone, all, and what
 * holds for every model first. */
static void add_statements(struct explain_answer *x, const struct explain_book *b,
                           struct arena *a)
{
    x->statement = ARENA_NEW(a, const struct explain_statement *, b->statements + 1);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < b->statements; i++) {
            const struct explain_statement *s = &b->statement[i];
            bool of_all = strcmp(s->prefix, "*") == 0;
            if (of_all != ((pass == 0) == !x->model)) continue;
            if (holds(s, x->topic, x->model)) x->statement[x->statements++] = s;
        }
}

/* Where the catalog itself cannot tell, a statement of AWS may. */
static void ask_statements(struct explain_answer *x)
{
    for (size_t i = 0; i < x->statements; i++) {
        const struct explain_statement *s = x->statement[i];
        if (!*s->answer || !x->answer || strcmp(x->answer, "unknown") != 0) continue;
        x->answer = s->answer;
        x->sentence = s->text;
    }
}

/* Prices of the services around models. */
static enum err_code add_services(struct explain_work *w, struct err *e)
{
    struct str rest = str_of(w->out->topic->services);
    while (rest.n) {
        struct str one = str_cut(rest, ';', &rest);
        struct item_price *rows;
        size_t count;
        if (catalog_other_prices(&rows, &count, w->catalog,
                                 arena_text_n(w->arena, one.p, one.n), w->region,
                                 w->app->opt.now_unix_s, w->arena, e))
            return e->code;
        for (size_t i = 0; i < count; i++) {
            if (strncmp(rows[i].note, "OLDER", 5) == 0) continue;
            if (rows[i].known && explain_price(w, proof_of_item(&rows[i], w->arena), e))
                return e->code;
        }
    }
    return OK;
}

static enum err_code look_at_model(struct explain_work *w, struct err *e)
{
    int64_t now = w->app->opt.now_unix_s;
    if (catalog_prices(&w->row, &w->rows, w->catalog, w->m->id, w->arena, e) ||
        catalog_unit_prices(&w->unit, &w->units, w->catalog, w->m->id, now, w->arena,
                            e) ||
        catalog_tuning_prices(&w->item, &w->items, w->catalog, w->m->id, w->region, now,
                              w->arena, e))
        return e->code;
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        if (strcmp(looks[i].topic, w->out->topic->name) == 0)
            return looks[i].look(w, e);
    return OK;
}

enum err_code explain_answer(struct explain_answer *out, struct app *app,
                             const struct explain_book *b,
                             const struct explain_topic *t, const struct model *m,
                             const char *region, struct err *e)
{
    struct explain_answer x = {
        .topic = t, .model = m, .region = region, .price = { .arena = app->arena }
    };
    struct explain_work w = {
        .app = app, .arena = app->arena, .m = m, .region = region, .out = &x
    };
    if (app_catalog(app, &w.catalog, e)) return e->code;
    add_statements(&x, b, app->arena);
    if (m && look_at_model(&w, e)) return e->code;
    if (add_services(&w, e)) return e->code;
    ask_statements(&x);
    *out = x;
    return OK;
}
