#ifndef PLANNER_COMPLETION_H
#define PLANNER_COMPLETION_H

/* Completion scripts of shells, made from the tables of commands and options. Models
 * and regions are asked of the program when they are needed. */

#include <stdio.h>

#include "commands.h"

void completion_bash(FILE *f);
void completion_zsh(FILE *f);
void completion_fish(FILE *f);

/* ---- what all three know ---- */

enum completes { NOTHING, ANYTHING, CHOICES, FILES, FOLDERS, MODELS, REGIONS };

/* What an option's value is; NOTHING for a flag. */
enum completes completion_of(const struct opt *o);
/* What a command's arguments are, by its usage. */
enum completes completion_of_arguments(const struct command *c);
/* "--max-tokens" without the dashes */
struct completion_flag {
    char text[64];
};
struct completion_flag completion_flag(const struct opt *o);

#endif
