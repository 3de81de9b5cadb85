#ifndef TESTS_PLAN_FIXTURE_H
#define TESTS_PLAN_FIXTURE_H

/* A plan from ini text through the whole chain. After "check.h". */

#include <stdlib.h>
#include <unistd.h>

#include "plan.h"

struct fixture {
    struct arena arena;
    struct app app;
    struct plan plan;
    struct err err;
};

static enum err_code run_file(struct fixture *f, const char *path,
                              struct plan_flags flags)
{
    memset(f, 0, sizeof *f);
    f->app = (struct app){ .arena = &f->arena, .columns = 100 };
    f->app.opt.now_unix_s = 1795305600; /* 2026-11-22 */
    struct plan *p = &f->plan;
    if (!plan_build(p, path, &f->app, &flags, &f->err) && !plan_simulate(p, &f->err) &&
        !plan_price(p, &f->err))
        (void)!plan_rank(p, &f->err);
    return f->err.code;
}

static enum err_code run(struct fixture *f, const char *ini, int threads)
{
    char path[] = "/tmp/t_plan_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, ini, strlen(ini)), (ssize_t)strlen(ini));
    close(fd);
    run_file(f, path, (struct plan_flags){ .threads = threads });
    unlink(path);
    return f->err.code;
}

static void done(struct fixture *f)
{
    catalog_close(f->app.catalog);
    arena_clear(&f->arena);
}

static struct plan_option *option_of(struct plan *p, const char *name)
{
    for (size_t i = 0; i < p->options; i++)
        if (strcmp(plan_option_name(p, &p->option[i]), name) == 0) return &p->option[i];
    print_error("no option '%s'\n", name);
    fail();
    return NULL;
}

/* "rag kb: rerank by …" */
static inline const struct plan_extra *line_of(struct fixture *f,
                                               const struct extras *x, const char *name)
{
    for (size_t i = 0; i < x->count; i++)
        if (strcmp(extra_name(&x->line[i], &f->arena), name) == 0) return &x->line[i];
    print_error("no line '%s'\n", name);
    fail();
    return NULL;
}

/* USD of a line over the whole plan, before Poisson's noise of 1e-5. */
static inline double line_usd(struct fixture *f, const char *option, const char *name)
{
    return line_of(f, &option_of(&f->plan, option)->extras, name)->usd *
           (double)f->plan.months;
}

#define FLAT                                                                           \
    "[plan]\nregion = us-east-1\nstart = 2026-12-01\nmonths = 12\npaths = 64\n"        \
    "[workload chat]\nrequests_per_day = 251377\ninput_tokens = constant 1155\n"       \
    "output_tokens = constant 211\n"

#endif
