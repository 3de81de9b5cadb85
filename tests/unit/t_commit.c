/* The published instances, and properties that every optimum has. */
#include "check.h"

#include <dirent.h>
#include <stdlib.h>

#include <cJSON.h>

#include "commit.h"
#include "commit_random.h"
#include "file.h"
#include "str.h"

/* T, p0, … of an instance; `demand_q` in quarters of a unit, money in cents. */
static struct commit_problem instance(const cJSON *j, struct arena *a)
{
    struct commit_problem p = { .cap = COMMIT_NO_LIMIT,
                                .committed_cap = COMMIT_NO_LIMIT,
                                .spill_most = COMMIT_NO_LIMIT };
    const cJSON *hourly = cJSON_GetObjectItem(j, "p0"), *row, *term;
    const cJSON *spill = cJSON_GetObjectItem(j, "spill");
    const cJSON *weights = cJSON_GetObjectItem(j, "weights");
    const cJSON *demand = cJSON_GetObjectItem(j, "demand_q");
    const cJSON *terms = cJSON_GetObjectItem(j, "terms");
    p.hours = cJSON_GetObjectItem(j, "T")->valueint;
    p.hourly = cJSON_IsNull(hourly) ? COMMIT_NOT_SOLD : hourly->valueint;
    p.spill = cJSON_IsNull(spill) ? COMMIT_NOT_SOLD : spill->valueint;
    p.prorate = cJSON_IsTrue(cJSON_GetObjectItem(j, "prorate"));
    p.scenarios = (size_t)cJSON_GetArraySize(demand);
    p.terms = (size_t)cJSON_GetArraySize(terms);

    int64_t *d = ARENA_NEW(a, int64_t, p.scenarios * (size_t)p.hours);
    int64_t *w = ARENA_NEW(a, int64_t, p.scenarios);
    struct commit_term *k = ARENA_NEW(a, struct commit_term, p.terms);
    p.demand = d;
    p.weight = w;
    p.term = k;
    cJSON_ArrayForEach(row, demand)
    {
        const cJSON *hour;
        cJSON_ArrayForEach(hour, row) *d++ = hour->valueint * (int64_t)COMMIT_UNIT / 4;
    }
    for (size_t i = 0; i < p.scenarios; i++)
        w[i] = weights ? cJSON_GetArrayItem(weights, (int)i)->valueint : 1;
    cJSON_ArrayForEach(term, terms) *k++ = (struct commit_term){
        .hours = cJSON_GetObjectItem(term, "L")->valueint,
        .cost = cJSON_GetObjectItem(term, "P")->valueint,
        .every = cJSON_GetObjectItem(term, "step")->valueint,
    };
    return p;
}

/* optimal_cost_cents_times_scale, found by two to four other solvers each */
static void finds_the_published_optimum(const char *path)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    char *bytes = NULL;
    size_t size = 0;
    struct commit_solution got = { 0 };
    assert_ok(file_read(&bytes, &size, path, 1 << 24, &a, &e), e);
    cJSON *j = cJSON_Parse(bytes);
    assert_non_null(j);
    struct commit_problem p = instance(j, &a);
    assert_ok(commit_solve(&got, &p, &a, &e), e);
    int64_t want =
        (int64_t)cJSON_GetObjectItem(j, "optimal_cost_cents_times_scale")->valuedouble;
    if (got.cost != want) print_error("%s\n", path);
    assert_int_equal(got.cost, want);
    assert_int_equal(got.bound, want);
    cJSON_Delete(j);
    arena_clear(&a);
}

static void published_instances_have_their_verified_optimum(void **state)
{
    (void)state;
    const char *shared = getenv("BEDPLAN_SHARED");
    struct arena a = { 0 };
    char *folder =
        arena_printf(&a, "%s/data/commitment", shared ? shared : "../shared");
    DIR *dir = opendir(folder);
    if (!dir) skip();
    int found = 0;
    for (struct dirent *f = readdir(dir); f; f = readdir(dir)) {
        if (!text_ends(f->d_name, ".json")) continue;
        finds_the_published_optimum(arena_printf(&a, "%s/%s", folder, f->d_name));
        found++;
    }
    closedir(dir);
    arena_clear(&a);
    assert_true(found > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_instances_have_their_verified_optimum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
