/* The loopback Bedrock as a program: prints its port, then serves until it is killed.
 * For tests of the command line, for interop tests and benchmarks. */
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>

#include "loopback.h"

enum { RULES_MAX = 64 };

/* Requests `from` to `to` are answered with a fault. */
struct rule {
    int64_t from, to;
    struct loopback_answer answer;
};

/* Token buckets of a provisioned model: levels in tokens, refilled all the time. */
struct buckets {
    double input_tpm, output_tpm; /* 0: no such bucket */
    double input_level, output_level;
    double window_s;
    int64_t at_us;
    bool shared; /* one bucket of input_tpm for both */
};

/* What requests with `part` in path or body are answered: words, or a fault. */
struct line {
    const char *part, *said, *fault;
};

struct scene {
    struct line line[RULES_MAX];
    size_t lines;
    struct rule rule[RULES_MAX];
    size_t rules;
    struct loopback_answer answer;
    struct buckets buckets;
    bool count_words; /* input tokens: blanks of the body; output: maxTokens */
};

static const struct {
    const char *name;
    enum loopback_fault fault;
    int64_t status;
    const char *error, *words;
} fault_list[] = {
    { "bad-crc", LOOPBACK_BAD_CRC, 0, "", "" },
    { "cut", LOOPBACK_CUT, 0, "", "" },
    { "ended", LOOPBACK_ENDED, 0, "", "" },
    { "reset", LOOPBACK_RESET, 0, "", "" },
    { "stall", LOOPBACK_STALL, 0, "", "" },
    { "throttled-event", LOOPBACK_ERROR_EVENT, 0, "throttlingException",
      "Too many tokens, please wait before trying again." },
    { "error-event", LOOPBACK_ERROR_EVENT, 0, "modelStreamErrorException",
      "The model has made an error" },
    { "429", LOOPBACK_STATUS, 429, "ThrottlingException",
      "Too many requests, please wait before trying again." },
    { "not-ready", LOOPBACK_STATUS, 429, "ModelNotReadyException",
      "Model is not ready for inference." },
    { "403", LOOPBACK_STATUS, 403, "AccessDeniedException",
      "You don't have access to the model with the specified model ID." },
    { "signature", LOOPBACK_STATUS, 403, "InvalidSignatureException",
      "The request signature we calculated does not match." },
    { "expired", LOOPBACK_STATUS, 403, "ExpiredTokenException",
      "The security token included in the request is expired" },
    { "400", LOOPBACK_STATUS, 400, "ValidationException", "Malformed input request" },
    { "profile", LOOPBACK_STATUS, 400, "ValidationException",
      "Invocation of model ID x with on-demand throughput isn\xe2\x80\x99t supported. "
      "Retry your request" },
    { "404", LOOPBACK_STATUS, 404, "ResourceNotFoundException", "Model not found" },
    { "408", LOOPBACK_STATUS, 408, "ModelTimeoutException", "The model took too long" },
    { "500", LOOPBACK_STATUS, 500, "InternalServerException", "Internal error" },
    { "503", LOOPBACK_STATUS, 503, "ServiceUnavailableException",
      "Bedrock is unable to process your request." },
};

static bool set_fault(struct loopback_answer *a, const char *name)
{
    for (size_t i = 0; i < sizeof fault_list / sizeof *fault_list; i++) {
        if (strcmp(fault_list[i].name, name) != 0) continue;
        a->fault = fault_list[i].fault;
        a->status = fault_list[i].status;
        snprintf(a->error, sizeof a->error, "%s", fault_list[i].error);
        snprintf(a->words, sizeof a->words, "%s", fault_list[i].words);
        return true;
    }
    return false;
}

