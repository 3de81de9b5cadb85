#ifndef SIM_ORBIT_H
#define SIM_ORBIT_H

/* Things that will happen, by time and then by tag: a wheel of time slots that goes
 * round once in the longest delay there is. With a slot or more for each event, adding
 * and taking cost the same however many there are; a heap cost four times as much.
 * The tag orders equal times: completions before retries, then in file order. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

struct orbit_event {
    int64_t at_ns;
    uint64_t tag; /* retry << 63 | request << 2 | attempts so far */
};

struct orbit_node {
    struct orbit_event event;
    int32_t next; /* of the slot, later; or of the free list; -1 none */
};

struct orbit {
    int64_t next_ns; /* of the first event; INT64_MAX: none */
    int32_t *slot;   /* first event of each, -1 none */
    uint64_t *taken; /* a bit a slot */
    size_t mask;     /* slots - 1 */
    int width_bits;  /* a slot is 2^width_bits ns */
    struct orbit_node *node;
    size_t nodes, capacity, events;
    int32_t free;
    struct arena *arena;
};

/* For delays of 0 … longest_ns and about `events` at a time. Owns: the arena. */
void orbit_init(struct orbit *o, int64_t longest_ns, double events, struct arena *a);

void orbit_push(struct orbit *o, struct orbit_event v);
/* The first event; there must be one. */
struct orbit_event orbit_pop(struct orbit *o);

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

#endif
