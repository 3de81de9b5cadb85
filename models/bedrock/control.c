#include "control.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "date.h"
#include "markup.h"
#include "uri.h"

enum { PAGES_MAX = 500 };

static const cJSON *member(const cJSON *o, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(o, name);
}

static const char *text_of(const cJSON *o, const char *name, struct arena *a)
{
    const cJSON *m = member(o, name);
    return cJSON_IsString(m) ? arena_text(a, m->valuestring) : "";
}

static int64_t date_of(const cJSON *o, const char *name)
{
    const cJSON *m = member(o, name);
    struct err bad = { 0 };
    int64_t at = INT64_MIN;
    if (cJSON_IsString(m) && date_parse(&at, NULL, m->valuestring, &bad))
        return INT64_MIN;
    return at;
}

static double number_of(const cJSON *o, const char *name)
{
    const cJSON *m = member(o, name);
    return cJSON_IsNumber(m) ? m->valuedouble : 0;
}

/* ["TEXT", "IMAGE"] -> "TEXT IMAGE" */
static const char *words_of(const cJSON *o, const char *name, struct arena *a)
{
    const cJSON *item;
    const char *words = "";
    cJSON_ArrayForEach(item, member(o, name))
    {
        if (cJSON_IsString(item))
            words =
                arena_printf(a, "%s%s%s", words, *words ? " " : "", item->valuestring);
    }
    return words;
}

/* --- one answer --------------------------------------------------------------------
 */

/* The answer's JSON, the caller's to delete. */
static enum err_code ask(cJSON **out, struct client *c, const struct aws_request *r,
                         struct aws_failure *failure, struct arena *a, struct err *e)
{
    struct aws_answer answer;
    enum err_code code = client_call(&answer, c, r, a, e);
    if (failure) *failure = answer.failure;
    if (code) return code;
    cJSON *json = cJSON_ParseWithLength(answer.body.p, answer.body.n);
    if (!cJSON_IsObject(json)) {
        cJSON_Delete(json);
        if (failure) failure_set(failure, FAILURE_OTHER, "the answer is not JSON");
        return err_set(e, ERR_NET, "AWS's answer is not JSON");
    }
    *out = json;
    return OK;
}

/* --- lists -------------------------------------------------------------------------
 */

struct list {
    enum aws_operation operation;
    const char *array; /* name of the array in the answer */
    const char *query; /* of every page; "" none */
    const char *body;  /* of the JSON protocol, without its last brace; NULL: REST */
    size_t item_bytes;
    void (*fill)(void *item, const cJSON *json, struct arena *a);
};

struct found {
    char *item;
    size_t count, capacity;
};

static enum err_code ask_page(cJSON **out, const struct list *l, const char *token,
                              struct client *c, struct aws_failure *failure,
                              struct arena *a, struct err *e)
{
    struct buf text = { .max = 1 << 20 };
    struct aws_request r = { .operation = l->operation, .timeout_ms = 60000 };
    buf_text(&text, l->body ? l->body : l->query);
    if (l->body) {
        if (token) buf_printf(&text, ",\"NextToken\":\"%s\"", token);
        buf_text(&text, "}");
        r.body = (struct str){ text.p, text.n };
    } else {
        if (token) {
            buf_printf(&text, "%snextToken=", *l->query ? "&" : "");
            uri_encode(&text, str_of(token), "");
        }
        r.query = text.p;
    }
    enum err_code code = text.overflow
                             ? err_set(e, ERR_NET, "AWS's page token is too long")
                             : ask(out, c, &r, failure, a, e);
    buf_clear(&text);
    return code;
}

static void take_page(struct found *f, const struct list *l, const cJSON *json,
                      struct arena *a)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, member(json, l->array))
    {
        if (!cJSON_IsObject(item)) continue;
        f->item = arena_grow(a, f->item, &f->capacity, f->count + 1, l->item_bytes);
        l->fill(f->item + f->count++ * l->item_bytes, item, a);
    }
}

/* Plain characters only: a token goes into JSON as it is. */
static const char *page_token(const cJSON *json, const struct list *l, struct arena *a)
{
    const char *token = text_of(json, l->body ? "NextToken" : "nextToken", a);
    if (!*token || (l->body && strpbrk(token, "\"\\\n"))) return NULL;
    return token;
}

