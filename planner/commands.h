#ifndef PLANNER_COMMANDS_H
#define PLANNER_COMMANDS_H

/* Which commands there are, and which of them a command line names. */

#include "app.h"

/* What several commands of one first word have in common ("catalog list", …). */
struct command_group {
    const char *name, *summary;
    bool minor; /* named in one line at the end of --help */
};
extern const struct command_group command_groups[];
extern const size_t command_group_count;

const struct command_group *command_group_find(const char *name);

/* The command of one word that a command of two words belongs to ("probe" of "probe
 * list"), or NULL. */
const struct command *command_leader(const struct command *c);

/* The command that `word[0]`, or `word[0] word[1]`, names; `*used` words of them.
 * Errors: ERR_USAGE: none given, unknown with the nearest name, a group without its
 * second word. */
NODISCARD enum err_code command_find(const struct command **out, size_t *used,
                                     const char *const *word, size_t count,
                                     struct arena *a, struct err *e);

#endif
