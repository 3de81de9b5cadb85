#ifndef MODELS_CATALOG_BUILD_CATALOG_BYTES_H
#define MODELS_CATALOG_BUILD_CATALOG_BYTES_H

/* The SQLite file that catalog_build made, inside the program. */

#include <stddef.h>

struct embedded_catalog {
    const unsigned char *bytes;
    size_t size;
};

struct embedded_catalog embedded_catalog(void);

#endif
