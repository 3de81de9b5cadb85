#ifndef PLANNER_CAPACITY_SIZE_SOURCE_H
#define PLANNER_CAPACITY_SIZE_SOURCE_H

/* The traffic that a capacity is wanted for: fitted to a trace or to measured figures,
 * or stated in plan.ini. */

#include "app.h"
#include "capacity.h"
#include "replay.h"
#include "traffic.h"

struct size_settings {
    const char *trace, *usage, *data, *workload, *candidate, *model, *region, *plot;
    bool custom, quota_request, explain;
    double target, scale;
    int64_t most_units, replicas, threads;
    int routing; /* enum routing */
    struct capacity_settings capacity;
};

struct size_source {
    const char *name;           /* "conv.csv", "plan.ini: chat" */
    const char *words;          /* where it comes from, how it is modelled */
    struct traffic_model model; /* over one period: its span is the period's */
    struct lengths lengths;     /* uncached input and output, of the wanted model */
    double cached_share;        /* of input tokens */
    double busiest_factor;      /* of the rate: its busiest hour; 1 without hours */
    /* the requests themselves, where they are known; NULL otherwise, and where --scale
     * asks for other ones */
    const struct replay_request *request;
    size_t requests;
    bool has_max_tokens;
    const char *growth_note; /* NULL: none */
    const char *left_out;    /* "prompts support": a section that changes the lengths */
};

/* What plan.ini says and no option does is put into `s`. Errors: ERR_USAGE, those of
 * the readers. Owns: the arena. */
NODISCARD enum err_code size_source_read(struct size_source *out,
                                         struct size_settings *s, struct app *app,
                                         const struct opt_list *args, struct err *e);

/* The traffic to simulate: as many requests in all replicas as the target wants, hours
 * cut down to that. `by_event`: each request must be kept. Errors: ERR_RANGE. */
NODISCARD enum err_code
size_source_traffic(struct traffic **out, const struct size_source *src, double target,
                    int64_t replicas, bool by_event, struct arena *a, struct err *e);

#endif
