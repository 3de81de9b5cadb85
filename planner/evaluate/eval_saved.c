#include "eval_saved.h"

#include "probe_engine.h"

static enum err_code add_verdicts(struct eval_saved *out, struct eval_store *s,
                                  struct arena *a, struct err *e)
{
    struct eval_kept_verdict *v = NULL;
    size_t n = 0;
    if (eval_store_verdicts(&v, &n, s, out->meta.id, a, e)) return e->code;
    for (size_t i = 0; i < n; i++) {
        out->verdicts++;
        out->unreadable += !v[i].readable && !*v[i].failed;
        out->unpriced += !v[i].priced;
        out->usd.ausd += v[i].cost.ausd;
    }
    return OK;
}

enum err_code eval_saved_read(struct eval_saved *out, struct eval_store *s,
                              const struct eval_meta *meta, struct arena *a,
                              struct err *e)
{
    struct eval_kept_answer *k = NULL;
    struct eval_kept_vector *v = NULL;
    size_t answers = 0, vectors = 0;
    *out = (struct eval_saved){ .meta = *meta };
    if (eval_store_answers(&k, &answers, s, meta->id, a, e) ||
        eval_store_vectors(&v, &vectors, s, meta->id, a, e) ||
        eval_store_scores(&out->score, &out->scores, s, meta->id, a, e))
        return e->code;
    for (size_t i = 0; i < answers; i++) {
        out->answers += !*k[i].failed;
        out->failed += *k[i].failed != '\0';
        out->unpriced += !k[i].priced;
        out->usd.ausd += k[i].cost.ausd;
    }
    out->vectors = (int64_t)vectors;
    for (size_t i = 0; i < vectors; i++) {
        out->unpriced += !v[i].priced;
        out->usd.ausd += v[i].cost.ausd;
    }
    return add_verdicts(out, s, a, e);
}

const char *eval_ended_text(const struct eval_meta *m)
{
    static const char *const text[] = { "done", "stopped by the spend cap",
                                        "interrupted", "stopped by an error" };
    if (!m->finished || m->stop < 0 || m->stop > PROBE_STOPPED_ERROR)
        return "not finished";
    return text[m->stop];
}
