#include <math.h>
#include <stdlib.h>

#include "eval_answer.h"
#include "eval_weigh.h"
#include "file.h"
#include "plot.h"

/* Models with a cost and a score, by cost. */
struct point {
    double usd, score, lo, hi;
    const char *name;
    bool front;
};

static int cheapest_first(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    return (x->usd > y->usd) - (x->usd < y->usd);
}

static size_t points_of(struct point *out, const struct eval_answer *x)
{
    size_t n = 0;
    for (size_t m = 0; m < x->set->models; m++) {
        const struct eval_worth *w = &x->weight->worth[m];
        const struct eval_summary *s = eval_answer_of(x, m, 0);
        if (isnan(w->usd_per_answer) || isnan(s->mean)) continue;
        out[n++] = (struct point){
            .usd = 1000 * w->usd_per_answer,
            .score = s->mean,
            .lo = isnan(s->ci_low) ? s->mean : s->ci_low,
            .hi = isnan(s->ci_high) ? s->mean : s->ci_high,
            .name = x->set->model[m],
            .front = w->front,
        };
    }
    qsort(out, n, sizeof *out, cheapest_first);
    return n;
}

enum err_code eval_weigh_plot(struct app *app, const struct eval_answer *x,
                              const char *dir, struct err *e)
{
    struct arena *a = app->arena;
    struct point *p = ARENA_NEW(a, struct point, x->set->models + 1);
    size_t n = points_of(p, x), fronts = 0;
    double *v = ARENA_NEW(a, double, 6 * n + 1), *front = v + 4 * n;
    struct plot_mark *mark = ARENA_NEW(a, struct plot_mark, n + 1);
    bool positive = true;
    if (!n) return err_set(e, ERR_SAMPLES, "--plots: no model's cost is known");
    for (size_t i = 0; i < n; i++) {
        v[i] = p[i].usd;
        v[n + i] = p[i].score;
        v[2 * n + i] = p[i].lo;
        v[3 * n + i] = p[i].hi;
        mark[i] = (struct plot_mark){ p[i].usd, p[i].score, p[i].name };
        positive = positive && p[i].usd > 0;
        if (!p[i].front) continue;
        front[fronts] = p[i].usd;
        front[n + fronts++] = p[i].score;
    }
    const struct plot_series series[] = {
        { .name = "front",
          .style = PLOT_STEPS,
          .x = front,
          .y = front + n,
          .count = fronts,
          .colour = 1 },
        { .style = PLOT_POINTS,
          .x = v,
          .y = v + n,
          .lo = v + 2 * n,
          .hi = v + 3 * n,
          .count = n },
    };
    const struct plot plot = {
        .title = "Score against cost",
        .x_label = "USD for 1,000 answers",
        .y_label = arena_printf(a, "%s (whiskers: 95 %%)", x->scores[0].metric->name),
        .footnote = arena_printf(
            a, "%zu prompts; front: nobody scores as well for less", x->set->items),
        .log_x = positive && n > 1 && p[n - 1].usd > 20 * p[0].usd,
        .series = fronts > 1 ? series : series + 1,
        .series_count = fronts > 1 ? 2 : 1,
        .mark = mark,
        .marks = n,
    };
    if (file_make_dirs(dir, e)) return e->code;
    return plot_write(&plot, arena_printf(a, "%s/quality.svg", dir), e);
}
