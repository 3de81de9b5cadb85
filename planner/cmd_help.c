#include "commands.h"
#include "help.h"

/* `bedplan help`, `help price`, `help catalog`, `help catalog list` */
static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    (void)settings;
    if (args->count == 0) {
        help_all(app->columns, app->out);
        return OK;
    }
    if (args->count == 1 && command_group_find(args->text[0])) {
        help_group(args->text[0], app->columns, app->out);
        return OK;
    }
    const struct command *c = NULL;
    size_t used = 0;
    if (command_find(&c, &used, args->text, args->count, app->arena, e)) return e->code;
    if (used < args->count)
        return err_set(e, ERR_USAGE, "'%s' is no command of %s", args->text[used],
                       c->name);
    help_command(c, app->columns, app->out);
    return OK;
}

const struct command cmd_help = {
    .name = "help",
    .usage = "[COMMAND]",
    .summary = "explain a command",
    .example = "bedplan help\nbedplan help help",
    .formats = FORMATS(FORMAT_TEXT),
    .minor = true,
    .run = run,
};
