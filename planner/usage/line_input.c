#include "line_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "digest.h"

enum { STORED_BYTES = 128 * 1024, FIRST_TEXT_BYTES = 256 * 1024 };

struct line_input {
    int fd;
    bool started, gzip, member_ended, at_end; /* of the stored bytes: nothing more */
    bool inflating;                           /* zlib was set up */
    z_stream z;
    struct digest *sha;
    int64_t stored_bytes, number;
    char *text;
    size_t from, to, capacity; /* of the text: what is not taken yet */
    size_t searched;           /* from `from` on, known to hold no line end */
    char damage[120];
    unsigned char stored[STORED_BYTES];
};

enum err_code line_input_open(struct line_input **out, const char *path, struct err *e)
{
    struct line_input *in = calloc(1, sizeof *in);
    if (!in) return err_set(e, ERR_INTERNAL, "out of memory");
    bool standard = strcmp(path, "-") == 0;
    in->fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (in->fd < 0) {
        err_set(e, ERR_INPUT, "%s: %s", path, strerror(errno));
        line_input_close(in);
        return e->code;
    }
    in->capacity = FIRST_TEXT_BYTES;
    in->text = malloc(in->capacity);
    if (digest_open(&in->sha, e)) {
        line_input_close(in);
        return e->code;
    }
    if (!in->text) {
        line_input_close(in);
        return err_set(e, ERR_INTERNAL, "out of memory");
    }
    posix_fadvise(in->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    *out = in;
    return OK;
}

void line_input_close(struct line_input *in)
{
    if (!in) return;
    if (in->inflating) inflateEnd(&in->z);
    if (in->fd >= 0) close(in->fd);
    digest_close(in->sha);
    free(in->text);
    free(in);
}

static void damaged(struct line_input *in, const char *what)
{
    in->at_end = true;
    snprintf(in->damage, sizeof in->damage, "%s after %lld bytes", what,
             (long long)(in->stored_bytes - (int64_t)in->z.avail_in));
}

/* Stored bytes into `bytes`; 0 at the end. */
static size_t read_stored(struct line_input *in, void *bytes, size_t n)
{
    ssize_t got;
    do
        got = read(in->fd, bytes, n);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        snprintf(in->damage, sizeof in->damage, "%s", strerror(errno));
        in->at_end = true;
        return 0;
    }
    digest_add(in->sha, (struct str){ bytes, (size_t)got });
    in->stored_bytes += got;
    return (size_t)got;
}

static bool more_stored(struct line_input *in)
{
    in->z.next_in = in->stored;
    in->z.avail_in = (uInt)read_stored(in, in->stored, sizeof in->stored);
    return in->z.avail_in > 0;
}

/* gzip or not; plain text that was read to find out is moved to the text. */
static void start(struct line_input *in)
{
    in->started = true;
    if (!more_stored(in)) {
        in->at_end = true;
        return;
    }
    in->gzip = in->z.avail_in >= 2 && in->stored[0] == 0x1f && in->stored[1] == 0x8b;
    const int gzip_of_any_window = 15 + 16;
    if (in->gzip) {
        in->inflating = inflateInit2(&in->z, gzip_of_any_window) == Z_OK;
        if (!in->inflating) damaged(in, "gzip cannot be read");
        return;
    }
    memcpy(in->text, in->stored, in->z.avail_in);
    in->to = in->z.avail_in;
    in->z.avail_in = 0;
}

/* Between members; zero bytes of padding may follow the last. */
static void next_member(struct line_input *in)
{
    while (in->z.avail_in > 0 && *in->z.next_in == 0) {
        in->z.next_in++;
        in->z.avail_in--;
    }
    if (in->z.avail_in == 0) return;
    in->member_ended = false;
    inflateReset(&in->z);
}

