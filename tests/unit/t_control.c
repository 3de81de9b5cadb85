#include "check.h"

#include "aws_environment.h"
#include "canned.h"
#include "control.h"
#include "date.h"

#define OK_JSON(json) "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" json

static struct canned *server;
static struct client *client;
static struct arena arena;

static void serve(struct canned_answer *answers)
{
    char url[64];
    struct err e = { 0 };
    server = canned_start(answers);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", server->port);
    setenv("AWS_ENDPOINT_URL", url, 1);
    setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "S3CR3T", 1);
    struct client_options o = { .region = "us-east-1" };
    assert_ok(client_open(&client, &o, &e), e);
}

static void finish(void)
{
    client_close(client);
    canned_stop(server);
}

static int setup(void **state)
{
    (void)state;
    aws_environment_open();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    canned_free(server);
    arena_clear(&arena);
    aws_environment_close();
    return 0;
}

/* Shapes of botocore's bedrock model, 2023-04-20. */
static void lists_are_read_to_their_last_page(void **state)
{
    (void)state;
    struct canned_answer answers[] = {
        { .request = "GET /inference-profiles?maxResults=1000&nextToken=a%2Fb%3D%3D ",
          .bytes =
              OK_JSON("{\"inferenceProfileSummaries\":[{\"inferenceProfileId\":"
                      "\"eu.x\",\"status\":\"ACTIVE\",\"type\":\"APPLICATION\"}]}"),
          .close = true },
        { .request = "GET /inference-profiles?maxResults=1000 ",
          .bytes = OK_JSON(
              "{\"nextToken\":\"a/b==\",\"inferenceProfileSummaries\":[{"
              "\"inferenceProfileId\":\"us.amazon.nova-lite-v1:0\",\"status\":"
              "\"ACTIVE\","
              "\"type\":\"SYSTEM_DEFINED\",\"models\":[{\"modelArn\":\"arn:aws:bedrock:"
              "us-east-1::foundation-model/"
              "amazon.nova-lite-v1:0\"},{\"modelArn\":\"arn:"
              "aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0\"}]}]}"),
          .close = true },
        { .request = NULL }
    };
    struct inference_profile *p = NULL;
    struct aws_failure failure;
    struct err e = { 0 };
    size_t count = 0;
    serve(answers);
    assert_ok(list_inference_profiles(&p, &count, client, &failure, &arena, &e), e);
    finish();
    assert_int_equal(count, 2);
    assert_string_equal(p[0].id, "us.amazon.nova-lite-v1:0");
    assert_int_equal(p[0].models, 2);
    assert_string_equal(p[0].model[1], "amazon.nova-lite-v1:0");
    assert_string_equal(p[1].type, "APPLICATION");
    assert_int_equal(failure.class_, FAILURE_NONE);
    assert_int_equal(server->asks, 2);
}

