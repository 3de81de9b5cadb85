#include "lanes.h"

#include "lanes_private.h"

static const struct {
    void (*fill)(struct lanes_block *b, struct lanes_source *s);
    void (*judge)(struct lanes_capacity *c, const struct lanes_block *b, double span_s);
} paths[] = {
#define X(name) { lanes_##name##_fill, lanes_##name##_judge },
    LANES_PATHS_LIST(X)
#undef X
};

bool lanes_can(enum lanes_path p)
{
    if (p == LANES_BASE) return true;
#ifdef __x86_64__
    if (p == LANES_AVX2) return __builtin_cpu_supports("avx2");
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
#else
    return false;
#endif
}

enum lanes_path lanes_best(void)
{
    enum lanes_path p = LANES_PATHS - 1;
    while (!lanes_can(p))
        p--;
    return p;
}

void lanes_fill(struct lanes_block *b, struct lanes_source *s, enum lanes_path path)
{
    paths[path].fill(b, s);
}

void lanes_judge(struct lanes_capacity *c, const struct lanes_block *b, double span_s,
                 enum lanes_path path)
{
    paths[path].judge(c, b, span_s);
}

bool lanes_can_judge(const struct admission_rules *rules)
{
    if (rules->retry != RETRY_NONE) return false;
    if (!rules->settles) return true;
    bool at_once = rules->ttft_ms <= 0 && rules->tpot_ms <= 0;
    return at_once && (rules->reserve == RESERVE_ACTUAL || rules->max_tokens > 0);
}

static struct lanes_capacity capacity_of(const struct admission_rules *rules)
{
    const double milli = 1000, ns = 1e-9;
    const bool max = rules->reserve == RESERVE_MAX;
    struct lanes_capacity c = { .count = rules->count, .settles = rules->settles };
    for (int k = 0; k < rules->count; k++) {
        const struct bucket_rule *r = &rules->rule[k];
        double per_milli = (double)r->period_s / (r->rate * milli);
        c.bucket[k] = (struct lanes_bucket){
            .input = (double)r->input * per_milli,
            .output = max ? 0 : (double)r->reserved * per_milli,
            .request = ((double)r->request +
                        (max ? (double)r->reserved * (double)rules->max_tokens : 0)) *
                       per_milli,
            .settled = (double)r->settled * per_milli,
            .once = (double)r->request * per_milli,
            .window_s = (double)(r->full.capacity / r->full.refill) * ns,
        };
    }
    return c;
}

void lanes_run(struct lanes_result *out, const struct admission_rules *capacity,
               size_t capacities, const struct traffic *t, uint64_t seed,
               uint64_t batch, enum lanes_path path, struct arena *a)
{
    struct arena scratch = { .on_exhausted = a->on_exhausted };
    struct lanes_block *b = ARENA_NEW(&scratch, struct lanes_block, 1);
    struct lanes_source *s = ARENA_NEW(&scratch, struct lanes_source, 1);
    struct lanes_capacity *c =
        ARENA_NEW(&scratch, struct lanes_capacity, capacities + 1);
    for (size_t i = 0; i < capacities; i++)
        c[i] = capacity_of(&capacity[i]);
    for (lanes_start(s, t, seed, batch); lanes_running(s);) {
        lanes_fill(b, s, path);
        for (size_t i = 0; i < capacities; i++)
            lanes_judge(&c[i], b, t->model.span_s, path);
    }
    for (size_t i = 0; i < capacities; i++)
        out[i] = c[i].result;
    arena_clear(&scratch);
}
