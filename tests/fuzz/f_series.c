/* Series to forecast: what is read is on a grid and finite or a gap, and has a forecast
 * that is finite; what is refused says its file. */
#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "forecast.h"
#include "forecast_ask.h"
#include "gsl_quiet.h"
#include "periods.h"
#include "series_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_VALUES = 120, HORIZON = 9 };

static void forecast_it(const struct series_file *f, size_t i, struct arena *a)
{
    const struct series *s = &f->series[i];
    struct forecast_spec spec = { .value = s->value,
                                  .count = s->count,
                                  .horizon = HORIZON,
                                  .level = { 80 },
                                  .levels = 1,
                                  .paths = 8 };
    struct forecast o;
    struct err e = { 0 };
    ask_usual_seasons(&spec, f, i, a);
    if (forecast_run(&o, &spec, a, &e)) {
        assert(e.code == ERR_SAMPLES);
        return;
    }
    for (size_t k = 0; k < HORIZON; k++) {
        assert(isfinite(o.point[k]) && isfinite(o.interval[0].upper[k]));
        assert(o.interval[0].lower[k] <= o.point[k]);
        assert(o.point[k] <= o.interval[0].upper[k]);
    }
    struct totals t;
    const struct budget_limits limits = { .most = { 100, 300, 1200 },
                                          .fiscal_year_start = 4 };
    if (!periods_apply(f)) return;
    /* sums of the largest numbers leave their range too */
    if (periods_of(&t, f, &o, &limits, a, &e)) {
        assert(e.code == ERR_RANGE);
        return;
    }
    assert(t.any >= t.of[PERIOD_YEAR].breach && t.any <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    struct series_file f = { 0 };
    sim_quiet_gsl();
    if (series_parse(&f, "x.csv", (const char *)data, size, &a, &e) == OK) {
        assert(f.count > 0 && (f.named || f.count == 1));
        for (size_t i = 0; i < f.count; i++) {
            const struct series *s = &f.series[i];
            assert(s->count > 0 && s->count <= SERIES_MOST_STEPS);
            for (size_t t = 0; t < s->count; t++)
                assert(!isinf(s->value[t]));
            if (s->count <= MOST_VALUES && i < 3) forecast_it(&f, i, &a);
        }
        for (size_t i = 1; f.dated && i < 20; i++)
            assert(series_at(&f, i) > series_at(&f, i - 1));
    } else {
        assert(e.code == ERR_INPUT || e.code == ERR_RANGE);
        assert(strncmp(e.msg, "x.csv:", 6) == 0);
    }
    arena_clear(&a);
    return 0;
}
