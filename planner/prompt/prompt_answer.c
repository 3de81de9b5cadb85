#include "prompt_answer.h"

#include <math.h>

#include "cache_price.h"
#include "prompt_count.h"
#include "proof.h"
#include "token_guess.h"

enum err_code prompt_answer_read(struct prompt_answer *out, const char *text,
                                 const char *data, struct app *app, struct err *e)
{
    struct arena *a = app->arena;
    struct prompt_store *store = NULL;
    struct prompt_version *v = NULL, wanted = { 0 };
    const char *name;
    int64_t number;
    size_t count = 0;
    *out = (struct prompt_answer){ 0 };
    if (prompt_reference(&name, &number, text, a, e)) return e->code;
    if (prompt_store_open(&store, data, false, a, e)) return e->code;
    if (!prompt_store_find(&wanted, store, text, a, e))
        (void)!prompt_store_list(&v, &count, store, name, a, e);
    prompt_store_close(store);
    if (e->code) return e->code;
    out->name = name;
    out->line = ARENA_NEW(a, struct prompt_line, count);
    out->count = count;
    for (size_t i = 0; i < count; i++) {
        struct prompt_line *l = &out->line[i];
        l->version = v[i];
        if (v[i].number == wanted.number) out->chosen = i;
        struct err bad = { 0 };
        if (prompt_read(&l->prompt, v[i].body.p, v[i].body.n, a, &bad))
            return err_set(e, ERR_DB, "the store holds no prompt as %s:%lld: %s", name,
                           (long long)v[i].number, bad.msg);
    }
    return OK;
}

enum err_code prompt_answer_price(struct prompt_answer *out,
                                  const struct prompt_settings *s, struct app *app,
                                  struct err *e)
{
    struct arena *a = app->arena;
    if (prompt_ask_read(&out->ask, s, out->line[out->chosen].prompt.model, app, e))
        return e->code;
    if (s->count_tokens &&
        prompt_count(&out->ask, &out->line[out->chosen].prompt, s, app, e))
        return e->code;
    for (size_t i = 0; i < out->count; i++) {
        struct prompt_line *l = &out->line[i];
        struct err why = { 0 };
        if (prompt_length_of(&l->length, &l->prompt, out->ask.samples, a, &why)) {
            l->unknown = arena_text(a, why.msg);
            if (i != out->chosen) continue;
            return err_set(e, why.code, "%s:%lld: %s", out->name,
                           (long long)l->version.number, why.msg);
        }
        if (!l->length.known) l->unknown = "its variables have no --samples";
        if (prompt_cost_of(&l->cost, &l->length, &out->ask, -1, a, e)) return e->code;
    }
    return OK;
}

bool prompt_line_priced(const struct prompt_answer *p, const struct prompt_line *l)
{
    return p->ask.priced && !l->unknown;
}

bool prompt_line_stated(const struct prompt_line *l)
{
    return l->length.points > 0 && l->length.point[0].stated;
}

struct usd prompt_line_usd(const struct prompt_line *l, bool month)
{
    const struct prompt_cost *c = &l->cost;
    if (prompt_line_stated(l)) return month ? c->per_month : c->per_1k;
    return month ? c->plain_per_month : c->plain_per_1k;
}

enum err_code prompt_proofs(struct proof_list *out, const struct prompt_answer *p,
                            struct app *app, struct err *e)
{
    const struct prompt_line *l = &p->line[p->chosen];
    const struct prompt_cost *c = &l->cost;
    const struct price_pick *pick = tariff_picks(&p->ask.tariff, prompt_read_tokens(c));
    double plain[TOKEN_KINDS] = {
        [TOKEN_INPUT] = c->input_tokens, [TOKEN_OUTPUT] = c->output_tokens
    };
    bool month = p->ask.workload != NULL;
    double requests = month ? p->ask.requests_per_day * PROMPT_MONTH_DAYS : 1000;
    *out = (struct proof_list){ .arena = app->arena };
    for (int k = 0; k < TOKEN_KINDS && prompt_line_priced(p, l); k++) {
        struct proof_line line = { .counted = true, .divided_by = 1 };
        double tokens = month ? c->tokens[k] : plain[k];
        if (tokens <= 0 || !pick[k].row) continue;
        line.proof = proof_of_price(&pick[k], p->ask.region, app->arena);
        if (usd_from_estimate(&line.quantity, tokens * requests, e) ||
            proof_add(out, line, e))
            return e->code;
        app_used(app, pick[k].row->dimension, pick[k].row->source, pick[k].row->as_of);
    }
    return OK;
}

const char *prompt_tokens_method(const struct prompt_ask *ask, struct arena *a)
{
    if (ask->counted)
        return arena_printf(a, "%.4g bytes a token, %s", ask->bytes_per_token,
                            ask->counted);
    if (ask->stated_bytes)
        return arena_printf(a, "%g bytes a token, as stated", ask->bytes_per_token);
    return arena_printf(a, "%d bytes a token, a guess that may be off by %d%%",
                        TOKEN_GUESS_BYTES, TOKEN_GUESS_ERROR_PERCENT);
}

int64_t prompt_tokens(const struct prompt_ask *ask, double bytes)
{
    return (int64_t)ceil(bytes / ask->bytes_per_token);
}

static void put_block(struct buf *out, const struct prompt *p, size_t i)
{
    const struct prompt_block *b = &p->block[i];
    bool first = i == 0 || p->block[i - 1].role != b->role ||
                 p->block[i - 1].message != b->message;
    if (first) buf_printf(out, "== %s\n", prompt_role_text(b->role));
    if (b->cache_point) {
        buf_printf(out, "== cache point%s%s\n", b->ttl ? " " : "",
                   b->ttl ? b->ttl : "");
        return;
    }
    buf_add(out, b->template.text.p, b->template.text.n);
    buf_text(out, "\n");
}

struct str prompt_flat(const struct prompt *p, struct arena *a)
{
    struct buf out = { .max = (size_t)16 * PROMPT_BYTES };
    if (!p->chat && p->blocks == 1) return p->block[0].template.text;
    for (size_t i = 0; i < p->blocks; i++)
        put_block(&out, p, i);
    struct str s = { arena_text_n(a, out.p ? out.p : "", out.n), out.n };
    buf_clear(&out);
    return s;
}

enum err_code prompt_lives(struct prompt_life out[2], size_t *count,
                           const struct prompt_answer *p, const struct prompt_line *l,
                           struct arena *a, struct err *e)
{
    const struct price_pick *pick =
        tariff_picks(&p->ask.tariff, prompt_tokens(&p->ask, l->length.mean_bytes));
    *count = 0;
    for (int hour = 0; hour < 2 && prompt_line_priced(p, l); hour++) {
        enum token_kind write = cache_write_kind(pick, hour);
        if (write == TOKEN_KINDS) continue;
        struct prompt_life *k = &out[(*count)++];
        *k = (struct prompt_life){ .life = write == TOKEN_CACHE_WRITE_30M ? "30m"
                                           : hour                         ? "1h"
                                                                          : "5m",
                                   .write = write,
                                   .input = pick[TOKEN_INPUT].row,
                                   .read = pick[TOKEN_CACHE_READ].row,
                                   .written = pick[write].row };
        k->uses =
            cache_break_even_uses(k->input->rate, k->read->rate, k->written->rate);
        k->can = cache_break_even_share(&k->share, k->input->rate, k->read->rate,
                                        k->written->rate);
        if (prompt_cost_of(&k->cost, &l->length, &p->ask, hour, a, e)) return e->code;
    }
    return OK;
}
