#ifndef PLANNER_EXPLAIN_PRIVATE_H
#define PLANNER_EXPLAIN_PRIVATE_H

/* What the files of this folder share. */

#include "explain.h"
#include "str.h"

struct str explain_topics_bytes(void);
struct str explain_statements_bytes(void);

/* What a topic looks at. */
struct explain_work {
    struct app *app;
    struct catalog *catalog;
    struct arena *arena;
    const struct model *m;
    const char *region;
    struct price_row *row;
    size_t rows;
    struct unit_price *unit;
    size_t units;
    struct item_price *item;
    size_t items;
    struct explain_answer *out;
};

/* A fact of the model's own row of the catalog. */
void explain_fact(struct explain_work *w, const char *what, const char *value);
/* `answer` "may" …, and why. */
void explain_says(struct explain_work *w, const char *answer, const char *sentence);
/* A price, without a quantity. Errors: ERR_RANGE. */
NODISCARD enum err_code explain_price(struct explain_work *w, const struct proof *p,
                                      struct err *e);
/* Whether a word stands in a list with blanks between. */
bool explain_lists(const char *words, const char *word);

/* The topics that look at a model, each what its name says. */
NODISCARD enum err_code explain_provisioned(struct explain_work *w, struct err *e);
NODISCARD enum err_code explain_reserved(struct explain_work *w, struct err *e);
NODISCARD enum err_code explain_deployment(struct explain_work *w, struct err *e);
NODISCARD enum err_code explain_import(struct explain_work *w, struct err *e);
NODISCARD enum err_code explain_tier(struct explain_work *w, enum tier tier,
                                     struct err *e);
NODISCARD enum err_code explain_caching(struct explain_work *w, struct err *e);
NODISCARD enum err_code explain_routing(struct explain_work *w, struct err *e);
NODISCARD enum err_code explain_context(struct explain_work *w, struct err *e);
NODISCARD enum err_code explain_method(struct explain_work *w, const char *method,
                                       enum answer offered, struct err *e);
NODISCARD enum err_code explain_lifecycle(struct explain_work *w, struct err *e);
NODISCARD enum err_code explain_quotas(struct explain_work *w, struct err *e);
NODISCARD enum err_code explain_attachments(struct explain_work *w, struct err *e);

#endif
