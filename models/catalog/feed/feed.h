#ifndef CATALOG_FEED_FEED_H
#define CATALOG_FEED_FEED_H

/* Prices and facts of others, taken into the user's overlay of the catalog. */

#include "catalog.h"

/* A file to import: read once from front to back, or twice when its parts stand in the
 * unusual order. */
struct feed_input {
    const char *path;  /* for messages, and the name that is kept */
    int fd;            /* open for reading; -1 when `bytes` holds all */
    const char *bytes; /* the first bytes, or all of them */
    size_t size;
    char sha256[65]; /* filled when it was read */
    int64_t file_bytes;
};

struct feed_skip {
    const char *what, *why;
    int64_t count;
};

struct feed_result {
    const char *source, *kind, *published; /* "" unknown */
    int64_t read, added, changed, unchanged, skipped;
    struct feed_skip *skip; /* most frequent first */
    size_t skip_count;
    bool known; /* the very same bytes were imported before: nothing was done */
};

/* Recognise the files at `paths` ("-" is stdin) by their content and take them into the
 * overlay, which is made when it is missing: all of all of them in one transaction, or
 * nothing. Names are joined with `c`. `source` and `published` (a date) are for files
 * that do not say them; NULL else. `out` has a result for each. Owns: the arena.
 * Errors: ERR_INPUT and ERR_RANGE "FILE: …" naming the SKU; ERR_DB. */
struct feed_options {
    const char *overlay, *source, *published, *region;
    int64_t now_unix_s;
    bool again; /* several lists of one day are told apart by their content */
};
NODISCARD enum err_code catalog_import(struct feed_result *out,
                                       const char *const *paths, size_t count,
                                       struct catalog *c,
                                       const struct feed_options *options,
                                       struct arena *a, struct err *e);

/* Forget the import of that source. Errors: ERR_NOT_FOUND with the nearest. */
NODISCARD enum err_code catalog_drop(int64_t *prices, const char *overlay,
                                     const char *source, struct arena *a,
                                     struct err *e);

/* The imports of an overlay, oldest first; none when the file is missing. */
struct feed_import {
    const char *source, *kind, *text, *file, *sha256, *published;
    int64_t imported_unix_s, bytes, prices, facts, read, skipped;
    char trust;
};
NODISCARD enum err_code catalog_imports(struct feed_import **out, size_t *count,
                                        const char *overlay, struct arena *a,
                                        struct err *e);

/* Lay the overlay over an open catalog whose database may be written: what holds at
 * `at_unix_s` (DATE_UNKNOWN: the latest). `models_only`: no prices. */
NODISCARD enum err_code overlay_merge(struct catalog *c, const char *overlay,
                                      int64_t at_unix_s, bool models_only,
                                      struct arena *a, struct err *e);

#endif
