#ifndef USAGE_WHY_REPORT_H
#define USAGE_WHY_REPORT_H

/* What `usage why` found for one model, as text and as JSON. */

#include "app.h"
#include "json.h"
#include "usage_why.h"

enum { WHY_ROUTINGS = 3 };

struct why_routing {
    const char *name; /* NULL: no quota of it is known */
    int64_t tokens_per_min, requests_per_min;
    int64_t refused; /* of the requests of the throttled minutes */
};

struct why_report {
    const char *model, *region, *routing; /* routing "" when not known */
    bool quota_known;
    struct admission quota;
    const char *quota_source; /* "given", or the catalog's, with its date */
    const char *note[4];      /* assumptions; NULL ends */
    struct why_answer answer;
    struct why_routing other[WHY_ROUTINGS];
};

void why_text(struct app *app, const struct why_report *r);
void why_json(struct json *j, const struct why_report *r, struct arena *a);

#endif
