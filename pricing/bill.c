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
                               .other = pick->other,
                               .note = r->doubt && *r->doubt ? r->doubt : NULL };
}

static bool multiply(int64_t *out, int64_t a, int64_t b)
{
    return !__builtin_mul_overflow(a, b, out);
}

/* All that is read, cached or not, decides the context tier. */
static bool is_long(const struct tariff *t, const struct request_tokens *r)
{
    i128 read = (i128)r->input_tokens + r->cache_read_tokens;
    for (int i = 0; i < 3; i++)
        read += r->cache_write_tokens[i];
    return t->long_above_tokens && read > t->long_above_tokens;
}

enum err_code bill_requests(struct bill *b, const struct tariff *t,
                            struct request_tokens per_request, int64_t requests,
                            int32_t discount_ppm, struct err *e)
{
    const struct price_pick *pick = is_long(t, &per_request) ? t->long_pick : t->pick;
    const int64_t tokens[TOKEN_KINDS] = {
        [TOKEN_INPUT] = per_request.input_tokens,
        [TOKEN_OUTPUT] = per_request.output_tokens,
        [TOKEN_CACHE_READ] = per_request.cache_read_tokens,
        [TOKEN_CACHE_WRITE_5M] = per_request.cache_write_tokens[0],
        [TOKEN_CACHE_WRITE_30M] = per_request.cache_write_tokens[1],
        [TOKEN_CACHE_WRITE_1H] = per_request.cache_write_tokens[2],
    };
    struct bill before = *b;
    for (int k = 0; k < TOKEN_KINDS; k++) {
        assert(tokens[k] >= 0 && requests >= 0);
        const char *name = tariff_dimension(t->tier, (enum token_kind)k);
        int64_t quantity;
        if (!tokens[k]) continue;
        if (!pick[k].row) {
            tariff_unpriced(t, name, pick[k].other, e);
            goto fail;
        }
        if (!multiply(&quantity, tokens[k], requests)) {
            err_set(e, ERR_RANGE, "%s: more than 9.2e18 tokens", name);
            goto fail;
        }
        if (bill_add(b, bill_line_of(&pick[k], quantity, discount_ppm), e)) goto fail;
    }
    return OK;
fail: /* lines already added lie beyond `count` */
    before.line = b->line, before.capacity = b->capacity;
    *b = before;
    return e->code;
}
