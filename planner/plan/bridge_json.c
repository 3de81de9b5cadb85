#include "bridge_json.h"

#include <math.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "usd.h"

/* Figures by name: what is written is what is read. All are doubles that read back
 * equal. */

struct figure {
    const char *key;
    size_t offset;
    bool may_miss; /* in what an older version wrote: 0 */
};

/* clang-format off */
#define W(k, f) { k, offsetof(struct bridge_workload, f), false }
static const struct figure workload_figure[] = {
    W("requests", requests),
    W("input_tokens_per_request", input_per_request),
    W("output_tokens_per_request", output_per_request),
    W("requests_by_token", left_requests),
    W("input_by_token", left_input),
    W("output_by_token", left_output),
    W("commitments_usd", commitments_usd),
    W("custom_model_usd", custom_usd),
    W("price_factor", keep),
};
#undef W
#define L(k, f) { k, offsetof(struct bridge_line, f), false }
#define LATER(k, f) { k, offsetof(struct bridge_line, f), true }
static const struct figure line_figure[] = {
    L("tokens_per_request", per_request),
    L("per_input_token", per_input),
    L("per_output_token", per_output),
    L("usd_per_token", usd),
    L("extended_access_usd_per_token", extended_usd),
    LATER("units", units),
    LATER("of_all_requests", whole),
    LATER("stated", stated),
};
#undef LATER
#undef L
/* clang-format on */
enum {
    WORKLOAD_FIGURES = sizeof workload_figure / sizeof *workload_figure,
    LINE_FIGURES = sizeof line_figure / sizeof *line_figure
};

static void put(struct json *j, const void *from, const struct figure *f, size_t n)
{
    for (size_t i = 0; i < n; i++)
        json_real(j, f[i].key, *(const double *)((const char *)from + f[i].offset));
}

void bridge_side_json(struct json *j, const char *key, const struct bridge_side *s)
{
    json_array(j, key);
    for (size_t i = 0; i < s->workloads; i++) {
        const struct bridge_workload *w = &s->workload[i];
        json_object(j, NULL);
        json_text(j, "workload", w->name);
        json_text(j, "candidate", w->option);
        json_usd(j, "usd", (struct usd){ w->nusd });
        put(j, w, workload_figure, WORKLOAD_FIGURES);
        json_array(j, "lines");
        for (size_t k = 0; k < w->lines; k++) {
            json_object(j, NULL);
            json_text(j, "line", w->line[k].key);
            put(j, &w->line[k], line_figure, LINE_FIGURES);
            json_end(j);
        }
        json_end(j);
        json_end(j);
    }
    json_end(j);
}

static enum err_code take(void *to, const cJSON *item, const struct figure *f, size_t n,
                          struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        const cJSON *x = cJSON_GetObjectItemCaseSensitive(item, f[i].key);
        if (!x && f[i].may_miss) continue;
        if (!cJSON_IsNumber(x) || !isfinite(x->valuedouble))
            return err_set(e, ERR_INPUT, "%s is not a number", f[i].key);
        *(double *)((char *)to + f[i].offset) = x->valuedouble;
    }
    return OK;
}

static enum err_code take_text(const char **to, const cJSON *item, const char *key,
                               struct arena *a, struct err *e)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, key));
    if (!text) return err_set(e, ERR_INPUT, "%s is not a text", key);
    *to = arena_text(a, text);
    return OK;
}

static enum err_code take_workload(struct bridge_workload *w, const cJSON *item,
                                   struct arena *a, struct err *e)
{
    static const double MOST_USD = 9e9;
    const cJSON *usd = cJSON_GetObjectItemCaseSensitive(item, "usd"),
                *lines = cJSON_GetObjectItemCaseSensitive(item, "lines"), *line;
    if (take_text(&w->name, item, "workload", a, e) ||
        take_text(&w->option, item, "candidate", a, e) ||
        take(w, item, workload_figure, WORKLOAD_FIGURES, e))
        return e->code;
    if (!cJSON_IsNumber(usd) || !(fabs(usd->valuedouble) < MOST_USD))
        return err_set(e, ERR_INPUT, "usd is not a number up to %.0e", MOST_USD);
    w->nusd = (int64_t)nearbyint(usd->valuedouble * 1e9);
    if (!cJSON_IsArray(lines)) return err_set(e, ERR_INPUT, "lines are not a list");
    w->line = ARENA_NEW(a, struct bridge_line, (size_t)cJSON_GetArraySize(lines) + 1);
    cJSON_ArrayForEach(line, lines)
    {
        struct bridge_line *l = &w->line[w->lines++];
        if (take_text(&l->key, line, "line", a, e) ||
            take(l, line, line_figure, LINE_FIGURES, e))
            return e->code;
    }
    return OK;
}

enum err_code bridge_side_read(struct bridge_side *out, const struct cJSON *item,
                               struct arena *a, struct err *e)
{
    struct bridge_side s = { 0 };
    const cJSON *one;
    if (!cJSON_IsArray(item))
        return err_set(e, ERR_INPUT, "no bills: written by an older version");
    s.workload =
        ARENA_NEW(a, struct bridge_workload, (size_t)cJSON_GetArraySize(item) + 1);
    cJSON_ArrayForEach(one, item)
    {
        if (take_workload(&s.workload[s.workloads], one, a, e))
            return err_wrap(e, "bill %zu: ", s.workloads + 1);
        s.workloads++;
    }
    *out = s;
    return OK;
}
