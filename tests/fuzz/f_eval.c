/* Evaluation datasets: any bytes are read or refused with lines that are there, and
 * what was read can be scored by every metric, changed, and scored again. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "eval_compare.h"
#include "eval_robust.h"
#include "eval_summary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_issues(const struct eval_set *s, size_t size)
{
    assert(s->fatal + s->warnings >= (int64_t)s->issues);
    for (size_t i = 0; i < s->issues; i++) {
        assert(s->issue[i].line >= 0 && (size_t)s->issue[i].line <= size + 1);
        assert(s->issue[i].column <= size + 1);
        assert(*s->issue[i].what);
    }
}

static void check_scores(struct eval_set *s, const struct eval_metric *metric,
                         struct arena *a)
{
    struct eval_scores scores;
    struct eval_robust *row;
    struct eval_compare *compare;
    struct err e = { 0 };
    size_t n;
    if (eval_score_set(&scores, s, metric, a, &e)) return;
    for (size_t i = 0; i < s->items * s->models; i++)
        assert(isnan(scores.value[i]) ||
               (scores.value[i] >= metric->lo && scores.value[i] <= metric->hi));
    for (size_t m = 0; m < s->models; m++) {
        struct eval_summary x;
        eval_summarise(&x, &scores, m, 1, a);
        assert(x.n + x.missing == (int64_t)s->items);
        assert(!(x.ci_low > x.mean + 1e-9) && !(x.ci_high < x.mean - 1e-9));
    }
    eval_robust_of(&row, &n, s, &scores, 1, a);
    if (s->models) eval_compare_all(&compare, &n, &scores, 0, 0.05, 1, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    struct eval_set s;
    char path[40];
    if (size > 4096) return 0;
    int fd = memfd_create("eval", MFD_CLOEXEC);
    assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const char *const paths[] = { path };
    enum err_code code = eval_set_read(&s, paths, 1, &a, &e);
    check_issues(&s, size);
    if (code == OK && s.models <= 4) {
        eval_set_perturb(&s, 7);
        for (size_t i = 0; i < eval_metric_count; i++)
            check_scores(&s, &eval_metrics[i], &a);
    }
    close(fd);
    arena_clear(&a);
    return 0;
}
