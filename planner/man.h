#ifndef PLANNER_MAN_H
#define PLANNER_MAN_H

/* Manual pages as scdoc text, made from the tables of commands and options. One page a
 * command, one for a group of commands, and bedplan(1). */

#include <stdio.h>

#include "commands.h"

enum { MAN_NAME = 64 };

struct man_name {
    char text[MAN_NAME]; /* "bedplan-catalog" */
};

size_t man_page_count(void);
/* index < man_page_count() */
struct man_name man_page_name(size_t index);
/* Text in which scdoc sees no markup. */
void man_escaped(const char *text, FILE *f);
/* "bedplan", "bedplan-price", "price" or "plan.ini"; false when there is no such page.
 */
bool man_page(const char *name, FILE *f);

#endif
