#include "judge_embed.h"

#include <math.h>

#include <cjson/cJSON.h>

/* The array of numbers, wherever the family keeps it; NULL none. */
static const cJSON *find_vector(const cJSON *root)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(root, "embedding");
    if (cJSON_IsArray(v)) return v;
    v = cJSON_GetObjectItemCaseSensitive(root, "embeddings");
    if (cJSON_IsObject(v)) v = cJSON_GetObjectItemCaseSensitive(v, "float");
    if (cJSON_IsArray(v) && cJSON_GetArraySize(v) == 1) v = v->child;
    return cJSON_IsArray(v) ? v : NULL;
}

static enum err_code read_values(struct embed_vector *out, const cJSON *v,
                                 struct arena *a, struct err *e)
{
    const cJSON *x;
    int n = v ? cJSON_GetArraySize(v) : 0;
    double length = 0;
    size_t i = 0;
    if (n < 1 || n > EMBED_DIMENSIONS_MAX)
        return err_set(e, ERR_INPUT, "an answer without an embedding");
    float *value = ARENA_NEW(a, float, (size_t)n);
    out->value = value;
    out->count = (size_t)n;
    cJSON_ArrayForEach(x, v)
    {
        if (!cJSON_IsNumber(x) || !(fabs(x->valuedouble) < 1e18))
            return err_set(e, ERR_INPUT,
                           "an embedding with something else than numbers");
        value[i] = (float)x->valuedouble;
        length += (double)value[i] * (double)value[i];
        i++;
    }
    if (!(length > 0)) return err_set(e, ERR_INPUT, "an embedding that is all zero");
    return OK;
}

enum err_code embed_read(struct embed_vector *out, struct str body, struct arena *a,
                         struct err *e)
{
    cJSON *root = cJSON_ParseWithLength(body.p, body.n);
    struct embed_vector v = { .input_tokens = -1 };
    const cJSON *n = cJSON_GetObjectItemCaseSensitive(root, "inputTextTokenCount");
    enum err_code code = root ? read_values(&v, find_vector(root), a, e)
                              : err_set(e, ERR_INPUT, "the answer is not JSON");
    if (cJSON_IsNumber(n) && n->valuedouble >= 0 && n->valuedouble < 1e9)
        v.input_tokens = (int64_t)n->valuedouble;
    cJSON_Delete(root);
    if (!code) *out = v;
    return code;
}

enum err_code embed_cosine(double *out, const struct embed_vector *a,
                           const struct embed_vector *b, struct err *e)
{
    double ab = 0, aa = 0, bb = 0;
    if (a->count != b->count)
        return err_set(e, ERR_INPUT, "embeddings of %zu and of %zu dimensions",
                       a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        double x = (double)a->value[i], y = (double)b->value[i];
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    double c = ab / (sqrt(aa) * sqrt(bb));
    *out = fmin(1, fmax(-1, c));
    return OK;
}
