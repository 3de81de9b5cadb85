#ifndef SIM_WINDOWS_H
#define SIM_WINDOWS_H

/* Billing windows of a copy that runs while it is asked.
 *
 * Windows of one length are counted from the first request of a run, one after another;
 * each with a request in it is billed. A run ends, and the next request starts a new
 * one, when a whole window's length passes without a request. */

/* Billed windows in the time of one window, of Poisson requests that come `per_window`
 * times in it on average: between 0 and 1, exact to 1e-12.
 *
 * Range:  per_window >= 0, finite.
 * Source: a run and its last wait are a busy period of M/D/∞ (Takács, "Introduction to
 *         the theory of queues", 1962, ch. 3); the tail v of a run's length, in
 *         windows, obeys v'(y) = -m e^-m v(y - 1), solved window by window. */
double windows_poisson(double per_window);

#endif
