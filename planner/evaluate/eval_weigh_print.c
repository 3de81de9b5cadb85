/* Under the table of scores: what they mean. */
#include <math.h>

#include "eval_answer.h"
#include "eval_weigh.h"
#include "quantile.h"
#include "table.h"
#include "wrap.h"

static const char *score(struct arena *a, double x)
{
    return isnan(x) ? NULL : arena_printf(a, "%.3f", x);
}

static const char *signed_score(struct arena *a, double x)
{
    return isnan(x) ? NULL : arena_printf(a, "%+.3f", x);
}

static const char *dollars(struct arena *a, double x)
{
    return isnan(x) ? NULL : arena_printf(a, "%.3g", x);
}

static const char *share(struct arena *a, double x)
{
    return isnan(x) ? NULL : arena_printf(a, "%.1f%%", 100 * x);
}

static const char *p_value(struct arena *a, double p)
{
    return isnan(p) ? NULL : p < 0.0001 ? "<0.0001" : arena_printf(a, "%.4f", p);
}

static void say(struct app *app, const char *text)
{
    wrap_text(text, app->columns, 0, 2, app->out);
}

static const char *milliseconds(struct arena *a, const struct eval_worth *w, double q)
{
    size_t lo, hi, n = (size_t)w->timed;
    if (n < 1 || !quantile_interval(&lo, &hi, n, q, 0.95)) return NULL;
    return arena_printf(a, "%.0f", quantile_sorted(w->latency_ms, n, q));
}

static bool any_cost(const struct eval_answer *x)
{
    for (size_t m = 0; m < x->set->models; m++)
        if (!isnan(x->weight->worth[m].usd_per_answer)) return true;
    return false;
}

static void print_worth(struct app *app, const struct eval_answer *x)
{
    static const struct table_column column[] = {
        { .key = "model", .heading = "model", .min_width = 20 },
        { .key = "accepted", .heading = "accepted", .align = RIGHT },
        { .key = "answers_usd", .heading = "$/1k", .align = RIGHT },
        { .key = "accepted_usd", .heading = "$/1k good", .align = RIGHT },
        { .key = "from", .heading = "from", .align = RIGHT },
        { .key = "to", .heading = "to", .align = RIGHT },
        { .key = "front", .heading = "front" },
    };
    struct arena *a = app->arena;
    struct table t;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (size_t m = 0; m < x->set->models; m++) {
        const struct eval_worth *w = &x->weight->worth[m];
        const char **row = table_row(&t);
        row[0] = x->set->model[m];
        row[1] =
            w->accepted < 0 ? NULL : arena_printf(a, "%lld", (long long)w->accepted);
        row[2] = dollars(a, 1000 * w->usd_per_answer);
        row[3] = dollars(a, 1000 * w->usd_per_accepted);
        row[4] = dollars(a, 1000 * w->accepted_low);
        row[5] = dollars(a, 1000 * w->accepted_high);
        row[6] = w->front ? "yes" : "";
    }
    fputc('\n', app->out);
    table_print(&t, TABLE_TEXT, app->columns, app->colour, app->out);
    if (isnan(x->weight->accept))
        say(app, "no answer is called accepted: --accept SCORE says which are");
    else
        say(app,
            arena_printf(a,
                         "accepted, good: %s %s %g; from, to: 95 %% by the share "
                         "accepted; front: nobody scores as well for less, or "
                         "better for the same",
                         x->scores[0].metric->name,
                         x->scores[0].metric->lower_is_better ? "at most" : "at least",
                         x->weight->accept));
}

static void print_latency(struct app *app, const struct eval_answer *x)
{
    static const struct table_column column[] = {
        { .key = "model", .heading = "latency", .min_width = 20 },
        { .key = "n", .heading = "n", .align = RIGHT },
        { .key = "p50", .heading = "p50 ms", .align = RIGHT },
        { .key = "p95", .heading = "p95 ms", .align = RIGHT },
        { .key = "p99", .heading = "p99 ms", .align = RIGHT },
    };
    struct arena *a = app->arena;
    struct table t;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (size_t m = 0; m < x->set->models; m++) {
        const struct eval_worth *w = &x->weight->worth[m];
        if (!w->timed) continue;
        const char **row = table_row(&t);
        row[0] = x->set->model[m];
        row[1] = arena_printf(a, "%lld", (long long)w->timed);
        row[2] = milliseconds(a, w, 0.5);
        row[3] = milliseconds(a, w, 0.95);
        row[4] = milliseconds(a, w, 0.99);
    }
    if (!t.rows) return;
    fputc('\n', app->out);
    table_print(&t, TABLE_TEXT, app->columns, app->colour, app->out);
}

