#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog_db_private.h"
#include "digest.h"
#include "file.h"
#include "overlay_private.h"
#include "str.h"

enum { HEAD_BYTES = 64 << 10, BLOCK = 1 << 18 };

/* What a file is, by words near its beginning: each kind has a key that no other has.
 * The first that is found counts. */
static const struct {
    const char *key;
    enum err_code (*read)(struct feed *f, struct feed_input *in, struct err *e);
} kinds[] = {
    { "\"offerCode\"", read_offer },
    { "\"PriceList\"", read_offer },
    { "\"modelSummaries\"", read_models },
    { "\"modelDetails\"", read_models },
    { "\"inferenceProfileSummaries\"", read_models },
    { "\"provisionedModelSummaries\"", read_models },
    { "\"Quotas\"", read_models },
    { "\"litellm_provider\"", read_litellm },
    { "\"amazon-bedrock\"", read_models_dev },
    { "model,", read_own_csv },
};

/* The file behind `path`; stdin goes to a nameless file first, for it is read twice. */
static enum err_code open_input(int *fd, const char *path, struct arena *a,
                                struct err *e)
{
    char name[] = "/tmp/bedplan-XXXXXX";
    ssize_t n = 0;
    if (strcmp(path, "-") != 0) {
        *fd = open(path, O_RDONLY | O_CLOEXEC);
        if (*fd < 0) return err_set(e, ERR_INPUT, "%s", strerror(errno));
        return OK;
    }
    *fd = mkstemp(name);
    if (*fd < 0) return err_set(e, ERR_IO, "%s: %s", name, strerror(errno));
    unlink(name);
    char *block = ARENA_NEW(a, char, BLOCK);
    while ((n = read(STDIN_FILENO, block, BLOCK)) > 0)
        if (write(*fd, block, (size_t)n) != n)
            return err_set(e, ERR_IO, "%s: %s", name, strerror(errno));
    return OK;
}

static enum err_code same_size(bool *out, sqlite3 *db, int64_t bytes, struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (db_prepare(&st, db, "SELECT 1 FROM import WHERE bytes = ?1", e)) return e->code;
    sqlite3_bind_int64(st, 1, bytes);
    if (db_step(st, out, e)) *out = false;
    sqlite3_finalize(st);
    return e->code;
}

bool feed_is_bulk(const struct feed_input *in)
{
    return memmem(in->bytes, in->size, "\"offerCode\"", 11) != NULL;
}

