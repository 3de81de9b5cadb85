#include <math.h>
#include <string.h>

#include "customize.h"
#include "text.h"
#include "train_run.h"
#include "tune_plan.h"

/* What is paid however few the calls: people, teacher, training, storage. */

/* Source: AWS user guide, distillation: synthesis may expand the prompts to this. */
enum { PROMPTS_MOST = 15000 };

static const char *count_text(int64_t n, const char *what, struct arena *a)
{
    char text[32];
    return arena_printf(a, "%s %s%s", text_thousands(text, n), what, n == 1 ? "" : "s");
}

static struct tune_line *add_line(struct tune_plan *p, const char *what)
{
    struct tune_line *l = &p->line[p->lines++];
    *l = (struct tune_line){ .what = what, .known = true, .source = "", .as_of = "" };
    return l;
}

/* A bill's line at its two ends. */
static void priced(struct tune_line *l, const struct bill_line *low,
                   const struct bill_line *high)
{
    l->bill[0] = *low;
    l->bill[1] = *high;
    l->usd = (struct usd_span){ low->cost, high->cost };
    l->source = low->source;
    l->as_of = low->as_of;
}

static enum err_code add_people(struct tune_plan *p, const char *what, double hours,
                                int64_t times, struct err *e)
{
    const struct tune_settings *s = p->ask.s;
    struct tune_line *l = add_line(p, what);
    struct usd_rate rate = { .per = 1 };
    int64_t milli_hours;
    l->source = "stated";
    if (hours <= 0 || s->hourly_usd <= 0) {
        l->known = false;
        l->why = s->hourly_usd > 0 ? "not counted: no hours stated"
                                   : "not counted: no --hourly-usd";
        return OK;
    }
    /* hours to a thousandth, the rate to a millionth of a dollar */
    if (usd_from_estimate(&milli_hours, hours * 1000, e)) return e->code;
    rate.pusd = (int64_t)nearbyint(s->hourly_usd * 1e6) * 1000;
    if (__builtin_mul_overflow(milli_hours, times, &milli_hours))
        return err_set(e, ERR_RANGE, "%s: too many hours", what);
    if (usd_acc_add(&l->usd.low, milli_hours, rate, e)) return e->code;
    l->usd.high = l->usd.low;
    l->detail = times > 1 ? arena_printf(p->arena, "%lld x %g h at $%g",
                                         (long long)times, hours, s->hourly_usd)
                          : arena_printf(p->arena, "%g h at $%g", hours, s->hourly_usd);
    return OK;
}

/* --- the teacher ----------------------------------------------------------------- */

static int64_t prompts_of(const struct tune_ask *x)
{
    return x->s->prompts ? x->s->prompts : x->records;
}

static int64_t prompt_tokens_of(const struct tune_ask *x)
{
    if (x->s->prompt_tokens || !x->records) return x->s->prompt_tokens;
    return (train_tokens(x->chars) + x->records - 1) / x->records;
}

static enum err_code check_teacher(const struct tune_ask *x, struct err *e)
{
    if (!x->s->teacher)
        return err_set(e, ERR_USAGE,
                       "distillation wants --teacher, or --from-logs where the dataset "
                       "has its answers");
    if (!prompts_of(x) || !prompt_tokens_of(x))
        return err_set(e, ERR_USAGE,
                       "distillation wants --dataset, or --prompts and "
                       "--prompt-tokens");
    if (!x->s->response_tokens)
        return err_set(e, ERR_USAGE,
                       "--teacher wants --response-tokens: what it is to write for a "
                       "prompt");
    if (prompts_of(x) > PROMPTS_MOST)
        return err_set(e, ERR_RANGE, "distillation takes at most %d prompts, not %lld",
                       PROMPTS_MOST, (long long)prompts_of(x));
    return OK;
}

/* The teacher answers the prompts at its on-demand price, and may be asked for more
 * pairs, up to PROMPTS_MOST. */
