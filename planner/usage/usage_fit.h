#ifndef USAGE_FIT_H
#define USAGE_FIT_H

/* The traffic model of imported usage: what sim/traffic.h would make more of. */

#include "mixture.h"
#include "usage_stats.h"
#include "week.h"

struct usage_fit {
    double requests_per_day; /* mean over the span */
    struct week_fit week;    /* in whole hours of the clock; days 0 when undated */
    /* Indices of dispersion within `sample_s`, that is within hours where the hours
     * have a season of their own: as measured, and as the model shows them. NaN:
     * unknown. */
    double sample_s, measured[SUMMARY_DISPERSIONS], shown[SUMMARY_DISPERSIONS];
    struct traffic_model bursts; /* batch_mean and modulators */
    bool has_lengths;
    struct mixture_fit input, output; /* mixture.count 0: none has tokens */
    double no_input, no_output;       /* shares of requests without tokens */
    double cached_share;              /* NaN: unknown */
};

/* Errors: ERR_INPUT all requests at one moment. `a` is for scratch. */
NODISCARD enum err_code usage_fit(struct usage_fit *out, const struct usage_stats *s,
                                  struct arena *a, struct err *e);

struct app;
void usage_fit_text(struct app *app, const char *name, const struct usage_fit *f,
                    const struct usage_stats *s);
NODISCARD enum err_code usage_fit_json(struct app *app, const char *name,
                                       const struct usage_fit *f,
                                       const struct usage_stats *s, struct err *e);
/* As the section [workload `workload`] of a plan file. */
void usage_fit_ini(struct app *app, const char *name, const char *workload,
                   const struct usage_fit *f, const struct usage_stats *s);

#endif
