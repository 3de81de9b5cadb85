#ifndef TUNE_WINNERS_H
#define TUNE_WINNERS_H

/* Which of several ways is the cheapest at every volume from 0 to infinity.
 *
 * Each way costs, at v requests a day, a sum of terms whose range over an interval of
 * volumes is known. The line of volumes is halved until the bounds of the differences
 * leave one way, or an interval narrower than 1e-12 of its volume: a crossing. Nothing
 * between two crossings can be missed, as on a grid. */

#include <stdbool.h>
#include <stddef.h>

/* A part of the hours that have one weight: requests of an hour = v / 24 × weight. */
struct load_level {
    double share;  /* of all hours; the shares add up to 1 */
    double weight; /* against the mean hour */
};

struct cost_curve { /* USD */
    double fixed, per_request_a_day;
    /* what is paid on top for each request that comes after `fade_s` without one:
     * times v × the share of such requests; NULL levels: none */
    double fade_usd, fade_s;
    /* units: stair_usd × max(1, whole units of stair_requests a day); 0: none */
    double stair_usd, stair_requests;
    /* windows: window_usd × the share of windows that are billed × copies of
     * copy_requests a day each, in each level */
    double window_usd, window_s, copy_requests;
    const struct load_level *level;
    size_t levels;
};

/* Range: requests_a_day >= 0. */
double cost_at(const struct cost_curve *c, double requests_a_day);

struct winner_segment {
    size_t way;
    double from; /* requests a day; up to the next one's */
};

enum { WINNER_SEGMENTS = 64 };

struct winner_map {
    struct winner_segment segment[WINNER_SEGMENTS]; /* the first is from 0 */
    size_t count;
    bool cut; /* there were more: the last of them is not decided */
};

/* Of equals the first. Range: 1 <= ways <= WINNER_WAYS. */
enum { WINNER_WAYS = 16 };
void winner_map(struct winner_map *out, const struct cost_curve *way, size_t ways);

/* The lowest volume from which on `a` costs no more than `b` for all larger ones, and
 * whether there is one. */
bool winner_from(double *requests_a_day, const struct cost_curve *a,
                 const struct cost_curve *b);

#endif
