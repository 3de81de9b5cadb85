#include "arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Under ASan every allocation is a chunk of its own, exactly as long as asked for:
 * a thing that runs over its end is seen. */
#if defined(__SANITIZE_ADDRESS__)
#define ONE_BY_ONE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ONE_BY_ONE 1
#endif
#endif
#ifdef ONE_BY_ONE
enum { CHUNK_BYTES = 64 * 1024, LARGE_BYTES = 1 };
#else
enum { CHUNK_BYTES = 64 * 1024, LARGE_BYTES = CHUNK_BYTES / 4 };
#endif

struct arena_chunk {
    struct arena_chunk *before;
    size_t used, size;
    _Alignas(max_align_t) unsigned char bytes[];
};

static _Noreturn void exhausted(struct arena *a, size_t wanted_bytes)
{
    if (a->on_exhausted) a->on_exhausted(wanted_bytes);
    fprintf(stderr, "bedplan: out of memory (%zu bytes more were wanted)\n",
            wanted_bytes);
    exit(70);
}

static struct arena_chunk *new_chunk(struct arena *a, size_t room)
{
    struct arena_chunk *c = calloc(1, sizeof *c + room);
    if (!c) exhausted(a, room);
    c->size = room;
    return c;
}

/* A large thing gets a chunk behind the last, which small ones go on filling. */
static void *alloc_large(struct arena *a, size_t bytes)
{
    struct arena_chunk *c = new_chunk(a, bytes);
    struct arena_chunk **to = a->last ? &a->last->before : &a->last;
    c->used = bytes;
    c->before = *to;
    *to = c;
    return c->bytes;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    size_t align = _Alignof(max_align_t);
    if (size && count > (SIZE_MAX / 2) / size) exhausted(a, SIZE_MAX);
    size_t exact = count && size ? count * size : 1; /* nothing, too, has an address */
    if (exact >= LARGE_BYTES) return alloc_large(a, exact);
    size_t bytes = (exact + align - 1) & ~(align - 1);
    struct arena_chunk *c = a->last;
    if (!c || c->size - c->used < bytes) {
        c = new_chunk(a, CHUNK_BYTES);
        c->before = a->last;
        a->last = c;
    }
    void *p = c->bytes + c->used;
    c->used += bytes;
    return p;
}

char *arena_text_n(struct arena *a, const char *text, size_t bytes)
{
    char *p = arena_alloc(a, bytes + 1, 1);
    if (bytes) memcpy(p, text, bytes);
    return p;
}

char *arena_text(struct arena *a, const char *text)
{
    return arena_text_n(a, text, strlen(text));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0) n = 0;
    char *p = arena_alloc(a, (size_t)n + 1, 1);
    va_start(ap, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return p;
}

void *arena_grow(struct arena *a, void *array, size_t *capacity, size_t wanted,
                 size_t item_bytes)
{
    if (wanted <= *capacity && array) return array;
    if (wanted > SIZE_MAX / 4) exhausted(a, SIZE_MAX);
    size_t cap = *capacity ? *capacity : 16;
    while (cap < wanted)
        cap *= 2;
    void *p = arena_alloc(a, cap, item_bytes);
    if (array) memcpy(p, array, *capacity * item_bytes);
    *capacity = cap;
    return p;
}

void arena_clear(struct arena *a)
{
    for (struct arena_chunk *c = a->last, *before; c; c = before) {
        before = c->before;
        free(c);
    }
    a->last = NULL;
}
