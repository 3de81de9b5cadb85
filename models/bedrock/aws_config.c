#include "aws_config.h"

#include <ctype.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "utf8.h"

enum { CONFIG_MAX_BYTES = 4 << 20 };

struct parser {
    struct aws_config *config;
    const char *path;
    bool credentials_file;
    struct arena *arena;
    struct aws_section *section;
    struct aws_setting *setting; /* the last one, for lines that go on */
    const char *parent;          /* its key, when it has nested settings */
    char *value_end;             /* of the last value */
    int line;
};

static enum err_code complain(const struct parser *p, const char *what, struct err *e)
{
    return err_set(e, ERR_INPUT, "%s:%d: %s", p->path, p->line, what);
}

/* Cuts "value # comment" and blanks at both ends, in place. */
static char *tidy_value(char *text)
{
    for (char *c = text; *c; c++) {
        if ((*c == '#' || *c == ';') && c > text && isspace((unsigned char)c[-1])) {
            *c = '\0';
            break;
        }
    }
    while (isspace((unsigned char)*text))
        text++;
    char *end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
    return text;
}

static char *unquote(char *name)
{
    size_t n = strlen(name);
    if (n < 2 || (name[0] != '"' && name[0] != '\'') || name[n - 1] != name[0])
        return name;
    name[n - 1] = '\0';
    return name + 1;
}

/* "profile x" -> the kind, and `*name` behind the word. */
static enum aws_section_kind kind_of(const struct parser *p, char **name)
{
    static const struct {
        const char *word;
        enum aws_section_kind kind;
    } row[] = { { "profile", AWS_PROFILE },
                { "sso-session", AWS_SSO_SESSION },
                { "services", AWS_SERVICES } };
    char *text = *name;
    if (p->credentials_file) return AWS_PROFILE;
    if (strcmp(text, "default") == 0) return AWS_PROFILE;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        size_t n = strlen(row[i].word);
        if (strncmp(text, row[i].word, n) == 0 && isspace((unsigned char)text[n])) {
            *name = unquote(tidy_value(text + n));
            return row[i].kind;
        }
    }
    return AWS_OTHER_SECTION;
}

static enum err_code take_section(struct parser *p, char *text, struct err *e)
{
    struct aws_config *c = p->config;
    char *close = strchr(text, ']');
    if (!close) return complain(p, "a section has no ']'", e);
    *close = '\0';
    char *name = tidy_value(text + 1);
    if (!*name) return complain(p, "a section has no name", e);
    enum aws_section_kind kind = kind_of(p, &name);
    if (!*name) return complain(p, "a section has no name", e); /* [profile ""] */
    c->section = arena_grow(p->arena, c->section, &c->capacity, c->sections + 1,
                            sizeof *c->section);
    p->section = &c->section[c->sections++];
    *p->section = (struct aws_section){ .kind = kind,
                                        .name = name,
                                        .in_credentials_file = p->credentials_file,
                                        .path = p->path,
                                        .line = p->line };
    p->setting = NULL;
    p->parent = NULL;
    return OK;
}

