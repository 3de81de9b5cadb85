#include "choose.h"

#include <assert.h>
#include <string.h>

#include "date.h"
#include "str.h"

const char *routing_text(enum routing r)
{
    static const char *const text[] = { "default", "in-region", "geo", "global" };
    return text[r];
}

/* GovCloud is a partition of its own. */
static bool is_gov_region(const char *region)
{
    return text_starts(region, "us-gov-");
}

static bool reaches_globally(const struct price_offer *offer)
{
    return offer->global && !is_gov_region(offer->region);
}

/* Rule 1. A model that the catalog does not place at all is read in-region: only a
 * row of that very region can then bill it. */
enum err_code choose_routing(enum routing *out, enum routing asked,
                             const struct price_offer *offer, struct err *e)
{
    if (asked != ROUTING_DEFAULT) {
        *out = asked;
    } else if (offer->in_region) {
        *out = ROUTING_IN_REGION;
    } else if (offer->geo) {
        *out = ROUTING_GEO;
    } else if (reaches_globally(offer)) {
        return err_set(e, ERR_NOT_FOUND,
                       "only its global profile reaches %s; add --routing global",
                       offer->region);
    } else {
        *out = ROUTING_IN_REGION;
    }
    return OK;
}

/* One question: the rows are searched several times for it. */
struct query {
    const struct price_row *rows;
    size_t count;
    const struct price_offer *offer;
    enum routing routing;
    const char *dimension, *context_tier;
    int64_t at_unix_s;
    bool split_by_routing; /* the model has global or geo rows */
    bool dated;            /* an announced price has come into force */
};

static bool is_extended(const struct price_row *r)
{
    return strcmp(r->scope, "public-extended-access") == 0;
}

static bool is_anywhere(const struct price_row *r)
{
    return strcmp(r->region, "*") == 0;
}

static bool is_doubtful(const struct price_row *r)
{
    return r->doubt && *r->doubt;
}

static bool has_split(const struct price_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].scope, "global") == 0 || text_starts(rows[i].scope, "geo"))
            return true;
    return false;
}

enum { LAST_RANK = 2 };

/* Rule 2: which scopes a routing reads; 0 is read first, -1 is never read. */
static int scope_rank(const struct query *q, const char *scope)
{
    bool none = *scope == '\0', shared = strcmp(scope, "geo/in-region") == 0;
    switch (q->routing) {
    case ROUTING_IN_REGION:
        return none || shared ? 0 : -1;
    case ROUTING_GEO:
        if (text_starts(scope, "geo:"))
            return strcmp(scope + 4, q->offer->geography) == 0 ? 0 : -1;
        return shared ? 1 : none ? 2 : -1;
    case ROUTING_GLOBAL:
        return strcmp(scope, "global") == 0 ? 0 : -1;
    case ROUTING_DEFAULT:
        break;
    }
    return -1;
}

static bool is_asked(const struct query *q, const struct price_row *r)
{
    return strcmp(r->dimension, q->dimension) == 0 &&
           strcmp(r->context_tier, q->context_tier) == 0 &&
           q->at_unix_s >= r->from_unix_s;
}

/* A profile that serves the region lists it as well as a list does. */
static bool is_listed(const struct query *q)
{
    const struct price_offer *o = q->offer;
    if (q->routing == ROUTING_GLOBAL && is_gov_region(o->region)) return false;
    if (o->listed || !o->list_unknown) return o->listed;
    if (q->routing == ROUTING_GEO) return o->geo;
    return q->routing == ROUTING_GLOBAL && o->global;
}

/* Rule 3: a row without a region stands for a region that the catalog lists. With
 * global or geo rows beside it, an empty scope hides which of them it was. */
static bool may_stand_for_region(const struct query *q, const struct price_row *r)
{
    return is_anywhere(r) && is_listed(q) && !(q->split_by_routing && !*r->scope);
}

/* a / b as published, without rounding */
static int compare_rates(struct usd_rate a, struct usd_rate b)
{
    i128 left = (i128)a.pusd * b.per, right = (i128)b.pusd * a.per;
    return (left > right) - (left < right);
}

/* Rule 4: whether `a` is better than `b`. The last two comparisons only make the
 * answer independent of the order of the rows: the dearer one, the older id. */
static bool is_better(const struct price_row *a, const struct price_row *b)
{
    if (!b) return true;
    if (a->trust != b->trust) return a->trust < b->trust;
    if (a->agree != b->agree) return a->agree > b->agree;
    int date = strcmp(a->as_of, b->as_of);
    if (date) return date > 0;
    int rate = compare_rates(a->rate, b->rate);
    return rate ? rate > 0 : a->id < b->id;
}

enum where { EXACT_REGION, ANYWHERE };

static bool stands_at(const struct query *q, const struct price_row *r,
                      enum where where)
{
    if (where == EXACT_REGION) return strcmp(r->region, q->offer->region) == 0;
    return may_stand_for_region(q, r);
}

