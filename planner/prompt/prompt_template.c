#include "prompt_template.h"

#include <stdio.h>
#include <string.h>

#include "utf8.h"

enum { NAME_LETTERS = 100 };

int prompt_names_find(const struct prompt_names *n, const char *name)
{
    for (size_t i = 0; i < n->count; i++)
        if (strcmp(n->name[i], name) == 0) return (int)i;
    return -1;
}

int prompt_names_add(struct prompt_names *n, struct str name, struct arena *a)
{
    for (size_t i = 0; i < n->count; i++)
        if (str_eq(name, n->name[i])) return (int)i;
    n->name = arena_grow(a, n->name, &n->capacity, n->count + 1, sizeof *n->name);
    n->name[n->count] = arena_text_n(a, name.p, name.n);
    return (int)n->count++;
}

bool template_is_name(struct str name)
{
    size_t letters = 0;
    bool joiner = true; /* none may come first */
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool join = c == '_' || c == '-';
        bool letter =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(join && !joiner)) return false;
        letters += letter;
        joiner = join;
    }
    return letters > 0 && letters <= NAME_LETTERS;
}

void template_place(struct str text, size_t at, int *line, int *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < at && i < text.n;) {
        size_t step = utf8_char(text.p + i, text.n - i);
        if (text.p[i] == '\n') {
            ++*line;
            *column = 0;
        }
        ++*column;
        i += step ? step : 1;
    }
}

__attribute__((format(printf, 4, 5))) static enum err_code
fault(struct str text, size_t at, struct err *e, const char *fmt, ...)
{
    char what[256];
    int line, column;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    template_place(text, at, &line, &column);
    return err_set(e, ERR_INPUT, "line %d, column %d: %s", line, column, what);
}

struct reader {
    struct str text;
    struct template *out;
    struct prompt_names *names;
    struct arena *arena;
    size_t capacity;
};

static void add_part(struct reader *r, size_t from, size_t to, int variable,
                     struct str text)
{
    struct template *t = r->out;
    if (variable < 0 && from == to) return;
    t->part =
        arena_grow(r->arena, t->part, &r->capacity, t->parts + 1, sizeof *t->part);
    t->part[t->parts++] =
        (struct template_part){ .text = text, .variable = variable, .at = from };
}

/* Up to the end of the line, at most 24 letters: for messages. */
static struct str shown(struct str s)
{
    const size_t most = 24;
    size_t n = 0;
    while (n < s.n && s.p[n] != '\n' && n < most) {
        size_t step = utf8_char(s.p + n, s.n - n);
        n += step ? step : 1;
    }
    return (struct str){ s.p, n };
}

/* At "{{"; `*end` becomes what follows its "}}". */
static enum err_code variable(struct reader *r, size_t at, size_t *end, struct err *e)
{
    struct str rest = { r->text.p + at + 2, r->text.n - at - 2 };
    const char *close = memmem(rest.p, rest.n, "}}", 2);
    struct str name = { rest.p, close ? (size_t)(close - rest.p) : rest.n }, s;
    if (!close) {
        s = shown(name);
        return fault(r->text, at, e, "'{{%.*s' is not closed by '}}'", STR_ARG(s));
    }
    if (!template_is_name(name)) {
        s = shown(name);
        struct str bare = str_trim(name);
        if (bare.n != name.n && template_is_name(bare))
            return fault(r->text, at, e, "'{{%.*s}}': no blanks inside the braces",
                         STR_ARG(s));
        return fault(
            r->text, at, e,
            "'{{%.*s' does not begin a variable's name (letters, digits, single "
            "'_' or '-'); braces of a text want a blank between them",
            STR_ARG(s));
    }
    *end = at + 2 + name.n + 2;
    add_part(r, at, *end, prompt_names_add(r->names, name, r->arena), name);
    return OK;
}

static struct str slice(struct str text, size_t from, size_t to)
{
    return (struct str){ text.p + from, to - from };
}

enum err_code template_parse(struct template *out, struct prompt_names *names,
                             struct str text, struct arena *a, struct err *e)
{
    struct template t = { .text = text };
    struct reader r = { text, &t, names, a, 0 };
    size_t plain = 0, open = 0, i = 0, bad;
    if (!utf8_valid(text.p, text.n, &bad))
        return fault(text, bad, e, "bytes that are not UTF-8");
    if (memchr(text.p, '\0', text.n))
        return fault(text, strlen(text.p), e, "a NUL byte");
    while (i < text.n) {
        bool two = i + 1 < text.n && text.p[i + 1] == text.p[i];
        if (text.p[i] == '{' && two) {
            size_t end = i;
            add_part(&r, plain, i, -1, slice(text, plain, i));
            if (variable(&r, i, &end, e)) return e->code;
            plain = i = end;
            continue;
        }
        if (text.p[i] == '}' && two && !open)
            return fault(text, i, e, "'}}' closes no '{{'");
        if (text.p[i] == '{') open++;
        if (text.p[i] == '}' && open) open--;
        i++;
    }
    add_part(&r, plain, text.n, -1, slice(text, plain, text.n));
    *out = t;
    return OK;
}

enum err_code template_render(struct buf *out, const struct template *t,
                              const char *const *value, struct err *e)
{
    for (size_t i = 0; i < t->parts; i++) {
        const struct template_part *p = &t->part[i];
        if (p->variable < 0) {
            buf_add(out, p->text.p, p->text.n);
        } else if (!value[p->variable]) {
            return fault(t->text, p->at, e, "no value for {{%.*s}}", STR_ARG(p->text));
        } else {
            buf_text(out, value[p->variable]);
        }
    }
    return OK;
}
