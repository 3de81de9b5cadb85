#ifndef TESTS_REPLAY_REFERENCE_H
#define TESTS_REPLAY_REFERENCE_H

/* The admission rules once more, as directly as they are written down: levels (not what
 * was taken), a sorted list of events, whole milliseconds and rates that are whole
 * tokens a second, so that a thousandth of a token is the unit of everything. Nothing
 * is shared with the simulator but the structs of its answer. */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct ref_request {
    int64_t at_ms, input, cached, output, max_tokens;
};

struct ref_setup {
    bool quota, reserve_max;
    int64_t input_per_s, output_per_s;                 /* units */
    int64_t tpm_per_s, rpm_per_s, tpd_per_s, burndown; /* quota; rpm, tpd 0: none */
    int64_t window_s, max_tokens, ttft_ms, tpot_ms;
};

enum { REF_ADMITTED, REF_THROTTLED, REF_OVERSIZE };

struct ref_level {
    int64_t per_s, full, level; /* level and full in thousandths */
};

struct ref_event {
    int64_t at_ms;
    size_t request;
    bool completion;
};

static void ref_refill(struct ref_level *l, int n, int64_t ms)
{
    for (int k = 0; k < n; k++) {
        l[k].level += l[k].per_s * ms;
        if (l[k].level > l[k].full) l[k].level = l[k].full;
    }
}

static int ref_levels(struct ref_level *l, const struct ref_setup *s)
{
    const int64_t day_s = 86400;
    int n = 0;
    if (!s->quota) {
        l[n++] = (struct ref_level){ s->input_per_s, s->input_per_s * s->window_s, 0 };
        l[n++] =
            (struct ref_level){ s->output_per_s, s->output_per_s * s->window_s, 0 };
    } else {
        l[n++] = (struct ref_level){ s->tpm_per_s, s->tpm_per_s * s->window_s, 0 };
        if (s->rpm_per_s)
            l[n++] = (struct ref_level){ s->rpm_per_s, s->rpm_per_s * s->window_s, 0 };
        if (s->tpd_per_s)
            l[n++] = (struct ref_level){ s->tpd_per_s, s->tpd_per_s * day_s, 0 };
    }
    for (int k = 0; k < n; k++) {
        l[k].full *= 1000;
        l[k].level = l[k].full;
    }
    return n;
}

/* what each bucket is asked for at the start */
static void ref_need(int64_t *need, const struct ref_setup *s,
                     const struct ref_request *r)
{
    int64_t max = r->max_tokens ? r->max_tokens : s->max_tokens;
    int64_t out = s->reserve_max ? max : r->output, in = r->input - r->cached;
    int n = 0;
    need[n++] = s->quota ? in + out : in;
    if (!s->quota) need[n++] = out;
    if (s->quota && s->rpm_per_s) need[n++] = 1;
    if (s->quota && s->tpd_per_s) need[n++] = in + out;
}

/* what each bucket has been charged in the end */
static void ref_final(int64_t *cost, const struct ref_setup *s,
                      const struct ref_request *r)
{
    int64_t in = r->input - r->cached;
    int n = 0;
    cost[n++] = s->quota ? in + r->output * s->burndown : in;
    if (!s->quota) cost[n++] = r->output;
    if (s->quota && s->rpm_per_s) cost[n++] = 1;
    if (s->quota && s->tpd_per_s) cost[n++] = in + r->output * s->burndown;
}

/* Fills outcome[n]. */
static void ref_replay(int *outcome, const struct ref_setup *s,
                       const struct ref_request *r, size_t n)
{
    struct ref_event *list = malloc((2 * n + 1) * sizeof *list);
    struct ref_level l[3];
    int levels = ref_levels(l, s);
    size_t count = n, done = 0;
    int64_t now_ms = n ? r[0].at_ms : 0;
    for (size_t i = 0; i < n; i++)
        list[i] = (struct ref_event){ r[i].at_ms, i, false };
    while (done < count) {
        struct ref_event v = list[done++];
        const struct ref_request *q = &r[v.request];
        int64_t need[3], cost[3];
        ref_refill(l, levels, v.at_ms - now_ms);
        now_ms = v.at_ms;
        ref_need(need, s, q);
        ref_final(cost, s, q);
        if (v.completion) {
            for (int k = 0; k < levels; k++) {
                l[k].level += (need[k] - cost[k]) * 1000;
                if (l[k].level > l[k].full) l[k].level = l[k].full;
            }
            continue;
        }
        bool fits = true, possible = true;
        for (int k = 0; k < levels; k++) {
            fits = fits && l[k].level >= need[k] * 1000;
            possible = possible && l[k].full >= need[k] * 1000;
        }
        outcome[v.request] = fits       ? REF_ADMITTED
                             : possible ? REF_THROTTLED
                                        : REF_OVERSIZE;
        if (!fits) continue;
        for (int k = 0; k < levels; k++)
            l[k].level -= need[k] * 1000;
        /* into the list: before arrivals of its time, behind earlier requests' ends */
        struct ref_event end = { now_ms + s->ttft_ms + q->output * s->tpot_ms,
                                 v.request, true };
        size_t at = done;
        while (at < count && (list[at].at_ms < end.at_ms ||
                              (list[at].at_ms == end.at_ms && list[at].completion &&
                               list[at].request < end.request))) {
            at++;
        }
        memmove(list + at + 1, list + at, (count - at) * sizeof *list);
        list[at] = end;
        count++;
    }
    free(list);
}

#endif