static enum err_code read_list(struct found *out, const struct list *l,
                               struct client *c, struct aws_failure *failure,
                               struct arena *a, struct err *e)
{
    struct found f = { 0 };
    const char *token = NULL;
    for (int page = 0; page < PAGES_MAX; page++) {
        cJSON *json = NULL;
        if (ask_page(&json, l, token, c, failure, a, e)) return e->code;
        take_page(&f, l, json, a);
        token = page_token(json, l, a);
        cJSON_Delete(json);
        if (token) continue;
        *out = f;
        return OK;
    }
    if (failure) failure_set(failure, FAILURE_OTHER, "a list without an end");
    return err_set(e, ERR_NET, "AWS's list has more than %d pages", PAGES_MAX);
}

#define READ_LIST(T, ...)                                                              \
    static const struct list list = { __VA_ARGS__, .item_bytes = sizeof(T) };          \
    struct found f;                                                                    \
    if (read_list(&f, &list, c, failure, a, e)) return e->code;                        \
    *out = (T *)(void *)f.item;                                                        \
    *count = f.count;                                                                  \
    return OK

static void fill_foundation(void *item, const cJSON *json, struct arena *a)
{
    struct foundation_model *m = item;
    *m = (struct foundation_model){
        .id = text_of(json, "modelId", a),
        .arn = text_of(json, "modelArn", a),
        .name = text_of(json, "modelName", a),
        .provider = text_of(json, "providerName", a),
        .input = words_of(json, "inputModalities", a),
        .output = words_of(json, "outputModalities", a),
        .inference = words_of(json, "inferenceTypesSupported", a),
        .customizations = words_of(json, "customizationsSupported", a),
        .lifecycle = text_of(member(json, "modelLifecycle"), "status", a),
        .streaming = cJSON_IsTrue(member(json, "responseStreamingSupported")),
    };
}

enum err_code list_foundation_models(struct foundation_model **out, size_t *count,
                                     struct client *c, struct aws_failure *failure,
                                     struct arena *a, struct err *e)
{
    READ_LIST(struct foundation_model, .operation = AWS_LIST_FOUNDATION_MODELS,
              .array = "modelSummaries", .query = "", .fill = fill_foundation);
}

enum err_code get_availability(struct model_availability *out, const char *model,
                               struct client *c, struct aws_failure *failure,
                               struct arena *a, struct err *e)
{
    struct aws_request r = { .operation = AWS_GET_AVAILABILITY,
                             .subject = model,
                             .timeout_ms = 60000 };
    cJSON *json = NULL;
    if (ask(&json, c, &r, failure, a, e)) return e->code;
    *out = (struct model_availability){
        .agreement = text_of(member(json, "agreementAvailability"), "status", a),
        .authorization = text_of(json, "authorizationStatus", a),
        .entitlement = text_of(json, "entitlementAvailability", a),
        .region = text_of(json, "regionAvailability", a),
    };
    cJSON_Delete(json);
    return OK;
}

/* "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0" -> the id */
static const char *id_of_arn(const char *arn)
{
    const char *slash = strrchr(arn, '/');
    return slash ? slash + 1 : arn;
}

static void fill_profile(void *item, const cJSON *json, struct arena *a)
{
    struct inference_profile *p = item;
    const cJSON *models = member(json, "models"), *m;
    *p = (struct inference_profile){
        .id = text_of(json, "inferenceProfileId", a),
        .arn = text_of(json, "inferenceProfileArn", a),
        .name = text_of(json, "inferenceProfileName", a),
        .status = text_of(json, "status", a),
        .type = text_of(json, "type", a),
    };
    p->model = ARENA_NEW(a, const char *, (size_t)cJSON_GetArraySize(models) + 1);
    cJSON_ArrayForEach(m, models)
    {
        p->model[p->models++] = id_of_arn(text_of(m, "modelArn", a));
    }
}

enum err_code list_inference_profiles(struct inference_profile **out, size_t *count,
                                      struct client *c, struct aws_failure *failure,
                                      struct arena *a, struct err *e)
{
    READ_LIST(struct inference_profile, .operation = AWS_LIST_INFERENCE_PROFILES,
              .array = "inferenceProfileSummaries", .query = "maxResults=1000",
              .fill = fill_profile);
}

