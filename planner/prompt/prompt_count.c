#include "prompt_count.h"

#include <math.h>

#include "converse.h"
#include "probe_setup.h"
#include "prompt_length.h"
#include "rng.h"
#include "train_count.h"

enum { PURPOSE = 0x70636e74, MOST_BYTES = 64 << 20 };

/* One sample's texts as a question, and how many bytes they are. */
struct filled {
    struct buf *text; /* of each block */
    struct converse_part *part;
    struct converse_message *message;
    size_t parts, messages;
    struct buf system;
};

static enum err_code fill(struct filled *f, const struct prompt *p,
                          const char *const *value, int64_t *bytes, struct err *e)
{
    size_t last = 0;
    *bytes = 0;
    for (size_t i = 0; i < p->blocks; i++) {
        const struct prompt_block *b = &p->block[i];
        struct buf *text = b->role == PROMPT_SYSTEM ? &f->system : &f->text[i];
        size_t before = text->n;
        text->max = MOST_BYTES;
        if (b->cache_point || b->role == PROMPT_TOOLS) continue;
        if (template_render(text, &b->template, value, e)) return e->code;
        *bytes += (int64_t)(text->n - before);
        if (b->role == PROMPT_SYSTEM || !text->n) continue;
        if (!f->messages || b->message != last)
            f->message[f->messages++] =
                (struct converse_message){ .assistant = b->role == PROMPT_ASSISTANT,
                                           .part = &f->part[f->parts] };
        last = b->message;
        f->part[f->parts++] = (struct converse_part){ .kind = CONVERSE_TEXT,
                                                      .bytes = { text->p, text->n } };
        f->message[f->messages - 1].parts++;
    }
    if (!f->messages)
        return err_set(e, ERR_INPUT, "no message that CountTokens could count");
    return OK;
}

static enum err_code ask_for(struct count_sample *out, const struct prompt *p,
                             const char *const *value, struct arena *a, struct err *e)
{
    struct filled f = { .text = ARENA_NEW(a, struct buf, p->blocks),
                        .part = ARENA_NEW(a, struct converse_part, p->blocks),
                        .message = ARENA_NEW(a, struct converse_message, p->blocks) };
    struct buf body = { .max = MOST_BYTES };
    if (!fill(&f, p, value, &out->chars, e)) {
        const struct converse q = { .message = f.message,
                                    .messages = f.messages,
                                    .system = f.system.n ? f.system.p : NULL,
                                    .temperature = (double)NAN,
                                    .top_p = (double)NAN };
        if (!converse_count_body(&body, &q, e))
            out->body = (struct str){ arena_text_n(a, body.p, body.n), body.n };
    }
    for (size_t i = 0; i < p->blocks; i++)
        buf_clear(&f.text[i]);
    buf_clear(&f.system);
    buf_clear(&body);
    return e->code;
}

/* Draws rows without putting them back: the first of a shuffle. */
static enum err_code draw(struct train_count *n, const struct prompt *p,
                          const struct prompt_samples *s, size_t most, uint64_t seed,
                          struct arena *a, struct err *e)
{
    size_t rows = p->variables.count && s ? s->rows : 1;
    size_t *row = ARENA_NEW(a, size_t, rows);
    const char **value = ARENA_NEW(a, const char *, p->variables.count + 1);
    n->samples = rows < most ? rows : most;
    n->sample = ARENA_NEW(a, struct count_sample, n->samples);
    for (size_t i = 0; i < rows; i++)
        row[i] = i;
    for (size_t i = 0; i < n->samples; i++) {
        uint64_t bits = rng_key(seed, PURPOSE, i);
        size_t from = i + (size_t)(rng_open(bits) * (double)(rows - i));
        size_t taken = row[from];
        row[from] = row[i];
        for (size_t v = 0; v < p->variables.count; v++) {
            int at = s ? prompt_names_find(&s->column, p->variables.name[v]) : -1;
            value[v] = at < 0 ? NULL : s->row[taken][at];
        }
        if (ask_for(&n->sample[i], p, value, a, e)) return e->code;
    }
    return OK;
}

static void take(struct prompt_ask *ask, const struct train_count *n, struct arena *a)
{
    const char *interval = "";
    double ratio = n->tokens_per_char;
    ask->bytes_per_token = 1 / ratio;
    if (isfinite(n->half_width))
        interval = arena_printf(a, " (95%%: %.4g to %.4g)", 1 / (ratio + n->half_width),
                                1 / (ratio - n->half_width));
    ask->counted =
        arena_printf(a, "counted by CountTokens of %s on %lld sample%s%s", n->model,
                     (long long)n->counted, n->counted == 1 ? "" : "s", interval);
}

enum err_code prompt_count(struct prompt_ask *ask, const struct prompt *p,
                           const struct prompt_settings *s, struct app *app,
                           struct err *e)
{
    struct train_count n = { .model = ask->priced ? ask->model.id : NULL };
    const struct probe_settings asks = { .profile = s->profile,
                                         .region = ask->region,
                                         .endpoint_url = s->endpoint_url,
                                         .dry_run = s->dry_run };
    struct probe_setup setup = { .set = &asks, .model = n.model };
    if (!n.model)
        return err_set(e, ERR_USAGE, "--count-tokens wants the --model that counts");
    if (ask->stated_bytes)
        return err_set(e, ERR_USAGE,
                       "--bytes-per-token and --count-tokens exclude each other");
    if (draw(&n, p, ask->samples, (size_t)s->count_tokens, (uint64_t)app->opt.seed,
             app->arena, e))
        return e->code;
    enum err_code code = probe_client(&setup, app, e);
    if (!code && s->dry_run) {
        const struct aws_request first = { .operation = AWS_COUNT_TOKENS,
                                           .subject = n.model,
                                           .body = n.sample[0].body };
        app_note(app, "%zu such request%s, free of charge; nothing is sent", n.samples,
                 n.samples == 1 ? "" : "s");
        code = client_show(setup.client, &first, app->out, e);
    } else if (!code) {
        code = train_count_ask(&n, setup.client, app->arena, e);
        if (!code) take(ask, &n, app->arena);
    }
    client_close(setup.client);
    return code ? err_wrap(e, "CountTokens of %s: ", n.model) : OK;
}
