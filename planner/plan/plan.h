#ifndef PLANNER_PLAN_PLAN_H
#define PLANNER_PLAN_PLAN_H

/* A plan: workloads turned into demand paths, candidates turned into options, every
 * option priced on every path.
 *
 *   plan_config   what plan.ini says
 *   plan_option   a candidate × a way to buy it: prices, limits, reasons
 *   plan          the paths, the costs [option][path][month], the answers
 *
 * The order of work is plan_build (catalog in), plan_simulate (tokens), plan_price
 * (money), plan_rank (answers); each can be tested alone. */

#include <stdbool.h>
#include <stdint.h>

#include "app.h"
#include "arena.h"
#include "bill.h"
#include "catalog.h"
#include "commit.h"
#include "demand.h"
#include "extras.h"
#include "lengths.h"
#include "overflow.h"
#include "plan_config.h"
#include "summary.h"
#include "purchase.h"
#include "tariff.h"
#include "units.h"
#include "usd.h"

/* Sentences, in order. */
struct notes {
    const char **text;
    size_t count, capacity;
};
void notes_add(struct notes *n, struct arena *a, const char *fmt, ...) PRINTF(3, 4);

struct plan_prompt;
struct plan_route;
struct cache_arrivals;
struct cache_life;

/* A workload as the simulator sees it. */
struct plan_workload {
    const struct workload_settings *settings;
    const struct require_settings *require;
    struct demand_spec demand;
    struct lengths lengths;
    const char *lengths_source;
    /* what was measured of arrivals; rate 0: nothing was */
    double measured_requests_per_s, measured_span_s;
    double measured_dispersion[SUMMARY_DISPERSIONS];
    const struct traffic_model *bursts; /* fitted to that; NULL: not yet */
    bool required_input[MODALITY_COUNT];
    struct notes assumptions;

    /* lines beside the tokens, what they add to every prompt, and what they let pass:
     * `lengths` and `demand` are of what reaches a model */
    struct extras extras;
    double own_input_mean; /* tokens of a request before anything is added */
    double added_input;
    double served_share; /* of the requests asked; the rest is blocked before a model */
    bool extras_incomplete; /* a part of a line has no price */

    struct plan_prompt *prompt; /* of [prompts]; NULL: none */
    /* what hits of a prompt cache follow from; NULL: nothing is cached */
    struct cache_arrivals *arrivals;
    struct cache_life **life; /* [TOKEN_KINDS], made when wanted */
};

/* quantity of a month = per_request × requests + per_input × input tokens
 *                       + per_output × output tokens, whole, times `rate` */
struct plan_component {
    const char *dimension;
    struct usd_rate rate;
    double per_request, per_input, per_output;
    const struct price_row *row, *other;
    unsigned marks;
    /* a price that holds for a part of the plan: the share of each month's hours, and
     * of all; NULL: all of it */
    const double *part;
    double part_of_all;
    int64_t from_unix_s, until_unix_s; /* with `part` */
};
double plan_component_part(const struct plan_component *c, size_t month);

struct plan_stats { /* USD */
    double mean, p05, p25, p50, p75, p95;
    double p025, p10, p90, p975; /* ends of 95 % and 80 % */
};

/* The cheapest mix of commitments, units by the hour and tokens, over sampled paths. */
struct plan_mix {
    const struct unit_price *term[COMMIT_COUNT]; /* NULL: not sold */
    struct unit_pick pick[COMMIT_COUNT];         /* the same, with what disagrees */
    int64_t *units;                              /* committed, by hour */
    int64_t *committed_nusd;                     /* what they cost, by month */
    double *hourly_units; /* unit-hours without commitment [path × months + month] */
    struct commit_problem problem; /* of the sampled paths */
    struct commit_solution *solution;
    struct commit_term *terms; /* of the solution's purchases */
    enum commitment commitment_of[COMMIT_COUNT];
    size_t scenarios;
    double cost_usd, bound_usd; /* of the sampled paths, a mean path */
    double perfect_usd;         /* if every path were known before buying */
};

/* The reserved tier: input, output; sold by 1 000 tokens a minute. */
struct plan_reserved {
    const struct unit_price *price[2];
    struct unit_pick pick[2];
    int64_t units[2];
};

/* A model's mean score in a saved evaluation. */
struct plan_quality {
    const char *evaluation, *metric;
    int64_t n;
    double mean, lo, hi; /* 95 %; without an interval lo = hi = mean */
    double wanted;       /* [require] quality */
    bool has_interval;
    bool certain; /* its lower end is not below what is wanted */
    const char
        *what; /* "f1 0.84 (95 %: 0.8 to 0.87, 120 prompts) in evaluation qa …" */
};

