#ifndef MODELS_BEDROCK_CONTROL_H
#define MODELS_BEDROCK_CONTROL_H

/* What an account has: models, profiles, provisioned capacity, custom models, quotas,
 * metrics, identity. Lists are read to their last page. `failure` (may be NULL) says
 * why one could not be read. Texts and arrays live in the arena. Source: boto/botocore
 * data/bedrock/2023-04-20, service-quotas, cloudwatch, sts. */

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "client.h"
#include "err.h"

struct foundation_model {
    const char *id, *arn, *name, *provider;
    const char *input, *output; /* modalities, space separated: "TEXT IMAGE" */
    const char *inference;      /* "ON_DEMAND PROVISIONED INFERENCE_PROFILE" */
    const char *customizations; /* "FINE_TUNING …" */
    const char *lifecycle;      /* "ACTIVE", "LEGACY" */
    bool streaming;
};
/* Whether this account may use a model: AVAILABLE, PENDING, NOT_AVAILABLE, ERROR;
 * AUTHORIZED, NOT_AUTHORIZED; "" where AWS does not say. */
struct model_availability {
    const char *agreement, *authorization, *entitlement, *region;
};
struct inference_profile {
    const char *id, *arn, *name, *status, *type; /* SYSTEM_DEFINED, APPLICATION */
    const char **model;                          /* ids of the models behind it */
    size_t models;
};
struct provisioned_model {
    const char *name, *arn, *model_arn, *foundation_arn, *status;
    const char *commitment; /* "OneMonth", "SixMonths", "" none */
    int64_t units;
    int64_t created_unix_s, commitment_ends_unix_s; /* INT64_MIN unknown */
};
struct custom_model {
    const char *name, *arn, *base_arn, *base_name, *customization, *status;
};
struct service_quota {
    const char *code, *name, *unit;
    double value;
    bool adjustable;
};
struct caller_identity {
    const char *account, *arn, *user_id;
};

NODISCARD enum err_code list_foundation_models(struct foundation_model **out,
                                               size_t *count, struct client *c,
                                               struct aws_failure *failure,
                                               struct arena *a, struct err *e);
NODISCARD enum err_code get_availability(struct model_availability *out,
                                         const char *model, struct client *c,
                                         struct aws_failure *failure, struct arena *a,
                                         struct err *e);
NODISCARD enum err_code list_inference_profiles(struct inference_profile **out,
                                                size_t *count, struct client *c,
                                                struct aws_failure *failure,
                                                struct arena *a, struct err *e);
NODISCARD enum err_code list_provisioned_models(struct provisioned_model **out,
                                                size_t *count, struct client *c,
                                                struct aws_failure *failure,
                                                struct arena *a, struct err *e);
NODISCARD enum err_code get_provisioned_model(struct provisioned_model *out,
                                              const char *name_or_arn, struct client *c,
                                              struct aws_failure *failure,
                                              struct arena *a, struct err *e);
NODISCARD enum err_code list_custom_models(struct custom_model **out, size_t *count,
                                           struct client *c,
                                           struct aws_failure *failure, struct arena *a,
                                           struct err *e);
/* Of Bedrock. */
NODISCARD enum err_code list_service_quotas(struct service_quota **out, size_t *count,
                                            struct client *c,
                                            struct aws_failure *failure,
                                            struct arena *a, struct err *e);
NODISCARD enum err_code get_caller_identity(struct caller_identity *out,
                                            struct client *c,
                                            struct aws_failure *failure,
                                            struct arena *a, struct err *e);

/* GetMetricData: one metric of AWS/Bedrock for one model id. */
struct metric_question {
    const char *metric; /* "InputTokenCount" */
    const char *model;  /* dimension ModelId */
    const char *stat;   /* "Sum", "SampleCount", "p95" */
    int64_t period_s, from_unix_s, to_unix_s;
};
struct metric_point {
    int64_t at_unix_s;
    double value;
};
NODISCARD enum err_code get_metric(struct metric_point **out, size_t *count,
                                   const struct metric_question *q, struct client *c,
                                   struct aws_failure *failure, struct arena *a,
                                   struct err *e);

#endif
