/* The solver against glpsol (GLPK) on mid-size problems, as linear programs that cover
 * levels: their optimum is whole, so it must be equal. */
#include "check.h"

#include <inttypes.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commit.h"
#include "commit_random.h"

extern char **environ;

/* x_k_s: units of term k bought at hour s; z_j_t: level j of hour t left uncommitted.
 */
struct lp {
    const struct commit_problem *p;
    FILE *f;
    int64_t weight;
    double constant; /* of levels that no new unit may carry */
    int64_t *levels; /* of each hour that new units may carry, and at most */
    int64_t *room;
};

/* Length of a purchase at hour s, its price in *cost; 0: not on offer. */
static int64_t on_offer(const struct commit_problem *p, size_t k, int64_t s,
                        double *cost)
{
    const struct commit_term *term = &p->term[k];
    int64_t hours = 0;
    if (term->start) {
        for (size_t i = 0; i < term->starts; i++) {
            if (term->start[i] != s) continue;
            hours = term->length[i];
            *cost = (double)term->price[i];
        }
    } else if (s >= term->first && (s - term->first) % term->every == 0) {
        hours = term->hours;
        *cost = (double)term->cost;
    }
    if (hours && p->prorate && s + hours > p->hours)
        *cost = rint(*cost * (double)(p->hours - s) / (double)hours);
    return hours;
}

static void measure(struct lp *l, struct arena *a)
{
    const struct commit_problem *p = l->p;
    l->levels = ARENA_NEW(a, int64_t, (size_t)p->hours);
    l->room = ARENA_NEW(a, int64_t, (size_t)p->hours);
    for (int64_t t = 0; t < p->hours; t++) {
        int64_t existing = p->existing ? p->existing[t] : 0, n = 0;
        int64_t room = 1000;
        if (p->cap >= 0 && p->cap - existing < room) room = p->cap - existing;
        if (p->committed_cap >= 0 && p->committed_cap - existing < room)
            room = p->committed_cap - existing;
        l->room[t] = room > 0 ? room : 0;
        while (n < l->room[t] && rest_by_text(p, t, n) > 0)
            n++;
        l->levels[t] = n;
        l->constant += (double)rest_by_text(p, t, n);
    }
}

static void write_objective(const struct lp *l)
{
    const struct commit_problem *p = l->p;
    double cost = 0;
    fprintf(l->f, "Minimize\n cost: 0 dummy\n");
    for (size_t k = 0; k < p->terms; k++)
        for (int64_t s = 0; s < p->hours; s++)
            if (on_offer(p, k, s, &cost))
                fprintf(l->f, " + %.0f x_%zu_%" PRId64 "\n", cost * (double)l->weight,
                        k, s);
    for (int64_t t = 0; t < p->hours; t++)
        for (int64_t j = 1; j <= l->levels[t]; j++) {
            int64_t with = rest_by_text(p, t, j), without = rest_by_text(p, t, j - 1);
            if (without < NEVER)
                fprintf(l->f, " + %" PRId64 " z_%" PRId64 "_%" PRId64 "\n",
                        without - with, j, t);
        }
}

static void write_sum(const struct lp *l, int64_t t)
{
    double cost = 0;
    for (size_t k = 0; k < l->p->terms; k++)
        for (int64_t s = 0; s <= t; s++)
            if (s + on_offer(l->p, k, s, &cost) > t)
                fprintf(l->f, " + x_%zu_%" PRId64, k, s);
}

static void write_lp(const struct lp *l)
{
    const struct commit_problem *p = l->p;
    write_objective(l);
    fprintf(l->f, "Subject To\n");
    for (int64_t t = 0; t < p->hours; t++) {
        fprintf(l->f, " cover_%" PRId64 ": 0 dummy", t);
        write_sum(l, t);
        for (int64_t j = 1; j <= l->levels[t]; j++)
            if (rest_by_text(p, t, j - 1) < NEVER)
                fprintf(l->f, " + z_%" PRId64 "_%" PRId64, j, t);
        fprintf(l->f, " >= %" PRId64 "\n room_%" PRId64 ": 0 dummy", l->levels[t], t);
        write_sum(l, t);
        fprintf(l->f, " <= %" PRId64 "\n", l->room[t]);
    }
    fprintf(l->f, "Bounds\n");
    for (int64_t t = 0; t < p->hours; t++)
        for (int64_t j = 1; j <= l->levels[t]; j++)
            fprintf(l->f, " 0 <= z_%" PRId64 "_%" PRId64 " <= 1\n", j, t);
    fprintf(l->f, "End\n");
}

/* glpsol on in.lp of the folder; false when it cannot be run. */
static bool run_glpsol(char *in, char *out)
{
    char *argv[] = {
        (char[]){ "glpsol" }, (char[]){ "--lp" }, in, (char[]){ "--write" }, out, NULL
    };
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int status = 0;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", 1, 0);
    int why = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (why) return false;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* "s bas ROWS COLUMNS PRIMAL DUAL OBJECTIVE"; NEVER when there is no optimum. */
static double read_objective(const char *path)
{
    FILE *f = fopen(path, "r");
    char line[256], primal = 0, dual = 0;
    double objective = NEVER;
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "s bas %*d %*d %c %c %lf", &primal, &dual, &objective) == 3)
            break;
    fclose(f);
    assert_true(primal != 0);
    return primal == 'f' && dual == 'f' ? objective : NEVER;
}

static void glpsol_finds_the_same_optimum(void **state)
{
    (void)state;
    uint64_t seed = 31337;
    int feasible = 0, infeasible = 0;
    char folder[] = "/tmp/commit_XXXXXX";
    assert_non_null(mkdtemp(folder));
    char in[64], out[64];
    snprintf(in, sizeof in, "%s/in.lp", folder);
    snprintf(out, sizeof out, "%s/out", folder);
    bool runs = true;
    for (int i = 0; i < 300 && runs; i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct commit_solution got;
        struct commit_sizes sizes = { 80, 7, 3, 24, 2 };
        struct commit_problem p = random_problem(sizes, &a, &seed);
        struct lp l = { .p = &p };
        for (size_t k = 0; k < p.scenarios; k++)
            l.weight += p.weight ? p.weight[k] : 1;
        enum err_code code = commit_solve(&got, &p, &a, &e);
        measure(&l, &a);
        l.f = fopen(in, "w");
        assert_non_null(l.f);
        write_lp(&l);
        assert_int_equal(fclose(l.f), 0);
        runs = run_glpsol(in, out);
        if (!runs) {
            arena_clear(&a);
            break;
        }
        double want = l.constant >= NEVER ? NEVER : read_objective(out) + l.constant;
        if (code == OK) {
            if (fabs((double)got.cost - want) > 1e-4) print_error("problem %d\n", i);
            assert_close((double)got.cost, want, 1e-9);
            assert_int_equal(got.cost, got.bound);
            feasible++;
        } else {
            assert_int_equal(code, ERR_INFEASIBLE);
            assert_true(want >= NEVER);
            infeasible++;
        }
        arena_clear(&a);
    }
    unlink(in);
    unlink(out);
    rmdir(folder);
    if (!runs) skip();
    print_message("%d equal optima, %d infeasible\n", feasible, infeasible);
    assert_true(feasible >= 200 && infeasible > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(glpsol_finds_the_same_optimum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