/* A row and the one that disagreed with it, if any. */
struct found {
    const struct price_row *row, *loser;
};

/* Rule 4's second sentence: the row that is read later bills when it is better
 * trusted and says otherwise. */
static void settle(struct found *f, const struct price_row *later, bool even_if_equal)
{
    if (!later) return;
    if (!f->row) {
        f->row = later;
        return;
    }
    if (later->trust >= f->row->trust) return;
    bool differs = compare_rates(later->rate, f->row->rate) != 0;
    if (differs && (!f->loser || compare_rates(later->rate, f->loser->rate) == 0))
        f->loser = f->row;
    if (differs || even_if_equal) f->row = later;
}

/* Announced beforehand, as against extended access, which is a scope of its own. */
static bool is_dated(const struct price_row *r)
{
    return r->from_unix_s != INT64_MIN && !is_extended(r);
}

/* Rule 5: a price that was announced for a day replaces, from that day on, what lists
 * of before that day say of the same thing. */
static bool is_superseded(const struct query *q, const struct price_row *r,
                          enum where where, int rank)
{
    char day[DATE_TEXT];
    for (size_t i = 0; q->dated && i < q->count; i++) {
        const struct price_row *d = &q->rows[i];
        if (!is_dated(d) || !is_asked(q, d) || !stands_at(q, d, where)) continue;
        if (scope_rank(q, d->scope) != rank || d->trust > r->trust) continue;
        if (d->from_unix_s <= r->from_unix_s) continue;
        if (strcmp(r->as_of, date_text(day, d->from_unix_s)) < 0) return true;
    }
    return false;
}

static const struct price_row *best_of_scope(const struct query *q, enum where where,
                                             int rank, bool doubtful_too)
{
    const struct price_row *best = NULL;
    for (size_t i = 0; i < q->count; i++) {
        const struct price_row *r = &q->rows[i];
        if (!is_asked(q, r) || !stands_at(q, r, where)) continue;
        if (is_doubtful(r) && !doubtful_too) continue;
        if (scope_rank(q, r->scope) != rank || !is_better(r, best)) continue;
        if (!is_superseded(q, r, where, rank)) best = r;
    }
    return best;
}

/* Rules 2, 3 and 4. Scopes of one region are read in order; a better trusted later
 * one is preferred, for it is the same price or a correction. */
static struct found find(const struct query *q, bool doubtful_too)
{
    struct found at[2] = { 0 };
    for (int where = EXACT_REGION; where <= ANYWHERE; where++)
        for (int rank = 0; rank <= LAST_RANK; rank++)
            settle(&at[where], best_of_scope(q, (enum where)where, rank, doubtful_too),
                   true);
    struct found f = at[EXACT_REGION];
    if (!f.row) return at[ANYWHERE];
    settle(&f, at[ANYWHERE].row, false);
    return f;
}

/* Rule 5: an extended-access price of the region replaces the others from its date
 * on. It is a price of a region, so the global profile does not read it. */
static const struct price_row *extended_row(const struct query *q)
{
    const struct price_row *best = NULL;
    if (q->routing == ROUTING_GLOBAL) return NULL;
    for (size_t i = 0; i < q->count; i++) {
        const struct price_row *r = &q->rows[i];
        if (!is_extended(r) || !is_asked(q, r)) continue;
        if (!stands_at(q, r, EXACT_REGION) && !stands_at(q, r, ANYWHERE)) continue;
        if (best && is_anywhere(r) && !is_anywhere(best)) continue;
        if (!best || is_anywhere(best) != is_anywhere(r) || is_better(r, best))
            best = r;
    }
    return best;
}

/* GovCloud prices are 1.2 times the commercial ones (rule 5's ratios), so a row that
 * names no region cannot be trusted to mean GovCloud. */
static bool is_gov_guess(const struct query *q, const struct price_row *r)
{
    return is_gov_region(q->offer->region) && is_anywhere(r) &&
           strcmp(r->scope, "geo:us-gov") != 0;
}

static unsigned marks_of(const struct query *q, const struct price_row *r,
                         const struct price_row *other)
{
    unsigned marks = 0;
    if (is_anywhere(r)) marks |= MARK_REGION_ASSUMED;
    if (other) marks |= MARK_CONFLICT;
    if (is_doubtful(r) || is_gov_guess(q, r)) marks |= MARK_SUSPICIOUS;
    if (r->trust == TRUST_C) marks |= MARK_TRUST_C; /* rule 7 */
    return marks;
}

/* "us-east-1" and "us-west-2" share "us-" */
static bool same_continent(const char *a, const char *b)
{
    size_t n = strcspn(a, "-") + 1;
    return strncmp(a, b, n) == 0 &&
           text_starts(a, "us-gov") == text_starts(b, "us-gov");
}

