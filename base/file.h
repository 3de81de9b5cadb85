#ifndef BASE_FILE_H
#define BASE_FILE_H

/* Whole files in and out. */

#include <stdint.h>
#include <stdio.h>

#include "arena.h"
#include "err.h"

/* The bytes of a file, NUL-terminated behind the end. `path` "-" is stdin.
 * Errors: ERR_INPUT when it cannot be opened ("plan.ini: No such file or directory")
 * or is larger than `max_bytes`; ERR_IO when reading fails. Owns: the arena. */
NODISCARD enum err_code file_read(char **bytes, size_t *size, const char *path,
                                  size_t max_bytes, struct arena *a, struct err *e);

/* A file that appears whole or not at all: written beside `path`, synced, renamed.
 *   struct file_out f;
 *   if (file_out_open(&f, path, e)) ...; fprintf(f.stream, ...);
 *   return file_out_commit(&f, e);   or file_out_abandon(&f);
 * `path` "-" is stdout. A full disk is ERR_IO at commit, with the old file as it was.
 */
struct file_out {
    FILE *stream;
    const char *path;
    char temporary[4096];
};

NODISCARD enum err_code file_out_open(struct file_out *f, const char *path,
                                      struct err *e);
NODISCARD enum err_code file_out_commit(struct file_out *f, struct err *e);
void file_out_abandon(struct file_out *f);

/* The directory `path` and those above it, where they are missing. */
NODISCARD enum err_code file_make_dirs(const char *path, struct err *e);

#endif
