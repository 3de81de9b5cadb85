/* Files to import, whatever the bytes: refused with a reason, or taken with every
 * record counted once; and a catalog with the overlay on it opens. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "feed.h"
#include "offer_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err_code any_product(void *to, const struct offer_header *h,
                                 const struct offer_product *p, struct err *e)
{
    (void)h;
    (void)e;
    *(size_t *)to += strlen(p->sku) < OFFER_TEXT;
    return OK;
}

static enum err_code any_price(void *to, const struct offer_header *h,
                               const struct offer_price *p, struct err *e)
{
    (void)h;
    (void)e;
    *(size_t *)to += strlen(p->usd) < OFFER_TEXT;
    return OK;
}

static enum err_code any_document(void *to, const struct offer_header *h, struct err *e)
{
    (void)e;
    *(size_t *)to += strlen(h->code) < OFFER_TEXT;
    return OK;
}

/* The same events in pieces of any size. */
static void read_in_pieces(const uint8_t *data, size_t size)
{
    size_t first = 0;
    enum err_code code = OK;
    for (size_t step = 1; step <= 64; step *= 8) {
        struct offer_header h = { { 0 }, { 0 }, { 0 } };
        struct err e = { 0 };
        size_t events = 0;
        struct offer_sink sink = { &events, any_product, any_price, any_document };
        enum err_code now =
            offer_stream_bytes(&h, (const char *)data, size, step, &sink, &e);
        if (step > 1) assert(now == code && events == first);
        code = now;
        first = events;
    }
}

static void import(const char *path, const char *overlay)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    struct catalog *c = NULL;
    struct feed_result r = { 0 };
    struct feed_options o = { .overlay = overlay,
                              .now_unix_s = 1795305600,
                              .region = "us-east-1" };
    if (catalog_open(&c, NULL, &e)) abort();
    enum err_code code = catalog_import(&r, (const char *[]){ path }, 1, c, &o, &a, &e);
    catalog_close(c);
    struct feed_import *im = NULL;
    size_t imports = 0;
    struct err e2 = { 0 };
    if (catalog_imports(&im, &imports, overlay, &a, &e2)) abort();
    assert(imports == (code == OK));
    if (!code) {
        assert(r.read == r.added + r.changed + r.unchanged + r.skipped);
        if (catalog_open_overlaid(&c, NULL, overlay, 1795305600, &e)) {
            fprintf(stderr, "%s\n", e.msg);
            abort();
        }
        catalog_close(c);
    }
    arena_clear(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64], overlay[64];
    int fd = memfd_create("f_import", 0);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size) abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    snprintf(overlay, sizeof overlay, "/dev/shm/f_import-%d.db", (int)getpid());
    unlink(overlay);
    read_in_pieces(data, size);
    import(path, overlay);
    unlink(overlay);
    close(fd);
    return 0;
}
