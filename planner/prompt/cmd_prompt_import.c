#include "file.h"
#include "prompt_keep.h"

struct settings {
    const char *data;
};

/* clang-format off */
static const struct opt opts[] = {
    { .key = "data", .type = OPT_TEXT, .offset = OPT_FIELD(struct settings, const char *, data),
      .unit = "DIR", .help = "folder of the store, else $XDG_DATA_HOME/bedplan" },
};
/* clang-format on */

enum { MOST_BYTES = 8 * PROMPT_BYTES };

static enum err_code read_one(struct prompt_kept *k, const char *path, struct arena *a,
                              struct err *e)
{
    char *bytes;
    size_t size;
    if (file_read(&bytes, &size, path, MOST_BYTES, a, e)) return e->code;
    struct str text = str_without_bom((struct str){ bytes, size });
    if (prompt_read(&k->prompt, text.p, text.n, a, e)) return err_wrap(e, "%s:", path);
    k->version.name = k->prompt.name;
    k->version.note = k->prompt.version ? arena_printf(a, "version %s of Bedrock, %s",
                                                       k->prompt.version, path)
                                        : path;
    if (k->prompt.name) return OK;
    return err_set(e, ERR_INPUT,
                   "%s: a prompt without a name: 'bedplan prompt add NAME %s' gives it "
                   "one",
                   path, path);
}

/* All files are read before the first is kept. */
static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct prompt_store *store = NULL;
    struct prompt_kept *k = ARENA_NEW(app->arena, struct prompt_kept, args->count + 1);
    if (!args->count)
        return err_set(e, ERR_USAGE, "prompt import wants GetPrompt answers: FILE…");
    for (size_t i = 0; i < args->count; i++)
        if (read_one(&k[i], args->text[i], app->arena, e)) return e->code;
    if (prompt_store_open(&store, s->data, true, app->arena, e)) return e->code;
    for (size_t i = 0; i < args->count && !e->code; i++)
        (void)!prompt_keep(&k[i], store, app, e);
    prompt_store_close(store);
    if (e->code) return e->code;
    return prompt_kept_print(app, "bedplan.prompt-import/1", k, args->count, e);
}

const struct command cmd_prompt_import = {
    .name = "prompt import",
    .usage = "FILE… [options]",
    .summary = "keep prompts that Bedrock's prompt management has",
    .details = "Each FILE is an answer of GetPrompt; the name is the answer's, the "
               "variant the one that defaultVariant names. Versions are numbered here "
               "as they come; which one of Bedrock's it was is noted.",
    .example = "aws bedrock-agent get-prompt --prompt-identifier ID "
               "--prompt-version 3 >p3.json; bedplan prompt import p3.json",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .run = run,
};
