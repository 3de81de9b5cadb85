#include "tune_ask.h"

#include <math.h>
#include <string.h>

#include "date.h"
#include "plan_config.h"
#include "region.h"
#include "text.h"
#include "train_run.h"
#include "tune_cost.h"

enum err_code tune_model(struct model *m, struct app *app, const char *id,
                         struct err *e)
{
    struct catalog *c;
    struct err first = { 0 };
    if (app_catalog(app, &c, e)) return e->code;
    if (catalog_model(m, NULL, c, id, app->arena, &first) == OK) return OK;
    const char *suffix = strrchr(id, ':');
    if (suffix && suffix[1] && suffix[strlen(suffix) - 1] == 'k') {
        struct err second = { 0 };
        char *base = arena_text_n(app->arena, id, (size_t)(suffix - id));
        if (catalog_model(m, NULL, c, base, app->arena, &second) == OK) return OK;
    }
    *e = first;
    return e->code;
}

/* "0.002" or "0.001..0.004" */
static enum err_code read_rate(int64_t out[2], const char *text, struct arena *a,
                               struct err *e)
{
    struct usd_rate low, high;
    struct err why = { 0 };
    const char *dots = strstr(text, "..");
    const char *first = dots ? arena_text_n(a, text, (size_t)(dots - text)) : text;
    if (usd_rate_parse(&low, first, 1, &why) ||
        usd_rate_parse(&high, dots ? dots + 2 : text, 1, &why))
        return err_set(e, ERR_USAGE, "--training-rate %s: %s", text, why.msg);
    if (low.pusd > high.pusd)
        return err_set(e, ERR_USAGE, "--training-rate %s: the lower one first", text);
    out[0] = low.pusd;
    out[1] = high.pusd;
    return OK;
}

/* Hyperparameters, and the epochs that are one of them where the model has it. */
static enum err_code ask_epochs(struct tune_ask *out, struct arena *a, struct err *e)
{
    const struct tune_settings *s = out->s;
    if (hyper_read(&out->hyper, out->model.id, out->method, &s->hp, a, e))
        return e->code;
    double stated = hyper_of(&out->hyper, "epochCount");
    for (size_t i = 0; i < out->hyper.count; i++) {
        struct hyper_value *v = &out->hyper.value[i];
        if (strcmp(v->of->name, "epochCount") != 0 || !s->epochs) continue;
        if (v->asked)
            return err_set(e, ERR_USAGE, "--epochs and --hp epochCount: give one");
        v->value = (double)s->epochs;
        v->asked = true;
    }
    if (tune_epochs(&out->epochs, out->model.id, out->method, s->epochs, e))
        return e->code;
    if (!s->epochs && !isnan(stated)) out->epochs = (int64_t)stated;
    out->epochs_assumed = !s->epochs && isnan(stated);
    return OK;
}

static enum err_code count_dataset(struct tune_ask *out, struct app *app, struct err *e)
{
    const struct tune_settings *s = out->s;
    struct train_answer t;
    const struct train_job job = { .path = s->dataset,
                                   .model = out->model.id,
                                   .method = out->method };
    if (s->training_tokens)
        return err_set(e, ERR_USAGE, "--dataset and --training-tokens: give one");
    if (train_run(&t, &job, app->arena, e)) return e->code;
    out->records = t.file[0].records;
    out->chars = t.file[0].chars;
    if (out->records == 0)
        return err_set(e, ERR_INPUT, "%s: no training record in it", s->dataset);
    if (train_log_total(&t.log, true) > 0)
        app_warn(app, "%s would be refused, with %lld errors: see 'bedplan tune check'",
                 s->dataset, (long long)train_log_total(&t.log, true));
    return OK;
}

static void ask_time(struct tune_ask *out, const struct app *app)
{
    const struct tune_settings *s = out->s;
    struct date d = date_of_unix(app->opt.now_unix_s);
    d.day = 1;
    out->start_unix_s = s->start_stated || app_origin(app, "start") != OPT_PRESET
                            ? s->start_unix_s
                            : date_add_months(date_unix(d), 1);
    out->customized_unix_s = app_origin(app, "customized") != OPT_PRESET
                                 ? s->customized_unix_s
                                 : app->opt.now_unix_s;
    out->end_unix_s = date_add_months(out->start_unix_s, (int)s->months);
    out->days = (double)(out->end_unix_s - out->start_unix_s) / 86400;
    out->trainings = 1;
    if (s->retrain_every_months)
        out->trainings =
            (s->months + s->retrain_every_months - 1) / s->retrain_every_months;
}

/* Options that say nothing without another. */
static enum err_code check_pairs(const struct tune_ask *x, struct err *e)
{
    const struct tune_settings *s = x->s;
    const struct {
        bool wrong;
        const char *text;
    } rules[] = {
        { s->requests_per_day > 0 && !s->input_tokens,
          "--requests-per-day wants --input-tokens and --output-tokens" },
        { (s->prompted || s->rag) && !s->input_tokens,
          "--prompted and --rag want --input-tokens and --output-tokens" },
        { (s->unit_input_tpm > 0) != (s->unit_output_tpm > 0),
          "--unit-input-tpm and --unit-output-tpm go together" },
        { s->few_shot_tokens && !s->prompted, "--few-shot-tokens wants --prompted" },
        { (s->rag_tokens || s->rag_monthly_usd > 0) && !s->rag,
          "--rag-tokens and --rag-monthly-usd want --rag" },
        { s->teacher && x->method != METHOD_DISTILLATION,
          "--teacher is for --method distillation" },
        { s->from_logs && s->teacher,
          "--from-logs: the teacher has answered, leave --teacher out" },
        { s->from_logs && x->method != METHOD_DISTILLATION,
          "--from-logs is for --method distillation" },
        { s->training_hours && x->method != METHOD_REINFORCEMENT,
          "--training-hours is for --method reinforcement" },
        { s->copy_rpm > 0 && !s->import_architecture,
          "--copy-rpm wants --import-architecture" },
        { s->hosting == HOSTING_IMPORT + 1 && !s->import_architecture,
          "--hosting import wants --import-architecture" },
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].wrong) return err_set(e, ERR_USAGE, "%s", rules[i].text);
    return OK;
}

enum err_code tune_ask(struct tune_ask *out, struct app *app, const char *model,
                       const struct tune_settings *s, struct err *e)
{
    *out = (struct tune_ask){ .s = s, .method = (enum train_method)s->method };
    out->region = region_asked(app, s->region);
    out->has_calls = s->requests_per_day > 0 && s->input_tokens > 0;
    if (tune_model(&out->model, app, model, e)) return e->code;
    if (catalog_check_region(app->catalog, out->region, app->arena, e)) return e->code;
    if (check_pairs(out, e)) return e->code;
    if (ask_epochs(out, app->arena, e)) return e->code;
    if (s->training_rate && read_rate(out->rate_pusd, s->training_rate, app->arena, e))
        return e->code;
    if (plan_profile(out->week, s->profile, s->plan ? s->plan : "", app->arena, e))
        return e->code;
    ask_time(out, app);
    return s->dataset ? count_dataset(out, app, e) : OK;
}
