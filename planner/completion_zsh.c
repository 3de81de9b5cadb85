#include <string.h>

#include "completion.h"
#include "help.h"

/* Text inside '…[text]…' or '…:text:…' of zsh: both have their own escapes. */
static void put_text(const char *text, FILE *f)
{
    for (const char *p = text; *p; p++) {
        if (*p == '\'') {
            fputs("'\\''", f);
            continue;
        }
        if (strchr("[]:\\", *p)) fputc('\\', f);
        fputc(*p, f);
    }
}

static void put_action(const struct opt *o, FILE *f)
{
    switch (completion_of(o)) {
    case NOTHING:
        return;
    case CHOICES:
        fputs("(", f);
        for (const char *p = o->choices; *p; p++)
            fputc(*p == '|' ? ' ' : *p, f);
        fputs(")", f);
        break;
    case FILES:
        fputs("_files", f);
        break;
    case FOLDERS:
        fputs("_files -/", f);
        break;
    case MODELS:
        fputs("_bedplan_models", f);
        break;
    case REGIONS:
        fputs("_bedplan_regions", f);
        break;
    case ANYTHING:
        fputs(" ", f);
        break;
    }
}

static void put_options(const struct opt *opts, size_t count, FILE *f)
{
    for (size_t i = 0; i < count; i++) {
        const struct opt *o = &opts[i];
        bool flag = o->type == OPT_FLAG;
        struct completion_flag name = completion_flag(o);
        const char *many = o->type == OPT_LIST ? "*" : "";
        fputs(" \\\n        ", f);
        if (o->letter) {
            fprintf(f, "'(-%c --%s)'{-%c%s,--%s%s}'[", o->letter, name.text, o->letter,
                    flag ? "" : "+", name.text, flag ? "" : "=");
        } else {
            fprintf(f, "'%s--%s%s[", many, name.text, flag ? "" : "=");
        }
        put_text(o->help, f);
        fputc(']', f);
        if (!flag) {
            fputc(':', f);
            put_text(*o->unit ? o->unit : "value", f);
            fputc(':', f);
            put_action(o, f);
        }
        fputc('\'', f);
    }
}

/* "catalog list" -> _bedplan_catalog_list */
static void put_function(const char *name, FILE *f)
{
    fputs("_bedplan_", f);
    for (const char *p = name; *p; p++)
        fputc(*p == ' ' || *p == '-' ? '_' : *p, f);
}

/* "bedplan probe list" is handed on by the function of "bedplan probe". */
static void put_followers(const struct command *c, FILE *f)
{
    for (size_t i = 0; i < command_count; i++) {
        if (command_leader(commands[i]) != c) continue;
        fprintf(f, "    if [[ $words[2] == %s ]]; then\n",
                strchr(commands[i]->name, ' ') + 1);
        fputs("        shift words\n        (( CURRENT-- ))\n        ", f);
        put_function(commands[i]->name, f);
        fputs("\n        return\n    fi\n", f);
    }
}

static void put_command(const struct command *c, FILE *f)
{
    static const char *const argument[] = {
        [FILES] = "'*:file:_files'",
        [MODELS] = "'*:model:_bedplan_models'",
    };
    enum completes what = completion_of_arguments(c);
    put_function(c->name, f);
    fputs("() {\n", f);
    put_followers(c, f);
    fputs("    _arguments -s -S", f);
    put_options(c->opts, c->opt_count, f);
    put_options(app_opts, app_opt_count, f);
    fprintf(f, " \\\n        %s\n}\n",
            what == FILES || what == MODELS ? argument[what] : "'*: :'");
}

static void put_described(const char *name, const char *summary, FILE *f)
{
    fprintf(f, "        '%s:", name);
    put_text(summary, f);
    fputs("'\n", f);
}

/* Chooses among words, then hands the rest of the line to the chosen one. */
static void put_choice(const char *function, const char *group, FILE *f)
{
    size_t skip = group ? strlen(group) + 1 : 0;
    fprintf(f, "%s() {\n    local -a choices=(\n", function);
    for (size_t i = 0; i < command_count; i++) {
        const struct command *c = commands[i];
        if (group ? help_is_of_group(c, group) : !strchr(c->name, ' '))
            put_described(c->name + skip, c->summary, f);
    }
    for (size_t i = 0; !group && i < command_group_count; i++)
        put_described(command_groups[i].name, command_groups[i].summary, f);
    fputs("    )\n"
          "    if (( CURRENT == 2 )); then\n"
          "        _describe command choices\n"
          "        return\n"
          "    fi\n"
          "    shift words\n"
          "    (( CURRENT-- ))\n",
          f);
    fprintf(f,
            "    local next=%s_${words[1]//-/_}\n"
            "    (( $+functions[$next] )) && $next\n"
            "}\n",
            function);
}

void completion_zsh(FILE *f)
{
    fputs("#compdef bedplan\n"
          "# zsh completion of bedplan, printed by: bedplan completion zsh\n"
          "# use it: bedplan completion zsh >\"${fpath[1]}/_bedplan\"\n"
          "_bedplan_models() {\n"
          "    local -a ids=(${(f)\"$(bedplan completion models 2>/dev/null)\"})\n"
          "    compadd -a ids\n"
          "}\n"
          "_bedplan_regions() {\n"
          "    local -a ids=(${(f)\"$(bedplan completion regions 2>/dev/null)\"})\n"
          "    compadd -a ids\n"
          "}\n",
          f);
    for (size_t i = 0; i < command_count; i++)
        put_command(commands[i], f);
    for (size_t i = 0; i < command_group_count; i++) {
        char name[64];
        snprintf(name, sizeof name, "_bedplan_%s", command_groups[i].name);
        put_choice(name, command_groups[i].name, f);
    }
    put_choice("_bedplan", NULL, f);
    fputs("if [ \"$funcstack[1]\" = _bedplan ]; then\n"
          "    _bedplan \"$@\"\n"
          "else\n"
          "    compdef _bedplan bedplan\n"
          "fi\n",
          f);
}
