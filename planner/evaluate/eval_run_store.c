/* What of a run is saved: begun, or taken up again. */
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>

#include "eval_run_private.h"
#include "probe_engine.h"
#include "run_name.h"

static enum err_code hash_prompts(struct eval_run *r, struct err *e)
{
    const struct eval_set *s = r->set;
    size_t n = 0, capacity = 0;
    const char **all = NULL;
    r->prompt_hash = ARENA_NEW(r->arena, const char *, r->asked + 1);
    r->same_as = ARENA_NEW(r->arena, size_t, r->asked + 1);
    struct intern seen = { .arena = r->arena };
    size_t *first = ARENA_NEW(r->arena, size_t, r->asked + 1);
    for (size_t i = 0; i < r->asked; i++) {
        if (eval_hash(&r->prompt_hash[i], &s->item[i].prompt, 1, r->arena, e))
            return e->code;
        uint32_t before = seen.count, number = intern(&seen, r->prompt_hash[i]);
        if (number == before) first[number] = i;
        r->same_as[i] = first[number];
    }
    for (size_t i = 0; i < s->items; i++) {
        const struct eval_item *t = &s->item[i];
        all = arena_grow(r->arena, all, &capacity, n + 4 + t->references, sizeof(*all));
        all[n++] = t->prompt;
        all[n++] = t->category;
        all[n++] = t->pair;
        for (size_t k = 0; k < t->references; k++)
            all[n++] = t->reference[k];
        all[n++] = NULL;
    }
    return eval_hash(&r->meta.prompts_hash, all, n, r->arena, e);
}

static const char *params_of(const struct eval_run *r)
{
    const struct eval_run_settings *s = r->set_by;
    if (!r->candidates) return "";
    return arena_printf(r->arena, "max_tokens %lld, temperature %g",
                        (long long)s->max_tokens, s->temperature);
}

/* Owns: cJSON_free(). NULL: out of memory. */
static char *line_of(const struct eval_item *t)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "prompt", t->prompt);
    if (t->references) cJSON_AddStringToObject(o, "referenceResponse", t->reference[0]);
    if (t->category) cJSON_AddStringToObject(o, "category", t->category);
    char *line = cJSON_PrintUnformatted(o);
    cJSON_Delete(o);
    return line;
}

static enum err_code put_items(struct eval_run *r, struct err *e)
{
    const char **line = ARENA_NEW(r->arena, const char *, r->set->items + 1);
    for (size_t i = 0; i < r->set->items; i++) {
        char *text = line_of(&r->set->item[i]);
        if (!text) return err_set(e, ERR_INTERNAL, "out of memory");
        line[i] = arena_text(r->arena, text);
        cJSON_free(text);
    }
    return eval_store_put_items(r->store, r->meta.id, line, r->set->items, e);
}

/* What the run will be called and keyed by; it is saved when it has something to ask.
 */
static void name_run(struct eval_run *r, enum eval_task task)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct eval_meta *m = &r->meta;
    m->started_unix_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    m->name = r->set_by->save ? r->set_by->save
                              : run_name(r->set->path[0], ".jsonl", "evaluation",
                                         m->started_unix_ms, r->arena);
    m->dataset = r->set->path[0];
    m->params = params_of(r);
    m->task = eval_task_text(task);
    m->region = r->client.region;
    m->endpoint = r->client.endpoint;
    m->prompts = (int64_t)r->set->items;
}

enum err_code eval_run_begin(struct eval_run *r, struct err *e)
{
    if (r->store) { /* of --resume */
        r->meta.finished = false;
        return eval_store_end(r->store, &r->meta, e);
    }
    if (eval_store_open(&r->store, r->set_by->data, true, r->arena, e) ||
        eval_store_begin(r->store, &r->meta, e))
        return e->code;
    return put_items(r, e);
}

/* --- taken up again --- */

enum err_code eval_run_models(struct opt_list *out, struct eval_run *r, struct err *e)
{
    struct eval_store *store = NULL;
    struct eval_meta was;
    struct eval_kept_answer *row = NULL;
    size_t n = 0;
    if (eval_store_open(&store, r->set_by->data, false, r->arena, e)) return e->code;
    if (!eval_store_find(&was, store, r->set_by->resume, r->arena, e))
        (void)!eval_store_answers(&row, &n, store, was.id, r->arena, e);
    eval_store_close(store);
    for (size_t i = 0; i < n; i++) { /* in the order of models */
        if (i && strcmp(row[i].model, row[i - 1].model) == 0) continue;
        out->text = arena_grow(r->arena, out->text, &out->capacity, out->count + 1,
                               sizeof *out->text);
        out->text[out->count++] = row[i].model;
    }
    return e->code;
}

static enum err_code same_question(const struct eval_run *r,
                                   const struct eval_meta *was, struct err *e)
{
    if (strcmp(was->prompts_hash, r->meta.prompts_hash) != 0)
        return err_set(e, ERR_USAGE,
                       "--resume %s: its prompts, references or categories are not "
                       "those of %s",
                       was->name, r->set->path[0]);
    const char *params = params_of(r);
    if (*params && *was->params && strcmp(params, was->params) != 0)
        return err_set(e, ERR_USAGE, "--resume %s was asked with %s, not with %s",
                       was->name, was->params, params);
    return OK;
}

