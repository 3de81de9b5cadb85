#ifndef SIM_WINDOWS_H
#define SIM_WINDOWS_H

/* Billing windows of a copy that runs while it is asked.
 *
 * Windows of one length are counted from the first request of a run, one after another;
 * each with a request in it is billed. A run ends, and the next request starts a new
 * one, when a whole window's length passes without a request. */

#include <stdint.h>

/* Billed windows in the time of one window, of Poisson requests that come `per_window`
 * times in it on average: between 0 and 1, exact to 1e-12.
 *
 * Range:  per_window >= 0, finite.
 * Source: a run and its last wait are a busy period of M/D/∞ (Takács, "Introduction to
 *         the theory of queues", 1962, ch. 3); the tail v of a run's length, in
 *         windows, obeys v'(y) = -m e^-m v(y - 1), solved window by window. */
double windows_poisson(double per_window);

/* The share from a table, for loops over hours whose number of requests was drawn: a
 * mean over Poisson numbers is windows_poisson() of their mean, within 1.1 %. `windows`
 * an hour has. */
enum { WINDOWS_TABLE = 40 * 64 + 2 };
struct windows_table {
    double share[WINDOWS_TABLE];
};
void windows_table_fill(struct windows_table *t, int windows);
/* per_window: the hour's requests over its windows. */
double windows_table_share(const struct windows_table *t, double per_window);

/* The same of requests whose rate follows the hours of a week, drawn: the share of the
 * week's windows that is billed, its mean over independent runs of four weeks and the
 * half-width of its 95 % interval. An hour with 40 requests a window or more is billed
 * whole. Windows count once for each copy that the hour needs, one for each
 * `copy_per_day` requests a day; 0: one is enough. */
enum { WINDOW_RUNS = 16 };
struct window_share {
    double mean, half_width;
};
struct window_share windows_simulate(double requests_per_day, const double weight[168],
                                     double window_s, double copy_per_day,
                                     uint64_t seed);

#endif
