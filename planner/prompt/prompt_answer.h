#ifndef PROMPT_ANSWER_H
#define PROMPT_ANSWER_H

/* Versions of a prompt, measured and priced, before they are printed. */

#include "prompt_cost.h"
#include "prompt_store.h"

struct prompt_answer {
    const char *name;
    struct prompt_ask ask;
    struct prompt_line {
        struct prompt_version version;
        struct prompt prompt;
        struct prompt_length length;
        const char *unknown; /* why its length is not known; NULL: it is */
        struct prompt_cost cost;
    } * line;
    size_t count, chosen; /* index of the version that was asked for */
};

/* Reads the versions of a name. Errors: ERR_DB a body that is none; ERR_NOT_FOUND. */
NODISCARD enum err_code prompt_answer_read(struct prompt_answer *out, const char *text,
                                           const char *data, struct app *app,
                                           struct err *e);
/* Measures and prices them. Errors: ERR_INPUT when the chosen one cannot be measured,
 * those of prompt_ask_read(). */
NODISCARD enum err_code prompt_answer_price(struct prompt_answer *out,
                                            const struct prompt_settings *s,
                                            struct app *app, struct err *e);

/* Whether money, and money of a month, is known of a line. */
bool prompt_line_priced(const struct prompt_answer *p, const struct prompt_line *l);
/* As it is written: with its cache points where it has any. */
struct usd prompt_line_usd(const struct prompt_line *l, bool month);
bool prompt_line_stated(const struct prompt_line *l);

/* What the chosen version costs, by dimension: of a month with a workload, else of a
 * thousand requests without caching. Errors: ERR_RANGE. */
struct proof_list;
NODISCARD enum err_code prompt_proofs(struct proof_list *out,
                                      const struct prompt_answer *p, struct app *app,
                                      struct err *e);

/* "4 bytes a token, a guess that may be off by 30 %" */
const char *prompt_tokens_method(const struct prompt_ask *ask, struct arena *a);
int64_t prompt_tokens(const struct prompt_ask *ask, double bytes);

NODISCARD enum err_code prompt_show_text(struct app *app, const struct prompt_answer *p,
                                         struct err *e);
NODISCARD enum err_code prompt_show_json(struct app *app, const struct prompt_answer *p,
                                         bool explain, struct err *e);

/* The texts of a version as one, a heading before each block of a chat. */
struct str prompt_flat(const struct prompt *p, struct arena *a);

/* One way to cache a version: a life, and what it comes to. */
struct prompt_life {
    const char *life;
    enum token_kind write;
    const struct price_row *input, *read, *written;
    int64_t uses; /* that make it pay; 0 never */
    bool can;     /* some share of hits makes it pay … */
    double share; /* … this one */
    struct prompt_cost cost;
};
/* 5 min (or what the model has instead) and 1 h, those that have a price.
 * Errors: ERR_RANGE. */
NODISCARD enum err_code prompt_lives(struct prompt_life out[2], size_t *count,
                                     const struct prompt_answer *p,
                                     const struct prompt_line *l, struct arena *a,
                                     struct err *e);

#endif
