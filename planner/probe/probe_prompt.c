#include "probe_prompt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "file.h"
#include "rng.h"
#include "usage_find.h"

enum {
    PROMPT_BYTES_MAX = 20 << 20,
    PREFIX_WORDS = 8,
    /* what a model's template puts around a message, and a margin */
    TEMPLATE_TOKENS = 64,
    WORD_TOKENS = 2,
    OUTPUT_UNKNOWN = 4096,
    PURPOSE_PREFIX = 0x70726678,
    PURPOSE_TEXT = 0x74657874,
    PURPOSE_LENGTH = 0x6c656e67,
};
static const char task[] = "\n\nContinue this list of words for as long as you can.";
enum { TASK_TOKENS = 12, TASK_FROM_TOKENS = 40 };

/* Lines {"prompt": "…"}. */
static enum err_code read_lines(struct probe_prompts *p, char *bytes, struct err *e)
{
    size_t capacity = 0;
    int line = 0;
    for (char *at = bytes, *next; at && *at; at = next) {
        line++;
        next = strchr(at, '\n');
        if (next) *next++ = '\0';
        if (!*(at + strspn(at, " \t\r"))) continue;
        cJSON *o = cJSON_Parse(at);
        const cJSON *text = cJSON_GetObjectItemCaseSensitive(o, "prompt");
        if (!cJSON_IsString(text) || !*text->valuestring) {
            cJSON_Delete(o);
            return err_set(e, ERR_INPUT, "%s:%d: no object with a \"prompt\"",
                           p->set.path, line);
        }
        p->given = arena_grow(p->arena, p->given, &capacity, p->given_count + 1,
                              sizeof *p->given);
        p->given[p->given_count++] = str_of(arena_text(p->arena, text->valuestring));
        cJSON_Delete(o);
    }
    if (p->given_count) return OK;
    return err_set(e, ERR_INPUT, "%s: no prompts", p->set.path);
}

static enum err_code read_given(struct probe_prompts *p, struct err *e)
{
    char *bytes = NULL;
    size_t size = 0;
    if (p->set.text) {
        p->given = ARENA_NEW(p->arena, struct str, 1);
        p->given[p->given_count++] = str_of(p->set.text);
        p->shown = "as given";
        return OK;
    }
    if (file_read(&bytes, &size, p->set.path, PROMPT_BYTES_MAX, p->arena, e))
        return e->code;
    if (strlen(bytes) != size)
        return err_set(e, ERR_INPUT, "%s: holds a NUL byte", p->set.path);
    if (text_ends(p->set.path, ".jsonl")) {
        if (read_lines(p, bytes, e)) return e->code;
        p->shown = arena_printf(p->arena, "%zu of %s", p->given_count, p->set.path);
        return OK;
    }
    if (!*(bytes + strspn(bytes, " \t\r\n")))
        return err_set(e, ERR_INPUT, "%s: holds no text", p->set.path);
    p->given = ARENA_NEW(p->arena, struct str, 1);
    p->given[p->given_count++] = (struct str){ bytes, size };
    p->shown = p->set.path;
    return OK;
}

static enum err_code read_usage(struct probe_prompts *p, struct err *e)
{
    struct usage_summary u;
    const char *name = p->set.usage;
    enum err_code code =
        usage_is_name(name)       ? usage_find(&u, name, p->set.data, p->arena, e)
        : text_ends(name, ".csv") ? usage_from_trace(&u, name, p->arena, e)
                                  : usage_summary_read(&u, name, p->arena, e);
    if (code) return code;
    p->lengths = u.lengths;
    p->share = ARENA_NEW(p->arena, double, u.lengths.count + 1);
    double sum = 0;
    for (size_t i = 0; i < u.lengths.count; i++)
        p->share[i] = sum += u.lengths.cell[i].share;
    p->shown = arena_printf(p->arena, "synthetic, lengths of %s", name);
    return OK;
}

enum err_code probe_prompts_open(struct probe_prompts *out,
                                 const struct probe_prompt_settings *s, struct arena *a,
                                 struct err *e)
{
    *out = (struct probe_prompts){ .set = *s, .arena = a };
    if (s->usage) {
        if (read_usage(out, e)) return e->code;
    } else if (s->text || s->path) {
        if (read_given(out, e)) return e->code;
    } else {
        out->shown =
            arena_printf(a, "synthetic, %lld tokens", (long long)s->input_tokens);
    }
    return probe_attach(out, e);
}

