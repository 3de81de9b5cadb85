#ifndef PLANNER_ACCESS_ACCESS_H
#define PLANNER_ACCESS_ACCESS_H

/* What an account can do in a region: AWS's lists laid beside the catalog's models. */

#include "catalog.h"
#include "control.h"

struct access_trouble {
    const char *what; /* the action that was refused: "bedrock:ListCustomModels" */
    const char *class_, *message;
};

struct access_model {
    const char *id, *name;
    bool in_catalog;
    enum answer call, provision; /* UNKNOWN: AWS did not say */
    const char *through;         /* "on-demand us.x global.x", "" none */
    const char *tune;            /* "fine-tuning …", "" none */
    int64_t units;               /* provisioned by this account */
    double tokens_per_min;       /* the account's quota; NAN unknown */
    const char *missing;         /* "; "-separated, "" nothing */
};

struct access_region {
    const char *region, *profile, *provider;
    struct access_trouble *trouble;
    size_t troubles, trouble_capacity;
    struct foundation_model *listed;
    size_t listed_count;
    bool listed_known, profiles_known, quotas_known;
    struct inference_profile *inference;
    size_t inference_count;
    struct provisioned_model *provisioned;
    size_t provisioned_count;
    struct custom_model *custom;
    size_t custom_count;
    struct service_quota *quota;
    size_t quota_count;
    struct access_model *model;
    size_t models, model_capacity;
};

/* Asks AWS for everything; what is refused becomes a trouble. Errors: only where
 * nothing can be asked at all (credentials, network, every list refused). */
NODISCARD enum err_code access_ask(struct access_region *r, struct client *c,
                                   struct arena *a, struct err *e);

/* Fills `model`: the catalog's models of this region and what AWS lists beside them.
 * `wanted` limits them (count 0: all); each that can be called is asked about. */
NODISCARD enum err_code access_judge(struct access_region *r, struct catalog *catalog,
                                     const char *const *wanted, size_t wanted_count,
                                     struct client *c, struct arena *a, struct err *e);

#endif
