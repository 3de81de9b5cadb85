#include "failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>

#include "date.h"
#include "markup.h"
#include "utf8.h"

static const struct {
    const char *name;
    enum err_code code;
} class_row[FAILURE_CLASSES] = { [FAILURE_NONE] = { "", OK },
#define X(class_, name, code) [class_] = { name, code },
                                 FAILURE_LIST(X)
#undef X
};

const char *failure_name(enum failure_class c)
{
    return class_row[c].name;
}

void failure_set(struct aws_failure *out, enum failure_class c, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(out->message, sizeof out->message, fmt, ap);
    va_end(ap);
    out->class_ = c;
}

/* Codes as AWS writes them; what stands behind '#' or before ':' is cut before. */
static const struct {
    const char *code;
    enum failure_class class_;
} code_row[] = {
    { "ThrottlingException", FAILURE_THROTTLED },
    { "Throttling", FAILURE_THROTTLED },
    { "ThrottledException", FAILURE_THROTTLED },
    { "TooManyRequestsException", FAILURE_THROTTLED },
    { "RequestLimitExceeded", FAILURE_THROTTLED },
    { "ModelNotReadyException", FAILURE_NOT_READY },
    { "AccessDeniedException", FAILURE_ACCESS },
    { "AccessDenied", FAILURE_ACCESS },
    { "UnauthorizedException", FAILURE_ACCESS },
    { "ServiceQuotaExceededException", FAILURE_ACCESS },
    { "OptInRequired", FAILURE_ACCESS },
    { "ValidationException", FAILURE_VALIDATION },
    { "ValidationError", FAILURE_VALIDATION },
    { "InvalidParameterValue", FAILURE_VALIDATION },
    { "SerializationException", FAILURE_VALIDATION },
    { "ResourceNotFoundException", FAILURE_NOT_FOUND },
    { "UnknownOperationException", FAILURE_NOT_FOUND },
    { "ModelTimeoutException", FAILURE_TIMEOUT },
    { "RequestTimeout", FAILURE_TIMEOUT },
    { "ServiceUnavailableException", FAILURE_SERVICE },
    { "ServiceUnavailable", FAILURE_SERVICE },
    { "InternalServerException", FAILURE_SERVICE },
    { "InternalFailure", FAILURE_SERVICE },
    { "InternalServerError", FAILURE_SERVICE },
    { "ModelErrorException", FAILURE_SERVICE },
    { "ModelStreamErrorException", FAILURE_STREAM },
    { "InvalidSignatureException", FAILURE_CREDENTIALS },
    { "SignatureDoesNotMatch", FAILURE_CREDENTIALS },
    { "IncompleteSignatureException", FAILURE_CREDENTIALS },
    { "IncompleteSignature", FAILURE_CREDENTIALS },
    { "UnrecognizedClientException", FAILURE_CREDENTIALS },
    { "InvalidClientTokenId", FAILURE_CREDENTIALS },
    { "MissingAuthenticationTokenException", FAILURE_CREDENTIALS },
    { "MissingAuthenticationToken", FAILURE_CREDENTIALS },
    { "ExpiredTokenException", FAILURE_CREDENTIALS },
    { "ExpiredToken", FAILURE_CREDENTIALS },
    { "RequestExpired", FAILURE_CREDENTIALS },
    { "RequestTimeTooSkewed", FAILURE_CREDENTIALS },
    { "NotAuthorized", FAILURE_CREDENTIALS },
};

static enum failure_class class_of_code(const char *code)
{
    for (size_t i = 0; i < sizeof code_row / sizeof *code_row; i++)
        if (strcmp(code, code_row[i].code) == 0) return code_row[i].class_;
    return FAILURE_NONE;
}

static enum failure_class class_of_status(int status)
{
    switch (status) {
    case 400:
        return FAILURE_VALIDATION;
    case 401:
        return FAILURE_CREDENTIALS;
    case 403:
        return FAILURE_ACCESS;
    case 404:
        return FAILURE_NOT_FOUND;
    case 408:
        return FAILURE_TIMEOUT;
    case 429:
        return FAILURE_THROTTLED;
    default:
        return status >= 500 || status == 424 ? FAILURE_SERVICE : FAILURE_OTHER;
    }
}

