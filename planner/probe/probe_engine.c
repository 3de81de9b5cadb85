#include "probe_engine.h"

#include <stdlib.h>
#include <string.h>

enum { BODY_BYTES_MAX = 64 << 20, GAPS_AT_FIRST = 128 };

/* One request in flight. */
struct slot {
    struct slot *next; /* among the free ones */
    struct engine *engine;
    struct probe_record record;
    int32_t *gap_us;
    size_t gap_capacity;
};

struct engine {
    struct probe_run *run;
    const struct probe_order *order;
    struct client *client;
    struct arena *arena;
    struct slot *free;
    struct buf body;
    int64_t body_of; /* index whose body is in `body`; -1 none */
    int64_t next;    /* index of the next request */
    bool over;       /* no matter what, nothing starts any more */
    bool cutting;    /* what ends now is ended by us */
    struct err failed;
};

const char *probe_phase_text(enum probe_phase p)
{
    static const char *const text[] = { "warmup", "measured", "cache-write" };
    return text[p];
}

static int64_t since_zero(const struct engine *g, int64_t at_ns)
{
    return at_ns ? at_ns - g->run->zero_ns : PROBE_NEVER;
}

/* Codes and messages repeat: each is kept once. */
static const char *kept(struct engine *g, const char *text)
{
    struct probe_run *r = g->run;
    enum { SEARCHED = 64 };
    if (!text || !*text) return "";
    size_t from = r->texts > SEARCHED ? r->texts - SEARCHED : 0;
    for (size_t i = r->texts; i-- > from;)
        if (strcmp(r->text[i], text) == 0) return r->text[i];
    r->text = arena_grow(g->arena, r->text, &r->text_capacity, r->texts + 1,
                         sizeof(*r->text));
    return r->text[r->texts++] = arena_text(g->arena, text);
}

/* --- what comes back --- */

static void note_gap(struct slot *s, int64_t gap_ns)
{
    struct probe_record *r = &s->record;
    if (r->gaps == s->gap_capacity) {
        size_t wanted = s->gap_capacity ? 2 * s->gap_capacity : GAPS_AT_FIRST;
        int32_t *more = realloc(s->gap_us, wanted * sizeof *more);
        if (!more) return; /* a gap less; the stamps stand */
        s->gap_us = more;
        s->gap_capacity = wanted;
    }
    int64_t us = (gap_ns + 500) / 1000;
    s->gap_us[r->gaps++] = us < INT32_MAX ? (int32_t)us : INT32_MAX;
}

static void on_event(void *context, const struct aws_event *ev)
{
    struct slot *s = context;
    struct probe_record *r = &s->record;
    bool text = ev->kind == AWS_EVENT_TEXT, thought = ev->kind == AWS_EVENT_REASONING;
    if ((!text && !thought) || ev->text.n == 0) return;
    int64_t at = since_zero(s->engine, ev->at_ns);
    if (r->first_ns == PROBE_NEVER) r->first_ns = at;
    if (text && r->visible_ns == PROBE_NEVER) r->visible_ns = at;
    if (r->last_ns != PROBE_NEVER) note_gap(s, at - r->last_ns);
    r->last_ns = at;
    r->content_events++;
    r->reasoning_events += thought;
}

/* A refusal costs nothing; of a stream that broke nobody knows, so it counts as its
 * worst against the cap. */
static struct usd_acc cost_of(struct engine *g, struct probe_record *r)
{
    struct usd_acc cost = { 0 };
    struct err unpriced = { 0 };
    if (r->known_tokens) {
        struct probe_tokens t = { r->input_tokens, r->output_tokens,
                                  r->cache_read_tokens, r->cache_write_tokens };
        r->priced = (g->order->price->priced || g->order->price->free) &&
                    probe_price_add(&cost, g->order->price, t, &unpriced) == OK;
        r->cost = cost;
        return r->priced ? cost : r->worst;
    }
    bool refused = r->http_status >= 400 || r->sent_ns == PROBE_NEVER;
    return refused ? cost : r->worst;
}

static void keep_record(struct engine *g, struct slot *s)
{
    struct probe_run *run = g->run;
    struct probe_record *r = &s->record;
    if (r->gaps) {
        int32_t *gap = ARENA_NEW(g->arena, int32_t, r->gaps);
        memcpy(gap, s->gap_us, r->gaps * sizeof *gap);
        r->gap_us = gap;
    }
    run->record = arena_grow(g->arena, run->record, &run->capacity, run->count + 1,
                             sizeof *run->record);
    run->record[run->count++] = *r;
    if (g->order->on_record && !g->failed.code &&
        g->order->on_record(g->order->context, r, &g->failed))
        g->over = true;
}