/* A large list that cannot be known is hashed while it is read, not before. */
static enum err_code peek(bool *later, struct feed_input *in, sqlite3 *db,
                          struct arena *a, struct err *e)
{
    char *head = ARENA_NEW(a, char, HEAD_BYTES + 1);
    struct stat st;
    bool known = true;
    *later = false;
    if (fstat(in->fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < BLOCK)
        return OK;
    ssize_t n = pread(in->fd, head, HEAD_BYTES, 0);
    if (n < 0) return err_set(e, ERR_INPUT, "%s", strerror(errno));
    in->bytes = head;
    in->size = (size_t)n;
    if (!feed_is_bulk(in)) return OK;
    if (same_size(&known, db, st.st_size, e)) return e->code;
    in->file_bytes = st.st_size;
    *later = !known;
    return OK;
}

/* Also fills the first bytes. */
static enum err_code hash_input(struct feed_input *in, sqlite3 *db, struct arena *a,
                                struct err *e)
{
    bool later = false;
    if (peek(&later, in, db, a, e) || later) return e->code;
    in->file_bytes = 0;
    unsigned char sum[DIGEST_SHA256_BYTES];
    char *head = ARENA_NEW(a, char, HEAD_BYTES + 1);
    char *block = ARENA_NEW(a, char, BLOCK);
    struct digest *hash = NULL;
    ssize_t n = 0;
    if (digest_open(&hash, e)) return e->code;
    lseek(in->fd, 0, SEEK_SET);
    while ((n = read(in->fd, block, BLOCK)) > 0) {
        if (in->file_bytes == 0) {
            in->size = (size_t)n < HEAD_BYTES ? (size_t)n : HEAD_BYTES;
            memcpy(head, block, in->size);
        }
        digest_add(hash, (struct str){ block, (size_t)n });
        in->file_bytes += n;
    }
    if (n < 0) err_set(e, ERR_INPUT, "%s", strerror(errno));
    digest_final(sum, hash);
    digest_close(hash);
    digest_hex(in->sha256, sum, sizeof sum);
    in->bytes = head;
    return e->code;
}

static enum err_code find_known(struct feed *f, const char *sha256, struct err *e)
{
    static const char sql[] =
        "SELECT id, source, kind, published, read, skipped FROM import"
        " WHERE sha256 = ?1";
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (db_prepare(&st, f->db, sql, e)) return e->code;
    sqlite3_bind_text(st, 1, sha256, -1, SQLITE_STATIC);
    if (!db_step(st, &row, e) && row) {
        f->result->known = true;
        f->import_id = sqlite3_column_int64(st, 0);
        f->result->source = db_text(st, 1, f->arena);
        f->result->kind = db_text(st, 2, f->arena);
        f->result->published = db_text(st, 3, f->arena);
        f->result->read = sqlite3_column_int64(st, 4);
        f->result->skipped = sqlite3_column_int64(st, 5);
        f->result->unchanged = f->result->read - f->result->skipped;
    }
    sqlite3_finalize(st);
    return e->code;
}

static enum err_code prepare(struct feed *f, struct err *e)
{
    if (db_prepare(&f->add_name, f->db, "INSERT INTO name VALUES (?1, ?2)", e) ||
        db_prepare(&f->add_class, f->db,
                   "INSERT INTO class VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
                   " ?11, ?12)",
                   e) ||
        db_prepare(&f->add_price, f->db,
                   "INSERT INTO feed VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
                   " ?11, ?12, ?13)",
                   e)) {
        return e->code;
    }
    return name_join_open(&f->join, f->catalog, f->arena, e);
}

static enum err_code write_skips(struct feed *f, struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (db_prepare(&st, f->db, "INSERT INTO skipped VALUES (?1, ?2, ?3, ?4)", e))
        return e->code;
    for (uint32_t i = 0; i < f->skipped.count; i++) {
        struct str why, what = str_cut(str_of(f->skipped.text[i]), '\n', &why);
        bool row = false;
        sqlite3_reset(st);
        sqlite3_bind_int64(st, 1, f->import_id);
        sqlite3_bind_text(st, 2, what.p, (int)what.n, SQLITE_STATIC);
        sqlite3_bind_text(st, 3, why.p, (int)why.n, SQLITE_STATIC);
        sqlite3_bind_int64(st, 4, f->skips[i]);
        if (db_step(st, &row, e)) break;
    }
    sqlite3_finalize(st);
    return e->code;
}

static enum err_code write_totals(struct feed *f, const struct feed_input *in,
                                  int64_t now_unix_s, struct err *e)
{
    static const char sql[] =
        "UPDATE import SET file = ?2, sha256 = ?3, bytes = ?4, imported_unix_s = ?5,"
        " read = ?6, added = ?7, changed = ?8, unchanged = ?9, skipped = ?10"
        " WHERE id = ?1";
    const struct feed_result *r = f->result;
    const char *slash = strrchr(in->path, '/');
    const int64_t bound[] = { in->file_bytes, now_unix_s,   r->read,   r->added,
                              r->changed,     r->unchanged, r->skipped };
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (db_prepare(&st, f->db, sql, e)) return e->code;
    sqlite3_bind_int64(st, 1, f->import_id);
    sqlite3_bind_text(st, 2, slash ? slash + 1 : in->path, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 3, in->sha256, -1, SQLITE_STATIC);
    for (int i = 0; i < 7; i++)
        sqlite3_bind_int64(st, i + 4, bound[i]);
    if (db_step(st, &row, e)) row = false;
    sqlite3_finalize(st);
    return e->code;
}

static enum err_code read_skips(struct feed *f, struct err *e)
{
    static const char sql[] = "SELECT what, why, sum(count) FROM skipped"
                              " WHERE import_id = ?1 GROUP BY what, why"
                              " ORDER BY sum(count) DESC, what, why";
    struct feed_result *r = f->result;
    sqlite3_stmt *st = NULL;
    size_t capacity = 0;
    bool more = false;
    if (db_prepare(&st, f->db, sql, e)) return e->code;
    sqlite3_bind_int64(st, 1, f->import_id);
    while (!db_step(st, &more, e) && more) {
        r->skip = arena_grow(f->arena, r->skip, &capacity, r->skip_count + 1,
                             sizeof *r->skip);
        r->skip[r->skip_count++] = (struct feed_skip){
            .what = db_text(st, 0, f->arena),
            .why = db_text(st, 1, f->arena),
            .count = sqlite3_column_int64(st, 2),
        };
    }
    sqlite3_finalize(st);
    return e->code;
}

static enum err_code read_content(struct feed *f, struct feed_input *in, struct err *e)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (memmem(in->bytes, in->size, kinds[i].key, strlen(kinds[i].key)))
            return kinds[i].read(f, in, e);
    return err_set(e, ERR_INPUT,
                   "neither a Bedrock price list, an answer of the Bedrock or Service "
                   "Quotas API, a public price map, nor CSV with a column 'model'");
}

