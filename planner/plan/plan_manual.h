#ifndef PLANNER_PLAN_MANUAL_H
#define PLANNER_PLAN_MANUAL_H

#include <stdio.h>

/* plan.ini(5) as scdoc text, and the same for a terminal: every key with its bounds and
 * preset, from the tables that read it. */
void plan_manual(FILE *f);
void plan_manual_help(int columns, FILE *f);

#endif