/* One line, no control characters, whole UTF-8 characters, cut to fit. */
static void tidy(char *out, size_t room, struct str s)
{
    size_t n = 0;
    s = str_trim(s);
    for (size_t i = 0; i < s.n;) {
        size_t bytes = utf8_char(s.p + i, s.n - i);
        size_t taken = bytes ? bytes : 1;
        unsigned char c = (unsigned char)s.p[i];
        if (n + taken >= room) break;
        if (!bytes)
            out[n++] = '?';
        else if (c < ' ' || c == 0x7f)
            out[n++] = ' ';
        else
            for (size_t k = 0; k < bytes; k++)
                out[n++] = s.p[i + k];
        i += taken;
    }
    out[n] = '\0';
}

/* "com.amazon#ThrottlingException", "InvalidSignatureException:http://…" */
static struct str bare_code(struct str s)
{
    struct str rest;
    s = str_cut(str_trim(s), ':', &rest);
    for (size_t i = s.n; i > 0; i--)
        if (s.p[i - 1] == '#') return (struct str){ s.p + i, s.n - i };
    return s;
}

static const char *member(const cJSON *o, const char *name)
{
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(o, name);
    return cJSON_IsString(m) ? m->valuestring : NULL;
}

/* Code and message from the body, where there are any. */
static void read_body(struct aws_failure *out, struct str body)
{
    if (body.n == 0) return;
    cJSON *json = cJSON_ParseWithLength(body.p, body.n);
    if (cJSON_IsObject(json)) {
        static const char *const names[] = { "message", "Message", "errorMessage",
                                             "error_description" };
        const char *type = member(json, "__type"), *text = NULL;
        if (!type) type = member(json, "code");
        if (!type) type = member(json, "error");
        for (size_t i = 0; !text && i < sizeof names / sizeof *names; i++)
            text = member(json, names[i]);
        if (type && !*out->code)
            tidy(out->code, sizeof out->code, bare_code(str_of(type)));
        if (text) tidy(out->message, sizeof out->message, str_of(text));
    } else if (memmem(body.p, body.n, "<Code>", 6)) {
        if (!*out->code) tidy(out->code, sizeof out->code, xml_between(body, "Code"));
        tidy(out->message, sizeof out->message, xml_between(body, "Message"));
    } else {
        tidy(out->message, sizeof out->message, body);
    }
    cJSON_Delete(json);
}

/* "Sun, 22 Nov 2026 19:27:06 GMT" (RFC 9110 IMF-fixdate); false where it is not. */
static bool http_date(int64_t *unix_s, const char *text)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct tm t = { 0 };
    const char *end = strptime(text, "%a, %d ", &t);
    if (!end || strlen(end) < 4) return false;
    char name[4] = { end[0], end[1], end[2], 0 };
    const char *at = strstr(months, name);
    if (!at || (at - months) % 3) return false;
    if (!strptime(end + 4, "%Y %H:%M:%S", &t)) return false;
    struct date d = { t.tm_year + 1900, (int)(at - months) / 3 + 1, t.tm_mday };
    *unix_s = date_unix(d) + t.tm_hour * 3600 + t.tm_min * 60 + t.tm_sec;
    return true;
}

static bool says(const struct aws_failure *f, const char *words)
{
    return strcasestr(f->message, words) != NULL;
}

/* AWS refuses signatures more than five minutes off and says which way. */
static void judge_clock(struct aws_failure *out, const char *date, int64_t now_unix_s)
{
    enum { TOLERATED_S = 240 };
    int64_t aws = 0;
    bool late = says(out, "Signature expired") ||
                says(out, "Signature not yet current") ||
                strcmp(out->code, "RequestTimeTooSkewed") == 0 ||
                strcmp(out->code, "RequestExpired") == 0;
    if (out->class_ != FAILURE_CREDENTIALS || !http_date(&aws, date)) return;
    int64_t skew = now_unix_s - aws;
    if (late || skew > TOLERATED_S || skew < -TOLERATED_S) out->clock_skew_s = skew;
}

