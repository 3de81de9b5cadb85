#ifndef PLANNER_DATA_FOLDER_H
#define PLANNER_DATA_FOLDER_H

/* Where what was measured and imported is kept. */

#include "arena.h"

/* The folder `name` ("probe", "usage", …) of `data`, which is --data; NULL or "":
 * BEDPLAN_DATA, else $XDG_DATA_HOME/bedplan, else ~/.local/share/bedplan. */
const char *data_folder(const char *data, const char *name, struct arena *a);

#endif
