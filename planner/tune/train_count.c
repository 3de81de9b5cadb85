#include "train_count.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rng.h"
#include "train_convert.h"
#include "train_lines.h"
#include "train_record.h"

static const uint64_t PURPOSE = 0x636f756e74; /* its own stream of a seed */

/* A plain text as what a user says. */
static void put_text(const struct json_tape *t, FILE *f)
{
    struct str raw = tape_raw(t, tape_member(t, 0, "input"));
    fprintf(f, "\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"%.*s\"}]}]}",
            STR_ARG(raw));
}

/* The body of CountTokens; n 0: the record has no such form. */
static struct str body_of(const struct json_tape *t, enum train_format format,
                          struct arena *a)
{
    static const char version[] = "{\"schemaVersion\":\"bedrock-conversation-2024\",";
    char *text = NULL;
    size_t bytes = 0;
    struct str body = { 0 };
    FILE *f = open_memstream(&text, &bytes);
    if (!f) return body;
    if (format == TRAIN_TEXT) {
        put_text(t, f);
    } else if (train_convert(t, format, TRAIN_CONVERSE, f)) {
        fclose(f);
        free(text);
        return body;
    }
    fclose(f);
    size_t from = format == TRAIN_TEXT ? 0 : sizeof version - 1;
    if (text[bytes - 1] == '\n') bytes--;
    const char *whole = arena_printf(a, "{\"input\":{\"converse\":{%.*s}}",
                                     (int)(bytes - from), text + from);
    free(text);
    return (struct str){ whole, strlen(whole) };
}

/* Reservoir sampling: the i-th record takes a place with chance most / i. */
static void take(struct train_count *c, const struct train_check *check,
                 const struct train_record *record, int64_t line, size_t most,
                 struct rng *rng, struct arena *a)
{
    size_t place = c->samples;
    c->records++;
    if (c->samples == most) {
        place = (size_t)(rng_uniform(rng) * (double)c->records);
        if (place >= most) return;
    }
    struct str body = body_of(&check->tape, check->format, a);
    if (body.n == 0) {
        c->records--;
        return;
    }
    c->samples += place == c->samples;
    c->sample[place] = (struct count_sample){ body, line, record->chars };
}

enum err_code train_count_draw(struct train_count *out, const char *path,
                               enum train_format format, size_t most, uint64_t seed,
                               struct arena *a, struct err *e)
{
    struct train_lines lines;
    struct train_log log = { .arena = a };
    struct train_check check = { .format = format,
                                 .log = &log,
                                 .tape = { .arena = a } };
    struct rng rng;
    struct str line;
    bool too_long;
    if (strcmp(path, "-") == 0)
        return err_set(e, ERR_USAGE,
                       "--count-tokens wants a file, which is read twice");
    out->sample = ARENA_NEW(a, struct count_sample, most);
    rng_init(&rng, seed, PURPOSE, 0);
    if (train_lines_open(&lines, path, e)) return e->code;
    while (train_lines_next(&lines, &line, &too_long)) {
        struct train_record record;
        if (lines.number == 1) line = str_without_bom(line);
        if (too_long || str_trim(line).n == 0) continue;
        if (!train_record_check(&record, &check, lines.number, line)) continue;
        if (record.images || record.videos || record.chars == 0) continue;
        take(out, &check, &record, lines.number, most, &rng, a);
    }
    if (train_lines_close(&lines, e)) return e->code;
    if (out->samples == 0)
        return err_set(e, ERR_INPUT,
                       "%s: no record of text that CountTokens could "
                       "count",
                       path);
    return OK;
}

/* Tokens a character by the ratio of sums, with its standard error from the residuals.
 * Source: W. G. Cochran, "Sampling techniques", 3rd edition, 1977, ch. 6.3. */
static void estimate(struct train_count *c, const double *tokens, const double *chars,
                     size_t n)
{
    c->tokens_per_char = (double)c->tokens / (double)c->chars;
    c->half_width = (double)NAN;
    if (n < COUNT_INTERVAL) return;
    double squares = 0, mean_chars = (double)c->chars / (double)n;
    for (size_t i = 0; i < n; i++) {
        double rest = tokens[i] - c->tokens_per_char * chars[i];
        squares += rest * rest;
    }
    double error = sqrt(squares / (double)(n - 1) / (double)n) / mean_chars;
    c->half_width = 1.96 * error;
}

enum err_code train_count_ask(struct train_count *c, struct client *client,
                              struct arena *a, struct err *e)
{
    double *tokens = ARENA_NEW(a, double, 2 * c->samples), *chars = tokens + c->samples;
    size_t n = 0;
    struct err first = { 0 };
    if (client_sign_in(client, e)) return e->code;
    for (size_t i = 0; i < c->samples; i++) {
        struct aws_answer answer;
        struct err why = { 0 };
        const struct aws_request ask = { .operation = AWS_COUNT_TOKENS,
                                         .subject = c->model,
                                         .body = c->sample[i].body };
        enum err_code code = client_call(&answer, client, &ask, a, &why);
        if (!code && !answer.tokens.known)
            code = err_set(&why, ERR_NET, "CountTokens answered without inputTokens");
        if (code) {
            if (c->failed++ == 0) {
                first = why;
                c->first = answer.failure;
            }
            if (c->counted == 0) break; /* the next would fail likewise */
            continue;
        }
        c->counted++;
        c->chars += c->sample[i].chars;
        c->tokens += answer.tokens.input;
        tokens[n] = (double)answer.tokens.input;
        chars[n++] = (double)c->sample[i].chars;
    }
    if (c->counted == 0) return err_set(e, first.code, "%s", first.msg);
    estimate(c, tokens, chars, n);
    return OK;
}
