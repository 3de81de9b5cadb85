#include "custom_since.h"

#include <string.h>

#include "catalog_facts.h"
#include "date.h"
#include "str.h"

static const char topic[] = "custom on-demand deployment: customized on or after";

enum err_code custom_since(int64_t *unix_s, const char **source, struct catalog *c,
                           const char *model, struct arena *a, struct err *e)
{
    struct catalog_rule *rule;
    const struct catalog_rule *best = NULL;
    size_t count;
    if (catalog_rules(&rule, &count, c, a, e)) return e->code;
    for (size_t i = 0; i < count; i++) {
        const struct catalog_rule *r = &rule[i];
        if (strcmp(r->topic, topic) != 0 || !text_starts(model, r->subject)) continue;
        /* the narrower beginning of an id says more */
        if (!best || strlen(r->subject) > strlen(best->subject)) best = r;
    }
    *unix_s = DATE_UNKNOWN;
    if (!best) return OK;
    if (source) *source = arena_printf(a, "%s, %s", best->source, best->as_of);
    return date_parse(unix_s, NULL, best->text, e)
               ? err_wrap(e, "rule '%s' of %s: ", topic, best->subject)
               : OK;
}
