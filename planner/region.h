#ifndef PLANNER_REGION_H
#define PLANNER_REGION_H

/* The region a command is about. */

#include "app.h"

/* `option` when --region or BEDPLAN_REGION said it, else the AWS CLI's AWS_REGION, then
 * AWS_DEFAULT_REGION, else `option`, the preset. */
const char *region_asked(const struct app *app, const char *option);

#endif
