#include "eval_run_engine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "converse.h"
#include "json_view.h"
#include "rng.h"
#include "utf8.h"

enum { TEXT_MAX = 16 << 20, BODY_MAX = 64 << 20, PURPOSE_BACKOFF = 0x6261636b };
static const double LONGEST_WAIT_NS = 20e9;

enum slot_state { SLOT_FREE, SLOT_READY, SLOT_WAITING, SLOT_FLYING };

/* A question that is being asked. */
struct slot {
    struct engine *engine;
    enum slot_state state;
    size_t index;
    struct eval_ask ask;
    struct buf body, text;
    struct usd_acc worst;
    int64_t due_ns, start_ns;
    struct eval_answer answer;
};

struct engine {
    struct eval_tally *tally;
    const struct eval_order *order;
    struct client *client;
    struct slot *slot;
    size_t slots, next, flying;
    bool over; /* nothing starts any more */
    struct err failed;
};

/* --- what comes back --- */

static void on_event(void *context, const struct aws_event *ev)
{
    struct slot *s = context;
    bool text = ev->kind == AWS_EVENT_TEXT, thought = ev->kind == AWS_EVENT_REASONING;
    if ((!text && !thought) || ev->text.n == 0) return;
    if (s->answer.ttft_ns < 0) s->answer.ttft_ns = ev->at_ns;
    s->answer.latency_ns = ev->at_ns;
    if (text) buf_add(&s->text, ev->text.p, ev->text.n);
}

/* Tokens that only the body of an embedding tells. */
static void tokens_of_body(struct eval_answer *a, struct str body)
{
    int64_t n = 0;
    if (a->known_tokens || !view_valid(body)) return;
    if (!view_count(&n, view_member(body, "inputTextTokenCount"))) return;
    a->known_tokens = true;
    a->input_tokens = n;
    a->output_tokens = 0;
}

static void take_text(struct slot *s, const struct aws_answer *a)
{
    struct arena scratch = { 0 };
    struct err e = { 0 };
    const char *said = "";
    if (s->ask.operation == AWS_CONVERSE) {
        if (converse_text(&said, a->body, &scratch, &e))
            failure_set(&s->answer.failure, FAILURE_OTHER, "%s", e.msg);
        buf_text(&s->text, said);
    } else if (s->ask.operation == AWS_INVOKE_MODEL) {
        buf_add(&s->text, a->body.p, a->body.n);
        tokens_of_body(&s->answer, a->body);
    }
    if (s->text.overflow)
        failure_set(&s->answer.failure, FAILURE_OTHER, "an answer of more than %d MB",
                    TEXT_MAX >> 20);
    if (!utf8_valid(s->text.p, s->text.n, NULL))
        failure_set(&s->answer.failure, FAILURE_OTHER, "the answer is not UTF-8");
    arena_clear(&scratch);
}

static bool may_repeat(const struct aws_failure *f)
{
    bool passing = f->class_ == FAILURE_THROTTLED || f->class_ == FAILURE_NOT_READY ||
                   f->class_ == FAILURE_SERVICE;
    return passing && !strstr(f->message, "per day");
}

/* A refusal costs nothing; of an answer that broke off nobody knows, so it counts as
 * its worst against the cap. */
static struct usd_acc cost_of(struct slot *s, const struct aws_answer *a)
{
    struct eval_answer *r = &s->answer;
    struct usd_acc cost = { 0 };
    struct err unpriced = { 0 };
    r->priced = false;
    if (r->known_tokens) {
        struct probe_tokens t = { r->input_tokens, r->output_tokens,
                                  r->cache_read_tokens, r->cache_write_tokens };
        r->priced = (s->ask.price->priced || s->ask.price->free) &&
                    probe_price_add(&cost, s->ask.price, t, &unpriced) == OK;
        r->cost = cost;
        return r->priced ? cost : s->worst;
    }
    bool refused = a->http_status >= 400 || a->times.sent_ns == 0;
    r->priced = refused && (s->ask.price->priced || s->ask.price->free);
    return refused ? cost : s->worst;
}

