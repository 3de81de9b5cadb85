#ifndef SIM_NORMAL_PAIRS_H
#define SIM_NORMAL_PAIRS_H

/* Standard normals from random bits, two from 20 of them.
 *
 * A piece is one of 1024 equally likely values: the means of 1024 equally likely
 * slices of a normal, scaled to variance 1/2. The sum of two pieces takes half a
 * million values: its distribution function is right to 5e-4 everywhere, its tail to
 * 1 % at 3 sigma and 6 % at 3.5; it ends at 4.77. The difference of the same two is a
 * second normal: for true normals they are independent, for these they are
 * uncorrelated and nearly so.
 *
 * Why not GSL's Ziggurat: 7 to 10 ns, and it draws a varying number of words, so that
 * hour h could not be computed alone. Why not one table and interpolation: as quick,
 * but it ends at 3.4. */

#include <stdint.h>

enum { NORMAL_PIECES = 1024, NORMAL_PIECE_BITS = 10 };

/* Ascending. Source: 1024 (phi(z_i) - phi(z_i+1)) / sqrt(2 variance), phi the normal
 * density, z_i its i/1024 quantile; a test computes them anew by GSL. */
extern const double normal_piece[NORMAL_PIECES];

struct normal_pair {
    double a, b;
};

/* From bits `at` to `at` + 19. */
static inline struct normal_pair normal_pair_of(uint64_t bits, int at)
{
    double x = normal_piece[(bits >> at) & (NORMAL_PIECES - 1)];
    double y = normal_piece[(bits >> (at + NORMAL_PIECE_BITS)) & (NORMAL_PIECES - 1)];
    return (struct normal_pair){ x + y, x - y };
}

#endif
