/* Metrics of the user's, in the JSON of Bedrock's custom metrics. */
#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "file.h"
#include "judge_metric.h"
#include "utf8.h"

enum { FILE_MAX = 1 << 20 };

/* Characters, not bytes. */
static size_t letters(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static enum err_code read_name(struct judge_metric *m, const cJSON *o, struct arena *a,
                               struct err *e)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(o, "name");
    const char *text = cJSON_IsString(name) ? name->valuestring : "";
    size_t n = strlen(text);
    if (n < 1 || n > JUDGE_NAME_MAX || text[strspn(text, allowed)])
        return err_set(e, ERR_INPUT,
                       "name: 1 to %d letters, digits, '-', '_' or '.' are wanted",
                       JUDGE_NAME_MAX);
    if (judge_metric_find(text))
        return err_set(e, ERR_INPUT, "name: '%s' is a metric of Bedrock's", text);
    m->name = arena_text(a, text);
    return OK;
}

static enum err_code read_instructions(struct judge_metric *m, const cJSON *o,
                                       struct arena *a, struct err *e)
{
    const cJSON *said = cJSON_GetObjectItemCaseSensitive(o, "instructions");
    const char *text = cJSON_IsString(said) ? said->valuestring : "";
    size_t n = letters(text);
    if (!*(text + strspn(text, " \t\r\n")))
        return err_set(e, ERR_INPUT, "instructions: no text");
    if (n > JUDGE_INSTRUCTIONS_MAX)
        return err_set(e, ERR_INPUT, "instructions: %zu characters, at most %d", n,
                       JUDGE_INSTRUCTIONS_MAX);
    m->instructions = arena_text(a, text);
    return OK;
}

static enum err_code read_grade(struct judge_metric *m, const cJSON *o, size_t i,
                                struct arena *a, struct err *e)
{
    struct judge_grade *g = &m->grade[i];
    const cJSON *says = cJSON_GetObjectItemCaseSensitive(o, "definition");
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(o, "value");
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(value, "floatValue");
    const cJSON *word = cJSON_GetObjectItemCaseSensitive(value, "stringValue");
    if (!cJSON_IsString(says) || !*says->valuestring)
        return err_set(e, ERR_INPUT, "ratingScale[%zu]: no definition", i);
    if (cJSON_IsNumber(number) == cJSON_IsString(word))
        return err_set(e, ERR_INPUT,
                       "ratingScale[%zu]: value wants a floatValue or a stringValue",
                       i);
    g->definition = arena_text(a, says->valuestring);
    if (cJSON_IsString(word) && !*word->valuestring)
        return err_set(e, ERR_INPUT, "ratingScale[%zu]: an empty stringValue", i);
    if (cJSON_IsString(word))
        g->label = arena_text(a, word->valuestring);
    else
        g->value = number->valuedouble;
    if (!isfinite(g->value))
        return err_set(e, ERR_INPUT, "ratingScale[%zu]: not a number", i);
    if (i > 0 && !g->label != !m->grade[0].label)
        return err_set(e, ERR_INPUT, "ratingScale: numbers and words together");
    return OK;
}

/* Numbers from the least to the greatest; words in their order, 0, 1, 2, …. */
static enum err_code order_grades(struct judge_metric *m, struct err *e)
{
    struct judge_grade *g = m->grade;
    for (size_t i = 0; i < m->grades; i++)
        if (g[i].label) g[i].value = (double)i;
    for (size_t i = 1; i < m->grades; i++)
        for (size_t k = i; k > 0 && g[k].value < g[k - 1].value; k--) {
            struct judge_grade other = g[k];
            g[k] = g[k - 1];
            g[k - 1] = other;
        }
    for (size_t i = 0; i < m->grades; i++)
        for (size_t k = 0; k < i; k++)
            if (g[i].label ? strcmp(g[i].label, g[k].label) == 0
                           : !(g[i].value > g[k].value))
                return err_set(e, ERR_INPUT, "ratingScale: two equal values");
    return OK;
}

static enum err_code read_scale(struct judge_metric *m, const cJSON *o, struct arena *a,
                                struct err *e)
{
    const cJSON *scale = cJSON_GetObjectItemCaseSensitive(o, "ratingScale"), *item;
    int n = cJSON_IsArray(scale) ? cJSON_GetArraySize(scale) : 0;
    if (n < 2 || n > JUDGE_GRADES_MAX)
        return err_set(e, ERR_INPUT,
                       "ratingScale: 2 to %d grades are wanted (without a scale "
                       "Bedrock averages nothing either), there are %d",
                       JUDGE_GRADES_MAX, n);
    cJSON_ArrayForEach(item, scale)
    {
        if (read_grade(m, item, m->grades, a, e)) return e->code;
        m->grades++;
    }
    return order_grades(m, e);
}

static enum err_code read_all(struct judge_metric *m, const cJSON *root,
                              struct arena *a, struct err *e)
{
    const cJSON *inner =
        cJSON_GetObjectItemCaseSensitive(root, "customMetricDefinition");
    const cJSON *low;
    if (inner) root = inner;
    if (!cJSON_IsObject(root))
        return err_set(e, ERR_INPUT, "not an object with name and instructions");
    if (read_name(m, root, a, e) || read_instructions(m, root, a, e) ||
        read_scale(m, root, a, e))
        return e->code;
    low = cJSON_GetObjectItemCaseSensitive(root, "lowIsGood"); /* of our own */
    m->low_is_good = cJSON_IsTrue(low);
    return OK;
}

enum err_code judge_metric_parse(struct judge_metric *out, const char *text,
                                 struct arena *a, struct err *e)
{
    struct judge_metric m = { .custom = true };
    size_t size = strlen(text);
    if (!utf8_valid(text, size, NULL)) return err_set(e, ERR_INPUT, "not UTF-8");
    cJSON *root = cJSON_ParseWithLengthOpts(text, size + 1, NULL, true);
    enum err_code code =
        root ? read_all(&m, root, a, e) : err_set(e, ERR_INPUT, "not a JSON document");
    cJSON_Delete(root);
    if (!code) *out = m;
    return code;
}

enum err_code judge_metric_read(struct judge_metric *out, const char *path,
                                struct arena *a, struct err *e)
{
    char *bytes = NULL;
    size_t size = 0;
    if (file_read(&bytes, &size, path, FILE_MAX, a, e)) return e->code;
    if (strlen(bytes) != size)
        return err_set(e, ERR_INPUT, "%s: holds a NUL byte", path);
    return judge_metric_parse(out, bytes, a, e) ? err_wrap(e, "%s: ", path) : OK;
}
