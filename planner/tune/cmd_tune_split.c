#include <string.h>

#include "app.h"
#include "file.h"
#include "json.h"
#include "train_lines.h"
#include "train_split.h"

struct settings {
    const char *train, *validation_file, *model;
    double validation;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "validation", .type = OPT_RATIO, .offset = AT(double, validation), .unit = "%",
      .preset = "10%", .lo = 0, .hi = 0.9, .help = "share of the records for validation" },
    { .key = "train_file", .type = OPT_TEXT, .offset = AT(const char *, train),
      .unit = "FILE", .help = "where the training records go; else FILE.train.jsonl" },
    { .key = "validation_file", .type = OPT_TEXT, .offset = AT(const char *, validation_file),
      .unit = "FILE", .help = "where the validation records go; else FILE.validation.jsonl" },
    { .key = "model", .letter = 'm', .type = OPT_TEXT, .offset = AT(const char *, model),
      .unit = "M", .help = "keep to this model's largest number of validation records" },
};
#undef AT
/* clang-format on */

struct work {
    const char *path;
    struct train_check check;
    struct train_log log;
    struct train_split split;
    struct file_out out[2]; /* training, validation */
};

/* Record by record: first its key, then the file where it goes. */
static enum err_code pass(struct work *w, bool write, struct arena *a, struct err *e)
{
    struct train_lines lines;
    struct str line;
    bool too_long;
    size_t i = 0;
    if (train_lines_open(&lines, w->path, e)) return e->code;
    while (train_lines_next(&lines, &line, &too_long)) {
        struct train_record record;
        if (lines.number == 1) line = str_without_bom(line);
        if (str_trim(line).n == 0 && !too_long) continue;
        if (write && i < w->split.count) {
            FILE *f = w->out[train_split_validates(&w->split, i)].stream;
            fwrite(line.p, 1, line.n, f);
            putc('\n', f);
        } else if (!write && (too_long || !train_record_check(&record, &w->check,
                                                              lines.number, line))) {
            struct err closing = { 0 };
            if (train_lines_close(&lines, &closing))
                return err_set(e, closing.code, "%s", closing.msg);
            return err_set(e, ERR_INPUT,
                           "%s:%lld: not a training record; see 'bedplan "
                           "tune check'",
                           w->path, (long long)lines.number);
        } else if (!write) {
            train_split_add(&w->split, &record, a);
        }
        i++;
    }
    return train_lines_close(&lines, e);
}

static enum err_code write_both(struct work *w, const char *const path[2],
                                struct arena *a, struct err *e)
{
    if (file_out_open(&w->out[0], path[0], e)) return e->code;
    if (file_out_open(&w->out[1], path[1], e)) {
        file_out_abandon(&w->out[0]);
        return e->code;
    }
    enum err_code code = pass(w, true, a, e);
    for (int i = 0; i < 2; i++) {
        if (code)
            file_out_abandon(&w->out[i]);
        else
            code = file_out_commit(&w->out[i], e);
    }
    return code;
}

static enum err_code print(struct app *app, const struct work *w,
                           const char *const path[2], struct err *e)
{
    size_t training = w->split.count - w->split.validation;
    if (app->format != FORMAT_JSON) {
        fprintf(app->out, "%s: %zu records\n%s: %zu records\n", path[0], training,
                path[1], w->split.validation);
        return OK;
    }
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.tune-split/1");
    json_int(j, "records", (int64_t)w->split.count);
    json_text(j, "training_file", path[0]);
    json_int(j, "training", (int64_t)training);
    json_text(j, "validation_file", path[1]);
    json_int(j, "validation", (int64_t)w->split.validation);
    json_int(j, "seed", app->opt.seed);
    json_end(j);
    return json_close(j, e);
}

static const char *beside(struct arena *a, const char *path, const char *ending)
{
    size_t n = strlen(path);
    if (text_ends(path, ".jsonl")) n -= strlen(".jsonl");
    return arena_printf(a, "%.*s.%s.jsonl", (int)n, path, ending);
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct arena *a = app->arena;
    struct work *w = ARENA_NEW(a, struct work, 1);
    if (args->count != 1 || strcmp(args->text[0], "-") == 0)
        return err_set(e, ERR_USAGE, "tune split wants one file, which is read twice");
    w->path = args->text[0];
    w->log = (struct train_log){ .arena = a };
    w->check = (struct train_check){ .log = &w->log, .tape = { .arena = a } };
    w->split.seed = (uint64_t)app->opt.seed;
    const struct train_rules *rules =
        s->model ? train_rules_of(s->model, METHOD_FINE_TUNING) : NULL;
    if (pass(w, false, a, e)) return e->code;
    if (w->split.count < 2)
        return err_set(e, ERR_INPUT, "%s: %zu records cannot be split", w->path,
                       w->split.count);
    train_split_decide(&w->split, s->validation, rules ? rules->validation_max : 0, a);
    const char *const path[2] = {
        s->train ? s->train : beside(a, w->path, "train"),
        s->validation_file ? s->validation_file : beside(a, w->path, "validation"),
    };
    if (write_both(w, path, a, e)) return e->code;
    return print(app, w, path, e);
}

const struct command cmd_tune_split = {
    .name = "tune split",
    .usage = "FILE.jsonl [--validation 10%] [options]",
    .summary = "training and validation files of one dataset",
    .details =
        "Draws records at random (--seed), those with one prompt together, so that "
        "nothing is validated that was trained on. The same seed gives the same "
        "files, and records keep their order.",
    .example = "bedplan tune split all.jsonl --validation 10% --seed 7",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS(FORMAT_TEXT) | FORMATS(FORMAT_JSON),
    .run = run,
};
