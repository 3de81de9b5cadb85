#include "usage_why.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"

static const int64_t MINUTE_US = 60000000;

const char *why_cause_key(enum why_cause c)
{
    static const char *const key[] = {
#define X(name, key_, words) [name] = key_,
        WHY_CAUSES(X)
#undef X
    };
    return key[c];
}

const char *why_cause_words(enum why_cause c)
{
    static const char *const text[] = {
#define X(name, key, words) [name] = words,
        WHY_CAUSES(X)
#undef X
    };
    return text[c];
}

struct study {
    struct why_answer *out;
    const struct usage_record *record;
    struct replay_request *request;
    size_t n;
    uint8_t *outcome;
    int64_t *minute_of; /* index of the record's throttled minute, or -1 */
    struct arena *arena;
};

/* Refused requests in throttled minutes, by minute, and by bucket where `by` is given.
 */
struct refusals {
    int64_t *minute; /* [minutes] */
    int64_t (*bucket)[ADMISSION_BUCKETS];
    int64_t inside, elsewhere;
};

static enum err_code replay(struct refusals *out, struct study *s,
                            const struct admission *quota,
                            struct admission_rules *rules, struct err *e)
{
    struct replay_result result;
    size_t minutes = s->out->minutes;
    *out = (struct refusals){ .minute = ARENA_NEW(s->arena, int64_t, minutes + 1) };
    out->bucket = arena_alloc(s->arena, minutes + 1, sizeof *out->bucket);
    if (admission_rules(rules, quota, e) ||
        replay_run(&result, rules, s->request, s->n, 1, s->outcome, s->arena, e)) {
        return e->code;
    }
    for (size_t i = 0; i < s->n; i++) {
        if (s->outcome[i] == OUTCOME_ADMITTED) continue;
        if (s->minute_of[i] < 0) {
            out->elsewhere++;
            continue;
        }
        out->inside++;
        out->minute[s->minute_of[i]]++;
        for (int k = 0; k < rules->count; k++)
            if (s->outcome[i] & 1 << k) out->bucket[s->minute_of[i]][k]++;
    }
    return OK;
}

static int64_t minute_start(int64_t at_us)
{
    int64_t m = at_us / MINUTE_US - (at_us % MINUTE_US < 0);
    return m * MINUTE_US;
}

static void find_minutes(struct study *s)
{
    struct why_answer *w = s->out;
    size_t capacity = 0, first = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (s->record[i].status != USAGE_THROTTLED) continue;
        int64_t start_us = minute_start(s->record[i].at_us);
        w->throttled++;
        if (w->minutes == 0 || w->minute[w->minutes - 1].start_us != start_us) {
            w->minute = arena_grow(s->arena, w->minute, &capacity, w->minutes + 1,
                                   sizeof *w->minute);
            w->minute[w->minutes++] = (struct why_minute){ .start_us = start_us };
        }
        w->minute[w->minutes - 1].throttled++;
    }
    for (size_t i = 0; i < s->n; i++) {
        int64_t start_us = minute_start(s->record[i].at_us);
        while (first < w->minutes && w->minute[first].start_us < start_us)
            first++;
        bool inside = first < w->minutes && w->minute[first].start_us == start_us;
        s->minute_of[i] = inside ? (int64_t)first : -1;
    }
}

/* Means of requests that ran, for those that did not get so far as to be counted. */
static void mean_lengths(int64_t *input, int64_t *output, const struct usage_record *r,
                         size_t n)
{
    int64_t count = 0, in = 0, out = 0;
    for (size_t i = 0; i < n; i++) {
        if (r[i].status != USAGE_OK) continue;
        in += r[i].input - r[i].cached;
        out += r[i].output;
        count++;
    }
    *input = count ? in / count : 0;
    *output = count ? out / count : 0;
}

static void make_requests(struct study *s)
{
    int64_t input = 0, output = 0;
    mean_lengths(&input, &output, s->record, s->n);
    for (size_t i = 0; i < s->n; i++) {
        const struct usage_record *r = &s->record[i];
        bool ran = r->status == USAGE_OK, counted = ran || r->input > 0;
        s->request[i] = (struct replay_request){
            .at_ns = (r->at_us - s->record[0].at_us) * 1000,
            .input = counted ? (int32_t)(r->input - r->cached) : (int32_t)input,
            .cached = (int32_t)r->cached,
            .output = ran ? (int32_t)r->output : (int32_t)output,
            .max_tokens = (int32_t)r->max_tokens,
        };
    }
}

