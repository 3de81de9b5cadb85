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
    int32_t *excess;    /* units to send from a node; negative: to it */
    int32_t *end, ends; /* nodes that have had some */
    int32_t left;       /* units to send */
    int64_t *label;     /* cost of the cheapest path to a node, NO_PATH */
    int32_t *via;       /* its last arc */
    bool *ahead, *back; /* blocks whose labels are to be carried on */
    int32_t lowest;     /* block that changed backwards */
    int32_t *crossing;  /* units across an hour; negative: surplus */
    int64_t *along;     /* what one more unit across an hour costs, … */
    int32_t *upto;      /* until so many cross */
    int64_t *against;   /* what one unit less costs, … */
    int32_t *downto;    /* until so few cross */
    size_t *run;        /* of the unit that `along` is about */
    int32_t *bought;
    int32_t *next, *ending; /* bought offers by end: lists */
};

/* Levels of an hour that cost nothing uncommitted: those above its own peak. */
static int32_t idle(const struct flow *f, int32_t t)
{
    return f->l->most - f->l->existing[t] - f->l->count[t];
}

/* Sets what a unit more or less across hour t costs, and how far. */
static void price_hour(struct flow *f, int32_t t)
{
    const struct commit_levels *l = f->l;
    int32_t n = f->crossing[t], free = idle(f, t);
    size_t r = f->run[t], begin = l->first[t], end = l->first[t + 1];
    while (r < end && n >= free + l->run[r].upto)
        r++;
    while (r > begin && n < free + l->run[r - 1].upto)
        r--;
    f->run[t] = r;
    f->along[t] = n < free ? 0 : r < end ? l->run[r].cost : COMMIT_NEVER;
    f->upto[t] = n < free ? free : r < end ? free + l->run[r].upto : n;

    if (n <= free) { /* fewest: `most` less the existing and what the hour may hold */
        f->downto[t] = free + l->count[t] - l->room[t];
        f->against[t] = n > f->downto[t] ? 0 : COMMIT_NEVER;
        return;
    }
    if (r == end || n == (r > begin ? free + l->run[r - 1].upto : free)) r--;
    f->against[t] = -l->run[r].cost;
    f->downto[t] = r > begin ? free + l->run[r - 1].upto : free;
}

static void mark(struct flow *f, int32_t node)
{
    f->ahead[node / BLOCK] = f->back[node / BLOCK] = true;
}

/* The first time through, all blocks from this one on are marked anyway. */
static inline void sweep_ahead(struct flow *f, int32_t block, bool again)
{
    const struct commit_offer *offer = f->o->offer;
    const int32_t *first = f->o->first;
    const int64_t *along = f->along;
    int64_t *restrict label = f->label;
    int32_t *restrict via = f->via;
    int32_t end = (block + 1) * BLOCK;
    if (end > f->nodes - 1) end = f->nodes - 1;
    for (int32_t t = block * BLOCK, i = first[t]; t < end; t++) {
        int64_t here = label[t], there = here + along[t];
        int32_t last = first[t + 1];
        if (here >= NO_PATH) {
            i = last;
            continue;
        }
        if (there < label[t + 1]) {
            label[t + 1] = there;
            via[t + 1] = ALONG;
            if (again) mark(f, t + 1);
        }
        for (; i < last; i++) {
            int32_t to = offer[i].end;
            there = here + offer[i].cost;
            if (there >= label[to]) continue;
            label[to] = there;
            via[to] = i;
            if (again) mark(f, to);
        }
    }
    f->ahead[block] = false;
}

static void set_back(struct flow *f, int32_t node, int64_t label, int32_t via)
{
    f->label[node] = label;
    f->via[node] = via;
    mark(f, node);
    if (node / BLOCK < f->lowest) f->lowest = node / BLOCK;
}

static void sweep_back(struct flow *f, int32_t block)
{
    const int64_t *against = f->against;
    const int32_t *ending = f->ending;
    int32_t last = (block + 1) * BLOCK - 1;
    if (last > f->nodes - 1) last = f->nodes - 1;
    for (int32_t t = last; t >= block * BLOCK; t--) {
        int64_t here = f->label[t];
        if (here >= NO_PATH) continue;
        if (t > 0 && here + against[t - 1] < f->label[t - 1])
            set_back(f, t - 1, here + against[t - 1], BACKWARDS);
        for (int32_t i = ending[t]; i >= 0; i = f->next[i]) {
            int64_t label = here - f->o->offer[i].cost;
            int32_t start = f->o->offer[i].start;
            if (label < f->label[start]) set_back(f, start, label, RETURNED - 1 - i);
        }
    }
    f->back[block] = false;
}

