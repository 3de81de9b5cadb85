#include "check.h"

#include <unistd.h>

#include "aws_config.h"
#include "aws_environment.h"
#include "endpoint.h"

/* The text on a page for secrets, as the program has it. */
static enum err_code parse(struct aws_config *c, const char *text, bool credentials,
                           struct secrets *s, struct arena *a, struct err *e)
{
    char *bytes = NULL;
    assert_ok(secret_keep(&bytes, s, str_of(text), e), *e);
    return aws_config_parse(c, credentials ? "credentials" : "config", bytes,
                            strlen(text), credentials, a, e);
}

static void reads_what_the_aws_cli_writes(void **state)
{
    (void)state;
    struct aws_config c = { 0 };
    struct secrets s = { 0 };
    struct arena a = { 0 };
    struct err e = { 0 };
    assert_ok(parse(&c,
                    "# the company's\n"
                    "[default]\n"
                    "region = eu-west-1\n"
                    "output=json ; a comment\n"
                    "\n"
                    "[profile dev]\r\n"
                    "Region = us-west-2   # where dev lives\r\n"
                    "role_arn = arn:aws:iam::123456789012:role/x#y\n"
                    "s3 =\n"
                    "  max_concurrent_requests = 20\n"
                    "  region = not-this\n"
                    "services = local\n"
                    "[ profile \"two words\" ]\n"
                    "credential_process = /bin/helper --a\n"
                    "   --b\n"
                    "[sso-session corp]\n"
                    "sso_region = us-east-1\n"
                    "[services local]\n"
                    "bedrock_runtime =\n"
                    "  endpoint_url = https://vpce.example.com\n"
                    "[stranger]\n"
                    "region = nowhere",
                    false, &s, &a, &e),
              e);
    assert_string_equal(aws_profile_get(&c, "default", "region"), "eu-west-1");
    assert_string_equal(aws_profile_get(&c, "default", "output"), "json");
    assert_string_equal(aws_profile_get(&c, "dev", "region"), "us-west-2");
    assert_string_equal(aws_profile_get(&c, "dev", "role_arn"),
                        "arn:aws:iam::123456789012:role/x#y");
    assert_null(aws_profile_get(&c, "dev", "max_concurrent_requests"));
    assert_string_equal(aws_profile_get(&c, "two words", "credential_process"),
                        "/bin/helper --a\n--b");
    assert_string_equal(aws_section_get(aws_config_section(&c, AWS_SSO_SESSION, "corp"),
                                        "", "sso_region"),
                        "us-east-1");
    assert_string_equal(aws_section_get(aws_config_section(&c, AWS_SERVICES, "local"),
                                        "bedrock_runtime", "endpoint_url"),
                        "https://vpce.example.com");
    assert_false(aws_profile_exists(&c, "stranger"));
    assert_false(aws_profile_exists(&c, "corp"));
    secrets_clear(&s);
    arena_clear(&a);
}

static void the_credentials_file_stands_above_the_config_file(void **state)
{
    (void)state;
    struct aws_config c = { 0 };
    struct secrets s = { 0 };
    struct arena a = { 0 };
    struct err e = { 0 };
    assert_ok(
        parse(&c, "[profile x]\naws_access_key_id=A\nregion=r1\n[profile x]\nregion=r2",
              false, &s, &a, &e),
        e);
    assert_ok(parse(&c, "[x]\naws_access_key_id=B\n", true, &s, &a, &e), e);
    assert_string_equal(aws_profile_get(&c, "x", "aws_access_key_id"), "B");
    assert_string_equal(aws_profile_get(&c, "x", "region"), "r2");
    secrets_clear(&s);
    arena_clear(&a);
}

static void bad_files_are_refused_with_their_line_and_without_their_values(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where;
    } row[] = {
        { "[default\nregion=x", "config:1: a section has no ']'" },
        { "[default]\nsecret-without-equals", "config:2: a line has no '='" },
        { "\n\nregion = x", "config:3: a setting stands before the first section" },
        { "[]\n", "config:1: a section has no name" },
        { "[default]\n = secret", "config:2: an indented line has nothing above it" },
        { "[default]\n= secret", "config:2: a line has nothing before its '='" },
        { "[default]\nregion = \xff\xfe", "config: is not a text file" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct aws_config c = { 0 };
        struct secrets s = { 0 };
        struct arena a = { 0 };
        struct err e = { 0 };
        assert_int_equal(parse(&c, row[i].text, false, &s, &a, &e), ERR_INPUT);
        if (strncmp(e.msg, row[i].where, strlen(row[i].where)) != 0)
            fail_msg("row %zu: %s", i, e.msg);
        assert_null(strstr(e.msg, "secret"));
        secrets_clear(&s);
        arena_clear(&a);
    }
}

