/* Writes a model invocation log as Bedrock would: b_logs RECORDS [SEED] >log.json
 *
 * Converse, InvokeModel and streamed answers (a list of events), prompts with quotes
 * and line ends, cached tokens, throttling, bodies that were put aside. Made-up words,
 * drawn by rank, so that gzip finds as much as in prose. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rng.h"

enum { WORDS = 6000, MAX_WORD = 16, EVENT_WORDS = 3 };

static char word[WORDS][MAX_WORD];

static double normal(struct rng *g)
{
    double u = rng_uniform(g), v = rng_uniform(g);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

static int lognormal(struct rng *g, double median, double sigma, int most)
{
    double x = median * exp(sigma * normal(g));
    return x < most ? (int)x + 1 : most;
}

static void make_words(struct rng *g)
{
    static const char *const part[] = { "ta", "ri",  "men",     "so", "qui",
                                        "lo", "ver", "da",      "pe", "nim",
                                        "us", "tra", "\\u00e9l" };
    for (int i = 0; i < WORDS; i++) {
        int parts = 1 + (int)(rng_uniform(g) * 3);
        for (int k = 0; k < parts; k++) {
            size_t n = strlen(word[i]);
            snprintf(word[i] + n, sizeof word[i] - n, "%s",
                     part[(size_t)(rng_uniform(g) * (sizeof part / sizeof *part))]);
            if (strchr(word[i], '\\')) break; /* an escape must stay whole */
        }
    }
}

/* Words of rank r come with probability about 1/r. */
static void text(struct rng *g, int words)
{
    for (int i = 0; i < words; i++) {
        int rank = (int)exp(log(WORDS) * rng_uniform(g));
        fputs(word[rank < WORDS ? rank : WORDS - 1], stdout);
        double u = rng_uniform(g);
        fputs(u < 0.01   ? ".\\n\\n"
              : u < 0.02 ? " \\\""
              : u < 0.03 ? "\\\" "
                         : " ",
              stdout);
    }
}

static void events(struct rng *g, int words, int latency_ms)
{
    printf("\"outputBodyJson\":[{\"type\":\"message_start\",\"message\":{\"id\":\"msg_%"
           "08x\"}}",
           (unsigned)(rng_uniform(g) * 4e9));
    for (; words > 0; words -= EVENT_WORDS) {
        fputs(",{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
              "\"text_delta\",\"text\":\"",
              stdout);
        text(g, words < EVENT_WORDS ? words : EVENT_WORDS);
        fputs("\"}}", stdout);
    }
    printf(",{\"type\":\"message_stop\",\"amazon-bedrock-invocationMetrics\":{"
           "\"invocationLatency\":%d}}]",
           latency_ms);
}

static void answer(struct rng *g, int kind, int words, int latency_ms)
{
    if (kind == 2) {
        events(g, words, latency_ms);
        return;
    }
    fputs("\"outputBodyJson\":{\"output\":{\"message\":{\"role\":\"assistant\","
          "\"content\":[{"
          "\"text\":\"",
          stdout);
    text(g, words);
    printf("\"}]}},\"stopReason\":\"end_turn\",\"metrics\":{\"latencyMs\":%d}}",
           latency_ms);
}

static void record(struct rng *g, long i, double at_s)
{
    static const char *const operation[] = { "Converse", "InvokeModel",
                                             "InvokeModelWithResponseStream" };
    static const char *const model[] = {
        "us.amazon.nova-lite-v1:0", "amazon.nova-micro-v1:0",
        ("arn:aws:bedrock:us-west-2:123456789012:inference-profile/"
         "global.anthropic.claude-opus-4-6-v1")
    };
    const double words_per_token = 0.6;
    int kind = (int)(rng_uniform(g) * 3), s = (int)at_s;
    int input = lognormal(g, 700, 1.1, 60000), output = lognormal(g, 130, 0.9, 4000);
    int cached = rng_uniform(g) < 0.3 ? input / 2 : 0;
    bool aside = input > 25000, refused = rng_uniform(g) < 0.01;
    printf(
        "{\"schemaType\":\"ModelInvocationLog\",\"schemaVersion\":\"1.0\","
        "\"timestamp\":\"2026-04-%02dT%02d:%02d:%02dZ\",\"accountId\":\"123456789012\","
        "\"region\":\"us-west-2\",\"requestId\":\"%08lx-5a3c-4fb8-a6de-%012lx\","
        "\"operation\":\"%s\",\"modelId\":\"%s\",\"identity\":{\"arn\":\"arn:aws:sts::"
        "123456789012:assumed-role/service/session\"},%s\"input\":{"
        "\"inputContentType\":\"application/json\",",
        1 + s / 86400, s / 3600 % 24, s / 60 % 60, s % 60, i * 2654435761 & 0xffffffff,
        i * 40503 + 17, operation[kind], model[i % 3],
        refused ? "\"errorCode\":\"ThrottlingException\"," : "");
    if (aside) {
        printf("\"inputBodyS3Path\":\"s3://bucket/data/%ld_input.json.gz\"", i);
    } else {
        fputs("\"inputBodyJson\":{\"system\":[{\"text\":\"", stdout);
        text(g, 40);
        fputs("\"}],\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"",
              stdout);
        text(g, (int)(input * words_per_token));
        fputs("\"}]}],\"inferenceConfig\":{\"maxTokens\":2048,\"temperature\":0.2}}",
              stdout);
    }
    if (refused) {
        fputs("}}\n", stdout);
        return;
    }
    printf(",\"inputTokenCount\":%d,\"cacheReadInputTokenCount\":%d},\"output\":{"
           "\"outputContentType\":\"application/json\",",
           input - cached, cached);
    answer(g, kind, (int)(output * words_per_token), 400 + 9 * output);
    printf(",\"outputTokenCount\":%d}}\n", output);
}

int main(int argc, char **argv)
{
    long records = argc > 1 ? strtol(argv[1], NULL, 10) : 1000;
    struct rng g;
    double at_s = 0;
    rng_init(&g, argc > 2 ? strtoull(argv[2], NULL, 10) : 1, 41, 0);
    make_words(&g);
    for (long i = 0; i < records && at_s < 29 * 86400.0; i++) {
        at_s -= 0.7 * log(rng_uniform(&g));
        record(&g, i, at_s);
    }
    return fflush(stdout) || ferror(stdout);
}
