#include "plan_manual.h"

#include <string.h>

#include "man.h"
#include "plan_config.h"
#include "wrap.h"

/* "[plan]", "[workload NAME]" */
static void heading(const struct plan_section *s, char *out, size_t size)
{
    snprintf(out, size, "[%s%s]", s->section, s->named ? " NAME" : "");
}

/* "N% or M% +- S%": what a value looks like */
static const char *shape(const struct opt *o)
{
    static const char *const by_type[] = {
        [OPT_TEXT] = "TEXT", [OPT_INT] = "N",         [OPT_REAL] = "X",
        [OPT_RATIO] = "N%",  [OPT_SPREAD] = "M +- S", [OPT_PPM] = "N%",
        [OPT_DATE] = "DATE", [OPT_FLAG] = "yes|no",   [OPT_CHOICE] = "",
        [OPT_LIST] = "TEXT",
    };
    return o->choices ? o->choices : by_type[o->type];
}

/* Bounds, unit and preset. */
static void facts(const struct opt *o, char *out, size_t size)
{
    int n = 0;
    bool bounded = (o->type == OPT_INT || o->type == OPT_REAL) && o->hi > o->lo;
    *out = '\0';
    if (bounded) n = snprintf(out, size, " %.16g to %.16g", o->lo, o->hi);
    if (*o->unit && n >= 0) n += snprintf(out + n, size - (size_t)n, " %s", o->unit);
    if (o->preset && n >= 0)
        snprintf(out + n, size - (size_t)n, "%s preset %s", n ? ";" : "", o->preset);
}

void plan_manual(FILE *f)
{
    fprintf(
        f,
        "plan.ini(5) \"bedplan %s\" \"bedplan manual\"\n\n# NAME\n\nplan.ini - what "
        "bedplan plans\n\n# DESCRIPTION\n\n",
        BEDPLAN_VERSION);
    fputs("An ini file: sections in brackets, keys with values, comments behind a "
          "semicolon. "
          "A line that starts with a blank continues the value above it. Only "
          "\\[plan], one "
          "workload and one candidate are needed.\n\n",
          f);
    for (size_t i = 0; i < plan_section_count; i++) {
        const struct plan_section *s = &plan_sections[i];
        char text[160];
        heading(s, text, sizeof text);
        fprintf(f, "# %s\n\n", text);
        man_escaped(s->help, f);
        fputs("\n\n", f);
        for (size_t k = 0; k < s->opt_count; k++) {
            const struct opt *o = &s->opts[k];
            facts(o, text, sizeof text);
            fputc('*', f);
            man_escaped(o->key, f);
            fputs("* = ", f);
            man_escaped(shape(o), f);
            fputs("\n\t", f);
            man_escaped(o->help, f);
            fputs(*text ? " (" : "", f);
            man_escaped(*text ? text + 1 : "", f);
            fputs(*text ? ")\n\n" : "\n\n", f);
        }
    }
    fputs("# SEE ALSO\n\n*bedplan-plan*(1), *bedplan-config*(1)\n", f);
}

void plan_manual_help(int columns, FILE *f)
{
    enum { INDENT = 6 };
    for (size_t i = 0; i < plan_section_count; i++) {
        const struct plan_section *s = &plan_sections[i];
        char text[160];
        heading(s, text, sizeof text);
        fprintf(f, "%s%s  ", i ? "\n" : "", text);
        wrap_text(s->help, columns, (int)strlen(text) + 2, 2, f);
        for (size_t k = 0; k < s->opt_count; k++) {
            const struct opt *o = &s->opts[k];
            facts(o, text, sizeof text);
            fprintf(f, "  %s = %s%s%s%s\n%*s", o->key, shape(o), *text ? "  [" : "",
                    *text ? text + 1 : "", *text ? "]" : "", INDENT, "");
            wrap_text(o->help, columns, INDENT, INDENT, f);
        }
    }
}
