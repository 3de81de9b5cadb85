#ifndef PLANNER_CAPACITY_SIZE_ANSWER_H
#define PLANNER_CAPACITY_SIZE_ANSWER_H

/* How many units a traffic needs, for windows of 1, 10 and 60 s and the one asked for,
 * and what they cost by the hour. */

#include "size_source.h"
#include "sizing.h"
#include "units.h"

enum { SIZE_WINDOWS = 4, SIZE_AROUND = 3, SIZE_REVERSE = 8 };

struct size_window {
    double window_s;
    int64_t units; /* 0: none up to --max-units is enough, or the rate is not known */
    int64_t replayed_units;      /* of the trace itself, once; 0: no trace, or none */
    int64_t judged[SIZE_AROUND]; /* units - 1 (0 none), units, units + 1 */
    struct sizing_point at[SIZE_AROUND];
    double input_tpm, output_tpm; /* without a unit rate: of all units together */
};

struct size_price {
    struct unit_pick pick;
    struct usd unit, all; /* an hour of one, of all units */
    struct usd all_month; /* 730 hours */
};

struct size_answer {
    const struct size_settings *settings;
    const struct size_source *source;
    struct admission unit; /* at the main window; rates 0: not known */
    bool rate_known;
    struct sizing sizing;
    double requests; /* simulated, all replicas */
    struct size_window window[SIZE_WINDOWS];
    size_t windows, main; /* main: the window that was asked for, or 60 s */
    const char *model;    /* NULL: not stated */
    struct size_price price[COMMIT_COUNT];
};

/* Errors: ERR_INFEASIBLE where no number of units is enough in the main window;
 * ERR_SAMPLES, ERR_RANGE, ERR_NOT_FOUND. Owns: the arena. */
NODISCARD enum err_code size_answer(struct size_answer *out, struct app *app,
                                    const struct size_settings *s,
                                    const struct size_source *src, struct err *e);

/* Money of `units` for an hour and for 730. Errors: ERR_RANGE. */
NODISCARD enum err_code size_money(struct usd *hour, struct usd *month,
                                   const struct size_price *p, int64_t units,
                                   struct err *e);

/* A line a commitment: all units for an hour, or one unit's price where no number is
 * known. Errors: ERR_RANGE. */
struct proof_list;
NODISCARD enum err_code size_proofs(struct proof_list *out, const struct size_answer *x,
                                    struct arena *a, struct err *e);

void size_text(struct app *app, const struct size_answer *x, struct err *e);
void size_table(struct app *app, const struct size_answer *x);
NODISCARD enum err_code size_json(struct app *app, const struct size_answer *x,
                                  struct err *e);
/* Refused share against units, a line for each window. */
NODISCARD enum err_code size_chart(const struct size_answer *x, const char *path,
                                   struct arena *a, struct err *e);

#endif
