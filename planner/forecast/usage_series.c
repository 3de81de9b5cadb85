#include "usage_series.h"

#include <math.h>

enum { HOUR_S = 3600 };
static const double LATE = 5; /* by luck once in 150 times */

const char *measure_text(enum measure m)
{
    static const char *const text[] = {
#define X(name, word, text) text,
        MEASURES(X)
#undef X
    };
    return text[m];
}

/* The whole hours are from … to - 1. */
static void whole_hours(size_t *from, size_t *to, const struct usage_stats *s)
{
    *from = 0;
    *to = s->hours;
    if (s->kind != USAGE_REQUESTS) return;
    double an_hour = (double)s->requests / (double)s->hours;
    double end_s = (double)s->first_hour_s + (double)s->hours * HOUR_S;
    double before = (double)s->first_us / 1e6 - (double)s->first_hour_s;
    double behind = end_s - (double)s->last_us / 1e6;
    if (before / HOUR_S * an_hour > LATE) *from = 1;
    if (behind / HOUR_S * an_hour > LATE && *to > *from) --*to;
}

static double value_of(const struct usage_hour *h, enum measure measure,
                       struct token_usd price)
{
    switch (measure) {
    case MEASURE_REQUESTS:
        return (double)h->requests;
    case MEASURE_INPUT:
        return (double)h->input_tokens;
    case MEASURE_OUTPUT:
        return (double)h->output_tokens;
    case MEASURE_USD:
        break;
    }
    return (double)h->input_tokens * price.input +
           (double)h->output_tokens * price.output;
}

enum err_code usage_series(struct series_file *out, enum measure measure,
                           struct token_usd price, const struct usage_stats *s,
                           struct arena *a, struct err *e)
{
    size_t from, to;
    if (measure != MEASURE_REQUESTS && s->input.total + s->output.total <= 0)
        return err_set(e, ERR_INPUT, "usage of kind '%s' says nothing of tokens",
                       usage_kind_word(s->kind));
    whole_hours(&from, &to, s);
    if (to < from + 2)
        return err_set(e, ERR_SAMPLES,
                       "%zu whole hour%s; a forecast needs two at least", to - from,
                       to - from == 1 ? "" : "s");
    struct series *one = ARENA_NEW(a, struct series, 1);
    *one = (struct series){ .name = "",
                            .line = 1,
                            .count = to - from,
                            .value = ARENA_NEW(a, double, to - from) };
    for (size_t i = from; i < to; i++)
        one->value[i - from] = value_of(&s->hour[i], measure, price);
    *out = (struct series_file){ .series = one, .count = 1, .dated = s->dated };
    out->first_unix_s = s->first_hour_s + (int64_t)from * HOUR_S;
    out->step_s = HOUR_S;
    return OK;
}