static void missing_files_are_empty_and_variables_name_others(void **state)
{
    (void)state;
    struct aws_config c = { 0 };
    struct secrets s = { 0 };
    struct arena a = { 0 };
    struct err e = { 0 };
    aws_environment_open();
    assert_ok(aws_config_load(&c, &s, &a, &e), e);
    assert_int_equal(c.sections, 0);
    aws_file(".aws/config", "[profile a]\nregion = us-east-1\n", 0600);
    aws_file(".aws/credentials", "[a]\naws_access_key_id = K\n", 0600);
    assert_ok(aws_config_load(&c, &s, &a, &e), e);
    assert_int_equal(c.sections, 2);
    aws_file("helper", "[profile b]\nregion = us-east-2\n", 0600);
    setenv("AWS_CONFIG_FILE", "~/helper", 1);
    assert_ok(aws_config_load(&c, &s, &a, &e), e);
    assert_true(aws_profile_exists(&c, "b"));
    setenv("AWS_CONFIG_FILE", aws_home, 1); /* a directory */
    assert_int_equal(aws_config_load(&c, &s, &a, &e), ERR_INPUT);
    aws_environment_close();
    secrets_clear(&s);
    arena_clear(&a);
}

/* --- endpoints ----------------------------------------------------------------------
 */

struct rule {
    const char *variable, *value; /* "" none */
    const char *region, *asked;
    enum aws_service service;
    const char *url;
};

