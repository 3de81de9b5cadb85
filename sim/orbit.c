#include "orbit.h"

#include <assert.h>
#include <string.h>

enum { WORD = 64, FEWEST_SLOTS = 64, MOST_SLOTS = 1 << 18 };

void orbit_init(struct orbit *o, int64_t longest_ns, double events, struct arena *a)
{
    size_t slots = FEWEST_SLOTS;
    while (slots < MOST_SLOTS && (double)slots < 2 * events)
        slots *= 2;
    int bits = 0;
    /* the slot of now and of the last possible event must differ */
    while ((longest_ns >> bits) + 2 > (int64_t)slots)
        bits++;
    *o = (struct orbit){ .next_ns = INT64_MAX,
                         .slot = ARENA_NEW(a, int32_t, slots),
                         .taken = ARENA_NEW(a, uint64_t, slots / WORD),
                         .mask = slots - 1,
                         .width_bits = bits,
                         .free = -1,
                         .arena = a };
    memset(o->slot, -1, slots * sizeof *o->slot);
}

static inline bool before(struct orbit_event a, struct orbit_event b)
{
    return a.at_ns < b.at_ns || (a.at_ns == b.at_ns && a.tag < b.tag);
}

static int32_t new_node(struct orbit *o)
{
    int32_t i = o->free;
    if (i >= 0) {
        o->free = o->node[i].next;
        return i;
    }
    assert(o->nodes < INT32_MAX);
    if (o->nodes == o->capacity) {
        o->node =
            arena_grow(o->arena, o->node, &o->capacity, o->nodes + 1, sizeof *o->node);
    }
    return (int32_t)o->nodes++;
}

static inline size_t slot_of(const struct orbit *o, int64_t at_ns)
{
    return (size_t)(at_ns >> o->width_bits) & o->mask;
}

void orbit_push(struct orbit *o, struct orbit_event v)
{
    int32_t i = new_node(o);
    size_t slot = slot_of(o, v.at_ns);
    int32_t *link = &o->slot[slot];
    while (*link >= 0 && before(o->node[*link].event, v))
        link = &o->node[*link].next;
    o->node[i] = (struct orbit_node){ v, *link };
    *link = i;
    o->taken[slot / WORD] |= UINT64_C(1) << slot % WORD;
    o->events++;
    if (v.at_ns < o->next_ns) o->next_ns = v.at_ns;
}

/* The first taken slot from `slot` on, around the wheel; there is one. */
static size_t next_taken(const struct orbit *o, size_t slot)
{
    size_t word = slot / WORD, words = (o->mask + 1) / WORD;
    uint64_t bits = o->taken[word] & UINT64_MAX << slot % WORD;
    while (!bits) {
        word = (word + 1) & (words - 1);
        bits = o->taken[word];
    }
    return word * WORD + (size_t)__builtin_ctzll(bits);
}

struct orbit_event orbit_pop(struct orbit *o)
{
    size_t slot = slot_of(o, o->next_ns);
    int32_t i = o->slot[slot];
    struct orbit_event v = o->node[i].event;
    o->slot[slot] = o->node[i].next;
    o->node[i].next = o->free;
    o->free = i;
    o->events--;
    if (o->slot[slot] < 0) {
        o->taken[slot / WORD] &= ~(UINT64_C(1) << slot % WORD);
        if (o->events == 0) {
            o->next_ns = INT64_MAX;
            return v;
        }
        slot = next_taken(o, slot);
    }
    o->next_ns = o->node[o->slot[slot]].event.at_ns;
    return v;
}
