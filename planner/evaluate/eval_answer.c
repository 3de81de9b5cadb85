#include "eval_answer.h"

#include "rng.h"

void eval_answer_build(struct eval_answer *out, struct arena *a)
{
    size_t models = out->set->models;
    out->summary = ARENA_NEW(a, struct eval_summary, models * out->metrics + 1);
    for (size_t m = 0; m < models; m++)
        for (size_t k = 0; k < out->metrics; k++)
            eval_summarise(&out->summary[m * out->metrics + k], &out->scores[k], m,
                           rng_key(out->seed, m, k), a);
}

const struct eval_summary *eval_answer_of(const struct eval_answer *x, size_t model,
                                          size_t metric)
{
    return &x->summary[model * x->metrics + metric];
}
