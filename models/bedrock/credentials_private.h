#ifndef MODELS_BEDROCK_CREDENTIALS_PRIVATE_H
#define MODELS_BEDROCK_CREDENTIALS_PRIVATE_H

/* The sources of the chain. Each sets `*found`, or leaves it and returns OK where it is
 * not configured; a source that is configured and fails is an error. */

#include <cjson/cJSON.h>

#include "credentials.h"
#include "endpoint.h"
#include "http.h"

enum { CHAIN_MAX = 8, SECRET_REPLY_BYTES = 65536 };

struct finder {
    const struct credentials_input *in;
    struct secrets *secrets;
    struct arena *arena;
    const char *role_profile[CHAIN_MAX]; /* through which we came, against circles */
    size_t depth;
};

/* A source of the chain, for one profile. */
enum err_code from_environment(struct credentials *out, bool *found, struct finder *f,
                               struct err *e);
enum err_code from_web_identity(struct credentials *out, bool *found, struct finder *f,
                                const char *profile, struct err *e);
enum err_code from_sso(struct credentials *out, bool *found, struct finder *f,
                       const char *profile, struct err *e);
enum err_code from_process(struct credentials *out, bool *found, struct finder *f,
                           const char *profile, struct err *e);
enum err_code from_container(struct credentials *out, bool *found, struct finder *f,
                             struct err *e);
enum err_code from_instance(struct credentials *out, bool *found, struct finder *f,
                            struct err *e);

/* AssumeRole with `source`'s keys. */
enum err_code assume_role(struct credentials *out, struct finder *f,
                          const char *profile, const struct credentials *source,
                          struct err *e);

/* One request for secrets: its body goes to `body`, which the caller wipes.
 * Errors: ERR_NET with `who` in front where no answer came. */
enum err_code ask_for_secret(int *status, struct buf *body, struct finder *f,
                             const char *who, const struct http_request *r,
                             struct err *e);

/* A text of a JSON object kept as a secret; NULL where it is not. */
enum err_code keep_json_text(const char **out, struct finder *f, const cJSON *object,
                             const char *name, struct err *e);
/* "2026-11-22T20:00:00Z"; INT64_MAX for NULL or what is no date. */
int64_t expiry_of(const char *text);
/* Wipes every text, then deletes. */
void json_wipe(cJSON *json);

#endif