struct plan_option {
    const struct candidate_settings *candidate;
    size_t workload;
    struct model model;
    struct purchase buy;
    const char *region;
    enum routing routing;
    double part;              /* of the workload's requests that `model` answers */
    struct plan_route *route; /* who answers the others; NULL: nobody */

    /* what it costs: tokens (all of them, or what the units leave over), hours, once */
    struct plan_component *component;
    size_t components, component_capacity;
    bool tokens_billed;            /* false: overflow is refused, not billed */
    bool held_said;                /* the account's own units are in the notes */
    const struct unit_price *unit; /* model unit; NULL none */
    struct unit_pick unit_pick;
    double unit_input_tpm, unit_output_tpm; /* 0: unknown */
    int64_t units;                          /* found by plan_simulate */
    const struct plan_burst *burst;         /* what units refuse inside the hour */
    struct usd_rate import_rate;            /* per copy-window: CMUs × price × 5 */
    double import_copies;
    const struct item_price *import_minute, *import_kept; /* of one unit; NULL none */
    int64_t import_units;                                 /* of a copy */
    double attachment_tokens; /* a mean request's, beside its text */
    struct usd_acc training, storage_per_month;
    struct bill training_bill, storage_bill; /* of one run, of one month */
    int64_t retrain_every_months;
    struct extras extras;    /* its workload's lines, and its own */
    double extras_total_usd; /* of them, in the mean total */
    double idle_usd_per_month;

    /* what it may do */
    struct quota quota;
    double charged_per_request, charged_per_input,
        charged_per_output; /* of the quota */
    double throttled_share; /* of requests, by the default quota; -1 unknown */
    bool quota_shared;      /* another workload's option draws on the same quota */
    bool priced, feasible;
    bool never_cheapest; /* a price rests on trust C alone */
    bool incomplete; /* a part is not priced: cheapest only where nothing is whole */
    struct notes reasons, assumptions;
    unsigned marks;

    struct plan_mix *mix; /* the best mix of terms over time; NULL: one term */
    struct plan_reserved *reserved;
    struct month_totals *left; /* above the units, [path × months + month]; NULL none */

    /* what came out */
    int64_t *cost_nusd; /* [path × months + month]; NULL when not priced */
    /* summed over all paths and months: what each component billed, then unit-hours
     * without commitment, copy-windows, and each extra line; -1: more than 9.2e18 */
    int64_t *billed;
    struct plan_stats monthly, total;
    double usd_per_1k_requests;
    const char *dominated; /* why, or NULL */
    const struct plan_quality
        *quality;         /* what an evaluation says of it; NULL nothing */
    double unit_even_tpm; /* tokens a minute by the token that cost what one unit does;
                             0: dominated, or not known */
    double
        *required_tpm; /* rate a unit must deliver, for 1, 2, … units; 0: none wins */
    size_t required_tpms;
};

struct break_even {
    size_t a, b; /* options */
    double requests_per_day;
};

struct step { /* of the ladder */
    size_t option;
    const char *gain;
};

struct driver_share {
    const char *input;
    double share; /* of the variance of the total, alone; -1 not a driver */
    double total; /* with all that it interacts with */
    double low_usd,
        high_usd; /* monthly, at the ends of an assumption, or with the driver at its
                     P10 and P90 and the others at their medians */
    double breach_share, breach_total; /* the same shares of whether a limit breaks */
};

enum plan_limit { LIMIT_MONTH, LIMIT_QUARTER, LIMIT_YEAR, LIMITS };
extern const char *const plan_limit_text[LIMITS]; /* "monthly", … */

/* A fiscal quarter or year, as far as the plan reaches into it. */
struct budget_period {
    enum plan_limit limit;
    size_t first, months; /* of the plan */
    bool whole;           /* false: other months of it lie outside the plan */
    double spent_usd;     /* before the plan, included in `usd` */
    struct plan_stats usd;
    double breach; /* -1: no limit */
};

struct budget_risk {
    double breach[LIMITS]; /* some month, quarter, fiscal year is over; -1 no limit */
    double any;            /* any of the three; -1 no limit at all */
    /* p10, p50, p90 over all paths of the first breach, in months from the start, the
     * spend of a month spread evenly over it; -1 never */
    double first[LIMITS][3];
    double *by_month[LIMITS]; /* the month's period is over its limit by its end */
    struct budget_period *period;
    size_t periods;
};

