#ifndef MODELS_BEDROCK_AWS_CONFIG_H
#define MODELS_BEDROCK_AWS_CONFIG_H

/* The AWS CLI's config and credentials files: sections, settings, settings nested by
 * indentation ("services", "s3"). Values may be secrets, so the text lives in
 * `struct secrets`.
 * Source: AWS SDKs and Tools Reference Guide, "Format of the config file". */

#include <stdbool.h>

#include "arena.h"
#include "err.h"
#include "secret.h"

enum aws_section_kind { AWS_PROFILE, AWS_SSO_SESSION, AWS_SERVICES, AWS_OTHER_SECTION };

struct aws_setting {
    const char *parent; /* "bedrock_runtime" of a nested setting; "" else */
    const char *key, *value;
    int line;
};

struct aws_section {
    enum aws_section_kind kind;
    const char *name; /* of the profile, session, services */
    bool in_credentials_file;
    const char *path; /* of the file */
    int line;
    struct aws_setting *setting;
    size_t settings, capacity;
};

struct aws_config {
    struct aws_section *section;
    size_t sections, capacity;
};

/* Adds what `bytes` say. `credentials_file`: plain names are profiles; else
 * "profile NAME", "default", "sso-session NAME", "services NAME".
 * Errors: ERR_INPUT "PATH:LINE: …" (never with the value): no section, no '=', an
 * unclosed bracket, bytes that are not UTF-8. Owns: the arena; text in `bytes`, which
 * is changed. */
NODISCARD enum err_code aws_config_parse(struct aws_config *c, const char *path,
                                         char *bytes, size_t size,
                                         bool credentials_file, struct arena *a,
                                         struct err *e);

/* Reads AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, or ~/.aws/config and
 * ~/.aws/credentials; a file that is missing is empty. */
NODISCARD enum err_code aws_config_load(struct aws_config *out, struct secrets *s,
                                        struct arena *a, struct err *e);

/* NULL when it is not there. */
const struct aws_section *aws_config_section(const struct aws_config *c,
                                             enum aws_section_kind kind,
                                             const char *name);
/* A setting of a section, NULL when it is not there or `s` is NULL. */
const char *aws_section_get(const struct aws_section *s, const char *parent,
                            const char *key);
/* A setting of a profile: the credentials file stands above the config file. */
const char *aws_profile_get(const struct aws_config *c, const char *profile,
                            const char *key);
bool aws_profile_exists(const struct aws_config *c, const char *profile);

#endif