/* Every label is carried as far as it goes. */
static void settle(struct flow *f)
{
    memset(f->ahead, true, (size_t)f->blocks * sizeof *f->ahead);
    memset(f->back, true, (size_t)f->blocks * sizeof *f->back);
    for (int32_t block = 0; block < f->blocks; block++) {
        sweep_ahead(f, block, false);
        for (int32_t low = block; low < f->blocks;) {
            for (int32_t b = low; b <= block; b++)
                if (f->ahead[b]) sweep_ahead(f, b, true);
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
    int32_t nearest = -1;
    for (int32_t t = 0; t < f->nodes; t++)
        f->label[t] = NO_PATH;
    for (int32_t i = 0; i < f->ends; i++) {
        if (f->excess[f->end[i]] <= 0) continue;
        f->label[f->end[i]] = 0;
        f->via[f->end[i]] = NOWHERE;
    }
    settle(f);
    for (int32_t i = 0; i < f->ends; i++) {
        int32_t t = f->end[i];
        if (f->excess[t] < 0 && (nearest < 0 || f->label[t] < f->label[nearest]))
            nearest = t;
    }
    return nearest;
}

/* Nodes that no path reaches get labels too, high ones, so that the differences are
 * prices of a dual solution. */
static void label_outside(struct flow *f)
{
    bool any = false;
    for (int32_t t = 0; t < f->nodes; t++) {
        if (f->label[t] < NO_PATH) continue;
        f->label[t] = OUTSIDE;
        any = true;
    }
    if (any) settle(f);
}

/* The node before `node` on its path. */
static inline int32_t previous(const struct flow *f, int32_t node)
{
    int32_t via = f->via[node];
    if (via == ALONG) return node - 1;
    if (via == BACKWARDS) return node + 1;
    return via >= 0 ? f->o->offer[via].start : f->o->offer[RETURNED - 1 - via].end;
}

/* How many units may take the path to a node. */
static int32_t path_room(const struct flow *f, int32_t node)
{
    int32_t room = -f->excess[node], via = f->via[node];
    while (via != NOWHERE) {
        int32_t here = room;
        if (via == ALONG) {
            node--;
            here = f->upto[node] - f->crossing[node];
        } else {
            if (via == BACKWARDS) here = f->crossing[node] - f->downto[node];
            if (via < RETURNED) here = f->bought[RETURNED - 1 - via];
            node = previous(f, node);
        }
        if (here < room) room = here;
        via = f->via[node];
    }
    if (f->excess[node] < room) room = f->excess[node];
    assert(room > 0);
    return room;
}

static inline void cross(struct flow *f, int32_t hour, int32_t units)
{
    int32_t n = f->crossing[hour] += units;
    bool inside = f->downto[hour] < n && n < f->upto[hour];
    if (!inside || f->along[hour] != -f->against[hour]) price_hour(f, hour);
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
    int32_t via = f->via[node];
    f->excess[node] += units;
    while (via != NOWHERE) {
        int32_t before = previous(f, node);
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
        via = f->via[node];
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
    for (int32_t t = 0; t <= last; t++) {
        if (f->excess[t] != 0) f->end[f->ends++] = t;
        if (f->excess[t] > 0) f->left += f->excess[t];
    }
}

static struct flow start(const struct commit_offers *o, const struct commit_levels *l,
                         int64_t hours, struct arena *a)
{
    size_t n = (size_t)hours + 1;
    struct flow f = { .o = o, .l = l, .nodes = (int32_t)n };
    f.blocks = (f.nodes + BLOCK - 1) / BLOCK;
    f.label = ARENA_NEW(a, int64_t, n);
    f.via = ARENA_NEW(a, int32_t, n);
    f.ahead = ARENA_NEW(a, bool, (size_t)f.blocks);
    f.back = ARENA_NEW(a, bool, (size_t)f.blocks);
    f.along = ARENA_NEW(a, int64_t, n);
    f.against = ARENA_NEW(a, int64_t, n);
    f.crossing = ARENA_NEW(a, int32_t, n);
    f.upto = ARENA_NEW(a, int32_t, n);
    f.downto = ARENA_NEW(a, int32_t, n);
    f.run = ARENA_NEW(a, size_t, n);
    f.end = ARENA_NEW(a, int32_t, n);
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