enum { PLAN_VOLUMES = 81, PLAN_CURVES = 5 };

/* Mean monthly USD of an option by volume. */
struct volume_curve {
    size_t option;
    double usd[PLAN_VOLUMES];
};

struct bridge_side;
struct plan_probe;
struct table;

struct plan {
    struct app *app;
    struct arena *arena;
    struct plan_config config;
    struct plan_workload *workload;
    size_t workloads;
    struct plan_option *option;
    size_t options, option_capacity;
    struct extras extras; /* of no workload: by month only */

    const char *counted; /* the training file read last; NULL none */
    int64_t counted_tokens;

    struct plan_probe *probe; /* saved ones with a P95, oldest first */
    size_t probes;
    struct plan_evidence *evidence; /* of each workload; see plan_quality.c */

    /* time */
    int64_t hours;
    size_t months, paths;
    int64_t *month_start_unix_s; /* months + 1 */
    int32_t *month_of_hour;
    int threads;

    /* the paths */
    double *point;                 /* driver coordinates, see demand_points() */
    struct month_totals *demand;   /* [workload][path][month] */
    struct windows_table *windows; /* NULL: nothing is billed by the window */

    /* answers */
    size_t *order;    /* options by rank: feasible by mean cost, then the rest */
    size_t *cheapest; /* option of each workload; options when there is none */
    /* the cheapest of each workload whose quality is proved; options when there is none
     */
    size_t *recommended;
    size_t *choice; /* the budget's: the workload's `choose`, or its cheapest */
    double *chosen; /* USD [path × months + month] of the choice of each workload */
    int64_t *shared_nusd;     /* by month: saved by units that several choices share */
    struct plan_stats *month; /* of `chosen` */
    struct plan_stats chosen_total;
    struct plan_stats *spend; /* of `chosen`, up to the end of each month; [0] is 0 */
    double volume[PLAN_VOLUMES]; /* requests a day */
    struct volume_curve *curve;  /* of the best options */
    size_t curves;
    /* the choices' bills, for bridges: of all months, of the first, of the last */
    struct bridge_side *bill, *first_bill, *last_bill;
    struct break_even *even;
    size_t evens;
    struct step *ladder;
    size_t steps;
    struct driver_share *sensitivity;
    size_t drivers;
    struct budget_risk risk;
};

/* What the command line says above plan.ini. */
struct plan_flags {
    int64_t at_unix_s; /* of the catalog, when --at was given */
    const char *region, *report, *plots;
    int64_t start_unix_s, months, paths, threads;
    bool budget, explain;
    struct opt_list fail_if;
};

/* Resolve workloads and candidates against the catalog.
 * Errors: ERR_NOT_FOUND, ERR_INPUT with "plan.ini:LINE: …"; what is only infeasible or
 * unpriced becomes a reason of its option. */
NODISCARD enum err_code plan_build(struct plan *p, const char *path, struct app *app,
                                   const struct plan_flags *flags, struct err *e);
NODISCARD enum err_code plan_simulate(struct plan *p, struct err *e);
NODISCARD enum err_code plan_price(struct plan *p, struct err *e);
NODISCARD enum err_code plan_rank(struct plan *p, struct err *e);

/* USD of one mean request of the option's workload, paid by the token. */
double plan_usd_per_request(const struct plan *p, const struct plan_option *o);
/* The feasible option of a workload with the lowest mean, `except` left out; NULL none.
 * Prices on trust C alone never count, incomplete ones only where there is no other. */
struct plan_option *plan_cheapest(const struct plan *p, size_t workload,
                                  const struct plan_option *except);

/* What the charts show beside the answers: spend to date, cost by volume. */
void plan_curves(struct plan *p);
/* The first of the feasible, priced options in order, at most `most`. */
size_t plan_shown(const struct plan *p, size_t *out, size_t most);

/* pieces of the above, a file each */
/* The lines of one workload, what they add to its prompts and keep from its model; and
 * those of the whole plan. `lengths` must be there.
 * Errors: ERR_INPUT, ERR_UNPRICED, ERR_NOT_FOUND with "plan.ini:LINE: [section]: …". */
NODISCARD enum err_code plan_workload_extras(struct plan *p, struct plan_workload *w,
                                             struct err *e);
NODISCARD enum err_code plan_whole_extras(struct plan *p, struct err *e);
/* The lines of an option: its workload's, and those that hang on its own prices.
 * Errors: ERR_UNPRICED, ERR_NOT_FOUND: reasons, not failures, to the caller. */
