#ifndef USAGE_STORE_H
#define USAGE_STORE_H

/* Imported usage by NAME: figures in SQLite, the requests in a file each, in the
 * folder $XDG_DATA_HOME/bedplan/usage. Whatever is written appears whole or not at
 * all: new requests go to a new file, and only the database says which file counts. */

#include "import.h"
#include "record_file.h"
#include "usage_stats.h"

struct usage_store;

/* `data` is --data's folder (BEDPLAN_DATA); NULL: $XDG_DATA_HOME/bedplan, or
 * ~/.local/share/bedplan. Without `write` a store that is not there is empty; with it
 * the folder is made, other writers are waited for, and leftovers of killed ones go.
 * Errors: ERR_DB, ERR_IO. */
NODISCARD enum err_code usage_store_open(struct usage_store **out, const char *data,
                                         bool write, struct arena *a, struct err *e);
void usage_store_close(struct usage_store *s);
const char *usage_store_folder(const struct usage_store *s);

struct usage_entry {
    int64_t id;
    const char *name;
    enum usage_kind kind;
    bool dated;
    int64_t generation; /* counts the imports */
    int64_t imported_unix_s;
    int64_t requests, errors, first_us, last_us, files;
    const char *requests_path; /* NULL: they were not kept */
};

NODISCARD enum err_code usage_store_list(struct usage_entry **out, size_t *count,
                                         struct usage_store *s, struct arena *a,
                                         struct err *e);
/* Errors: ERR_NOT_FOUND "no usage 'x', did you mean 'y'?". */
NODISCARD enum err_code usage_store_find(struct usage_entry *out, struct usage_store *s,
                                         const char *name, struct arena *a,
                                         struct err *e);
NODISCARD enum err_code usage_store_load(struct usage_stats *out, struct usage_store *s,
                                         const struct usage_entry *entry,
                                         struct arena *a, struct err *e);
/* In the order of their indices in the records. */
NODISCARD enum err_code usage_store_models(struct usage_models *out,
                                           struct usage_store *s, int64_t id,
                                           struct err *e);
NODISCARD enum err_code usage_store_files(struct import_file **out, size_t *count,
                                          struct usage_store *s, int64_t id,
                                          struct arena *a, struct err *e);

/* Where the requests of the next generation belong. */
const char *usage_store_next_path(const struct usage_store *s, const char *name,
                                  int64_t generation, struct arena *a);

/* All of one name in one transaction; then the old file of requests goes. `entry` of
 * usage_store_find(), or with id 0; `files` are all of them, old ones too. */
NODISCARD enum err_code
usage_store_save(struct usage_store *s, const struct usage_entry *entry,
                 const struct usage_stats *stats, const struct usage_models *models,
                 const struct import_file *files, size_t file_count, struct err *e);
NODISCARD enum err_code
usage_store_drop(struct usage_store *s, const struct usage_entry *entry, struct err *e);

/* Letters, digits and "._-", not starting with one of those: fit for a file's name. */
NODISCARD enum err_code usage_check_name(const char *name, struct err *e);

#endif
