#include "check.h"

#include <dirent.h>
#include <stdlib.h>
#include <strings.h>

#include <cjson/cJSON.h>

#include "date.h"
#include "file.h"
#include "sign.h"
#include "uri.h"

static const char key_id[] = "AKIDEXAMPLE";
static const char secret[] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

static struct crypto *library(void)
{
    struct crypto *c = NULL;
    struct err e = { 0 };
    assert_ok(crypto_open(&c, &e), e);
    return c;
}

/* Vectors A to D of facts/bedrock/signing.md: model ids and ARNs as they are sent. */
static void signs_model_ids_arns_and_queries(void **state)
{
    (void)state;
    static const char body[] =
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]}";
    static const struct {
        const char *method, *path, *query, *host, *token, *canonical, *signature;
    } row[] = {
        { "POST", "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse", "",
          "bedrock-runtime.us-east-1.amazonaws.com", NULL,
          "8f3964369690b8a632ee02bc665f5452108987bbfeb21ab19b0834b03fcf4902",
          "a89c1d6aa44a808d5303ed39350c676edd399c664a1461b4875fda765df1576b" },
        { "POST", "/model/anthropic.claude-3-haiku-20240307-v1:0/converse", "",
          "bedrock-runtime.us-east-1.amazonaws.com", NULL,
          "f3b43dbec3f0ca7a17cb168081b0af1cfb680b30a267758216220eaa690411a5",
          "a3d789b05ee477d4f54143c647230ef4332668823360daf0370732b90104f41c" },
        { "POST",
          "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3A"
          "provisioned-model%2Fabcdefghijkl/converse-stream",
          "", "bedrock-runtime.us-east-1.amazonaws.com", "TOKEN/EXAMPLE+x==",
          "a75cc3c61332dc67b53896308859f3d006af2bb4d9f6e21d37a5375e6b545733",
          "edda129efdcc8c9c0a2cf5bdf50acd652a4e94fc361aadf11867b8616bd6ebc3" },
        { "GET", "/foundation-models", "byProvider=amazon&byOutputModality=TEXT",
          "bedrock.us-east-1.amazonaws.com", NULL,
          "8e6ff6d76bb0746c65d4e1950536c70a11104a65a83a7fb4c95bfb08d39bc625",
          "a82264bcafcb4c478136103024304c3e0fb0a3e23124a6f220ca330db7f1e2e6" },
    };
    struct crypto *c = library();
    struct sign_key kept = { .set = false };
    for (size_t i = 0; i < COUNT(row); i++) {
        bool post = row[i].method[0] == 'P';
        struct sign_header header[4] = { { "X-Amz-Date", "20260101T000000Z" },
                                         { "Host", row[i].host } };
        size_t n = 2;
        if (post)
            header[n++] = (struct sign_header){ "Content-Type", "application/json" };
        if (row[i].token)
            header[n++] = (struct sign_header){ "X-Amz-Security-Token", row[i].token };
        struct sign_input in = { .method = row[i].method,
                                 .path = row[i].path,
                                 .query = row[i].query,
                                 .header = header,
                                 .headers = n,
                                 .body = post ? str_of(body) : STR(""),
                                 .region = "us-east-1",
                                 .service = "bedrock",
                                 .time = "20260101T000000Z" };
        struct buf canonical = { .max = 1 << 16 }, value = { .max = 1 << 16 };
        struct err e = { 0 };
        unsigned char sum[DIGEST_SHA256_BYTES];
        char hex[SIGN_HEX_TEXT];
        assert_ok(sign_canonical(&canonical, c, &in, &e), e);
        digest_sha256(sum, c, (struct str){ canonical.p, canonical.n });
        digest_hex(hex, sum, sizeof sum);
        assert_string_equal(hex, row[i].canonical);
        assert_ok(sign_authorization(&value, &kept, c, &in, key_id, secret, &e), e);
        assert_string_equal(strstr(value.p, "Signature=") + 10, row[i].signature);
        buf_clear(&canonical);
        buf_clear(&value);
    }
    sign_key_clear(&kept);
    crypto_close(c);
}