static enum err_code add_teacher(struct tune_plan *p, struct err *e)
{
    const struct tune_ask *x = &p->ask;
    struct model teacher;
    struct tariff t;
    struct err why = { 0 };
    struct bill b[2] = { { .arena = p->arena }, { .arena = p->arena } };
    int64_t prompts[2] = { prompts_of(x), PROMPTS_MOST };
    if (check_teacher(x, e)) return e->code;
    if (tune_model(&teacher, p->app, x->s->teacher, e)) return e->code;
    struct request_tokens one = { .input_tokens = prompt_tokens_of(x),
                                  .output_tokens = x->s->response_tokens };
    for (int i = 0; i < 2; i++)
        p->tokens[i] = prompts[i] * (one.input_tokens + one.output_tokens);
    if (tune_tariff(&t, p, &teacher, false, &why)) {
        struct tune_line *l = add_line(p, "teacher");
        l->known = false;
        l->why = arena_text(p->arena, why.msg);
        p->incomplete = l->why;
        return OK;
    }
    for (int i = 0; i < 2; i++)
        if (bill_requests(&b[i], &t, one, prompts[i] * x->trainings, x->s->discount_ppm,
                          e))
            return err_wrap(e, "the teacher: ");
    for (size_t k = 0; k < b[0].count; k++) {
        struct tune_line *l =
            add_line(p, arena_printf(p->arena, "teacher's %s", b[0].line[k].dimension));
        priced(l, &b[0].line[k], &b[1].line[k]);
        l->detail =
            arena_printf(p->arena, "%s of %lld tokens",
                         count_text(prompts[0] * x->trainings, "prompt", p->arena),
                         (long long)(k ? one.output_tokens : one.input_tokens));
    }
    tune_note(p, "synthesis may expand %lld prompts to %d pairs: both ends are shown",
              (long long)prompts[0], PROMPTS_MOST);
    return OK;
}

/* --- training -------------------------------------------------------------------- */

/* As the customization table names them. */
static const char *const method_priced[METHOD_COUNT] = {
    "fine-tuning", "continued pre-training", "distillation", "reinforcement fine-tuning"
};

static const char *training_unit(const struct tune_plan *p,
                                 const struct item_price *row)
{
    if (row) return row->unit;
    if (p->ask.method == METHOD_REINFORCEMENT) return "hour";
    return isnan(hyper_of(&p->ask.hyper, "batchSize")) ||
                   !hyperparameter_of(p->ask.model.id, p->ask.method, 0) ||
                   !strstr(p->ask.model.id, "image")
               ? "token"
               : "image seen";
}

/* The rows to bill by: the catalog's, or one at the stated rate. */
static const struct item_price *training_rows(struct tune_plan *p, int end,
                                              size_t *count, const char **unit)
{
    const char *method = p->ask.method == METHOD_DISTILLATION
                             ? "fine-tuning"
                             : method_priced[p->ask.method];
    const struct item_price *row = item_choose(p->item, p->items, method, "training");
    *unit = training_unit(p, row);
    *count = p->items;
    if (!p->ask.s->training_rate) return p->item;
    struct item_price *stated = ARENA_NEW(p->arena, struct item_price, 1);
    *stated = (struct item_price){
        .subject = p->ask.model.id,
        .method = method,
        .item = "training",
        .unit = *unit,
        .known = true,
        .rate = { p->ask.rate_pusd[end], strcmp(*unit, "token") == 0 ? 1000 : 1 },
        .source = "stated",
        .as_of = "",
        .note = "",
        .trust = TRUST_A,
    };
    *count = 1;
    return stated;
}

static const char *training_detail(const struct tune_plan *p, struct training run,
                                   const char *unit)
{
    struct arena *a = p->arena;
    const char *each = p->ask.trainings > 1 ? arena_printf(a, " x %lld trainings",
                                                           (long long)p->ask.trainings)
                                            : "";
    if (strcmp(unit, "hour") == 0)
        return arena_printf(a, "%s%s",
                            count_text(run.hours / p->ask.trainings, "hour", a), each);
    if (strcmp(unit, "token") != 0)
        return arena_printf(a, "%g steps x %g images%s",
                            hyper_of(&p->ask.hyper, "stepCount"),
                            hyper_of(&p->ask.hyper, "batchSize"), each);
    return arena_printf(a, "%s x %s%s", count_text(run.tokens, "token", a),
                        count_text(p->ask.epochs, "epoch", a), each);
}

/* What one of the ends trains, in the unit that is billed. */
static enum err_code training_run(struct training *out, const struct tune_plan *p,
                                  const char *unit, int end, struct err *e)
{
    const struct tune_ask *x = &p->ask;
    *out = (struct training){ .method = method_priced[x->method],
                              .tokens = p->tokens[end],
                              .epochs = x->epochs * x->trainings,
                              .hours = x->s->training_hours * x->trainings };
    if (strcmp(unit, "hour") == 0 && !x->s->training_hours)
        return err_set(e, ERR_USAGE,
                       "%s is trained by the hour: --training-hours says how many",
                       x->model.id);
    if (strcmp(unit, "token") == 0 && !out->tokens)
        return err_set(e, ERR_USAGE,
                       "--dataset or --training-tokens says how much is "
                       "trained on");
    if (strncmp(unit, "image", 5) != 0) return OK;
    double steps = hyper_of(&x->hyper, "stepCount");
    if (isnan(steps))
        return err_set(e, ERR_USAGE,
                       "--hp stepCount=N: %s has no default of it, and images seen are "
                       "steps x batch size",
                       x->model.id);
    out->images_seen =
        (int64_t)(steps * hyper_of(&x->hyper, "batchSize")) * x->trainings;
    return OK;
}

