#include "commit_private.h"

#include <assert.h>
#include <string.h>

/* The network. Nodes are the turns of the hours, 0 … T. Through every hour go `most`
 * units from the past to the future: existing commitments, purchases (arcs over their
 * hours) and levels left uncommitted (the arc t → t+1, the cheapest first). Surplus is
 * flow from t+1 back to t, for nothing, as far as the hour has room. Existing
 * commitments are not arcs: they leave less to send at node 0, more where they end.
 * Units are sent one after the other along the cheapest path of the residual network,
 * equal ones together.
 *
 * Labels are corrected in sweeps, forwards and backwards, block by block: paths of long
 * terms turn back rarely, so a few sweeps settle them, at a tenth of what a heap costs.
 * A block is settled with all before it prior to the next: paths of short terms turn
 * back often, but not far. */

enum { BLOCK = 64 }; /* nodes that share a mark */

#define NO_PATH (INT64_C(1) << 60)
#define OUTSIDE (INT64_C(1) << 59) /* label of nodes that no path reaches */

/* The last arc of a path; from 0 on the offer that is bought, below RETURNED the offer
 * RETURNED − 1 − i that is given back. */
enum { ALONG = -1, BACKWARDS = -2, NOWHERE = -3, RETURNED = -3 };

struct flow {
    const struct commit_offers *o;
    const struct commit_levels *l;
    int32_t nodes, blocks;
    int32_t left;          /* units to send */
    int32_t *excess;       /* units to send from a node; negative: to it */
    int64_t *label;        /* cost of the cheapest path to a node, NO_PATH */
    int32_t *via;          /* its last arc */
    uint8_t *ahead, *back; /* blocks whose labels are to be carried on */
    int32_t lowest;        /* block that changed backwards */
    int64_t *along, *against; /* what one more, one less unit across an hour costs */
    int32_t *crossing;        /* units across an hour; negative: surplus */
    size_t *run;              /* of the next unit across */
    int32_t *bought;
    int32_t *next, *ending; /* bought offers by end: lists */
};

/* Levels of an hour that cost nothing uncommitted: those above its own peak. */
static int32_t idle(const struct flow *f, int32_t t)
{
    return f->l->most - f->l->existing[t] - f->l->count[t];
}

/* Fewest units across an hour. */
static int32_t least(const struct flow *f, int32_t t)
{
    return f->l->most - f->l->existing[t] - f->l->room[t];
}

/* Units across hour t before those of a run. */
static int32_t run_begin(const struct flow *f, int32_t t, size_t run)
{
    return run == f->l->first[t] ? idle(f, t) : idle(f, t) + f->l->run[run - 1].upto;
}

/* The run of the last unit across hour t, which is no idle one. */
static size_t last_run(const struct flow *f, int32_t t)
{
    return f->crossing[t] == run_begin(f, t, f->run[t]) ? f->run[t] - 1 : f->run[t];
}

static void price_hour(struct flow *f, int32_t t)
{
    const struct commit_levels *l = f->l;
    int32_t n = f->crossing[t];
    size_t r = f->run[t], end = l->first[t + 1];
    while (r < end && n >= run_begin(f, t, r + 1))
        r++;
    while (r > l->first[t] && n < run_begin(f, t, r))
        r--;
    f->run[t] = r;
    f->along[t] = n < idle(f, t) ? 0 : r < end ? l->run[r].cost : COMMIT_NEVER;
    f->against[t] = n <= least(f, t)  ? COMMIT_NEVER
                    : n <= idle(f, t) ? 0
                                      : -l->run[last_run(f, t)].cost;
}

/* How many units may cross hour t at the price of the next, or of the last. */
static int32_t along_room(const struct flow *f, int32_t t)
{
    int32_t n = f->crossing[t];
    if (n < idle(f, t)) return idle(f, t) - n;
    return run_begin(f, t, f->run[t] + 1) - n;
}

static int32_t against_room(const struct flow *f, int32_t t)
{
    int32_t n = f->crossing[t];
    return n - (n <= idle(f, t) ? least(f, t) : run_begin(f, t, last_run(f, t)));
}