/* The key that is kept between requests follows the day, the region and the secret. */
static void a_kept_key_gives_the_signature_of_a_fresh_one(void **state)
{
    (void)state;
    static const struct {
        const char *time, *region, *service, *secret;
    } row[] = {
        { "20260101T000000Z", "us-east-1", "bedrock", secret },
        { "20260101T235959Z", "us-east-1", "bedrock", secret },
        { "20260102T000000Z", "us-east-1", "bedrock", secret },
        { "20260102T000000Z", "eu-west-1", "bedrock", secret },
        { "20260102T000000Z", "eu-west-1", "sts", secret },
        { "20260102T000000Z", "eu-west-1", "sts", "another" },
    };
    struct crypto *c = library();
    struct sign_key kept = { .set = false };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct sign_header host = { "host", "example.com" };
        struct sign_input in = { .method = "GET",
                                 .path = "/",
                                 .query = "",
                                 .header = &host,
                                 .headers = 1,
                                 .body = STR(""),
                                 .region = row[i].region,
                                 .service = row[i].service,
                                 .time = row[i].time };
        struct buf with = { .max = 4096 }, without = { .max = 4096 };
        struct err e = { 0 };
        assert_ok(sign_authorization(&with, &kept, c, &in, key_id, row[i].secret, &e),
                  e);
        assert_ok(sign_authorization(&without, NULL, c, &in, key_id, row[i].secret, &e),
                  e);
        assert_string_equal(with.p, without.p);
        buf_clear(&with);
        buf_clear(&without);
    }
    sign_key_clear(&kept);
    assert_false(kept.set);
    crypto_close(c);
}

/* --- the AWS test suite, where it is --------------------------------------------- */

struct suite_case {
    char *text[5]; /* request, context, canonical, string to sign, signature */
    char method[16], path[256], query[256];
    struct sign_header header[SIGN_HEADERS_MAX];
    size_t headers;
    struct str body;
};
static const char *const suite_file[] = { "request.txt", "context.json",
                                          "header-canonical-request.txt",
                                          "header-string-to-sign.txt",
                                          "header-signature.txt" };

/* "GET /example space/?a=b HTTP/1.1": the path may hold blanks. */
static void read_request_line(struct suite_case *c, struct str line)
{
    struct str rest, method = str_cut(line, ' ', &rest);
    assert_true(rest.n > 9); /* " HTTP/1.1" */
    struct str target = { rest.p, rest.n - 9 }, query;
    struct str path = str_cut(target, '?', &query);
    snprintf(c->method, sizeof c->method, "%.*s", STR_ARG(method));
    snprintf(c->path, sizeof c->path, "%.*s", STR_ARG(path));
    snprintf(c->query, sizeof c->query, "%.*s", STR_ARG(query));
}

static void read_suite_request(struct suite_case *c, struct arena *a)
{
    struct str rest = str_of(c->text[0]);
    read_request_line(c, str_trim(str_cut(rest, '\n', &rest)));
    while (rest.n) {
        struct str value, line = str_cut(rest, '\n', &rest);
        if (str_trim(line).n == 0) break;
        struct str name = str_cut(line, ':', &value);
        assert_true(c->headers < SIGN_HEADERS_MAX);
        c->header[c->headers++] =
            (struct sign_header){ arena_text_n(a, name.p, name.n),
                                  arena_text_n(a, value.p, value.n) };
    }
    c->body = rest;
}

static const char *json_member(const cJSON *o, const char *name)
{
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(o, name);
    return cJSON_IsString(m) ? m->valuestring : NULL;
}

static bool has_header(const struct suite_case *c, const char *name)
{
    for (size_t i = 0; i < c->headers; i++)
        if (strcasecmp(c->header[i].name, name) == 0) return true;
    return false;
}

