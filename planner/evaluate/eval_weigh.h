#ifndef EVALUATE_EVAL_WEIGH_H
#define EVALUATE_EVAL_WEIGH_H

/* What the scores mean for a decision: beside a reference model, by category and group,
 * per USD, and for two models in a row. */

#include "app.h"
#include "eval_bias.h"
#include "eval_cascade.h"
#include "eval_labels.h"
#include "eval_robust.h"
#include "eval_text_metrics.h"
#include "eval_worth.h"

struct eval_weigh_settings {
    const char *reference_model, *accept, *swap, *proxy, *plots;
    double margin;
};

/* Rows of these options, for a struct S that has them as member `weigh`. */
/* clang-format off */
#define EVAL_WEIGH_AT(S, T, f) OPT_FIELD(S, T, weigh.f)
#define EVAL_WEIGH_OPTS(S)                                                                         \
    { .key = "reference_model", .type = OPT_TEXT, .offset = EVAL_WEIGH_AT(S, const char *, reference_model), \
      .unit = "MODEL", .help = "what the others are compared with; else the best one" },           \
    { .key = "margin", .type = OPT_REAL, .offset = EVAL_WEIGH_AT(S, double, margin), .unit = "",    \
      .preset = "0", .lo = 0, .hi = 1, .help = "so much worse than the reference is no worse: tested; of a cascade too" }, \
    { .key = "accept", .type = OPT_TEXT, .offset = EVAL_WEIGH_AT(S, const char *, accept), .unit = "SCORE", \
      .help = "an answer is accepted from this score on (of the first metric); 1 where scores are 0 or 1" }, \
    { .key = "swap", .type = OPT_TEXT, .offset = EVAL_WEIGH_AT(S, const char *, swap), .unit = "A=B,C=D", \
      .help = "prompts that differ by these words only are pairs: do answers differ?" },           \
    { .key = "proxy", .type = OPT_TEXT, .offset = EVAL_WEIGH_AT(S, const char *, proxy), .unit = "WHAT", \
      .help = "how sure a cheap answer is: 'confidence' of the responses, or a judge's metric [confidence]" }, \
    { .key = "plots", .type = OPT_TEXT, .offset = EVAL_WEIGH_AT(S, const char *, plots), .unit = "DIR", \
      .help = "draw DIR/quality.svg: score against cost, and the front" }
/* clang-format on */

/* The cheapest pair of models that keeps the score. */
struct eval_pipeline {
    size_t first, second; /* indices of models */
    size_t n;             /* prompts with all that it takes */
    struct cascade_cut cut;
    struct cascade_honest honest;
    double second_score, second_usd; /* of the second model alone, on these prompts */
};

struct eval_weight {
    size_t reference; /* index into models */
    bool chosen;      /* it is the best by these answers: nobody named it */
    double accept;    /* NAN: none */
    struct eval_compare *compare;
    size_t compares;
    struct eval_slice *slice;
    size_t slices;
    struct eval_twins *twins;
    size_t twin_rows;
    struct eval_robust *robust;
    size_t robusts;
    struct eval_worth *worth;         /* [models] */
    struct eval_confusion *confusion; /* [models]; NULL: no classification */
    double *corpus_bleu;              /* [models]; NULL: BLEU was not asked for */
    struct eval_pipeline pipeline;
    bool has_pipeline;       /* one that costs less than the second model alone */
    const char *no_pipeline; /* why there is none */
};

struct eval_answer;
struct json;

/* `usd_per_mtok`: "MODEL=IN,OUT" each, above the catalog.
 * Errors: ERR_USAGE of the settings; ERR_RANGE; of the catalog. Owns: the arena. */
NODISCARD enum err_code
eval_weigh(struct eval_weight *out, struct eval_set *set, const struct eval_answer *x,
           const struct eval_weigh_settings *s, const char *region,
           const struct opt_list *usd_per_mtok, struct app *app, struct err *e);

void eval_weigh_print(struct app *app, const struct eval_answer *x);
void eval_weigh_json(struct json *j, const struct eval_answer *x);

/* Members of a model: latency_ms, usd, usd_per_accepted and what they rest on. */
void eval_weigh_json_model(struct json *j, const struct eval_answer *x, size_t model);

/* DIR/quality.svg. Errors: ERR_PLOT, ERR_IO; ERR_SAMPLES without any cost. */
NODISCARD enum err_code eval_weigh_plot(struct app *app, const struct eval_answer *x,
                                        const char *dir, struct err *e);

#endif
