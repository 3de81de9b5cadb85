/* What a table of options says about itself: --help and the manual. */
#include <ctype.h>
#include <string.h>

#include "opt.h"
#include "str.h"

enum { MAX_LEFT = 32, NARROW_TEXT_AT = 8, MAX_HELP = 4096, NARROWEST_TEXT = 24 };

/* "R", "FILE", "WxH": a unit that is a placeholder; others are shown as units. */
static bool is_placeholder(const char *unit)
{
    return *unit >= 'A' && *unit <= 'Z' && !strchr(unit, ' ');
}

static const char *placeholder(const struct opt *o)
{
    static const char *const by_type[] = {
        [OPT_TEXT] = "TEXT",   [OPT_INT] = "N",       [OPT_REAL] = "X",
        [OPT_RATIO] = "SHARE", [OPT_SPREAD] = "M+-S", [OPT_PPM] = "SHARE",
        [OPT_DATE] = "DATE",   [OPT_FLAG] = "",       [OPT_CHOICE] = "NAME",
        [OPT_LIST] = "TEXT",
    };
    return is_placeholder(o->unit) ? o->unit : by_type[o->type];
}

static void flag_name(struct buf *b, const char *key)
{
    for (; *key; key++)
        buf_add(b, *key == '_' ? "-" : key, 1);
}

/* "  -r, --region R" */
static void left_part(struct buf *b, const struct opt *o)
{
    const char *value = placeholder(o);
    if (o->letter)
        buf_printf(b, "  -%c, --", o->letter);
    else
        buf_text(b, "      --");
    flag_name(b, o->key);
    if (*value) buf_printf(b, " %s", value);
}

static void choices(struct buf *b, const char *choices)
{
    struct str rest = str_of(choices);
    for (const char *between = ""; rest.n; between = ", ") {
        struct str name = str_cut(rest, '|', &rest);
        buf_printf(b, "%s%.*s", between, STR_ARG(name));
    }
}

/* "AWS region … [tokens/min; default 5k]" */
static void right_part(struct buf *b, const struct opt *o)
{
    const char *between = "";
    struct buf note = { .max = MAX_HELP };
    if (o->choices) choices(&note, o->choices), between = "; ";
    if (*o->unit && !is_placeholder(o->unit))
        buf_printf(&note, "%s%s", between, o->unit), between = "; ";
    if (o->type == OPT_LIST) buf_printf(&note, "%srepeatable", between), between = "; ";
    if (o->preset && *o->preset) buf_printf(&note, "%sdefault %s", between, o->preset);
    buf_text(b, o->help);
    if (note.n) buf_printf(b, " [%s]", note.p);
    buf_clear(&note);
}

/* Columns of UTF-8 text, a character each. */
static int width(const char *p, size_t n)
{
    int columns = 0;
    for (size_t i = 0; i < n; i++)
        columns += ((unsigned char)p[i] & 0xc0) != 0x80;
    return columns;
}

/* Words from column `at`, wrapped before `columns`; a word is never broken. */
static void wrap(const char *text, int at, int indent, int columns, FILE *f)
{
    bool first = true;
    struct str rest = str_of(text);
    while (rest.n) {
        struct str word = str_cut(rest, ' ', &rest);
        int w = width(word.p, word.n);
        if (!first && at + 1 + w > columns) {
            fprintf(f, "\n%*s", indent, "");
            at = indent;
            first = true;
        }
        at += fprintf(f, "%s", first ? "" : " ") + w;
        fwrite(word.p, 1, word.n, f);
        first = false;
    }
    putc('\n', f);
}

static int text_column(const struct opt *opts, size_t count, int columns)
{
    int widest = 0;
    for (size_t i = 0; i < count; i++) {
        struct buf left = { .max = MAX_HELP };
        left_part(&left, &opts[i]);
        int w = width(left.p, left.n);
        if (w > widest && w <= MAX_LEFT) widest = w;
        buf_clear(&left);
    }
    return widest + 2 + NARROWEST_TEXT <= columns ? widest + 2 : NARROW_TEXT_AT;
}

void opt_help(const struct opt *opts, size_t count, int columns, FILE *f)
{
    int indent = text_column(opts, count, columns);
    for (size_t i = 0; i < count; i++) {
        struct buf left = { .max = MAX_HELP }, right = { .max = MAX_HELP };
        left_part(&left, &opts[i]);
        right_part(&right, &opts[i]);
        int w = width(left.p, left.n);
        fputs(left.p, f);
        if (w + 2 > indent)
            fprintf(f, "\n%*s", indent, "");
        else
            fprintf(f, "%*s", indent - w, "");
        wrap(right.p, indent, indent, columns, f);
        buf_clear(&left);
        buf_clear(&right);
    }
}

/* scdoc's own marks, escaped. */
static void scdoc_text(const char *text, FILE *f)
{
    for (; *text; text++) {
        if (strchr("\\*_", *text)) putc('\\', f);
        putc(*text, f);
    }
}

static void scdoc_bounds(const struct opt *o, FILE *f)
{
    bool percent = o->type == OPT_RATIO;
    if (o->type != OPT_INT && o->type != OPT_REAL && !percent) return;
    double scale = percent ? 100 : 1;
    const char *unit = percent ? "%" : "";
    if (o->hi < 1e15 && o->lo > -1e15)
        fprintf(f, " From %.15g%s to %.15g%s.", o->lo * scale, unit, o->hi * scale,
                unit);
    else if (o->lo > -1e15)
        fprintf(f, " At least %.15g%s.", o->lo * scale, unit);
}

/* "*-r*, *--region* _R_" */
static void scdoc_name(const struct opt *o, FILE *f)
{
    struct buf name = { .max = MAX_HELP };
    flag_name(&name, o->key);
    if (o->letter) fprintf(f, "*-%c*, ", o->letter);
    fprintf(f, "*--%s*", name.p);
    buf_clear(&name);
    if (!*placeholder(o)) return;
    fputs(" _", f);
    scdoc_text(placeholder(o), f);
    putc('_', f);
}

/* " One of a, b, c." */
static void scdoc_note(const char *before, const char *text, const char *after, FILE *f)
{
    fputs(before, f);
    scdoc_text(text, f);
    fputs(after, f);
}

void opt_scdoc(const struct opt *opts, size_t count, FILE *f)
{
    for (size_t i = 0; i < count; i++) {
        const struct opt *o = &opts[i];
        scdoc_name(o, f);
        fprintf(f, "\n\t%c", toupper((unsigned char)o->help[0]));
        scdoc_text(o->help + 1, f);
        if (*o->unit && !is_placeholder(o->unit)) scdoc_note(" (", o->unit, ")", f);
        putc('.', f);
        if (o->choices) {
            struct buf all = { .max = MAX_HELP };
            choices(&all, o->choices);
            if (all.p) scdoc_note(" One of ", all.p, ".", f);
            buf_clear(&all);
        }
        scdoc_bounds(o, f);
        if (o->type == OPT_LIST) fputs(" May be given more than once.", f);
        if (o->preset && *o->preset) scdoc_note(" Default: ", o->preset, ".", f);
        fputs("\n\n", f);
    }
}
