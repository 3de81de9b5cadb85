#include "check.h"

#include "aws_environment.h"
#include "canned.h"
#include "credentials.h"
#include "digest.h"
#include "file.h"
#include "http.h"

/* One look at the chain, from the files and variables as they are. */
struct look {
    struct aws_config config;
    struct secrets secrets;
    struct arena arena;
    struct http *http;
    struct crypto *crypto;
    struct credentials found;
    struct err e;
};

static const int64_t now_unix_s = 1795000000; /* 2026-11-18 */

static enum err_code look(struct look *l, const char *profile, bool asked)
{
    *l = (struct look){ .http = NULL };
    struct http_options o = { .user_agent = "test" };
    assert_ok(http_open(&l->http, &o, &l->e), l->e);
    assert_ok(crypto_open(&l->crypto, &l->e), l->e);
    if (aws_config_load(&l->config, &l->secrets, &l->arena, &l->e)) return l->e.code;
    struct credentials_input in = { .config = &l->config,
                                    .profile = profile,
                                    .profile_asked = asked,
                                    .bearer_serves = true,
                                    .region = "us-east-1",
                                    .now_unix_s = now_unix_s,
                                    .http = l->http,
                                    .crypto = l->crypto };
    return credentials_find(&l->found, &in, &l->secrets, &l->arena, &l->e);
}

static void forget(struct look *l)
{
    http_close(l->http);
    crypto_close(l->crypto);
    secrets_clear(&l->secrets);
    arena_clear(&l->arena);
}

static void expect_keys(const char *profile, bool asked, const char *id,
                        const char *secret, const char *token, const char *provider)
{
    struct look l;
    assert_ok(look(&l, profile, asked), l.e);
    assert_string_equal(l.found.access_key_id, id);
    assert_string_equal(l.found.secret_access_key, secret);
    if (token)
        assert_string_equal(l.found.session_token, token);
    else
        assert_null(l.found.session_token);
    if (!strstr(l.found.provider, provider)) fail_msg("%s", l.found.provider);
    forget(&l);
}

static void expect_error(const char *profile, enum err_code code, const char *words)
{
    struct look l;
    assert_int_equal(look(&l, profile, false), code);
    if (!strstr(l.e.msg, words)) fail_msg("%s", l.e.msg);
    assert_null(strstr(l.e.msg, "S3CR3T"));
    forget(&l);
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
    aws_environment_close();
    return 0;
}

static void keys_come_from_the_environment(void **state)
{
    (void)state;
    setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    expect_error("default", ERR_CREDENTIALS,
                 "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY");
    setenv("AWS_SECRET_ACCESS_KEY", "S3CR3T", 1);
    expect_keys("default", false, "AKIDENV", "S3CR3T", NULL, "environment");
    setenv("AWS_SECURITY_TOKEN", "old", 1);
    expect_keys("default", false, "AKIDENV", "S3CR3T", "old", "environment");
    setenv("AWS_SESSION_TOKEN", "new", 1);
    expect_keys("default", false, "AKIDENV", "S3CR3T", "new", "environment");
    setenv("AWS_CREDENTIAL_EXPIRATION", "2026-01-01T00:00:00Z", 1);
    expect_error("default", ERR_CREDENTIALS, "have expired (2026-01-01T00:00:00Z)");
    setenv("AWS_CREDENTIAL_EXPIRATION", "2027-01-01T00:00:00Z", 1);
    setenv("AWS_SESSION_TOKEN", "two\nlines", 1);
    expect_error("default", ERR_CREDENTIALS, "control character");
}

static void a_profile_that_is_asked_for_stands_above_the_environment(void **state)
{
    (void)state;
    setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "S3CR3T", 1);
    aws_file(".aws/credentials",
             "[dev]\naws_access_key_id = AKIDDEV\naws_secret_access_key = S3CR3T2\n"
             "aws_session_token = tok==\n",
             0600);
    expect_keys("dev", false, "AKIDENV", "S3CR3T", NULL, "environment");
    expect_keys("dev", true, "AKIDDEV", "S3CR3T2", "tok==", "profile dev in ");
}