/* By model and prompt: changed prompts of another seed stay where they are. */
static void take_answers(struct eval_run *r, const struct eval_kept_answer *row,
                         size_t count)
{
    struct intern keys = { .arena = r->arena }; /* row i is number i */
    for (size_t i = 0; i < count; i++)
        (void)intern(&keys,
                     arena_printf(r->arena, "%s %s", row[i].prompt_hash, row[i].model));
    for (size_t c = 0; c < r->candidates; c++)
        for (size_t i = 0; i < r->asked; i++) {
            if (r->same_as[i] != i) continue;
            uint32_t k =
                intern(&keys, arena_printf(r->arena, "%s %s", r->prompt_hash[i],
                                           r->candidate[c].name));
            if (k >= count) continue;
            r->answer[eval_run_answer_at(r, c, i)] = &row[k];
            r->kept += !*row[k].failed;
        }
}

static bool fits(const struct eval_run *r, const struct eval_kept_verdict *v,
                 size_t metric)
{
    return strcmp(v->metric, r->metric[metric]->name) == 0 &&
           strcmp(v->judge, r->judge.name) == 0 &&
           strcmp(v->version, r->version[metric]) == 0;
}

static void take_verdicts(struct eval_run *r, const struct eval_kept_verdict *row,
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t m = 0; m < r->set->models; m++)
            for (size_t k = 0; k < r->metrics; k++) {
                const struct eval_kept_verdict *v = &row[i];
                if (strcmp(v->model, r->set->model[m]) != 0 || !fits(r, v, k) ||
                    v->item < 0 || v->item >= (int64_t)r->set->items || v->repeat < 0 ||
                    v->repeat >= (int64_t)r->repeats)
                    continue;
                r->verdict[eval_run_verdict_at(r, m, (size_t)v->item, k,
                                               (size_t)v->repeat)] = v;
                r->kept += !*v->failed;
            }
}

static enum err_code resume(struct eval_run *r, struct err *e)
{
    struct eval_meta was;
    struct eval_kept_answer *answers;
    struct eval_kept_verdict *verdicts;
    struct eval_kept_vector *vectors;
    size_t n, k, v;
    bool write = !r->set_by->dry_run;
    if (eval_store_open(&r->store, r->set_by->data, write, r->arena, e) ||
        eval_store_find(&was, r->store, r->set_by->resume, r->arena, e) ||
        same_question(r, &was, e) ||
        eval_store_answers(&answers, &n, r->store, was.id, r->arena, e) ||
        eval_store_verdicts(&verdicts, &k, r->store, was.id, r->arena, e) ||
        eval_store_vectors(&vectors, &v, r->store, was.id, r->arena, e))
        return e->code;
    r->meta = was;
    take_answers(r, answers, n);
    take_verdicts(r, verdicts, k);
    for (size_t i = 0; i < v && r->embedder.name; i++)
        if (strcmp(vectors[i].model, r->embedder.name) == 0) {
            eval_run_keep_vector(r, &vectors[i]);
            r->kept++;
        }
    return OK;
}

enum err_code eval_run_load(struct eval_run *r, enum eval_task task, struct err *e)
{
    if (hash_prompts(r, e)) return e->code;
    if (r->set_by->resume) return resume(r, e);
    name_run(r, task);
    return OK;
}

/* --- in memory --- */

void eval_run_keep_vector(struct eval_run *r, const struct eval_kept_vector *v)
{
    uint32_t number = intern(&r->texts, v->text_hash);
    r->vector = arena_grow(r->arena, r->vector, &r->vector_capacity, (size_t)number + 1,
                           sizeof *r->vector);
    r->vector[number] = v;
}

const struct eval_kept_vector *eval_run_vector(struct eval_run *r, const char *text)
{
    const char *hash = NULL;
    struct err e = { 0 };
    if (eval_hash(&hash, &text, 1, r->arena, &e)) return NULL;
    uint32_t number = intern(&r->texts, hash);
    return number < r->vector_capacity ? r->vector[number] : NULL;
}

/* Dollars of an answer, for tables; the store has all digits. */
static void fill_one(struct eval_response *out, const struct eval_kept_answer *k)
{
    struct err e = { 0 };
    *out = EVAL_RESPONSE(k->text);
    if (k->known_tokens) {
        out->input_tokens =
            k->input_tokens + k->cache_read_tokens + k->cache_write_tokens;
        out->output_tokens = k->output_tokens;
    }
    if (k->latency_ns >= 0) out->latency_ms = (double)k->latency_ns / 1e6;
    out->priced = k->priced && usd_round(&out->usd, k->cost, &e) == OK;
}

void eval_run_fill(struct eval_run *r)
{
    for (size_t c = 0; c < r->candidates; c++)
        for (size_t i = 0; i < r->asked; i++) {
            const struct eval_kept_answer *k = r->answer[eval_run_answer_at(r, c, i)];
            struct eval_response *to =
                &r->set->item[i].response[r->candidate[c].in_set];
            if (!k || *k->failed || to->text) continue;
            fill_one(to, k);
        }
}
