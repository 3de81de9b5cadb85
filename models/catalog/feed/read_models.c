#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "catalog_db_private.h"
#include "json_whole.h"
#include "overlay_private.h"
#include "str.h"

/* "TEXT IMAGE" of an array of texts. */
static const char *words(const cJSON *array, struct arena *a)
{
    const char *list = "";
    const cJSON *one = NULL;
    cJSON_ArrayForEach(one, array)
    {
        if (!cJSON_IsString(one)) continue;
        list = arena_printf(a, "%s%s%.40s", list, *list ? " " : "", one->valuestring);
    }
    return list;
}

/* The region of arn:aws:bedrock:REGION:…, or what the user said. */
static const char *region_of(struct feed *f, const cJSON *object, const char *key)
{
    const char *arn = json_get_text(object, key);
    if (!text_starts(arn, "arn:")) return f->options->region ? f->options->region : "";
    struct str rest = str_of(arn), part = rest;
    for (int i = 0; i < 4; i++)
        part = str_cut(rest, ':', &rest);
    return arena_text_n(f->arena, part.p, part.n);
}

static enum err_code begin(struct feed *f, const char *kind, const char *about,
                           const char *region, struct err *e)
{
    struct arena *a = f->arena;
    const char *day = feed_day(f);
    if (!*region) return err_set(e, ERR_INPUT, "no ARN says the region; give --region");
    struct feed_source s = { .kind = kind,
                             .code = "",
                             .region = region,
                             .version = "",
                             .published = day,
                             .trust = 'A',
                             .id = arena_printf(a, "%s-%s@%s%s%.8s", kind, region, day,
                                                f->options->again ? "-" : "",
                                                f->options->again ? f->sha256 : ""),
                             .text =
                                 arena_printf(a, "%s of %s, %s", about, region, day) };
    if (feed_begin(f, &s, e)) return e->code;
    return feed_covers(f, region, e);
}

static const char *yes_no(const cJSON *object, const char *key)
{
    const cJSON *x = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsTrue(x) ? "yes" : cJSON_IsFalse(x) ? "no" : "";
}

static enum err_code take_model(struct feed *f, const cJSON *m, struct err *e)
{
    static const char sql[] =
        "INSERT INTO listed_model VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
        " ?12, ?13, ?14)";
    const cJSON *life = cJSON_GetObjectItemCaseSensitive(m, "modelLifecycle");
    const char *id = json_get_text(m, "modelId");
    if (!*id) return err_set(e, ERR_INPUT, "a model without a modelId");
    const char *const text[] = {
        region_of(f, m, "modelArn"),
        id,
        json_get_text(m, "modelName"),
        json_get_text(m, "providerName"),
        words(cJSON_GetObjectItemCaseSensitive(m, "inputModalities"), f->arena),
        words(cJSON_GetObjectItemCaseSensitive(m, "outputModalities"), f->arena),
        yes_no(m, "responseStreamingSupported"),
        words(cJSON_GetObjectItemCaseSensitive(m, "customizationsSupported"), f->arena),
        words(cJSON_GetObjectItemCaseSensitive(m, "inferenceTypesSupported"), f->arena),
        json_get_text(life, "status"),
        json_get_text(life, "legacyTime"),
        json_get_text(life, "endOfLifeTime"),
        json_get_text(life, "publicExtendedAccessTime"),
    };
    return feed_fact(f, sql, text, sizeof text / sizeof *text, e);
}

static enum err_code take_models(struct feed *f, const cJSON *list, struct err *e)
{
    const cJSON *m = NULL;
    if (begin(f, "foundation-models", "ListFoundationModels",
              region_of(f, cJSON_GetArrayItem(list, 0), "modelArn"), e)) {
        return e->code;
    }
    cJSON_ArrayForEach(m, list) if (take_model(f, m, e)) return e->code;
    return OK;
}

static enum err_code take_detail(struct feed *f, const cJSON *m, struct err *e)
{
    const char *id = json_get_text(m, "modelId");
    const char *kind = arena_printf(f->arena, "foundation-model-%.80s", id);
    if (begin(f, kind, arena_printf(f->arena, "GetFoundationModel %.80s", id),
              region_of(f, m, "modelArn"), e)) {
        return e->code;
    }
    return take_model(f, m, e);
}

