#include "check.h"

#include "access.h"
#include "aws_environment.h"
#include "canned.h"

#define OK_JSON(json) "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" json
#define DENIED(action)                                                                 \
    "HTTP/1.1 403 Forbidden\r\nx-amzn-ErrorType: AccessDeniedException\r\n"            \
    "Connection: close\r\n\r\n{\"message\":\"not authorized to perform: " action "\"}"
#define MODEL(id, name, types, tuning)                                                 \
    "{\"modelId\":\"" id "\",\"modelName\":\"" name "\",\"providerName\":\"Amazon\","  \
    "\"inferenceTypesSupported\":[" types "],\"customizationsSupported\":[" tuning     \
    "]}"
#define FREE                                                                           \
    OK_JSON("{\"agreementAvailability\":{\"status\":\"AVAILABLE\"},"                   \
            "\"authorizationStatus\":\"AUTHORIZED\",\"entitlementAvailability\":"      \
            "\"AVAILABLE\",\"regionAvailability\":\"AVAILABLE\"}")

static struct canned *server;
static struct client *client;
static struct catalog *catalog;
static struct arena arena;

static void serve(struct canned_answer *answers)
{
    char url[64];
    struct err e = { 0 };
    aws_environment_open();
    server = canned_start(answers);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", server->port);
    setenv("AWS_ENDPOINT_URL", url, 1);
    setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "S3CR3T", 1);
    struct client_options o = { .region = "us-east-1" };
    assert_ok(client_open(&client, &o, &e), e);
    assert_ok(catalog_open(&catalog, NULL, &e), e);
}

static void finish(void)
{
    client_close(client);
    catalog_close(catalog);
    canned_stop(server);
    canned_free(server);
    arena_clear(&arena);
    aws_environment_close();
}

static const struct access_model *find(const struct access_region *r, const char *id)
{
    for (size_t i = 0; i < r->models; i++)
        if (strcmp(r->model[i].id, id) == 0) return &r->model[i];
    fail_msg("no %s", id);
    return NULL;
}