static void fill_provisioned(void *item, const cJSON *json, struct arena *a)
{
    struct provisioned_model *p = item;
    *p = (struct provisioned_model){
        .name = text_of(json, "provisionedModelName", a),
        .arn = text_of(json, "provisionedModelArn", a),
        .model_arn = text_of(json, "modelArn", a),
        .foundation_arn = text_of(json, "foundationModelArn", a),
        .status = text_of(json, "status", a),
        .commitment = text_of(json, "commitmentDuration", a),
        .created_unix_s = date_of(json, "creationTime"),
        .commitment_ends_unix_s = date_of(json, "commitmentExpirationTime"),
    };
    double units = number_of(json, "modelUnits");
    if (units > 0 && units < 1e9) p->units = (int64_t)units;
}

enum err_code list_provisioned_models(struct provisioned_model **out, size_t *count,
                                      struct client *c, struct aws_failure *failure,
                                      struct arena *a, struct err *e)
{
    READ_LIST(struct provisioned_model, .operation = AWS_LIST_PROVISIONED,
              .array = "provisionedModelSummaries", .query = "maxResults=1000",
              .fill = fill_provisioned);
}

enum err_code get_provisioned_model(struct provisioned_model *out,
                                    const char *name_or_arn, struct client *c,
                                    struct aws_failure *failure, struct arena *a,
                                    struct err *e)
{
    struct aws_request r = { .operation = AWS_GET_PROVISIONED,
                             .subject = name_or_arn,
                             .timeout_ms = 60000 };
    cJSON *json = NULL;
    if (ask(&json, c, &r, failure, a, e)) return e->code;
    fill_provisioned(out, json, a);
    cJSON_Delete(json);
    return OK;
}

static void fill_custom(void *item, const cJSON *json, struct arena *a)
{
    struct custom_model *m = item;
    *m = (struct custom_model){
        .name = text_of(json, "modelName", a),
        .arn = text_of(json, "modelArn", a),
        .base_arn = text_of(json, "baseModelArn", a),
        .base_name = text_of(json, "baseModelName", a),
        .customization = text_of(json, "customizationType", a),
        .status = text_of(json, "modelStatus", a),
    };
}

enum err_code list_custom_models(struct custom_model **out, size_t *count,
                                 struct client *c, struct aws_failure *failure,
                                 struct arena *a, struct err *e)
{
    READ_LIST(struct custom_model, .operation = AWS_LIST_CUSTOM_MODELS,
              .array = "modelSummaries", .query = "maxResults=1000",
              .fill = fill_custom);
}

static void fill_quota(void *item, const cJSON *json, struct arena *a)
{
    struct service_quota *q = item;
    *q = (struct service_quota){
        .code = text_of(json, "QuotaCode", a),
        .name = text_of(json, "QuotaName", a),
        .unit = text_of(json, "Unit", a),
        .value = number_of(json, "Value"),
        .adjustable = cJSON_IsTrue(member(json, "Adjustable")),
    };
}

enum err_code list_service_quotas(struct service_quota **out, size_t *count,
                                  struct client *c, struct aws_failure *failure,
                                  struct arena *a, struct err *e)
{
    READ_LIST(struct service_quota, .operation = AWS_LIST_QUOTAS, .array = "Quotas",
              .body = "{\"ServiceCode\":\"bedrock\",\"MaxResults\":100",
              .fill = fill_quota);
}

/* --- identity ----------------------------------------------------------------------
 */

enum err_code get_caller_identity(struct caller_identity *out, struct client *c,
                                  struct aws_failure *failure, struct arena *a,
                                  struct err *e)
{
    struct aws_answer answer;
    struct aws_request r = { .operation = AWS_GET_CALLER_IDENTITY,
                             .timeout_ms = 20000,
                             .body =
                                 STR("Action=GetCallerIdentity&Version=2011-06-15") };
    enum err_code code = client_call(&answer, c, &r, a, e);
    if (failure) *failure = answer.failure;
    if (code) return code;
    struct str account = xml_between(answer.body, "Account");
    struct str arn = xml_between(answer.body, "Arn");
    struct str user = xml_between(answer.body, "UserId");
    if (account.n == 0 || arn.n == 0)
        return err_set(e, ERR_NET, "STS answered without an account");
    *out = (struct caller_identity){ .account = arena_text_n(a, account.p, account.n),
                                     .arn = arena_text_n(a, arn.p, arn.n),
                                     .user_id = arena_text_n(a, user.p, user.n) };
    return OK;
}

