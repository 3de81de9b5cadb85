#ifndef SIM_PAIRED_H
#define SIM_PAIRED_H

/* Two shares of the same cases, and several tests at once. */

#include <stddef.h>
#include <stdint.h>

#include "interval.h"

/* Of `n` >= 1 cases `b` went well only here and `c` only there; b + c <= n. How many
 * standard deviations (b - c) / n is above `difference` (-1..1), where the deviation is
 * that of the most likely shares with this very difference. 0 standard deviations where
 * nothing can vary.
 * Source: T. Tango, "Equivalence test and confidence interval for the difference in
 * proportions for the paired-sample design", Statistics in Medicine 17, 1998. */
double paired_score(int64_t b, int64_t c, int64_t n, double difference);

/* The differences within the quantile of the normal law: its score interval. */
struct interval paired_shares(int64_t b, int64_t c, int64_t n, double level);

/* How likely the split of b + c, or a more uneven one, is when both are as likely.
 * Source: Q. McNemar, 1947; exact, by the binomial law. */
double paired_mcnemar(int64_t b, int64_t c);

/* How likely the normal law is to be above `z`. */
double paired_normal_above(double z);

/* p values so that the chance of any false alarm among all `n` stays below the level
 * that each is held against. Not finite ones count for none.
 * Source: S. Holm, Scandinavian Journal of Statistics 6, 1979. */
void paired_holm(double *p, size_t n);

#endif