static void a_bearer_key_comes_first(void **state)
{
    (void)state;
    struct look l;
    setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "S3CR3T", 1);
    setenv("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-x", 1);
    assert_ok(look(&l, "default", false), l.e);
    assert_string_equal(l.found.bearer, "bedrock-api-key-x");
    assert_null(l.found.secret_access_key);
    forget(&l);
}

static void the_two_files_are_read_in_order(void **state)
{
    (void)state;
    aws_file(
        ".aws/config",
        "[default]\naws_access_key_id = AKIDCONFIG\naws_secret_access_key = S3CR3T\n"
        "[profile both]\naws_access_key_id = AKIDC\naws_secret_access_key = S3CR3TC\n"
        "[profile half]\naws_access_key_id = AKIDHALF\n",
        0600);
    expect_keys("default", false, "AKIDCONFIG", "S3CR3T", NULL, ".aws/config");
    aws_file(".aws/credentials",
             "[both]\naws_access_key_id = AKIDB\naws_secret_access_key = S3CR3TB\n",
             0600);
    expect_keys("both", false, "AKIDB", "S3CR3TB", NULL, ".aws/credentials");
    expect_error("half", ERR_CREDENTIALS, "without aws_secret_access_key");
    expect_error("bohh", ERR_CREDENTIALS, "did you mean 'both'?");
}

static void nothing_anywhere_says_where_was_looked(void **state)
{
    (void)state;
    expect_error("default", ERR_CREDENTIALS,
                 "no credentials: nothing in the environment");
}

/* --- roles --------------------------------------------------------------------------
 */

#define STS_KEYS(id)                                                                   \
    "HTTP/1.1 200 OK\r\nConnection: "                                                  \
    "close\r\n\r\n<AssumeRoleResponse><AssumeRoleResult>"                              \
    "<Credentials><AccessKeyId>" id                                                    \
    "</AccessKeyId><SecretAccessKey>S3CR3T</SecretAccessKey>"                          \
    "<SessionToken>role/token==</SessionToken><Expiration>2026-11-20T10:00:00Z"        \
    "</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"

static struct canned *serve(struct canned_answer *answers, const char *variable)
{
    struct canned *s = canned_start(answers);
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", s->port);
    setenv(variable, url, 1);
    return s;
}

static void done_with(struct canned *s)
{
    canned_stop(s);
    canned_free(s);
}

static void a_role_is_assumed_with_its_sources_keys(void **state)
{
    (void)state;
    struct canned_answer answers[] = {
        { .request = "POST / HTTP/1.1", .bytes = STS_KEYS("ASIAROLE"), .close = true },
        { .request = NULL }
    };
    struct canned *s = serve(answers, "AWS_ENDPOINT_URL_STS");
    aws_file(".aws/config",
             "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/Admin\n"
             "source_profile = base\nexternal_id = a b&c\nduration_seconds = 900\n"
             "role_session_name = me\n"
             "[profile outer]\nrole_arn = arn:aws:iam::123456789012:role/Outer\n"
             "source_profile = admin\n"
             "[profile self]\nrole_arn = arn:aws:iam::123456789012:role/Self\n"
             "source_profile = self\naws_access_key_id = AKIDSELF\n"
             "aws_secret_access_key = S3CR3T\n"
             "[profile environment]\nrole_arn = arn:aws:iam::123456789012:role/E\n"
             "credential_source = Environment\n",
             0600);
    aws_file(".aws/credentials",
             "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = S3CR3T\n",
             0600);
    expect_keys("admin", true, "ASIAROLE", "S3CR3T", "role/token==", "role/Admin");
    expect_keys("outer", true, "ASIAROLE", "S3CR3T", "role/token==", "role/Outer");
    expect_keys("self", true, "ASIAROLE", "S3CR3T", "role/token==", "role/Self");
    setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "S3CR3T", 1);
    expect_keys("environment", true, "ASIAROLE", "S3CR3T", "role/token==", "role/E");
    canned_stop(s);
    assert_int_equal(s->asks, 5);
    assert_non_null(strstr(s->asked[0],
                           "Action=AssumeRole&Version=2011-06-15&RoleArn="
                           "arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FAdmin"
                           "&RoleSessionName=me&ExternalId=a%20b%26c"
                           "&DurationSeconds=900"));
    assert_non_null(strstr(s->asked[0], "Credential=AKIDBASE/"));
    assert_non_null(strstr(s->asked[0], "/us-east-1/sts/aws4_request"));
    /* the second role of a chain is signed with the first one's token */
    assert_non_null(strstr(s->asked[2], "Credential=ASIAROLE/"));
    assert_non_null(strstr(s->asked[2], "x-amz-security-token: role/token=="));
    assert_non_null(strstr(s->asked[3], "Credential=AKIDSELF/"));
    assert_non_null(strstr(s->asked[4], "Credential=AKIDENV/"));
    canned_free(s);
}