static void check_case(const char *folder, const struct crypto *crypto)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    struct suite_case c = { .headers = 0 };
    for (size_t i = 0; i < COUNT(suite_file); i++) {
        size_t size;
        assert_ok(file_read(&c.text[i], &size,
                            arena_printf(&a, "%s/%s", folder, suite_file[i]), 1 << 20,
                            &a, &e),
                  e);
    }
    read_suite_request(&c, &a);
    cJSON *context = cJSON_Parse(c.text[1]);
    const cJSON *who = cJSON_GetObjectItemCaseSensitive(context, "credentials");
    int64_t at = 0;
    char time[SIGN_TIME_TEXT], hex[SIGN_HEX_TEXT];
    assert_ok(date_parse(&at, NULL, json_member(context, "timestamp"), &e), e);
    sign_time(time, at);
    if (!has_header(&c, "x-amz-date"))
        c.header[c.headers++] = (struct sign_header){ "X-Amz-Date", time };
    const char *token = json_member(who, "token");
    if (token)
        c.header[c.headers++] = (struct sign_header){ "X-Amz-Security-Token", token };
    if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(context, "sign_body"))) {
        unsigned char sum[DIGEST_SHA256_BYTES];
        digest_sha256(sum, crypto, c.body);
        digest_hex(hex, sum, sizeof sum);
        c.header[c.headers++] = (struct sign_header){ "x-amz-content-sha256", hex };
    }
    struct sign_input in = {
        .method = c.method,
        .path = c.path,
        .query = c.query,
        .header = c.header,
        .headers = c.headers,
        .body = c.body,
        .region = json_member(context, "region"),
        .service = json_member(context, "service"),
        .time = time,
        .keep_path_as_is =
            cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(context, "normalize")),
    };
    struct buf canonical = { .max = 1 << 16 }, text = { .max = 1 << 16 },
               value = { .max = 1 << 16 };
    assert_ok(sign_canonical(&canonical, crypto, &in, &e), e);
    assert_string_equal(canonical.p, c.text[2]);
    assert_ok(
        sign_string(&text, crypto, &in, (struct str){ canonical.p, canonical.n }, &e),
        e);
    assert_string_equal(text.p, c.text[3]);
    assert_ok(sign_authorization(&value, NULL, crypto, &in,
                                 json_member(who, "access_key_id"),
                                 json_member(who, "secret_access_key"), &e),
              e);
    assert_string_equal(strstr(value.p, "Signature=") + 10, c.text[4]);
    buf_clear(&canonical);
    buf_clear(&text);
    buf_clear(&value);
    cJSON_Delete(context);
    arena_clear(&a);
}

static void signs_the_whole_aws_suite(void **state)
{
    (void)state;
    const char *shared = getenv("BEDPLAN_SHARED");
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/data/sigv4", shared ? shared : "../shared");
    DIR *d = opendir(folder);
    if (!d) skip();
    struct crypto *c = library();
    int cases = 0;
    for (struct dirent *entry; (entry = readdir(d));) {
        if (entry->d_name[0] == '.') continue;
        char one[8192];
        snprintf(one, sizeof one, "%s/%s", folder, entry->d_name);
        print_message("%s\n", entry->d_name);
        check_case(one, c);
        cases++;
    }
    closedir(d);
    crypto_close(c);
    assert_int_equal(cases, 19);
}

/* --- the parts -------------------------------------------------------------------- */