/* latency = ttft + output × tpot by least squares, neither below zero. */
static void fit_latency(struct study *s, const struct admission *quota)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    struct why_answer *w = s->out;
    w->ttft_ms = quota->ttft_ms;
    w->tpot_ms = quota->tpot_ms;
    w->latency_known = quota->ttft_ms > 0 || quota->tpot_ms > 0;
    if (w->latency_known) return;
    for (size_t i = 0; i < s->n; i++) {
        if (s->record[i].latency_ms == 0 || s->record[i].status != USAGE_OK) continue;
        double dx = s->record[i].output - x, dy = s->record[i].latency_ms - y;
        n++;
        x += dx / n;
        y += dy / n;
        xx += dx * (s->record[i].output - x);
        xy += dx * (s->record[i].latency_ms - y);
    }
    if (n < 1) return;
    w->latency_known = true;
    w->tpot_ms = xx > 0 ? fmax(0, xy / xx) : 0;
    w->ttft_ms = fmax(0, y - w->tpot_ms * x);
}

/* TPM refusals come from the tokens themselves, from their burndown, or only from what
 * was reserved: the first of these that still refuses with the others taken away. */
static enum err_code causes(struct study *s, const struct admission *quota,
                            struct err *e)
{
    struct admission_rules rules;
    struct refusals all, burnt, plain;
    struct admission changed = *quota;
    if (replay(&all, s, quota, &rules, e)) return e->code;
    s->out->refused_elsewhere = all.elsewhere;
    struct admission_rules as_is = rules;
    changed.reserve = RESERVE_ACTUAL;
    if (replay(&burnt, s, &changed, &rules, e)) return e->code;
    changed.burndown = 1;
    if (replay(&plain, s, &changed, &rules, e)) return e->code;
    for (size_t m = 0; m < s->out->minutes; m++) {
        struct why_minute *w = &s->out->minute[m];
        int most = 0;
        for (int k = 1; k < as_is.count; k++)
            if (all.bucket[m][k] > all.bucket[m][most]) most = k;
        enum bucket_name bucket = as_is.rule[most].name;
        w->refused = all.minute[m];
        w->cause = w->refused == 0        ? WHY_UNEXPLAINED
                   : bucket == BUCKET_RPM ? WHY_RPM
                   : bucket == BUCKET_TPD ? WHY_TPD
                   : plain.minute[m] > 0  ? WHY_TPM
                   : burnt.minute[m] > 0  ? WHY_BURNDOWN
                                          : WHY_RESERVATION;
        s->out->minutes_by_cause[w->cause]++;
    }
    return OK;
}

static enum err_code passes(bool *out, struct study *s, const struct admission *quota,
                            struct err *e)
{
    struct admission_rules rules;
    struct refusals r;
    if (replay(&r, s, quota, &rules, e)) return e->code;
    *out = r.inside == 0;
    return OK;
}

/* The smallest value of `field` (within 0.1 %) with which all pass; 0 when none up to
 * a thousandfold does. */
static enum err_code smallest(double *out, struct study *s,
                              const struct admission *quota, size_t field,
                              struct err *e)
{
    struct admission changed = *quota;
    double now = 0, lo, hi;
    const double most = 1024, precision = 1.001;
    bool enough = false;
    memcpy(&now, (const char *)quota + field, sizeof now);
    *out = 0;
    if (!(now > 0)) return OK;
    lo = hi = now;
    do {
        lo = hi;
        hi *= 2;
        memcpy((char *)&changed + field, &hi, sizeof hi);
        if (passes(&enough, s, &changed, e)) return e->code;
    } while (!enough && hi < most * now);
    if (!enough) return OK;
    while (hi > lo * precision) {
        double middle = sqrt(lo * hi);
        memcpy((char *)&changed + field, &middle, sizeof middle);
        if (passes(&enough, s, &changed, e)) return e->code;
        if (enough)
            hi = middle;
        else
            lo = middle;
    }
    *out = hi;
    return OK;
}