static void finish(struct engine *g, struct slot *s)
{
    struct eval_tally *t = g->tally;
    enum failure_class class_ = s->answer.failure.class_;
    s->state = SLOT_FREE;
    s->answer.text = (struct str){ s->text.n ? s->text.p : "", s->text.n };
    t->asked++;
    t->answered += class_ == FAILURE_NONE;
    t->failed += class_ != FAILURE_NONE;
    t->failures[class_]++;
    t->unpriced += !s->answer.priced && s->ask.price->priced;
    if (class_ && !t->first[class_].class_) t->first[class_] = s->answer.failure;
    if (g->failed.code) return;
    if (g->order->done(g->order->context, s->index, &s->answer, &g->failed))
        g->over = true;
}

static void on_end(void *context, const struct aws_answer *a)
{
    struct slot *s = context;
    struct engine *g = s->engine;
    struct eval_answer *r = &s->answer;
    r->failure = a->failure;
    r->stop_reason = a->stop_reason;
    r->known_tokens = a->tokens.known;
    r->input_tokens = a->tokens.input;
    r->output_tokens = a->tokens.output;
    r->cache_read_tokens = a->tokens.cache_read;
    r->cache_write_tokens = a->tokens.cache_write;
    r->service_ms = a->service_latency_ms;
    if (!a->failure.class_) take_text(s, a);
    bool streamed = s->ask.operation == AWS_CONVERSE_STREAM;
    if (r->ttft_ns >= 0) r->ttft_ns -= a->times.start_ns;
    r->latency_ns = streamed && r->latency_ns >= 0
                        ? r->latency_ns - a->times.start_ns
                        : a->times.end_ns - a->times.start_ns;
    probe_spend_end(&g->tally->spend, s->worst, cost_of(s, a));
    g->flying--;
    bool throttled = a->failure.class_ == FAILURE_THROTTLED;
    r->throttled += throttled;
    g->tally->throttled += throttled;
    if (!g->over && may_repeat(&a->failure) && r->attempts <= g->order->retries) {
        double most = (double)g->order->backoff_ns * exp2((double)(r->attempts - 1));
        double u = rng_open(
            rng_key(g->order->seed ^ PURPOSE_BACKOFF, s->index, (uint64_t)r->attempts));
        int64_t wait_ns = (int64_t)(u * fmin(most, LONGEST_WAIT_NS));
        s->due_ns = client_now_ns() + wait_ns;
        r->waited_ns += wait_ns;
        g->tally->waited_ns += wait_ns;
        s->state = SLOT_WAITING;
        return;
    }
    finish(g, s);
}

/* --- starting --- */

/* The worst that the question can cost; 0 where nothing is billed. */
static enum err_code worst_of(struct usd_acc *out, const struct eval_ask *q,
                              struct err *e)
{
    struct probe_tokens t = { .input = q->input_worst, .output = q->output_worst };
    *out = (struct usd_acc){ 0 };
    return q->price->priced ? probe_price_add(out, q->price, t, e) : OK;
}

static enum err_code prepare(struct engine *g, struct slot *s, struct err *e)
{
    s->body.n = 0;
    s->index = g->next;
    s->ask = (struct eval_ask){ 0 };
    s->answer = (struct eval_answer){ .service_ms = -1, .stop_reason = "" };
    if (g->order->ask(g->order->context, &s->ask, &s->body, s->index, e) ||
        worst_of(&s->worst, &s->ask, e))
        return e->code;
    g->next++;
    s->state = SLOT_READY;
    return OK;
}

static enum err_code start(struct engine *g, struct slot *s, struct err *e)
{
    struct aws_request r = { .operation = s->ask.operation,
                             .subject = s->ask.model,
                             .body = { s->body.p, s->body.n },
                             .timeout_ms = g->order->timeout_ms };
    struct aws_handler h = { s, on_event, on_end };
    s->text.n = 0;
    s->answer.ttft_ns = s->answer.latency_ns = -1;
    if (client_start(g->client, &r, h, e)) return e->code;
    probe_spend_start(&g->tally->spend, s->worst);
    s->state = SLOT_FLYING;
    g->flying++;
    g->tally->attempts++;
    g->tally->repeated += s->answer.attempts > 0;
    s->answer.attempts++;
    return OK;
}

