#ifndef BASE_TEXT_H
#define BASE_TEXT_H

/* Numbers and choices as people write them. All readers take the whole text or
 * refuse it; none depends on the locale. Errors: ERR_INPUT, ERR_RANGE with the
 * bound that was broken; outputs untouched on error. */

#include <stdint.h>

#include "arena.h"
#include "err.h"

/* "250000", "250_000", "250k", "4M", "1.5M" (k = 1e3, M = 1e6, G = 1e9). */
NODISCARD enum err_code text_int(int64_t *out, const char *text, int64_t lo, int64_t hi,
                                 struct err *e);
/* "0.25", "1e-3", and the suffixes above. Finite. */
NODISCARD enum err_code text_real(double *out, const char *text, double lo, double hi,
                                  struct err *e);
/* "35%" -> 0.35; "0.35" -> 0.35 */
NODISCARD enum err_code text_ratio(double *out, const char *text, double lo, double hi,
                                   struct err *e);
/* "6% +- 4%" -> 0.06, 0.04; without "+-" the spread is 0. */
NODISCARD enum err_code text_spread(double *middle, double *spread, const char *text,
                                    double lo, double hi, struct err *e);
/* yes/no, true/false, on/off, 1/0 */
NODISCARD enum err_code text_bool(bool *out, const char *text, struct err *e);
/* "0%" .. "100%" exactly, in parts per million */
NODISCARD enum err_code text_ppm(int32_t *out, const char *text, struct err *e);

/* The nearest of `names` to what was typed, or NULL when none is near.
 * Optimal string alignment distance, case folded; at most a third of the letters wrong.
 */
const char *text_nearest(const char *typed, const char *const *names, size_t count);

/* ", did you mean 'x'?" or "" */
const char *text_did_you_mean(struct arena *a, const char *typed,
                              const char *const *names, size_t count);

/* 1234567 -> "1,234,567" */
const char *text_thousands(char out[32], int64_t value);

#endif
