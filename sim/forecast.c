#include "forecast.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "blend.h"
#include "classic.h"
#include "conformal.h"
#include "family.h"
#include "gaps.h"
#include "origins.h"
#include "paths.h"
#include "score.h"

enum { MOST_STEPS = 100000 };

const char *forecast_method_text(enum forecast_method m)
{
    static const char *const text[] = {
#define X(id, text) text,
        FORECAST_METHODS(X)
#undef X
    };
    return text[m];
}

/* One run: what its steps hand to each other. */
struct run {
    const struct forecast_spec *spec;
    struct arena *a; /* gone after the run */
    struct minimiser *minimiser;
    struct history s;
    struct origins o;
    double unit;  /* a power of 2 that the values are divided by: squares of 1e200 or of
                     1e-200 would leave the range of numbers; scaled back exactly */
    double least; /* no forecast is below it */
    size_t methods; /* that took part */
    const char **name;
    double *ahead; /* [method][cut][step] */
    double *mae;   /* [origin][method] */
    double *error; /* [origin][step of the reach], of the held-out combination */
};

static enum err_code check(const struct forecast_spec *s, struct err *e)
{
    size_t known = 0;
    for (size_t t = 0; t < s->count; t++) {
        if (isinf(s->value[t]))
            return err_set(e, ERR_RANGE, "value %zu is not finite", t + 1);
        if (!isnan(s->value[t])) known++;
    }
    if (known < 2)
        return err_set(e, ERR_SAMPLES, "%s; a forecast needs two values at least",
                       known ? "one value" : "no value");
    if (s->horizon < 1 || s->horizon > MOST_STEPS)
        return err_set(e, ERR_RANGE, "horizon must be 1 to %d steps, not %zu",
                       MOST_STEPS, s->horizon);
    for (size_t i = 0; i < s->seasons; i++)
        if (s->season[i] < 2)
            return err_set(e, ERR_RANGE, "a season has two steps at least, not %zu",
                           s->season[i]);
    for (size_t i = 0; i < s->levels; i++)
        if (s->level[i] < 1 || s->level[i] > 99)
            return err_set(e, ERR_RANGE, "level must be 1 to 99 per cent, not %d",
                           s->level[i]);
    return OK;
}

size_t forecast_season_needs(size_t season, size_t horizon)
{
    return horizon < season ? 2 * season + horizon : 3 * season;
}