/* "3-5=429", "7=cut@4" (in place of delta 4), "0-=503" */
static bool add_rule(struct scene *s, const char *text)
{
    char *end = NULL, name[32];
    struct rule *r = &s->rule[s->rules];
    if (s->rules == RULES_MAX) return false;
    r->from = r->to = strtoll(text, &end, 10);
    if (*end == '-') {
        const char *digits = end + 1;
        r->to = strtoll(digits, &end, 10);
        if (end == digits) r->to = INT64_MAX;
    }
    if (*end != '=') return false;
    const char *at = strchr(end, '@');
    size_t n = at ? (size_t)(at - end - 1) : strlen(end + 1);
    if (n >= sizeof name) return false;
    memcpy(name, end + 1, n);
    name[n] = '\0';
    memcpy(&r->answer, &s->answer, sizeof s->answer);
    if (at) r->answer.fault_at = strtoll(at + 1, NULL, 10);
    s->rules++;
    return set_fault(&r->answer, name);
}

/* "--say=PART=TEXT", "--fail=PART=429": of several that fit the last one counts. */
static bool add_line(struct scene *s, char *text, bool fault)
{
    struct line *l = &s->line[s->lines];
    char *equals = strchr(text, '=');
    struct loopback_answer probe;
    memset(&probe, 0, sizeof probe);
    if (!equals || s->lines == RULES_MAX) return false;
    *equals = '\0';
    *l = (struct line){ .part = text };
    if (fault)
        l->fault = equals + 1;
    else
        l->said = equals + 1;
    s->lines++;
    return !fault || set_fault(&probe, l->fault);
}

static void say(const struct scene *s, const struct loopback_request *r,
                struct loopback_answer *out)
{
    for (size_t i = 0; i < s->lines; i++) {
        const struct line *l = &s->line[i];
        if (!strstr(r->path, l->part) && !strstr(r->body, l->part)) continue;
        memset(out->text, 0, sizeof out->text);
        if (l->said) snprintf(out->text, sizeof out->text, "%s", l->said);
        if (l->fault) set_fault(out, l->fault);
    }
}

static void refill(double *level, double per_min, double window_s, double passed_s)
{
    double full = per_min / 60 * window_s;
    *level += per_min / 60 * passed_s;
    if (*level > full) *level = full;
}

/* Takes the tokens of a request out of the buckets; false: throttled. */
static bool admit(struct buckets *b, int64_t at_us, double input, double output)
{
    double passed_s = b->at_us < 0 ? b->window_s : (double)(at_us - b->at_us) / 1e6;
    b->at_us = at_us;
    refill(&b->input_level, b->input_tpm, b->window_s, passed_s);
    refill(&b->output_level, b->output_tpm, b->window_s, passed_s);
    if (b->shared) {
        input += output;
        output = 0;
    }
    if (b->input_tpm > 0 && b->input_level < input) return false;
    if (b->output_tpm > 0 && b->output_level < output) return false;
    b->input_level -= input;
    b->output_level -= output;
    return true;
}

static void choose(void *context, const struct loopback_request *r,
                   struct loopback_answer *out)
{
    struct scene *s = context;
    for (size_t i = 0; i < s->rules; i++)
        if (r->index >= s->rule[i].from && r->index <= s->rule[i].to)
            memcpy(out, &s->rule[i].answer, sizeof *out);
    if (out->fault == LOOPBACK_FINE) say(s, r, out);
    if (s->count_words) {
        out->input_tokens = 0;
        for (const char *p = r->body; *p; p++)
            out->input_tokens += *p == ' ';
        if (r->max_tokens) out->output_tokens = r->max_tokens;
        if (strstr(r->path, "/count-tokens") && out->fault == LOOPBACK_FINE)
            snprintf(out->text, sizeof out->text, "{\"inputTokens\":%lld}",
                     (long long)out->input_tokens);
    }
    if (!(s->buckets.input_tpm > 0) && !(s->buckets.output_tpm > 0)) return;
    if (!admit(&s->buckets, r->at_us, (double)out->input_tokens,
               (double)out->output_tokens))
        set_fault(out, "429");
}

static void ready(int port)
{
    printf("%d\n", port);
    fflush(stdout);
}

