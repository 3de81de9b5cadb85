#ifndef MODELS_BEDROCK_CREDENTIALS_H
#define MODELS_BEDROCK_CREDENTIALS_H

/* Who we are to AWS: the AWS CLI's chain. Environment, assume-role profiles, web
 * identity, SSO, credentials file, credential_process, config file, container, IMDSv2,
 * in this order; a bearer key of Bedrock comes first for Bedrock.
 * Source: boto/botocore botocore/credentials.py. */

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "aws_config.h"
#include "err.h"
#include "secret.h"

struct http;
struct crypto;

/* Texts are in `struct secrets`; NULL where there is none. */
struct credentials {
    const char *access_key_id, *secret_access_key, *session_token;
    const char *bearer;     /* Bedrock API key, AWS_BEARER_TOKEN_BEDROCK */
    int64_t expires_unix_s; /* INT64_MAX: not known to expire */
    const char *provider;   /* "environment", "profile dev, assumed role …": for -v */
    const char *account;    /* account id where a source names it; NULL */
};

struct credentials_input {
    const struct aws_config *config;
    const char *profile; /* of --profile, AWS_PROFILE or "default" */
    bool profile_asked;  /* by --profile: the environment's keys are then passed over */
    bool bearer_serves;  /* for Bedrock itself, not STS, quotas or CloudWatch */
    const char *region;  /* for STS; NULL: us-east-1's global endpoint */
    int64_t now_unix_s;
    struct http *http;
    const struct crypto *crypto;
};

/* Errors: ERR_CREDENTIALS: none found (what was looked at), expired ("run 'aws sso
 * login'"), refused by STS in its own words, a profile that is not there (with the
 * nearest), a circle of source_profile; ERR_NET when a source cannot be reached.
 * Owns: texts in `s`, the rest in the arena. */
NODISCARD enum err_code credentials_find(struct credentials *out,
                                         const struct credentials_input *in,
                                         struct secrets *s, struct arena *a,
                                         struct err *e);

#endif
