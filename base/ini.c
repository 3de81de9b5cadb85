#include "ini.h"

#include <stdbool.h>
#include <string.h>

#include INIH_HEADER /* <ini.h> would be our own header */

#include "str.h"
#include "utf8.h"

/* Repeated names are looked for by comparing all pairs; of a section's name inih
 * keeps 49 bytes and drops the rest without a word. */
enum { MAX_SETTINGS = 10000, MAX_SECTION_BYTES = 49 };

struct load {
    struct ini *ini;
    size_t entry_room, section_room;
    char *value; /* the last entry's, still growing */
    size_t value_bytes, value_room;
    size_t section_first;  /* the first entry of the section being read */
    struct str rest, text; /* of the file; the line being read */
    int line;
    struct err failed; /* what the reader or the handler refused, at `line` */
    struct arena *arena;
};

/* ---- what inih does not look at, line by line ---- */

static bool has_key(const struct load *l)
{
    return l->ini->count > l->section_first;
}

static enum err_code open_section(struct load *l, struct str title)
{
    struct str name;
    struct ini *ini = l->ini;
    struct str section = str_cut(str_trim(title), ' ', &name);
    name = str_trim(name);
    if (title.n > MAX_SECTION_BYTES)
        return err_set(&l->failed, ERR_INPUT,
                       "a section's name is longer than %d bytes", MAX_SECTION_BYTES);
    if (!section.n) return err_set(&l->failed, ERR_INPUT, "a section without a name");
    for (size_t i = 0; i < ini->section_count; i++) {
        const struct ini_section *s = &ini->sections[i];
        if (str_eq(section, s->section) && str_eq(name, s->name))
            return err_set(&l->failed, ERR_INPUT, "[%.*s] is already at line %d",
                           STR_ARG(title), s->line);
    }
    if (ini->section_count == MAX_SETTINGS)
        return err_set(&l->failed, ERR_INPUT, "more than %d sections", MAX_SETTINGS);
    ini->sections = arena_grow(l->arena, ini->sections, &l->section_room,
                               ini->section_count + 1, sizeof *ini->sections);
    ini->sections[ini->section_count++] = (struct ini_section){
        arena_text_n(l->arena, section.p, section.n),
        arena_text_n(l->arena, name.p, name.n),
        l->line,
    };
    l->section_first = ini->count;
    return OK;
}

/* "[title] ; comment": inih skips whatever stands behind the bracket. */
static enum err_code read_section(struct load *l, struct str line)
{
    struct str tail;
    struct str title = str_cut((struct str){ line.p + 1, line.n - 1 }, ']', &tail);
    if (title.n + 1 == line.n)
        return err_set(&l->failed, ERR_INPUT, "a section must end in ']'");
    tail = str_trim(tail);
    if (tail.n && tail.p[0] != ';')
        return err_set(&l->failed, ERR_INPUT, "'%.*s' behind a section's ']'",
                       STR_ARG(tail));
    return open_section(l, title);
}

static bool is_key_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* An indented line that was not meant as the continuation that it is. */
static enum err_code check_continuation(struct load *l, struct str line)
{
    size_t n = 0;
    while (n < line.n && is_key_byte(line.p[n]))
        n++;
    struct str tail = str_trim((struct str){ line.p + n, line.n - n });
    if (line.p[0] != '[' && !(n && tail.n && tail.p[0] == '=')) return OK;
    return err_set(&l->failed, ERR_INPUT,
                   "white space before '%.*s' makes it part of '%s' above; remove it",
                   STR_ARG(line), l->ini->entry[l->ini->count - 1].key);
}

static enum err_code check_line(struct load *l, int max_bytes)
{
    struct str line = str_trim(l->text);
    if (l->text.n > (size_t)max_bytes)
        return err_set(&l->failed, ERR_INPUT,
                       "the line is longer than %d bytes; continue it on an indented "
                       "line",
                       max_bytes);
    if (!line.n || line.p[0] == ';' || line.p[0] == '#') return OK;
    if (line.p > l->text.p && has_key(l)) return check_continuation(l, line);
    if (line.p[0] == '[') return read_section(l, line);
    struct str value, key = str_cut(line, '=', &value);
    if (value.p == line.p + line.n && line.p[line.n - 1] != '=')
        return err_set(&l->failed, ERR_INPUT, "'%.*s' has no '='", STR_ARG(line));
    /* inih would also take "key: value", which hides a forgotten '=' */
    if (!key.n || memchr(key.p, ':', key.n))
        return err_set(&l->failed, ERR_INPUT, "'%.*s' is not 'key = value'",
                       STR_ARG(line));
    return OK;
}

