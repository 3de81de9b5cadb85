/* A judge model grades the answers. */
#include <math.h>
#include <string.h>

#include "converse.h"
#include "eval_run_private.h"
#include "judge_verdict.h"

struct wanted {
    size_t model, item, metric, repeat;
};

struct verdicts {
    struct eval_run *run;
    struct wanted *wanted;
    size_t count, capacity, done;
};

/* Turns before this one, and what was retrieved for it: the judge sees what the model
 * saw. */
static const char *prompt_of(const struct eval_run *r, size_t model, size_t item,
                             struct arena *a)
{
    const struct eval_item *t = &r->set->item[item];
    const struct eval_response *x = &t->response[model];
    const char *text = "";
    if (!t->conversation) return t->prompt;
    for (size_t i = 0; i < item; i++) {
        const struct eval_item *before = &r->set->item[i];
        if (before->conversation != t->conversation || before->turn >= t->turn)
            continue;
        const char *said = before->response[model].text;
        text = arena_printf(a, "%suser: %s\nmodel: %s\n\n", text, before->prompt,
                            said ? said : "(no answer)");
    }
    text = arena_printf(a, "%suser: %s", text, t->prompt);
    for (size_t i = 0; i < x->passages; i++)
        text = arena_printf(a, "%s\n\nretrieved passage %zu:\n%s", text, i + 1,
                            x->passage[i]);
    return text;
}

struct judge_case judge_case_of(const struct eval_run *r, size_t model, size_t item,
                                struct arena *a)
{
    const struct eval_item *t = &r->set->item[item];
    const char *reference = t->references ? t->reference[0] : NULL;
    for (size_t k = 1; k < t->references; k++)
        reference =
            arena_printf(a, "%s\n\nor, as right:\n%s", reference, t->reference[k]);
    return (struct judge_case){ .prompt = prompt_of(r, model, item, a),
                                .reference = reference,
                                .response = t->response[model].text };
}

enum err_code eval_run_judge_body(struct buf *out, const struct judge_metric *m,
                                  const struct judge_case *c, struct err *e)
{
    struct buf text = { .max = 16 << 20 };
    judge_prompt(&text, m, c);
    struct converse_part part = { .kind = CONVERSE_TEXT, .bytes = { text.p, text.n } };
    struct converse_message message = { .part = &part, .parts = 1 };
    struct converse q = { .message = &message,
                          .messages = 1,
                          .max_tokens = JUDGE_MAX_TOKENS,
                          .temperature = 0,
                          .top_p = (double)NAN };
    enum err_code code = text.overflow
                             ? err_set(e, ERR_INPUT, "a judge's question of over 16 MB")
                             : converse_body(out, &q, e);
    buf_clear(&text);
    return code;
}

static enum err_code ask(void *context, struct eval_ask *out, struct buf *body,
                         size_t index, struct err *e)
{
    struct verdicts *x = context;
    const struct eval_run *r = x->run;
    const struct wanted *w = &x->wanted[index];
    struct arena scratch = { 0 };
    struct judge_case c = judge_case_of(r, w->model, w->item, &scratch);
    enum err_code code = eval_run_judge_body(body, r->metric[w->metric], &c, e);
    arena_clear(&scratch);
    if (code) return code;
    *out = (struct eval_ask){ .operation = AWS_CONVERSE,
                              .model = r->judge.name,
                              .price = &r->judge.price,
                              .input_worst = (int64_t)body->n + EVAL_TEMPLATE_TOKENS,
                              .output_worst = JUDGE_MAX_TOKENS };
    return OK;
}