static void each_service_has_its_host(void **state)
{
    (void)state;
    static const struct rule row[] = {
        { "", "", "us-east-1", NULL, AWS_BEDROCK_RUNTIME,
          "https://bedrock-runtime.us-east-1.amazonaws.com" },
        { "", "", "eu-central-1", NULL, AWS_BEDROCK,
          "https://bedrock.eu-central-1.amazonaws.com" },
        { "", "", "us-east-1", NULL, AWS_SERVICE_QUOTAS,
          "https://servicequotas.us-east-1.amazonaws.com" },
        { "", "", "us-east-1", NULL, AWS_CLOUDWATCH,
          "https://monitoring.us-east-1.amazonaws.com" },
        { "", "", "us-east-1", NULL, AWS_STS, "https://sts.us-east-1.amazonaws.com" },
        { "", "", "cn-north-1", NULL, AWS_BEDROCK,
          "https://bedrock.cn-north-1.amazonaws.com.cn" },
        { "AWS_USE_FIPS_ENDPOINT", "true", "us-west-2", NULL, AWS_BEDROCK_RUNTIME,
          "https://bedrock-runtime-fips.us-west-2.amazonaws.com" },
        { "AWS_USE_FIPS_ENDPOINT", "true", "us-gov-west-1", NULL, AWS_BEDROCK_RUNTIME,
          "https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com" },
        { "AWS_USE_FIPS_ENDPOINT", "true", "us-gov-west-1", NULL, AWS_STS,
          "https://sts.us-gov-west-1.amazonaws.com" },
        { "AWS_USE_FIPS_ENDPOINT", "false", "us-west-2", NULL, AWS_BEDROCK,
          "https://bedrock.us-west-2.amazonaws.com" },
        { "AWS_USE_DUALSTACK_ENDPOINT", "TRUE", "us-west-2", NULL, AWS_BEDROCK_RUNTIME,
          "https://bedrock-runtime.us-west-2.api.aws" },
        { "AWS_ENDPOINT_URL", "https://all.example.com", "us-east-1", NULL, AWS_STS,
          "https://all.example.com" },
        { "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "https://r.example.com", "us-east-1",
          NULL, AWS_BEDROCK_RUNTIME, "https://r.example.com" },
        { "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "https://r.example.com", "us-east-1",
          NULL, AWS_BEDROCK, "https://bedrock.us-east-1.amazonaws.com" },
        { "AWS_ENDPOINT_URL_BEDROCK", "http://localhost:81", "us-east-1", NULL,
          AWS_BEDROCK, "http://localhost:81" },
        { "AWS_ENDPOINT_URL", "https://all.example.com", "us-east-1",
          "https://asked.example.com", AWS_BEDROCK, "https://asked.example.com" },
        { "", "", "us-east-1", "https://asked.example.com", AWS_STS,
          "https://sts.us-east-1.amazonaws.com" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct endpoint p = { 0 };
        struct endpoint_input in = { .region = row[i].region,
                                     .endpoint_url = row[i].asked,
                                     .profile = "default" };
        aws_environment_clear();
        if (*row[i].variable) setenv(row[i].variable, row[i].value, 1);
        assert_ok(endpoint_find(&p, row[i].service, &in, &a, &e), e);
        assert_string_equal(p.url, row[i].url);
        assert_string_equal(p.signing_region, row[i].region);
        arena_clear(&a);
    }
    aws_environment_clear();
}

/* The order of the SDKs: variable of the service, variable of all, `services` of the
 * profile, endpoint_url of the profile. */
static void endpoints_have_an_order(void **state)
{
    (void)state;
    struct aws_config c = { 0 };
    struct secrets s = { 0 };
    struct arena a = { 0 };
    struct err e = { 0 };
    struct endpoint p = { 0 };
    aws_environment_clear();
    assert_ok(
        parse(&c,
              "[profile x]\nendpoint_url = https://profile.example.com\n"
              "services = sv\nuse_fips_endpoint = true\n"
              "[services sv]\nbedrock =\n endpoint_url = https://sv.example.com\n",
              false, &s, &a, &e),
        e);
    struct endpoint_input in = { .region = "us-east-1", .config = &c, .profile = "x" };
    assert_ok(endpoint_find(&p, AWS_BEDROCK, &in, &a, &e), e);
    assert_string_equal(p.url, "https://sv.example.com");
    assert_string_equal(p.origin, "profile x");
    assert_ok(endpoint_find(&p, AWS_BEDROCK_RUNTIME, &in, &a, &e), e);
    assert_string_equal(p.url, "https://profile.example.com");
    setenv("AWS_ENDPOINT_URL", "https://all.example.com", 1);
    assert_ok(endpoint_find(&p, AWS_BEDROCK, &in, &a, &e), e);
    assert_string_equal(p.url, "https://all.example.com");
    setenv("AWS_ENDPOINT_URL_BEDROCK", "https://one.example.com", 1);
    assert_ok(endpoint_find(&p, AWS_BEDROCK, &in, &a, &e), e);
    assert_string_equal(p.url, "https://one.example.com");
    setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true", 1);
    assert_ok(endpoint_find(&p, AWS_BEDROCK, &in, &a, &e), e);
    assert_string_equal(p.url, "https://bedrock-fips.us-east-1.amazonaws.com");
    in.endpoint_url = "http://127.0.0.1:8080/base/";
    assert_ok(endpoint_find(&p, AWS_BEDROCK, &in, &a, &e), e);
    assert_string_equal(p.uri.path, "/base");
    aws_environment_clear();
    secrets_clear(&s);
    arena_clear(&a);
}

static void endpoints_that_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *region, *url, *words;
    } row[] = {
        { "us-east-1", "http://10.1.2.3", "plain http is only spoken to this machine" },
        { "us-east-1", "http://bedrock.us-east-1.amazonaws.com", "plain http" },
        { "us-east-1", "https://x/?a=b", "has a query" },
        { "us-east-1", "https://me:secret@x/", "user name" },
        { "us-east-1", "bedrock", "not a URL" },
        { "us_east_1", NULL, "not a region" },
        { "us-east-1.evil.example", NULL, "not a region" },
        { "", NULL, "not a region" },
    };
    aws_environment_clear();
    for (size_t i = 0; i < COUNT(row); i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct endpoint p = { 0 };
        struct endpoint_input in = { .region = row[i].region,
                                     .endpoint_url = row[i].url,
                                     .profile = "default" };
        assert_int_equal(endpoint_find(&p, AWS_BEDROCK, &in, &a, &e), ERR_INPUT);
        if (!strstr(e.msg, row[i].words)) fail_msg("row %zu: %s", i, e.msg);
        assert_null(strstr(e.msg, "secret"));
        arena_clear(&a);
    }
}

