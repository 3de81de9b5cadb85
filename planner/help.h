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
struct topic;
void help_topic(const struct topic *t, int columns, FILE *f);
/* Whether `c` is "catalog list" of "catalog". */
bool help_is_of_group(const struct command *c, const char *group);
void help_command(const struct command *c, int columns, FILE *f);

#endif
