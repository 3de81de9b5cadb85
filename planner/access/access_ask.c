#include <string.h>

#include "access.h"

static void note(struct access_region *r, const char *what, const struct aws_failure *f,
                 struct arena *a)
{
    r->trouble = arena_grow(a, r->trouble, &r->trouble_capacity, r->troubles + 1,
                            sizeof *r->trouble);
    r->trouble[r->troubles++] = (struct access_trouble){ what, failure_name(f->class_),
                                                         arena_text(a, f->message) };
}

/* Without a network or keys nothing that follows can succeed. Quotas are another host,
 * which a network with endpoints for Bedrock alone may not reach. */
static bool is_fatal(const struct aws_failure *f, bool bedrock)
{
    return (f->class_ == FAILURE_CONNECT && bedrock) ||
           f->class_ == FAILURE_CREDENTIALS || f->class_ == FAILURE_NONE;
}

enum err_code access_ask(struct access_region *r, struct client *c, struct arena *a,
                         struct err *e)
{
    struct aws_failure f = { .http_status = 0 };
    struct err refused = { 0 };
#define ASK(call, what, known)                                                         \
    do {                                                                               \
        struct err trouble = { 0 };                                                    \
        if (call) {                                                                    \
            if (is_fatal(&f, strncmp(what, "bedrock", 7) == 0))                        \
                return err_set(e, trouble.code, "%s", trouble.msg);                    \
            if (!refused.code) refused = trouble;                                      \
            note(r, what, &f, a);                                                      \
        } else {                                                                       \
            known = true;                                                              \
        }                                                                              \
    } while (0)
    bool provisioned = false, custom = false;
    if (client_sign_in(c, e)) return e->code;
    r->region = client_region(c);
    ASK(list_foundation_models(&r->listed, &r->listed_count, c, &f, a, &trouble),
        "bedrock:ListFoundationModels", r->listed_known);
    ASK(list_inference_profiles(&r->inference, &r->inference_count, c, &f, a, &trouble),
        "bedrock:ListInferenceProfiles", r->profiles_known);
    ASK(list_provisioned_models(&r->provisioned, &r->provisioned_count, c, &f, a,
                                &trouble),
        "bedrock:ListProvisionedModelThroughputs", provisioned);
    ASK(list_custom_models(&r->custom, &r->custom_count, c, &f, a, &trouble),
        "bedrock:ListCustomModels", custom);
    ASK(list_service_quotas(&r->quota, &r->quota_count, c, &f, a, &trouble),
        "servicequotas:ListServiceQuotas", r->quotas_known);
#undef ASK
    if (r->listed_known || r->profiles_known || provisioned || custom ||
        r->quotas_known)
        return OK;
    return err_set(e, refused.code, "%s", refused.msg);
}