/* inih's fgets(). A line that is refused is the last. */
static char *next_line(char *out, int size, void *data)
{
    struct load *l = data;
    if (l->failed.code || !l->rest.n) return NULL;
    l->line++;
    l->text = str_cut(l->rest, '\n', &l->rest);
    if (l->text.n && l->text.p[l->text.n - 1] == '\r') l->text.n--;
    if (check_line(l, size - 1)) return NULL;
    memcpy(out, l->text.p, l->text.n);
    out[l->text.n] = '\0';
    return out;
}

/* ---- what inih read ---- */

/* inih 55 leaves comments in continuation lines. */
static struct str without_comment(struct str s)
{
    for (size_t i = 1; i < s.n; i++)
        if (s.p[i] == ';' && strchr(" \t\r\f\v", s.p[i - 1])) s.n = i;
    return str_trim(s);
}

/* Values grow in place, doubling: a thousand continuations cost no square. */
static void append_value(struct load *l, struct str text)
{
    struct ini_entry *entry = &l->ini->entry[l->ini->count - 1];
    size_t at = l->value_bytes;
    char *value = arena_grow(l->arena, l->value, &l->value_room, at + text.n + 2, 1);
    if (at && text.n) value[at++] = ' ';
    memcpy(value + at, text.p, text.n);
    value[at + text.n] = '\0';
    l->value_bytes = at + text.n;
    entry->value = l->value = value;
}

static enum err_code add_entry(struct load *l, const char *key)
{
    struct ini *ini = l->ini;
    if (!ini->section_count)
        return err_set(&l->failed, ERR_INPUT, "'%s' stands before any [section]", key);
    if (!*key) return err_set(&l->failed, ERR_INPUT, "a setting without a name");
    for (size_t i = l->section_first; i < ini->count; i++)
        if (strcmp(ini->entry[i].key, key) == 0)
            return err_set(&l->failed, ERR_INPUT, "'%s' is already at line %d", key,
                           ini->entry[i].line);
    if (ini->count == MAX_SETTINGS)
        return err_set(&l->failed, ERR_INPUT, "more than %d settings", MAX_SETTINGS);
    const struct ini_section *s = &ini->sections[ini->section_count - 1];
    ini->entry = arena_grow(l->arena, ini->entry, &l->entry_room, ini->count + 1,
                            sizeof *ini->entry);
    ini->entry[ini->count++] = (struct ini_entry){
        .section = s->section,
        .name = s->name,
        .key = arena_text(l->arena, key),
        .line = l->line,
        .section_line = s->line,
    };
    l->value = NULL;
    l->value_bytes = l->value_room = 0;
    return OK;
}

static int on_value(void *data, const char *section, const char *key, const char *value)
{
    struct load *l = data;
    bool indented = str_trim(l->text).p > l->text.p;
    (void)section; /* cut at 49 bytes; ours is not */
    bool continued = indented && has_key(l);
    if (!continued && add_entry(l, key)) return 0;
    append_value(l, continued ? without_comment(str_of(value)) : str_of(value));
    return 1;
}

/* ---- */

static int line_of(const char *bytes, size_t at)
{
    int line = 1;
    for (size_t i = 0; i < at; i++)
        line += bytes[i] == '\n';
    return line;
}

enum err_code ini_load(struct ini *out, const char *path, const char *bytes,
                       size_t size, struct arena *a, struct err *e)
{
    size_t bad = 0;
    struct ini ini = { .path = arena_text(a, path) };
    const char *nul = size ? memchr(bytes, '\0', size) : NULL;
    if (nul)
        return err_set(e, ERR_INPUT, "%s:%d: a NUL byte", path,
                       line_of(bytes, (size_t)(nul - bytes)));
    if (!utf8_valid(bytes, size, &bad))
        return err_set(e, ERR_INPUT, "%s:%d: bytes that are not UTF-8", path,
                       line_of(bytes, bad));
    struct load l = { .ini = &ini,
                      .rest = str_without_bom((struct str){ bytes, size }),
                      .arena = a };
    int bad_line = ini_parse_stream(next_line, &l, on_value, &l);
    if (!l.failed.code && bad_line) {
        l.line = bad_line;
        err_set(&l.failed, ERR_INPUT, "not 'key = value'");
    }
    if (l.failed.code)
        return err_set(e, l.failed.code, "%s:%d: %s", path, l.line, l.failed.msg);
    *out = ini;
    return OK;
}
