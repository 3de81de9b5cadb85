#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check_answer.h"
#include "probe_setup.h"
#include "proof.h"
#include "region.h"
#include "train_blocks.h"
#include "tune_ask.h"

struct settings {
    const char *model, *region, *validation, *fix, *format, *s3_uri;
    int method;
    int64_t epochs, issues, count_tokens;
    const char *count_model, *endpoint_url, *profile;
    bool dry_run, explain;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "model", .letter = 'm', .type = OPT_TEXT, .offset = AT(const char *, model),
      .unit = "M", .help = "the model to be tuned; without it, no limit or price is judged" },
    { .key = "method", .type = OPT_CHOICE, .offset = AT(int, method), .unit = "M",
      .choices = TRAIN_METHODS, .preset = "fine-tuning", .hi = METHOD_REINFORCEMENT,
      .help = "customization method" },
    { .key = "validation", .type = OPT_TEXT, .offset = AT(const char *, validation),
      .unit = "FILE", .help = "validation file: judged too, and for records trained on" },
    { .key = "epochs", .type = OPT_INT, .offset = AT(int64_t, epochs), .unit = "N",
      .preset = "0", .lo = 0, .hi = 1000, .help = "epochs; 0: the model's default" },
    { .key = "train_format", .type = OPT_TEXT, .offset = AT(const char *, format),
      .unit = "F",
      .help = "prompt-completion, converse, claude, text, image-caption or reinforcement; "
              "else the model's, or the first record's" },
    { .key = "s3_uri", .type = OPT_TEXT, .offset = AT(const char *, s3_uri),
      .unit = "URI", .help = "where the file will be: its images and videos are to be in that bucket" },
    { .key = "fix", .type = OPT_TEXT, .offset = AT(const char *, fix), .unit = "FILE",
      .help = "write a copy with what can be mended safely mended" },
    { .key = "issues", .type = OPT_INT, .offset = AT(int64_t, issues), .unit = "N",
      .preset = "100", .lo = 0, .hi = 10000000,
      .help = "errors, and warnings, to show; all are counted" },
    { .key = "count_tokens", .type = OPT_INT, .offset = AT(int64_t, count_tokens),
      .unit = "N", .lo = 1, .hi = 10000,
      .help = "draw N records and have Bedrock's CountTokens, which is free, count them" },
    { .key = "count_model", .type = OPT_TEXT, .offset = AT(const char *, count_model),
      .unit = "M", .help = "by whose tokenizer; else the model's" },
    { .key = "endpoint_url", .type = OPT_TEXT, .offset = AT(const char *, endpoint_url),
      .unit = "U", .help = "ask there instead of AWS" },
    { .key = "profile", .type = OPT_TEXT, .offset = AT(const char *, profile),
      .unit = "P", .help = "profile of AWS's config files" },
    { .key = "dry_run", .type = OPT_FLAG, .offset = AT(bool, dry_run), .unit = "",
      .help = "show the first question to CountTokens and send nothing" },
    { .key = "region", .letter = 'r', .type = OPT_TEXT, .offset = AT(const char *, region),
      .unit = "R", .preset = "us-east-1", .help = "region of the job and the hosting" },
    PROOF_OPTION(AT(bool, explain)),
};
#undef AT
/* clang-format on */

struct progress {
    int64_t total;
};

static void show_progress(void *context, int64_t bytes)
{
    const struct progress *p = context;
    if (p->total > 0)
        fprintf(stderr, "\rtune check: %3.0f%% of %.1f GB",
                100 * (double)bytes / (double)p->total, (double)p->total / 1e9);
    else
        fprintf(stderr, "\rtune check: %.1f GB", (double)bytes / 1e9);
}