static enum err_code take_profiles(struct feed *f, const cJSON *list, struct err *e)
{
    static const char sql[] = "INSERT INTO listed_profile VALUES (?1, ?2, ?3, ?4, ?5)";
    const cJSON *p = NULL;
    if (begin(f, "inference-profiles", "ListInferenceProfiles",
              region_of(f, cJSON_GetArrayItem(list, 0), "inferenceProfileArn"), e)) {
        return e->code;
    }
    cJSON_ArrayForEach(p, list)
    {
        const cJSON *models = cJSON_GetObjectItemCaseSensitive(p, "models");
        const char *arn = json_get_text(cJSON_GetArrayItem(models, 0), "modelArn");
        const char *slash = strrchr(arn, '/');
        const char *const text[] = { region_of(f, p, "inferenceProfileArn"),
                                     json_get_text(p, "inferenceProfileId"),
                                     slash ? slash + 1 : "",
                                     json_get_text(p, "status") };
        if (strcmp(json_get_text(p, "type"), "APPLICATION") == 0)
            feed_skip(f, "application inference profiles", "they are one account's own",
                      1);
        else if (feed_fact(f, sql, text, 4, e))
            return e->code;
    }
    return OK;
}

/* Names of Service Quotas, up to the model. Source: AWS General Reference, "Amazon
 * Bedrock endpoints and quotas". */
static const struct {
    const char *start, *routing, *metric;
} quota_names[] = {
    { "On-demand model inference tokens per minute for ", "in-region",
      "tokens_per_min" },
    { "On-demand model inference requests per minute for ", "in-region",
      "requests_per_min" },
    { "Cross-region model inference tokens per minute for ", "geo", "tokens_per_min" },
    { "Cross-region model inference requests per minute for ", "geo",
      "requests_per_min" },
    { "Global cross-region model inference tokens per minute for ", "global",
      "tokens_per_min" },
    { "Global cross-region model inference requests per minute for ", "global",
      "requests_per_min" },
    { "Global cross-region model inference tokens per day for ", "global",
      "tokens_per_day" },
    { "Model invocation max tokens per day for ", "in-region", "tokens_per_day" },
};

/* "Anthropic Claude Sonnet 4.5 V1": the provider in front and a V1 behind are not part
 * of a model's name. */
static const char *quota_model(struct feed *f, const char *name, const char **why)
{
    static const char *const providers[] = {
        "Anthropic ", "Amazon ", "Meta ",   "Mistral AI ", "Mistral ", "Cohere ",
        "DeepSeek ",  "OpenAI ", "Writer ", "AI21 Labs ",  "AI21 ",    "Stability.ai "
    };
    size_t n = strcspn(name, "(");
    while (n && name[n - 1] == ' ')
        n--;
    const char *bare = arena_text_n(f->arena, name, n);
    const char *id = name_join(f->join, bare, why), *ignored = NULL;
    for (size_t i = 0; !id && i < sizeof providers / sizeof *providers; i++) {
        if (!text_starts(bare, providers[i])) continue;
        bare += strlen(providers[i]);
        id = name_join(f->join, bare, &ignored);
        break;
    }
    if (id || !text_ends(bare, " V1")) return id;
    id = name_join(f->join, arena_text_n(f->arena, bare, strlen(bare) - 3), &ignored);
    return id && text_ends(id, "v1:0") ? id : NULL;
}

static enum err_code take_quota(struct feed *f, const cJSON *q, struct err *e)
{
    static const char sql[] = "INSERT INTO listed_quota VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
                              " ?7, ?8, ?9)";
    const char *name = json_get_text(q, "QuotaName"), *why = NULL;
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(q, "Value");
    for (size_t i = 0; i < sizeof quota_names / sizeof *quota_names; i++) {
        size_t n = strlen(quota_names[i].start);
        if (strncasecmp(name, quota_names[i].start, n) != 0) continue;
        const char *model = quota_model(f, name + n, &why);
        if (!model) {
            feed_skip(f, name, why, 1);
            return OK;
        }
        if (!cJSON_IsNumber(value) || value->valuedouble < 0 ||
            value->valuedouble > 9e15) {
            return err_set(e, ERR_RANGE, "quota '%.80s' has no sensible Value", name);
        }
        const char *const text[] = {
            region_of(f, q, "QuotaArn"),
            json_get_text(q, "QuotaCode"),
            name,
            model,
            quota_names[i].routing,
            quota_names[i].metric,
            "no",
            arena_printf(f->arena, "%.0f", value->valuedouble),
        };
        return feed_fact(f, sql, text, sizeof text / sizeof *text, e);
    }
    feed_skip(f, name, "a quota that is no rate of tokens or requests", 1);
    return OK;
}

