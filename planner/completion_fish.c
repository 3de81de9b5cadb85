#include <string.h>

#include "completion.h"
#include "help.h"

/* Text inside '…' of fish. */
static void put_text(const char *text, FILE *f)
{
    for (const char *p = text; *p; p++) {
        if (*p == '\'' || *p == '\\') fputc('\\', f);
        fputc(*p, f);
    }
}

static void put_values(enum completes what, const struct opt *o, FILE *f)
{
    switch (what) {
    case NOTHING:
        break;
    case CHOICES:
        fputs(" -x -a '", f);
        for (const char *p = o->choices; *p; p++)
            fputc(*p == '|' ? ' ' : *p, f);
        fputs("'", f);
        break;
    case FILES:
        fputs(" -r -F", f);
        break;
    case FOLDERS:
        fputs(" -x -a '(__fish_complete_directories)'", f);
        break;
    case MODELS:
        fputs(" -x -a '(bedplan completion models 2>/dev/null)'", f);
        break;
    case REGIONS:
        fputs(" -x -a '(bedplan completion regions 2>/dev/null)'", f);
        break;
    case ANYTHING:
        fputs(" -x", f);
        break;
    }
}

static void put_options(const char *condition, const struct opt *opts, size_t count,
                        FILE *f)
{
    for (size_t i = 0; i < count; i++) {
        const struct opt *o = &opts[i];
        fprintf(f, "complete -c bedplan %s -l %s", condition, completion_flag(o).text);
        if (o->letter) fprintf(f, " -s %c", o->letter);
        fputs(" -d '", f);
        put_text(o->help, f);
        fputs("'", f);
        put_values(completion_of(o), o, f);
        fputc('\n', f);
    }
}

static void put_word(const char *condition, const char *word, const char *summary,
                     FILE *f)
{
    fprintf(f, "complete -c bedplan %s -a %s -d '", condition, word);
    put_text(summary, f);
    fputs("'\n", f);
}

static void put_group(const char *group, FILE *f)
{
    char condition[128];
    snprintf(condition, sizeof condition, "-n '__bedplan_at %s'", group);
    for (size_t i = 0; i < command_count; i++)
        if (help_is_of_group(commands[i], group))
            put_word(condition, commands[i]->name + strlen(group) + 1,
                     commands[i]->summary, f);
}

/* `__bedplan_at catalog list`: these words, and no other, were typed. Then
 * `__bedplan_in catalog list`: the line starts with them. */
static const char fish_code[] =
    "function __bedplan_typed\n"
    "    for word in (commandline -opc)[2..]\n"
    "        string match -q -- '-*' $word; or echo $word\n"
    "    end\n"
    "end\n"
    "function __bedplan_at\n"
    "    set -l typed (__bedplan_typed)\n"
    "    test \"$argv\" = \"$typed\"\n"
    "end\n"
    "function __bedplan_in\n"
    "    set -l typed (__bedplan_typed)\n"
    "    set -l n (count $argv)\n"
    "    test (count $typed) -ge $n; and test \"$argv\" = \"$typed[1..$n]\"\n"
    "end\n"
    "complete -c bedplan -f\n";

void completion_fish(FILE *f)
{
    fputs(
        "# fish completion of bedplan, printed by: bedplan completion fish\n"
        "# use it: bedplan completion fish >~/.config/fish/completions/bedplan.fish\n",
        f);
    fputs(fish_code, f);
    for (size_t i = 0; i < command_count; i++) {
        if (strchr(commands[i]->name, ' ')) continue;
        put_word("-n '__bedplan_at'", commands[i]->name, commands[i]->summary, f);
        put_group(commands[i]->name, f); /* where it leads others */
    }
    for (size_t i = 0; i < command_group_count; i++) {
        put_word("-n '__bedplan_at'", command_groups[i].name, command_groups[i].summary,
                 f);
        put_group(command_groups[i].name, f);
    }
    for (size_t i = 0; i < command_count; i++) {
        const struct command *c = commands[i];
        char condition[128];
        snprintf(condition, sizeof condition, "-n '__bedplan_in %s'", c->name);
        enum completes what = completion_of_arguments(c);
        if (what == FILES) fprintf(f, "complete -c bedplan %s -F\n", condition);
        if (what == MODELS) {
            fprintf(f, "complete -c bedplan %s", condition);
            put_values(MODELS, NULL, f);
            fputc('\n', f);
        }
        put_options(condition, c->opts, c->opt_count, f);
    }
    put_options("", app_opts, app_opt_count, f);
}