static const struct length_cell *cell_of(const struct probe_prompts *p, int64_t index)
{
    uint64_t bits = rng_key((uint64_t)p->set.seed, PURPOSE_LENGTH, (uint64_t)index);
    double u = rng_open(bits) * p->share[p->lengths.count - 1];
    size_t below = 0, at = p->lengths.count - 1;
    while (below < at) {
        size_t middle = below + (at - below) / 2;
        if (p->share[middle] >= u)
            at = middle;
        else
            below = middle + 1;
    }
    return &p->lengths.cell[at];
}

/* What index has so many input tokens and may write so many. */
static void lengths_of(int64_t *input, int64_t *output, const struct probe_prompts *p,
                       int64_t index)
{
    *input = p->set.input_tokens;
    *output = p->set.max_tokens;
    if (!p->lengths.count) return;
    const struct length_cell *c = cell_of(p, index);
    *input = (int64_t)fmax(1, round(c->input_tokens));
    *output = (int64_t)fmax(1, round(c->output_tokens));
}

struct probe_ask probe_prompts_ask(const struct probe_prompts *p, int64_t index)
{
    struct probe_ask ask = { 0 };
    int64_t input, output;
    lengths_of(&input, &output, p, index);
    if (p->given) {
        size_t bytes = p->given[(size_t)index % p->given_count].n;
        ask.input_worst = (int64_t)bytes;
        if (p->set.unique_prefix) ask.input_worst += PREFIX_WORDS * WORD_TOKENS;
    } else {
        ask.input_wanted = input;
        ask.input_worst = WORD_TOKENS * input;
    }
    ask.input_worst += TEMPLATE_TOKENS + p->attached_worst;
    ask.output_worst = output > 0 ? output : OUTPUT_UNKNOWN;
    return ask;
}

static void prompt_text(struct buf *out, const struct probe_prompts *p, int64_t index)
{
    int64_t input, output;
    uint64_t run = (uint64_t)p->set.seed ^ p->set.nonce;
    uint64_t which = p->set.cache ? 0 : (uint64_t)index; /* all read the same text */
    lengths_of(&input, &output, p, index);
    if (!p->given || p->set.unique_prefix) {
        int64_t n = p->given || input > PREFIX_WORDS ? PREFIX_WORDS : input;
        probe_words(out, n, rng_key(run, PURPOSE_PREFIX, which));
        buf_text(out, p->given ? "\n\n" : "");
        input -= n;
    }
    if (p->given) {
        struct str given = p->given[(size_t)index % p->given_count];
        buf_add(out, given.p, given.n);
        return;
    }
    bool with_task = input >= TASK_FROM_TOKENS;
    if (with_task) input -= TASK_TOKENS;
    if (input > 0) probe_words(out, input, rng_key(run, PURPOSE_TEXT, which));
    if (with_task && !p->set.cache) buf_text(out, task);
}

enum err_code probe_prompts_body(struct buf *out, const struct probe_prompts *p,
                                 int64_t index, struct err *e)
{
    struct buf text = { .max = PROMPT_BYTES_MAX + (1 << 20) };
    struct converse_part part[64] = { 0 };
    size_t parts = 0;
    int64_t input, output;
    lengths_of(&input, &output, p, index);
    prompt_text(&text, p, index);
    for (size_t i = 0; i < p->attached_count && parts < 60; i++)
        part[parts++] = p->attached[i];
    struct str said = { text.p, text.n };
    if (p->set.cache) said = str_of(task + 2);
    part[parts++] = (struct converse_part){ .kind = CONVERSE_TEXT, .bytes = said };
    struct converse_message message = { .part = part, .parts = parts };
    struct converse q = {
        .message = &message,
        .messages = 1,
        .system = p->set.cache ? text.p : NULL,
        .system_cache_point = p->set.cache,
        .cache_ttl = p->set.cache_ttl,
        .max_tokens = output,
        .temperature = (double)NAN,
        .top_p = (double)NAN,
        .service_tier = p->set.service_tier,
        .latency = p->set.latency,
    };
    out->n = 0;
    enum err_code code = converse_body(out, &q, e);
    buf_clear(&text);
    return code;
}