static int ascending(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* The seasons that n values can carry, each once. */
static void take_seasons(struct forecast *out, const struct forecast_spec *s, size_t n)
{
    size_t wanted[FORECAST_SEASONS];
    memcpy(wanted, s->season, sizeof wanted);
    qsort(wanted, s->seasons, sizeof *wanted, ascending);
    for (size_t i = 0; i < s->seasons; i++) {
        if (i > 0 && wanted[i] == wanted[i - 1]) continue;
        if (n >= forecast_season_needs(wanted[i], s->horizon)) {
            out->season[out->seasons++] = wanted[i];
        } else {
            out->dropped[out->drops++] = wanted[i];
        }
    }
}

/* Gaps at the front tell nothing and are cut off; the others are filled. */
static void prepare(struct run *r, struct forecast *out)
{
    const struct forecast_spec *spec = r->spec;
    size_t first = 0;
    while (isnan(spec->value[first]))
        first++;
    size_t n = spec->count - first;
    take_seasons(out, spec, n);
    double *y = ARENA_NEW(r->a, double, n), *log_y = ARENA_NEW(r->a, double, n);
    out->gaps = gaps_fill(y, spec->value + first, n, out->seasons ? out->season[0] : 0);
    double low = y[0], size = 0;
    for (size_t t = 0; t < n; t++) {
        low = fmin(low, y[t]);
        size = fmax(size, fabs(y[t]));
    }
    r->unit = size > 0 ? exp2(ilogb(size)) : 1;
    for (size_t t = 0; t < n; t++)
        y[t] /= r->unit;
    for (size_t t = 0; low > 0 && t < n; t++)
        log_y[t] = log(y[t]);
    r->least = low >= 0 ? 0 : -HUGE_VAL;
    r->s = (struct history){ .y = y, .n = n, .log = low > 0 ? log_y : NULL };
    r->s.seasons = out->seasons;
    memcpy(r->s.season, out->season, sizeof r->s.season);
    size_t shortest = out->seasons ? out->season[0] : 0;
    size_t longest = out->seasons ? out->season[out->seasons - 1] : 0;
    origins_plan(&r->o, n, spec->horizon, shortest, longest);
    out->origins = r->o.count;
    out->reach = r->o.reach;
}

static void run_family(struct run *r)
{
    struct family f;
    size_t each = (r->o.count + 1) * r->spec->horizon;
    family_open(&f, &r->s, r->o.cut, r->o.count + 1, r->spec->horizon, r->minimiser,
                r->a);
    r->ahead = ARENA_NEW(r->a, double, family_size *each);
    r->name = ARENA_NEW(r->a, const char *, family_size);
    for (size_t i = 0; i < family_size; i++) {
        if (!family_applies(&f, i)) continue;
        family_forecast(r->ahead + r->methods * each, &f, i, r->a);
        r->name[r->methods++] = family_name(i);
    }
}

static void run_classic(struct run *r, enum classic what)
{
    size_t h = r->spec->horizon;
    r->ahead = ARENA_NEW(r->a, double, (r->o.count + 1) * h);
    r->name = ARENA_NEW(r->a, const char *, 1);
    r->name[0] = forecast_method_text(r->spec->method);
    r->methods = 1;
    for (size_t k = 0; k <= r->o.count; k++)
        classic_forecast(r->ahead + k * h, h, what, r->s.y, r->o.cut[k],
                         r->s.seasons ? r->s.season[0] : 1, r->minimiser, r->a);
}

/* What was seen at step i after origin k; NAN for a gap. */
static double seen(const struct run *r, size_t k, size_t i)
{
    const struct forecast_spec *s = r->spec;
    return s->value[s->count - r->s.n + r->o.cut[k] + i] / r->unit;
}

static const double *ahead_of(const struct run *r, size_t method, size_t k)
{
    return r->ahead + (method * (r->o.count + 1) + k) * r->spec->horizon;
}

static void measure(struct run *r)
{
    r->mae = ARENA_NEW(r->a, double, r->o.count * r->methods + 1);
    for (size_t k = 0; k < r->o.count; k++) {
        for (size_t m = 0; m < r->methods; m++) {
            const double *f = ahead_of(r, m, k);
            double sum = 0, known = 0;
            for (size_t i = 0; i < r->o.reach; i++) {
                double miss = fabs(seen(r, k, i) - f[i]);
                if (isnan(seen(r, k, i))) continue;
                sum += miss;
                known++;
            }
            r->mae[k * r->methods + m] = known > 0 ? sum / known : 0;
        }
    }
}

/* What has been seen at origin k, and as much again on both sides. */
static void plausible(double *low, double *high, const struct run *r, size_t k)
{
    double least = r->s.y[0], most = least;
    for (size_t t = 1; t < r->o.cut[k]; t++) {
        least = fmin(least, r->s.y[t]);
        most = fmax(most, r->s.y[t]);
    }
    *low = least - (most - least);
    *high = most + (most - least);
}

/* The weighted mean of the methods at origin k, for `steps` steps. */
static void combine(double *out, double *weight, const struct run *r, size_t k,
                    size_t steps)
{
    double low, high, f[BLEND_MOST];
    origins_weigh(weight, &r->o, k, r->mae, r->methods);
    plausible(&low, &high, r, k);
    for (size_t i = 0; i < steps; i++) {
        for (size_t m = 0; m < r->methods; m++)
            f[m] = ahead_of(r, m, k)[i];
        out[i] = fmax(blend(f, weight, r->methods, low, high), r->least);
    }
}

static int heavier(const void *a, const void *b)
{
    double x = ((const struct forecast_weight *)a)->weight;
    double y = ((const struct forecast_weight *)b)->weight;
    return (x < y) - (x > y);
}

/* Point forecast, and errors and scores of the held-out origins. */
static void judge(struct run *r, struct forecast *out)
{
    size_t reach = r->o.reach, origins = r->o.count;
    double *weight = ARENA_NEW(r->a, double, r->methods);
    double *at_origin = ARENA_NEW(r->a, double, reach);
    double *actual = ARENA_NEW(r->a, double, reach);
    r->error = ARENA_NEW(r->a, double, origins *reach + 1);
    double smape = 0, mae = 0, steps = 0;
    for (size_t k = 0; k < origins; k++) {
        combine(at_origin, weight, r, k, reach);
        for (size_t i = 0; i < reach; i++) {
            actual[i] = seen(r, k, i);
            r->error[k * reach + i] = actual[i] - at_origin[i];
            if (isnan(actual[i])) continue;
            smape += score_smape(&actual[i], &at_origin[i], 1);
            mae += fabs(actual[i] - at_origin[i]);
            steps++;
        }
    }
    double scale = score_scale(r->s.y, r->s.n, r->s.seasons ? r->s.season[0] : 1);
    out->smape = steps > 0 ? smape / steps : (double)NAN;
    out->mase = steps > 0 && scale > 0 ? mae / steps / scale : (double)NAN;
    combine(out->point, weight, r, origins, out->horizon);
    for (size_t m = 0; m < r->methods; m++)
        out->weight[out->weights++] = (struct forecast_weight){ r->name[m], weight[m] };
    qsort(out->weight, out->weights, sizeof *out->weight, heavier);
}

/* Share of the held-out origins' steps within intervals learnt from the others. */
static void cover(struct run *r, struct forecast *out)
{
    size_t reach = r->o.reach, within[FORECAST_LEVELS] = { 0 }, steps = 0;
    for (size_t k = 0; k < r->o.count && r->o.count > 1; k++) {
        struct conformal c;
        conformal_learn(&c, r->error, r->o.count, reach, reach, k, r->a);
        if (c.scores == 0) continue;
        double width[FORECAST_LEVELS];
        for (size_t j = 0; j < out->levels; j++)
            width[j] = conformal_quantile(&c, out->interval[j].level / 100.0);
        for (size_t i = 0; i < reach; i++) {
            double miss = fabs(r->error[k * reach + i]);
            if (isnan(miss)) continue;
            steps++;
            for (size_t j = 0; j < out->levels; j++)
                within[j] += miss <= width[j] * c.scale[i];
        }
    }
    for (size_t j = 0; j < out->levels; j++)
        out->interval[j].coverage =
            steps ? (double)within[j] / (double)steps : (double)NAN;
}

/* Without origins all that is known are the steps that were taken, each over the root
 * of the time it took. */
static size_t steps_taken(double *step, const struct run *r)
{
    const struct forecast_spec *s = r->spec;
    size_t count = 0, last = s->count;
    for (size_t t = 0; t < s->count; t++) {
        if (isnan(s->value[t])) continue;
        if (last < t)
            step[count++] =
                (s->value[t] - s->value[last]) / r->unit / sqrt((double)(t - last));
        last = t;
    }
    return count;
}

static void spread(struct run *r, struct forecast *out)
{
    size_t h = out->horizon, origins = r->o.count, reach = r->o.reach;
    const double *error = r->error;
    struct conformal c = { 0 };
    if (origins > 0) conformal_learn(&c, error, origins, reach, h, origins, r->a);
    if (c.scores == 0) {
        double *step = ARENA_NEW(r->a, double, r->spec->count);
        origins = steps_taken(step, r);
        reach = 1;
        error = step;
        conformal_learn(&c, error, origins, reach, h, origins, r->a);
    }
    struct togetherness t = paths_togetherness(&c, error, origins, reach);
    for (size_t j = 0; j < out->levels; j++) {
        struct forecast_interval *x = &out->interval[j];
        double width = conformal_quantile(&c, x->level / 100.0);
        for (size_t i = 0; i < h; i++) {
            x->lower[i] = fmax(out->point[i] - width * c.scale[i], r->least);
            x->upper[i] = out->point[i] + width * c.scale[i];
        }
    }
    paths_draw(out->path, out->paths, out->point, &c, t, r->least, r->spec->seed);
}

/* Growth of the largest numbers leaves their range: it is held at its end. */
static void scale_all(double *value, size_t n, double unit)
{
    for (size_t i = 0; i < n; i++) {
        assert(!isnan(value[i])); /* or the bounds would hide it */
        value[i] = fmin(fmax(value[i] * unit, -DBL_MAX), DBL_MAX);
    }
}

static void rescale(struct forecast *out, double unit)
{
    scale_all(out->point, out->horizon, unit);
    for (size_t j = 0; j < out->levels; j++) {
        scale_all(out->interval[j].lower, out->horizon, unit);
        scale_all(out->interval[j].upper, out->horizon, unit);
    }
    scale_all(out->path, out->paths * out->horizon, unit);
}

static void allocate(struct forecast *out, const struct forecast_spec *s,
                     struct arena *a)
{
    *out = (struct forecast){ .method = s->method, .horizon = s->horizon };
    out->point = ARENA_NEW(a, double, s->horizon);
    out->weight = ARENA_NEW(a, struct forecast_weight, family_size);
    out->levels = s->levels;
    for (size_t j = 0; j < s->levels; j++) {
        out->interval[j].level = s->level[j];
        out->interval[j].lower = ARENA_NEW(a, double, s->horizon);
        out->interval[j].upper = ARENA_NEW(a, double, s->horizon);
    }
    out->paths = s->paths;
    out->path = ARENA_NEW(a, double, s->paths * s->horizon + 1);
}

enum err_code forecast_run(struct forecast *out, const struct forecast_spec *spec,
                           struct arena *a, struct err *e)
{
    struct arena scratch = { .on_exhausted = a->on_exhausted };
    struct run r = { .spec = spec, .a = &scratch };
    if (check(spec, e) || minimiser_open(&r.minimiser, e)) return e->code;
    allocate(out, spec, a);
    prepare(&r, out);
    if (spec->method == FORECAST_AUTO) {
        run_family(&r);
    } else {
        run_classic(&r, (enum classic)(spec->method - FORECAST_NAIVE));
    }
    measure(&r);
    judge(&r, out);
    cover(&r, out);
    spread(&r, out);
    rescale(out, r.unit);
    minimiser_close(r.minimiser);
    arena_clear(&scratch);
    return OK;
}
