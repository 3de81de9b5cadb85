#include "judge_verdict.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "json_view.h"
#include "utf8.h"

/* Without the fence of a code block, when it encloses everything. */
static struct str unfenced(struct str s)
{
    static const char *const opening[] = { "```json", "```JSON", "```" };
    for (size_t i = 0; i < sizeof opening / sizeof *opening; i++) {
        size_t n = strlen(opening[i]);
        if (s.n < n + 3 || memcmp(s.p, opening[i], n) != 0) continue;
        if (memcmp(s.p + s.n - 3, "```", 3) != 0) return s;
        return str_trim((struct str){ s.p + n, s.n - n - 3 });
    }
    return s;
}

/* Two objects one after the other, or one among words? */
static enum err_code not_one_object(struct str s, struct err *e)
{
    const char *open = memchr(s.p, '{', s.n);
    if (!s.n) return err_set(e, ERR_INPUT, "an empty answer");
    if (!open) return err_set(e, ERR_INPUT, "prose, no verdict");
    if (s.p[0] != '{') return err_set(e, ERR_INPUT, "words before the verdict");
    if (s.p[s.n - 1] != '}')
        return err_set(e, ERR_INPUT, "words behind the verdict, or it was cut off");
    return err_set(e, ERR_INPUT, "not one JSON object");
}

static const struct judge_grade *grade_of(const cJSON *score,
                                          const struct judge_metric *m)
{
    for (size_t i = 0; i < m->grades; i++) {
        const struct judge_grade *g = &m->grade[i];
        if (g->label
                ? cJSON_IsString(score) && strcmp(score->valuestring, g->label) == 0
                : cJSON_IsNumber(score) && !(score->valuedouble < g->value) &&
                      !(score->valuedouble > g->value))
            return g;
    }
    return NULL;
}

static enum err_code off_scale(const cJSON *score, const struct judge_metric *m,
                               struct err *e)
{
    if (m->grade[0].label && !cJSON_IsString(score))
        return err_set(e, ERR_INPUT, "the score is not one of the scale's words");
    if (!m->grade[0].label && !cJSON_IsNumber(score))
        return err_set(e, ERR_INPUT, "the score is not a number");
    if (m->grade[0].label)
        return err_set(e, ERR_INPUT, "off the scale: \"%.60s\"", score->valuestring);
    return err_set(e, ERR_INPUT, "off the scale: %.6g", score->valuedouble);
}

static enum err_code read_members(struct judge_verdict *out, const cJSON *o,
                                  const struct judge_metric *m, struct arena *a,
                                  struct err *e)
{
    const cJSON *member, *score = NULL, *reason = NULL;
    cJSON_ArrayForEach(member, o)
    {
        bool is_score = strcmp(member->string, "score") == 0;
        bool is_reason = strcmp(member->string, "reason") == 0;
        if ((is_score && score) || (is_reason && reason))
            return err_set(e, ERR_INPUT, "two verdicts in one");
        if (is_score) score = member;
        if (is_reason) reason = member;
        if (!is_score && !is_reason)
            return err_set(e, ERR_INPUT, "a member '%.40s' that was not asked for",
                           member->string);
    }
    if (!score) return err_set(e, ERR_INPUT, "no score");
    if (reason && !cJSON_IsString(reason))
        return err_set(e, ERR_INPUT, "the reason is no text");
    const struct judge_grade *g = grade_of(score, m);
    if (!g) return off_scale(score, m, e);
    double lo = m->grade[0].value, hi = m->grade[m->grades - 1].value;
    *out = (struct judge_verdict){
        .score = (g->value - lo) / (hi - lo),
        .grade = g->value,
        .label = g->label,
        .reason = reason ? arena_text(a, reason->valuestring) : "",
    };
    return OK;
}

enum err_code judge_verdict_read(struct judge_verdict *out, struct str text,
                                 const struct judge_metric *m, struct arena *a,
                                 struct err *e)
{
    struct str s = unfenced(str_trim(text));
    if (!utf8_valid(s.p, s.n, NULL)) return err_set(e, ERR_INPUT, "not UTF-8");
    if (!s.n || s.p[0] != '{' || !view_valid(s)) return not_one_object(s, e);
    if (memmem(s.p, s.n, "\\u0000", 6)) /* cJSON would end a name there */
        return err_set(e, ERR_INPUT, "a NUL inside the verdict");
    cJSON *o = cJSON_ParseWithLength(s.p, s.n);
    enum err_code code = o ? read_members(out, o, m, a, e)
                           : err_set(e, ERR_INPUT, "not one JSON object");
    cJSON_Delete(o);
    return code;
}
