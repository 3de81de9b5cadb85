#include "winners.h"

#include <assert.h>
#include <math.h>

#include "windows.h"

static const double LOWEST = 1e-3, HIGHEST = 1e15, NARROW = 1e-12;
static const double DAY_S = 86400;
enum { LOOKS_MOST = 200000 };

struct range {
    double lo, hi;
};

static struct range sum(struct range a, struct range b)
{
    return (struct range){ a.lo + b.lo, a.hi + b.hi };
}

/* Units that a volume takes. */
static double steps(const struct cost_curve *c, double v)
{
    return fmax(1, ceil(v / c->stair_requests));
}

/* v × the share of requests that come after fade_s without one */
static double faded(const struct cost_curve *c, double v)
{
    double all = 0;
    for (size_t i = 0; i < c->levels; i++) {
        const struct load_level *l = &c->level[i];
        double rate = v * l->weight / DAY_S;
        all += l->share * l->weight * v * exp(-rate * c->fade_s);
    }
    return all;
}

static double windowed(const struct cost_curve *c, double v)
{
    double all = 0;
    for (size_t i = 0; i < c->levels; i++) {
        const struct load_level *l = &c->level[i];
        double rate = v * l->weight;
        double copies =
            c->copy_requests > 0 ? fmax(1, ceil(rate / c->copy_requests)) : 1;
        all += l->share * copies * windows_poisson(rate / DAY_S * c->window_s);
    }
    return all;
}

double cost_at(const struct cost_curve *c, double v)
{
    double usd = c->fixed + c->per_request_a_day * v;
    if (c->fade_usd > 0) usd += c->fade_usd * faded(c, v);
    if (c->stair_usd > 0) usd += c->stair_usd * steps(c, v);
    if (c->window_usd > 0) usd += c->window_usd * windowed(c, v);
    return usd;
}

/* x e^-x rises to 1/e at 1 and falls: each level's extremes are at the ends or there.
 */
static struct range fade_range(const struct cost_curve *c, double lo, double hi)
{
    struct range all = { 0, 0 };
    if (c->fade_usd <= 0) return all;
    for (size_t i = 0; i < c->levels; i++) {
        const struct load_level *l = &c->level[i];
        double k = l->weight / DAY_S * c->fade_s, scale = l->share * l->weight;
        double a = lo * exp(-k * lo), b = hi * exp(-k * hi);
        double top = k * lo < 1 && k * hi > 1 ? exp(-1) / k : fmax(a, b);
        all.lo += scale * fmin(a, b);
        all.hi += scale * top;
    }
    all.lo *= c->fade_usd;
    all.hi *= c->fade_usd;
    return all;
}

/* Whether at `v` and above every window is billed and copies are more than one. */
static bool saturated(const struct cost_curve *c, double v)
{
    if (c->copy_requests <= 0) return false;
    for (size_t i = 0; i < c->levels; i++) {
        double rate = v * c->level[i].weight;
        if (rate <= 0) continue;
        if (rate < c->copy_requests || windows_poisson(rate / DAY_S * c->window_s) < 1)
            return false;
    }
    return true;
}

static struct range window_range(const struct cost_curve *c, double lo, double hi,
                                 double *slope)
{
    if (c->window_usd <= 0) return (struct range){ 0, 0 };
    if (saturated(c, lo)) { /* the shares times weights add up to 1 */
        *slope += c->window_usd / c->copy_requests;
        return (struct range){ 0, c->window_usd };
    }
    return (struct range){ c->window_usd * windowed(c, lo),
                           c->window_usd * windowed(c, hi) };
}

/* What is not linear, on top of what goes into `slope`, × v. */
static struct range rest_range(const struct cost_curve *c, double lo, double hi,
                               double *slope)
{
    struct range all = sum(fade_range(c, lo, hi), window_range(c, lo, hi, slope));
    if (c->stair_usd <= 0) return all;
    double first = steps(c, lo), last = steps(c, hi);
    if (last - first < 1 || lo < c->stair_requests)
        return sum(all, (struct range){ c->stair_usd * first, c->stair_usd * last });
    *slope += c->stair_usd / c->stair_requests; /* ceil(x) lies in [x, x + 1] */
    return sum(all, (struct range){ 0, c->stair_usd });
}

/* Bounds of a - b; the linear parts are subtracted before they are bounded. */
static struct range difference(const struct cost_curve *a, const struct cost_curve *b,
                               double lo, double hi)
{
    double rise_a = a->per_request_a_day, rise_b = b->per_request_a_day;
    struct range ra = rest_range(a, lo, hi, &rise_a),
                 rb = rest_range(b, lo, hi, &rise_b);
    double slope = rise_a - rise_b, fixed = a->fixed - b->fixed;
    double p = fixed + slope * lo, q = fixed + slope * hi;
    return (struct range){ fmin(p, q) + ra.lo - rb.hi, fmax(p, q) + ra.hi - rb.lo };
}

struct search {
    const struct cost_curve *way;
    size_t ways;
    struct winner_map *out;
    long looks;
};

static void emit(struct search *s, size_t way, double from)
{
    struct winner_map *m = s->out;
    if (m->cut || (m->count > 0 && m->segment[m->count - 1].way == way)) return;
    if (m->count == WINNER_SEGMENTS) {
        m->cut = true;
        return;
    }
    m->segment[m->count++] = (struct winner_segment){ way, from };
}

static size_t best_at(const struct search *s, double v)
{
    size_t best = 0;
    for (size_t i = 1; i < s->ways; i++)
        if (cost_at(&s->way[i], v) < cost_at(&s->way[best], v)) best = i;
    return best;
}

/* Whether one way is the cheapest on all of the interval; of equals the first. */
static bool decided(struct search *s, double lo, double hi, size_t *way)
{
    *way = best_at(s, lo + (hi - lo) / 2);
    for (size_t i = 0; i < s->ways; i++) {
        if (i == *way) continue;
        struct range d = difference(&s->way[*way], &s->way[i], lo, hi);
        if (!(d.hi < 0 || (d.hi <= 0 && *way < i))) return false;
    }
    return true;
}

/* Depth is at most that of halving an interval to 1e-12 of itself. */
static void look(struct search *s, double lo, double hi)
{
    size_t way;
    if (s->out->cut) return;
    if (++s->looks > LOOKS_MOST) {
        s->out->cut = true;
        return;
    }
    double middle = lo + (hi - lo) / 2;
    if (decided(s, lo, hi, &way) || hi - lo <= NARROW * hi || lo >= middle) {
        emit(s, way, lo);
        return;
    }
    look(s, lo, middle);
    look(s, middle, hi);
}

void winner_map(struct winner_map *out, const struct cost_curve *way, size_t ways)
{
    assert(ways >= 1 && ways <= WINNER_WAYS);
    struct search s = { way, ways, out, 0 };
    *out = (struct winner_map){ 0 };
    /* nothing is told apart below a request in three years */
    emit(&s, best_at(&s, LOWEST / 2), 0);
    for (double lo = LOWEST; lo < HIGHEST; lo *= 2)
        look(&s, lo, lo * 2);
}

bool winner_from(double *requests_a_day, const struct cost_curve *a,
                 const struct cost_curve *b)
{
    const struct cost_curve both[] = { *a, *b };
    struct winner_map m;
    winner_map(&m, both, 2);
    const struct winner_segment *last = &m.segment[m.count - 1];
    if (m.cut || last->way != 0) return false;
    *requests_a_day = last->from;
    return true;
}
