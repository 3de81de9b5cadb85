#ifndef PROMPT_TEMPLATE_H
#define PROMPT_TEMPLATE_H

/* Text with {{variables}}, as Bedrock's prompt management has them: two braces, a name,
 * two braces, nothing else between. Single braces are text, and so is a "}}" that
 * closes two of them: prompts show JSON. */

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "err.h"
#include "str.h"

/* Names in the order of first sight. */
struct prompt_names {
    const char **name;
    size_t count, capacity;
};
int prompt_names_find(const struct prompt_names *n, const char *name); /* -1: none */
int prompt_names_add(struct prompt_names *n, struct str name, struct arena *a);

struct template_part {
    struct str text; /* of a variable: its name */
    int variable;    /* index of the names; -1: plain text */
    size_t at;       /* bytes before it */
};

struct template
{
    struct str text;
    struct template_part *part; /* whole: they follow one another without a gap */
    size_t parts;
};

/* Names are added to `names`. Errors: ERR_INPUT "line 3, column 14: …": braces that
 * close nothing or are not closed, and what is no name. Owns: the arena; points into
 * `text`. */
NODISCARD enum err_code template_parse(struct template *out, struct prompt_names *names,
                                       struct str text, struct arena *a, struct err *e);

/* Whether Bedrock takes it for a variable's name: letters and digits, each with at most
 * one '_' or '-' behind it, at most 100 of them. */
bool template_is_name(struct str name);

/* Line and column (in characters) of a byte, from 1. */
void template_place(struct str text, size_t at, int *line, int *column);

/* Adds the text with `value[variable]` in place of each. Errors: ERR_INPUT "line 3,
 * column 14: no value for {{name}}" where it is NULL. */
NODISCARD enum err_code template_render(struct buf *out, const struct template *t,
                                        const char *const *value, struct err *e);

#endif