static void encodes_all_but_the_unreserved(void **state)
{
    (void)state;
    static const struct {
        const char *in, *kept, *out;
    } row[] = {
        { "amazon.nova-lite-v1:0", "", "amazon.nova-lite-v1%3A0" },
        { "a/b c~d_e", "", "a%2Fb%20c~d_e" },
        { "a/b", "/", "a/b" },
        { "%3A", "", "%253A" },
        { "\xc3\xa9", "", "%C3%A9" },
        { "", "", "" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct buf b = { .max = 256 };
        uri_encode(&b, str_of(row[i].in), row[i].kept);
        assert_string_equal(b.p ? b.p : "", row[i].out);
        buf_clear(&b);
    }
}

/* RFC 3986 5.2.4, with doubled slashes merged as SigV4 wants. */
static void normalises_paths(void **state)
{
    (void)state;
    static const char *const row[][2] = {
        { "", "/" },          { "/", "/" },           { "//", "/" },
        { "/./", "/" },       { "/a/../b", "/b" },    { "/a/..", "/" },
        { "/../../a", "/a" }, { "//a//b/", "/a/b/" }, { "/a/./b", "/a/b" },
        { "/...", "/..." },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct buf b = { .max = 256 };
        uri_normal_path(&b, str_of(row[i][0]));
        assert_string_equal(b.p, row[i][1]);
        buf_clear(&b);
    }
}

static void takes_urls_apart(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct uri u;
    assert_ok(uri_parse(&u, "HTTPS://Vpce-1.Example.com:8443/base/", &e), e);
    assert_string_equal(u.scheme, "https");
    assert_string_equal(u.host, "vpce-1.example.com");
    assert_int_equal(u.port, 8443);
    assert_string_equal(u.path, "/base");
    assert_ok(uri_parse(&u, "http://[::1]:80", &e), e);
    assert_string_equal(u.host, "::1");
    assert_int_equal(u.port, 80);
    assert_string_equal(u.path, "");
    static const char *const bad[] = { "",
                                       "example.com",
                                       "ftp://x",
                                       "https://",
                                       "https://:80",
                                       "https://x:0",
                                       "https://x:99999",
                                       "https://x y",
                                       "https://[::1]8",
                                       "https://x:y",
                                       "https://me:pw@x" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        e = (struct err){ 0 };
        assert_int_equal(uri_parse(&u, bad[i], &e), ERR_INPUT);
        assert_null(strstr(e.msg, "pw")); /* a password is not repeated */
    }
}

static void knows_this_machine_by_its_names(void **state)
{
    (void)state;
    assert_true(uri_host_is_loopback("localhost"));
    assert_true(uri_host_is_loopback("127.0.0.1"));
    assert_true(uri_host_is_loopback("127.8.9.1"));
    assert_true(uri_host_is_loopback("::1"));
    assert_false(uri_host_is_loopback("127.0.0.1.example.com"));
    assert_false(uri_host_is_loopback("127.0.0.x"));
    assert_false(uri_host_is_loopback("1270.0.0.1"));
    assert_false(uri_host_is_loopback("localhost.example.com"));
    assert_false(uri_host_is_loopback("10.0.0.1"));
}

static void refuses_what_cannot_be_signed(void **state)
{
    (void)state;
    struct crypto *c = library();
    struct sign_header h = { "host", "x" };
    struct sign_header many[SIGN_HEADERS_MAX + 1];
    char region[128];
    memset(region, 'r', sizeof region);
    region[sizeof region - 1] = '\0';
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = h;
    struct sign_input in = { .method = "GET",
                             .path = "/",
                             .query = "",
                             .header = many,
                             .headers = COUNT(many),
                             .body = STR(""),
                             .region = "us-east-1",
                             .service = "bedrock",
                             .time = "20260101T000000Z" };
    struct buf b = { .max = 1 << 16 };
    struct err e = { 0 };
    assert_int_equal(sign_authorization(&b, NULL, c, &in, "a", "b", &e), ERR_INTERNAL);
    in.headers = 1;
    in.region = region;
    e = (struct err){ 0 };
    assert_int_equal(sign_authorization(&b, NULL, c, &in, "a", "b", &e), ERR_INTERNAL);
    buf_clear(&b);
    crypto_close(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_model_ids_arns_and_queries),
        cmocka_unit_test(a_kept_key_gives_the_signature_of_a_fresh_one),
        cmocka_unit_test(signs_the_whole_aws_suite),
        cmocka_unit_test(encodes_all_but_the_unreserved),
        cmocka_unit_test(normalises_paths),
        cmocka_unit_test(takes_urls_apart),
        cmocka_unit_test(knows_this_machine_by_its_names),
        cmocka_unit_test(refuses_what_cannot_be_signed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
