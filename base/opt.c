#include "opt.h"

#include <assert.h>
#include <string.h>

#include "date.h"
#include "str.h"
#include "text.h"

enum { MAX_KEY = 40, MAX_CHOICES = 32 };

/* ---- one value ---- */

/* A double bound as int64; beyond int64 it means none. */
static int64_t int_bound(double bound)
{
    if (bound >= 9223372036854775807.0) return INT64_MAX;
    if (bound <= -9223372036854775808.0) return INT64_MIN;
    return (int64_t)bound;
}

static enum err_code set_choice(int *out, const struct opt *o, const char *text,
                                struct arena *a, struct err *e)
{
    const char *names[MAX_CHOICES];
    size_t n = 0;
    struct str rest = str_of(o->choices);
    struct buf all = { .max = 400 };
    while (rest.n) {
        struct str name = str_cut(rest, '|', &rest);
        if (str_eq(name, text)) {
            *out = (int)n;
            buf_clear(&all);
            return OK;
        }
        assert(n < MAX_CHOICES);
        names[n++] = arena_text_n(a, name.p, name.n);
        buf_printf(&all, "%s%s", n == 1 ? "" : rest.n ? ", " : " or ", names[n - 1]);
    }
    err_set(e, ERR_INPUT, "must be %s, not '%.80s'%s", all.p ? all.p : "nothing", text,
            text_did_you_mean(a, text, names, n));
    buf_clear(&all);
    return e->code;
}

static void append(struct opt_list *list, const char *text, struct arena *a)
{
    list->text =
        arena_grow(a, list->text, &list->capacity, list->count + 1, sizeof *list->text);
    list->text[list->count++] = arena_text(a, text);
}

/* `name` is what the user calls the setting: its key or its flag. */
static enum err_code set_named(const struct opt *o, const char *name, void *settings,
                               const char *text, struct arena *a, struct err *e)
{
    void *field = (char *)settings + o->offset;
    struct opt_spread *spread = field;
    enum err_code code = OK;
    switch (o->type) {
    case OPT_TEXT:
        *(const char **)field = arena_text(a, text);
        break;
    case OPT_INT:
        code = text_int(field, text, int_bound(o->lo), int_bound(o->hi), e);
        break;
    case OPT_REAL:
        code = text_real(field, text, o->lo, o->hi, e);
        break;
    case OPT_RATIO:
        code = text_ratio(field, text, o->lo, o->hi, e);
        break;
    case OPT_SPREAD:
        code = text_spread(&spread->middle, &spread->spread, text, o->lo, o->hi, e);
        break;
    case OPT_PPM:
        code = text_ppm(field, text, e);
        break;
    case OPT_DATE:
        if (date_parse(field, NULL, text, e)) return err_wrap(e, "%s: ", name);
        break;
    case OPT_FLAG:
        code = text_bool(field, text, e);
        break;
    case OPT_CHOICE:
        code = set_choice(field, o, text, a, e);
        break;
    case OPT_LIST:
        append(field, text, a);
        break;
    }
    return code ? err_wrap(e, "%s ", name) : OK;
}

enum err_code opt_set(const struct opt *o, void *settings, const char *text,
                      struct arena *a, struct err *e)
{
    return set_named(o, o->key, settings, text, a, e);
}

void opt_presets(const struct opt *opts, size_t count, void *settings, struct arena *a)
{
    for (size_t i = 0; i < count; i++) {
        struct err e = { 0 };
        if (!opts[i].preset) continue;
        enum err_code code = opt_set(&opts[i], settings, opts[i].preset, a, &e);
        assert(code == OK);
        (void)code;
    }
}

const struct opt *opt_find(const struct opt *opts, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(opts[i].key, key) == 0) return &opts[i];
    return NULL;
}

/* ---- the command line ---- */

/* A row and where it belongs. */
struct found {
    const struct opt *opt;
    struct opt_table *table;
};

struct parse {
    struct opt_table *tables;
    size_t table_count;
    int argc, at; /* the argument that is read next */
    char **argv;
    struct arena *arena;
    struct opt_list *seen; /* keys of lists that this command line has begun */
};

static char dashed(char c)
{
    if (c == '_') return '-';
    return c;
}

static const char *flag_name(const char *key, struct arena *a)
{
    char *name = arena_printf(a, "--%s", key);
    for (char *p = name; *p; p++)
        *p = dashed(*p);
    return name;
}

