#ifndef PLANNER_EXPLAIN_H
#define PLANNER_EXPLAIN_H

/* Short answers with their sources: what AWS says of a topic (data/explain), and what
 * the catalog knows of it for a model: whether it must, may or cannot be used, where,
 * and what it costs while nobody calls. */

#include "app.h"
#include "proof.h"

struct explain_topic {
    const char *name, *title;
    const char *services; /* of the catalog, with ';' between; "" none */
};

struct explain_statement {
    const char *topic, *prefix; /* of model ids it holds for; "*" all */
    const char *answer;         /* "cannot", or "" it decides nothing */
    const char *text, *source, *as_of, *trust;
};

struct explain_book {
    struct explain_topic *topic;
    size_t topics, topic_capacity;
    struct explain_statement *statement;
    size_t statements, statement_capacity;
};

/* The book in the program. Errors: ERR_INPUT with the line: a mistake of ours that
 * tests find. Owns: the arena. */
NODISCARD enum err_code explain_book(struct explain_book *out, struct arena *a,
                                     struct err *e);
/* The same from other text, for tests. */
NODISCARD enum err_code explain_book_parse(struct explain_book *out, struct str topics,
                                           struct str statements, struct arena *a,
                                           struct err *e);

/* Errors: ERR_USAGE with the nearest topic. */
NODISCARD enum err_code explain_find(const struct explain_topic **out,
                                     const struct explain_book *b, const char *name,
                                     struct arena *a, struct err *e);

struct explain_fact {
    const char *what, *value;           /* value NULL: unknown */
    const char *source, *as_of, *trust; /* trust NULL: as the source says */
};

struct explain_answer {
    const struct explain_topic *topic;
    const struct model *model; /* NULL: of the topic alone */
    const char *region;
    const char *answer; /* "must", "may", "cannot", "unknown"; NULL without a model */
    const char *sentence;
    struct explain_fact *fact;
    size_t facts, fact_capacity;
    struct proof_list price;
    bool idles; /* what follows is known */
    struct usd idle_per_hour, idle_per_month;
    const struct explain_statement **statement; /* that hold for it */
    size_t statements;
};

/* `model` NULL: the topic alone. Errors: of the catalog; ERR_RANGE. Owns: the arena. */
NODISCARD enum err_code explain_answer(struct explain_answer *out, struct app *app,
                                       const struct explain_book *b,
                                       const struct explain_topic *t,
                                       const struct model *m, const char *region,
                                       struct err *e);

#endif
