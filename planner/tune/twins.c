#include "twins.h"

/* 0.9 of all windows: one word changed in some 60. Below it, prompts made
 * of one template would be called nearly the same. */
static const double near_enough = 0.9;

enum { PROBES = 2, CANDIDATES = 8 };
/* bins of 32 that may differ then: 3.2 */
enum { NEAR_DIFFER = SKETCH_SIZE / 10 };

/* 64-bit hash → the newest record of it. Open addressing; an empty entry has value 0,
 * so values are indices + 1. */
struct hash_map {
    struct {
        uint64_t key;
        uint32_t value;
    } * entry;
    size_t size, count; /* size is a power of two */
};

struct kept {
    uint64_t whole, prompt;
    int64_t line;
    int file;
};

struct twins {
    struct arena *arena;
    struct kept *record;
    size_t count, capacity;
    struct hash_map whole, prompt, window;
    struct sketch *sketch;     /* of the first records */
    uint32_t (*older)[PROBES]; /* the record before with this window + 1 */
    size_t near_capacity, older_capacity;
};

struct twins *twins_new(struct arena *a)
{
    struct twins *t = ARENA_NEW(a, struct twins, 1);
    t->arena = a;
    return t;
}

/* The slot of a key: its own, or the empty one where it belongs. */
static uint32_t *slot(struct hash_map *m, uint64_t key)
{
    size_t i = (key * 0x9e3779b97f4a7c15U) >> 20 & (m->size - 1);
    while (m->entry[i].value && m->entry[i].key != key)
        i = (i + 1) & (m->size - 1);
    m->entry[i].key = key;
    return &m->entry[i].value;
}

static void grow(struct hash_map *m, struct arena *a)
{
    struct hash_map old = *m;
    if (m->count * 2 < m->size) return;
    m->size = m->size ? m->size * 4 : 4096;
    m->entry = arena_alloc(a, m->size, sizeof *m->entry);
    for (size_t i = 0; i < old.size; i++)
        if (old.entry[i].value) *slot(m, old.entry[i].key) = old.entry[i].value;
}

/* The record that had this key before (+ 1; 0 none); `index` has it from now on. */
static uint32_t replace(struct hash_map *m, uint64_t key, uint32_t index,
                        struct arena *a)
{
    grow(m, a);
    uint32_t *value = slot(m, key), before = *value;
    m->count += before == 0;
    *value = index + 1;
    return before;
}

/* The better of `best` and an earlier record. */
static struct twin nearer(const struct twins *t, const struct sketch *s, uint32_t index,
                          struct twin best)
{
    const struct sketch *other = &t->sketch[index];
    if (sketch_differs(s, other, NEAR_DIFFER)) return best;
    double alike = sketch_alike(s, other);
    if (alike < near_enough || alike <= best.alike) return best;
    const struct kept *r = &t->record[index];
    return (struct twin){ TWIN_NEAR, r->file, r->line, alike };
}

/* Texts alike have the same number in most bins: those with the same in one of the
 * first two are compared; 0.9 alike, 99 in 100 are. */
static struct twin add_near(struct twins *t, const struct sketch *s, uint32_t index)
{
    struct twin best = { 0 };
    t->sketch = arena_grow(t->arena, t->sketch, &t->near_capacity, index + 1U,
                           sizeof *t->sketch);
    t->older = arena_grow(t->arena, t->older, &t->older_capacity, index + 1U,
                          sizeof *t->older);
    t->sketch[index] = *s;
    if (!sketch_full(s)) return best;
    for (int p = 0; p < PROBES; p++) {
        if (!s->most[p]) continue;
        uint32_t before = replace(&t->window, s->most[p], index, t->arena);
        t->older[index][p] = before;
        for (int n = 0; n < CANDIDATES && before; n++) {
            best = nearer(t, s, before - 1, best);
            before = t->older[before - 1][p];
        }
    }
    return best;
}

static struct twin of_record(const struct twins *t, enum twin_kind kind,
                             uint32_t index_1)
{
    return (struct twin){ kind, t->record[index_1 - 1].file,
                          t->record[index_1 - 1].line, 0 };
}

struct twin twins_add(struct twins *t, const struct train_record *r, int file,
                      int64_t line)
{
    uint32_t index = (uint32_t)t->count;
    uint64_t whole = r->prompt_hash * 31 + r->answer_hash;
    struct twin found = { 0 }, near = { 0 };
    if (t->count == UINT32_MAX - 1) return found;
    t->record =
        arena_grow(t->arena, t->record, &t->capacity, t->count + 1, sizeof *t->record);
    t->record[t->count++] = (struct kept){ whole, r->prompt_hash, line, file };
    uint32_t same = replace(&t->whole, whole, index, t->arena);
    uint32_t asked = replace(&t->prompt, r->prompt_hash, index, t->arena);
    if (index < TWINS_NEAR_MAX) near = add_near(t, &r->sketch, index);
    if (same) return of_record(t, TWIN_SAME, same);
    if (asked && r->answer.p) return of_record(t, TWIN_CONTRADICTS, asked);
    return near;
}

bool twins_near_full(const struct twins *t)
{
    return t->count > TWINS_NEAR_MAX;
}