static void on_end(void *context, const struct aws_answer *a)
{
    struct slot *s = context;
    struct engine *g = s->engine;
    struct probe_record *r = &s->record;
    r->start_ns = since_zero(g, a->times.start_ns);
    r->connected_ns = since_zero(g, a->times.connected_ns);
    r->sent_ns = since_zero(g, a->times.sent_ns);
    r->headers_ns = since_zero(g, a->times.first_byte_ns);
    r->end_ns = since_zero(g, a->times.end_ns);
    r->new_connection = a->times.new_connection;
    r->known_tokens = a->tokens.known;
    r->input_tokens = a->tokens.input;
    r->output_tokens = a->tokens.output;
    r->cache_read_tokens = a->tokens.cache_read;
    r->cache_write_tokens = a->tokens.cache_write;
    r->service_ms = a->service_latency_ms;
    r->wire_bytes = a->wire_bytes;
    r->failure = a->failure.class_;
    if (r->failure && !g->run->first_failure[r->failure].class_)
        g->run->first_failure[r->failure] = a->failure;
    r->http_status = a->http_status;
    r->code = kept(g, a->failure.code);
    r->message = kept(g, a->failure.message);
    r->stop_reason = kept(g, a->stop_reason);
    if (!g->order->stream && r->failure == FAILURE_NONE) r->last_ns = r->end_ns;
    probe_spend_end(&g->run->spend, r->worst, cost_of(g, r));
    r->cut_off = g->cutting;
    g->run->cut_off += g->cutting;
    keep_record(g, s);
    s->next = g->free;
    g->free = s;
}

/* --- starting --- */

static struct slot *take_slot(struct engine *g)
{
    struct slot *s = g->free;
    if (s)
        g->free = s->next;
    else
        s = ARENA_NEW(g->arena, struct slot, 1);
    s->engine = g;
    return s;
}

/* The worst that request `index` can cost; 0 where nothing is billed. */
static enum err_code worst_of(struct usd_acc *out, const struct probe_order *o,
                              int64_t index, struct err *e)
{
    struct probe_ask ask = probe_prompts_ask(o->prompts, index);
    struct probe_tokens t = { .input = ask.input_worst, .output = ask.output_worst };
    *out = (struct usd_acc){ 0 };
    if (!o->price->priced) return OK;
    struct usd_acc plain = { 0 }, written = { 0 };
    struct err no_cache = { 0 };
    if (probe_price_add(&plain, o->price, t, e)) return e->code;
    *out = plain;
    /* a cache write costs more than an input token */
    struct probe_tokens w = { .output = ask.output_worst,
                              .cache_write = ask.input_worst };
    if (o->cache && probe_price_add(&written, o->price, w, &no_cache) == OK &&
        written.ausd > plain.ausd)
        *out = written;
    return OK;
}

/* The body of the next request, made before it is due. */
static enum err_code prepare(struct engine *g, struct err *e)
{
    if (g->body_of == g->next) return OK;
    if (probe_prompts_body(&g->body, g->order->prompts, g->next, e)) return e->code;
    g->body_of = g->next;
    return OK;
}

static enum err_code start(struct engine *g, int64_t intended_ns,
                           enum probe_phase phase, struct err *e)
{
    const struct probe_order *o = g->order;
    struct usd_acc worst;
    if (prepare(g, e) || worst_of(&worst, o, g->next, e)) return e->code;
    if (!probe_spend_may_start(&g->run->spend, worst)) {
        g->run->stop = PROBE_STOPPED_CAP;
        g->over = true;
        return OK;
    }
    struct slot *s = take_slot(g);
    s->record = (struct probe_record){ .index = g->next,
                                       .phase = phase,
                                       .intended_ns = intended_ns,
                                       .first_ns = PROBE_NEVER,
                                       .visible_ns = PROBE_NEVER,
                                       .last_ns = PROBE_NEVER,
                                       .worst = worst };
    struct aws_request r = { .operation =
                                 o->stream ? AWS_CONVERSE_STREAM : AWS_CONVERSE,
                             .subject = o->model,
                             .body = { g->body.p, g->body.n },
                             .timeout_ms = o->timeout_ms };
    struct aws_handler h = { s, on_event, on_end };
    if (client_start(g->client, &r, h, e)) return e->code;
    probe_spend_start(&g->run->spend, worst);
    g->next++;
    g->body_of = -1;
    return OK;
}

static int interrupts(const struct engine *g)
{
    return g->order->interrupts ? (int)*g->order->interrupts : 0;
}

static bool must_stop(struct engine *g)
{
    if (interrupts(g) && g->run->stop == PROBE_DONE) {
        g->run->stop = PROBE_STOPPED_USER;
        g->over = true;
    }
    return g->over;
}

