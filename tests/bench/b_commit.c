/* A year of hours, 24 levels, hourly starts of one and six months: ours beside glpsol
 * and CBC on the flow form of the same problem, in processor time; then how time grows
 * with hours and levels. b_commit [quick]: without the peers. */
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "commit.h"
#include "rng.h"

enum { ROUNDS = 25, YEAR = 8760, LEVELS = 24 };

extern char **environ;

static const struct commit_term month_and_half[] = {
    { .hours = 730, .cost = 730 * 1800, .every = 1 },
    { .hours = 4380, .cost = 4380 * 1450, .every = 1 },
};
static const struct commit_term day_and_week[] = {
    { .hours = 24, .cost = 24 * 1800, .every = 1 },
    { .hours = 168, .cost = 168 * 1450, .every = 1 },
};

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Days, weeks, growth and drifting noise, in quarters of a unit; `levels` at the peak.
 * Costs in cents. */
static struct commit_problem example(int64_t hours, int64_t levels,
                                     const struct commit_term *term, struct arena *a)
{
    double *d = ARENA_NEW(a, double, (size_t)hours), peak = 0, drift = 0;
    int64_t *demand = ARENA_NEW(a, int64_t, (size_t)hours);
    struct rng r;
    rng_init(&r, 20261122, (uint64_t)levels, (uint64_t)hours);
    for (int64_t t = 0; t < hours; t++) {
        double h = (double)t;
        drift = 0.9 * drift + 0.12 * (2 * rng_uniform(&r) - 1);
        d[t] =
            exp(0.6 * sin(h * 2 * M_PI / 24) + 0.2 * sin(h * 2 * M_PI / 168) + drift) *
            (1 + 0.5 * h / (double)hours);
        peak = fmax(peak, d[t]);
    }
    for (int64_t t = 0; t < hours; t++)
        demand[t] = llrint(d[t] / peak * (double)levels * 4) * (COMMIT_UNIT / 4);
    return (struct commit_problem){ .hours = hours,
                                    .scenarios = 1,
                                    .demand = demand,
                                    .term = term,
                                    .terms = 2,
                                    .hourly = 2000,
                                    .spill = 3000,
                                    .spill_most = COMMIT_NO_LIMIT,
                                    .cap = COMMIT_NO_LIMIT,
                                    .committed_cap = COMMIT_NO_LIMIT };
}

/* Verified and all: the quickest round, as the machine is shared. */
static double solve_s(int64_t *cost, const struct commit_problem *p, int rounds)
{
    double best_s = HUGE_VAL;
    for (int i = 0; i < rounds; i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct commit_solution s;
        double start_s = cpu_s();
        enum err_code code = commit_solve(&s, p, &a, &e);
        best_s = fmin(best_s, cpu_s() - start_s);
        if (code || s.bound != s.cost) {
            fprintf(stderr, "%s: bound and cost differ\n", e.msg);
            exit(1);
        }
        *cost = s.cost;
        arena_clear(&a);
    }
    return best_s;
}

/* Levels of an hour: idle ones, a part, whole ones; what each costs uncommitted. */
struct levels {
    int64_t count[3], cost[3];
};

static struct levels levels_of(const struct commit_problem *p, int64_t t)
{
    int64_t whole = p->demand[t] / COMMIT_UNIT, part = p->demand[t] % COMMIT_UNIT;
    int64_t cost = p->spill * (part / (COMMIT_UNIT / 4)) / 4;
    return (struct levels){ { LEVELS - whole - (part > 0), part > 0, whole },
                            { 0, cost < p->hourly ? cost : p->hourly, p->hourly } };
}

/* The same network as a linear program: f flow along hour t, b surplus back, x bought.
 */
static void write_flow(const struct commit_problem *p, FILE *f)
{
    int64_t hours = p->hours;
    fprintf(f, "Minimize\n cost: 0 dummy\n");
    for (int64_t t = 0; t < hours; t++) {
        struct levels l = levels_of(p, t);
        for (int i = 0; i < 3; i++)
            if (l.count[i]) fprintf(f, " + %ld f_%d_%ld", (long)l.cost[i], i, (long)t);
        for (size_t k = 0; k < p->terms; k++)
            fprintf(f, " + %ld x_%zu_%ld", (long)p->term[k].cost, k, (long)t);
        fputc('\n', f);
    }
    fprintf(f, "Subject To\n");
    for (int64_t t = 0; t <= hours; t++) {
        fprintf(f, " n_%ld: 0 dummy", (long)t);
        for (int64_t h = t - 1; h <= t; h++) {
            if (h < 0 || h == hours) continue;
            struct levels l = levels_of(p, h);
            for (int i = 0; i < 3; i++)
                if (l.count[i])
                    fprintf(f, " %c f_%d_%ld", h == t ? '+' : '-', i, (long)h);
            fprintf(f, " %c b_%ld", h == t ? '-' : '+', (long)h);
        }
        for (size_t k = 0; k < p->terms; k++) {
            int64_t from = t - p->term[k].hours, to = t == hours ? hours - 1 : from;
            if (t < hours) fprintf(f, " + x_%zu_%ld", k, (long)t);
            for (int64_t s = from < 0 ? 0 : from; s <= to; s++)
                fprintf(f, " - x_%zu_%ld\n", k, (long)s);
        }
        fprintf(f, " = %d\n", t == 0 ? LEVELS : t == hours ? -LEVELS : 0);
    }
    fprintf(f, "Bounds\n");
    for (int64_t t = 0; t < hours; t++) {
        struct levels l = levels_of(p, t);
        for (int i = 0; i < 3; i++)
            if (l.count[i])
                fprintf(f, " 0 <= f_%d_%ld <= %ld\n", i, (long)t, (long)l.count[i]);
    }
    fprintf(f, "End\n");
}