static void print_bases(struct app *app, const struct eval_answer *x)
{
    struct arena *a = app->arena;
    for (size_t m = 0; m < x->set->models; m++) {
        const struct eval_worth *w = &x->weight->worth[m];
        if (w->basis == EVAL_BASIS_ESTIMATED)
            say(app,
                arena_printf(a,
                             "%s: tokens estimated as bytes / 4, 30 %% either way; "
                             "%s",
                             x->set->model[m], w->price));
        else if (w->basis == EVAL_BASIS_COUNTED)
            say(app, arena_printf(a, "%s: %s", x->set->model[m], w->price));
    }
}

static void print_compare(struct app *app, const struct eval_answer *x)
{
    static const struct table_column column[] = {
        { .key = "model", .heading = "beside it", .min_width = 20 },
        { .key = "n", .heading = "n", .align = RIGHT },
        { .key = "difference", .heading = "diff", .align = RIGHT },
        { .key = "ci_low", .heading = "from", .align = RIGHT },
        { .key = "ci_high", .heading = "to", .align = RIGHT },
        { .key = "p", .heading = "p", .align = RIGHT },
        { .key = "verdict", .heading = "margin" },
    };
    const struct eval_weight *w = x->weight;
    struct arena *a = app->arena;
    struct table t;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (size_t i = 0; i < w->compares; i++) {
        const struct eval_compare *c = &w->compare[i];
        const char **row = table_row(&t);
        row[0] = x->set->model[c->model];
        row[1] = arena_printf(a, "%lld", (long long)c->n);
        row[2] = signed_score(a, c->difference);
        row[3] = signed_score(a, c->ci_low);
        row[4] = signed_score(a, c->ci_high);
        row[5] = p_value(a, c->p_holm);
        row[6] = eval_noninferior_text(c->verdict);
    }
    fputc('\n', app->out);
    say(app, arena_printf(a, "%s of each model less that of %s, prompt by prompt:",
                          w->compare[0].metric->name, x->set->model[w->reference]));
    fputc('\n', app->out);
    table_print(&t, TABLE_TEXT, app->columns, app->colour, app->out);
    const char *margin =
        w->compare[0].margin > 0
            ? arena_printf(a,
                           "; margin %g: \"no worse\" errs in 2.5 %% of tests at most, "
                           "\"open\" wants more prompts",
                           w->compare[0].margin)
            : "";
    say(app, arena_printf(a,
                          "above 0 is better; 95 %% intervals; p that they are equal, "
                          "Holm over %zu comparison%s%s",
                          w->compares, w->compares == 1 ? "" : "s", margin));
    if (w->chosen && w->compares)
        say(app,
            "the reference is the best by these very answers, so p is too small and "
            "the gaps too wide: name one (--reference-model)");
}

/* Categories of a prompt or two are labels, not slices. */
static bool worth_slicing(const struct eval_weight *w)
{
    enum { SLICE_LEAST = 5 };
    for (size_t i = 0; i < w->slices; i++)
        if (w->slice[i].own.n >= SLICE_LEAST) return true;
    return false;
}

static void print_slices(struct app *app, const struct eval_answer *x)
{
    static const struct table_column column[] = {
        { .key = "model", .heading = "model", .min_width = 20 },
        { .key = "category", .heading = "category", .min_width = 10 },
        { .key = "n", .heading = "n", .align = RIGHT },
        { .key = "mean", .heading = "mean", .align = RIGHT },
        { .key = "gap", .heading = "to others", .align = RIGHT },
        { .key = "low", .heading = "from", .align = RIGHT },
        { .key = "high", .heading = "to", .align = RIGHT },
        { .key = "differs", .heading = "differs" },
    };
    const struct eval_weight *w = x->weight;
    struct arena *a = app->arena;
    struct table t;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (size_t i = 0; i < w->slices; i++) {
        const struct eval_slice *c = &w->slice[i];
        const char **row = table_row(&t);
        row[0] = x->set->model[c->model];
        row[1] = c->category;
        row[2] = arena_printf(a, "%lld", (long long)c->own.n);
        row[3] = score(a, c->own.mean);
        row[4] = signed_score(a, c->gap);
        row[5] = signed_score(a, c->gap_low);
        row[6] = signed_score(a, c->gap_high);
        row[7] = c->differs ? "yes" : "";
    }
    fputc('\n', app->out);
    table_print(&t, TABLE_TEXT, app->columns, app->colour, app->out);
    say(app, arena_printf(a,
                          "above 0 is better than the other categories; the %zu "
                          "intervals hold together with 95 %% (Bonferroni)",
                          w->slices));
}

