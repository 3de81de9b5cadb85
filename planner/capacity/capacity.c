#include "capacity.h"

#include <math.h>

#include "text.h"

static enum err_code check_units(const struct capacity_settings *s, struct err *e)
{
    if (s->unit_input_tpm > 0 && s->unit_output_tpm > 0) return OK;
    return err_set(
        e, ERR_USAGE,
        "--units wants --unit-input-tpm and --unit-output-tpm: what one unit "
        "delivers is not published, your account team or a probe knows");
}

enum err_code capacity_admission(struct admission *out,
                                 const struct capacity_settings *s,
                                 const struct app *app, int64_t units, struct err *e)
{
    bool quota = s->quota_tpm > 0;
    if (quota && (units > 0 || s->unit_input_tpm > 0 || s->unit_output_tpm > 0))
        return err_set(e, ERR_USAGE, "units and --quota-tpm contradict each other");
    if (!quota && (s->quota_rpm > 0 || s->quota_tpd > 0))
        return err_set(e, ERR_USAGE, "a quota wants --quota-tpm");
    if (!quota && units <= 0)
        return err_set(e, ERR_USAGE,
                       "no capacity given: --units with --unit-input-tpm and "
                       "--unit-output-tpm, or --quota-tpm");
    if (!quota && check_units(s, e)) return e->code;
    bool reserve_said = app_origin(app, "reserve") != OPT_PRESET;
    enum reserve reserve = s->max_tokens > 0 ? RESERVE_MAX : RESERVE_ACTUAL;
    *out = (struct admission){
        .kind = quota ? CAPACITY_QUOTA : CAPACITY_UNITS,
        .input_tpm = (double)units * s->unit_input_tpm,
        .output_tpm = (double)units * s->unit_output_tpm,
        .quota_tpm = s->quota_tpm,
        .rpm = s->quota_rpm,
        .tpd = s->quota_tpd,
        .burndown = s->burndown,
        .window_s = s->window_s,
        .reserve = reserve_said ? (enum reserve)s->reserve : reserve,
        .max_tokens = s->max_tokens,
        .ttft_ms = s->ttft_ms,
        .tpot_ms = s->tpot_ms,
        .retry = (enum retry)s->retry,
    };
    return OK;
}

void capacity_warn(struct app *app, const struct admission_rules *rules)
{
    if (!rules->settles || rules->ttft_ms > 0 || rules->tpot_ms > 0) return;
    app_warn(app, "without --ttft-ms and --tpot-ms requests end at once: what they "
                  "reserve returns at once, and the answer is a lower bound");
}

const char *capacity_number(double value, struct arena *arena)
{
    char whole[32];
    if (!isfinite(value)) return "-";
    double milli = nearbyint(value * 1000);
    if (fabs(milli) > 9e18) return arena_printf(arena, "%.6g", value);
    int64_t m = (int64_t)milli, rest = m < 0 ? -m % 1000 : m % 1000;
    text_thousands(whole, m / 1000);
    if (rest == 0) return arena_text(arena, whole);
    int digits = rest % 100 == 0 ? 1 : rest % 10 == 0 ? 2 : 3;
    int64_t shown = digits == 1 ? rest / 100 : digits == 2 ? rest / 10 : rest;
    return arena_printf(arena, "%s%s.%0*lld", m < 0 && m > -1000 ? "-" : "", whole,
                        digits, (long long)shown);
}

const char *capacity_share(double share, struct arena *arena)
{
    const double all_digits = 100; /* of per cent: three before the point */
    if (!isfinite(share)) return "-";
    if (share * 100 >= all_digits)
        return arena_printf(arena, "%s%%",
                            capacity_number(nearbyint(share * 100), arena));
    return arena_printf(arena, "%.3g%%", share * 100);
}

const char *capacity_span(double span_s, struct arena *arena)
{
    const int minute = 60, hour = 3600, day = 86400;
    if (span_s < minute) return arena_printf(arena, "%.3g s", span_s);
    int64_t s = llround(span_s);
    if (s < hour)
        return arena_printf(arena, "%lld min %lld s", (long long)(s / minute),
                            (long long)(s % minute));
    if (s < 2 * day)
        return arena_printf(arena, "%lld h %lld min", (long long)(s / hour),
                            (long long)(s % hour / minute));
    return arena_printf(arena, "%lld d %lld h", (long long)(s / day),
                        (long long)(s % day / hour));
}

const char *capacity_manner(const struct admission *a, struct arena *arena)
{
    const char *reserve = "what comes out";
    if (a->reserve == RESERVE_MAX && a->max_tokens == 0)
        reserve = "the max_tokens of each request";
    else if (a->reserve == RESERVE_MAX)
        reserve = arena_printf(arena, "max_tokens (%s where a request states none)",
                               capacity_number((double)a->max_tokens, arena));
    const char *burn = "";
    if (a->kind == CAPACITY_QUOTA && (a->burndown < 1 || a->burndown > 1))
        burn = arena_printf(arena, ", output counts %g times", a->burndown);
    return arena_printf(arena, "reserves %s%s, window %g s, %s", reserve, burn,
                        a->window_s,
                        a->retry == RETRY_SDK ? "retries as SDKs do" : "no retries");
}

const char *capacity_words(const struct admission *a, int64_t units,
                           struct arena *arena)
{
    if (a->kind == CAPACITY_UNITS) {
        return arena_printf(arena, "%lld unit%s of %s input and %s output tokens/min",
                            (long long)units, units == 1 ? "" : "s",
                            capacity_number(a->input_tpm / (double)units, arena),
                            capacity_number(a->output_tpm / (double)units, arena));
    }
    const char *text = arena_printf(arena, "a quota of %s tokens/min",
                                    capacity_number(a->quota_tpm, arena));
    if (a->rpm > 0)
        text = arena_printf(arena, "%s, %s requests/min", text,
                            capacity_number(a->rpm, arena));
    if (a->tpd > 0)
        text = arena_printf(arena, "%s, %s tokens/day", text,
                            capacity_number(a->tpd, arena));
    return text;
}
