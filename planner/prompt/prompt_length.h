#ifndef PROMPT_LENGTH_H
#define PROMPT_LENGTH_H

/* How long a prompt is once its variables have values, and what of it may be cached.
 * Tokens are bytes divided by a stated number (planner/token_guess.h). */

#include "prompt.h"
#include "prompt_samples.h"

enum { PROMPT_CHECKPOINTS = 8 };

/* A place up to which the prompt may be cached. What comes before it is one text when
 * no variable stands there, else one of several, each with its share of the samples;
 * texts that a single sample has are taken as never coming back. */
struct prompt_checkpoint {
    bool stated;     /* a cachePoint; false: before the first variable */
    const char *ttl; /* as stated: "5m", "1h"; NULL */
    enum prompt_role role;
    int line, column;   /* of the first variable in its text; 0: stated, or the end */
    const char *varies; /* the first variable before it; NULL none */
    double bytes;       /* a mean sample's, all that comes before */
    size_t texts;       /* different ones among the samples */
    double *share;      /* of those that came more than once */
    size_t shares;
};

struct prompt_length {
    int64_t fixed_bytes;  /* texts without variables, tools */
    bool known;           /* false: variables without samples; the rest is then 0 */
    size_t samples;       /* 0: nothing varies */
    double *sorted_bytes; /* of the samples, or of the one text that there is */
    size_t texts;
    double mean_bytes;
    struct prompt_checkpoint point[PROMPT_CHECKPOINTS];
    size_t points;
};

/* `s` NULL: no samples. Errors: ERR_INPUT a variable that a sample has no value for
 * ("samples.csv:4: line 3, column 5: no value for {{name}}"); more cache points than
 * PROMPT_CHECKPOINTS; a point that lives longer than one before it. Owns: the arena. */
NODISCARD enum err_code prompt_length_of(struct prompt_length *out,
                                         const struct prompt *p,
                                         const struct prompt_samples *s,
                                         struct arena *a, struct err *e);

/* The value below which a share q of the samples lies. */
double prompt_length_bytes(const struct prompt_length *l, double q);

#endif
