#include "plan.h"

#include <string.h>

#include "customize.h"
#include "text.h"
#include "train_run.h"
#include "token_guess.h"
#include "units.h"

/* What is paid by the hour, by the window, and once. */

enum err_code plan_option_units(struct plan *p, struct plan_option *o,
                                struct catalog *c, struct err *e)
{
    struct unit_price *rows;
    size_t count;
    bool custom = o->candidate->tuned != TUNED_NO;
    if (catalog_unit_prices(&rows, &count, c, o->model.id, p->month_start_unix_s[0],
                            p->arena, e))
        return e->code;
    struct unit_pick pick = units_choose(rows, count, o->region, custom, o->buy.term);
    if (!pick.row)
        return err_set(e, ERR_UNPRICED, "no price of a model unit with term %s in %s",
                       commitment_text(o->buy.term), o->region);
    o->unit = pick.row;
    app_used(p->app, pick.row->unit, pick.row->source, pick.row->as_of);
    o->unit_pick = pick;
    o->marks |= pick.marks;
    o->never_cheapest |= (pick.marks & MARK_TRUST_C) != 0;
    if (o->buy.term == COMMIT_NONE) {
        notes_add(&o->assumptions, p->arena,
                  "billed from purchase to deletion: delete it with 'aws bedrock "
                  "delete-provisioned-model-throughput'");
    } else {
        notes_add(&o->assumptions, p->arena,
                  "a %s term cannot be deleted early and renews by itself",
                  commitment_text(o->buy.term));
    }
    int64_t beyond = plan_paid_hours(p, o) - p->hours;
    if (beyond > 0)
        notes_add(
            &o->assumptions, p->arena,
            "its last term runs %lld hours past the plan, billed in the last month",
            (long long)beyond);
    return plan_say_unit_steps(p, o, c, pick.row, e);
}

enum err_code plan_option_import(struct plan *p, struct plan_option *o,
                                 struct catalog *c, struct err *e)
{
    struct item_price *rows;
    size_t count;
    const char *architecture = o->candidate->import_architecture;
    if (!architecture)
        return err_set(e, ERR_UNPRICED,
                       "import needs import_architecture, such as "
                       "'Llama 3.1 8B 128K': it says how many units a copy is");
    int64_t units = import_units(architecture);
    if (!units)
        return err_set(e, ERR_UNPRICED, "AWS names no custom model units for '%s'",
                       architecture);
    if (catalog_other_prices(&rows, &count, c, IMPORT_SERVICE, o->region,
                             p->month_start_unix_s[0], p->arena, e))
        return e->code;
    const struct item_price *minute = item_choose(rows, count, "", IMPORT_MINUTE);
    const struct item_price *kept = item_choose(rows, count, "", IMPORT_STORAGE);
    if (!minute || !minute->known)
        return err_set(e, ERR_UNPRICED, "no price of a custom model unit");
    /* a window of a copy is units × 5 minutes; the rate of one window stays exact */
    app_used(p->app, minute->item, minute->source, minute->as_of);
    o->import_rate = minute->rate;
    o->import_rate.pusd *= units * IMPORT_WINDOW_MIN;
    o->import_minute = minute;
    o->import_units = units;
    o->import_copies = (double)o->candidate->import_copies;
    notes_add(
        &o->assumptions, p->arena,
        "%lld copies of %lld units run in every 5-minute window with traffic; how many "
        "copies your load needs is your assumption",
        (long long)o->candidate->import_copies, (long long)units);
    if (!kept || !kept->known) return OK;
    o->import_kept = kept;
    return usd_acc_add(&o->storage_per_month, units, kept->rate, e);
}

/* Tokens of a training file as 'tune check' counts them; read once for all options. */
static enum err_code count_dataset(struct plan *p, const char *path, struct err *e)
{
    struct arena scratch = { .on_exhausted = p->arena->on_exhausted };
    struct train_answer t;
    const struct train_job job = { .path = path };
    if (p->counted && strcmp(p->counted, path) == 0) return OK;
    enum err_code code = train_run(&t, &job, &scratch, e);
    arena_clear(&scratch);
    if (code) return err_wrap(e, "dataset: ");
    if (t.file[0].records == 0)
        return err_set(e, ERR_INPUT, "dataset: %s: no training record in it", path);
    p->counted = path;
    p->counted_tokens = train_tokens(t.file[0].chars);
    return OK;
}

/* Tokens of one epoch: stated, or estimated from the file. */
static enum err_code training_tokens(int64_t *out, struct plan *p,
                                     struct plan_option *o, struct err *e)
{
    const struct candidate_settings *s = o->candidate;
    char n[32];
    *out = s->training_tokens;
    if (!s->dataset) return OK;
    const char *path = plan_path_beside(p->config.path, s->dataset, p->arena);
    if (count_dataset(p, path, e)) return e->code;
    *out = p->counted_tokens;
    notes_add(&o->assumptions, p->arena,
              "about %s training tokens in %s: characters / %d, AWS's planning figure; "
              "a tokenizer may differ by %d%%",
              text_thousands(n, *out), s->dataset, TRAIN_CHARS_PER_TOKEN,
              TOKEN_GUESS_ERROR_PERCENT);
    return OK;
}

enum err_code plan_option_tuning(struct plan *p, struct plan_option *o,
                                 struct catalog *c, struct err *e)
{
    static const char *const methods[] = { "", "fine-tuning", "continued pre-training",
                                           "distillation" };
    struct item_price *rows;
    size_t count;
    struct bill training = { .arena = p->arena }, storage = { .arena = p->arena };
    struct training run = { .method = methods[o->candidate->tuned],
                            .epochs = o->candidate->epochs };
    if (training_tokens(&run.tokens, p, o, e)) return e->code;
    if (catalog_tuning_prices(&rows, &count, c, o->model.id, o->region,
                              p->month_start_unix_s[0], p->arena, e))
        return e->code;
    if (storage_bill(&storage, rows, count, o->model.id, 1, 1, 0, e)) return e->code;
    app_used_bill(p->app, &storage);
    if (usd_acc_sum(&o->storage_per_month, storage.total, e)) return e->code;
    o->storage_bill = storage;
    if (run.tokens == 0) {
        notes_add(&o->assumptions, p->arena,
                  "no training data stated: training is not billed");
        return OK;
    }
    if (training_bill(&training, rows, count, o->model.id, run, 0, e)) return e->code;
    app_used_bill(p->app, &training);
    o->training = training.total;
    o->training_bill = training;
    if (o->candidate->tuned == TUNED_DISTILLATION)
        notes_add(&o->assumptions, p->arena,
                  "the teacher's answers are not billed here");
    return OK;
}