static void each_model_says_how_it_is_reached_and_what_is_missing(void **state)
{
    (void)state;
    struct canned_answer answers[] = {
        { .request = "GET /foundation-models ",
          .bytes = OK_JSON(
              "{\"modelSummaries\":[" MODEL("amazon.nova-lite-v1:0", "Nova Lite", "\"ON_DEMAND\"", "") "," MODEL(
                  "amazon.nova-lite-v1:0:300k", "Nova Lite", "\"PROVISIONED\"",
                  "\"FINE_TUNING\",\"DISTILLATION\"") "," MODEL("amazon.nova-micro-v1:"
                                                                "0",
                                                                "Nova Micro",
                                                                "\"ON_DEMAND\"",
                                                                "") "," MODEL("amazon."
                                                                              "nova-"
                                                                              "premier-"
                                                                              "v1:0",
                                                                              "Nova "
                                                                              "Premier",
                                                                              "\"INFERE"
                                                                              "NCE_"
                                                                              "PROFILE"
                                                                              "\"",
                                                                              "") "," MODEL("acme.brand-new-v9:0",
                                                                                            "Brand New",
                                                                                            "\"ON_DEMAND\"",
                                                                                            "") "]}"),
          .close = true },
        { .request = "GET /inference-profiles",
          .bytes = OK_JSON("{\"inferenceProfileSummaries\":[{\"inferenceProfileId\":"
                           "\"us.amazon.nova-lite-v1:0\",\"status\":\"ACTIVE\","
                           "\"type\":\"SYSTEM_DEFINED\",\"models\":[{\"modelArn\":"
                           "\"arn:aws:bedrock:us-west-2::foundation-model/"
                           "amazon.nova-lite-v1:0\"}]}]}"),
          .close = true },
        { .request = "GET /provisioned-model-throughputs",
          .bytes = OK_JSON("{\"provisionedModelSummaries\":[{\"modelUnits\":3,"
                           "\"foundationModelArn\":\"arn:aws:bedrock:us-east-1::"
                           "foundation-model/amazon.nova-lite-v1:0:300k\"}]}"),
          .close = true },
        { .request = "GET /custom-models",
          .bytes = DENIED("bedrock:ListCustomModels"),
          .close = true },
        { .request = "POST / ",
          .bytes =
              OK_JSON("{\"Quotas\":[{\"QuotaName\":\"On-demand model inference "
                      "tokens per minute for Amazon Nova Lite\",\"Value\":4000000},"
                      "{\"QuotaName\":\"On-demand model inference tokens per minute "
                      "for Amazon Nova Micro\",\"Value\":0},{\"QuotaName\":"
                      "\"On-demand model inference requests per minute for Amazon "
                      "Nova Lite\",\"Value\":9000000}]}"),
          .close = true },
        { .request = "GET /foundation-model-availability/amazon.nova-micro-v1%3A0 ",
          .bytes = OK_JSON("{\"agreementAvailability\":{\"status\":\"NOT_AVAILABLE\"},"
                           "\"authorizationStatus\":\"NOT_AUTHORIZED\","
                           "\"entitlementAvailability\":\"NOT_AVAILABLE\","
                           "\"regionAvailability\":\"AVAILABLE\"}"),
          .close = true },
        { .request = "GET /foundation-model-availability/",
          .bytes = FREE,
          .close = true },
        { .request = NULL }
    };
    struct access_region r = { .region = "" };
    struct err e = { 0 };
    serve(answers);
    assert_ok(access_ask(&r, client, &arena, &e), e);
    assert_ok(access_judge(&r, catalog, NULL, 0, client, &arena, &e), e);
    const struct access_model *lite = find(&r, "amazon.nova-lite-v1:0");
    assert_int_equal(lite->call, YES);
    assert_string_equal(lite->through, "on-demand us.amazon.nova-lite-v1:0");
    assert_int_equal(lite->provision, YES); /* through its :300k variant */
    assert_int_equal(lite->units, 3);
    assert_string_equal(lite->tune, "fine-tuning distillation");
    assert_close(lite->tokens_per_min, 4e6, 0); /* not the 9 000 000 requests */
    assert_string_equal(lite->missing, "");
    const struct access_model *micro = find(&r, "amazon.nova-micro-v1:0");
    assert_int_equal(micro->call, NO);
    assert_string_equal(micro->missing,
                        "IAM: bedrock:InvokeModel; model access; agreement "
                        "NOT_AVAILABLE; quota: tokens per minute is 0");
    assert_string_equal(find(&r, "amazon.nova-premier-v1:0")->missing,
                        "an inference profile: none is listed");
    assert_string_equal(find(&r, "amazon.nova-pro-v1:0")->missing,
                        "AWS does not list it in us-east-1");
    const struct access_model *fresh = find(&r, "acme.brand-new-v9:0");
    assert_false(fresh->in_catalog);
    assert_int_equal(fresh->call, YES);
    for (size_t i = 0; i < r.models; i++) /* a variant is no row of its own */
        assert_string_not_equal(r.model[i].id, "amazon.nova-lite-v1:0:300k");
    assert_int_equal(r.troubles, 1);
    assert_string_equal(r.trouble[0].what, "bedrock:ListCustomModels");
    assert_string_equal(r.trouble[0].class_, "access");
    finish();
}

static void a_refused_list_leaves_the_answer_unknown(void **state)
{
    (void)state;
    struct canned_answer answers[] = {
        { .request = "GET /custom-models",
          .bytes = OK_JSON("{\"modelSummaries\":[]}"),
          .close = true },
        { .request = "", .bytes = DENIED("it"), .close = true },
        { .request = NULL }
    };
    static const char *const wanted[] = { "amazon.nova-lite-v1:0" };
    struct access_region r = { .region = "" };
    struct err e = { 0 };
    serve(answers);
    assert_ok(access_ask(&r, client, &arena, &e), e);
    assert_ok(access_judge(&r, catalog, wanted, 1, client, &arena, &e), e);
    assert_int_equal(r.models, 1);
    assert_int_equal(r.model[0].call, UNKNOWN);
    assert_int_equal(r.model[0].provision, UNKNOWN);
    assert_true(isnan(r.model[0].tokens_per_min));
    assert_int_equal(r.troubles, 4);
    finish();
}

static void when_everything_is_refused_that_is_the_answer(void **state)
{
    (void)state;
    struct canned_answer answers[] = { { .request = "",
                                         .bytes =
                                             DENIED("bedrock:ListFoundationModels"),
                                         .close = true },
                                       { .request = NULL } };
    struct access_region r = { .region = "" };
    struct err e = { 0 };
    serve(answers);
    assert_int_equal(access_ask(&r, client, &arena, &e), ERR_CREDENTIALS);
    assert_non_null(strstr(e.msg, "bedrock:ListFoundationModels"));
    finish();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_model_says_how_it_is_reached_and_what_is_missing),
        cmocka_unit_test(a_refused_list_leaves_the_answer_unknown),
        cmocka_unit_test(when_everything_is_refused_that_is_the_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
