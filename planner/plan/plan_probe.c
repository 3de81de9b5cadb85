/* ttft_p95_ms, judged by the saved probes of a candidate's model in its region. */
#include <math.h>
#include <string.h>

#include "date.h"
#include "plan.h"
#include "probe_result.h"
#include "probe_store.h"

struct plan_probe {
    const char *model, *region;
    const char *what; /* "412 ms (95 %: 380 to 460), probe monday of 2026-11-20" */
    double p95_ms;
};

static bool wanted(const struct plan *p)
{
    for (size_t i = 0; i < p->workloads; i++)
        if (p->workload[i].require->ttft_p95_ms > 0) return true;
    return false;
}

static enum err_code read_one(struct plan *p, struct probe_store *store,
                              const struct probe_meta *m, struct err *e)
{
    struct probe_record *record = NULL;
    size_t count = 0;
    struct probe_result r;
    char date[DATE_TEXT];
    if (probe_store_records(&record, &count, store, m->id, p->arena, e) ||
        probe_result_of(&r, m, record, count, p->arena, e))
        return e->code;
    const struct probe_stats *s = &r.metric[PROBE_TTFT];
    if (!isfinite(s->p[PROBE_P95])) return OK;
    p->probe[p->probes++] = (struct plan_probe){
        .model = m->model,
        .region = m->region,
        .p95_ms = s->p[PROBE_P95],
        .what =
            arena_printf(p->arena, "%.4g ms (95 %%: %.4g to %.4g) in probe %s of %s",
                         s->p[PROBE_P95], s->lo[PROBE_P95], s->hi[PROBE_P95], m->name,
                         date_text(date, m->started_unix_ms / 1000)),
    };
    return OK;
}

enum err_code plan_probes(struct plan *p, struct err *e)
{
    struct probe_store *store = NULL;
    struct probe_meta *meta = NULL;
    size_t count = 0;
    if (!wanted(p)) return OK;
    if (probe_store_open(&store, NULL, false, p->arena, e)) return e->code;
    if (!probe_store_list(&meta, &count, store, p->arena, e)) {
        p->probe = ARENA_NEW(p->arena, struct plan_probe, count + 1);
        for (size_t i = 0; i < count && !e->code; i++)
            if (read_one(p, store, &meta[i], e)) break;
    }
    probe_store_close(store);
    if (e->code) return e->code;
    for (size_t i = 0; i < p->workloads && p->probes == 0; i++)
        if (p->workload[i].require->ttft_p95_ms > 0)
            notes_add(&p->workload[i].assumptions, p->arena,
                      "ttft_p95_ms of %s is not judged: there is no probe result",
                      p->workload[i].settings->name);
    return OK;
}

/* The latest of the model, by the id it is called with or its own. */
static const struct plan_probe *probe_of(const struct plan *p,
                                         const struct plan_option *o)
{
    for (size_t i = p->probes; i-- > 0;) {
        const struct plan_probe *at = &p->probe[i];
        bool same = strcmp(at->model, o->candidate->model) == 0 ||
                    strcmp(at->model, o->model.id) == 0;
        if (same && strcmp(at->region, o->region) == 0) return at;
    }
    return NULL;
}

void plan_judge_latency(struct plan *p, struct plan_option *o)
{
    double limit_ms = p->workload[o->workload].require->ttft_p95_ms;
    if (!(limit_ms > 0) || p->probes == 0) return;
    const struct plan_probe *probe =
        o->buy.kind == BUY_TOKENS && o->candidate->tuned == TUNED_NO ? probe_of(p, o)
                                                                     : NULL;
    if (!probe) {
        notes_add(&o->assumptions, p->arena,
                  "ttft_p95_ms is not judged: no probe of it in %s", o->region);
    } else if (probe->p95_ms > limit_ms) {
        notes_add(&o->reasons, p->arena,
                  "P95 of the time to first token is %s, %g ms %s", probe->what,
                  limit_ms, "are wanted");
        o->feasible = false;
    } else {
        notes_add(&o->assumptions, p->arena, "P95 of the time to first token: %s",
                  probe->what);
    }
}