/* Text behind `to`; false when there is none left. */
static bool more_inflated(struct line_input *in)
{
    in->z.next_out = (unsigned char *)in->text + in->to;
    in->z.avail_out = (uInt)(in->capacity - in->to);
    size_t room = in->z.avail_out;
    while (in->z.avail_out == room) {
        if (in->z.avail_in == 0 && !more_stored(in)) {
            if (!in->member_ended && !*in->damage) damaged(in, "gzip ends too early");
            in->at_end = true;
            return false;
        }
        if (in->member_ended) next_member(in);
        if (in->member_ended) continue;
        int result = inflate(&in->z, Z_NO_FLUSH);
        in->member_ended = result == Z_STREAM_END;
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
            damaged(in, "gzip is damaged");
            break;
        }
    }
    in->to += room - in->z.avail_out;
    return room > in->z.avail_out;
}

static bool more_text(struct line_input *in)
{
    if (!in->started) {
        start(in);
        if (in->to > in->from) return true;
    }
    if (in->at_end) return false;
    if (in->gzip) return more_inflated(in);
    size_t got = read_stored(in, in->text + in->to, in->capacity - in->to);
    in->to += got;
    in->at_end = in->at_end || got == 0;
    return got > 0;
}

/* Room behind `to`: what was taken goes, else the buffer doubles. */
static bool make_room(struct line_input *in, size_t most)
{
    if (in->from > 0) {
        memmove(in->text, in->text + in->from, in->to - in->from);
        in->to -= in->from;
        in->from = 0;
        if (in->to < in->capacity / 2) return true;
    }
    if (in->to < in->capacity) return true;
    if (in->capacity >= most) return false;
    char *grown = realloc(in->text, 2 * in->capacity);
    if (!grown) return false;
    in->text = grown;
    in->capacity *= 2;
    return true;
}

struct str line_input_peek(struct line_input *in)
{
    if (in->from == in->to) more_text(in);
    return (struct str){ in->text + in->from, in->to - in->from };
}

/* Drops text up to the next line end. */
static void skip_line(struct line_input *in)
{
    for (;;) {
        char *end = memchr(in->text + in->from, '\n', in->to - in->from);
        if (end) {
            in->from = (size_t)(end - in->text) + 1;
            return;
        }
        in->from = in->to = 0;
        if (!more_text(in)) return;
    }
}

/* Reads on behind the line that was just taken, which stays where it is. */
static bool nothing_follows(struct line_input *in)
{
    if (in->from < in->to) return false;
    return in->at_end || (in->to < in->capacity && !more_text(in));
}

bool line_input_next(struct line_input *in, struct str *line, bool *last,
                     bool *too_long)
{
    *too_long = *last = false;
    for (;;) {
        char *text = in->text + in->from;
        size_t n = in->to - in->from;
        char *end = memchr(text + in->searched, '\n', n - in->searched);
        in->searched = n;
        if (!end && !make_room(in, LINE_MAX_BYTES)) {
            *line = (struct str){ in->text, in->to < 64 ? in->to : 64 };
            *too_long = true;
            in->number++;
            in->searched = 0;
            skip_line(in); /* the beginning above is overwritten, but still text */
            return true;
        }
        if (!end && more_text(in)) continue;
        if (!end && n == 0) return false;
        size_t length = end ? (size_t)(end - text) : n;
        *line = (struct str){ in->text + in->from, length };
        in->from += length + (end != NULL);
        in->searched = 0;
        in->number++;
        *last = !end || nothing_follows(in);
        return true;
    }
}

int64_t line_input_number(const struct line_input *in)
{
    return in->number;
}

enum err_code line_input_all(struct line_input *in, struct str *text, size_t max_bytes,
                             struct err *e)
{
    do {
        if (in->to - in->from > max_bytes || !make_room(in, 2 * max_bytes))
            return err_set(e, ERR_INPUT, "larger than %zu bytes", max_bytes);
    } while (more_text(in));
    *text = (struct str){ in->text + in->from, in->to - in->from };
    in->from = in->to;
    return OK;
}

const char *line_input_damage(const struct line_input *in)
{
    return *in->damage ? in->damage : NULL;
}

int64_t line_input_bytes(struct line_input *in, char sha256[SHA_TEXT])
{
    unsigned char sum[DIGEST_SHA256_BYTES];
    while (read_stored(in, in->stored, sizeof in->stored) > 0)
        continue;
    digest_final(sum, in->sha);
    digest_hex(sha256, sum, sizeof sum);
    return in->stored_bytes;
}
