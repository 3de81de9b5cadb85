#ifndef BASE_ARENA_H
#define BASE_ARENA_H

/* Memory that lives as long as one command. Everything is zeroed, nothing is
 * freed one by one, and no allocation returns NULL: exhaustion calls
 * `on_exhausted`, which must not return (the program exits 70, tests jump). */

#include <stdarg.h>
#include <stddef.h>

#include "err.h"
#include "str.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *last;
    void (*on_exhausted)(size_t wanted_bytes); /* NULL: message and exit 70 */
};

/* Zeroed, aligned memory for `count` things of `size` bytes.
 * Owns: the arena, until arena_clear(). */
void *arena_alloc(struct arena *a, size_t count, size_t size)
    __attribute__((returns_nonnull, malloc));

#define ARENA_NEW(a, T, count) ((T *)arena_alloc((a), (count), sizeof(T)))

/* Copies of text. */
char *arena_text(struct arena *a, const char *text);
char *arena_text_n(struct arena *a, const char *text, size_t bytes);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);

/* `*array` of `*capacity` items grown to hold `wanted`; the old items are copied.
 * Amortised: capacity doubles. Returns the (possibly moved) array. */
void *arena_grow(struct arena *a, void *array, size_t *capacity, size_t wanted,
                 size_t item_bytes) __attribute__((returns_nonnull));

/* Free everything. The arena can be used again. */
void arena_clear(struct arena *a);

#endif