/* The options that are one number of the answer, by name. */
#define NUMBER(name, field)                                                            \
    {                                                                                  \
        name, offsetof(struct loopback_answer, field)                                  \
    }
static const struct {
    const char *name;
    size_t offset;
} number[] = {
    NUMBER("headers-us", headers_us),   NUMBER("first-us", first_us),
    NUMBER("gap-us", gap_us),           NUMBER("stop-us", stop_us),
    NUMBER("tail-us", tail_us),         NUMBER("deltas", deltas),
    NUMBER("reasoning", reasoning),     NUMBER("input", input_tokens),
    NUMBER("output", output_tokens),    NUMBER("cache-read", cache_read),
    NUMBER("cache-write", cache_write), NUMBER("latency-ms", latency_ms),
    NUMBER("split", split_bytes),
};
enum { NUMBERS = sizeof number / sizeof *number };

static bool set_number(struct loopback_answer *a, const char *name, const char *value)
{
    for (size_t i = 0; i < NUMBERS; i++) {
        if (strcmp(number[i].name, name) != 0) continue;
        int64_t n = strtoll(value, NULL, 10);
        memcpy((char *)a + number[i].offset, &n, sizeof n);
        return true;
    }
    return false;
}

static bool set_option(struct scene *s, struct loopback_options *o, const char *name,
                       char *value)
{
    if (strcmp(name, "say") == 0) return add_line(s, value, false);
    if (strcmp(name, "fail") == 0) return add_line(s, value, true);
    if (set_number(&s->answer, name, value)) return true;
    if (strcmp(name, "on") == 0) return add_rule(s, value);
    if (strcmp(name, "all") == 0) return set_fault(&s->answer, value);
    if (strcmp(name, "port") == 0)
        o->port = atoi(value);
    else if (strcmp(name, "stall-from-us") == 0)
        o->stall_from_us = strtoll(value, NULL, 10);
    else if (strcmp(name, "stall-for-us") == 0)
        o->stall_for_us = strtoll(value, NULL, 10);
    else if (strcmp(name, "unit-input-tpm") == 0)
        s->buckets.input_tpm = strtod(value, NULL);
    else if (strcmp(name, "unit-output-tpm") == 0)
        s->buckets.output_tpm = strtod(value, NULL);
    else if (strcmp(name, "window-s") == 0)
        s->buckets.window_s = strtod(value, NULL);
    else if (strcmp(name, "shared") == 0)
        s->buckets.shared = atoi(value) != 0;
    else if (strcmp(name, "count-words") == 0)
        s->count_words = atoi(value) != 0;
    else if (strcmp(name, "empty-first") == 0)
        s->answer.empty_first = atoi(value) != 0;
    else if (strcmp(name, "buffered") == 0)
        s->answer.buffered = atoi(value) != 0;
    else if (strcmp(name, "without-usage") == 0)
        s->answer.without_usage = atoi(value) != 0;
    else
        return false;
    return true;
}

int main(int argc, char **argv)
{
    static struct scene scene;
    struct loopback_options o = { .choose = choose, .context = &scene };
    struct loopback_answer standard = loopback_answer();
    memcpy(&scene.answer, &standard, sizeof standard);
    scene.buckets.window_s = 60;
    scene.buckets.at_us = -1;
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* a test that dies takes its server along */
    for (int i = 1; i < argc; i++) {
        char name[64] = "";
        char *equals = strchr(argv[i], '=');
        size_t n = equals ? (size_t)(equals - argv[i]) : 0;
        if (n > 2 && n < sizeof name) memcpy(name, argv[i] + 2, n - 2);
        if (strncmp(argv[i], "--", 2) != 0 || !equals ||
            !set_option(&scene, &o, name, equals + 1)) {
            fprintf(stderr, "loopback: %s is not --NAME=VALUE\n", argv[i]);
            return 2;
        }
    }
    memcpy(&o.answer, &scene.answer, sizeof scene.answer);
    loopback_serve(&o, ready);
    perror("loopback");
    return 1;
}
