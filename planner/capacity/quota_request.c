#include "quota_request.h"

#include <math.h>

#include "lanes.h"
#include "parallel.h"

static const double windows[QUOTA_WINDOWS] = { 1, 10, 60 };
enum { MINUTE_S = 60, MAIN = QUOTA_WINDOWS - 1, RUNGS = 3 };
static const int64_t minute_ns = INT64_C(60) * 1000000000;

/* The model's default quota, what output counts, and how it is reached. */
static enum err_code look_up(struct quota_request *q, struct app *app, struct err *e)
{
    const struct size_settings *s = q->settings;
    struct catalog *c;
    struct model m;
    enum routing from_id = ROUTING_DEFAULT, asked = (enum routing)s->routing;
    if (!s->model) return OK;
    if (app_catalog(app, &c, e) ||
        catalog_model(&m, &from_id, c, s->model, app->arena, e) ||
        catalog_check_region(c, s->region, app->arena, e))
        return e->code;
    struct price_offer offer = catalog_offer(&m, s->region);
    if (asked == ROUTING_DEFAULT) asked = from_id;
    if (choose_routing(&q->routing, asked, &offer, e) ||
        catalog_quota(&q->catalog, c, m.id, s->region, q->routing, s->custom,
                      app->arena, e))
        return e->code;
    if (q->catalog.closed)
        app_note(app,
                 "the quota that your account has of %s in %s is 0 (%s): nothing is "
                 "admitted until it is raised",
                 m.id, s->region, q->catalog.as_of);
    q->model = m.id;
    if (m.max_output > 0) q->limit = m.max_output;
    if (q->catalog.burndown > 0 && app_origin(app, "burndown") == OPT_PRESET)
        q->like.burndown = q->catalog.burndown;
    if (q->catalog.burndown == 0 && app_origin(app, "burndown") == OPT_PRESET)
        app_note(app,
                 "how the output of %s burns down its quota is not known: counted "
                 "once (--burndown)",
                 m.id);
    return OK;
}

static enum err_code ask(struct quota_request *q, struct app *app, struct err *e)
{
    const struct capacity_settings *s = &q->settings->capacity;
    if (s->quota_tpd > 0)
        return err_set(e, ERR_USAGE,
                       "a quota by the day is judged by 'bedplan replay': here hours "
                       "are cut down");
    bool max = s->max_tokens > 0;
    if (app_origin(app, "reserve") != OPT_PRESET) max = s->reserve == RESERVE_MAX;
    if (max && s->max_tokens == 0)
        return err_set(e, ERR_USAGE,
                       "--reserve max wants --max-tokens: requests that have not come "
                       "yet state none");
    q->like = (struct admission){ .kind = CAPACITY_QUOTA,
                                  .burndown = s->burndown,
                                  .window_s = windows[MAIN],
                                  .reserve = max ? RESERVE_MAX : RESERVE_ACTUAL,
                                  .max_tokens = s->max_tokens,
                                  .ttft_ms = s->ttft_ms,
                                  .tpot_ms = s->tpot_ms,
                                  .retry = (enum retry)s->retry };
    if (look_up(q, app, e)) return e->code;
    bool stated = s->quota_tpm > 0 || s->quota_rpm > 0;
    q->like.quota_tpm = s->quota_tpm;
    q->like.rpm = s->quota_rpm;
    if (!stated) {
        q->like.quota_tpm = (double)q->catalog.tokens_per_min;
        q->like.rpm = (double)q->catalog.requests_per_min;
    }
    q->present_known = q->like.quota_tpm > 0 || q->like.rpm > 0;
    q->from_catalog = q->present_known && !stated;
    return OK;
}

/* A quota that is not stated does not bind. */
static struct admission present(const struct quota_request *q)
{
    const double unlimited_tpm = 1e12;
    struct admission a = q->like;
    if (a.quota_tpm <= 0) a.quota_tpm = unlimited_tpm;
    return a;
}

/* Most requests and most counted tokens of any whole minute from the first request. */
static void busiest_minute(double *rpm, double *tpm, const struct replay_request *r,
                           size_t n, double burndown)
{
    double requests = 0, tokens = 0;
    int64_t minute = 0;
    *rpm = *tpm = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t now = (r[i].at_ns - r[0].at_ns) / minute_ns;
        if (now != minute) requests = tokens = 0;
        minute = now;
        requests++;
        tokens += (double)r[i].input + burndown * (double)r[i].output;
        *rpm = fmax(*rpm, requests);
        *tpm = fmax(*tpm, tokens);
    }
}

