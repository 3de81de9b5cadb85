#include "cache_limits.h"

#include <string.h>

#include "catalog_facts.h"
#include "str.h"
#include "text.h"

static const char checkpoints[] = "prompt cache: checkpoints of a request";
static const char tokens[] = "prompt cache: most tokens cached";

enum err_code cache_limits_of(struct cache_limits *out, struct catalog *c,
                              const char *model, struct arena *a, struct err *e)
{
    struct catalog_rule *r;
    size_t count;
    *out = (struct cache_limits){ 0 };
    if (catalog_rules(&r, &count, c, a, e)) return e->code;
    for (size_t i = 0; i < count; i++) {
        struct err none = { 0 };
        bool meant = strcmp(r[i].subject, "*") == 0 || text_starts(model, r[i].subject);
        int64_t *limit = strcmp(r[i].topic, checkpoints) == 0 ? &out->checkpoints
                         : strcmp(r[i].topic, tokens) == 0    ? &out->tokens
                                                              : NULL;
        if (!meant || !limit || text_int(limit, r[i].text, 1, INT64_MAX, &none))
            continue;
        out->source = r[i].source;
        out->as_of = r[i].as_of;
    }
    return OK;
}
