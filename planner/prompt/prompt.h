#ifndef PLANNER_PROMPT_PROMPT_H
#define PLANNER_PROMPT_PROMPT_H

/* A prompt template: what Bedrock's prompt management keeps of one variant.
 * Source: AWS API reference, agents for Bedrock, GetPrompt and PromptVariant, 2026. */

#include <stdbool.h>
#include <stdint.h>

#include "prompt_template.h"

/* In the order in which a model reads them, whatever the order of the JSON: a cache
 * checkpoint covers all that comes before it. */
enum prompt_role { PROMPT_TOOLS, PROMPT_SYSTEM, PROMPT_USER, PROMPT_ASSISTANT };
const char *prompt_role_text(enum prompt_role r); /* "tools", … */

enum { PROMPT_VARIABLES = 20, PROMPT_STOPS = 4, PROMPT_BYTES = 1 << 20 };

/* A text, a tool, or a checkpoint between them. */
struct prompt_block {
    enum prompt_role role;
    size_t message; /* blocks of one message have one number */
    bool cache_point;
    const char *ttl;          /* of a cache point: "5m", "1h"; NULL: AWS's default */
    struct template template; /* of a tool its JSON, all of it plain */
};

struct prompt {
    const char *name, *description, *version; /* as GetPrompt says; NULL */
    const char *model;                        /* of the variant; NULL */
    bool chat;                                /* CHAT, else TEXT */
    struct prompt_block *block;
    size_t blocks;
    struct prompt_names variables;
    double temperature, top_p; /* NaN: not stated */
    int64_t max_tokens;        /* 0: not stated */
    const char *stop[PROMPT_STOPS];
    size_t stops;
    const char *tool_choice, *more; /* JSON as it stands, without blanks; NULL: none */
};

/* A text template of its own: one message of the user. Errors: ERR_INPUT. */
NODISCARD enum err_code prompt_of_text(struct prompt *out, struct str text,
                                       struct arena *a, struct err *e);

/* A GetPrompt answer, a CreatePrompt request, or one variant of them; the variant that
 * `defaultVariant` names, else the only one. Errors: ERR_INPUT "12:34: …" (line and
 * column of the JSON; inside a template its own line and column behind it): JSON that
 * is none, shapes and limits of the API, a variable that is not declared.
 * Owns: the arena, copies. */
NODISCARD enum err_code prompt_read(struct prompt *out, const char *bytes, size_t size,
                                    struct arena *a, struct err *e);

/* One or the other, by the first letter that is no blank. Messages begin with `name`.
 */
NODISCARD enum err_code prompt_read_any(struct prompt *out, const char *name,
                                        const char *bytes, size_t size, struct arena *a,
                                        struct err *e);

/* The variant as JSON without blanks, keys in one order: equal prompts have equal
 * bytes. What is read back writes the same. Owns: the arena. */
struct str prompt_write(const struct prompt *p, struct arena *a);

#endif