/* One file, inside the caller's transaction. */
static enum err_code take(struct feed *f, struct feed_input *in,
                          const struct feed_options *o, struct err *e)
{
    f->options = o;
    f->sha256 = in->sha256;
    if (!find_known(f, in->sha256, e) && !f->result->known) {
        if (!prepare(f, e) && !read_content(f, in, e) && !write_skips(f, e))
            write_totals(f, in, o->now_unix_s, e);
        /* a price list of a region where nothing is sold is one all the same, and so is
         * the list of units of an account that has bought none */
        if (!e->code && !f->result->read &&
            strcmp(f->result->kind, "price-list") != 0 &&
            strcmp(f->result->kind, "provisioned-throughput") != 0)
            err_set(e, ERR_INPUT, "it holds no price and no fact");
    }
    if (!e->code) read_skips(f, e);
    sqlite3_finalize(f->add_name);
    sqlite3_finalize(f->add_class);
    sqlite3_finalize(f->add_price);
    return e->code;
}

static enum err_code make_folder(const char *path, struct arena *a, struct err *e)
{
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path) return OK;
    return file_make_dirs(arena_text_n(a, path, (size_t)(slash - path)), e);
}

static enum err_code import_file(struct feed_result *out, const char *path, sqlite3 *db,
                                 struct catalog *c, const struct feed_options *options,
                                 struct arena *a, struct err *e)
{
    struct feed_input in = { .path = strcmp(path, "-") == 0 ? "stdin" : path,
                             .fd = -1 };
    struct feed_result result = { .source = "", .kind = "", .published = "" };
    struct feed f = { .db = db, .catalog = c, .arena = a, .result = &result };
    f.names.arena = f.classes.arena = f.skipped.arena = a;
    if (!open_input(&in.fd, path, a, e) && !hash_input(&in, db, a, e) &&
        !take(&f, &in, options, e)) {
        *out = result;
    }
    if (in.fd >= 0) close(in.fd);
    return e->code ? err_wrap(e, "%s: ", in.path) : OK;
}

enum err_code catalog_import(struct feed_result *out, const char *const *paths,
                             size_t count, struct catalog *c,
                             const struct feed_options *options, struct arena *a,
                             struct err *e)
{
    sqlite3 *db = NULL;
    if (make_folder(options->overlay, a, e) ||
        overlay_open(&db, options->overlay, true, e)) {
        return e->code;
    }
    /* seven look-ups a price for numbers that were given out here: not in bulk */
    if (db_exec(db, "PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE", e)) goto done;
    for (size_t i = 0; i < count; i++)
        if (import_file(&out[i], paths[i], db, c, options, a, e)) break;
    if (e->code || db_exec(db, "COMMIT", e))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
done:
    sqlite3_close(db);
    return e->code;
}
