#include "beside_load.h"

#include <string.h>

enum { DEFAULT_CHUNK = 300 }; /* "approximately 300 tokens" */

bool beside_is_of(const struct plan_config *c, const struct section_head *h,
                  const struct workload_settings *w)
{
    return h->workload ? strcmp(h->workload, w->name) == 0 : c->workloads == 1;
}

bool beside_covers(const struct section_head *h, const struct workload_settings *w)
{
    return !h->workload || strcmp(h->workload, w->name) == 0;
}

double rag_chunk_tokens(const struct rag_settings *s)
{
    if (s->chunking == CHUNK_DEFAULT) return DEFAULT_CHUNK;
    if (s->chunking == CHUNK_NONE) return (double)s->document_tokens;
    return (double)s->chunk_tokens;
}

double rag_added_tokens(const struct rag_settings *s)
{
    bool parents = s->chunking == CHUNK_HIERARCHICAL;
    double result = parents ? (double)s->parent_tokens : rag_chunk_tokens(s);
    return s->retrievals_per_request *
           ((double)s->results * result + (double)s->template_tokens);
}

struct beside_load beside_load(const struct plan_config *c,
                               const struct workload_settings *w)
{
    struct beside_load out = { .served_share = 1 };
    for (size_t i = 0; i < c->rags; i++)
        if (beside_is_of(c, &c->rag[i].head, w))
            out.added_input += rag_added_tokens(&c->rag[i]);
    for (size_t i = 0; i < c->lines; i++)
        if (beside_is_of(c, &c->line[i].head, w))
            out.added_input += c->line[i].input_tokens;
    for (size_t i = 0; i < c->guardrails; i++)
        if (beside_covers(&c->guardrail[i].head, w))
            out.served_share *= 1 - c->guardrail[i].blocked;
    return out;
}