/* The verdict, or the judge's own words and why they are none. */
static void read_verdict(struct eval_kept_verdict *k, const struct eval_answer *a,
                         const struct judge_metric *m, struct arena *arena)
{
    struct judge_verdict v;
    struct err why = { 0 };
    if (judge_verdict_read(&v, a->text, m, arena, &why) == OK) {
        k->readable = true;
        k->score = v.score;
        k->grade = v.grade;
        k->reason = v.reason;
        return;
    }
    bool cut = strcmp(a->stop_reason, "max_tokens") == 0;
    k->reason = cut ? arena_printf(arena, "cut off after %d tokens", JUDGE_MAX_TOKENS)
                    : arena_text(arena, why.msg);
    k->said = arena_text_n(arena, a->text.p, a->text.n);
}

static enum err_code done(void *context, size_t index, const struct eval_answer *a,
                          struct err *e)
{
    struct verdicts *x = context;
    struct eval_run *r = x->run;
    const struct wanted *w = &x->wanted[index];
    struct eval_kept_verdict *k = ARENA_NEW(r->arena, struct eval_kept_verdict, 1);
    *k = (struct eval_kept_verdict){
        .model = r->set->model[w->model],
        .item = (int64_t)w->item,
        .metric = r->metric[w->metric]->name,
        .judge = r->judge.name,
        .version = r->version[w->metric],
        .repeat = (int64_t)w->repeat,
        .reason = "",
        .said = "",
        .failed = failure_name(a->failure.class_),
        .priced = a->priced,
        .input_tokens = a->input_tokens + a->cache_read_tokens + a->cache_write_tokens,
        .output_tokens = a->output_tokens,
        .attempts = a->attempts,
        .throttled = a->throttled,
        .cost = a->cost,
    };
    const char *answer = r->set->item[w->item].response[w->model].text;
    if (eval_hash(&k->answer_hash, &answer, 1, r->arena, e)) return e->code;
    if (a->failure.class_)
        k->reason = arena_text(r->arena, a->failure.message);
    else
        read_verdict(k, a, r->metric[w->metric], r->arena);
    r->verdict[eval_run_verdict_at(r, w->model, w->item, w->metric, w->repeat)] = k;
    eval_run_progress(r, "verdicts", ++x->done, x->count);
    return eval_store_put_verdict(r->store, r->meta.id, k, e);
}

/* Verdicts of another answer (the file's, changed since) are none of this one. */
static enum err_code forget_stale(struct eval_run *r, struct err *e)
{
    for (size_t m = 0; m < r->set->models; m++)
        for (size_t i = 0; i < r->set->items && r->metrics; i++) {
            const char *text = r->set->item[i].response[m].text, *hash = NULL;
            if (!text) continue;
            const struct eval_kept_verdict **v =
                &r->verdict[eval_run_verdict_at(r, m, i, 0, 0)];
            for (size_t k = 0; k < r->metrics * r->repeats; k++) {
                if (!v[k]) continue;
                if (!hash && eval_hash(&hash, &text, 1, r->arena, e)) return e->code;
                if (strcmp(v[k]->answer_hash, hash) != 0) v[k] = NULL;
            }
        }
    return OK;
}

enum err_code judge_run(struct eval_run *r, struct eval_order *o, struct err *e)
{
    struct verdicts x = { .run = r };
    if (forget_stale(r, e)) return e->code;
    for (size_t i = 0; i < r->set->items; i++)
        for (size_t m = 0; m < r->set->models; m++)
            for (size_t k = 0; k < r->metrics && r->set->item[i].response[m].text; k++)
                for (size_t n = 0; n < r->repeats; n++) {
                    const struct eval_kept_verdict *v =
                        r->verdict[eval_run_verdict_at(r, m, i, k, n)];
                    if (v && !*v->failed) continue;
                    x.wanted = arena_grow(r->arena, x.wanted, &x.capacity, x.count + 1,
                                          sizeof *x.wanted);
                    x.wanted[x.count++] = (struct wanted){ m, i, k, n };
                }
    o->count = x.count;
    o->context = &x;
    o->ask = ask;
    o->done = done;
    return eval_run_order(&r->tally, o, r->client.client, e);
}
