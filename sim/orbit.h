#ifndef SIM_ORBIT_H
#define SIM_ORBIT_H

/* Things that will happen: a heap of four children a node, by time and then by tag.
 * The tag orders equal times: completions before retries, then in file order. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

struct orbit_event {
    int64_t at_ns;
    uint64_t tag; /* retry << 63 | request << 2 | attempts so far */
};

struct orbit {
    struct orbit_event *event;
    size_t count, capacity;
    struct arena *arena;
};

static inline uint64_t orbit_completion(size_t request)
{
    return (uint64_t)request << 2;
}
static inline uint64_t orbit_retry(size_t request, int attempts)
{
    return UINT64_C(1) << 63 | (uint64_t)request << 2 | (uint64_t)attempts;
}
static inline bool orbit_is_retry(uint64_t tag)
{
    return tag >> 63;
}
static inline size_t orbit_request(uint64_t tag)
{
    return (size_t)(tag << 1 >> 3);
}
static inline int orbit_attempts(uint64_t tag)
{
    return (int)(tag & 3);
}

static inline bool orbit_before(struct orbit_event a, struct orbit_event b)
{
    return a.at_ns < b.at_ns || (a.at_ns == b.at_ns && a.tag < b.tag);
}

static inline void orbit_push(struct orbit *o, struct orbit_event v)
{
    if (o->count == o->capacity) {
        o->event = arena_grow(o->arena, o->event, &o->capacity, o->count + 1,
                              sizeof *o->event);
    }
    size_t i = o->count++;
    while (i > 0) {
        size_t parent = (i - 1) / 4;
        if (!orbit_before(v, o->event[parent])) break;
        o->event[i] = o->event[parent];
        i = parent;
    }
    o->event[i] = v;
}

static inline struct orbit_event orbit_pop(struct orbit *o)
{
    struct orbit_event *h = o->event, top = h[0], v = h[--o->count];
    size_t i = 0, n = o->count;
    for (;;) {
        size_t child = 4 * i + 1;
        if (child >= n) break;
        size_t end = child + 4 < n ? child + 4 : n, least = child;
        for (size_t c = child + 1; c < end; c++)
            if (orbit_before(h[c], h[least])) least = c;
        if (!orbit_before(h[least], v)) break;
        h[i] = h[least];
        i = least;
    }
    h[i] = v;
    return top;
}

#endif
