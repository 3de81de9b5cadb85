#include "commands.h"

#include <string.h>

#include "str.h"
#include "text.h"

#define X(name) extern const struct command cmd_##name;
#include "command_list.h"
#undef X

const struct command *const commands[] = {
#define X(name) &cmd_##name,
#include "command_list.h"
#undef X
};
const size_t command_count =
    sizeof commands / sizeof commands[0]; /* NOLINT: pointers are counted */

const struct command_group command_groups[] = {
    { "catalog", "what models can do and cost, each fact with source and date", false },
    { "usage", "what real traffic looks like: import logs, look, export", false },
    { "tune", "training data of a fine-tuned model: checks, costs", false },
    { "prompt", "prompt templates: versions, lengths, caching, costs", true },
};
const size_t command_group_count = sizeof command_groups / sizeof *command_groups;

const struct command_group *command_group_find(const char *name)
{
    for (size_t i = 0; i < command_group_count; i++)
        if (strcmp(command_groups[i].name, name) == 0) return &command_groups[i];
    return NULL;
}

const struct command *command_leader(const struct command *c)
{
    const char *blank = strchr(c->name, ' ');
    size_t n = blank ? (size_t)(blank - c->name) : 0;
    for (size_t i = 0; n && i < command_count; i++)
        if (strlen(commands[i]->name) == n &&
            strncmp(commands[i]->name, c->name, n) == 0)
            return commands[i];
    return NULL;
}

/* Second words of a group, for messages and "did you mean". */
static size_t subcommands(const char **out, const char *group)
{
    size_t n = 0, length = strlen(group);
    for (size_t i = 0; i < command_count; i++) {
        const char *name = commands[i]->name;
        if (text_starts(name, group) && name[length] == ' ')
            out[n++] = name + length + 1;
    }
    return n;
}

static enum err_code no_subcommand(const char *group, const char *word, struct arena *a,
                                   struct err *e)
{
    const char **names = ARENA_NEW(a, const char *, command_count);
    size_t n = subcommands(names, group);
    const char *list = "";
    for (size_t i = 0; i < n; i++)
        list = arena_printf(a, "%s%s%s", list, i ? ", " : "", names[i]);
    if (!word) return err_set(e, ERR_USAGE, "%s wants one of: %s", group, list);
    const char *mean = text_did_you_mean(a, word, names, n);
    return err_set(e, ERR_USAGE, "unknown command '%s %s'%s%s%s", group, word, mean,
                   *mean ? "" : "; there are ", *mean ? "" : list);
}

static enum err_code no_command(const char *word, struct arena *a, struct err *e)
{
    const char **names =
        ARENA_NEW(a, const char *, command_count + command_group_count);
    size_t n = 0;
    for (size_t i = 0; i < command_count; i++)
        names[n++] = commands[i]->name;
    for (size_t i = 0; i < command_group_count; i++)
        names[n++] = command_groups[i].name;
    const char *mean = text_did_you_mean(a, word, names, n);
    return err_set(e, ERR_USAGE, "unknown command '%s'%s", word,
                   *mean ? mean : "; 'bedplan --help' lists them");
}

enum err_code command_find(const struct command **out, size_t *used,
                           const char *const *word, size_t count, struct arena *a,
                           struct err *e)
{
    if (count == 0)
        return err_set(e, ERR_USAGE, "no command given; 'bedplan --help' lists them");
    const struct command *alone = NULL; /* "probe", where "probe list" is one too */
    bool group = false;
    for (size_t i = 0; i < command_count; i++) {
        const char *name = commands[i]->name;
        size_t length = strlen(word[0]);
        if (strncmp(name, word[0], length) != 0) continue;
        bool two = name[length] == ' ';
        if (name[length] == '\0') alone = commands[i];
        if (two && count > 1 && strcmp(name + length + 1, word[1]) == 0) {
            *out = commands[i];
            *used = 2;
            return OK;
        }
        group = group || two;
    }
    if (alone) {
        *out = alone;
        *used = 1;
        return OK;
    }
    if (group) return no_subcommand(word[0], count > 1 ? word[1] : NULL, a, e);
    return no_command(word[0], a, e);
}