NODISCARD enum err_code plan_option_extras(struct plan *p, struct plan_option *o,
                                           struct err *e);
/* Fill `quantity` and `usd` of every line, from the paths. */
void plan_mean_extras(struct plan *p);
/* The lines behind the ranking: of each workload's choice, and of the whole plan. Their
 * sources in full, or as letters that notes explain. False when there are none. */
bool plan_extras_table(const struct plan *p, struct table *t, bool letters);
double plan_whole_usd(const struct plan *p, size_t month); /* lines of the whole plan */
double plan_keep(const struct plan *p); /* of a price, after the discount */
/* Adds the components of `share` of the requests under one tier's prices.
 * Errors: ERR_UNPRICED, ERR_NOT_FOUND (routing): reasons, not failures, to the caller.
 */
NODISCARD enum err_code plan_option_tokens(struct plan *p, struct plan_option *o,
                                           struct catalog *c, enum tier tier,
                                           double share, struct err *e);
/* The components of `share` of the requests, each announced price for its part of the
 * plan; `first` is the tariff of the start, built from the same rows.
 * Errors: as plan_option_tokens(). */
NODISCARD enum err_code plan_price_steps(struct plan *p, struct plan_option *o,
                                         const struct tariff *first,
                                         const struct price_row *rows, size_t count,
                                         const struct price_offer *offer, double share,
                                         struct err *e);
/* Say which announced prices of units like `used` come into force inside the plan, for
 * they do not bill in it, and which units the account holds already. */
NODISCARD enum err_code plan_say_unit_steps(struct plan *p, struct plan_option *o,
                                            struct catalog *c,
                                            const struct unit_price *used,
                                            struct err *e);
void plan_add_tariff(struct plan *p, struct plan_option *o, const struct tariff *t,
                     double share);
NODISCARD enum err_code
plan_add_options(struct plan *p, const struct candidate_settings *c, struct err *e);
NODISCARD enum err_code plan_option_attachments(struct plan *p, struct plan_option *o,
                                                struct err *e);
NODISCARD enum err_code plan_option_units(struct plan *p, struct plan_option *o,
                                          struct catalog *c, struct err *e);
NODISCARD enum err_code plan_option_import(struct plan *p, struct plan_option *o,
                                           struct catalog *c, struct err *e);
NODISCARD enum err_code plan_option_tuning(struct plan *p, struct plan_option *o,
                                           struct catalog *c, struct err *e);
/* Fill o->mix from the terms that are sold; NULL when none is. */
NODISCARD enum err_code plan_option_mix(struct plan *p, struct plan_option *o,
                                        struct catalog *c, struct err *e);
/* The cheapest whole number of units on the option's term, and what it leaves over. */
void plan_choose_units(struct plan *p, struct plan_option *o);
NODISCARD enum err_code plan_option_reserved(struct plan *p, struct plan_option *o,
                                             struct catalog *c, struct err *e);
/* The cheapest reservation, and what it leaves over. */
void plan_choose_reserved(struct plan *p, struct plan_option *o);
/* The best mix over time, by the optimiser; its certificate is checked on every run. */
NODISCARD enum err_code plan_mix(struct plan *p, struct plan_option *o, struct err *e);
/* Throttled shares from generated traffic, in place of the hourly means' lower bound.
 */
NODISCARD enum err_code plan_twin(struct plan *p, struct err *e);
/* What units of this rate refuse, by demand and number, into o->burst. */
NODISCARD enum err_code plan_burst(struct plan *p, struct plan_option *o,
                                   struct err *e);
/* What an option bills in one month, as plan_price() does: of `all` tokens, those
 * `left` to be paid by the token, and unit-hours without commitment (of a mix). */
NODISCARD enum err_code plan_month_usd(struct usd *out, const struct plan *p,
                                       const struct plan_option *o, size_t month,
                                       const struct month_totals *all,
                                       const struct month_totals *left,
                                       double hourly_units, struct err *e);
/* Units by the hour that a mix takes for `over` units above its commitments, a unit's
 * traffic costing `unit_usd` by the token. */
double plan_hourly_units(const struct plan_option *o, double over, double unit_usd);
/* What the choices save by sharing units, into p->shared_nusd. */
NODISCARD enum err_code plan_share_units(struct plan *p, struct err *e);
/* Hours of a month that units are paid for; the last month bears what a term runs over.
 */
int64_t plan_paid_month(const struct plan *p, const struct plan_option *o,
                        size_t month);