static int64_t file_bytes(const char *path)
{
    struct stat st;
    return path && stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

static enum err_code find_format(enum train_format *out, const char *name,
                                 struct err *e)
{
    *out = TRAIN_UNKNOWN;
    if (!name) return OK;
    *out = train_format_named(name);
    if (*out) return OK;
    return err_set(e, ERR_USAGE,
                   "--train-format '%s': want prompt-completion, converse, "
                   "claude, text, image-caption or reinforcement",
                   name);
}

static enum err_code print(struct app *app, const struct check_answer *c, struct err *e)
{
    enum err_code code = app->format == FORMAT_JSON ? check_print_json(app, c, e)
                                                    : check_print_text(app, c, e);
    struct proof_list why;
    if (!code && c->explain && app->format != FORMAT_JSON) {
        code = check_proofs(&why, c, app->arena, e);
        if (!code) proof_text(app, &why);
    }
    if (code || !c->refused) return code;
    return err_set(e, ERR_GATE, "%s would be refused: %lld errors", c->path,
                   (long long)train_log_total(&c->train.log, true));
}

static enum err_code count_records(struct check_answer *c, struct app *app,
                                   const struct settings *s, struct err *e)
{
    struct train_count *n = ARENA_NEW(app->arena, struct train_count, 1);
    const struct probe_settings asks = { .profile = s->profile,
                                         .region = c->region,
                                         .endpoint_url = s->endpoint_url,
                                         .dry_run = s->dry_run };
    n->model = s->count_model ? s->count_model : c->model;
    if (!n->model)
        return err_set(e, ERR_USAGE, "--count-tokens wants --count-model or --model");
    if (train_count_draw(n, c->path, c->train.format, (size_t)s->count_tokens,
                         (uint64_t)app->opt.seed, app->arena, e))
        return e->code;
    struct probe_setup setup = { .set = &asks, .model = n->model };
    enum err_code code = probe_client(&setup, app, e);
    if (!code && s->dry_run) {
        const struct aws_request first = { .operation = AWS_COUNT_TOKENS,
                                           .subject = n->model,
                                           .body = n->sample[0].body };
        app_note(app, "%zu such request%s, free of charge; nothing is sent", n->samples,
                 n->samples == 1 ? "" : "s");
        code = client_show(setup.client, &first, app->out, e);
    } else if (!code) {
        code = train_count_ask(n, setup.client, app->arena, e);
        c->count = n;
    }
    client_close(setup.client);
    return code ? err_wrap(e, "CountTokens of %s: ", n->model) : OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct check_answer *c = ARENA_NEW(app->arena, struct check_answer, 1);
    struct model m;
    struct tune_cost cost;
    enum train_format format;
    char bucket[64];
    if (args->count != 1)
        return err_set(e, ERR_USAGE, "tune check wants one file of training data");
    if (s->s3_uri && !blocks_bucket(bucket, s->s3_uri))
        return err_set(e, ERR_USAGE, "--s3-uri '%s': want s3://bucket/key", s->s3_uri);
    if (find_format(&format, s->format, e)) return e->code;
    if (s->model && tune_model(&m, app, s->model, e)) return e->code;
    struct progress progress = { file_bytes(args->text[0]) +
                                 file_bytes(s->validation) };
    bool tell = isatty(STDERR_FILENO) && !app->opt.quiet && progress.total > 1000000000;
    const struct train_job job = {
        .path = args->text[0],
        .validation = s->validation,
        .s3_uri = s->s3_uri,
        .fix = s->fix,
        .model = s->model ? m.id : NULL,
        .method = (enum train_method)s->method,
        .format = format,
        .issues_max = (size_t)s->issues,
        .progress = tell ? show_progress : NULL,
        .context = &progress,
    };
    *c = (struct check_answer){ .path = args->text[0],
                                .validation = s->validation,
                                .fix = s->fix,
                                .model = job.model,
                                .region = region_asked(app, s->region),
                                .method = job.method,
                                .explain = s->explain };
    enum err_code code = train_run(&c->train, &job, app->arena, e);
    if (tell) fputs("\r\033[K", stderr);
    if (code) return code;
    c->refused = train_log_total(&c->train.log, true) > 0;
    if (s->count_tokens && count_records(c, app, s, e)) return e->code;
    if (s->dry_run) return OK;
    if (s->model) {
        if (tune_cost_of(&cost, app->catalog, &m, c->region, app->opt.now_unix_s,
                         job.method, check_tokens(c), s->epochs, app->arena, e))
            return e->code;
        app_used_bill(app, &cost.training);
        app_used_bill(app, &cost.storage);
        c->cost = &cost;
        if (cost.training_unknown && c->train.file[0].records)
            app_warn(app, "the training price is unknown: %s", cost.training_unknown);
    }
    return print(app, c, e);
}

const struct command cmd_tune_check = {
    .name = "tune check",
    .usage = "FILE.jsonl [--model M] [options]",
    .summary = "whether training data would be accepted, and what it costs",
    .details =
        "Reads each record against the model's training format and limits, and the "
        "file "
        "as a whole for copies, near-copies, prompts with two answers, validation "
        "records "
        "that are trained on, and labels that are far from even.\n\n"
        "Exit status 1: Bedrock would refuse the file. Tokens are estimated as "
        "characters "
        "/ 6, AWS's own planning figure. An unknown price is null and a warning. "
        "--count-tokens "
        "measures how far that is off on records drawn at random, and corrects tokens "
        "and costs by it.",
    .example =
        "bedplan tune check train.jsonl --model amazon.nova-micro-v1:0\n"
        "bedplan tune check train.jsonl --validation val.jsonl --fix mended.jsonl",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .sealed = true,
    .run = run,
};