static void roles_that_cannot_be_assumed_say_why(void **state)
{
    (void)state;
    struct canned_answer answers[] = {
        { .request = "POST",
          .bytes = "HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n<ErrorResponse>"
                   "<Error><Code>AccessDenied</Code><Message>User x is not authorized "
                   "to perform: sts:AssumeRole</Message></Error></ErrorResponse>",
          .close = true },
        { .request = NULL }
    };
    struct canned *s = serve(answers, "AWS_ENDPOINT_URL_STS");
    aws_file(".aws/config",
             "[profile a]\nrole_arn = r\nsource_profile = b\n"
             "[profile b]\nrole_arn = r\nsource_profile = a\n"
             "[profile lost]\nrole_arn = r\nsource_profile = nowhere\n"
             "[profile odd]\nrole_arn = r\ncredential_source = Moon\n"
             "[profile mfa]\nrole_arn = r\nsource_profile = k\nmfa_serial = x\n"
             "[profile empty]\nregion = x\n"
             "[profile dry]\nrole_arn = r\nsource_profile = empty\n"
             "[profile no]\nrole_arn = r\nsource_profile = k\n"
             "[profile k]\naws_access_key_id = A\naws_secret_access_key = S3CR3T\n",
             0600);
    expect_error("a", ERR_CREDENTIALS, "profile 'a' is its own source");
    expect_error("lost", ERR_CREDENTIALS, "'nowhere' does not exist");
    expect_error("odd", ERR_CREDENTIALS, "'Moon' is not Environment");
    expect_error("mfa", ERR_CREDENTIALS, "export-credentials --profile mfa");
    expect_error("dry", ERR_CREDENTIALS, "the source of profile 'dry' has no keys");
    expect_error("no", ERR_CREDENTIALS,
                 "refused by STS: AccessDenied: User x is not authorized");
    done_with(s);
    expect_error("no", ERR_NET, "STS does not answer");
}

static void web_identity_needs_no_keys(void **state)
{
    (void)state;
    struct canned_answer answers[] = {
        { .request = "POST / HTTP/1.1", .bytes = STS_KEYS("ASIAWEB"), .close = true },
        { .request = NULL }
    };
    struct canned *s = serve(answers, "AWS_ENDPOINT_URL_STS");
    char path[128];
    aws_file("token", "jwt.part+one\n", 0600);
    snprintf(path, sizeof path, "%s/token", aws_home);
    setenv("AWS_WEB_IDENTITY_TOKEN_FILE", path, 1);
    expect_error("default", ERR_CREDENTIALS, "without a role's ARN");
    setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/Pod", 1);
    setenv("AWS_ROLE_SESSION_NAME", "pod", 1);
    expect_keys("default", false, "ASIAWEB", "S3CR3T", "role/token==", "web identity");
    setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent", 1);
    expect_error("default", ERR_CREDENTIALS, "the web identity token: ");
    canned_stop(s);
    assert_int_equal(s->asks, 1);
    assert_non_null(strstr(s->asked[0], "Action=AssumeRoleWithWebIdentity"));
    assert_non_null(strstr(s->asked[0], "&WebIdentityToken=jwt.part%2Bone"));
    assert_null(strcasestr(s->asked[0], "authorization:"));
    canned_free(s);
}

/* --- SSO ----------------------------------------------------------------------------
 */

static const char sso_config[] =
    "[profile corp]\nsso_session = s1\nsso_account_id = 123456789012\n"
    "sso_role_name = Dev Role\n"
    "[sso-session s1]\nsso_start_url = https://x.awsapps.com/start\n"
    "sso_region = eu-west-1\n"
    "[profile old]\nsso_start_url = https://old.awsapps.com/start\n"
    "sso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = Dev\n"
    "[profile part]\nsso_session = s1\nsso_role_name = Dev\n";

