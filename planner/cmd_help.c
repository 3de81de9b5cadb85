#include <string.h>

#include "commands.h"
#include "help.h"
#include "text.h"
#include "plan_manual.h"
#include "topics.h"

/* A topic that was nearly named. */
static enum err_code no_topic(const char *word, struct arena *a, struct err *e)
{
    const char **names = ARENA_NEW(a, const char *, topic_count);
    for (size_t i = 0; i < topic_count; i++)
        names[i] = topics[i].name;
    const char *mean = text_did_you_mean(a, word, names, topic_count);
    if (!*mean) return e->code;
    *e = (struct err){ 0 };
    return err_set(e, ERR_USAGE, "unknown topic '%s'%s", word, mean);
}

/* `bedplan help`, `help price`, `help catalog`, `help catalog list`, `help formats` */
static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    (void)settings;
    const char *word = args->count ? args->text[0] : NULL;
    if (!word) {
        help_all(app->columns, app->out);
        return OK;
    }
    if (args->count == 1 && command_group_find(word)) {
        help_group(word, app->columns, app->out);
        return OK;
    }
    if (args->count == 1 && strcmp(word, "plan.ini") == 0) {
        plan_manual_help(app->columns, app->out);
        return OK;
    }
    if (args->count == 1 && topic_find(word)) {
        help_topic(topic_find(word), app->columns, app->out);
        return OK;
    }
    const struct command *c = NULL;
    size_t used = 0;
    if (command_find(&c, &used, args->text, args->count, app->arena, e)) {
        bool guessed = strstr(e->msg, "did you mean") != NULL;
        return guessed ? e->code : no_topic(word, app->arena, e);
    }
    if (used < args->count)
        return err_set(e, ERR_USAGE, "'%s' is no command of %s", args->text[used],
                       c->name);
    help_command(c, app->columns, app->out);
    return OK;
}

const struct command cmd_help = {
    .name = "help",
    .usage = "[COMMAND | TOPIC]",
    .summary = "explain a command, or exit-codes, formats, environment",
    .example = "bedplan help\nbedplan help exit-codes",
    .formats = FORMATS(FORMAT_TEXT),
    .minor = true,
    .run = run,
};