void plan_judge(struct plan *p, struct plan_option *o);
/* The saved probes, where some workload requires a latency; a note where there is none.
 * Errors: ERR_DB. */
NODISCARD enum err_code plan_probes(struct plan *p, struct err *e);
/* The saved evaluations that [require] names; a note where none is named.
 * Errors: ERR_NOT_FOUND, ERR_INPUT with "plan.ini:LINE: …"; ERR_DB. */
NODISCARD enum err_code plan_evaluations(struct plan *p, struct err *e);
/* Feasible when the mean is what is wanted; not certain when the interval holds it. */
void plan_judge_quality(struct plan *p, struct plan_option *o);
/* What is known of the option's quality, for a bracket behind its name. */
const char *plan_evidence_text(const struct plan *p, const struct plan_option *o);
/* The part of plan_judge() that rests on them. */
void plan_judge_latency(struct plan *p, struct plan_option *o);
void plan_required_rates(struct plan *p, struct plan_option *o);
void plan_dominance(struct plan *p, struct plan_option *o);
void plan_break_evens(struct plan *p);
/* Mean monthly USD of an option at `n` volumes, on the paths of the break-evens. */
void plan_volume_curve(const struct plan *p, const struct plan_option *o,
                       const double *requests_per_day, double *monthly_usd, size_t n);
void plan_ladder(struct plan *p);
NODISCARD enum err_code plan_sensitivity(struct plan *p, struct err *e);
void plan_budget(struct plan *p);
double plan_limit_usd(const struct plan *p, enum plan_limit limit); /* 0: none */
/* Whether these months break the limit, and when first (in months from the start). */
bool plan_breaks(const struct plan *p, const double *month_usd, enum plan_limit limit,
                 double *at_month);
int64_t plan_month_unix_s(const struct plan *p, double at_month);
/* Errors: ERR_GATE with the one line that says why; ERR_USAGE: an unknown gate, or one
 * whose limit is not in [budget]. */
NODISCARD enum err_code plan_gates(const struct plan *p, const struct plan_flags *f,
                                   struct err *e);
struct plan_stats plan_stats_of(double *values, size_t n); /* sorts `values` */

/* The curve of an option's hourly demand over the first `paths` paths, in units when
 * its unit rate is known, else in tokens a minute at the workload's mix. Hours weigh
 * what their tokens cost in USD, or their requests where overflow is refused. `levels`
 * as in overflow_init(). */
void plan_overflow_curve(const struct plan *p, const struct plan_option *o,
                         size_t paths, size_t levels, struct overflow *out);

/* Hours that units are paid for: whole terms; the last one may outlive the plan. */
int64_t plan_paid_hours(const struct plan *p, const struct plan_option *o);

/* answers */
void plan_table(const struct plan *p, struct table *t);
/* Four significant digits, with thousands marks for people and without for csv.
 * Owns: the plan's arena. */
const char *plan_money(const struct plan *p, double usd);
/* The same in [account] currency, with its code: "EUR 1,290". NULL without one. */
const char *plan_local(const struct plan *p, double usd);
/* "EUR at 0.9231 to the USD, a stated rate of 2026-11-20", or NULL. */
const char *plan_local_rate(const struct plan *p);
void plan_print(const struct plan *p);
/* `explain`: each price with why it was the one. */
NODISCARD enum err_code plan_json(const struct plan *p, FILE *f, bool explain,
                                  struct err *e);
/* Requests asked of a mean path, all months. */
double plan_mean_requests(const struct plan *p, const struct plan_option *o);
struct plot;
enum plan_chart {
    CHART_CANDIDATES,
    CHART_SPEND,
    CHART_MONTHS,
    CHART_SENSITIVITY,
    CHART_VOLUME,
    CHART_EXTRAS,
    CHART_COUNT
};
extern const char *const plan_chart_name[CHART_COUNT];
/* What a chart shows; false when there is nothing to draw. Owns: the plan's arena. */
bool plan_chart(struct plot *out, const struct plan *p, enum plan_chart chart);
NODISCARD enum err_code plan_plots(const struct plan *p, const char *folder,
                                   struct err *e);
/* Load duration and calendar of the best mix that buys anything, if there is one. */
NODISCARD enum err_code plan_mix_plots(const struct plan *p, const char *folder,
                                       struct err *e);
NODISCARD enum err_code plan_report(const struct plan *p, const char *path,
                                    struct err *e);

/* "nova-lite batch 20%" */
const char *plan_option_name(const struct plan *p, const struct plan_option *o);

#endif
