#include "probe_store_private.h"

#include <stdlib.h>
#include <string.h>

#include "local_db_private.h"
#include "text.h"

enum { NAME_MAX_ = 64 };

/* clang-format off */
#define RUN(f, t) { #f, t, offsetof(struct probe_meta, f) }
const struct column probe_run_column[] = {
    RUN(name, COLUMN_TEXT), RUN(model, COLUMN_TEXT), RUN(region, COLUMN_TEXT),
    RUN(endpoint, COLUMN_TEXT), RUN(prompt, COLUMN_TEXT), RUN(price, COLUMN_TEXT),
    RUN(stream, COLUMN_BOOL), RUN(open_loop, COLUMN_BOOL), RUN(cache, COLUMN_BOOL),
    RUN(priced, COLUMN_BOOL), RUN(free_of_charge, COLUMN_BOOL), RUN(poisson, COLUMN_INT),
    RUN(concurrency, COLUMN_INT), RUN(requests, COLUMN_INT), RUN(for_ns, COLUMN_INT),
    RUN(max_tokens, COLUMN_INT), RUN(seed, COLUMN_INT), RUN(warmup, COLUMN_INT),
    RUN(rate_per_s, COLUMN_REAL), RUN(started_unix_ms, COLUMN_INT),
    RUN(finished, COLUMN_BOOL), RUN(stop, COLUMN_INT), RUN(measured_ns, COLUMN_INT),
    RUN(offered_ns, COLUMN_INT), RUN(in_flight_at_stop, COLUMN_INT),
    RUN(cut_off, COLUMN_INT), RUN(capped_starts, COLUMN_INT),
};
const size_t probe_run_columns = sizeof probe_run_column / sizeof *probe_run_column;

#define REQ(f, t) { #f, t, offsetof(struct probe_record, f) }
const struct column probe_request_column[] = {
    { "number", COLUMN_INT, offsetof(struct probe_record, index) },
    REQ(phase, COLUMN_ENUM), REQ(intended_ns, COLUMN_INT), REQ(start_ns, COLUMN_INT),
    REQ(connected_ns, COLUMN_INT), REQ(sent_ns, COLUMN_INT), REQ(headers_ns, COLUMN_INT),
    REQ(first_ns, COLUMN_INT), REQ(visible_ns, COLUMN_INT), REQ(last_ns, COLUMN_INT),
    REQ(end_ns, COLUMN_INT), REQ(new_connection, COLUMN_BOOL), REQ(cut_off, COLUMN_BOOL),
    REQ(known_tokens, COLUMN_BOOL), REQ(input_tokens, COLUMN_INT),
    REQ(output_tokens, COLUMN_INT), REQ(cache_read_tokens, COLUMN_INT),
    REQ(cache_write_tokens, COLUMN_INT), REQ(service_ms, COLUMN_INT),
    REQ(content_events, COLUMN_INT), REQ(reasoning_events, COLUMN_INT),
    REQ(wire_bytes, COLUMN_INT), REQ(failure, COLUMN_ENUM), REQ(http_status, COLUMN_ENUM),
    REQ(code, COLUMN_TEXT), REQ(message, COLUMN_TEXT), REQ(stop_reason, COLUMN_TEXT),
    REQ(priced, COLUMN_BOOL),
};
const size_t probe_request_columns =
    sizeof probe_request_column / sizeof *probe_request_column;
/* clang-format on */

/* Append only: people's files have already run the steps that shipped. Failures are
 * numbers of enum failure_class, which only grows. */