static void models_capacity_and_custom_models_are_read(void **state)
{
    (void)state;
    struct canned_answer answers[] = {
        { .request = "GET /foundation-models ",
          .bytes = OK_JSON(
              "{\"modelSummaries\":[{\"modelId\":\"amazon.nova-micro-v1:0\","
              "\"modelArn\":\"arn:x\",\"modelName\":\"Nova Micro\",\"providerName\":"
              "\"Amazon\",\"inputModalities\":[\"TEXT\",\"SPEECH\"],"
              "\"outputModalities\":"
              "[\"TEXT\"],\"responseStreamingSupported\":true,"
              "\"customizationsSupported\":"
              "[\"FINE_TUNING\"],\"inferenceTypesSupported\":[\"ON_DEMAND\","
              "\"PROVISIONED\"],\"modelLifecycle\":{\"status\":\"ACTIVE\"}}, 7]}"),
          .close = true },
        { .request = "GET /provisioned-model-throughputs?maxResults=1000 ",
          .bytes = OK_JSON(
              "{\"provisionedModelSummaries\":[{\"provisionedModelName\":\"pt\","
              "\"provisionedModelArn\":\"arn:p\",\"modelArn\":\"arn:m\","
              "\"foundationModelArn\":\"arn:f\",\"modelUnits\":3,\"status\":"
              "\"InService\",\"commitmentDuration\":\"OneMonth\","
              "\"commitmentExpirationTime\":\"2026-12-01T10:00:00Z\","
              "\"creationTime\":\"2026-11-01T10:00:00.123Z\"}]}"),
          .close = true },
        { .request = "GET /provisioned-model-throughput/arn%3Aaws%3Ap%2Fx ",
          .bytes = OK_JSON("{\"provisionedModelName\":\"one\",\"modelUnits\":2}"),
          .close = true },
        { .request = "GET /custom-models?maxResults=1000 ",
          .bytes =
              OK_JSON("{\"modelSummaries\":[{\"modelName\":\"mine\",\"modelArn\":"
                      "\"arn:c\",\"baseModelArn\":\"arn:b\",\"baseModelName\":\"n\","
                      "\"customizationType\":\"FINE_TUNING\"}]}"),
          .close = true },
        { .request = NULL }
    };
    struct foundation_model *m = NULL;
    struct provisioned_model *p = NULL, one;
    struct custom_model *c = NULL;
    struct err e = { 0 };
    size_t count = 0;
    int64_t ends = 0;
    serve(answers);
    assert_ok(list_foundation_models(&m, &count, client, NULL, &arena, &e), e);
    assert_int_equal(count, 1); /* the 7 is no model */
    assert_string_equal(m[0].input, "TEXT SPEECH");
    assert_string_equal(m[0].inference, "ON_DEMAND PROVISIONED");
    assert_string_equal(m[0].customizations, "FINE_TUNING");
    assert_string_equal(m[0].lifecycle, "ACTIVE");
    assert_true(m[0].streaming);
    assert_ok(list_provisioned_models(&p, &count, client, NULL, &arena, &e), e);
    assert_int_equal(count, 1);
    assert_int_equal(p[0].units, 3);
    assert_string_equal(p[0].commitment, "OneMonth");
    assert_ok(date_parse(&ends, NULL, "2026-12-01T10:00:00Z", &e), e);
    assert_int_equal(p[0].commitment_ends_unix_s, ends);
    assert_ok(get_provisioned_model(&one, "arn:aws:p/x", client, NULL, &arena, &e), e);
    assert_int_equal(one.units, 2);
    assert_true(one.commitment_ends_unix_s == INT64_MIN);
    assert_ok(list_custom_models(&c, &count, client, NULL, &arena, &e), e);
    assert_string_equal(c[0].base_name, "n");
    finish();
}

static void quotas_metrics_and_identity_have_their_own_protocols(void **state)
{
    (void)state;
    struct canned_answer answers[] = {
        { .request = "POST / HTTP/1.1",
          .bytes = OK_JSON("{\"NextToken\":\"t1\",\"Quotas\":[{\"QuotaCode\":\"L-1\","
                           "\"QuotaName\":\"On-demand x\",\"Value\":4000000.0,"
                           "\"Unit\":\"None\",\"Adjustable\":false}]}"),
          .close = true,
          .once = 1 },
        { .request = "POST / HTTP/1.1",
          .bytes = OK_JSON("{\"Quotas\":[{\"QuotaCode\":\"L-2\",\"Value\":2.5,"
                           "\"Adjustable\":true}]}"),
          .close = true,
          .once = 1 },
        { .request = "POST / HTTP/1.1",
          .bytes = OK_JSON("{\"MetricDataResults\":[{\"Id\":\"m1\",\"Timestamps\":"
                           "[1767225600,1767225660],\"Values\":[12.0,34.5]}]}"),
          .close = true,
          .once = 1 },
        { .request = "POST / HTTP/1.1",
          .bytes = OK_JSON("<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>"
                           "arn:aws:iam::123456789012:user/x</Arn><UserId>AIDA</UserId>"
                           "<Account>123456789012</Account></GetCallerIdentityResult>"),
          .close = true,
          .once = 1 },
        { .request = NULL }
    };
    struct service_quota *q = NULL;
    struct metric_point *p = NULL;
    struct caller_identity id;
    struct metric_question ask = {
        "InputTokenCount", "amazon.nova-lite-v1:0", "Sum", 60, 1767225600, 1767229200
    };
    struct err e = { 0 };
    size_t count = 0;
    serve(answers);
    assert_ok(list_service_quotas(&q, &count, client, NULL, &arena, &e), e);
    assert_int_equal(count, 2);
    assert_string_equal(q[0].name, "On-demand x");
    assert_close(q[1].value, 2.5, 0);
    assert_true(q[1].adjustable);
    assert_ok(get_metric(&p, &count, &ask, client, NULL, &arena, &e), e);
    assert_int_equal(count, 2);
    assert_int_equal(p[1].at_unix_s, 1767225660);
    assert_close(p[1].value, 34.5, 0);
    assert_ok(get_caller_identity(&id, client, NULL, &arena, &e), e);
    assert_string_equal(id.account, "123456789012");
    finish();
    assert_non_null(strstr(server->asked[0], "/us-east-1/servicequotas/aws4_request"));
    assert_non_null(
        strstr(server->asked[0], "{\"ServiceCode\":\"bedrock\",\"MaxResults\":100}"));
    assert_non_null(strstr(server->asked[1], ",\"NextToken\":\"t1\"}"));
    assert_non_null(strstr(
        server->asked[2], "x-amz-target: GraniteServiceVersion20100801.GetMetricData"));
    assert_non_null(strstr(server->asked[2], "\"StartTime\":1767225600"));
    assert_non_null(strstr(server->asked[3], "Action=GetCallerIdentity"));
}

