#include <ctype.h>
#include <math.h>
#include <string.h>

#include "access.h"
#include "str.h"

static bool has_word(const char *words, const char *word)
{
    struct str rest = str_of(words);
    while (rest.n)
        if (str_eq(str_cut(rest, ' ', &rest), word)) return true;
    return false;
}

static const char *add_word(const char *words, const char *separator, const char *word,
                            struct arena *a)
{
    return arena_printf(a, "%s%s%s", words, *words ? separator : "", word);
}

static const struct foundation_model *listed(const struct access_region *r,
                                             const char *id)
{
    for (size_t i = 0; i < r->listed_count; i++)
        if (strcmp(r->listed[i].id, id) == 0) return &r->listed[i];
    return NULL;
}

/* "amazon.nova-lite-v1:0:300k": an id for buying units or for tuning. */
static bool is_variant_of(const char *id, const char *base)
{
    size_t n = strlen(base);
    return strncmp(id, base, n) == 0 && id[n] == ':';
}

static void find_ways(struct access_model *m, const struct access_region *r,
                      struct arena *a)
{
    const struct foundation_model *f = listed(r, m->id);
    if (f && has_word(f->inference, "ON_DEMAND")) m->through = "on-demand";
    for (size_t i = 0; i < r->inference_count; i++) {
        const struct inference_profile *p = &r->inference[i];
        if (strcmp(p->type, "APPLICATION") == 0 || strcmp(p->status, "ACTIVE") != 0)
            continue;
        for (size_t k = 0; k < p->models; k++) {
            if (strcmp(p->model[k], m->id) != 0) continue;
            m->through = add_word(m->through, " ", p->id, a);
            break;
        }
    }
}

static void find_tuning(struct access_model *m, const struct foundation_model *f,
                        struct arena *a)
{
    static const char *const row[][2] = {
        { "FINE_TUNING", "fine-tuning" },
        { "CONTINUED_PRE_TRAINING", "continued-pre-training" },
        { "DISTILLATION", "distillation" },
        { "REINFORCEMENT_FINE_TUNING", "reinforcement" },
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        if (has_word(f->customizations, row[i][0]) && !has_word(m->tune, row[i][1]))
            m->tune = add_word(m->tune, " ", row[i][1], a);
    }
}

/* Units and tuning, of the model and of its variants. */
static void find_capacity(struct access_model *m, const struct access_region *r,
                          struct arena *a)
{
    if (r->listed_known) m->provision = NO;
    for (size_t i = 0; i < r->listed_count; i++) {
        const struct foundation_model *f = &r->listed[i];
        if (strcmp(f->id, m->id) != 0 && !is_variant_of(f->id, m->id)) continue;
        if (has_word(f->inference, "PROVISIONED")) m->provision = YES;
        find_tuning(m, f, a);
    }
    for (size_t i = 0; i < r->provisioned_count; i++) {
        const char *slash = strrchr(r->provisioned[i].foundation_arn, '/');
        if (slash && (strcmp(slash + 1, m->id) == 0 || is_variant_of(slash + 1, m->id)))
            m->units += r->provisioned[i].units;
    }
}

/* Service Quotas gives no ids: "On-demand model inference tokens per minute for Amazon
 * Nova Lite". Only a name that ends with provider and model, letter by letter, counts.
 */
static void find_quota(struct access_model *m, const struct access_region *r,
                       struct arena *a)
{
    const struct foundation_model *f = listed(r, m->id);
    if (!f || !*f->name) return;
    const char *with = arena_printf(a, " for %s %s", f->provider, f->name);
    size_t n = strlen(with);
    for (size_t i = 0; i < r->quota_count; i++) {
        const struct service_quota *q = &r->quota[i];
        size_t length = strlen(q->name);
        if (length < n || strcasecmp(q->name + length - n, with) != 0) continue;
        if (!strcasestr(q->name, "tokens per minute")) continue;
        if (isnan(m->tokens_per_min) || q->value > m->tokens_per_min)
            m->tokens_per_min = q->value;
    }
}

static void lack(struct access_model *m, const char *what, struct arena *a)
{
    m->missing = add_word(m->missing, "; ", what, a);
    m->call = NO;
}

