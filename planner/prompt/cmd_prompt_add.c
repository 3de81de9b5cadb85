#include "file.h"
#include "prompt_keep.h"

struct settings {
    const char *data, *note;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "note", .type = OPT_TEXT, .offset = AT(const char *, note), .unit = "TEXT",
      .help = "what this version is for; else the file's name" },
    { .key = "data", .type = OPT_TEXT, .offset = AT(const char *, data), .unit = "DIR",
      .help = "folder of the store, else $XDG_DATA_HOME/bedplan" },
};
#undef AT
/* clang-format on */

enum { MOST_BYTES = 8 * PROMPT_BYTES };

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct prompt_store *store = NULL;
    struct prompt_kept k = { 0 };
    char *bytes;
    size_t size;
    if (args->count != 2)
        return err_set(e, ERR_USAGE, "prompt add wants a NAME and a FILE");
    k.version.name = args->text[0];
    k.version.note = s->note ? s->note : args->text[1];
    if (file_read(&bytes, &size, args->text[1], MOST_BYTES, app->arena, e) ||
        prompt_read_any(&k.prompt, args->text[1], bytes, size, app->arena, e) ||
        prompt_store_open(&store, s->data, true, app->arena, e))
        return e->code;
    (void)!prompt_keep(&k, store, app, e);
    prompt_store_close(store);
    if (e->code) return e->code;
    return prompt_kept_print(app, "bedplan.prompt-add/1", &k, 1, e);
}

const struct command cmd_prompt_add = {
    .name = "prompt add",
    .usage = "NAME FILE [options]",
    .summary = "keep a prompt template as the next version of NAME",
    .details =
        "FILE is a text with {{variables}}, or JSON: a GetPrompt answer, a "
        "CreatePrompt "
        "request or one variant of them (TEXT or CHAT, tools, system, cache points). "
        "Braces that close nothing or are not closed, and what is no variable's name, "
        "are errors with their line and column; single braces are text.\n\n"
        "Versions are never changed. A text that is there already, to the byte, makes "
        "no new one.\n\n"
        "JSON: prompts[{name, version, added, type, model, variables[]}].",
    .example = "bedplan prompt add support support.txt --note 'shorter rules'\n"
               "aws bedrock-agent get-prompt --prompt-identifier ID >p.json; "
               "bedplan prompt add support p.json",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .run = run,
};
