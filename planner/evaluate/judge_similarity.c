/* An embedding model places answers and references; how near they are is the cosine. */
#include <math.h>
#include <string.h>

#include "converse.h"
#include "eval_run_private.h"

struct vectors {
    struct eval_run *run;
    const char **text, **hash;
    size_t count, capacity, hash_capacity, done;
};

static enum err_code ask(void *context, struct eval_ask *out, struct buf *body,
                         size_t index, struct err *e)
{
    struct vectors *x = context;
    const struct eval_party *p = &x->run->embedder;
    *out = (struct eval_ask){ .operation = AWS_INVOKE_MODEL,
                              .model = p->name,
                              .price = &p->price,
                              .input_worst = (int64_t)strlen(x->text[index]) +
                                             EVAL_TEMPLATE_TOKENS };
    return embedding_body(body, p->name, str_of(x->text[index]), e);
}

/* An answer that holds no vector is a failure of its own, saved as none: it is asked
 * again when the run goes on. */
static enum err_code done(void *context, size_t index, const struct eval_answer *a,
                          struct err *e)
{
    struct vectors *x = context;
    struct eval_run *r = x->run;
    struct embed_vector v = { 0 };
    struct err why = { 0 };
    eval_run_progress(r, "embeddings", ++x->done, x->count);
    if (a->failure.class_) return OK;
    if (embed_read(&v, a->text, r->arena, &why)) {
        r->tally.answered--;
        r->tally.failed++;
        r->tally.failures[FAILURE_OTHER]++;
        if (!r->tally.first[FAILURE_OTHER].class_)
            failure_set(&r->tally.first[FAILURE_OTHER], FAILURE_OTHER, "%s", why.msg);
        return OK;
    }
    struct eval_kept_vector *k = ARENA_NEW(r->arena, struct eval_kept_vector, 1);
    *k = (struct eval_kept_vector){ .model = r->embedder.name,
                                    .text_hash = x->hash[index],
                                    .value = v.value,
                                    .count = v.count,
                                    .priced = a->priced,
                                    .input_tokens = a->input_tokens,
                                    .attempts = a->attempts,
                                    .throttled = a->throttled,
                                    .cost = a->cost };
    eval_run_keep_vector(r, k);
    return eval_store_put_vector(r->store, r->meta.id, k, e);
}

static enum err_code want(struct vectors *x, struct intern *seen, const char *text,
                          struct err *e)
{
    const char *hash = NULL;
    if (!*text || eval_run_vector(x->run, text)) return OK;
    if (eval_hash(&hash, &text, 1, x->run->arena, e)) return e->code;
    if (intern(seen, hash) < x->count) return OK;
    x->text =
        arena_grow(x->run->arena, x->text, &x->capacity, x->count + 1, sizeof *x->text);
    x->hash = arena_grow(x->run->arena, x->hash, &x->hash_capacity, x->count + 1,
                         sizeof *x->hash);
    x->text[x->count] = text;
    x->hash[x->count++] = hash;
    return OK;
}

enum err_code judge_similarity(struct eval_run *r, struct eval_order *o, struct err *e)
{
    struct vectors x = { .run = r };
    struct intern seen = { .arena = r->arena };
    for (size_t i = 0; i < r->set->items && r->embedder.name; i++) {
        const struct eval_item *t = &r->set->item[i];
        if (!t->references) continue;
        for (size_t m = 0; m < r->set->models; m++)
            if (t->response[m].text && want(&x, &seen, t->response[m].text, e))
                return e->code;
        for (size_t k = 0; k < t->references; k++)
            if (want(&x, &seen, t->reference[k], e)) return e->code;
    }
    o->count = x.count;
    o->context = &x;
    o->ask = ask;
    o->done = done;
    return eval_run_order(&r->tally, o, r->client.client, e);
}

/* The best of the references; NAN where a vector is missing or none can be compared. */
static double likeness(struct eval_run *r, const struct eval_item *t, size_t model)
{
    double best = (double)NAN;
    const char *said = t->response[model].text;
    const struct eval_kept_vector *a = said && *said ? eval_run_vector(r, said) : NULL;
    for (size_t k = 0; k < t->references && a; k++) {
        const struct eval_kept_vector *b = eval_run_vector(r, t->reference[k]);
        if (!b) continue;
        struct embed_vector x = { a->value, a->count, -1 };
        struct embed_vector y = { b->value, b->count, -1 };
        struct err e = { 0 };
        double c = 0;
        if (embed_cosine(&c, &x, &y, &e))
            r->odd_dimensions++;
        else if (!(best >= c))
            best = c;
    }
    return best;
}

static const struct eval_metric similarity = {
    .name = "embedding-similarity",
    .title = "similarity",
    .definition =
        "cosine of the embeddings of answer and reference, the best of several "
        "references; not BERTScore, which compares word by word",
    .needs_reference = true,
    .lo = -1,
    .hi = 1,
};

/* --- a judge's metrics as scores --- */

/* The mean of the readable repeats. */
static double judged(const struct eval_run *r, size_t model, size_t item, size_t metric)
{
    double sum = 0;
    int n = 0;
    for (size_t k = 0; k < r->repeats; k++) {
        const struct eval_kept_verdict *v =
            r->verdict[eval_run_verdict_at(r, model, item, metric, k)];
        if (!v || !v->readable) continue;
        sum += v->score;
        n++;
    }
    return n ? sum / n : (double)NAN;
}

static const struct eval_metric *metric_of(const struct eval_run *r, size_t k)
{
    const struct judge_metric *j = r->metric[k];
    struct eval_metric *m = ARENA_NEW(r->arena, struct eval_metric, 1);
    *m = (struct eval_metric){
        .name = j->name,
        .title = j->custom ? j->name : strchr(j->name, '.') + 1,
        .definition = arena_printf(r->arena, "graded by %s, prompt version %s",
                                   r->judge.name, r->version[k]),
        .lower_is_better = j->low_is_good,
        .binary = j->grades == 2 && r->repeats == 1,
        .lo = 0,
        .hi = 1,
    };
    return m;
}

const char *eval_run_judge_metric(const struct eval_run *r)
{
    return r->metrics ? r->metric[0]->name : NULL;
}

size_t eval_run_scores(struct eval_scores **out, struct eval_run *r)
{
    size_t n = r->metrics + (r->embedder.name != NULL), items = r->set->items;
    struct eval_scores *s = ARENA_NEW(r->arena, struct eval_scores, n + 1);
    for (size_t k = 0; k < n; k++) {
        bool graded = k < r->metrics;
        eval_scores_empty(&s[k], r->set, graded ? metric_of(r, k) : &similarity,
                          r->arena);
        for (size_t m = 0; m < r->set->models; m++)
            for (size_t i = 0; i < items; i++)
                s[k].value[m * s[k].items + i] =
                    graded ? judged(r, m, i, k) : likeness(r, &r->set->item[i], m);
    }
    *out = s;
    return n;
}