/* Until nothing is in flight, the time is over, or the user is impatient. */
static enum err_code drain(struct engine *g, int64_t until_ns, struct err *e)
{
    while (client_in_flight(g->client)) {
        if (interrupts(g) > 1 || client_now_ns() >= until_ns) break;
        if (client_run(g->client, until_ns, e)) return e->code;
        (void)must_stop(g);
    }
    return OK;
}

/* One request alone, to its end. */
static enum err_code alone(struct engine *g, enum probe_phase phase, struct err *e)
{
    if (start(g, client_now_ns() - g->run->zero_ns, phase, e)) return e->code;
    return drain(g, INT64_MAX, e);
}

static enum err_code open_loop(struct engine *g, struct err *e)
{
    const struct probe_schedule *p = &g->order->schedule;
    struct client *c = g->client;
    for (size_t i = 0; i < p->count && !must_stop(g); i++) {
        if (prepare(g, e)) return e->code;
        int64_t intended_ns = g->run->measured_ns + p->at_ns[i];
        int64_t due_ns = g->run->zero_ns + intended_ns;
        do { /* once at least: what has come is read even when we are late */
            if (client_run(c, due_ns, e)) return e->code;
        } while (!must_stop(g) && client_now_ns() < due_ns);
        bool full = client_in_flight(c) >= (size_t)g->order->max_in_flight;
        g->run->capped_starts += full;
        while (!must_stop(g) && client_in_flight(c) >= (size_t)g->order->max_in_flight)
            if (client_run(c, client_now_ns() + 100000000, e)) return e->code;
        if (g->over) break;
        if (start(g, intended_ns, PROBE_MEASURED, e)) return e->code;
    }
    return OK;
}

static enum err_code closed_loop(struct engine *g, struct err *e)
{
    const struct probe_order *o = g->order;
    int64_t left = o->requests ? o->requests : INT64_MAX;
    int64_t zero = g->run->zero_ns;
    int64_t until = o->for_ns ? zero + g->run->measured_ns + o->for_ns : INT64_MAX;
    while (left > 0 && !must_stop(g)) {
        int64_t now = client_now_ns();
        if (now >= until) break;
        if (client_in_flight(g->client) < (size_t)o->concurrency) {
            if (start(g, now - zero, PROBE_MEASURED, e)) return e->code;
            left--;
            continue;
        }
        if (client_run(g->client, until, e)) return e->code;
    }
    return OK;
}

static enum err_code run_all(struct engine *g, struct err *e)
{
    const struct probe_order *o = g->order;
    struct probe_run *run = g->run;
    for (int64_t i = 0; i < o->warmup && !must_stop(g); i++)
        if (alone(g, PROBE_WARMUP, e)) return e->code;
    if (o->cache && !must_stop(g) && alone(g, PROBE_CACHE_WRITE, e)) return e->code;
    if (prepare(g, e)) return e->code;
    run->measured_ns = client_now_ns() - run->zero_ns;
    if (o->open_loop ? open_loop(g, e) : closed_loop(g, e)) return e->code;
    run->offered_ns = client_now_ns() - run->zero_ns;
    run->in_flight_at_stop = (int64_t)client_in_flight(g->client);
    int64_t until = o->drain_ns > 0 ? client_now_ns() + o->drain_ns : INT64_MAX;
    return drain(g, until, e);
}

/* Those that still run are ended and counted, whatever became of them. */
static void end_the_rest(struct engine *g)
{
    g->cutting = true;
    client_cancel_all(g->client);
}

enum err_code probe_run(struct probe_run *out, const struct probe_order *o,
                        struct client *c, struct arena *a, struct err *e)
{
    struct engine g = { .run = out,
                        .order = o,
                        .client = c,
                        .arena = a,
                        .body = { .max = BODY_BYTES_MAX },
                        .body_of = -1 };
    *out = (struct probe_run){ .zero_ns = client_now_ns(),
                               .spend = { .capped = o->capped, .cap = o->cap } };
    enum err_code code = run_all(&g, e);
    end_the_rest(&g);
    if (code || g.failed.code) out->stop = PROBE_STOPPED_ERROR;
    for (struct slot *s = g.free; s; s = s->next)
        free(s->gap_us);
    buf_clear(&g.body);
    if (!code && g.failed.code) code = err_set(e, g.failed.code, "%s", g.failed.msg);
    return code;
}

enum err_code probe_worst(struct usd_acc *out, bool *known, const struct probe_order *o,
                          struct err *e)
{
    int64_t count = o->open_loop ? (int64_t)o->schedule.count : o->requests;
    struct usd_acc one;
    *out = (struct usd_acc){ 0 };
    *known = count > 0;
    count += o->warmup + o->cache;
    for (int64_t i = 0; *known && i < count; i++)
        if (worst_of(&one, o, i, e) || usd_acc_sum(out, one, e)) return e->code;
    return OK;
}
