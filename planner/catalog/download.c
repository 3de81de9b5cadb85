#include "download.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "text.h"

enum { ATTEMPTS = 3, FIRST_PAUSE_MS = 250, ETAG_ROOM = 200 };
#define DOWNLOAD_MAX_BYTES (INT64_C(2) << 30)

/* One attempt. */
struct transfer {
    FILE *part;
    int64_t at;       /* bytes of the part */
    int64_t expected; /* of the whole; -1 not said */
    int64_t received;
    int status;
    char etag[ETAG_ROOM];
    bool failed, ended; /* failed: the disk */
    struct http_end end;
    const char *path;
};

static bool header_is(struct str name, const char *want)
{
    return name.n == strlen(want) && strncasecmp(name.p, want, name.n) == 0;
}

static void on_status(void *context, int status)
{
    struct transfer *t = context;
    t->status = status;
    if (status == 200 && t->at) { /* the whole again: it changed meanwhile */
        t->failed = ftruncate(fileno(t->part), 0) != 0;
        rewind(t->part);
        t->at = 0;
    }
}

static void on_header(void *context, struct str name, struct str value)
{
    struct transfer *t = context;
    char text[32];
    if (header_is(name, "etag") && value.n < sizeof t->etag) {
        memcpy(t->etag, value.p, value.n);
        t->etag[value.n] = '\0';
    }
    if (!header_is(name, "content-length") || value.n >= sizeof text) return;
    memcpy(text, value.p, value.n);
    text[value.n] = '\0';
    t->expected = t->at + strtoll(text, NULL, 10);
}

static bool on_bytes(void *context, struct str bytes, int64_t at_ns)
{
    struct transfer *t = context;
    (void)at_ns;
    if (t->status != 200 && t->status != 206) return true; /* words of an error */
    t->failed = t->failed || fwrite(bytes.p, 1, bytes.n, t->part) != bytes.n;
    t->at += (int64_t)bytes.n;
    t->received += (int64_t)bytes.n;
    return !t->failed && t->at <= DOWNLOAD_MAX_BYTES;
}

static void on_end(void *context, const struct http_end *end)
{
    struct transfer *t = context;
    t->end = *end;
    t->ended = true;
}

static char *read_etag(const char *path, struct arena *a)
{
    char *text = NULL;
    size_t n = 0;
    struct err none = { 0 };
    if (access(path, R_OK) != 0 || file_read(&text, &n, path, ETAG_ROOM, a, &none))
        return NULL;
    return n ? text : NULL;
}

static enum err_code write_etag(const char *path, const char *etag, struct err *e)
{
    struct file_out f;
    if (file_out_open(&f, path, e)) return e->code;
    fputs(etag, f.stream);
    return file_out_commit(&f, e);
}

static enum err_code attempt(struct transfer *t, struct http *h, const char *url,
                             const char *etag, bool have, struct arena *a,
                             struct err *e)
{
    struct sign_header header[2];
    size_t headers = 0;
    struct http_sink sink = { t, on_status, on_header, on_bytes, on_end };
    if (have && etag) {
        header[headers++] = (struct sign_header){ "If-None-Match", etag };
    } else if (t->at && etag) {
        header[headers++] = (struct sign_header){ "If-Range", etag };
        header[headers++] =
            (struct sign_header){ "Range",
                                  arena_printf(a, "bytes=%lld-", (long long)t->at) };
    }
    struct http_request r = {
        .method = "GET", .url = url, .header = header, .headers = headers
    };
    if (http_start(h, &r, sink, e)) return e->code;
    while (!t->ended)
        if (http_run(h, http_now_ns() + 1000000000, e)) return e->code;
    if (fflush(t->part) != 0 || t->failed)
        return err_set(e, ERR_IO, "%s: %s", t->path, strerror(errno));
    return OK;
}

/* Whole, by what the server said of its length. */
static bool is_whole(const struct transfer *t)
{
    return t->end.trouble == HTTP_DONE && (t->status == 200 || t->status == 206) &&
           (t->expected < 0 || t->at == t->expected);
}

static bool may_repeat(const struct transfer *t)
{
    if (t->end.trouble != HTTP_DONE) return t->end.trouble != HTTP_STOPPED;
    return t->status == 429 || t->status >= 500 || t->status == 416 ||
           t->status == 200 || t->status == 206;
}

static enum err_code give_up(const struct transfer *t, const char *url, struct err *e)
{
    if (t->end.trouble != HTTP_DONE)
        return err_set(e, ERR_NET, "%s: %s after %lld bytes; run it again to go on",
                       url, t->end.words, (long long)t->at);
    if (t->status == 200 || t->status == 206)
        return err_set(e, ERR_NET,
                       "%s: ended after %lld of %lld bytes; run it again to "
                       "go on",
                       url, (long long)t->at, (long long)t->expected);
    return err_set(e, ERR_NET, "%s: HTTP status %d", url, t->status);
}

static void pause_before(int attempt)
{
    long ms = (long)FIRST_PAUSE_MS << attempt;
    struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
    nanosleep(&t, NULL);
}

/* The part where it stands, when its version is known; else from the beginning. */
static enum err_code open_part(struct transfer *t, const char *part, bool go_on,
                               struct err *e)
{
    struct stat st;
    t->part = fopen(part, go_on ? "ab" : "wb");
    if (!t->part) return err_set(e, ERR_IO, "%s: %s", part, strerror(errno));
    t->at = fstat(fileno(t->part), &st) == 0 ? (int64_t)st.st_size : 0;
    t->expected = -1;
    return OK;
}

enum err_code download_file(struct download *out, struct http *h, const char *url,
                            const char *path, struct arena *a, struct err *e)
{
    const char *part = arena_printf(a, "%s.part", path);
    const char *etag_path = arena_printf(a, "%s.etag", path);
    bool have = access(path, R_OK) == 0;
    *out = (struct download){ 0 };
    for (int i = 0;; i++) {
        struct transfer t = { .path = part };
        const char *etag = read_etag(etag_path, a);
        if (open_part(&t, part, !have && etag, e)) return e->code;
        if (i == 0) out->resumed_at = t.at;
        int64_t before = t.at;
        enum err_code code = attempt(&t, h, url, etag, have, a, e);
        fclose(t.part);
        out->bytes += t.received;
        if (code) return code;
        if (before && t.at == t.received) out->resumed_at = 0;
        if (t.status == 304) {
            unlink(part);
            out->unchanged = true;
            return OK;
        }
        if (*t.etag && (t.status == 200 || t.status == 206) &&
            write_etag(etag_path, t.etag, e))
            return e->code;
        if (is_whole(&t)) {
            if (rename(part, path) == 0) return OK;
            return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
        }
        if (t.status == 416) unlink(part); /* it is not the same file any more */
        if (i + 1 == ATTEMPTS || !may_repeat(&t)) return give_up(&t, url, e);
        have = false; /* what was there is older than what began to come */
        pause_before(i);
    }
}
