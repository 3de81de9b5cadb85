#include "usage_stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* 10 MB, and as much for the copy that qsort() makes of it. */
enum { RUN_RECORDS = 256 * 1024, MERGE_BUFFER_RECORDS = 256 * 1024 };

struct run {
    off_t next, end; /* bytes of the file not yet in the buffer */
    struct usage_record *buffer;
    size_t at, count;
};

struct usage_stage {
    int fd;
    size_t run_records;
    struct usage_record *buffer; /* of the run that is being filled; then of merging */
    size_t filled, at, total;
    bool sorted; /* the buffer is in order so far */
    struct run *run;
    size_t runs, run_capacity;
    size_t *heap, heap_count; /* runs by their first record */
    size_t share;             /* of the buffer for each run */
};

static enum err_code failed(const char *doing, struct err *e)
{
    return err_set(e, ERR_IO, "%s a temporary file: %s", doing, strerror(errno));
}

enum err_code usage_stage_open(struct usage_stage **out, const char *folder,
                               size_t run_records, struct err *e)
{
    struct usage_stage *s = calloc(1, sizeof *s);
    if (!s) return err_set(e, ERR_INTERNAL, "out of memory");
    s->run_records = run_records ? run_records : RUN_RECORDS;
    s->sorted = true;
    s->fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (s->fd < 0) { /* not every file system can */
        char name[4096];
        snprintf(name, sizeof name, "%s/sort-XXXXXX", folder);
        s->fd = mkostemp(name, O_CLOEXEC);
        if (s->fd >= 0) unlink(name);
    }
    s->buffer = calloc(s->run_records, sizeof *s->buffer);
    if (s->fd < 0 || !s->buffer) {
        enum err_code code = s->buffer ? failed("creating", e)
                                       : err_set(e, ERR_INTERNAL, "out of memory");
        usage_stage_close(s);
        return code;
    }
    *out = s;
    return OK;
}

void usage_stage_close(struct usage_stage *s)
{
    if (!s) return;
    if (s->fd >= 0) close(s->fd);
    free(s->buffer);
    free(s->run);
    free(s->heap);
    free(s);
}

static enum err_code write_all(int fd, const void *bytes, size_t n, struct err *e)
{
    for (const char *p = bytes; n > 0;) {
        ssize_t wrote = write(fd, p, n);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return failed("writing", e);
        p += wrote;
        n -= (size_t)wrote;
    }
    return OK;
}

static void sort_buffer(struct usage_stage *s)
{
    if (!s->sorted) qsort(s->buffer, s->filled, sizeof *s->buffer, usage_record_order);
    s->sorted = true;
}

static enum err_code flush_run(struct usage_stage *s, struct err *e)
{
    off_t start = s->runs ? s->run[s->runs - 1].end : 0;
    size_t bytes = s->filled * sizeof *s->buffer;
    if (s->filled == 0) return OK;
    sort_buffer(s);
    if (write_all(s->fd, s->buffer, bytes, e)) return e->code;
    if (s->runs == s->run_capacity) {
        size_t wanted = s->run_capacity ? 2 * s->run_capacity : 16;
        struct run *grown = realloc(s->run, wanted * sizeof *grown);
        if (!grown) return err_set(e, ERR_INTERNAL, "out of memory");
        s->run = grown;
        s->run_capacity = wanted;
    }
    s->run[s->runs++] = (struct run){ .next = start, .end = start + (off_t)bytes };
    s->filled = 0;
    return OK;
}

enum err_code usage_stage_add(struct usage_stage *s, const struct usage_record *r,
                              struct err *e)
{
    if (s->filled == s->run_records && flush_run(s, e)) return e->code;
    if (s->filled > 0 && usage_record_order(&s->buffer[s->filled - 1], r) > 0)
        s->sorted = false;
    s->buffer[s->filled++] = *r;
    s->total++;
    return OK;
}

size_t usage_stage_count(const struct usage_stage *s)
{
    return s->total;
}

/* The next records of a run; count 0 at its end. */
static enum err_code refill(struct usage_stage *s, struct run *r, struct err *e)
{
    size_t left = (size_t)(r->end - r->next) / sizeof *r->buffer;
    size_t want = (left < s->share ? left : s->share) * sizeof *r->buffer, got = 0;
    while (got < want) {
        ssize_t n = pread(s->fd, (char *)r->buffer + got, want - got, r->next);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return failed("reading", e);
        got += (size_t)n;
        r->next += n;
    }
    r->at = 0;
    r->count = want / sizeof *r->buffer;
    return OK;
}

static bool before(const struct usage_stage *s, size_t a, size_t b)
{
    const struct run *x = &s->run[a], *y = &s->run[b];
    return usage_record_order(&x->buffer[x->at], &y->buffer[y->at]) < 0;
}

static void sift_down(struct usage_stage *s, size_t i)
{
    for (;;) {
        size_t least = i, left = 2 * i + 1, right = left + 1;
        if (left < s->heap_count && before(s, s->heap[left], s->heap[least]))
            least = left;
        if (right < s->heap_count && before(s, s->heap[right], s->heap[least]))
            least = right;
        if (least == i) return;
        size_t swap = s->heap[i];
        s->heap[i] = s->heap[least];
        s->heap[least] = swap;
        i = least;
    }
}

static enum err_code start_merge(struct usage_stage *s, struct err *e)
{
    s->share = MERGE_BUFFER_RECORDS / s->runs;
    if (s->share < 1) s->share = 1;
    s->heap = calloc(s->runs, sizeof *s->heap);
    struct usage_record *buffer = calloc(s->share * s->runs, sizeof *buffer);
    if (!s->heap || !buffer) {
        free(buffer);
        return err_set(e, ERR_INTERNAL, "out of memory");
    }
    free(s->buffer);
    s->buffer = buffer;
    for (size_t i = 0; i < s->runs; i++) {
        s->run[i].buffer = buffer + i * s->share;
        if (refill(s, &s->run[i], e)) return e->code;
        s->heap[s->heap_count++] = i;
    }
    for (size_t i = s->heap_count; i-- > 0;)
        sift_down(s, i);
    return OK;
}

enum err_code usage_stage_sort(struct usage_stage *s, struct err *e)
{
    if (s->runs == 0) { /* all of it fits */
        sort_buffer(s);
        return OK;
    }
    if (flush_run(s, e)) return e->code;
    return start_merge(s, e);
}

enum err_code usage_stage_next(struct usage_stage *s, struct usage_record *r,
                               bool *more, struct err *e)
{
    *more = s->runs ? s->heap_count > 0 : s->at < s->filled;
    if (!*more) return OK;
    if (!s->runs) {
        *r = s->buffer[s->at++];
        return OK;
    }
    struct run *first = &s->run[s->heap[0]];
    *r = first->buffer[first->at++];
    if (first->at == first->count && refill(s, first, e)) return e->code;
    if (first->count == 0) s->heap[0] = s->heap[--s->heap_count];
    sift_down(s, 0);
    return OK;
}
