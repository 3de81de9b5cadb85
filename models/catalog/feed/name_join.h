#ifndef CATALOG_FEED_NAME_JOIN_H
#define CATALOG_FEED_NAME_JOIN_H

/* Which model a display name means. Price lists carry no model ids, so names are
 * joined: by an id, by the reviewed table of aliases, by a model's own name; compared
 * without blanks and signs and never by likeness, for "Mistral Large 3" is not "Mistral
 * Large". */

#include "catalog.h"

struct name_join;

/* The names of `c` as it is now. Owns: the arena. */
NODISCARD enum err_code name_join_open(struct name_join **out, struct catalog *c,
                                       struct arena *a, struct err *e);

/* The id of the model that `name` means ("Nova 2.0 Lite",
 * "Claude Sonnet 4.6 (Amazon Bedrock Edition)", "us.amazon.nova-lite-v1:0"), or NULL;
 * then `*why` says what makes it doubtful. */
const char *name_join(struct name_join *j, const char *name, const char **why);

/* Letters, digits, '.', '+' and '@' of `name`, in lower case. */
void name_normal(char *out, size_t room, const char *name);

#endif