static void the_region_is_looked_for_in_order(void **state)
{
    (void)state;
    struct aws_config c = { 0 };
    struct secrets s = { 0 };
    struct arena a = { 0 };
    struct err e = { 0 };
    const char *region = NULL;
    static const char arn[] =
        "arn:aws:bedrock:ap-south-1:123456789012:provisioned-model/abcdefghijkl";
    aws_environment_clear();
    assert_int_equal(region_find(&region, NULL, NULL, "default", NULL, &a, &e),
                     ERR_USAGE);
    e = (struct err){ 0 };
    assert_ok(parse(&c, "[default]\nregion = sa-east-1\n", false, &s, &a, &e), e);
    assert_ok(
        region_find(&region, NULL, &c, "default", "amazon.nova-lite-v1:0", &a, &e), e);
    assert_string_equal(region, "sa-east-1");
    setenv("AWS_DEFAULT_REGION", "eu-west-2", 1);
    assert_ok(region_find(&region, NULL, &c, "default", NULL, &a, &e), e);
    assert_string_equal(region, "eu-west-2");
    setenv("AWS_REGION", "eu-west-3", 1);
    assert_ok(region_find(&region, NULL, &c, "default", NULL, &a, &e), e);
    assert_string_equal(region, "eu-west-3");
    assert_ok(region_find(&region, NULL, &c, "default", arn, &a, &e), e);
    assert_string_equal(region, "ap-south-1");
    assert_ok(region_find(&region, "us-west-1", &c, "default", arn, &a, &e), e);
    assert_string_equal(region, "us-west-1");
    aws_environment_clear();
    secrets_clear(&s);
    arena_clear(&a);
}

static void the_profile_is_looked_for_in_order(void **state)
{
    (void)state;
    bool asked;
    aws_environment_clear();
    assert_string_equal(profile_find(NULL, &asked), "default");
    setenv("AWS_DEFAULT_PROFILE", "old", 1);
    assert_string_equal(profile_find(NULL, &asked), "old");
    setenv("AWS_PROFILE", "new", 1);
    assert_string_equal(profile_find("", &asked), "new");
    assert_false(asked);
    assert_string_equal(profile_find("cli", &asked), "cli");
    assert_true(asked);
    aws_environment_clear();
}

/* --- secrets ------------------------------------------------------------------------
 */

/* "dd" among the flags of the mapping: left out of core files (proc(5)). */
static bool is_left_out_of_cores(const void *p)
{
    FILE *f = fopen("/proc/self/smaps", "r");
    char line[512];
    bool here = false, out = false;
    while (f && fgets(line, sizeof line, f)) {
        unsigned long from, to;
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            here =
                (unsigned long)(uintptr_t)p >= from && (unsigned long)(uintptr_t)p < to;
        if (here && strncmp(line, "VmFlags:", 8) == 0)
            out = strstr(line, " dd") != NULL;
    }
    if (f) fclose(f);
    return out;
}

static void secrets_are_kept_out_of_core_files_and_children(void **state)
{
    (void)state;
    struct secrets s = { 0 };
    struct err e = { 0 };
    char *small = NULL, *large = NULL, *text = calloc(1, 20000);
    memset(text, 'x', 19999);
    assert_ok(secret_keep(&small, &s, STR("key"), &e), e);
    assert_ok(secret_keep(&large, &s, str_of(text), &e), e);
    assert_string_equal(small, "key");
    assert_string_equal(large, text);
    assert_true(is_left_out_of_cores(small));
    assert_true(is_left_out_of_cores(large + 19999));
    assert_false(is_left_out_of_cores(text));
    secrets_clear(&s);
    assert_null(s.last);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_the_aws_cli_writes),
        cmocka_unit_test(the_credentials_file_stands_above_the_config_file),
        cmocka_unit_test(
            bad_files_are_refused_with_their_line_and_without_their_values),
        cmocka_unit_test(missing_files_are_empty_and_variables_name_others),
        cmocka_unit_test(each_service_has_its_host),
        cmocka_unit_test(endpoints_have_an_order),
        cmocka_unit_test(endpoints_that_are_refused),
        cmocka_unit_test(the_region_is_looked_for_in_order),
        cmocka_unit_test(the_profile_is_looked_for_in_order),
        cmocka_unit_test(secrets_are_kept_out_of_core_files_and_children),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
