#include "admission.h"

#include <math.h>

const char *bucket_name_text(enum bucket_name n)
{
    static const char *const text[] = {
        [BUCKET_INPUT] = "input tokens per minute",
        [BUCKET_OUTPUT] = "output tokens per minute",
        [BUCKET_TPM] = "tokens per minute",
        [BUCKET_RPM] = "requests per minute",
        [BUCKET_TPD] = "tokens per day",
    };
    return text[n];
}

enum { MINUTE_S = 60, DAY_S = 86400 };

struct range {
    const char *name;
    double value, lo, hi;
};

static enum err_code check(const struct range *r, int n, struct err *e)
{
    for (int i = 0; i < n; i++)
        if (!(r[i].value >= r[i].lo && r[i].value <= r[i].hi)) {
            return err_set(e, ERR_RANGE, "%s must be %g to %g, not %g", r[i].name,
                           r[i].lo, r[i].hi, r[i].value);
        }
    return OK;
}

static enum err_code check_all(const struct admission *a, struct err *e)
{
    const double least = 0.001, most = 1e12;
    const struct range common[] = {
        { "window (s)", a->window_s, least, DAY_S },
        { "time to first token (ms)", a->ttft_ms, 0, 1e9 },
        { "time per output token (ms)", a->tpot_ms, 0, 1e6 },
        { "max_tokens", (double)a->max_tokens, 0, REQUEST_MAX_TOKENS },
    };
    const struct range units[] = {
        { "input tokens per minute", a->input_tpm, least, most },
        { "output tokens per minute", a->output_tpm, least, most },
    };
    const struct range quota[] = {
        { "quota (tokens per minute)", a->quota_tpm, least, most },
        { "quota (requests per minute)", a->rpm, 0, most },
        { "quota (tokens per day)", a->tpd, 0, most },
        { "burndown", a->burndown, 0, 100 },
    };
    if (check(common, sizeof common / sizeof *common, e)) return e->code;
    return a->kind == CAPACITY_UNITS ? check(units, 2, e) : check(quota, 4, e);
}

static void add(struct admission_rules *r, struct bucket_rule b, int64_t window_ns)
{
    b.full = bucket_full(llround(b.rate * 1000), b.period_s, window_ns);
    if (b.reserved != b.settled) r->settles = true;
    if (b.reserved && r->reserve == RESERVE_MAX) r->settles = true;
    r->rule[r->count++] = b;
}

enum err_code admission_rules(struct admission_rules *out, const struct admission *a,
                              struct err *e)
{
    if (check_all(a, e)) return e->code;
    *out = (struct admission_rules){
        .reserve = a->reserve,
        .max_tokens = a->max_tokens,
        .retry = a->retry,
        .ttft_ms = a->ttft_ms,
        .tpot_ms = a->tpot_ms,
    };
    int64_t window_ns = llround(a->window_s * 1e9);
    if (a->kind == CAPACITY_UNITS) {
        add(out,
            (struct bucket_rule){ .name = BUCKET_INPUT,
                                  .rate = a->input_tpm,
                                  .period_s = MINUTE_S,
                                  .input = 1000 },
            window_ns);
        add(out,
            (struct bucket_rule){ .name = BUCKET_OUTPUT,
                                  .rate = a->output_tpm,
                                  .period_s = MINUTE_S,
                                  .reserved = 1000,
                                  .settled = 1000 },
            window_ns);
        return OK;
    }
    struct bucket_rule tokens = { .name = BUCKET_TPM,
                                  .rate = a->quota_tpm,
                                  .period_s = MINUTE_S,
                                  .input = 1000,
                                  .reserved = 1000,
                                  .settled = llround(a->burndown * 1000) };
    add(out, tokens, window_ns);
    if (a->rpm > 0) {
        add(out,
            (struct bucket_rule){ .name = BUCKET_RPM,
                                  .rate = a->rpm,
                                  .period_s = MINUTE_S,
                                  .request = 1000 },
            window_ns);
    }
    if (a->tpd > 0) {
        tokens.name = BUCKET_TPD;
        tokens.rate = a->tpd;
        tokens.period_s = DAY_S;
        add(out, tokens, (int64_t)DAY_S * 1000000000);
    }
    return OK;
}
