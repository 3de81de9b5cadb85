#include "bill.h"

#include <assert.h>
#include <string.h>

enum err_code bill_add(struct bill *b, struct bill_line line, struct err *e)
{
    assert(line.quantity >= 0 && b->arena);
    struct usd_acc cost = { 0 }, total = b->total;
    if (usd_acc_add(&cost, line.quantity, line.rate, e)) goto fail;
    line.cost = usd_acc_less(cost, line.discount_ppm);
    if (usd_acc_sum(&total, line.cost, e)) goto fail;
    b->line =
        arena_grow(b->arena, b->line, &b->capacity, b->count + 1, sizeof *b->line);
    b->line[b->count++] = line;
    b->total = total;
    return OK;
fail:
    return err_wrap(e, "%s: ", line.dimension);
}

struct bill_line bill_line_of(const struct price_pick *pick, int64_t quantity,
                              int32_t discount_ppm)
{
    const struct price_row *r = pick->row;
    assert(r);
    return (struct bill_line){ .dimension = r->dimension,
                               .quantity = quantity,
                               .unit = r->unit,
                               .rate = r->rate,
                               .discount_ppm = discount_ppm,
                               .marks = pick->marks,
                               .trust = r->trust,
                               .source = r->source,
                               .as_of = r->as_of,
                               .row = r,
                               .other = pick->other,
                               .note = r->doubt && *r->doubt ? r->doubt : NULL };
}

static bool multiply(int64_t *out, int64_t a, int64_t b)
{
    return !__builtin_mul_overflow(a, b, out);
}

/* All that is read, cached or not, decides the context tier. */
static int64_t tokens_read(const struct request_tokens *r)
{
    i128 read = (i128)r->input_tokens + r->cache_read_tokens + r->attached_tokens;
    for (int i = 0; i < 3; i++)
        read += r->cache_write_tokens[i];
    return read < INT64_MAX ? (int64_t)read : INT64_MAX;
}

/* One line of tokens; none for none. */
static enum err_code bill_tokens(struct bill *b, const struct tariff *t,
                                 const struct price_pick *pick, const char *dimension,
                                 int64_t tokens, int64_t requests, int32_t discount_ppm,
                                 struct err *e)
{
    int64_t quantity;
    assert(tokens >= 0 && requests >= 0);
    if (!tokens) return OK;
    if (!pick->row) return tariff_unpriced(t, dimension, pick->other, e);
    if (!multiply(&quantity, tokens, requests))
        return err_set(e, ERR_RANGE, "%s: more than 9.2e18 tokens", dimension);
    return bill_add(b, bill_line_of(pick, quantity, discount_ppm), e);
}

enum err_code bill_requests(struct bill *b, const struct tariff *t,
                            struct request_tokens per_request, int64_t requests,
                            int32_t discount_ppm, struct err *e)
{
    const struct price_pick *pick = tariff_picks(t, tokens_read(&per_request));
    const struct {
        enum token_kind kind;
        int64_t tokens;
        bool estimate;
    } parts[] = {
        { TOKEN_INPUT, per_request.input_tokens, false },
        { TOKEN_INPUT, per_request.attached_tokens, !per_request.attached_counted },
        { TOKEN_OUTPUT, per_request.output_tokens, false },
        { TOKEN_CACHE_READ, per_request.cache_read_tokens, false },
        { TOKEN_CACHE_WRITE_5M, per_request.cache_write_tokens[0], false },
        { TOKEN_CACHE_WRITE_30M, per_request.cache_write_tokens[1], false },
        { TOKEN_CACHE_WRITE_1H, per_request.cache_write_tokens[2], false },
    };
    struct bill before = *b;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct price_pick p = pick[parts[i].kind];
        if (parts[i].estimate) p.marks |= MARK_ESTIMATE;
        if (!bill_tokens(b, t, &p, tariff_dimension(t->tier, parts[i].kind),
                         parts[i].tokens, requests, discount_ppm, e))
            continue;
        b->count = before.count; /* the lines added lie beyond it */
        b->total = before.total;
        return e->code;
    }
    return OK;
}
