#ifndef PLANNER_PLAN_EXAMPLE_H
#define PLANNER_PLAN_EXAMPLE_H

#include <stdio.h>

/* plan.ini.example, with the help of every key from the option tables. */
void plan_example_print(FILE *f);

#endif