static void print_twins(struct app *app, const struct eval_answer *x)
{
    struct arena *a = app->arena;
    fputc('\n', app->out);
    for (size_t i = 0; i < x->weight->twin_rows; i++) {
        const struct eval_twins *t = &x->weight->twins[i];
        double changed = (double)t->changed / (double)t->answered;
        const char *scores =
            t->scores.n == 0 ? ""
            : isnan(t->scores.ci_low)
                ? arena_printf(a, "; the first scores %+.3f more", t->scores.difference)
                : arena_printf(a, "; the first scores %+.3f more (%+.3f to %+.3f)",
                               t->scores.difference, t->scores.ci_low,
                               t->scores.ci_high);
        say(app, arena_printf(
                     a, "%s: %s of %lld pairs are answered otherwise (%s to %s)%s",
                     x->set->model[t->model], share(a, changed), (long long)t->answered,
                     share(a, t->changed_low), share(a, t->changed_high), scores));
    }
}

static void print_robust(struct app *app, const struct eval_answer *x)
{
    static const struct table_column column[] = {
        { .key = "model", .heading = "model", .min_width = 20 },
        { .key = "change", .heading = "prompt changed" },
        { .key = "n", .heading = "n", .align = RIGHT },
        { .key = "original", .heading = "before", .align = RIGHT },
        { .key = "perturbed", .heading = "after", .align = RIGHT },
        { .key = "drop", .heading = "drop", .align = RIGHT },
        { .key = "low", .heading = "from", .align = RIGHT },
        { .key = "high", .heading = "to", .align = RIGHT },
        { .key = "wer", .heading = "WER", .align = RIGHT },
    };
    struct arena *a = app->arena;
    struct table t;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (size_t i = 0; i < x->weight->robusts; i++) {
        const struct eval_robust *r = &x->weight->robust[i];
        const char **row = table_row(&t);
        row[0] = x->set->model[r->model];
        row[1] = r->kind ? perturbation_text(r->kind) : "in any way";
        row[2] = arena_printf(a, "%lld", (long long)r->n);
        row[3] = score(a, r->original);
        row[4] = score(a, r->perturbed);
        row[5] = share(a, r->drop);
        row[6] = share(a, r->drop_low);
        row[7] = share(a, r->drop_high);
        row[8] = score(a, r->word_error_rate);
    }
    fputc('\n', app->out);
    table_print(&t, TABLE_TEXT, app->columns, app->colour, app->out);
    say(app,
        arena_printf(a,
                     "drop: delta %s / %s; WER: of the answer beside the one to the "
                     "unchanged prompt",
                     x->scores[0].metric->name, x->scores[0].metric->name));
}

/* What was taken for what most often, where the whole matrix is too wide. */
static void print_confused(struct app *app, const struct eval_confusion *c)
{
    enum { MOST = 10 };
    size_t cells = c->labels * c->labels;
    bool *told = ARENA_NEW(app->arena, bool, cells);
    for (int row = 0; row < MOST; row++) {
        size_t best = cells;
        for (size_t i = 0; i < cells; i++)
            if (i / c->labels != i % c->labels && c->count[i] && !told[i] &&
                (best == cells || c->count[i] > c->count[best]))
                best = i;
        if (best == cells) return;
        told[best] = true;
        fprintf(app->out, "  %lld x %s taken for %s\n", (long long)c->count[best],
                c->label[best / c->labels].name, c->label[best % c->labels].name);
    }
}

