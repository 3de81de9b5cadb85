/* Forecasts of the M4 hourly and weekly series in BEDPLAN_SHARED/data/m4 (half of
 * each), scored as the competition did, beside its published table.
 *
 * b_forecast_m4            the competition's test values
 * b_forecast_m4 WINDOWS    instead, the last WINDOWS horizons of the training values,
 *                          each forecast from what precedes it: what methods are chosen
 *                          on. The test values are not read. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "classic.h"
#include "forecast.h"
#include "gsl_quiet.h"
#include "parallel.h"
#include "score.h"

enum { MOST_SERIES = 500, MOST_VALUES = 4000, MOST_HORIZON = 48, PATHS = 400 };
enum { RUN_ALL = FORECAST_THETA + 1 };

struct set {
    const char *name;
    size_t horizon, mase_season, season[2], seasons;
};
static const struct set sets[] = {
    { "hourly", 48, 24, { 24, 168 }, 2 },
    { "weekly", 13, 1, { 52 }, 1 },
};

/* sMAPE, MASE, OWA of all series of a frequency; MSIS and |coverage - 95 %|.
 * Source: M4-methods, "Evaluation and Ranks.xlsx". */
static const struct {
    const char *name;
    double figure[2][5];
} published[] = {
    { "Naive",
      { { 43.003, 11.608, 3.593, 71.245, .011 }, { 9.161, 2.777, 1, 26.358, .001 } } },
    { "sNaive",
      { { 13.912, 1.193, .627, (double)NAN, (double)NAN },
        { 9.161, 2.777, 1, (double)NAN, (double)NAN } } },
    { "Naive2",
      { { 18.383, 2.395, 1, (double)NAN, (double)NAN },
        { 9.161, 2.777, 1, (double)NAN, (double)NAN } } },
    { "SES",
      { { 18.094, 2.385, .990, (double)NAN, (double)NAN },
        { 9.012, 2.685, .975, (double)NAN, (double)NAN } } },
    { "Holt",
      { { 29.249, 9.356, 2.749, (double)NAN, (double)NAN },
        { 9.708, 2.420, .966, (double)NAN, (double)NAN } } },
    { "Damped",
      { { 19.265, 2.956, 1.141, (double)NAN, (double)NAN },
        { 8.866, 2.404, .917, (double)NAN, (double)NAN } } },
    { "Comb",
      { { 22.053, 4.582, 1.556, (double)NAN, (double)NAN },
        { 8.944, 2.432, .926, (double)NAN, (double)NAN } } },
    { "Theta",
      { { 18.138, 2.455, 1.006, (double)NAN, (double)NAN },
        { 9.093, 2.637, .971, (double)NAN, (double)NAN } } },
    { "winner (Smyl)",
      { { 9.328, .893, .440, 7.928, .040 }, { 7.817, 2.356, .851, 22.034, .021 } } },
    { "2nd (Montero-Manso)",
      { { 11.506, .819, .484, (double)NAN, (double)NAN },
        { 7.625, 2.108, .796, (double)NAN, (double)NAN } } },
    { "3rd (Pawlikowski)",
      { { 9.611, .873, .444, (double)NAN, (double)NAN },
        { 6.919, 2.158, .766, (double)NAN, (double)NAN } } },
    { "Petropoulos-Svetunkov",
      { { 13.167, 1.458, .663, (double)NAN, (double)NAN },
        { 6.726, 2.133, .751, 16.200, .012 } } },
    { "Doornik",
      { { (double)NAN, (double)NAN, (double)NAN, 6.139, .002 },
        { (double)NAN, (double)NAN, (double)NAN, 16.469, .053 } } },
};

struct series {
    double *train, *test;
    size_t n, h;
};

struct score {
    double smape[RUN_ALL], mase[RUN_ALL];
    double msis, cover95, cover80, sum95, seconds;
};

struct bench {
    const struct set *set;
    struct series *series;
    size_t count, windows;
    struct score *score; /* one a job */
};