/* Processor seconds of a program, its output thrown away; negative: it did not run. */
static double run_s(char *const *argv)
{
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int status = 0;
    struct rusage used;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", 1, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", 1, 0);
    int why = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (why || wait4(pid, &status, 0, &used) != pid || status) return -1;
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

/* The objective in a solution file of glpsol ("s bas …") or CBC ("Optimal - …"). */
static double read_objective(const char *path)
{
    char line[256];
    double objective = (double)NAN;
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f)) {
        if (sscanf(line, "s bas %*d %*d f f %lf", &objective) == 1) break;
        if (sscanf(line, "Optimal - objective value %lf", &objective) == 1) break;
    }
    if (f) fclose(f);
    return objective;
}

static void beside_peers(const struct commit_problem *p, double ours_s, int64_t cost)
{
    char folder[] = "/tmp/b_commit_XXXXXX", in[64], out[64];
    if (!mkdtemp(folder)) return;
    snprintf(in, sizeof in, "%s/flow.lp", folder);
    snprintf(out, sizeof out, "%s/out", folder);
    FILE *f = fopen(in, "w");
    if (!f) return;
    write_flow(p, f);
    fclose(f);
    const struct {
        const char *name;
        char *read[8], *solve[8]; /* the same without solving */
    } peer[] = {
        { "CBC 2.10 (CLP), flow form",
          { (char[]){ "cbc" }, in, (char[]){ "quit" } },
          { (char[]){ "cbc" }, in, (char[]){ "solve" }, (char[]){ "solu" }, out } },
        { "glpsol 5.0, flow form",
          { (char[]){ "glpsol" }, (char[]){ "--lp" }, in, (char[]){ "--check" } },
          { (char[]){ "glpsol" }, (char[]){ "--lp" }, in, (char[]){ "--write" },
            out } },
    };
    for (size_t i = 0; i < sizeof peer / sizeof *peer; i++) {
        double read_s = run_s(peer[i].read), all_s = run_s(peer[i].solve);
        if (read_s < 0 || all_s < 0) {
            printf("| %s | did not run | | |\n", peer[i].name);
            continue;
        }
        double got = read_objective(out);
        printf("| %s | %.0f | %.0f | %s |\n", peer[i].name, 1e3 * (all_s - read_s),
               (all_s - read_s) / ours_s,
               fabs(got - (double)cost) < 0.5 ? "equal" : "NOT EQUAL");
        fflush(stdout);
        unlink(out);
    }
    unlink(in);
    rmdir(folder);
}

static void growth(const char *name, const struct commit_term *term)
{
    static const int64_t size[][2] = { { YEAR / 4, 24 }, { YEAR, 24 },
                                       { 4 * YEAR, 24 }, { YEAR, 100 },
                                       { YEAR, 400 },    { YEAR, 1000 } };
    for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
        struct arena a = { 0 };
        int64_t cost;
        struct commit_problem p = example(size[i][0], size[i][1], term, &a);
        double s = solve_s(&cost, &p, size[i][1] > 100 ? 5 : ROUNDS);
        printf("| %s | %ld | %ld | %.2f | %.1f |\n", name, (long)size[i][0],
               (long)size[i][1], 1e3 * s,
               1e9 * s / ((double)size[i][0] * (double)size[i][1]));
        fflush(stdout);
        arena_clear(&a);
    }
}

int main(int argc, char **argv)
{
    struct arena a = { 0 };
    int64_t cost = 0;
    struct commit_problem p = example(YEAR, LEVELS, month_and_half, &a);
    double ours_s = solve_s(&cost, &p, ROUNDS);
    printf("| a year of hours, 24 levels, hourly starts | ms | ÷ ours | optimum |\n"
           "|---|---|---|---|\n| bedplan, with its certificate | %.2f | 1 | %ld |\n",
           1e3 * ours_s, (long)cost);
    fflush(stdout);
    if (argc < 2 || strcmp(argv[1], "quick") != 0) beside_peers(&p, ours_s, cost);
    arena_clear(&a);
    printf("\n| terms | hours | levels | ms | ns an hour and level "
           "|\n|---|---|---|---|---|\n");
    growth("1 and 6 months", month_and_half);
    growth("1 day and 1 week", day_and_week);
    return 0;
}
