#include <string.h>

#include "completion.h"
#include "text.h"

static enum err_code print_models(struct app *app, struct err *e)
{
    struct catalog *c = NULL;
    struct model *model = NULL;
    size_t count = 0;
    if (app_catalog(app, &c, e) || catalog_models(&model, &count, c, app->arena, e))
        return e->code;
    for (size_t i = 0; i < count; i++)
        fprintf(app->out, "%s\n", model[i].id);
    return OK;
}

static enum err_code print_regions(struct app *app, struct err *e)
{
    struct catalog *c = NULL;
    const char **region = NULL;
    size_t count = 0;
    if (app_catalog(app, &c, e) || catalog_regions(&region, &count, c, app->arena, e))
        return e->code;
    for (size_t i = 0; i < count; i++)
        fprintf(app->out, "%s\n", region[i]);
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    static const char *const word[] = { "bash", "zsh", "fish", "models", "regions" };
    static void (*const script[])(FILE *) = { completion_bash, completion_zsh,
                                              completion_fish };
    size_t n = sizeof word / sizeof *word, i = 0;
    (void)settings;
    if (args->count != 1)
        return err_set(e, ERR_USAGE, "completion wants one of: bash, zsh, fish");
    while (i < n && strcmp(args->text[0], word[i]) != 0)
        i++;
    if (i == n)
        return err_set(e, ERR_USAGE, "no completion for '%s'%s (bash, zsh, fish)",
                       args->text[0],
                       text_did_you_mean(app->arena, args->text[0], word, 3));
    if (i == 3) return print_models(app, e);
    if (i == 4) return print_regions(app, e);
    script[i](app->out);
    return OK;
}

const struct command cmd_completion = {
    .name = "completion",
    .usage = "bash|zsh|fish",
    .summary = "print a shell's completion script",
    .details = "The scripts ask 'bedplan completion models' and 'bedplan completion "
               "regions' for the ids that the catalog knows.",
    .example = "source <(bedplan completion bash)\n"
               "bedplan completion zsh >\"${fpath[1]}/_bedplan\"\n"
               "bedplan completion fish >~/.config/fish/completions/bedplan.fish",
    .formats = FORMATS(FORMAT_TEXT),
    .minor = true,
    .run = run,
};