static inline void set(struct flow *f, int32_t node, int64_t label, int32_t via)
{
    f->label[node] = label;
    f->via[node] = via;
    f->ahead[node / BLOCK] = f->back[node / BLOCK] = 1;
}

static void sweep_ahead(struct flow *f, int32_t block)
{
    const struct commit_offer *offer = f->o->offer;
    int32_t end =
        (block + 1) * BLOCK < f->nodes - 1 ? (block + 1) * BLOCK : f->nodes - 1;
    for (int32_t t = block * BLOCK; t < end; t++) {
        int64_t here = f->label[t];
        if (here >= NO_PATH) continue;
        if (here + f->along[t] < f->label[t + 1])
            set(f, t + 1, here + f->along[t], ALONG);
        for (int32_t i = f->o->first[t]; i < f->o->first[t + 1]; i++) {
            int32_t to = offer[i].end;
            if (here + offer[i].cost < f->label[to])
                set(f, to, here + offer[i].cost, i);
        }
    }
    f->ahead[block] = 0;
}

static void set_back(struct flow *f, int32_t node, int64_t label, int32_t via)
{
    set(f, node, label, via);
    if (node / BLOCK < f->lowest) f->lowest = node / BLOCK;
}

static void sweep_back(struct flow *f, int32_t block)
{
    int32_t last = (block + 1) * BLOCK - 1;
    for (int32_t t = last < f->nodes ? last : f->nodes - 1; t >= block * BLOCK; t--) {
        int64_t here = f->label[t];
        if (here >= NO_PATH) continue;
        if (t > 0 && here + f->against[t - 1] < f->label[t - 1])
            set_back(f, t - 1, here + f->against[t - 1], BACKWARDS);
        for (int32_t i = f->ending[t]; i >= 0; i = f->next[i]) {
            int64_t label = here - f->o->offer[i].cost;
            int32_t start = f->o->offer[i].start;
            if (label < f->label[start]) set_back(f, start, label, RETURNED - 1 - i);
        }
    }
    f->back[block] = 0;
}

/* Every label that is marked is carried as far as it goes. */
static void settle(struct flow *f)
{
    for (int32_t block = 0; block < f->blocks; block++) {
        for (int32_t low = block; low < f->blocks;) {
            for (int32_t b = low; b <= block; b++)
                if (f->ahead[b]) sweep_ahead(f, b);
            f->lowest = f->blocks;
            for (int32_t b = block; b >= 0 && (b >= low || b >= f->lowest); b--)
                if (f->back[b]) sweep_back(f, b);
            low = f->lowest;
        }
    }
}

/* Labels of all nodes from those with excess. Returns the nearest that lacks. */
static int32_t find_path(struct flow *f)
{
    int32_t nearest = 0;
    for (int32_t t = 0; t < f->nodes; t++)
        f->label[t] = NO_PATH;
    for (int32_t t = 0; t < f->nodes; t++)
        if (f->excess[t] > 0) set(f, t, 0, NOWHERE);
    settle(f);
    for (int32_t t = 0; t < f->nodes; t++)
        if (f->excess[t] < 0 &&
            (f->excess[nearest] >= 0 || f->label[t] < f->label[nearest]))
            nearest = t;
    return nearest;
}

/* Nodes that no path reaches get labels too, high ones, so that the differences are
 * prices of a dual solution. */
static void label_outside(struct flow *f)
{
    bool any = false;
    for (int32_t t = 0; t < f->nodes; t++) {
        if (f->label[t] < NO_PATH) continue;
        set(f, t, OUTSIDE, NOWHERE);
        any = true;
    }
    if (any) settle(f);
}

/* The node before `node` on its path. */
static int32_t previous(const struct flow *f, int32_t node)
{
    int32_t via = f->via[node];
    if (via == ALONG) return node - 1;
    if (via == BACKWARDS) return node + 1;
    return via >= 0 ? f->o->offer[via].start : f->o->offer[RETURNED - 1 - via].end;
}