static double now_s(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static size_t read_values(struct series *s, const char *folder, const char *set,
                          const char *part, bool test)
{
    char path[4096];
    size_t count = 0, room = 0;
    char *line = NULL;
    snprintf(path, sizeof path, "%s/data/m4/%s-%s.csv", folder, set, part);
    FILE *f = fopen(path, "r");
    if (!f) return 0;
    while (count < MOST_SERIES && getline(&line, &room, f) > 0) {
        double *v = calloc(MOST_VALUES, sizeof *v);
        size_t n = 0;
        char *at = strchr(line, ',');
        while (at && n < MOST_VALUES) {
            v[n++] = strtod(at + 1, &at);
            if (*at != ',') at = NULL;
        }
        struct series *one = &s[count++];
        if (test) {
            one->test = v;
            one->h = n;
        } else {
            one->train = v;
            one->n = n;
        }
    }
    free(line);
    fclose(f);
    return count;
}

/* What to forecast in job i, and from how many values. */
static const double *target(const struct bench *b, size_t i, size_t *n)
{
    const struct series *s = &b->series[b->windows ? i / b->windows : i];
    *n = s->n;
    if (!b->windows) return s->test;
    size_t back = (i % b->windows + 1) * b->set->horizon;
    *n = s->n > back ? s->n - back : 0;
    return s->train + *n;
}

static void score_paths(struct score *out, const struct forecast *f, const double *y)
{
    double sum[PATHS], actual = 0;
    size_t below = 0;
    for (size_t i = 0; i < f->horizon; i++)
        actual += y[i];
    for (size_t p = 0; p < PATHS; p++) {
        sum[p] = 0;
        for (size_t i = 0; i < f->horizon; i++)
            sum[p] += f->path[p * f->horizon + i];
        below += sum[p] < actual;
    }
    out->sum95 = below >= PATHS / 40 && below <= PATHS - PATHS / 40;
}

static void job(void *context, size_t i, int thread)
{
    (void)thread;
    struct bench *b = context;
    const struct set *set = b->set;
    struct score *out = &b->score[i];
    size_t n, h = set->horizon;
    const double *y = target(b, i, &n);
    const double *train = b->series[b->windows ? i / b->windows : i].train;
    if (n < 60) {
        out->seconds = -1;
        return;
    }
    double scale = score_scale(b->windows ? train : train, n, set->mase_season);
    struct arena a = { 0 };
    struct err e = { 0 };
    struct forecast f;
    struct forecast_spec spec = { .value = train,
                                  .count = n,
                                  .seasons = set->seasons,
                                  .horizon = h,
                                  .level = { 95, 80 },
                                  .levels = 2,
                                  .paths = PATHS,
                                  .seed = i };
    memcpy(spec.season, set->season, sizeof set->season);
    double start = now_s(CLOCK_THREAD_CPUTIME_ID);
    if (forecast_run(&f, &spec, &a, &e)) {
        fprintf(stderr, "%s\n", e.msg);
        exit(1);
    }
    out->seconds = now_s(CLOCK_THREAD_CPUTIME_ID) - start;
    out->smape[0] = score_smape(y, f.point, h);
    out->mase[0] = score_mae(y, f.point, h) / scale;
    out->msis = score_msis(y, f.interval[0].lower, f.interval[0].upper, h, 0.05, scale);
    out->cover95 = score_coverage(y, f.interval[0].lower, f.interval[0].upper, h);
    out->cover80 = score_coverage(y, f.interval[1].lower, f.interval[1].upper, h);
    score_paths(out, &f, y);

    struct minimiser *m = NULL;
    double ahead[MOST_HORIZON];
    if (minimiser_open(&m, &e)) exit(1);
    for (int k = FORECAST_NAIVE; k < RUN_ALL; k++) {
        classic_forecast(ahead, h, (enum classic)(k - FORECAST_NAIVE), train, n,
                         set->mase_season, m, &a);
        out->smape[k] = score_smape(y, ahead, h);
        out->mase[k] = score_mae(y, ahead, h) / scale;
    }
    minimiser_close(m);
    arena_clear(&a);
}

static void print_line(const char *name, const double *figure)
{
    printf("%-24s", name);
    for (int k = 0; k < 5; k++) {
        if (isnan(figure[k])) {
            printf("%9s", "-");
        } else {
            printf("%9.3f", figure[k]);
        }
    }
    putchar('\n');
}

static void report(const struct bench *b, size_t jobs, size_t which, double wall)
{
    struct score all = { 0 };
    double n = 0, seconds = 0;
    for (size_t i = 0; i < jobs; i++) {
        const struct score *s = &b->score[i];
        if (s->seconds < 0) continue;
        n++;
        for (int k = 0; k < RUN_ALL; k++) {
            all.smape[k] += s->smape[k];
            all.mase[k] += s->mase[k];
        }
        all.msis += s->msis;
        all.cover95 += s->cover95;
        all.cover80 += s->cover80;
        all.sum95 += s->sum95;
        seconds += s->seconds;
    }
    printf("%s: %.0f series; horizon %zu; %s\n", b->set->name, n, b->set->horizon,
           b->windows ? "ends of the training values" : "test values");
    printf("%-24s%9s%9s%9s%9s%9s\n", "", "sMAPE", "MASE", "OWA", "MSIS", "ACD");
    for (int k = 0; k < RUN_ALL; k++) {
        double base = all.smape[FORECAST_NAIVE2], base_mase = all.mase[FORECAST_NAIVE2];
        double figure[5] = { all.smape[k] / n, all.mase[k] / n,
                             score_owa(all.smape[k], all.mase[k], base, base_mase),
                             k ? (double)NAN : all.msis / n,
                             k ? (double)NAN : fabs(all.cover95 / n - 0.95) };
        print_line(k ? forecast_method_text((enum forecast_method)k) : "bedplan",
                   figure);
    }
    for (size_t i = 0; !b->windows && i < sizeof published / sizeof *published; i++) {
        char name[64];
        snprintf(name, sizeof name, "* %s", published[i].name);
        print_line(name, published[i].figure[which]);
    }
    printf("95 %% interval covers %.4f, 80 %% %.4f, 95 %% of the sum %.4f\n"
           "%.2f ms of one core a series with %d paths; %.2f s for all, benchmarks "
           "included\n\n",
           all.cover95 / n, all.cover80 / n, all.sum95 / n, seconds / n * 1e3, PATHS,
           wall);
}

int main(int argc, char **argv)
{
    const char *folder = getenv("BEDPLAN_SHARED");
    static struct series series[MOST_SERIES];
    sim_quiet_gsl();
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        struct bench b = { .set = &sets[i], .series = series };
        b.windows = argc > 1 ? (size_t)atoi(argv[1]) : 0;
        b.count = read_values(series, folder ? folder : "../shared", sets[i].name,
                              "train", false);
        if (!b.windows)
            read_values(series, folder ? folder : "../shared", sets[i].name, "test",
                        true);
        if (!b.count) {
            fprintf(stderr, "no M4 series; BEDPLAN_SHARED names their folder\n");
            return 77;
        }
        size_t jobs = b.count * (b.windows ? b.windows : 1);
        b.score = calloc(jobs, sizeof *b.score);
        double start = now_s(CLOCK_MONOTONIC);
        parallel_run(jobs, parallel_processors(64), job, &b);
        report(&b, jobs, i, now_s(CLOCK_MONOTONIC) - start);
        free(b.score);
    }
    printf("* published, on all series of the frequency (414 hourly, 359 weekly)\n");
    return 0;
}
