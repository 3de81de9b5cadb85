/* A year of hours, 24 levels, hourly starts of one and six months: ours beside glpsol
 * and CBC on the flow form of the same problem; then how time grows with hours and
 * levels. */
#include <errno.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "commit.h"
#include "rng.h"

enum { ROUNDS = 15, YEAR = 8760 };

extern char **environ;

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Days, weeks, growth and drifting noise; `levels` at the peak. In cents. */
static struct commit_problem example(int64_t hours, int64_t levels,
                                     const struct commit_term *term, size_t terms,
                                     int64_t step, struct arena *a)
{
    double *d = ARENA_NEW(a, double, (size_t)hours), peak = 0, drift = 0;
    int64_t *demand = ARENA_NEW(a, int64_t, (size_t)hours);
    struct rng r;
    rng_init(&r, 20261122, (uint64_t)levels, (uint64_t)hours);
    for (int64_t t = 0; t < hours; t++) {
        double h = (double)t;
        drift = 0.9 * drift + 0.12 * (2 * rng_uniform(&r) - 1);
        d[t] = exp(0.6 * sin(h * 2 * M_PI / 24) + 0.2 * sin(h * 2 * M_PI / 168) + drift) *
               (1 + 0.5 * h / (double)hours);
        peak = fmax(peak, d[t]);
    }
    for (int64_t t = 0; t < hours; t++)
        demand[t] = llrint(d[t] / peak * (double)(levels * COMMIT_UNIT / step)) * step;
    return (struct commit_problem){ .hours = hours,
                                    .scenarios = 1,
                                    .demand = demand,
                                    .term = term,
                                    .terms = terms,
                                    .hourly = 2000,
                                    .spill = 3000,
                                    .spill_most = COMMIT_NO_LIMIT,
                                    .cap = COMMIT_NO_LIMIT,
                                    .committed_cap = COMMIT_NO_LIMIT };
}

/* The quickest of some rounds: the machine is shared. */
static double solve_s(struct commit_solution *s, const struct commit_problem *p,
                      int rounds)
{
    double best_s = HUGE_VAL;
    for (int i = 0; i < rounds; i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        double start_s = now_s();
        if (commit_solve(s, p, &a, &e)) {
            fprintf(stderr, "%s\n", e.msg);
            exit(1);
        }
        best_s = fmin(best_s, now_s() - start_s);
        if (s->bound != s->cost) {
            fprintf(stderr, "bound %lld, cost %lld\n", (long long)s->bound,
                    (long long)s->cost);
            exit(1);
        }
        arena_clear(&a);
    }
    return best_s;
}

int main(void);
int main(void)
{
    static const struct commit_term month_half[] = {
        { .hours = 730, .cost = 730 * 1800, .every = 1 },
        { .hours = 4380, .cost = 4380 * 1450, .every = 1 },
    };
    static const struct commit_term day_week[] = {
        { .hours = 24, .cost = 24 * 1800, .every = 1 },
        { .hours = 168, .cost = 168 * 1450, .every = 1 },
    };
    static const struct commit_term tiny[] = {
        { .hours = 7, .cost = 7 * 1800, .every = 1 },
        { .hours = 30, .cost = 30 * 1450, .every = 1 },
    };
    static const struct { const char *name; const struct commit_term *t; } sets[] = {{"month",month_half},{"day",day_week},{"tiny",tiny}};
    static const struct { int64_t hours, levels, step; } size[] = {{YEAR,24,COMMIT_UNIT/4},{YEAR,24,1},{YEAR,100,1},{YEAR,400,1},{YEAR,1000,1},{4*YEAR,24,1}};
    for (size_t k=0;k<3;k++) for(size_t i=0;i<6;i++){
        struct arena a={0}; struct commit_solution s;
        if(k==2&&size[i].levels>100)continue;
        struct commit_problem p=example(size[i].hours,size[i].levels,sets[k].t,2,size[i].step,&a);
        double b=solve_s(&s,&p,size[i].levels>100?3:ROUNDS);
        printf("%s T=%ld D=%ld %.3f ms cost %ld purchases %zu\n",sets[k].name,size[i].hours,size[i].levels,b*1e3,s.cost,s.purchases);
        arena_clear(&a);
    }
}