#define SSO_KEYS                                                                       \
    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"roleCredentials\":{"               \
    "\"accessKeyId\":\"ASIASSO\",\"secretAccessKey\":\"S3CR3T\","                      \
    "\"sessionToken\":\"sso-tok\",\"expiration\":1795003600000}}"

static const char *cache_name(const char *key)
{
    static char name[128];
    struct crypto *c = NULL;
    struct err e = { 0 };
    unsigned char sum[DIGEST_SHA1_BYTES];
    char hex[2 * DIGEST_SHA1_BYTES + 1];
    assert_ok(crypto_open(&c, &e), e);
    digest_sha1(sum, c, str_of(key));
    digest_hex(hex, sum, sizeof sum);
    crypto_close(c);
    snprintf(name, sizeof name, ".aws/sso/cache/%s.json", hex);
    return name;
}

static void remove_cache(const char *key)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", aws_home, cache_name(key));
    unlink(path);
}

static void an_sso_token_is_exchanged_for_keys(void **state)
{
    (void)state;
    struct canned_answer answers[] = {
        { .request = "GET /federation/credentials?role_name=Dev%20Role&account_id="
                     "123456789012 ",
          .bytes = SSO_KEYS,
          .close = true },
        { .request = "GET /federation/credentials?role_name=Dev&",
          .bytes = SSO_KEYS,
          .close = true },
        { .request = NULL }
    };
    struct canned *s = serve(answers, "AWS_ENDPOINT_URL_SSO");
    /* the name that `printf s1 | sha1sum` gives */
    assert_string_equal(cache_name("s1"),
                        ".aws/sso/cache/640d87e741e6aa4c669a82a4cd304787960513ab.json");
    aws_file(".aws/config", sso_config, 0600);
    expect_error("corp", ERR_CREDENTIALS,
                 "not signed in by SSO; run 'aws sso login --profile corp'");
    expect_error("part", ERR_CREDENTIALS, "has no sso_account_id");
    aws_file(
        cache_name("s1"),
        "{\"accessToken\":\"S3CR3T-token\",\"expiresAt\":\"2026-11-19T00:00:00Z\"}",
        0600);
    expect_keys("corp", true, "ASIASSO", "S3CR3T", "sso-tok", "SSO role Dev Role of 1");
    aws_file(
        cache_name("https://old.awsapps.com/start"),
        "{\"accessToken\":\"S3CR3T-token\",\"expiresAt\":\"2026-11-19T00:00:00UTC\"}",
        0600);
    aws_file(
        cache_name("s1"),
        "{\"accessToken\":\"S3CR3T-token\",\"expiresAt\":\"2026-11-01T00:00:00Z\"}",
        0600);
    expect_error("corp", ERR_CREDENTIALS, "the SSO session has expired; run 'aws sso");
    aws_file(cache_name("s1"), "{", 0600);
    expect_error("corp", ERR_CREDENTIALS, "damaged");
    canned_stop(s);
    assert_non_null(strstr(s->asked[0], "x-amz-sso_bearer_token: S3CR3T-token"));
    canned_free(s);
    remove_cache("s1");
    remove_cache("https://old.awsapps.com/start");
}

/* The refresh token is spent by its use: the cache must hold the next one. */
static void an_expired_sso_token_is_renewed_and_stored(void **state)
{
    (void)state;
    struct canned_answer answers[] = {
        { .request = "POST /token ",
          .bytes =
              "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"accessToken\":\"NEW\","
              "\"expiresIn\":3600,\"refreshToken\":\"NEXT\"}",
          .close = true },
        { .request = "GET /federation/", .bytes = SSO_KEYS, .close = true },
        { .request = NULL }
    };
    struct canned *s = serve(answers, "AWS_ENDPOINT_URL");
    struct arena a = { 0 };
    struct err e = { 0 };
    char *bytes = NULL, path[256];
    size_t size;
    aws_file(".aws/config", sso_config, 0600);
    aws_file(
        cache_name("s1"),
        "{\"accessToken\":\"OLD\",\"expiresAt\":\"2026-11-01T00:00:00Z\","
        "\"refreshToken\":\"R1\",\"clientId\":\"id\",\"clientSecret\":\"cs\","
        "\"registrationExpiresAt\":\"2027-01-01T00:00:00Z\",\"startUrl\":\"kept\"}",
        0600);
    expect_keys("corp", true, "ASIASSO", "S3CR3T", "sso-tok", "SSO role");
    canned_stop(s);
    assert_non_null(strstr(s->asked[0], "\"refreshToken\":\"R1\""));
    assert_non_null(strstr(s->asked[0], "\"grantType\":\"refresh_token\""));
    assert_non_null(strstr(s->asked[1], "x-amz-sso_bearer_token: NEW"));
    canned_free(s);
    snprintf(path, sizeof path, "%s/%s", aws_home, cache_name("s1"));
    assert_ok(file_read(&bytes, &size, path, 65536, &a, &e), e);
    assert_non_null(strstr(bytes, "\"NEW\""));
    assert_non_null(strstr(bytes, "\"NEXT\""));
    assert_non_null(strstr(bytes, "\"kept\""));
    assert_non_null(strstr(bytes, "2026-11-18T")); /* now and an hour */
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 077, 0); /* for nobody else */
    remove_cache("s1");
    arena_clear(&a);
}

