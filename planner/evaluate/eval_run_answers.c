/* Candidates answer the prompts. */
#include <math.h>
#include <string.h>

#include "converse.h"
#include "eval_run_private.h"

/* What is still to be asked: a prompt, of a candidate. */
struct wanted {
    size_t candidate, item;
};

struct answers {
    struct eval_run *run;
    struct wanted *wanted;
    size_t count, capacity, done;
};

enum err_code eval_run_body(struct buf *out, const struct eval_run *r,
                            const char *prompt, struct err *e)
{
    struct converse_part part = { .kind = CONVERSE_TEXT, .bytes = str_of(prompt) };
    struct converse_message message = { .part = &part, .parts = 1 };
    struct converse q = { .message = &message,
                          .messages = 1,
                          .max_tokens = r->set_by->max_tokens,
                          .temperature = r->set_by->temperature,
                          .top_p = (double)NAN };
    return converse_body(out, &q, e);
}

static enum err_code ask(void *context, struct eval_ask *out, struct buf *body,
                         size_t index, struct err *e)
{
    struct answers *x = context;
    const struct wanted *w = &x->wanted[index];
    const struct eval_party *p = &x->run->candidate[w->candidate];
    const char *prompt = x->run->set->item[w->item].prompt;
    *out =
        (struct eval_ask){ .operation = p->streams ? AWS_CONVERSE_STREAM : AWS_CONVERSE,
                           .model = p->name,
                           .price = &p->price,
                           .input_worst =
                               (int64_t)strlen(prompt) + EVAL_TEMPLATE_TOKENS,
                           .output_worst = x->run->set_by->max_tokens };
    return eval_run_body(body, x->run, prompt, e);
}

/* "ThrottlingException: Too many tokens" */
static const char *words_of(const struct aws_failure *f, struct arena *a)
{
    return arena_printf(a, "%s%s%s", f->code, *f->code && *f->message ? ": " : "",
                        f->message);
}

static enum err_code done(void *context, size_t index, const struct eval_answer *a,
                          struct err *e)
{
    struct answers *x = context;
    struct eval_run *r = x->run;
    const struct wanted *w = &x->wanted[index];
    struct eval_kept_answer *k = ARENA_NEW(r->arena, struct eval_kept_answer, 1);
    bool failed = a->failure.class_ != FAILURE_NONE;
    *k = (struct eval_kept_answer){
        .model = r->candidate[w->candidate].name,
        .item = (int64_t)w->item,
        .prompt_hash = r->prompt_hash[w->item],
        .text = failed ? "" : arena_text_n(r->arena, a->text.p, a->text.n),
        .failed = failure_name(a->failure.class_),
        .words = failed ? words_of(&a->failure, r->arena) : "",
        .stop_reason = arena_text(r->arena, a->stop_reason),
        .known_tokens = a->known_tokens,
        .priced = a->priced,
        .input_tokens = a->input_tokens,
        .output_tokens = a->output_tokens,
        .cache_read_tokens = a->cache_read_tokens,
        .cache_write_tokens = a->cache_write_tokens,
        .ttft_ns = a->ttft_ns,
        .latency_ns = a->latency_ns,
        .service_ms = a->service_ms,
        .attempts = a->attempts,
        .throttled = a->throttled,
        .waited_ns = a->waited_ns,
        .cost = a->cost,
    };
    r->answer[eval_run_answer_at(r, w->candidate, w->item)] = k;
    eval_run_progress(r, "answers", ++x->done, x->count);
    return eval_store_put_answer(r->store, r->meta.id, k, e);
}

bool eval_run_wants(const struct eval_run *r, size_t candidate, size_t item)
{
    const struct eval_kept_answer *k =
        r->answer[eval_run_answer_at(r, candidate, item)];
    bool in_file =
        !k && r->set->item[item].response[r->candidate[candidate].in_set].text;
    return r->same_as[item] == item && !in_file && (!k || *k->failed);
}

/* All candidates of one prompt, then the next: an hour's weather meets all alike. */
enum err_code eval_run_answers(struct eval_run *r, struct eval_order *o, struct err *e)
{
    struct answers x = { .run = r };
    for (size_t i = 0; i < r->asked; i++)
        for (size_t c = 0; c < r->candidates; c++) {
            if (!eval_run_wants(r, c, i)) continue;
            x.wanted = arena_grow(r->arena, x.wanted, &x.capacity, x.count + 1,
                                  sizeof *x.wanted);
            x.wanted[x.count++] = (struct wanted){ c, i };
        }
    o->count = x.count;
    o->context = &x;
    o->ask = ask;
    o->done = done;
    return eval_run_order(&r->tally, o, r->client.client, e);
}
