#ifndef MODELS_BEDROCK_ENDPOINT_H
#define MODELS_BEDROCK_ENDPOINT_H

/* Which host serves which AWS service, and under what name requests to it are signed.
 * Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints"; botocore's
 * endpoint rule sets. */

#include <stdbool.h>

#include "arena.h"
#include "aws_config.h"
#include "err.h"
#include "uri.h"

enum aws_service {
    AWS_BEDROCK_RUNTIME,
    AWS_BEDROCK,
    AWS_SERVICE_QUOTAS,
    AWS_CLOUDWATCH,
    AWS_STS,
    AWS_SSO,
    AWS_SSO_OIDC,
    AWS_SERVICE_COUNT
};

struct endpoint {
    const char *url;          /* "https://bedrock-runtime.us-east-1.amazonaws.com" */
    struct uri uri;           /* the same in parts */
    const char *signing_name; /* "bedrock" */
    const char *signing_region;
    const char *origin; /* where the URL came from: "--endpoint-url",
                           "AWS_ENDPOINT_URL", "profile dev", "region" */
};

struct endpoint_input {
    const char *region;
    const char
        *endpoint_url; /* --endpoint-url, for Bedrock's two services only; NULL */
    const struct aws_config *config; /* may be NULL */
    const char *profile;
};

/* Order: --endpoint-url, AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, the profile's
 * `services` section, the profile's endpoint_url, AWS's own host for the region.
 * AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, AWS_USE_FIPS_ENDPOINT and
 * AWS_USE_DUALSTACK_ENDPOINT (or the profile's settings) are heeded.
 * Errors: ERR_INPUT: a malformed URL or region, plain http to another host than this
 * machine. Owns: the arena. */
NODISCARD enum err_code endpoint_find(struct endpoint *out, enum aws_service service,
                                      const struct endpoint_input *in, struct arena *a,
                                      struct err *e);

/* --region, the region of an ARN, AWS_REGION, AWS_DEFAULT_REGION, the profile's region.
 * `asked` and `arn` may be NULL. Errors: ERR_USAGE "no region; give --region …". */
NODISCARD enum err_code region_find(const char **out, const char *asked,
                                    const struct aws_config *config,
                                    const char *profile, const char *arn,
                                    struct arena *a, struct err *e);

/* --profile, AWS_PROFILE, AWS_DEFAULT_PROFILE, "default". */
const char *profile_find(const char *asked, bool *was_asked);

#endif