/* Of traffic in the busiest hour: the mean over replicas of each one's busiest minute.
 */
static enum err_code generated_peak(struct quota_request *q, struct arena *a,
                                    struct err *e)
{
    enum { BATCHES = 4 };
    const double most = 4e5, shortest_s = 300, hour_s = 3600;
    const struct size_source *src = q->source;
    struct traffic_model m = src->model;
    struct traffic *t;
    m.hour_factor = NULL;
    m.requests_per_s *= src->busiest_factor;
    m.span_s = fmin(hour_s, fmax(shortest_s, most / m.requests_per_s));
    m.lengths = &src->lengths;
    m.cached_share = src->cached_share;
    if (traffic_prepare(&t, &m, a, e)) return e->code;
    for (uint64_t b = 0; b < BATCHES; b++) {
        struct arena scratch = { .on_exhausted = a->on_exhausted };
        struct traffic_requests r[TRAFFIC_LANES] = { 0 };
        traffic_requests(r, t, q->sizing.seed, b, 0, &scratch);
        for (int lane = 0; lane < TRAFFIC_LANES; lane++) {
            double rpm, tpm;
            busiest_minute(&rpm, &tpm, r[lane].request, r[lane].count,
                           q->like.burndown);
            q->peak_rpm += rpm / (BATCHES * TRAFFIC_LANES);
            q->peak_tpm += tpm / (BATCHES * TRAFFIC_LANES);
        }
        arena_clear(&scratch);
    }
    return OK;
}

static enum err_code fill_form(struct quota_request *q, struct arena *a, struct err *e)
{
    const struct size_source *src = q->source;
    const double ms = 1e-3;
    double input, output, rate = traffic_mean_rate(q->sizing.traffic);
    traffic_mean_tokens(&input, &output, q->sizing.traffic);
    q->steady_rpm = rate * MINUTE_S;
    q->steady_tpm = q->steady_rpm * (input + q->like.burndown * output);
    q->mean_input = input;
    q->mean_output = output;
    q->cached_share = src->cached_share;
    q->latency_s = (q->like.ttft_ms + output * q->like.tpot_ms) * ms;
    q->in_flight = rate * q->latency_s;
    q->peak_measured = src->request != NULL;
    if (!q->peak_measured) return generated_peak(q, a, e);
    busiest_minute(&q->peak_rpm, &q->peak_tpm, src->request, src->requests,
                   q->like.burndown);
    return OK;
}

/* The smallest quota; NaN where none is enough. */
static enum err_code needed(double *tpm, const struct admission *like,
                            const struct sizing *s, struct err *e)
{
    enum err_code code = sizing_quota(tpm, like, s, e);
    if (code != ERR_INFEASIBLE) return code;
    *e = (struct err){ 0 };
    *tpm = (double)NAN;
    return OK;
}

/* Requests a minute: a quota of tokens for requests of one token each. */
static enum err_code needed_rpm(struct quota_request *q, struct arena *a, struct err *e)
{
    struct length_cell *one = ARENA_NEW(a, struct length_cell, 1);
    struct size_source src = *q->source;
    struct sizing s = q->sizing;
    struct traffic *t;
    *one = (struct length_cell){ 1, 1, 0 };
    src.lengths = (struct lengths){ one, 1 };
    src.cached_share = 0;
    bool by_event = q->like.retry != RETRY_NONE;
    if (size_source_traffic(&t, &src, s.target, q->settings->replicas, by_event, a, e))
        return e->code;
    s.traffic = t;
    for (int w = 0; w < QUOTA_WINDOWS; w++) {
        struct admission like = { .kind = CAPACITY_QUOTA,
                                  .burndown = 1,
                                  .window_s = windows[w],
                                  .retry = q->like.retry };
        if (needed(&q->window[w].needed_rpm, &like, &s, e)) return e->code;
    }
    return OK;
}