/* Columns of labels that fit beside the others, or none. */
static size_t label_columns(const struct app *app, const struct eval_confusion *c)
{
    enum { OTHERS = 10 + 3 * 11 }; /* the name, three rates */
    int width = OTHERS;
    for (size_t l = 0; l < c->labels; l++)
        width +=
            (wrap_width(c->label[l].name) > 4 ? wrap_width(c->label[l].name) : 4) + 2;
    return width <= app->columns ? c->labels : 0;
}

static void print_confusion(struct app *app, const struct eval_answer *x,
                            const struct eval_confusion *c)
{
    struct arena *a = app->arena;
    size_t shown = label_columns(app, c), columns = shown + 4;
    struct table_column *column = ARENA_NEW(a, struct table_column, columns);
    struct table t;
    column[0] = (struct table_column){ .heading = shown ? "is \\ said" : "label",
                                       .min_width = 10 };
    static const char *const rate[] = { "precision", "recall", "F1" };
    for (size_t l = 0; l < shown; l++)
        column[l + 1] =
            (struct table_column){ .heading = c->label[l].name, .align = RIGHT };
    for (size_t k = 0; k < 3; k++)
        column[shown + 1 + k] =
            (struct table_column){ .heading = rate[k], .align = RIGHT };
    table_init(&t, NULL, column, columns, a);
    for (size_t l = 0; l + 1 < c->labels; l++) {
        const struct eval_label *x_ = &c->label[l];
        const char **row = table_row(&t);
        row[0] = x_->name;
        for (size_t k = 0; k < shown; k++)
            row[k + 1] =
                arena_printf(a, "%lld", (long long)c->count[l * c->labels + k]);
        row[shown + 1] = score(a, x_->precision);
        row[shown + 2] = score(a, x_->recall);
        row[shown + 3] = score(a, x_->f1);
    }
    fprintf(app->out, "\n%s: macro F1 %.3f, micro F1 %.3f (the accuracy)\n\n",
            x->set->model[c->model], c->macro_f1, c->micro_f1);
    table_print(&t, TABLE_TEXT, app->columns, app->colour, app->out);
    if (!shown) print_confused(app, c);
}

static void print_pipeline(struct app *app, const struct eval_answer *x)
{
    const struct eval_weight *w = x->weight;
    const struct eval_pipeline *p = &w->pipeline;
    struct arena *a = app->arena;
    fputc('\n', app->out);
    if (!w->has_pipeline) {
        say(app, arena_printf(a, "no two models in a row: %s", w->no_pipeline));
        return;
    }
    if (p->cut.escalated == 0) {
        say(app, arena_printf(a,
                              "two in a row: not needed: %s alone scores as well as %s "
                              "within the margin on these %zu prompts",
                              x->set->model[p->first], x->set->model[p->second], p->n));
        return;
    }
    const char *below = p->cut.escalated == p->n
                            ? "always"
                            : arena_printf(a, "below %.4g", p->cut.threshold);
    say(app,
        arena_printf(a,
                     "two in a row: %s first, %s where it is less sure (%s): on new "
                     "prompts $%.3g an answer instead of $%.3g, %.0f%% go on, score "
                     "%+.3f to %+.3f beside %s alone (%d-fold; %zu prompts)",
                     x->set->model[p->first], x->set->model[p->second], below,
                     p->honest.usd, p->second_usd, 100 * p->honest.escalated_share,
                     p->honest.score_low, p->honest.score_high,
                     x->set->model[p->second], CASCADE_FOLDS, p->n));
}

void eval_weigh_print(struct app *app, const struct eval_answer *x)
{
    const struct eval_weight *w = x->weight;
    if (any_cost(x)) {
        print_worth(app, x);
        print_bases(app, x);
    }
    print_latency(app, x);
    if (w->compares) print_compare(app, x);
    if (worth_slicing(w)) print_slices(app, x);
    if (w->twin_rows) print_twins(app, x);
    if (w->robusts) print_robust(app, x);
    for (size_t m = 0; w->confusion && m < x->set->models; m++)
        if (w->confusion[m].n) print_confusion(app, x, &w->confusion[m]);
    if (w->corpus_bleu) fputc('\n', app->out);
    for (size_t m = 0; w->corpus_bleu && m < x->set->models; m++)
        fprintf(app->out, "%s: BLEU of the whole, not smoothed: %.4f\n",
                x->set->model[m], w->corpus_bleu[m]);
    if (w->has_pipeline || w->no_pipeline) print_pipeline(app, x);
}