static enum err_code take_setting(struct parser *p, char *text, bool nested,
                                  struct err *e)
{
    struct aws_section *s = p->section;
    char *equals = strchr(text, '=');
    if (!equals) return complain(p, "a line has no '='", e);
    *equals = '\0';
    char *key = tidy_value(text), *value = tidy_value(equals + 1);
    if (!*key) return complain(p, "a line has nothing before its '='", e);
    for (char *c = key; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    s->setting = arena_grow(p->arena, s->setting, &s->capacity, s->settings + 1,
                            sizeof *s->setting);
    p->setting = &s->setting[s->settings++];
    *p->setting = (struct aws_setting){
        .parent = nested ? p->parent : "", .key = key, .value = value, .line = p->line
    };
    p->value_end = value + strlen(value);
    if (!nested) p->parent = *value ? NULL : key;
    return OK;
}

/* A line that begins with a blank: a nested setting under "key =", else more of the
 * value above it. */
static enum err_code take_indented(struct parser *p, char *text, struct err *e)
{
    if (!p->setting) return complain(p, "an indented line has nothing above it", e);
    if (p->parent) return take_setting(p, text, true, e);
    char *more = tidy_value(text);
    size_t n = strlen(more);
    *p->value_end = '\n'; /* the value's end is before `more` in the same text */
    memmove(p->value_end + 1, more, n + 1);
    p->value_end += n + 1;
    return OK;
}

static enum err_code take_line(struct parser *p, char *text, struct err *e)
{
    char *first = text;
    while (isspace((unsigned char)*first))
        first++;
    if (!*first || *first == '#' || *first == ';') return OK;
    if (*first == '[' && first == text) return take_section(p, first, e);
    if (!p->section) return complain(p, "a setting stands before the first section", e);
    if (first != text) return take_indented(p, first, e);
    return take_setting(p, first, false, e);
}

enum err_code aws_config_parse(struct aws_config *c, const char *path, char *bytes,
                               size_t size, bool credentials_file, struct arena *a,
                               struct err *e)
{
    struct parser p = {
        .config = c, .path = path, .arena = a, .credentials_file = credentials_file
    };
    size_t bad = 0;
    if (!utf8_valid(bytes, size, &bad) || memchr(bytes, 0, size))
        return err_set(e, ERR_INPUT, "%s: is not a text file in UTF-8", path);
    for (char *line = bytes, *end = bytes + size; line < end;) {
        char *stop = memchr(line, '\n', (size_t)(end - line));
        p.line++;
        *(stop ? stop : end) = '\0'; /* `bytes` has one byte more */
        if (take_line(&p, line, e)) return e->code;
        line = (stop ? stop : end) + 1;
    }
    return OK;
}

/* The file an environment variable names, or one under ~/.aws; NULL without a home. */
static const char *config_path(const char *variable, const char *name, struct arena *a)
{
    const char *named = getenv(variable), *home = getenv("HOME");
    if (!home || !*home) {
        const struct passwd *user = getpwuid(getuid());
        home = user ? user->pw_dir : NULL;
    }
    if (named && *named) {
        if (named[0] == '~' && named[1] == '/' && home)
            return arena_printf(a, "%s%s", home, named + 1);
        return arena_text(a, named);
    }
    return home ? arena_printf(a, "%s/.aws/%s", home, name) : NULL;
}

enum err_code aws_config_load(struct aws_config *out, struct secrets *s,
                              struct arena *a, struct err *e)
{
    static const struct {
        const char *variable, *name;
        bool credentials;
    } row[] = { { "AWS_CONFIG_FILE", "config", false },
                { "AWS_SHARED_CREDENTIALS_FILE", "credentials", true } };
    struct aws_config c = { 0 };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        char *text = NULL;
        size_t size = 0;
        const char *path = config_path(row[i].variable, row[i].name, a);
        if (!path || access(path, F_OK) != 0) continue;
        if (secret_file(&text, &size, s, path, CONFIG_MAX_BYTES, e) ||
            aws_config_parse(&c, path, text, size, row[i].credentials, a, e)) {
            return e->code;
        }
    }
    *out = c;
    return OK;
}

const struct aws_section *aws_config_section(const struct aws_config *c,
                                             enum aws_section_kind kind,
                                             const char *name)
{
    for (size_t i = c->sections; i > 0; i--) { /* a later one wins */
        const struct aws_section *s = &c->section[i - 1];
        if (s->kind == kind && strcmp(s->name, name) == 0) return s;
    }
    return NULL;
}

const char *aws_section_get(const struct aws_section *s, const char *parent,
                            const char *key)
{
    if (!s) return NULL;
    for (size_t i = s->settings; i > 0; i--) {
        const struct aws_setting *x = &s->setting[i - 1];
        if (strcmp(x->key, key) == 0 && strcmp(x->parent, parent) == 0) return x->value;
    }
    return NULL;
}

const char *aws_profile_get(const struct aws_config *c, const char *profile,
                            const char *key)
{
    /* the credentials file was read last, so that its sections come last */
    for (size_t i = c->sections; i > 0; i--) {
        const struct aws_section *s = &c->section[i - 1];
        if (s->kind != AWS_PROFILE || strcmp(s->name, profile) != 0) continue;
        const char *value = aws_section_get(s, "", key);
        if (value && *value) return value;
    }
    return NULL;
}

bool aws_profile_exists(const struct aws_config *c, const char *profile)
{
    return aws_config_section(c, AWS_PROFILE, profile) != NULL;
}
