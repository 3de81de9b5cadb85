#ifndef PLANNER_TOPICS_H
#define PLANNER_TOPICS_H

/* What holds for every command, said once: for `bedplan help TOPIC` and the manual. */

#include <stddef.h>

struct topic {
    const char *name, *title;
    const char *text; /* paragraphs; a line that starts with a blank stays a line */
};

extern const struct topic topics[];
extern const size_t topic_count;

/* NULL when there is none. */
const struct topic *topic_find(const char *name);

#endif