/* What the words tell beyond the code. */
static enum failure_class refined(const struct aws_failure *f, enum failure_class c)
{
    if (c == FAILURE_VALIDATION && (says(f, "on-demand throughput isn") ||
                                    says(f, "inference profile that contains")))
        return FAILURE_NEEDS_PROFILE;
    if (c == FAILURE_ACCESS && f->http_status == 403 &&
        (says(f, "bearer token") || says(f, "API key") || says(f, "security token") ||
         says(f, "signature we calculated")))
        return FAILURE_CREDENTIALS;
    return c;
}

void failure_of_answer(struct aws_failure *out, int http_status, const char *error_type,
                       const char *date, struct str body, int64_t now_unix_s)
{
    struct aws_failure f = { .http_status = http_status };
    tidy(f.code, sizeof f.code, bare_code(str_of(error_type)));
    read_body(&f, body);
    if (!*f.message)
        snprintf(f.message, sizeof f.message, "HTTP status %d without words",
                 http_status);
    f.class_ = class_of_code(f.code);
    /* a code that says no more than its status does */
    if (f.class_ == FAILURE_NONE) f.class_ = class_of_status(http_status);
    f.class_ = refined(&f, f.class_);
    judge_clock(&f, date, now_unix_s);
    memcpy(f.request_id, out->request_id, sizeof f.request_id);
    *out = f;
}

void failure_of_event(struct aws_failure *out, struct str code, struct str payload)
{
    struct aws_failure f = { .class_ = FAILURE_STREAM, .http_status = 200 };
    tidy(f.code, sizeof f.code, bare_code(code));
    if (f.code[0] >= 'a' && f.code[0] <= 'z') f.code[0] = (char)(f.code[0] - 'a' + 'A');
    read_body(&f, payload);
    if (strcmp(f.code, "ThrottlingException") == 0) f.class_ = FAILURE_THROTTLED;
    if (!*f.message)
        snprintf(f.message, sizeof f.message, "an error inside the stream");
    memcpy(f.request_id, out->request_id, sizeof f.request_id);
    *out = f;
}

const char *failure_advice(const struct aws_failure *f)
{
    switch (f->class_) {
    case FAILURE_THROTTLED:
        if (says(f, "per day"))
            return "the day's quota of tokens is used up; it returns at its own pace";
        return "a quota of this account was passed; 'bedplan size' tells what is "
               "needed";
    case FAILURE_NOT_READY:
        return "the model is being loaded; try again in a minute";
    case FAILURE_ACCESS:
        return "'bedplan iam-policy' prints the policy that is needed; access to the "
               "model itself is granted in the Bedrock console";
    case FAILURE_NEEDS_PROFILE:
        return "put the geography before the model id (us., eu., apac., global.): "
               "'bedplan catalog show MODEL' lists its profiles";
    case FAILURE_NOT_FOUND:
        return "is the model offered in this region? 'bedplan catalog show MODEL'";
    case FAILURE_CREDENTIALS:
        if (f->clock_skew_s) return "set this machine's clock";
        if (says(f, "expired")) return "sign in again ('aws sso login', or new keys)";
        return "check the keys, the profile and the region";
    case FAILURE_CONNECT:
        return "check the network, the region's name and the proxy variables";
    default:
        return "";
    }
}

enum err_code failure_err(struct err *e, const struct aws_failure *f)
{
    const char *advice = failure_advice(f);
    char skew[96] = "";
    if (f->clock_skew_s) {
        bool ahead = f->clock_skew_s > 0;
        snprintf(skew, sizeof skew, " (this machine's clock is %lld s %s of AWS's)",
                 (long long)(ahead ? f->clock_skew_s : -f->clock_skew_s),
                 ahead ? "ahead" : "behind");
    }
    return err_set(e, class_row[f->class_].code, "%s%s%.380s%s%s%s", f->code,
                   *f->code ? ": " : "", f->message, skew, *advice ? "; " : "", advice);
}