/* Asks about one model; a refusal to say leaves the answer unknown. */
static enum err_code ask_model(struct access_model *m, struct access_region *r,
                               bool *may_ask, struct client *c, struct arena *a,
                               struct err *e)
{
    struct model_availability v = { 0 };
    struct aws_failure f = { .http_status = 0 };
    struct err trouble = { 0 };
    if (!*may_ask) return OK;
    if (get_availability(&v, m->id, c, &f, a, &trouble)) {
        if (f.class_ == FAILURE_CONNECT || f.class_ == FAILURE_CREDENTIALS)
            return err_set(e, trouble.code, "%s", trouble.msg);
        if (f.class_ != FAILURE_ACCESS) return OK;
        *may_ask = false; /* the next ones would be refused as well */
        r->trouble = arena_grow(a, r->trouble, &r->trouble_capacity, r->troubles + 1,
                                sizeof *r->trouble);
        r->trouble[r->troubles++] =
            (struct access_trouble){ "bedrock:GetFoundationModelAvailability",
                                     failure_name(f.class_), arena_text(a, f.message) };
        return OK;
    }
    m->call = YES;
    if (strcmp(v.region, "NOT_AVAILABLE") == 0)
        lack(m, "not available in the region", a);
    if (strcmp(v.authorization, "NOT_AUTHORIZED") == 0)
        lack(m, "IAM: bedrock:InvokeModel", a);
    if (strcmp(v.entitlement, "NOT_AVAILABLE") == 0) lack(m, "model access", a);
    if (*v.agreement && strcmp(v.agreement, "AVAILABLE") != 0)
        lack(m, arena_printf(a, "agreement %s", v.agreement), a);
    return OK;
}

static enum err_code judge_model(struct access_model *m, struct access_region *r,
                                 bool *may_ask, struct client *c, struct arena *a,
                                 struct err *e)
{
    find_ways(m, r, a);
    find_capacity(m, r, a);
    find_quota(m, r, a);
    if (r->listed_known && !listed(r, m->id)) {
        lack(m, arena_printf(a, "AWS does not list it in %s", r->region), a);
        return OK;
    }
    if (r->listed_known && r->profiles_known && !*m->through) {
        lack(m,
             m->provision == YES ? "provisioned units: it is not sold by the token"
                                 : "an inference profile: none is listed",
             a);
        return OK;
    }
    if (r->listed_known && ask_model(m, r, may_ask, c, a, e)) return e->code;
    if (m->tokens_per_min == 0)
        lack(m, "quota: tokens per minute is 0", a); /* NOLINT */
    return OK;
}

static bool is_wanted(const char *id, const char *const *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(wanted[i], id) == 0) return true;
    return count == 0;
}

static void add_model(struct access_region *r, const char *id, const char *name,
                      bool in_catalog, struct arena *a)
{
    r->model =
        arena_grow(a, r->model, &r->model_capacity, r->models + 1, sizeof *r->model);
    r->model[r->models++] = (struct access_model){ .id = id,
                                                   .name = name,
                                                   .in_catalog = in_catalog,
                                                   .through = "",
                                                   .tune = "",
                                                   .missing = "",
                                                   .tokens_per_min = (double)NAN };
}

/* Ids for buying units have a second ':' and a base that is listed, too. */
static bool is_variant(const struct access_region *r, const char *id)
{
    for (size_t i = 0; i < r->listed_count; i++)
        if (is_variant_of(id, r->listed[i].id)) return true;
    return false;
}

enum err_code access_judge(struct access_region *r, struct catalog *catalog,
                           const char *const *wanted, size_t wanted_count,
                           struct client *c, struct arena *a, struct err *e)
{
    struct model *known = NULL;
    size_t count = 0;
    bool may_ask = true;
    if (catalog_models(&known, &count, catalog, a, e)) return e->code;
    for (size_t i = 0; i < count; i++) {
        const struct model *m = &known[i];
        bool here = has_word(m->regions, r->region) || listed(r, m->id) || wanted_count;
        if (*m->variant_of || m->runtime == NO || !here) continue;
        if (is_wanted(m->id, wanted, wanted_count))
            add_model(r, m->id, m->name, true, a);
    }
    size_t of_catalog = r->models;
    for (size_t i = 0; i < r->listed_count; i++) {
        const struct foundation_model *f = &r->listed[i];
        bool there = false;
        for (size_t k = 0; k < of_catalog; k++)
            there = there || strcmp(r->model[k].id, f->id) == 0;
        if (there || is_variant(r, f->id) || !is_wanted(f->id, wanted, wanted_count))
            continue;
        add_model(r, f->id, f->name, false, a);
    }
    for (size_t i = 0; i < r->models; i++)
        if (judge_model(&r->model[i], r, &may_ask, c, a, e)) return e->code;
    return OK;
}
