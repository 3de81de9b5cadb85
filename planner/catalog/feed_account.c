#include "feed_account.h"

#include <string.h>

#include "date.h"
#include "file.h"
#include "json.h"
#include "str.h"

/* "TEXT IMAGE" -> ["TEXT", "IMAGE"] */
static void words(struct json *j, const char *key, const char *text)
{
    struct str rest = str_of(text);
    json_array(j, key);
    while (rest.n) {
        struct str one = str_cut(rest, ' ', &rest);
        char word[64];
        snprintf(word, sizeof word, "%.*s", (int)(one.n < 60 ? one.n : 60), one.p);
        json_text(j, NULL, word);
    }
    json_end(j);
}

static void put_models(struct json *j, const struct foundation_model *m, size_t count)
{
    json_array(j, "modelSummaries");
    for (size_t i = 0; i < count; i++) {
        json_object(j, NULL);
        json_text(j, "modelArn", m[i].arn);
        json_text(j, "modelId", m[i].id);
        json_text(j, "modelName", m[i].name);
        json_text(j, "providerName", m[i].provider);
        words(j, "inputModalities", m[i].input);
        words(j, "outputModalities", m[i].output);
        json_bool(j, "responseStreamingSupported", m[i].streaming);
        words(j, "customizationsSupported", m[i].customizations);
        words(j, "inferenceTypesSupported", m[i].inference);
        json_object(j, "modelLifecycle");
        json_text(j, "status", m[i].lifecycle);
        json_end(j);
        json_end(j);
    }
    json_end(j);
}

static void put_profiles(struct json *j, const struct inference_profile *p,
                         size_t count)
{
    json_array(j, "inferenceProfileSummaries");
    for (size_t i = 0; i < count; i++) {
        json_object(j, NULL);
        json_text(j, "inferenceProfileId", p[i].id);
        json_text(j, "inferenceProfileArn", p[i].arn);
        json_text(j, "status", p[i].status);
        json_text(j, "type", p[i].type);
        json_array(j, "models");
        for (size_t k = 0; k < p[i].models; k++) {
            char arn[256];
            snprintf(arn, sizeof arn, "arn:aws:bedrock:::foundation-model/%.180s",
                     p[i].model[k]);
            json_object(j, NULL);
            json_text(j, "modelArn", arn);
            json_end(j);
        }
        json_end(j);
        json_end(j);
    }
    json_end(j);
}

static void put_quotas(struct json *j, const struct service_quota *q, size_t count)
{
    json_array(j, "Quotas");
    for (size_t i = 0; i < count; i++) {
        json_object(j, NULL);
        json_text(j, "ServiceCode", "bedrock");
        json_text(j, "QuotaCode", q[i].code);
        json_text(j, "QuotaName", q[i].name);
        json_real(j, "Value", q[i].value);
        json_end(j);
    }
    json_end(j);
}

/* "2026-11-01", "" unknown */
static const char *day_of(char text[static DATE_TEXT], int64_t unix_s)
{
    return unix_s == DATE_UNKNOWN ? "" : date_text(text, unix_s);
}

static void put_provisioned(struct json *j, const struct provisioned_model *p,
                            size_t count)
{
    char day[DATE_TEXT];
    json_array(j, "provisionedModelSummaries");
    for (size_t i = 0; i < count; i++) {
        json_object(j, NULL);
        json_text(j, "provisionedModelName", p[i].name);
        json_text(j, "provisionedModelArn", p[i].arn);
        json_text(j, "modelArn", p[i].model_arn);
        json_text(j, "foundationModelArn", p[i].foundation_arn);
        json_int(j, "modelUnits", p[i].units);
        json_text(j, "status", p[i].status);
        if (*p[i].commitment) json_text(j, "commitmentDuration", p[i].commitment);
        json_text(j, "creationTime", day_of(day, p[i].created_unix_s));
        json_text(j, "commitmentExpirationTime",
                  day_of(day, p[i].commitment_ends_unix_s));
        json_end(j);
    }
    json_end(j);
}

struct answers {
    struct foundation_model *model;
    struct inference_profile *profile;
    struct service_quota *quota;
    struct provisioned_model *provisioned;
    size_t models, profiles, quotas, provisioneds;
};

static enum err_code save(struct mirror *m, const char *name, const struct answers *x,
                          struct arena *a, struct err *e)
{
    struct file_out f;
    const char *path = arena_printf(a, "%s/account-%s.json", m->folder, name);
    if (file_out_open(&f, path, e)) return e->code;
    struct json *j = json_open(f.stream);
    json_object(j, NULL);
    if (strcmp(name, "models") == 0)
        put_models(j, x->model, x->models);
    else if (strcmp(name, "profiles") == 0)
        put_profiles(j, x->profile, x->profiles);
    else if (strcmp(name, "quotas") == 0)
        put_quotas(j, x->quota, x->quotas);
    else
        put_provisioned(j, x->provisioned, x->provisioneds);
    json_end(j);
    if (json_close(j, e)) {
        file_out_abandon(&f);
        return e->code;
    }
    if (file_out_commit(&f, e)) return e->code;
    mirror_add(m, path, arena_printf(a, "the account's %s", name), a);
    return OK;
}

/* Quotas are another service, which a role or a private network may not reach. */
static enum err_code ask(struct feed_account *out, struct answers *x, struct client *c,
                         struct app *app, struct err *e)
{
    struct arena *a = app->arena;
    struct aws_failure f = { .http_status = 0 };
    struct err trouble = { 0 };
    if (client_sign_in(c, e)) return e->code;
    out->region = arena_text(a, client_region(c));
    if (list_foundation_models(&x->model, &x->models, c, &f, a, e) ||
        list_inference_profiles(&x->profile, &x->profiles, c, &f, a, e))
        return e->code;
    if (list_service_quotas(&x->quota, &x->quotas, c, &f, a, &trouble)) {
        app_warn(app, "the account's quotas are left out: %s", trouble.msg);
        x->quotas = 0;
    }
    if (list_provisioned_models(&x->provisioned, &x->provisioneds, c, &f, a, e))
        return e->code;
    out->provisioned = x->provisioned;
    out->count = x->provisioneds;
    return OK;
}

enum err_code account_fetch(struct feed_account *out, struct mirror *m, struct app *app,
                            const char *profile, const char *region,
                            const char *endpoint_url, struct err *e)
{
    struct client_options o = { .profile = profile,
                                .region = region,
                                .endpoint_url = endpoint_url };
    struct client *c = NULL;
    struct answers x = { 0 };
    struct arena *a = app->arena;
    *out = (struct feed_account){ .region = "" };
    if (client_open(&c, &o, e)) return e->code;
    if (!ask(out, &x, c, app, e) && !file_make_dirs(m->folder, e) &&
        !(x.models && save(m, "models", &x, a, e)) &&
        !(x.profiles && save(m, "profiles", &x, a, e)) &&
        !(x.quotas && save(m, "quotas", &x, a, e)) && save(m, "provisioned", &x, a, e))
        err_wrap(e, "the account's answers: ");
    client_close(c);
    return e->code;
}
