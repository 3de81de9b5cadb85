#include <string.h>

#include "file.h"
#include "forecast_ask.h"
#include "quote.h"
#include "usage_find.h"
#include "usage_series.h"

enum { MOST_BYTES = 1 << 29 };

static const double USD_PER_PUSD = 1e-12;

/* Of one token of a dimension; 0 when nothing is billed so. */
static double usd_of(const struct quote *q, enum token_kind kind)
{
    const char *dimension = tariff_dimension(TIER_STANDARD, kind);
    for (size_t i = 0; i < q->count; i++) {
        const struct price_row *row = q->line[i].pick.row;
        if (row && strcmp(q->line[i].dimension, dimension) == 0)
            return (double)row->rate.pusd * USD_PER_PUSD / (double)row->rate.per;
    }
    return 0;
}

static int64_t mean(int64_t total, int64_t requests)
{
    return requests > 0 ? (total + requests - 1) / requests : 0;
}

/* The mean request says which context tier bills. Hours are priced by their tokens, of
 * which the same share is cached in each. */
static enum err_code price_tokens(struct token_usd *out, struct proof_list *prices,
                                  struct app *app, const struct forecast_settings *s,
                                  const struct usage_stats *u, struct err *e)
{
    int64_t plain = u->input.total - u->cached_tokens - u->written_tokens;
    double all = (double)u->input.total;
    struct quote q;
    const struct price_settings ask = {
        .region = s->region,
        .input = mean(plain, u->requests),
        .output = mean(u->output.total, u->requests),
        .cache_read = mean(u->cached_tokens, u->requests),
        .cache_write = mean(u->written_tokens, u->requests),
        .requests = 1,
    };
    if (quote_ask(&q, app, s->price, &ask, e)) return err_wrap(e, "--price: ");
    quote_warn(app, &q);
    prices->arena = app->arena;
    for (size_t i = 0; i < q.count; i++) {
        struct proof_line line = { .proof = proof_of_price(&q.line[i].pick, q.region,
                                                           app->arena) };
        if (q.line[i].pick.row && proof_add(prices, line, e)) return e->code;
    }
    out->output = usd_of(&q, TOKEN_OUTPUT);
    out->input = 0;
    if (!(all > 0)) return OK;
    double write = usd_of(&q, TOKEN_CACHE_WRITE_5M);
    if (!(write > 0)) write = usd_of(&q, TOKEN_CACHE_WRITE_30M);
    out->input = (usd_of(&q, TOKEN_INPUT) * (double)plain +
                  usd_of(&q, TOKEN_CACHE_READ) * (double)u->cached_tokens +
                  write * (double)u->written_tokens) /
                 all;
    app_note(app, "priced as %s on demand in %s%s", q.model.id, q.region,
             u->cached_tokens + u->written_tokens
                 ? ", the same share of the input cached in each hour"
                 : "");
    return OK;
}

static enum err_code read_usage(struct forecast_source *out, struct series_file *series,
                                struct app *app, const struct forecast_settings *s,
                                struct err *e)
{
    struct arena *a = app->arena;
    struct usage_stats u = { 0 };
    struct token_usd price = { 0 };
    enum measure measure = s->price ? MEASURE_USD : (enum measure)s->measure;
    if (usage_find_stats(&u, s->usage, s->data, a, e)) return e->code;
    out->name = arena_printf(a, "usage %s", s->usage);
    out->of = measure_text(measure);
    if (s->price && price_tokens(&price, &out->prices, app, s, &u, e)) return e->code;
    if (usage_series(series, measure, price, &u, a, e))
        return err_wrap(e, "%s: ", out->name);
    return OK;
}

enum err_code forecast_read(struct forecast_source *out, struct series_file *series,
                            struct app *app, const struct forecast_settings *s,
                            struct err *e)
{
    char *bytes = NULL;
    size_t size = 0;
    *out = (struct forecast_source){ 0 };
    if (s->usage) return read_usage(out, series, app, s, e);
    out->name = strcmp(s->series, "-") == 0 ? "stdin" : s->series;
    if (file_read(&bytes, &size, s->series, MOST_BYTES, app->arena, e)) return e->code;
    return series_parse(series, out->name, bytes, size, app->arena, e);
}