static void what_is_refused_keeps_awss_words(void **state)
{
    (void)state;
    struct canned_answer answers[] = {
        { .request = "GET /foundation-models",
          .bytes =
              "HTTP/1.1 403 Forbidden\r\nx-amzn-ErrorType: AccessDeniedException\r\n"
              "Connection: close\r\n\r\n{\"message\":\"User: x is not authorized to "
              "perform: bedrock:ListFoundationModels\"}",
          .close = true },
        { .request = "GET /custom-models",
          .bytes = OK_JSON("<html>captive portal</html>"),
          .close = true },
        { .request = NULL }
    };
    struct foundation_model *m = NULL;
    struct custom_model *c = NULL;
    struct aws_failure failure;
    struct err e = { 0 };
    size_t count = 77;
    serve(answers);
    assert_int_equal(list_foundation_models(&m, &count, client, &failure, &arena, &e),
                     ERR_CREDENTIALS);
    assert_int_equal(failure.class_, FAILURE_ACCESS);
    assert_non_null(strstr(e.msg, "AccessDeniedException: User: x is not authorized"));
    assert_non_null(strstr(e.msg, "bedplan iam-policy"));
    assert_int_equal(count, 77);
    e = (struct err){ 0 };
    assert_int_equal(list_custom_models(&c, &count, client, &failure, &arena, &e),
                     ERR_NET);
    assert_int_equal(failure.class_, FAILURE_OTHER);
    finish();
}

/* --- failures without a network ------------------------------------------------------
 */

static void a_wrong_clock_is_told(void **state)
{
    (void)state;
    struct aws_failure f = { .http_status = 0 };
    struct err e = { 0 };
    int64_t now = 0;
    server = calloc(1, sizeof *server);
    assert_ok(date_parse(&now, NULL, "2026-11-22T20:00:00Z", &e), e);
    failure_of_answer(
        &f, 403, "InvalidSignatureException:http://x", "Sun, 22 Nov 2026 19:41:20 GMT",
        STR("{\"message\":\"Signature not yet current: 20261122T200000Z is "
            "still later than 20261122T194620Z\"}"),
        now);
    assert_int_equal(f.class_, FAILURE_CREDENTIALS);
    assert_int_equal(f.clock_skew_s, 1120); /* 20:00:00 - 19:41:20 */
    assert_int_equal(failure_err(&e, &f), ERR_CREDENTIALS);
    assert_non_null(strstr(e.msg, "this machine's clock is 1120 s ahead of AWS's"));
    assert_non_null(strstr(e.msg, "set this machine's clock"));
    /* the same answer with the right time is a wrong key */
    failure_of_answer(&f, 403, "InvalidSignatureException",
                      "Sun, 22 Nov 2026 19:59:58 GMT",
                      STR("{\"message\":\"The request signature we calculated does not "
                          "match\"}"),
                      now);
    assert_int_equal(f.clock_skew_s, 0);
    /* no date, or none that can be read */
    failure_of_answer(&f, 403, "RequestTimeTooSkewed", "yesterday", STR("{}"), now);
    assert_int_equal(f.clock_skew_s, 0);
}

static void each_class_has_its_name_and_exit_status(void **state)
{
    (void)state;
    static const char *const names[] = { "",          "throttled",   "not_ready",
                                         "access",    "validation",  "needs_profile",
                                         "not_found", "timeout",     "service",
                                         "stream",    "truncated",   "checksum",
                                         "connect",   "credentials", "other" };
    server = calloc(1, sizeof *server);
    for (int c = 0; c < FAILURE_CLASSES; c++) {
        struct aws_failure f = { .class_ = (enum failure_class)c, .message = "words" };
        struct err e = { 0 };
        assert_string_equal(failure_name((enum failure_class)c), names[c]);
        assert_non_null(failure_advice(&f));
        if (c == FAILURE_NONE) continue;
        int status = err_exit_status(failure_err(&e, &f));
        bool ours = c == FAILURE_ACCESS || c == FAILURE_CREDENTIALS;
        assert_int_equal(status, ours ? 4 : 5);
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(lists_are_read_to_their_last_page),
        TEST(models_capacity_and_custom_models_are_read),
        TEST(quotas_metrics_and_identity_have_their_own_protocols),
        TEST(what_is_refused_keeps_awss_words),
        TEST(a_wrong_clock_is_told),
        TEST(each_class_has_its_name_and_exit_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
