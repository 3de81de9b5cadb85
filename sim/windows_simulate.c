#include <math.h>

#include "rng.h"
#include "windows.h"

enum { WEEK_HOURS = 168, WEEKS = 4, HOUR_S = 3600, FULL = 40 };
static const uint64_t PURPOSE = 0x77696e646f7773; /* its own stream of a seed */

struct run {
    double first, last; /* of the run of requests; last < 0: none yet */
    double billed_window;
    double windows;
};

static void request(struct run *r, double at, double window_s, double copies)
{
    if (r->last < 0 || at - r->last >= window_s) {
        r->first = at;
        r->billed_window = -1;
    }
    double window = floor((at - r->first) / window_s);
    if (window > r->billed_window) r->windows += copies;
    r->billed_window = window;
    r->last = at;
}

static double one_run(double per_day, const double *weight, double window_s,
                      double copy_per_day, uint64_t seed, uint64_t replica)
{
    struct rng rng;
    struct run run = { .last = -1 };
    double hour = 0;
    rng_init(&rng, seed, PURPOSE, replica);
    for (int h = 0; h < WEEKS * WEEK_HOURS; h++, hour += HOUR_S) {
        double rate = per_day / 86400 * weight[h % WEEK_HOURS];
        if (rate <= 0) continue;
        double copies =
            copy_per_day > 0 ? fmax(1, ceil(rate * 86400 / copy_per_day)) : 1;
        if (rate * window_s >= FULL) { /* none is without a request: e^-40 */
            run.windows += copies * HOUR_S / window_s;
            run.last = -1;
            continue;
        }
        for (double at = hour - log(rng_uniform(&rng)) / rate; at < hour + HOUR_S;
             at -= log(rng_uniform(&rng)) / rate)
            request(&run, at, window_s, copies);
    }
    return run.windows / (WEEKS * WEEK_HOURS * HOUR_S / window_s);
}

struct window_share windows_simulate(double requests_per_day, const double weight[168],
                                     double window_s, double copy_per_day,
                                     uint64_t seed)
{
    double sum = 0, squares = 0, n = WINDOW_RUNS;
    for (int i = 0; i < WINDOW_RUNS; i++) {
        double share = one_run(requests_per_day, weight, window_s, copy_per_day, seed,
                               (uint64_t)i);
        sum += share;
        squares += share * share;
    }
    double mean = sum / n;
    double variance = fmax(0, (squares - n * mean * mean) / (n - 1));
    /* 2.131: Student's t with 15 degrees, 97.5 % */
    return (struct window_share){ mean, 2.131 * sqrt(variance / n) };
}