/* --- metrics -----------------------------------------------------------------------
 */

struct points {
    struct metric_point *point;
    size_t count, capacity;
};

static enum err_code take_points(struct points *p, const cJSON *json, struct arena *a,
                                 struct err *e)
{
    const cJSON *result = cJSON_GetArrayItem(member(json, "MetricDataResults"), 0);
    const cJSON *at = member(result, "Timestamps"), *value = member(result, "Values");
    if (cJSON_GetArraySize(at) != cJSON_GetArraySize(value))
        return err_set(e, ERR_NET, "CloudWatch answered with unequal lists");
    at = at ? at->child : NULL;
    value = value ? value->child : NULL;
    for (; at && value; at = at->next, value = value->next) {
        if (!cJSON_IsNumber(at) || !cJSON_IsNumber(value)) continue;
        if (!(at->valuedouble >= 0 && at->valuedouble < 1e12)) continue;
        p->point =
            arena_grow(a, p->point, &p->capacity, p->count + 1, sizeof *p->point);
        p->point[p->count++] =
            (struct metric_point){ (int64_t)at->valuedouble, value->valuedouble };
    }
    return OK;
}

static char *metric_body(const struct metric_question *q, const char *token)
{
    cJSON *o = cJSON_CreateObject();
    cJSON *queries = cJSON_AddArrayToObject(o, "MetricDataQueries");
    cJSON *query = cJSON_CreateObject(), *dimension = cJSON_CreateObject();
    cJSON_AddItemToArray(queries, query);
    cJSON_AddStringToObject(query, "Id", "m1");
    cJSON *stat = cJSON_AddObjectToObject(query, "MetricStat");
    cJSON *metric = cJSON_AddObjectToObject(stat, "Metric");
    cJSON_AddStringToObject(metric, "Namespace", "AWS/Bedrock");
    cJSON_AddStringToObject(metric, "MetricName", q->metric);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(metric, "Dimensions"), dimension);
    cJSON_AddStringToObject(dimension, "Name", "ModelId");
    cJSON_AddStringToObject(dimension, "Value", q->model);
    cJSON_AddNumberToObject(stat, "Period", (double)q->period_s);
    cJSON_AddStringToObject(stat, "Stat", q->stat);
    cJSON_AddBoolToObject(query, "ReturnData", true);
    cJSON_AddNumberToObject(o, "StartTime", (double)q->from_unix_s);
    cJSON_AddNumberToObject(o, "EndTime", (double)q->to_unix_s);
    cJSON_AddStringToObject(o, "ScanBy", "TimestampAscending");
    if (token) cJSON_AddStringToObject(o, "NextToken", token);
    char *text = cJSON_PrintUnformatted(o);
    cJSON_Delete(o);
    return text;
}

enum err_code get_metric(struct metric_point **out, size_t *count,
                         const struct metric_question *q, struct client *c,
                         struct aws_failure *failure, struct arena *a, struct err *e)
{
    struct points p = { 0 };
    const char *token = NULL;
    for (int page = 0; page < PAGES_MAX; page++) {
        cJSON *json = NULL;
        char *body = metric_body(q, token);
        if (!body) return err_set(e, ERR_INTERNAL, "out of memory");
        struct aws_request r = { .operation = AWS_GET_METRIC_DATA,
                                 .body = str_of(body),
                                 .timeout_ms = 60000 };
        enum err_code code = ask(&json, c, &r, failure, a, e);
        free(body);
        if (code) return code;
        code = take_points(&p, json, a, e);
        token = text_of(json, "NextToken", a);
        cJSON_Delete(json);
        if (code) return code;
        if (*token) continue;
        *out = p.point;
        *count = p.count;
        return OK;
    }
    return err_set(e, ERR_NET, "CloudWatch's answer has more than %d pages", PAGES_MAX);
}
