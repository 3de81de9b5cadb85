#include "completion.h"

#include <string.h>

#include "help.h"
#include "str.h"

enum completes completion_of(const struct opt *o)
{
    if (o->type == OPT_FLAG) return NOTHING;
    if (o->type == OPT_CHOICE) return CHOICES;
    if (strcmp(o->key, "region") == 0) return REGIONS;
    if (strcmp(o->key, "model") == 0 || strcmp(o->key, "models") == 0) return MODELS;
    if (strncmp(o->unit, "FILE", 4) == 0) return FILES;
    if (strcmp(o->unit, "DIR") == 0) return FOLDERS;
    return ANYTHING;
}

enum completes completion_of_arguments(const struct command *c)
{
    struct str rest;
    const char *usage = c->usage + (*c->usage == '[');
    struct str first = str_cut(str_of(usage), ' ', &rest);
    if (first.n >= 5 && memcmp(first.p, "MODEL", 5) == 0) return MODELS;
    if (memmem(first.p, first.n, "FILE", 4) || memchr(first.p, '.', first.n))
        return FILES;
    return NOTHING;
}

struct completion_flag completion_flag(const struct opt *o)
{
    struct completion_flag flag = { "" };
    snprintf(flag.text, sizeof flag.text, "%s", o->key);
    for (char *p = flag.text; *p; p++)
        if (*p == '_') *p = '-';
    return flag;
}

/* ---- bash ---- */

static const char *bash_token(enum completes what)
{
    static const char *const token[] = {
        [FILES] = "@files",     [FOLDERS] = "@folders", [MODELS] = "@models",
        [REGIONS] = "@regions", [ANYTHING] = "@any",    [NOTHING] = "",
        [CHOICES] = "",
    };
    return token[what];
}

static void bash_flags(const struct opt *opts, size_t count, FILE *f)
{
    for (size_t i = 0; i < count; i++)
        fprintf(f, " --%s", completion_flag(&opts[i]).text);
}

static void bash_values(const char *command, const struct opt *opts, size_t count,
                        FILE *f)
{
    for (size_t i = 0; i < count; i++) {
        const struct opt *o = &opts[i];
        enum completes what = completion_of(o);
        if (what == NOTHING) continue;
        fprintf(f, "    %s' --%s'", command, completion_flag(o).text);
        if (o->letter) fprintf(f, " | %s' -%c'", command, o->letter);
        fputs(") echo '", f);
        if (what == CHOICES) {
            for (const char *p = o->choices; *p; p++)
                fputc(*p == '|' ? ' ' : *p, f);
        } else {
            fputs(bash_token(what), f);
        }
        fputs("' ;;\n", f);
    }
}

/* The first words: commands without a group, then groups. */
static void bash_first_words(FILE *f)
{
    for (size_t i = 0; i < command_count; i++)
        if (!strchr(commands[i]->name, ' ')) fprintf(f, " %s", commands[i]->name);
    for (size_t i = 0; i < command_group_count; i++)
        fprintf(f, " %s", command_groups[i].name);
}

/* bash breaks words at ':' and '=', which model ids and options have: the line is
 * split here instead, and what stands before the last ':' is not repeated. */
static const char bash_code[] =
    "_bedplan_list() {\n"
    "    case $1 in\n"
    "    @models) bedplan completion models 2>/dev/null ;;\n"
    "    @regions) bedplan completion regions 2>/dev/null ;;\n"
    "    @files) compgen -f -- \"$2\" ;;\n"
    "    @folders) compgen -d -- \"$2\" ;;\n"
    "    @any) ;;\n"
    "    *) echo \"$1\" ;;\n"
    "    esac\n"
    "}\n"
    "_bedplan() {\n"
    "    local line=${COMP_LINE:0:COMP_POINT} command='' last='' cur list='' word i\n"
    "    local -a words\n"
    "    read -ra words <<<\"$line\"\n"
    "    case $line in *[[:space:]]) words+=('') ;; esac\n"
    "    cur=${words[${#words[@]} - 1]} last=${words[${#words[@]} - 2]}\n"
    "    for ((i = 1; i < ${#words[@]} - 1; i++)); do\n"
    "        word=${words[i]}\n"
    "        case \" $(_bedplan_words \"$command\") \" in\n"
    "        *\" $word \"*) [ \"${word#-}\" != \"$word\" ] || "
    "command=${command:+$command }$word ;;\n"
    "        esac\n"
    "    done\n"
    "    case $cur in --*=*) last=${cur%%=*} cur=${cur#*=} ;; esac\n"
    "    case $last in -*) list=$(_bedplan_values \"$command\" \"$last\") ;; esac\n"
    "    [ -n \"$list\" ] || list=$(_bedplan_words \"$command\")\n"
    "    case $list in *@f*) compopt -o filenames 2>/dev/null ;; esac\n"
    "    list=$(for word in $list; do _bedplan_list \"$word\" \"$cur\"; done)\n"
    "    local IFS=$'\\n'\n"
    "    COMPREPLY=($(compgen -W \"$list\" -- \"$cur\"))\n"
    "    case $cur in *:*) COMPREPLY=(\"${COMPREPLY[@]#\"${cur%\"${cur##*:}\"}\"}\") "
    ";; esac\n"
    "}\n"
    "complete -F _bedplan bedplan\n";

void completion_bash(FILE *f)
{
    fputs("# bash completion of bedplan, printed by: bedplan completion bash\n"
          "# use it: source <(bedplan completion bash)\n"
          "_bedplan_words() {\n"
          "    case $1 in\n"
          "    '') echo '",
          f);
    bash_first_words(f);
    fputs(" --help --version' ;;\n", f);
    for (size_t i = 0; i < command_group_count; i++) {
        const char *group = command_groups[i].name;
        fprintf(f, "    '%s') echo '", group);
        for (size_t k = 0; k < command_count; k++)
            if (help_is_of_group(commands[k], group))
                fprintf(f, " %s", commands[k]->name + strlen(group) + 1);
        fputs(" --help' ;;\n", f);
    }
    for (size_t i = 0; i < command_count; i++) {
        const struct command *c = commands[i];
        fprintf(f, "    '%s') echo '%s", c->name,
                bash_token(completion_of_arguments(c)));
        for (size_t k = 0; k < command_count; k++)
            if (command_leader(commands[k]) == c)
                fprintf(f, "%s", strchr(commands[k]->name, ' '));
        bash_flags(c->opts, c->opt_count, f);
        bash_flags(app_opts, app_opt_count, f);
        fputs("' ;;\n", f);
    }
    fputs("    esac\n}\n_bedplan_values() {\n    case \"$1 $2\" in\n", f);
    for (size_t i = 0; i < command_count; i++) {
        char name[64];
        snprintf(name, sizeof name, "'%s'", commands[i]->name);
        bash_values(name, commands[i]->opts, commands[i]->opt_count, f);
    }
    bash_values("*", app_opts, app_opt_count, f);
    fputs("    esac\n}\n", f);
    fputs(bash_code, f);
}