static const char *const steps[] = {
    /* 1 */
    "CREATE TABLE run ("
    "  id INTEGER PRIMARY KEY,"
    "  name TEXT NOT NULL UNIQUE CHECK (name <> ''),"
    "  model TEXT NOT NULL, region TEXT NOT NULL, endpoint TEXT NOT NULL,"
    "  prompt TEXT NOT NULL, price TEXT NOT NULL,"
    "  stream INTEGER NOT NULL, open_loop INTEGER NOT NULL, cache INTEGER NOT NULL,"
    "  priced INTEGER NOT NULL, free_of_charge INTEGER NOT NULL,"
    "  poisson INTEGER NOT NULL, concurrency INTEGER NOT NULL,"
    "  requests INTEGER NOT NULL, for_ns INTEGER NOT NULL,"
    "  max_tokens INTEGER NOT NULL, seed INTEGER NOT NULL, warmup INTEGER NOT NULL,"
    "  rate_per_s REAL NOT NULL, started_unix_ms INTEGER NOT NULL,"
    "  finished INTEGER NOT NULL CHECK (finished IN (0, 1)),"
    "  stop INTEGER NOT NULL, measured_ns INTEGER NOT NULL,"
    "  offered_ns INTEGER NOT NULL, in_flight_at_stop INTEGER NOT NULL,"
    "  cut_off INTEGER NOT NULL, capped_starts INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE request ("
    "  run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,"
    "  number INTEGER NOT NULL CHECK (number >= 0),"
    "  cost_nusd INTEGER NOT NULL," /* cost = cost_nusd 1e-9 + cost_rest 1e-18 USD */
    "  cost_rest INTEGER NOT NULL,"
    "  gaps_us BLOB," /* 32-bit little-endian numbers */
    "  phase INTEGER NOT NULL, intended_ns INTEGER NOT NULL,"
    "  start_ns INTEGER NOT NULL, connected_ns INTEGER NOT NULL,"
    "  sent_ns INTEGER NOT NULL, headers_ns INTEGER NOT NULL,"
    "  first_ns INTEGER NOT NULL, visible_ns INTEGER NOT NULL,"
    "  last_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,"
    "  new_connection INTEGER NOT NULL, cut_off INTEGER NOT NULL,"
    "  known_tokens INTEGER NOT NULL, input_tokens INTEGER NOT NULL,"
    "  output_tokens INTEGER NOT NULL, cache_read_tokens INTEGER NOT NULL,"
    "  cache_write_tokens INTEGER NOT NULL, service_ms INTEGER NOT NULL,"
    "  content_events INTEGER NOT NULL, reasoning_events INTEGER NOT NULL,"
    "  wire_bytes INTEGER NOT NULL, failure INTEGER NOT NULL,"
    "  http_status INTEGER NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL,"
    "  stop_reason TEXT NOT NULL, priced INTEGER NOT NULL,"
    "  PRIMARY KEY (run_id, number)"
    ") STRICT, WITHOUT ROWID;",
};
/* Commits reach the disk at checkpoints only: what a killed program has committed is
 * safe in the system's hands, and no commit waits. */
static const struct local_db_kind kind = {
    .part = "probe",
    .what = "probes",
    .application_id = 0x42504c50, /* "BPLP" */
    .steps = steps,
    .step_count = sizeof steps / sizeof *steps,
    .pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
               "PRAGMA foreign_keys = ON",
};

enum err_code probe_store_fail(const struct probe_store *s, struct err *e)
{
    return err_set(e, ERR_DB, "%s: %s", s->path, sqlite3_errmsg(s->db));
}

enum err_code probe_store_exec(struct probe_store *s, const char *sql, struct err *e)
{
    if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK) return OK;
    return probe_store_fail(s, e);
}

enum err_code probe_store_prepare(sqlite3_stmt **out, struct probe_store *s,
                                  const char *sql, struct err *e)
{
    if (sqlite3_prepare_v2(s->db, sql, -1, out, NULL) == SQLITE_OK) return OK;
    return probe_store_fail(s, e);
}

enum err_code probe_store_open(struct probe_store **out, const char *data, bool write,
                               struct arena *a, struct err *e)
{
    struct probe_store *s = calloc(1, sizeof *s);
    if (!s) return err_set(e, ERR_INTERNAL, "out of memory");
    if (local_db_open(&s->db, &s->path, &kind, data, write, a, e)) {
        probe_store_close(s);
        return e->code;
    }
    *out = s;
    return OK;
}

void probe_store_close(struct probe_store *s)
{
    if (!s) return;
    sqlite3_close(s->db);
    free(s);
}

enum err_code probe_store_drop(struct probe_store *s, int64_t id, struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (probe_store_prepare(&st, s, "DELETE FROM run WHERE id = ?", e)) return e->code;
    sqlite3_bind_int64(st, 1, id);
    if (sqlite3_step(st) != SQLITE_DONE) (void)probe_store_fail(s, e);
    sqlite3_finalize(st);
    return e->code;
}

enum err_code probe_check_name(const char *name, struct err *e)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    if (*name && strlen(name) <= NAME_MAX_ && !name[strspn(name, letters)] &&
        !strchr("._-", *name))
        return OK;
    return err_set(e, ERR_USAGE,
                   "'%.80s' cannot be a name: 1 to %d letters, digits, '.', '_' or "
                   "'-', a letter or digit first",
                   name, NAME_MAX_);
}