/* How many units may take the path to a node. */
static int32_t path_room(const struct flow *f, int32_t node)
{
    int32_t room = -f->excess[node];
    for (; f->via[node] != NOWHERE; node = previous(f, node)) {
        int32_t via = f->via[node], here = room;
        if (via == ALONG) here = along_room(f, node - 1);
        if (via == BACKWARDS) here = against_room(f, node);
        if (via < RETURNED) here = f->bought[RETURNED - 1 - via];
        if (here < room) room = here;
    }
    if (f->excess[node] < room) room = f->excess[node];
    assert(room > 0);
    return room;
}

static void cross(struct flow *f, int32_t hour, int32_t units)
{
    f->crossing[hour] += units;
    price_hour(f, hour);
}

static void buy(struct flow *f, int32_t i, int32_t units)
{
    int32_t end = f->o->offer[i].end;
    if (f->bought[i] == 0) {
        f->next[i] = f->ending[end];
        f->ending[end] = i;
    }
    f->bought[i] += units;
    if (f->bought[i] != 0) return;
    int32_t *link = &f->ending[end];
    while (*link != i)
        link = &f->next[*link];
    *link = f->next[i];
}

static void send(struct flow *f, int32_t node, int32_t units)
{
    f->excess[node] += units;
    while (f->via[node] != NOWHERE) {
        int32_t via = f->via[node], before = previous(f, node);
        if (via == ALONG) {
            cross(f, before, units);
        } else if (via == BACKWARDS) {
            cross(f, node, -units);
        } else if (via >= 0) {
            buy(f, via, units);
        } else {
            buy(f, RETURNED - 1 - via, -units);
        }
        node = before;
    }
    f->excess[node] -= units;
    f->left -= units;
}

static void find_excess(struct flow *f)
{
    const int32_t *existing = f->l->existing;
    int32_t last = f->nodes - 1;
    f->excess[0] = f->l->most - existing[0];
    for (int32_t t = 1; t < last; t++)
        f->excess[t] = existing[t - 1] - existing[t];
    f->excess[last] = existing[last - 1] - f->l->most;
    for (int32_t t = 0; t <= last; t++)
        if (f->excess[t] > 0) f->left += f->excess[t];
}

static struct flow start(const struct commit_offers *o, const struct commit_levels *l,
                         int64_t hours, struct arena *a)
{
    size_t n = (size_t)hours + 1;
    struct flow f = { .o = o, .l = l, .nodes = (int32_t)n };
    f.blocks = (f.nodes + BLOCK - 1) / BLOCK;
    f.label = ARENA_NEW(a, int64_t, n);
    f.via = ARENA_NEW(a, int32_t, n);
    f.ahead = ARENA_NEW(a, uint8_t, (size_t)f.blocks);
    f.back = ARENA_NEW(a, uint8_t, (size_t)f.blocks);
    f.along = ARENA_NEW(a, int64_t, n);
    f.against = ARENA_NEW(a, int64_t, n);
    f.crossing = ARENA_NEW(a, int32_t, n);
    f.run = ARENA_NEW(a, size_t, n);
    f.excess = ARENA_NEW(a, int32_t, n);
    f.next = ARENA_NEW(a, int32_t, (size_t)o->count + 1);
    f.ending = ARENA_NEW(a, int32_t, n);
    memset(f.ending, 0xff, n * sizeof *f.ending); /* −1 */
    memcpy(f.run, l->first, (n - 1) * sizeof *f.run);
    for (int32_t t = 0; t < f.nodes - 1; t++)
        price_hour(&f, t);
    find_excess(&f);
    return f;
}

bool commit_flow(int32_t *bought, int64_t *hour_price, const struct commit_offers *o,
                 const struct commit_levels *l, int64_t hours, struct arena *a)
{
    struct flow f = start(o, l, hours, a);
    f.bought = bought;
    bool priced = f.left > 0;
    while (f.left > 0) {
        int32_t to = find_path(&f);
        if (f.label[to] >= NO_PATH) return false;
        int32_t units = path_room(&f, to);
        if (units == f.left) label_outside(&f);
        send(&f, to, units);
    }
    for (int64_t t = 0; t < hours; t++)
        hour_price[t] = priced ? f.label[t + 1] - f.label[t] : 0;
    return true;
}