static enum err_code judge_windows(struct quota_request *q, struct err *e)
{
    for (int w = 0; w < QUOTA_WINDOWS; w++) {
        struct quota_window *x = &q->window[w];
        struct admission actual = q->like, now[2] = { present(q), present(q) };
        struct sizing_point point[2];
        x->window_s = windows[w];
        actual.window_s = now[0].window_s = now[1].window_s = windows[w];
        actual.rpm = 0;
        struct admission reserved = actual;
        actual.reserve = now[1].reserve = RESERVE_ACTUAL;
        x->reserved_tpm = (double)NAN;
        if (needed(&x->actual_tpm, &actual, &q->sizing, e)) return e->code;
        if (q->like.reserve == RESERVE_MAX &&
            needed(&x->reserved_tpm, &reserved, &q->sizing, e))
            return e->code;
        if (!q->present_known) continue;
        if (sizing_judge(point, now, 2, &q->sizing, e)) return e->code;
        x->present = point[0];
        x->present_actual = point[1];
    }
    return OK;
}

/* Of `n` values of max_tokens, ascending, how many meet the target. */
static enum err_code meet(size_t *good, const struct quota_request *q,
                          const int64_t *max_tokens, size_t n, struct err *e)
{
    struct admission a[RUNGS];
    struct sizing_point p[RUNGS];
    for (size_t i = 0; i < n; i++) {
        a[i] = present(q);
        a[i].reserve = RESERVE_MAX;
        a[i].max_tokens = max_tokens[i];
    }
    if (sizing_judge(p, a, n, &q->sizing, e)) return e->code;
    for (*good = 0; *good < n && sizing_meets(&p[*good], &q->sizing);)
        ++*good;
    return OK;
}

/* The largest max_tokens with which the present quota meets the target. */
static enum err_code largest_max_tokens(struct quota_request *q, struct err *e)
{
    const double precision = 1.005;
    int64_t lo = 1, hi = q->limit, ends[2] = { lo, hi };
    size_t good;
    q->most_max_tokens = -1;
    if (!q->present_known) return OK;
    if (meet(&good, q, ends, 2, e)) return e->code;
    q->most_max_tokens = good == 2 ? hi : 0;
    if (good != 1) return OK;
    while (hi - lo > 1 && (double)hi > precision * (double)lo) {
        int64_t at[RUNGS];
        size_t n = 0;
        for (int i = 1; i <= RUNGS; i++) {
            double part = (double)i / (RUNGS + 1);
            int64_t m = llround((double)lo * pow((double)hi / (double)lo, part));
            if (m > (n ? at[n - 1] : lo) && m < hi) at[n++] = m;
        }
        if (n == 0) at[n++] = lo + 1; /* close together: one at a time */
        if (meet(&good, q, at, n, e)) return e->code;
        if (good < n) hi = at[good];
        if (good > 0) lo = at[good - 1];
    }
    q->most_max_tokens = lo;
    for (size_t i = 0; i < q->source->lengths.count; i++) {
        const struct length_cell *c = &q->source->lengths.cell[i];
        if (c->output_tokens > (double)lo) q->cut_share += c->share;
    }
    return OK;
}

enum err_code quota_request(struct quota_request *out, struct app *app,
                            const struct size_settings *s,
                            const struct size_source *src, struct err *e)
{
    struct quota_request q = { .settings = s, .source = src, .limit = 1 << 20 };
    struct admission_rules rules;
    struct traffic *traffic;
    int threads = s->threads > 0 ? (int)s->threads : parallel_processors(16);
    if (ask(&q, app, e)) return e->code;
    struct admission now = present(&q);
    if (admission_rules(&rules, &now, e)) return e->code;
    capacity_warn(app, &rules);
    bool by_event =
        q.like.ttft_ms > 0 || q.like.tpot_ms > 0 || q.like.retry != RETRY_NONE;
    if (size_source_traffic(&traffic, src, s->target, s->replicas, by_event, app->arena,
                            e))
        return e->code;
    q.sizing = (struct sizing){ .traffic = traffic,
                                .target = s->target,
                                .seed = (uint64_t)app->opt.seed,
                                .batches = (int)(s->replicas / TRAFFIC_LANES),
                                .threads = threads,
                                .arena = app->arena };
    if (fill_form(&q, app->arena, e) || judge_windows(&q, e) ||
        needed_rpm(&q, app->arena, e) || largest_max_tokens(&q, e))
        return e->code;
    *out = q;
    return OK;
}
