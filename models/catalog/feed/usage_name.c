#include "usage_name.h"

#include <string.h>

#include "name_join.h"
#include "str.h"
#include "usage_class.h"

/* What follows the model's word in a usage type of the service itself. */
static const char *const tails[] = {
    "-mantle-",
    "-input-",
    "-output-",
    "-cache-",
    "-ProvisionedThroughput-",
    "-Customization-",
    "-RFT-",
    "-CustomModelImport-",
    "-Custom-",
    "-T2I-",
    "-I2I-",
    "-T2V-",
    "-I2V-",
};

const char *usage_model_word(const char *rest, struct arena *a)
{
    const char *end = NULL;
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        const char *at = strstr(rest, tails[i]);
        if (at && (!end || at < end)) end = at;
    }
    return end ? arena_text_n(a, rest, (size_t)(end - rest)) : "";
}

static const enum usage_sold sold_as[USAGE_FAMILIES] = {
    [USAGE_UNCLASSIFIED] = SOLD_UNKNOWN, [USAGE_TOKEN] = SOLD_TOKENS,
    [USAGE_UNIT] = SOLD_UNITS,           [USAGE_TUNING] = SOLD_TUNING,
    [USAGE_OTHER] = SOLD_SERVICE,
};

struct usage_meaning usage_read(const char *usage_type, const char *product,
                                const char *unit, struct name_join *join,
                                struct arena *a)
{
    struct usage_meaning out = { .dimension = "" };
    struct usage_class c;
    size_t prefix = 0;
    const char *rest = usage_rest(usage_type, &prefix);
    bool market = strstr(usage_type, "MP:") != NULL;
    struct usage_words w = { .code = market ? "AmazonBedrockFoundationModels"
                                            : "AmazonBedrock",
                             .usage = rest,
                             .unit = unit };
    usage_classify(&c, &w);
    out.per = c.per;
    out.sold = sold_as[c.family];
    out.scheme = c.scheme;
    out.kind = c.kind;
    out.commitment = c.commitment;
    out.method = c.method;
    out.service = c.service;
    out.item = c.item;
    if (c.family == USAGE_UNCLASSIFIED) {
        out.why = "unclassified usage type";
        return out;
    }
    if (c.family == USAGE_OTHER) return out; /* of no model */
    const char *name = market ? product : usage_model_word(rest, a);
    out.dimension = arena_text(a, c.dimension);
    out.global = strcmp(c.scope, "global") == 0;
    out.model = name_join(join, name, &out.why);
    if (!out.model && !*name) out.why = "the row does not say the model";
    if (out.model && !c.per) out.why = "unknown unit";
    return out;
}