/* "--max-tokens" and "--max_tokens" are the same. */
static bool begins(const char *key, struct str typed)
{
    for (size_t i = 0; i < typed.n; i++)
        if (dashed(key[i]) != dashed(typed.p[i])) return false;
    return true;
}

static enum err_code unknown(const struct parse *p, struct str typed, struct err *e)
{
    size_t n = 0, room = 0;
    const char **names = NULL;
    for (size_t t = 0; t < p->table_count; t++)
        for (size_t i = 0; i < p->tables[t].count; i++) {
            names = arena_grow(p->arena, names, &room, n + 1, sizeof *names);
            names[n++] = flag_name(p->tables[t].opts[i].key, p->arena) + 2;
        }
    const char *near = text_nearest(arena_text_n(p->arena, typed.p, typed.n), names, n);
    return err_set(e, ERR_USAGE, "unknown option --%.*s%s%s%s", STR_ARG(typed),
                   near ? ", did you mean '--" : "", near ? near : "",
                   near ? "'?" : "");
}

/* The row of a long name: an exact one, else the only one that begins so. Rows of
 * the same key in two tables are one option, the first table's. */
static enum err_code find_long(struct found *out, const struct parse *p,
                               struct str typed, struct err *e)
{
    struct found f = { 0 };
    const char *other = NULL;
    for (size_t t = 0; t < p->table_count; t++)
        for (size_t i = 0; i < p->tables[t].count; i++) {
            const struct opt *o = &p->tables[t].opts[i];
            if (!begins(o->key, typed)) continue;
            if (strlen(o->key) == typed.n) {
                *out = (struct found){ o, &p->tables[t] };
                return OK;
            }
            if (!f.opt)
                f = (struct found){ o, &p->tables[t] };
            else if (strcmp(f.opt->key, o->key) != 0)
                other = o->key;
        }
    if (!f.opt || !typed.n) return unknown(p, typed, e);
    if (other)
        return err_set(e, ERR_USAGE, "option --%.*s is ambiguous: %s or %s",
                       STR_ARG(typed), flag_name(f.opt->key, p->arena),
                       flag_name(other, p->arena));
    *out = f;
    return OK;
}

static bool find_letter(struct found *out, const struct parse *p, char letter)
{
    for (size_t t = 0; t < p->table_count; t++)
        for (size_t i = 0; i < p->tables[t].count; i++)
            if (p->tables[t].opts[i].letter == letter) {
                *out = (struct found){ &p->tables[t].opts[i], &p->tables[t] };
                return true;
            }
    return false;
}

/* The value in the next argument. Anything goes, "-5" and "-" too, except a flag
 * of ours: "--output --json" is a forgotten value far more often than a file. */
static enum err_code next_value(const char **out, struct parse *p, const char *name,
                                struct err *e)
{
    struct found other;
    struct err ignored = { 0 };
    if (p->at >= p->argc) return err_set(e, ERR_USAGE, "option %s needs a value", name);
    const char *value = p->argv[p->at];
    if (text_starts(value, "--") && value[2] &&
        find_long(&other, p, str_of(value + 2), &ignored) == OK)
        return err_set(e, ERR_USAGE,
                       "option %s needs a value; if it is '%s', write %s=%s", name,
                       value, name, value);
    p->at++;
    *out = value;
    return OK;
}

/* Flags on the command line replace a list that came from elsewhere, and then add. */
static void begin_list(struct parse *p, struct found f)
{
    struct opt_list *list =
        (struct opt_list *)((char *)f.table->settings + f.opt->offset);
    for (size_t i = 0; i < p->seen->count; i++)
        if (strcmp(p->seen->text[i], f.opt->key) == 0) return;
    append(p->seen, f.opt->key, p->arena);
    list->count = 0;
}

static enum err_code take(struct parse *p, struct found f, const char *name,
                          const char *value, struct err *e)
{
    if (f.opt->type == OPT_FLAG) {
        if (value) return err_set(e, ERR_USAGE, "option %s takes no value", name);
        value = "yes";
    } else if (!value && next_value(&value, p, name, e)) {
        return e->code;
    }
    if (f.opt->type == OPT_LIST) begin_list(p, f);
    if (set_named(f.opt, name, f.table->settings, value, p->arena, e)) return e->code;
    if (f.table->given) f.table->given[f.opt - f.table->opts] = true;
    return OK;
}

