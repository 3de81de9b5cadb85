#include "man.h"

#include <ctype.h>
#include <string.h>

#include "help.h"
#include "plan_manual.h"
#include "str.h"
#include "topics.h"

/* Text in which scdoc must see no markup. */
static void put_escaped(const char *text, size_t n, FILE *f)
{
    for (size_t i = 0; i < n; i++) {
        if (strchr("*_\\`+", text[i]) || (i == 0 && strchr("#-.;|[]<>:", text[i])))
            fputc('\\', f);
        fputc(text[i], f);
    }
}

void man_escaped(const char *text, FILE *f)
{
    put_escaped(text, strlen(text), f);
}

/* Paragraphs; lines that start with a blank become a literal block. */
static void put_text(const char *text, FILE *f)
{
    bool literal = false;
    while (*text) {
        size_t n = strcspn(text, "\n");
        bool kept = *text == ' ';
        if (kept != literal) fputs(kept ? "\n```\n" : "```\n\n", f);
        if (kept) {
            fwrite(text, 1, n, f);
        } else {
            put_escaped(text, n, f);
        }
        fputc('\n', f);
        literal = kept;
        text += n + (text[n] == '\n');
    }
    if (literal) fputs("```\n", f);
    fputc('\n', f);
}

static void put_heading(const char *text, FILE *f)
{
    fputs("# ", f);
    for (const char *p = text; *p; p++)
        fputc(toupper((unsigned char)*p), f);
    fputs("\n\n", f);
}

static void put_title(const char *page, const char *summary, FILE *f)
{
    fprintf(f, "%s(1) \"bedplan %s\" \"bedplan manual\"\n\n", page, BEDPLAN_VERSION);
    fprintf(f, "# NAME\n\n%s - ", page);
    put_escaped(summary, strlen(summary), f);
    fputs("\n\n", f);
}

static void put_synopsis(const struct command *c, FILE *f)
{
    fprintf(f, "*bedplan %s* ", c->name);
    put_escaped(c->usage, strlen(c->usage), f);
    fputs("\n\n", f);
}

static void put_examples(const struct command *c, FILE *f)
{
    fputs("```\n", f);
    fputs(c->example, f);
    if (!text_ends(c->example, "\n")) fputc('\n', f);
    fputs("```\n\n", f);
}

/* What every page ends with. */
static void put_common(FILE *f)
{
    put_heading("Options of every command", f);
    opt_scdoc(app_opts, app_opt_count, f);
    for (size_t i = 0; i < topic_count; i++) {
        put_heading(topics[i].title, f);
        put_text(topics[i].text, f);
    }
    put_heading("See also", f);
    for (size_t i = 0; i < man_page_count(); i++)
        fprintf(f, "%s*%s*(1)", i ? ", " : "", man_page_name(i).text);
    fputc('\n', f);
}

/* A command of two words, as a part of a page. */
static void put_part(const struct command *c, FILE *f)
{
    fprintf(f, "## %s\n\n", c->name);
    fputc(toupper((unsigned char)*c->summary), f);
    put_escaped(c->summary + 1, strlen(c->summary + 1), f);
    fputs(".\n\n", f);
    if (c->details) put_text(c->details, f);
    opt_scdoc(c->opts, c->opt_count, f);
    if (c->example) put_examples(c, f);
}

/* "probe list", … on the page of "probe" */
static void put_followers(const struct command *c, FILE *f)
{
    bool any = false;
    for (size_t i = 0; i < command_count; i++) {
        if (command_leader(commands[i]) != c) continue;
        if (!any) put_heading("Further commands", f);
        any = true;
        put_part(commands[i], f);
    }
}

static void put_command(const struct command *c, FILE *f)
{
    char page[MAN_NAME];
    snprintf(page, sizeof page, "bedplan-%s", c->name);
    put_title(page, c->summary, f);
    put_heading("Synopsis", f);
    put_synopsis(c, f);
    for (size_t i = 0; i < command_count; i++)
        if (command_leader(commands[i]) == c) put_synopsis(commands[i], f);
    if (c->details) {
        put_heading("Description", f);
        put_text(c->details, f);
    }
    if (c->opt_count) {
        put_heading("Options", f);
        opt_scdoc(c->opts, c->opt_count, f);
    }
    if (c->example) {
        put_heading("Examples", f);
        put_examples(c, f);
    }
    put_followers(c, f);
    put_common(f);
}

/* One page for "catalog list", "catalog show", … */
static void put_group(const struct command_group *group, FILE *f)
{
    char page[MAN_NAME];
    snprintf(page, sizeof page, "bedplan-%s", group->name);
    put_title(page, group->summary, f);
    put_heading("Synopsis", f);
    for (size_t i = 0; i < command_count; i++)
        if (help_is_of_group(commands[i], group->name)) put_synopsis(commands[i], f);
    put_heading("Commands", f);
    for (size_t i = 0; i < command_count; i++) {
        const struct command *c = commands[i];
        if (help_is_of_group(c, group->name)) put_part(c, f);
    }
    put_common(f);
}

static void put_program(FILE *f)
{
    put_title("bedplan",
              "plan what Amazon Bedrock will cost and how much capacity to buy", f);
    put_heading("Synopsis", f);
    fputs("*bedplan* COMMAND [options]\n\n", f);
    put_heading("Commands", f);
    for (size_t i = 0; i < command_count; i++) {
        fprintf(f, "*%s* ", commands[i]->name);
        put_escaped(commands[i]->usage, strlen(commands[i]->usage), f);
        fprintf(f, "\n\t%c", toupper((unsigned char)*commands[i]->summary));
        put_escaped(commands[i]->summary + 1, strlen(commands[i]->summary + 1), f);
        fputs(".\n\n", f);
    }
    put_common(f);
}

size_t man_page_count(void)
{
    size_t n = 1 + command_group_count;
    for (size_t i = 0; i < command_count; i++)
        n += !strchr(commands[i]->name, ' ');
    return n;
}

struct man_name man_page_name(size_t index)
{
    struct man_name name = { "bedplan" };
    size_t n = 1;
    if (index == 0) return name;
    for (size_t i = 0; i < command_group_count; i++, n++)
        if (n == index)
            snprintf(name.text, sizeof name.text, "bedplan-%s", command_groups[i].name);
    for (size_t i = 0; i < command_count; i++) {
        if (strchr(commands[i]->name, ' ')) continue;
        if (n++ == index)
            snprintf(name.text, sizeof name.text, "bedplan-%s", commands[i]->name);
    }
    return name;
}

bool man_page(const char *name, FILE *f)
{
    if (strcmp(name, "bedplan") == 0) {
        put_program(f);
        return true;
    }
    if (strcmp(name, "plan.ini") == 0) {
        plan_manual(f);
        return true;
    }
    if (text_starts(name, "bedplan-")) name += strlen("bedplan-");
    const struct command_group *group = command_group_find(name);
    if (group) {
        put_group(group, f);
        return true;
    }
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(commands[i]->name, name) != 0 || strchr(name, ' ')) continue;
        put_command(commands[i], f);
        return true;
    }
    return false;
}
