#include "probe_schedule.h"

#include <math.h>
#include <string.h>

#include "rng.h"
#include "text.h"

enum { PURPOSE_ARRIVALS = 0x70726f62 }; /* "prob" */

/* The n-th start in seconds; Poisson starts are asked for in order. */
static double next_start(double *poisson_s, struct rng *r, double rate_per_s,
                         enum probe_arrivals arrivals, size_t n)
{
    if (arrivals == PROBE_CONSTANT || n == 0) return (double)n / rate_per_s;
    *poisson_s += -log(rng_uniform(r)) / rate_per_s;
    return *poisson_s;
}

enum err_code probe_schedule_make(struct probe_schedule *out, double rate_per_s,
                                  enum probe_arrivals arrivals, int64_t requests,
                                  int64_t for_ns, int64_t seed, struct arena *a,
                                  struct err *e)
{
    struct rng r;
    double poisson_s = 0, end_s = (double)for_ns / 1e9;
    size_t capacity = 0, most = PROBE_REQUESTS_MAX;
    int64_t *at = NULL;
    size_t n = 0;
    if (requests > PROBE_REQUESTS_MAX ||
        (requests == 0 && rate_per_s * end_s > PROBE_REQUESTS_MAX))
        return err_set(e, ERR_RANGE, "more than %d requests", PROBE_REQUESTS_MAX);
    rng_init(&r, (uint64_t)seed, PURPOSE_ARRIVALS, 0);
    if (requests > 0) most = (size_t)requests;
    while (n < most) {
        double s = next_start(&poisson_s, &r, rate_per_s, arrivals, n);
        if (requests == 0 && s >= end_s) break;
        at = arena_grow(a, at, &capacity, n + 1, sizeof *at);
        at[n++] = (int64_t)llround(s * 1e9);
    }
    *out = (struct probe_schedule){ .at_ns = at, .count = n };
    return OK;
}

enum err_code probe_duration(int64_t *out_ns, const char *text, struct err *e)
{
    static const struct {
        const char *unit;
        double s;
    } unit[] = { { "ms", 1e-3 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "", 1 } };
    enum { LONGEST_S = 7 * 86400 };
    char number[32];
    double value;
    size_t length = strlen(text), digits = strspn(text, "0123456789.");
    for (size_t i = 0; i < sizeof unit / sizeof *unit; i++) {
        if (digits == 0 || digits >= sizeof number || length > 40) break;
        if (strcmp(text + digits, unit[i].unit) != 0) continue;
        memcpy(number, text, digits);
        number[digits] = '\0';
        if (text_real(&value, number, 0, 1e9, e)) return e->code;
        value *= unit[i].s;
        if (!(value >= 1e-3) || value > LONGEST_S)
            return err_set(e, ERR_RANGE, "'%s' must be 1ms to 168h", text);
        *out_ns = (int64_t)llround(value * 1e9);
        return OK;
    }
    return err_set(e, ERR_INPUT, "'%.40s' is no time such as 30s, 5m or 1h", text);
}