/* --- a process, a container, an instance
 * ---------------------------------------------- */

static void a_process_prints_keys(void **state)
{
    (void)state;
    char config[1024];
    aws_file("helper",
             "#!/bin/sh\ncase \"$1\" in\n"
             "good) echo '{\"Version\":1,\"AccessKeyId\":\"AKIDPROC\","
             "\"SecretAccessKey\":\"S3CR3T\",\"SessionToken\":\"t\"}' ;;\n"
             "\"two words\") echo \"{\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"A$2\\\","
             "\\\"SecretAccessKey\\\":\\\"S3CR3T\\\"}\" ;;\n"
             "old) echo "
             "'{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S3CR3T\","
             "\"Expiration\":\"2020-01-01T00:00:00Z\"}' ;;\n"
             "version) echo '{\"Version\":2}' ;;\n"
             "none) echo '{\"Version\":1}' ;;\n"
             "noise) echo hello ;;\n"
             "*) exit 3 ;;\nesac\n",
             0700);
    snprintf(config, sizeof config,
             "[profile good]\ncredential_process = %s/helper good\n"
             "[profile words]\ncredential_process = '%s/helper' \"two words\" x\\ y\n"
             "[profile old]\ncredential_process = %s/helper old\n"
             "[profile version]\ncredential_process = %s/helper version\n"
             "[profile none]\ncredential_process = %s/helper none\n"
             "[profile noise]\ncredential_process = %s/helper noise\n"
             "[profile fails]\ncredential_process = %s/helper\n"
             "[profile lost]\ncredential_process = /nonexistent/helper\n"
             "[profile quote]\ncredential_process = helper 'x\n",
             aws_home, aws_home, aws_home, aws_home, aws_home, aws_home, aws_home);
    aws_file(".aws/config", config, 0600);
    expect_keys("good", true, "AKIDPROC", "S3CR3T", "t", "credential_process");
    expect_error("words", ERR_CREDENTIALS, "a blank");
    expect_error("old", ERR_CREDENTIALS, "expired at 2020-01-01");
    expect_error("version", ERR_CREDENTIALS, "\"Version\" is not 1");
    expect_error("none", ERR_CREDENTIALS, "gave no keys");
    expect_error("noise", ERR_CREDENTIALS, "printed no JSON");
    expect_error("fails", ERR_CREDENTIALS, "ended with status 3");
    expect_error("lost", ERR_CREDENTIALS, "No such file");
    expect_error("quote", ERR_CREDENTIALS, "unclosed quote");
}

#define METADATA_KEYS(id)                                                              \
    "HTTP/1.1 200 OK\r\nConnection: "                                                  \
    "close\r\n\r\n{\"Code\":\"Success\",\"AccessKeyId\":\"" id                         \
    "\",\"SecretAccessKey\":\"S3CR3T\",\"Token\":\"tok\",\"Expiration\":"              \
    "\"2026-11-20T00:00:00Z\"}"