static int interrupts(const struct engine *g)
{
    return g->order->interrupts ? (int)*g->order->interrupts : 0;
}

static void stop(struct engine *g, enum probe_stop why)
{
    if (g->tally->stop == PROBE_DONE) g->tally->stop = why;
    g->over = true;
}

/* Starts what is due and fits. What is in flight may end cheaper than its worst, so the
 * cap ends the run only when nothing is in flight. */
static enum err_code start_due(struct engine *g, struct err *e)
{
    int64_t now = client_now_ns();
    for (size_t i = 0; i < g->slots && !g->over; i++) {
        struct slot *s = &g->slot[i];
        if (s->state == SLOT_FREE && g->next < g->order->count && prepare(g, s, e))
            return e->code;
        if (s->state == SLOT_WAITING && s->due_ns <= now) s->state = SLOT_READY;
        if (s->state != SLOT_READY) continue;
        if (probe_spend_may_start(&g->tally->spend, s->worst)) {
            if (start(g, s, e)) return e->code;
        } else if (g->flying == 0) {
            stop(g, PROBE_STOPPED_CAP);
        }
    }
    return OK;
}

/* Questions that wait when nothing starts any more: those that were sent once have
 * failed, the others were never asked. */
static void give_up(struct engine *g)
{
    for (size_t i = 0; i < g->slots; i++) {
        struct slot *s = &g->slot[i];
        if (s->state != SLOT_WAITING && s->state != SLOT_READY) continue;
        if (s->answer.attempts)
            finish(g, s);
        else
            s->state = SLOT_FREE;
    }
}

static int64_t next_due(const struct engine *g)
{
    int64_t at = INT64_MAX;
    for (size_t i = 0; i < g->slots; i++)
        if (g->slot[i].state == SLOT_WAITING && g->slot[i].due_ns < at)
            at = g->slot[i].due_ns;
    return at;
}

static enum err_code run(struct engine *g, struct err *e)
{
    for (;;) {
        if (interrupts(g)) stop(g, PROBE_STOPPED_USER);
        if (interrupts(g) > 1) return OK;
        if (!g->over && start_due(g, e)) return e->code;
        if (g->over) give_up(g);
        int64_t due = g->over ? INT64_MAX : next_due(g);
        if (g->flying == 0 && due == INT64_MAX) {
            bool more = !g->over && g->next < g->order->count;
            if (more) continue; /* an answer's handler freed a place */
            return OK;
        }
        if (g->order->idle && g->order->idle(g->order->idle_context, e)) return e->code;
        if (client_run(g->client, due, e)) return e->code;
    }
}

enum err_code eval_run_order(struct eval_tally *t, const struct eval_order *o,
                             struct client *c, struct err *e)
{
    struct engine g = { .tally = t, .order = o, .client = c };
    if (t->stop != PROBE_DONE || o->count == 0) return OK;
    g.slots = (size_t)(o->concurrency > 0 ? o->concurrency : 1);
    if (g.slots > o->count) g.slots = o->count;
    g.slot = calloc(g.slots, sizeof *g.slot);
    if (!g.slot) return err_set(e, ERR_INTERNAL, "out of memory");
    for (size_t i = 0; i < g.slots; i++) {
        g.slot[i].engine = &g;
        g.slot[i].body.max = BODY_MAX;
        g.slot[i].text.max = TEXT_MAX;
    }
    enum err_code code = run(&g, e);
    g.over = true;
    client_cancel_all(c); /* each ends in on_end */
    give_up(&g);
    if (code || g.failed.code) t->stop = PROBE_STOPPED_ERROR;
    for (size_t i = 0; i < g.slots; i++) {
        buf_clear(&g.slot[i].body);
        buf_clear(&g.slot[i].text);
    }
    free(g.slot);
    return code || !g.failed.code ? code
                                  : err_set(e, g.failed.code, "%s", g.failed.msg);
}