static enum err_code take_quotas(struct feed *f, const cJSON *list, struct err *e)
{
    const cJSON *q = NULL;
    if (begin(f, "service-quotas", "Service Quotas",
              region_of(f, cJSON_GetArrayItem(list, 0), "QuotaArn"), e)) {
        return e->code;
    }
    cJSON_ArrayForEach(q, list)
    {
        if (strcmp(json_get_text(q, "ServiceCode"), "bedrock") != 0)
            feed_skip(f, json_get_text(q, "ServiceCode"), "another service", 1);
        else if (take_quota(f, q, e))
            return e->code;
    }
    return OK;
}

/* The id behind the last '/' or, of a custom model, of its base. */
static const char *last_part(const char *arn)
{
    const char *slash = strrchr(arn, '/');
    return slash ? slash + 1 : arn;
}

static enum err_code take_held(struct feed *f, const cJSON *p, struct err *e)
{
    static const char sql[] =
        "INSERT INTO listed_provisioned VALUES (?1, ?2, ?3, ?4, ?5,"
        " ?6, ?7, ?8, ?9, ?10)";
    static const char *const terms[][2] = { { "", "none" },
                                            { "OneMonth", "1-month" },
                                            { "SixMonths", "6-month" } };
    enum { TERMS = sizeof terms / sizeof *terms };
    const char *name = json_get_text(p, "provisionedModelName");
    const char *term = json_get_text(p, "commitmentDuration");
    const cJSON *units = cJSON_GetObjectItemCaseSensitive(p, "modelUnits");
    size_t t = 0;
    while (t < TERMS && strcmp(terms[t][0], term) != 0)
        t++;
    if (t == TERMS)
        return err_set(e, ERR_INPUT, "'%.60s': unknown commitmentDuration '%.40s'",
                       name, term);
    if (!cJSON_IsNumber(units) || units->valuedouble < 0 || units->valuedouble > 1e6)
        return err_set(e, ERR_RANGE, "'%.60s' has no sensible modelUnits", name);
    const char *const text[] = {
        region_of(f, p, "provisionedModelArn"),
        name,
        last_part(json_get_text(p, "foundationModelArn")),
        strstr(json_get_text(p, "modelArn"), ":custom-model/") ? "yes" : "no",
        arena_printf(f->arena, "%.0f", units->valuedouble),
        terms[t][1],
        json_get_text(p, "status"),
        json_get_text(p, "creationTime"),
        json_get_text(p, "commitmentExpirationTime"),
    };
    return feed_fact(f, sql, text, sizeof text / sizeof *text, e);
}

static enum err_code take_provisioned(struct feed *f, const cJSON *list, struct err *e)
{
    const cJSON *p = NULL;
    if (begin(f, "provisioned-throughput", "ListProvisionedModelThroughputs",
              region_of(f, cJSON_GetArrayItem(list, 0), "provisionedModelArn"), e)) {
        return e->code;
    }
    cJSON_ArrayForEach(p, list) if (take_held(f, p, e)) return e->code;
    return OK;
}

enum err_code read_models(struct feed *f, struct feed_input *in, struct err *e)
{
    static const struct {
        const char *key;
        enum err_code (*take)(struct feed *f, const cJSON *value, struct err *e);
    } all[] = {
        { "modelSummaries", take_models },
        { "modelDetails", take_detail },
        { "inferenceProfileSummaries", take_profiles },
        { "Quotas", take_quotas },
        { "provisionedModelSummaries", take_provisioned },
    };
    cJSON *root = NULL;
    if (json_read_whole(&root, in, f->arena, e)) return e->code;
    const cJSON *value = NULL;
    for (size_t i = 0; i < sizeof all / sizeof *all && !value; i++) {
        value = cJSON_GetObjectItemCaseSensitive(root, all[i].key);
        if (value) all[i].take(f, value, e);
    }
    if (!value) err_set(e, ERR_INPUT, "the list is not at the top of the document");
    cJSON_Delete(root);
    return e->code;
}