static void a_container_gives_keys_for_its_token(void **state)
{
    (void)state;
    struct canned_answer answers[] = {
        { .request = "GET /creds ", .bytes = METADATA_KEYS("ASIATASK"), .close = true },
        { .request = "GET /gone ",
          .bytes = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
          .close = true },
        { .request = NULL }
    };
    struct canned *s = canned_start(answers);
    char url[64], path[128];
    snprintf(url, sizeof url, "http://localhost:%d/creds", s->port);
    setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", url, 1);
    setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "from-variable", 1);
    expect_keys("default", false, "ASIATASK", "S3CR3T", "tok", "container");
    aws_file("token", "from-file\n", 0600);
    snprintf(path, sizeof path, "%s/token", aws_home);
    setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path, 1);
    expect_keys("default", false, "ASIATASK", "S3CR3T", "tok", "container");
    aws_file("token", "two\nlines", 0600);
    expect_error("default", ERR_CREDENTIALS, "line end");
    unsetenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    snprintf(url, sizeof url, "http://localhost:%d/gone", s->port);
    setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", url, 1);
    expect_error("default", ERR_CREDENTIALS, "status 404");
    setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://evil.example/creds", 1);
    expect_error("default", ERR_CREDENTIALS, "no address of this machine");
    canned_stop(s);
    assert_non_null(strstr(s->asked[0], "authorization: from-variable\r\n"));
    assert_non_null(strstr(s->asked[1], "authorization: from-file\r\n"));
    canned_free(s);
}

#define ROLES "/latest/meta-data/iam/security-credentials/"

static void an_instance_gives_keys_by_imdsv2(void **state)
{
    (void)state;
    struct canned_answer answers[] = {
        { .request = "PUT /latest/api/token ",
          .bytes = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nv2-token",
          .close = true },
        { .request = "GET " ROLES " ",
          .bytes = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nnode-role\n",
          .close = true },
        { .request = "GET " ROLES "node-role ",
          .bytes = METADATA_KEYS("ASIANODE"),
          .close = true },
        { .request = NULL }
    };
    struct canned *s = serve(answers, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
    setenv("AWS_EC2_METADATA_DISABLED", "false", 1);
    expect_keys("default", false, "ASIANODE", "S3CR3T", "tok",
                "instance role node-role");
    canned_stop(s);
    assert_int_equal(s->asks, 3);
    assert_non_null(strstr(s->asked[0], "x-aws-ec2-metadata-token-ttl-seconds: 21600"));
    assert_non_null(strstr(s->asked[1], "x-aws-ec2-metadata-token: v2-token"));
    assert_non_null(strstr(s->asked[2], "x-aws-ec2-metadata-token: v2-token"));
    canned_free(s);
    setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://evil.example", 1);
    expect_error("default", ERR_CREDENTIALS, "no address of this machine");
}

static void version_1_of_imds_is_used_only_where_it_is_allowed(void **state)
{
    (void)state;
    struct canned_answer answers[] = {
        { .request = "PUT /latest/api/token ",
          .bytes = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
          .close = true },
        { .request = "GET " ROLES " ",
          .bytes = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nr",
          .close = true },
        { .request = "GET " ROLES "r ",
          .bytes = METADATA_KEYS("ASIAV1"),
          .close = true },
        { .request = NULL }
    };
    struct canned *s = serve(answers, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
    setenv("AWS_EC2_METADATA_DISABLED", "false", 1);
    expect_keys("default", false, "ASIAV1", "S3CR3T", "tok", "instance role r");
    setenv("AWS_EC2_METADATA_V1_DISABLED", "true", 1);
    expect_error("default", ERR_CREDENTIALS, "no credentials");
    done_with(s);
    /* nobody there: not an error of its own */
    expect_error("default", ERR_CREDENTIALS, "no credentials");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(keys_come_from_the_environment),
        TEST(a_profile_that_is_asked_for_stands_above_the_environment),
        TEST(a_bearer_key_comes_first),
        TEST(the_two_files_are_read_in_order),
        TEST(nothing_anywhere_says_where_was_looked),
        TEST(a_role_is_assumed_with_its_sources_keys),
        TEST(roles_that_cannot_be_assumed_say_why),
        TEST(web_identity_needs_no_keys),
        TEST(an_sso_token_is_exchanged_for_keys),
        TEST(an_expired_sso_token_is_renewed_and_stored),
        TEST(a_process_prints_keys),
        TEST(a_container_gives_keys_for_its_token),
        TEST(an_instance_gives_keys_by_imdsv2),
        TEST(version_1_of_imds_is_used_only_where_it_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
