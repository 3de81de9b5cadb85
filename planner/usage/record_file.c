#include "record_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

static const char magic[] = "bedplan requests 1\n";

enum {
    BLOCK_BYTES = 64 * 1024,
    MOST_RECORD_BYTES = 1 + 3 + 10 + 6 * 5 + 4,
    HEAD_BYTES = 12,
};

struct record_writer {
    FILE *f;
    int64_t last_us;
    uint32_t records;
    size_t n;
    unsigned char bytes[BLOCK_BYTES + MOST_RECORD_BYTES];
};

struct record_reader {
    FILE *f;
    char *path;
    int64_t last_us;
    uint32_t left; /* records of this block */
    const unsigned char *p, *end;
    unsigned char bytes[BLOCK_BYTES + MOST_RECORD_BYTES];
};

static void put_u32(unsigned char *p, uint32_t x)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(x >> 8 * i);
}

static uint32_t get_u32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

static void put_number(struct record_writer *w, uint64_t x)
{
    for (; x > 127; x >>= 7)
        w->bytes[w->n++] = (unsigned char)(x | 128);
    w->bytes[w->n++] = (unsigned char)x;
}

static enum err_code put_block(struct record_writer *w, struct err *e)
{
    unsigned char head[HEAD_BYTES];
    put_u32(head, (uint32_t)w->n);
    put_u32(head + 4, w->records);
    put_u32(head + 8, (uint32_t)crc32(0, w->bytes, (uInt)w->n));
    if (fwrite(head, 1, sizeof head, w->f) != sizeof head ||
        fwrite(w->bytes, 1, w->n, w->f) != w->n)
        return err_set(e, ERR_IO, "writing requests: %s", strerror(errno));
    w->n = w->records = 0;
    return OK;
}

enum err_code record_writer_open(struct record_writer **out, FILE *f, struct err *e)
{
    struct record_writer *w = calloc(1, sizeof *w);
    if (!w) return err_set(e, ERR_INTERNAL, "out of memory");
    w->f = f;
    if (fputs(magic, f) == EOF) {
        free(w);
        return err_set(e, ERR_IO, "writing requests: %s", strerror(errno));
    }
    *out = w;
    return OK;
}

enum err_code record_writer_add(struct record_writer *w, const struct usage_record *r,
                                struct err *e)
{
    w->bytes[w->n++] = r->status;
    put_number(w, r->model);
    put_number(w, (uint64_t)r->at_us - (uint64_t)w->last_us);
    put_number(w, r->input);
    put_number(w, r->cached);
    put_number(w, r->written);
    put_number(w, r->output);
    put_number(w, r->max_tokens);
    put_number(w, r->latency_ms);
    put_u32(w->bytes + w->n, r->id);
    w->n += 4;
    w->last_us = r->at_us;
    w->records++;
    return w->n >= BLOCK_BYTES ? put_block(w, e) : OK;
}

enum err_code record_writer_finish(struct record_writer *w, struct err *e)
{
    if (w->records && put_block(w, e)) return e->code;
    return put_block(w, e);
}

void record_writer_close(struct record_writer *w)
{
    free(w);
}

static enum err_code damaged(const struct record_reader *r, const char *what,
                             struct err *e)
{
    return err_set(e, ERR_DB, "%s: damaged: %s; drop this usage and import it again",
                   r->path, what);
}

static enum err_code next_block(struct record_reader *r, bool *more, struct err *e)
{
    unsigned char head[HEAD_BYTES];
    if (fread(head, 1, sizeof head, r->f) != sizeof head)
        return damaged(r, "it ends early", e);
    size_t bytes = get_u32(head);
    r->left = get_u32(head + 4);
    if (bytes > sizeof r->bytes) return damaged(r, "a block is too large", e);
    if (fread(r->bytes, 1, bytes, r->f) != bytes) return damaged(r, "it ends early", e);
    if (crc32(0, r->bytes, (uInt)bytes) != get_u32(head + 8))
        return damaged(r, "a check sum is wrong", e);
    r->p = r->bytes;
    r->end = r->bytes + bytes;
    *more = r->left > 0;
    return OK;
}

enum err_code record_reader_open(struct record_reader **out, const char *path,
                                 struct err *e)
{
    char start[sizeof magic] = "";
    struct record_reader *r = calloc(1, sizeof *r);
    if (!r || !(r->path = strdup(path))) {
        free(r);
        return err_set(e, ERR_INTERNAL, "out of memory");
    }
    r->f = fopen(path, "rbe");
    if (!r->f) {
        err_set(e, ERR_DB, "%s: %s", path, strerror(errno));
    } else if (fread(start, 1, sizeof magic - 1, r->f) != sizeof magic - 1 ||
               strcmp(start, magic) != 0) {
        damaged(r, "not a file of requests", e);
    }
    if (e->code) {
        record_reader_close(r);
        return e->code;
    }
    *out = r;
    return OK;
}

static uint64_t get_number(struct record_reader *r)
{
    uint64_t x = 0;
    for (int shift = 0; r->p < r->end && shift < 64; shift += 7) {
        unsigned char byte = *r->p++;
        x |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) break;
    }
    return x;
}

enum err_code record_reader_next(struct record_reader *r, struct usage_record *out,
                                 bool *more, struct err *e)
{
    *more = true;
    if (r->left == 0 && (next_block(r, more, e) || !*more)) return e->code;
    r->left--;
    struct usage_record q = { .status = r->p < r->end ? *r->p++ : USAGE_STATUSES };
    q.model = (uint16_t)get_number(r);
    q.at_us = (int64_t)((uint64_t)r->last_us + get_number(r));
    q.input = (uint32_t)get_number(r);
    q.cached = (uint32_t)get_number(r);
    q.written = (uint32_t)get_number(r);
    q.output = (uint32_t)get_number(r);
    q.max_tokens = (uint32_t)get_number(r);
    q.latency_ms = (uint32_t)get_number(r);
    if (r->end - r->p < 4 || q.status >= USAGE_STATUSES)
        return damaged(r, "a record makes no sense", e);
    q.id = get_u32(r->p);
    r->p += 4;
    r->last_us = q.at_us;
    *out = q;
    return OK;
}

void record_reader_close(struct record_reader *r)
{
    if (!r) return;
    if (r->f) fclose(r->f);
    free(r->path);
    free(r);
}
