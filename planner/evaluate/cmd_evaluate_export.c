/* A run's answers as the dataset of a Bedrock job that brings its own responses. */
#include <string.h>

#include <cjson/cJSON.h>

#include "app.h"
#include "eval_store.h"
#include "text.h"

struct settings {
    const char *data, *model, *as;
};

/* clang-format off */
#define AT(f) OPT_FIELD(struct settings, const char *, f)
static const struct opt opts[] = {
    { .key = "model", .letter = 'm', .type = OPT_TEXT, .offset = AT(model), .unit = "MODEL",
      .help = "whose answers; may be left out when there is one: a Bedrock job takes one" },
    { .key = "as", .type = OPT_TEXT, .offset = AT(as), .unit = "NAME",
      .help = "modelIdentifier to write, else the model's id" },
    { .key = "data", .type = OPT_TEXT, .offset = AT(data),
      .unit = "DIR", .help = "folder of saved evaluations, else $XDG_DATA_HOME/bedplan" },
};
#undef AT
/* clang-format on */

/* The model asked for, or the only one. */
static enum err_code pick(const char **out, const struct settings *s,
                          const struct eval_kept_answer *k, size_t n, const char *name,
                          struct arena *a, struct err *e)
{
    const char **model = ARENA_NEW(a, const char *, n + 1), *list = "";
    size_t models = 0;
    for (size_t i = 0; i < n; i++) {
        if (models && strcmp(model[models - 1], k[i].model) == 0) continue;
        list = arena_printf(a, "%s%s%s", list, models ? ", " : "", k[i].model);
        model[models++] = k[i].model;
    }
    if (!models)
        return err_set(e, ERR_INPUT, "evaluation %s asked no model for answers", name);
    *out = s->model ? s->model : models == 1 ? model[0] : NULL;
    if (!*out)
        return err_set(e, ERR_USAGE,
                       "a Bedrock job takes one model's responses: --model one of %s",
                       list);
    for (size_t i = 0; i < models; i++)
        if (strcmp(model[i], *out) == 0) return OK;
    return err_set(e, ERR_NOT_FOUND, "evaluation %s has no answers of '%s'%s", name,
                   *out, text_did_you_mean(a, *out, model, models));
}

static enum err_code write_line(FILE *f, const char *line, const char *text,
                                const char *model, struct err *e)
{
    cJSON *o = cJSON_Parse(line), *one = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(o, "modelResponses");
    cJSON_AddStringToObject(one, "response", text);
    cJSON_AddStringToObject(one, "modelIdentifier", model);
    cJSON_AddItemToArray(list, one);
    char *out = cJSON_PrintUnformatted(o);
    cJSON_Delete(o);
    if (!out) return err_set(e, ERR_INTERNAL, "out of memory");
    fprintf(f, "%s\n", out);
    cJSON_free(out);
    return OK;
}

static enum err_code export(struct app *app, const struct settings *s,
                            struct eval_store *store, const char *name, struct err *e) {
    struct eval_meta meta; struct eval_kept_answer *k = NULL;
    const char **line = NULL, *model = NULL; size_t n = 0, lines = 0, written = 0;
    if (eval_store_find(&meta, store, name, app->arena, e) ||
        eval_store_answers(&k, &n, store, meta.id, app->arena, e) ||
        eval_store_items(&line, &lines, store, meta.id, app->arena, e) ||
        pick(&model, s, k, n, meta.name, app->arena, e)) return e->code;
    for (size_t i = 0; i < n;
         i++){ if (strcmp(k[i].model, model) != 0 || *k[i].failed || k[i].item < 0 ||
                   k[i].item >= (int64_t)lines) continue;
               if (write_line(app->out, line[k[i].item], k[i].text,
                              s->as ? s->as : model, e)) return e->code;
               written++; }
if (written < lines)
    app_warn(app, "%zu of %zu prompts have no answer of %s and are left out",
             lines - written, lines, model);
return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct eval_store *store = NULL;
    if (args->count != 1)
        return err_set(e, ERR_USAGE, "evaluate export wants one NAME");
    if (eval_store_open(&store, s->data, false, app->arena, e)) return e->code;
    (void)!export(app, s, store, args->text[0], e);
    eval_store_close(store);
    return e->code;
}

const struct command cmd_evaluate_export = {
    .name = "evaluate export",
    .usage = "NAME [options]",
    .summary = "a run's answers as Bedrock's dataset with responses of one's own",
    .details =
        "Writes JSON lines of prompt, referenceResponse, category and modelResponses: "
        "what "
        "a Bedrock evaluation job takes instead of asking the model again, and what "
        "'bedplan evaluate' reads. The job's inferenceSourceIdentifier is to be the "
        "same "
        "as modelIdentifier.",
    .example = "bedplan evaluate export qa-monday -o responses.jsonl",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .run = run,
};
