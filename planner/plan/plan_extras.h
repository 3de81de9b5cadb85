#ifndef PLANNER_PLAN_PLAN_EXTRAS_H
#define PLANNER_PLAN_PLAN_EXTRAS_H

/* What the sections beside the workloads are made into lines with. */

#include "plan.h"

/* Quantities by month: the same in each, once at the start, by the hours of a month.
 * Owns: the plan's arena. */
double *plan_each_month(const struct plan *p, double quantity);
double *plan_once(const struct plan *p, double quantity);
double *plan_by_hours(const struct plan *p, double quantity_per_hour);

/* "stated in plan.ini": the source of a price that the plan gives. */
const char *plan_stated(const struct plan *p);

/* Whether a section is the workload's: it names it, or there is no other. */
bool plan_is_of(const struct plan *p, const struct section_head *h,
                const struct plan_workload *w);

/* `tokens` more in every prompt of the workload, and a note that says so. */
void plan_add_input(struct plan *p, struct plan_workload *w, double tokens,
                    const char *owner);

/* "plan.ini:12: [rag kb]: " in front of a failure. */
enum err_code plan_head_wrap(struct err *e, const struct plan *p,
                             const struct section_head *h, const char *section);

/* What the catalog says that an item of a service costs ("Rerank",
 * "cohere.rerank-v3-5:0"). Errors: ERR_UNPRICED naming both. */
NODISCARD enum err_code plan_service_price(struct extra_price *out, struct plan *p,
                                           const char *service, const char *item,
                                           struct err *e);
/* The price that the plan states for a thousand units (NaN: none), else the catalog's.
 * Errors: ERR_UNPRICED naming the missing row and the `key` that would state it. */
NODISCARD enum err_code plan_price_or_stated(struct extra_price *out, struct plan *p,
                                             const char *service, const char *item,
                                             const char *unit, double stated_per_1k,
                                             const char *key, struct err *e);
/* A price that the plan states, per 1, 1 000 or 1 000 000 units. */
struct extra_price plan_stated_price(const struct plan *p, double usd, int32_t per,
                                     const char *unit);
/* A model and its standard price of a token, read and written, in the plan's region.
 * `out` has no unit for a model that writes nothing. Errors: ERR_NOT_FOUND,
 * ERR_UNPRICED. */
NODISCARD enum err_code plan_model_price(struct model *m, struct extra_price *in,
                                         struct extra_price *out, struct plan *p,
                                         const char *model, struct err *e);
/* The same of an option's own model, as its tokens are bought; a unit is billed as if
 * by the token. */
NODISCARD enum err_code plan_own_price(struct extra_price *in, struct extra_price *out,
                                       struct plan *p, const struct plan_option *o,
                                       struct err *e);

/* The lines of one [rag] section for a workload, and what it adds to its prompts.
 * Errors: ERR_INPUT, ERR_NOT_FOUND, ERR_UNPRICED, without the section's place. */
NODISCARD enum err_code plan_rag(struct plan *p, struct plan_workload *w,
                                 const struct rag_settings *s, struct err *e);
/* Questions made of questions, by the option's own model. */
NODISCARD enum err_code plan_rag_option(struct plan *p, struct plan_option *o,
                                        const struct rag_settings *s, struct err *e);
/* Its vector store, of `bytes` at the start. */
NODISCARD enum err_code plan_rag_store(struct plan *p, struct plan_workload *w,
                                       const struct rag_settings *s, double bytes,
                                       double queries_per_request, struct err *e);

/* The lines of one [guardrails] section; `served_share` must be known.
 * Errors: as plan_rag(). */
NODISCARD enum err_code plan_guardrails(struct plan *p, struct plan_workload *w,
                                        const struct guardrail_settings *s,
                                        struct err *e);

/* Whether an [evaluate] section makes sense and its judge has a price.
 * Errors: as plan_rag(). */
NODISCARD enum err_code
plan_evaluate_check(struct plan *p, const struct evaluate_settings *s, struct err *e);
/* Its runs for an option. Errors: ERR_UNPRICED, ERR_NOT_FOUND. */
NODISCARD enum err_code plan_evaluate(struct plan *p, struct plan_option *o,
                                      const struct evaluate_settings *s, struct err *e);

/* Mean totals of each month, added to `mean` [months]. */
void plan_mean_totals(struct month_totals *mean, const struct plan *p, size_t workload);

#endif