/* "--name", "--name=value" */
static enum err_code long_option(struct parse *p, const char *arg, struct err *e)
{
    struct found f = { 0 };
    size_t n = strcspn(arg + 2, "=");
    const char *value = arg[2 + n] ? arg + 2 + n + 1 : NULL;
    if (find_long(&f, p, (struct str){ arg + 2, n }, e)) return e->code;
    assert(f.opt); /* or find_long() had failed, which the analyzers do not see */
    return take(p, f, flag_name(f.opt->key, p->arena), value, e);
}

/* "-x", "-xy" (flags), "-x5", "-x=5" */
static enum err_code short_options(struct parse *p, const char *arg, struct err *e)
{
    for (const char *c = arg + 1; *c; c++) {
        struct found f = { 0 };
        const char name[] = { '-', *c, '\0' };
        if (!find_letter(&f, p, *c))
            return err_set(e, ERR_USAGE, "unknown option %s%s%s", name,
                           c == arg + 1 && c[1] == '\0' ? "" : " in ",
                           c == arg + 1 && c[1] == '\0' ? "" : arg);
        if (f.opt->type != OPT_FLAG) {
            const char *value = c[1] == '=' ? c + 2 : c[1] ? c + 1 : NULL;
            return take(p, f, name, value, e);
        }
        if (take(p, f, name, c[1] == '=' ? c + 2 : NULL, e)) return e->code;
    }
    return OK;
}

enum err_code opt_parse(struct opt_table *tables, size_t table_count, int argc,
                        char **argv, struct opt_list *positional, struct arena *a,
                        struct err *e)
{
    struct opt_list seen = { 0 };
    struct parse p = { tables, table_count, argc, 1, argv, a, &seen };
    bool flags = true;
    while (p.at < argc) {
        const char *arg = argv[p.at++];
        if (flags && strcmp(arg, "--") == 0) {
            flags = false;
        } else if (flags && text_starts(arg, "--")) {
            if (long_option(&p, arg, e)) return e->code;
        } else if (flags && arg[0] == '-' && arg[1]) {
            if (short_options(&p, arg, e)) return e->code;
        } else {
            append(positional, arg, a);
        }
    }
    return OK;
}

/* ---- the audit ---- */

static bool is_numeric(enum opt_type type)
{
    return type == OPT_INT || type == OPT_REAL || type == OPT_RATIO ||
           type == OPT_SPREAD;
}

static const char *wrong_with(const struct opt *o)
{
    size_t n = strlen(o->key);
    if (!n || n >= MAX_KEY || o->key[0] == '_' || o->key[n - 1] == '_' ||
        o->key[strspn(o->key, "abcdefghijklmnopqrstuvwxyz0123456789_")])
        return "bad key";
    if (!o->unit) return "unit is NULL, not \"\"";
    if (!o->help || !*o->help) return "no help";
    if (text_ends(o->help, ".")) return "help ends with a full stop";
    if (strpbrk(o->help, "\n\t")) return "help is more than one line";
    if ((o->type == OPT_CHOICE) != (o->choices && *o->choices))
        return "choices without OPT_CHOICE, or the other way round";
    if (is_numeric(o->type) && !(o->lo < o->hi)) return "no bounds";
    if (o->type == OPT_FLAG && o->preset) return "a flag with a preset cannot be unset";
    if (o->letter && !strchr("abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                             o->letter))
        return "bad letter";
    return NULL;
}

enum err_code opt_check(const struct opt *opts, size_t count, void *scratch,
                        struct arena *a, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        const struct opt *o = &opts[i];
        const char *wrong = wrong_with(o);
        if (wrong) return err_set(e, ERR_USAGE, "row %zu '%s': %s", i, o->key, wrong);
        if (o->preset && opt_set(o, scratch, o->preset, a, e))
            return err_wrap(e, "preset of ");
        for (size_t k = 0; k < i; k++) {
            if (strcmp(o->key, opts[k].key) == 0)
                return err_set(e, ERR_USAGE, "%s is declared twice", o->key);
            if (o->letter && o->letter == opts[k].letter)
                return err_set(e, ERR_USAGE, "-%c is both %s and %s", o->letter,
                               opts[k].key, o->key);
        }
    }
    return OK;
}
