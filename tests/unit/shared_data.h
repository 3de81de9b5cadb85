#ifndef TESTS_SHARED_DATA_H
#define TESTS_SHARED_DATA_H

/* Other people's files are not part of the project: tests that read them look in
 * BEDPLAN_SHARED, or beside the project, and skip where they are not there. */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Writes the path of one of them; false when it cannot be read. Nothing to release:
 * skip() leaves the test where it stands. */
static inline bool shared_data(char *path, size_t size, const char *name)
{
    const char *shared = getenv("BEDPLAN_SHARED");
    int n = snprintf(path, size, "%s/%s", shared ? shared : "../shared", name);
    return n > 0 && (size_t)n < size && access(path, R_OK) == 0;
}

#endif
