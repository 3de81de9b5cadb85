#ifndef PLANNER_CATALOG_SHOW_H
#define PLANNER_CATALOG_SHOW_H

/* Everything the catalog knows of one model, gathered, as text and as JSON. */

#include "app.h"
#include "catalog_facts.h"
#include "model_words.h"

/* What bills one dimension in the region asked for. */
struct show_bill {
    const char *dimension, *context_tier;
    struct price_pick pick;
};

struct show {
    struct model model;
    struct price_offer offer;
    bool routed; /* a routing reaches the region; else `why_not` */
    enum routing routing;
    const char *why_not;
    struct show_bill *bill;
    struct price_row *price;
    struct unit_price *unit;
    struct item_price *tuning;
    struct quota_row *quota;
    struct held_unit *held;
    size_t bills, prices, units, tunings, quotas, helds;
    struct quota burndown; /* its `burndown`, source and date */
};

void show_text(struct app *app, const struct show *s);
NODISCARD enum err_code show_json(struct app *app, const struct show *s, struct err *e);

#endif