/* Rule 6: how near a row comes to the question; larger is nearer. */
static int nearness(const struct query *q, const struct price_row *r)
{
    bool right_scope = scope_rank(q, r->scope) >= 0;
    bool lost = text_starts(r->region, "page-group") ||
                strcmp(r->scope, "unlabelled-table") == 0;
    bool here = strcmp(r->region, q->offer->region) == 0;
    bool near = same_continent(q->offer->region, r->region);
    bool dated = q->at_unix_s >= r->from_unix_s;
    return 16 * dated + (lost ? 0 : 8 * here + 4 * near + 2 * right_scope + 1);
}

static const struct price_row *nearest_row(const struct query *q)
{
    const struct price_row *best = NULL;
    int best_score = -1;
    for (size_t i = 0; i < q->count; i++) {
        const struct price_row *r = &q->rows[i];
        if (strcmp(r->dimension, q->dimension) != 0) continue;
        if (strcmp(r->context_tier, q->context_tier) != 0) continue;
        int score = nearness(q, r);
        if (score < best_score) continue;
        if (score == best_score && !is_better(r, best)) continue;
        best = r;
        best_score = score;
    }
    return best;
}

static struct query query_of(const struct price_row *rows, size_t count,
                             const struct price_offer *offer, enum routing routing,
                             const char *dimension, const char *context_tier,
                             int64_t at_unix_s)
{
    struct query q = { .rows = rows,
                       .count = count,
                       .offer = offer,
                       .routing = routing,
                       .dimension = dimension,
                       .context_tier = context_tier,
                       .at_unix_s = at_unix_s,
                       .split_by_routing = has_split(rows, count) };
    for (size_t i = 0; i < count && !q.dated; i++)
        q.dated = is_dated(&rows[i]) && is_asked(&q, &rows[i]);
    return q;
}

struct price_pick choose_row(const struct price_row *rows, size_t count,
                             const struct price_offer *offer, enum routing routing,
                             const char *dimension, const char *context_tier,
                             int64_t at_unix_s)
{
    assert(routing != ROUTING_DEFAULT);
    struct query q =
        query_of(rows, count, offer, routing, dimension, context_tier, at_unix_s);
    struct found f = { .row = extended_row(&q) };
    if (!f.row) {
        f = find(&q, false);
        /* what would bill if doubts did not count: shown when it lost by its doubt */
        struct found plain = find(&q, true);
        if (!f.row) {
            f = plain;
        } else if (!f.loser) {
            f.loser = plain.row;
            if (compare_rates(plain.row->rate, f.row->rate) == 0) f.loser = plain.loser;
        }
        if (f.loser && compare_rates(f.loser->rate, f.row->rate) == 0) f.loser = NULL;
    }
    if (!f.row) return (struct price_pick){ .other = nearest_row(&q) };
    return (struct price_pick){ .row = f.row,
                                .other = f.loser,
                                .marks = marks_of(&q, f.row, f.loser) };
}

/* Rows that could be the price: those that may bill, and those of this dimension
 * whose label was lost, when the model is sold in the region at all. */
static bool is_plausible(const struct query *q, const struct price_row *r)
{
    if (!is_asked(q, r)) return false;
    int rank = scope_rank(q, r->scope);
    for (int where = EXACT_REGION; rank >= 0 && where <= ANYWHERE; where++)
        if (stands_at(q, r, (enum where)where) &&
            is_superseded(q, r, (enum where)where, rank))
            return false;
    bool lost_region = text_starts(r->region, "page-group");
    bool lost_table = strcmp(r->scope, "unlabelled-table") == 0;
    bool here = strcmp(r->region, q->offer->region) == 0;
    if (lost_region || lost_table) return here || is_listed(q);
    if (!here && !may_stand_for_region(q, r)) return false;
    return scope_rank(q, r->scope) >= 0 ||
           (is_extended(r) && q->routing != ROUTING_GLOBAL);
}

bool choose_range(const struct price_row **low, const struct price_row **high,
                  const struct price_row *rows, size_t count,
                  const struct price_offer *offer, enum routing routing,
                  const char *dimension, const char *context_tier, int64_t at_unix_s)
{
    assert(routing != ROUTING_DEFAULT);
    struct query q =
        query_of(rows, count, offer, routing, dimension, context_tier, at_unix_s);
    const struct price_row *least = NULL, *most = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct price_row *r = &rows[i];
        if (!is_plausible(&q, r)) continue;
        int below = least ? compare_rates(r->rate, least->rate) : -1;
        int above = most ? compare_rates(r->rate, most->rate) : 1;
        if (below < 0 || (below == 0 && is_better(r, least))) least = r;
        if (above > 0 || (above == 0 && is_better(r, most))) most = r;
    }
    if (!least) return false;
    *low = least;
    *high = most;
    return true;
}
