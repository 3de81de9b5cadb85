#ifndef PLANNER_HELP_H
#define PLANNER_HELP_H

/* What --help prints, made from the tables of commands and options. */

#include <stdio.h>

#include "app.h"

void help_version(FILE *f);
/* Every command in one screen. */
void help_all(int columns, FILE *f);
/* The commands of one group; `name` is a group's. */
void help_group(const char *name, int columns, FILE *f);
void help_command(const struct command *c, int columns, FILE *f);

#endif
