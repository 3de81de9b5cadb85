#include <ctype.h>
#include <string.h>

#include "catalog_db_private.h"
#include "str.h"
#include "text.h"

/* What stands before a model id in the id of an inference profile. */
static const struct {
    const char *prefix;
    enum routing routing;
} profiles[] = {
    { "us.", ROUTING_GEO }, { "eu.", ROUTING_GEO },     { "apac.", ROUTING_GEO },
    { "au.", ROUTING_GEO }, { "jp.", ROUTING_GEO },     { "in.", ROUTING_GEO },
    { "ca.", ROUTING_GEO }, { "us-gov.", ROUTING_GEO }, { "global.", ROUTING_GLOBAL },
};

/* arn:PARTITION:bedrock:REGION:ACCOUNT:KIND/ID; what bedplan can make of each kind. */
static const struct {
    const char *kind;
    bool names_model;
    const char *why_not;
} arn_kinds[] = {
    { "foundation-model/", true, NULL },
    { "inference-profile/", true, NULL },
    { "custom-model/", true, NULL }, /* custom-model/BASE/NAME */
    { "application-inference-profile/", false,
      "is an application inference profile, which does not say its model; give the "
      "model id" },
    { "provisioned-model/", false,
      "is provisioned throughput, which does not say its model; give the model id" },
    { "custom-model-deployment/", false,
      "is a deployment, which does not say its base model; give the model id" },
    { "imported-model/", false, "is an imported model, which is not in the catalog" },
};

static enum err_code arn_model(const char **id, const char *arn, struct arena *a,
                               struct err *e)
{
    const char *at = arn;
    for (int colons = 0; colons < 5; colons++) {
        at = strchr(at, ':');
        if (!at) return err_set(e, ERR_NOT_FOUND, "'%s' is not a whole ARN", arn);
        at++;
    }
    for (size_t i = 0; i < sizeof arn_kinds / sizeof *arn_kinds; i++) {
        if (!text_starts(at, arn_kinds[i].kind)) continue;
        if (!arn_kinds[i].names_model)
            return err_set(e, ERR_NOT_FOUND, "'%s' %s", arn, arn_kinds[i].why_not);
        at += strlen(arn_kinds[i].kind);
        struct str rest;
        struct str model = str_cut(str_of(at), '/', &rest);
        *id = arena_text_n(a, model.p, model.n);
        return OK;
    }
    return err_set(e, ERR_NOT_FOUND, "'%s' names no model", arn);
}

/* `text` holds every word of `typed` ("Nova Lite" in "amazon.nova-lite-v1:0"). */
static bool holds_words(const char *text, const char *typed)
{
    bool any = false;
    while (*typed) {
        char word[64];
        size_t n = 0;
        while (*typed && !isalnum((unsigned char)*typed))
            typed++;
        while (isalnum((unsigned char)*typed)) {
            if (n < sizeof word - 1) word[n++] = (char)tolower((unsigned char)*typed);
            typed++;
        }
        word[n] = '\0';
        if (!n) break;
        if (!strstr(text, word)) return false;
        any = true;
    }
    return any;
}

/* ", did you mean 'x'?": the shortest id with all the words typed, else the nearest. */
static enum err_code unknown_model(struct catalog *c, const char *typed,
                                   struct arena *a, struct err *e)
{
    const char **ids = NULL, *best = NULL;
    size_t count = 0;
    if (catalog_ids(&ids, &count, c, a, e)) return e->code;
    for (size_t i = 0; i < count; i++) {
        if (holds_words(ids[i], typed) && (!best || strlen(ids[i]) < strlen(best)))
            best = ids[i];
    }
    if (!best) best = text_nearest(typed, ids, count);
    if (best) {
        return err_set(e, ERR_NOT_FOUND, "unknown model '%s', did you mean '%s'?",
                       typed, best);
    }
    return err_set(e, ERR_NOT_FOUND,
                   "unknown model '%s'; 'bedplan catalog list' shows them", typed);
}

enum err_code catalog_model(struct model *out, enum routing *routing, struct catalog *c,
                            const char *id, struct arena *a, struct err *e)
{
    struct model m = { 0 };
    const char *bare = id;
    enum routing said = ROUTING_DEFAULT;
    bool found = false;
    if (text_starts(id, "arn:") && arn_model(&bare, id, a, e)) return e->code;
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++) {
        if (!text_starts(bare, profiles[i].prefix)) continue;
        bare += strlen(profiles[i].prefix);
        said = profiles[i].routing;
        break;
    }
    if (catalog_read_model(&m, &found, c, bare, a, e)) return e->code;
    if (!found) return unknown_model(c, bare, a, e);
    if (routing && said != ROUTING_DEFAULT) *routing = said;
    *out = m;
    return OK;
}

enum err_code catalog_check_region(struct catalog *c, const char *region,
                                   struct arena *a, struct err *e)
{
    const char **names = NULL;
    size_t count = 0;
    if (catalog_regions(&names, &count, c, a, e)) return e->code;
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], region) == 0) return OK;
    return err_set(e, ERR_NOT_FOUND, "unknown region '%s'%s", region,
                   text_did_you_mean(a, region, names, count));
}
