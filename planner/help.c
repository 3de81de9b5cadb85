#include "help.h"

#include <string.h>

#include "commands.h"
#include "topics.h"
#include "wrap.h"

/* Where summaries start. */
enum { SUMMARY_COLUMN = 14 };

void help_version(FILE *f)
{
    fprintf(f, "bedplan %s\n", BEDPLAN_VERSION);
}

bool help_is_of_group(const struct command *c, const char *group)
{
    size_t n = strlen(group);
    return strncmp(c->name, group, n) == 0 && c->name[n] == ' ';
}

static bool is_first_of_group(size_t i, const char *group)
{
    for (size_t j = 0; j < i; j++)
        if (help_is_of_group(commands[j], group)) return false;
    return true;
}

static const struct command_group *group_of(const struct command *c)
{
    for (size_t i = 0; i < command_group_count; i++)
        if (help_is_of_group(c, command_groups[i].name)) return &command_groups[i];
    return NULL;
}

static void put_line(const char *name, const char *summary, int columns, FILE *f)
{
    int width = 2 + wrap_width(name);
    int at = width < SUMMARY_COLUMN ? SUMMARY_COLUMN : width + 2;
    fprintf(f, "  %s%*s", name, at - width, "");
    wrap_text(summary, columns, at, SUMMARY_COLUMN, f);
}

static void put_minor(int columns, FILE *f)
{
    size_t n = 0;
    char line[512] = "";
    for (size_t i = 0; i < command_count; i++) {
        const struct command_group *g = group_of(commands[i]);
        bool first = g && g->minor && is_first_of_group(i, g->name);
        if (!commands[i]->minor && !first) continue;
        size_t used = strlen(line);
        snprintf(line + used, sizeof line - used, "%s%s", n++ ? ", " : "",
                 first ? g->name : commands[i]->name);
    }
    if (n) put_line("also", line, columns, f);
}

void help_all(int columns, FILE *f)
{
    fputs("bedplan plans what Amazon Bedrock will cost and how much capacity to buy.\n"
          "\n"
          "usage: bedplan COMMAND [options]\n"
          "\n",
          f);
    for (size_t i = 0; i < command_count; i++) {
        const struct command *c = commands[i];
        const struct command_group *group = group_of(c);
        if (c->minor || command_leader(c) || (group && group->minor)) continue;
        if (!group) {
            put_line(c->name, c->summary, columns, f);
        } else if (is_first_of_group(i, group->name)) {
            put_line(group->name, group->summary, columns, f);
        }
    }
    put_minor(columns, f);
    fputs("\n", f);
    wrap_text("Every command takes --json, --format text|json|csv|tsv|md, -o FILE, "
              "--seed N, --now DATE, --catalog FILE, -q, -v and --help. "
              "'bedplan help COMMAND' explains one; so do 'bedplan help exit-codes', "
              "'formats' and 'environment'.",
              columns, 0, 0, f);
}

void help_group(const char *name, int columns, FILE *f)
{
    const struct command_group *group = command_group_find(name);
    fprintf(f, "bedplan %s: ", name);
    wrap_text(group->summary, columns, 10 + wrap_width(name), 2, f);
    fprintf(f, "\nusage: bedplan %s COMMAND [options]\n\n", name);
    for (size_t i = 0; i < command_count; i++) {
        if (!help_is_of_group(commands[i], name)) continue;
        put_line(commands[i]->name + strlen(name) + 1, commands[i]->summary, columns,
                 f);
    }
    fprintf(f, "\n'bedplan help %s COMMAND' explains one.\n", name);
}

void help_topic(const struct topic *t, int columns, FILE *f)
{
    fprintf(f, "%s\n\n", t->title);
    wrap_text(t->text, columns, 0, 0, f);
}

/* "probe list", … of "probe" */
static void put_followers(const struct command *c, int columns, FILE *f)
{
    bool any = false;
    for (size_t i = 0; i < command_count; i++) {
        if (command_leader(commands[i]) != c) continue;
        if (!any) fputs("\nfurther commands\n", f);
        any = true;
        put_line(commands[i]->name, commands[i]->summary, columns, f);
    }
}

void help_command(const struct command *c, int columns, FILE *f)
{
    fprintf(f, "bedplan %s: ", c->name);
    wrap_text(c->summary, columns, 10 + wrap_width(c->name), 2, f);
    fprintf(f, "\nusage: bedplan %s %s\n", c->name, c->usage);
    if (c->details) {
        fputc('\n', f);
        wrap_text(c->details, columns, 0, 0, f);
    }
    put_followers(c, columns, f);
    if (c->opt_count) {
        fputs("\noptions\n", f);
        opt_help(c->opts, c->opt_count, columns, f);
    }
    fputs("\noptions of every command\n", f);
    opt_help(app_opts, app_opt_count, columns, f);
    if (c->example) {
        fputs("\nexamples\n", f);
        for (const char *p = c->example; *p;) {
            size_t n = strcspn(p, "\n");
            fprintf(f, "  %.*s\n", (int)n, p);
            p += n + (p[n] == '\n');
        }
    }
}
