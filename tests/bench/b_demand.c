/* Demand paths: ns an hour, beside the plain GSL loop that does the same job. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "arena.h"
#include "date.h"
#include "demand.h"
#include "drivers.h"

enum { HOURS = 8760, PATHS = 256, ROUNDS = 9 };

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static struct demand_spec example(void)
{
    struct demand_spec s = {
        .start_unix_s = 1796083200, /* 2026-12-01 */
        .hours = HOURS,
        .requests_per_day = 250000,
        .growth_per_month = 0.06,
        .growth_sd = 0.04,
        .level_sd = 0.1,
        .season_sd = 0.2,
        .length_drift_sd = 0.01,
        .shocks_per_year = 2,
        .shock_factor = 1.5,
        .shock_factor_sd = 0.4,
        .shock_days = 3,
        .input_mean = 1154.7,
        .output_mean = 211.13,
        .input_cv = 0.96,
        .output_cv = 0.771,
        .dispersion = 61.7,
    };
    double sum = 0;
    for (int i = 0; i < DEMAND_WEEK_HOURS; i++)
        sum += s.profile[i] = i < 120 && i % 24 >= 8 && i % 24 < 18 ? 2.5 : 0.4;
    for (int i = 0; i < DEMAND_WEEK_HOURS; i++)
        s.profile[i] *= DEMAND_WEEK_HOURS / sum;
    return s;
}

/* The same definition, as one would write it down with GSL at hand: a power and three
 * normals an hour, cut at 0. */
static void gsl_path(struct demand_hours *out, const struct demand_spec *s,
                     const double *u, gsl_rng *r)
{
    struct drivers d = drivers_draw(s, u);
    double growth = exp(d.log_growth_per_hour), drift = exp(d.log_drift_per_hour);
    int first = date_hour_of_week(s->start_unix_s);
    for (int64_t h = 0; h < s->hours; h++) {
        double p = s->profile[(first + h) % DEMAND_WEEK_HOURS], hour = (double)h;
        double mean = s->requests_per_day / 24 * d.level * pow(growth, hour) *
                      fmax(0, 1 + d.season * (p - 1));
        for (int i = 0; i < d.shocks; i++)
            if (h >= d.shock[i].first && h < d.shock[i].end) mean *= d.shock[i].factor;
        double n = fmax(0, mean + gsl_ran_gaussian(r, sqrt(s->dispersion * mean)));
        double length = pow(drift, hour), root = mean > 0 ? 1 / sqrt(mean) : 0;
        out->requests[h] = n;
        out->input_tokens[h] = n * s->input_mean * length *
                               fmax(0, 1 + gsl_ran_gaussian(r, s->input_cv * root));
        out->output_tokens[h] = n * s->output_mean * length *
                                fmax(0, 1 + gsl_ran_gaussian(r, s->output_cv * root));
    }
}

static double total(const struct demand_hours *y)
{
    double sum = 0;
    for (int h = 0; h < HOURS; h++)
        sum += y->input_tokens[h];
    return sum / PATHS;
}

int main(void)
{
    static double requests[HOURS], input[HOURS], output[HOURS];
    struct demand_hours y = { requests, input, output };
    struct demand_spec s = example();
    struct arena a = { 0 };
    struct err e = { 0 };
    double *u = NULL, ours_ns = HUGE_VAL, gsl_ns = HUGE_VAL;
    double ours_tokens = 0, gsl_tokens = 0, per_hour = 1e9 / ((double)HOURS * PATHS);
    if (demand_check(&s, &e) || demand_points(&u, 1, PATHS, 1, &a, &e)) {
        fprintf(stderr, "%s\n", e.msg);
        return 1;
    }
    gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);
    for (int round = 0; round < ROUNDS;
         round++) { /* processor time, the quickest of them: the machine is shared */
        double start_s = now_s();
        ours_tokens = gsl_tokens = 0;
        for (size_t p = 0; p < PATHS; p++) {
            demand_path(&y, &s, u + p * DRIVER_COUNT, 1, 0, p);
            ours_tokens += y.input_tokens[p];
        }
        double middle_s = now_s();
        for (size_t p = 0; p < PATHS / 8; p++) {
            gsl_path(&y, &s, u + p * DRIVER_COUNT, r);
            gsl_tokens += y.input_tokens[p];
        }
        double end_s = now_s();
        ours_ns = fmin(ours_ns, (middle_s - start_s) * per_hour);
        gsl_ns = fmin(gsl_ns, 8 * (end_s - middle_s) * per_hour);
    }
    ours_tokens = gsl_tokens = 0; /* the same job? over all paths */
    for (size_t p = 0; p < PATHS; p++) {
        demand_path(&y, &s, u + p * DRIVER_COUNT, 1, 0, p);
        ours_tokens += total(&y);
        gsl_path(&y, &s, u + p * DRIVER_COUNT, r);
        gsl_tokens += total(&y);
    }
    printf("demand_path          %8.2f ns/hour\n", ours_ns);
    printf("plain GSL loop       %8.2f ns/hour\n", gsl_ns);
    printf("ratio                %8.1f\n", gsl_ns / ours_ns);
    printf("4096 paths, 8760 h   %8.3f s\n", ours_ns * 1e-9 * 4096 * 8760);
    printf("mean input tokens    %.5g and %.5g a year\n", ours_tokens, gsl_tokens);
    gsl_rng_free(r);
    arena_clear(&a);
    return 0;
}
