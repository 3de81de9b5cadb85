#ifndef PROBE_STORE_H
#define PROBE_STORE_H

/* Runs of probes in SQLite, $XDG_DATA_HOME/bedplan/probe/probe.db: written by a thread
 * of its own while they happen, so that a kill loses what is in flight and no more. */

#include <stddef.h>

#include "arena.h"
#include "err.h"
#include "probe_record.h"

struct probe_store;

/* How a run was asked for, and how it ended. */
struct probe_meta {
    int64_t id;
    const char *name, *model, *region, *endpoint, *prompt, *price;
    bool stream, open_loop, cache, priced, free_of_charge;
    int64_t poisson, concurrency, requests, for_ns, max_tokens, seed, warmup;
    double rate_per_s;
    int64_t started_unix_ms;
    /* of the end; a run that was killed has finished = false */
    bool finished;
    int64_t stop; /* enum probe_stop */
    int64_t measured_ns, offered_ns, in_flight_at_stop, cut_off, capped_starts;
};

/* `data` as in usage_store_open(). Without `write` a store that is not there is empty.
 * Errors: ERR_DB, ERR_IO with the file's path. probe_store_close() accepts NULL. */
NODISCARD enum err_code probe_store_open(struct probe_store **out, const char *data,
                                         bool write, struct arena *a, struct err *e);
void probe_store_close(struct probe_store *s);

/* Oldest first. */
NODISCARD enum err_code probe_store_list(struct probe_meta **out, size_t *count,
                                         struct probe_store *s, struct arena *a,
                                         struct err *e);
/* Errors: ERR_NOT_FOUND with the nearest name. */
NODISCARD enum err_code probe_store_find(struct probe_meta *out, struct probe_store *s,
                                         const char *name, struct arena *a,
                                         struct err *e);
NODISCARD enum err_code probe_store_records(struct probe_record **out, size_t *count,
                                            struct probe_store *s, int64_t id,
                                            struct arena *a, struct err *e);
NODISCARD enum err_code probe_store_drop(struct probe_store *s, int64_t id,
                                         struct err *e);

/* Letters, digits and "._-", a letter or digit first. Errors: ERR_USAGE. */
NODISCARD enum err_code probe_check_name(const char *name, struct err *e);

/* The thread that writes one run. Adding never waits for the disk; what is added must
 * stay until the close. */
struct probe_writer;

/* Sets meta->id. Errors: ERR_USAGE the name is taken; ERR_DB. */
NODISCARD enum err_code probe_writer_open(struct probe_writer **out,
                                          struct probe_store *s,
                                          struct probe_meta *meta, struct err *e);
/* Errors: those of writing earlier records (a full disk). */
NODISCARD enum err_code probe_writer_add(struct probe_writer *w,
                                         const struct probe_record *r, struct err *e);
/* Writes what is left and how the run ended. Accepts NULL. */
NODISCARD enum err_code probe_writer_close(struct probe_writer *w,
                                           const struct probe_meta *meta,
                                           struct err *e);

#endif