/* The largest limit, for all requests whatever they state, that lets all pass. */
static enum err_code largest_max_tokens(struct study *s, const struct admission *quota,
                                        struct err *e)
{
    struct admission changed = *quota;
    int64_t lo = 0, hi = 1, over = 0, ran = 0;
    bool enough = false;
    if (quota->reserve != RESERVE_MAX) return OK;
    int32_t *stated = ARENA_NEW(s->arena, int32_t, s->n);
    for (size_t i = 0; i < s->n; i++) {
        stated[i] = s->request[i].max_tokens ? s->request[i].max_tokens
                                             : (int32_t)quota->max_tokens;
        if (stated[i] > hi) hi = stated[i];
    }
    enum err_code code = OK;
    while (!code && lo < hi - 1) { /* lo passes (0: not known yet), hi does not */
        int64_t middle = lo + (hi - lo) / 2;
        for (size_t i = 0; i < s->n; i++)
            s->request[i].max_tokens = stated[i] < middle ? stated[i] : (int32_t)middle;
        changed.max_tokens = middle;
        code = passes(&enough, s, &changed, e);
        if (enough)
            lo = middle;
        else
            hi = middle;
    }
    for (size_t i = 0; i < s->n; i++) {
        s->request[i].max_tokens = (int32_t)s->record[i].max_tokens;
        ran += s->record[i].status == USAGE_OK;
        over += s->record[i].status == USAGE_OK && s->record[i].output > lo;
    }
    s->out->enough_max_tokens = lo;
    s->out->over_max_tokens_share = ran ? (double)over / (double)ran : 0;
    return code;
}

static void set_up(struct study *s, struct why_answer *out,
                   const struct usage_record *r, size_t n, struct arena *a)
{
    *s = (struct study){ .out = out, .record = r, .n = n, .arena = a };
    s->request = ARENA_NEW(a, struct replay_request, n + 1);
    s->outcome = ARENA_NEW(a, uint8_t, n + 1);
    s->minute_of = ARENA_NEW(a, int64_t, n + 1);
}

enum err_code usage_why(struct why_answer *out, const struct admission *quota,
                        const struct usage_record *r, size_t n, struct arena *a,
                        struct err *e)
{
    struct why_answer w = { .requests = (int64_t)n };
    struct admission q = *quota;
    struct study s;
    set_up(&s, &w, r, n, a);
    find_minutes(&s);
    if (w.minutes > 0) {
        make_requests(&s);
        fit_latency(&s, quota);
        q.ttft_ms = w.ttft_ms;
        q.tpot_ms = w.tpot_ms;
        if (causes(&s, &q, e)) return e->code;
        if (w.minutes_by_cause[WHY_UNEXPLAINED] < (int64_t)w.minutes) {
            const struct {
                double *out;
                size_t field;
            } quotas[] = { { &w.enough_tpm, offsetof(struct admission, quota_tpm) },
                           { &w.enough_rpm, offsetof(struct admission, rpm) },
                           { &w.enough_tpd, offsetof(struct admission, tpd) } };
            for (size_t i = 0; i < sizeof quotas / sizeof *quotas; i++)
                if (smallest(quotas[i].out, &s, &q, quotas[i].field, e)) return e->code;
            if (largest_max_tokens(&s, &q, e)) return e->code;
        }
    }
    *out = w;
    return OK;
}

enum err_code usage_why_refused(int64_t *out, const struct why_answer *why,
                                const struct admission *quota,
                                const struct usage_record *r, size_t n, struct arena *a,
                                struct err *e)
{
    struct why_answer w = { 0 };
    struct admission q = *quota;
    struct admission_rules rules;
    struct refusals refusals;
    struct study s;
    set_up(&s, &w, r, n, a);
    find_minutes(&s);
    make_requests(&s);
    q.ttft_ms = why->ttft_ms;
    q.tpot_ms = why->tpot_ms;
    if (replay(&refusals, &s, &q, &rules, e)) return e->code;
    *out = refusals.inside;
    return OK;
}
