#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

struct secret_page {
    struct secret_page *before;
    size_t size, used; /* bytes, this head included */
};

static enum err_code add_page(struct secrets *s, size_t wanted, struct err *e)
{
    size_t unit = (size_t)sysconf(_SC_PAGESIZE);
    size_t size = (sizeof(struct secret_page) + wanted + unit - 1) / unit * unit;
    struct secret_page *page =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return err_set(e, ERR_IO, "no memory for secrets: %s", strerror(errno));
    madvise(page, size, MADV_DONTDUMP);
    madvise(page, size, MADV_WIPEONFORK); /* a child has no business with them */
    (void)!mlock(page, size);             /* best effort: small limits are common */
    *page = (struct secret_page){ s->last, size, sizeof *page };
    s->last = page;
    return OK;
}

enum err_code secret_bytes(char **out, struct secrets *s, size_t n, struct err *e)
{
    if (!s->last || n > s->last->size - s->last->used) {
        if (add_page(s, n, e)) return e->code;
    }
    *out = (char *)s->last + s->last->used;
    s->last->used += n;
    return OK;
}

enum err_code secret_keep(char **out, struct secrets *s, struct str text, struct err *e)
{
    char *copy = NULL;
    if (secret_bytes(&copy, s, text.n + 1, e)) return e->code;
    if (text.n) memcpy(copy, text.p, text.n);
    *out = copy;
    return OK;
}

enum err_code secret_file(char **out, size_t *size, struct secrets *s, const char *path,
                          size_t max_bytes, struct err *e)
{
    struct stat st;
    char *bytes = NULL;
    size_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        err_set(e, ERR_INPUT, "%s: %s", path, strerror(errno));
        goto done;
    }
    if (S_ISDIR(st.st_mode)) {
        err_set(e, ERR_INPUT, "%s: is a directory", path);
        goto done;
    }
    /* a pipe has no size: it gets the largest that is allowed */
    size_t room = S_ISREG(st.st_mode) ? (size_t)st.st_size : max_bytes;
    if (room > max_bytes) {
        err_set(e, ERR_INPUT, "%s: larger than %zu bytes", path, max_bytes);
        goto done;
    }
    if (secret_bytes(&bytes, s, room + 1, e)) goto done;
    while (n < room) {
        ssize_t got = read(fd, bytes + n, room - n);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            err_set(e, ERR_INPUT, "%s: %s", path, strerror(errno));
            goto done;
        }
        if (got == 0) break;
        n += (size_t)got;
    }
    *out = bytes;
    *size = n;
done:
    if (fd >= 0) close(fd);
    return e->code;
}

void secrets_clear(struct secrets *s)
{
    while (s->last) {
        struct secret_page *page = s->last;
        size_t size = page->size;
        s->last = page->before;
        secret_wipe(page, size);
        munmap(page, size);
    }
}

void secret_no_core(void)
{
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void secret_wipe(void *p, size_t n)
{
    if (n) explicit_bzero(p, n);
}

void secret_buf_reserve(struct buf *b, size_t n)
{
    if (b->p || n > b->max) return;
    b->p = malloc(n);
    if (!b->p) return; /* then it grows step by step */
    b->p[0] = '\0';
    b->cap = n;
}

void secret_buf_clear(struct buf *b)
{
    if (b->p) secret_wipe(b->p, b->cap);
    buf_clear(b);
}
