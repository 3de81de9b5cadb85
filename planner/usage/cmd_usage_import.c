#include <stdlib.h>

#include "app.h"
#include "json.h"
#include "text.h"
#include "usage_take.h"

struct settings {
    const char *data;
    struct opt_list alias;
    bool no_requests, keep_going;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "alias", .type = OPT_LIST, .offset = AT(struct opt_list, alias), .unit = "ID=MODEL",
      .help = "the model behind an application profile or a provisioned model" },
    { .key = "no_requests", .type = OPT_FLAG, .offset = AT(bool, no_requests), .unit = "",
      .help = "keep the figures only; nothing can be replayed or added later" },
    { .key = "keep_going", .type = OPT_FLAG, .offset = AT(bool, keep_going), .unit = "",
      .help = "take what was readable of a damaged file" },
    { .key = "data", .type = OPT_TEXT, .offset = AT(const char *, data), .unit = "DIR",
      .help = "folder of the store, else $XDG_DATA_HOME/bedplan" },
};
#undef AT
/* clang-format on */

static void print_json(struct json *j, const char *name, const struct take_result *r)
{
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.usage-import/1");
    json_text(j, "name", name);
    json_bool(j, "changed", r->changed);
    json_int(j, "files", r->files);
    json_int(j, "read", r->read);
    json_int(j, "added", r->added);
    json_int(j, "requests", r->requests);
    json_array(j, "skipped");
    for (int i = 0; i < SKIPS; i++) {
        if (r->import->skipped[i] == 0) continue;
        json_object(j, NULL);
        json_text(j, "why", import_skip_words((enum import_skip)i));
        json_int(j, "count", r->import->skipped[i]);
        json_text(j, "first", *r->import->first[i] ? r->import->first[i] : NULL);
        json_end(j);
    }
    json_end(j);
    json_array(j, "damaged");
    for (size_t i = 0; i < r->damage_count; i++) {
        json_object(j, NULL);
        json_text(j, "file", r->damaged[i].name);
        json_text(j, "why", r->damaged[i].damage);
        json_int(j, "records", r->damaged[i].records);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

static void print_text(struct app *app, const char *name, const struct take_result *r)
{
    char added[32], files[32], all[32];
    text_thousands(added, r->added);
    text_thousands(files, r->files);
    text_thousands(all, r->requests);
    fprintf(app->out, "%s: ", name);
    if (r->changed)
        fprintf(app->out, "%s record%s of %s file%s added", added,
                r->added == 1 ? "" : "s", files, r->files == 1 ? "" : "s");
    else
        fputs("nothing new", app->out);
    fprintf(app->out, ", %s request%s in all\n", all, r->requests == 1 ? "" : "s");
}

/* Said on failure too: what a damaged file had to say, why nothing was usable. */
static void report_skipped(struct app *app, const struct take_result *r)
{
    for (size_t i = 0; i < r->damage_count; i++)
        app_warn(app, "%s: %s; %lld records before that were readable",
                 r->damaged[i].path, r->damaged[i].damage,
                 (long long)r->damaged[i].records);
    for (int i = 0; i < SKIPS; i++) {
        int64_t n = r->import->skipped[i];
        const char *first = r->import->first[i];
        if (n == 0) continue;
        char count[32];
        text_thousands(count, n);
        const char *words = import_skip_words((enum import_skip)i);
        if (*first)
            app_note(app, "skipped %s: %s (first: %s)", count, words, first);
        else
            app_note(app, "skipped %s: %s", count, words);
    }
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct take_result result = { 0 };
    if (args->count < 2)
        return err_set(e, ERR_USAGE, "usage import wants NAME and at least one FILE");
    struct take_request want = {
        .name = args->text[0],
        .paths = args->text + 1,
        .path_count = args->count - 1,
        .data = s->data,
        .alias = s->alias.text,
        .aliases = s->alias.count,
        .keep_requests = !s->no_requests,
        .keep_going = s->keep_going,
        .now_unix_s = app->opt.now_unix_s,
    };
    enum err_code code = usage_take(&result, &want, app->arena, e);
    if (result.import) report_skipped(app, &result);
    if (code) return code;
    if (app->format != FORMAT_JSON) {
        print_text(app, want.name, &result);
        return OK;
    }
    struct json *j = json_open(app->out);
    print_json(j, want.name, &result);
    return json_close(j, e);
}

const struct command cmd_usage_import = {
    .name = "usage import",
    .usage = "NAME FILE… [options]",
    .summary = "read real traffic from logs, metrics or traces",
    .details =
        "Each FILE is known by its content: Bedrock model invocation logs (JSON lines, "
        "plain or gzip, as S3 or CloudWatch have them), CSV with timestamp or seconds, "
        "input and output tokens, and JSON lines with timestamp, input_length and "
        "output_length. So are sums over periods, whose single requests stay unknown: "
        "CloudWatch's GetMetricData as the AWS CLI prints it (statistic Sum) and CSV "
        "with "
        "seconds and requests_per_second, and the answer to the query of 'usage sql'. "
        "A folder stands for all files in it. '-' is "
        "stdin.\n"
        "Prompts and answers are not kept: of each request only time, token counts, "
        "max_tokens, latency, status, model and region are. A request or file that was "
        "read before is not counted again. All of it is stored, or nothing.",
    .example = "bedplan usage import prod logs/AWSLogs\nbedplan usage show prod",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .run = run,
};