static enum err_code add_training(struct tune_plan *p, struct err *e)
{
    struct tune_line *l = add_line(p, "training");
    struct bill b[2] = { { .arena = p->arena }, { .arena = p->arena } };
    const char *unit;
    for (int end = 0; end < 2; end++) {
        size_t count;
        struct training run;
        struct err why = { 0 };
        const struct item_price *rows = training_rows(p, end, &count, &unit);
        if (training_run(&run, p, unit, end, e)) return e->code;
        if (end == 0) l->detail = training_detail(p, run, unit);
        enum err_code code = training_bill(&b[end], rows, count, p->ask.model.id, run,
                                           p->ask.s->discount_ppm, &why);
        if (code == ERR_UNPRICED) {
            l->known = false;
            l->why = arena_text(p->arena, why.msg);
            p->incomplete = l->why;
            return OK;
        }
        if (code) return err_set(e, code, "%s", why.msg);
    }
    priced(l, &b[0].line[0], &b[1].line[0]);
    return OK;
}

static enum err_code add_storage(struct tune_plan *p, struct err *e)
{
    struct tune_line *l = add_line(p, "storage");
    struct bill b = { .arena = p->arena };
    struct err why = { 0 };
    int64_t months = p->ask.s->months;
    enum err_code code = storage_bill(&b, p->item, p->items, p->ask.model.id, 1, months,
                                      p->ask.s->discount_ppm, &why);
    if (code == ERR_UNPRICED) {
        l->known = false;
        l->why = arena_text(p->arena, why.msg);
        if (!p->incomplete) p->incomplete = l->why;
        return OK;
    }
    if (code) return err_set(e, code, "%s", why.msg);
    priced(l, &b.line[0], &b.line[0]);
    l->detail = count_text(months, "month", p->arena);
    if (p->ask.trainings > 1)
        tune_note(p, "storage is of one model: each retrained one replaces the last");
    return OK;
}

static void count_tokens(struct tune_plan *p)
{
    const struct tune_ask *x = &p->ask;
    char n[32];
    p->tokens[0] = p->tokens[1] =
        x->s->dataset ? train_tokens(x->chars) : x->s->training_tokens;
    if (!x->s->dataset || p->tokens[0] == 0) return;
    tune_note(p,
              "about %s tokens in %lld records of %s: characters / %d, AWS's planning "
              "figure; a tokenizer may differ by 30%%",
              text_thousands(n, p->tokens[0]), (long long)x->records, x->s->dataset,
              TRAIN_CHARS_PER_TOKEN);
}

enum err_code tune_lines(struct tune_plan *p, struct err *e)
{
    const struct tune_settings *s = p->ask.s;
    bool teaches = p->ask.method == METHOD_DISTILLATION && !s->from_logs;
    count_tokens(p);
    if (add_people(p, "data preparation", s->data_hours, 1, e)) return e->code;
    if (teaches && add_teacher(p, e)) return e->code;
    if (add_training(p, e)) return e->code;
    if (add_people(p, "tuning", s->tuning_hours, p->ask.trainings, e) ||
        add_people(p, "evaluation", s->evaluation_hours, p->ask.trainings, e) ||
        add_storage(p, e))
        return e->code;
    if (p->ask.epochs_assumed && p->tokens[0])
        tune_note(p, "%lld epoch%s: %s", (long long)p->ask.epochs,
                  p->ask.epochs == 1 ? "" : "s",
                  "AWS states no default for this model and method; --epochs says");
    if (p->tokens[0])
        tune_note(p, "whether validation records are billed is not documented: they "
                     "are not counted");
    p->fixed_at_least = p->incomplete != NULL;
    for (size_t i = 0; i < p->lines; i++)
        if (usd_acc_sum(&p->fixed.low, p->line[i].usd.low, e) ||
            usd_acc_sum(&p->fixed.high, p->line[i].usd.high, e))
            return e->code;
    return OK;
}
