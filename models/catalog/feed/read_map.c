#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "catalog_db_private.h"
#include "json_whole.h"
#include "overlay_private.h"
#include "str.h"

enum { HOUR_S = 3600 };

/* What LiteLLM's fields are prices of. Source: its
 * model_prices_and_context_window.json, 2026-07. */
static const struct {
    const char *field, *dimension, *tier, *unit;
} litellm_fields[] = {
    { "input_cost_per_token", "input", "", "token" },
    { "output_cost_per_token", "output", "", "token" },
    { "cache_read_input_token_cost", "cache_read", "", "token" },
    { "cache_creation_input_token_cost", "cache_write_5m", "", "token" },
    { "cache_creation_input_token_cost_above_1hr", "cache_write_1h", "", "token" },
    { "input_cost_per_token_above_200k_tokens", "input", ">200k", "token" },
    { "output_cost_per_token_above_200k_tokens", "output", ">200k", "token" },
    { "cache_read_input_token_cost_above_200k_tokens", "cache_read", ">200k", "token" },
    { "cache_creation_input_token_cost_above_200k_tokens", "cache_write_5m", ">200k",
      "token" },
    { "cache_creation_input_token_cost_above_1hr_above_200k_tokens", "cache_write_1h",
      ">200k", "token" },
    { "input_cost_per_token_above_272k_tokens", "input", ">272k", "token" },
    { "output_cost_per_token_above_272k_tokens", "output", ">272k", "token" },
    { "input_cost_per_token_batches", "batch_input", "", "token" },
    { "output_cost_per_token_batches", "batch_output", "", "token" },
    { "input_cost_per_image_token", "input_image_tokens", "", "token" },
    { "input_cost_per_audio_token", "input_audio_tokens", "", "token" },
    { "input_cost_per_query", "query", "", "query" },
    { "input_cost_per_image", "image_input", "", "image" },
    { "output_cost_per_image", "image_output", "", "image" },
    { "input_cost_per_video_per_second", "video_input_second", "", "second" },
    { "input_cost_per_audio_per_second", "audio_input_second", "", "second" },
};

static const struct {
    const char *prefix, *scope;
} profiles[] = {
    { "us.", "geo:us" }, { "eu.", "geo:eu" },         { "apac.", "geo:apac" },
    { "au.", "geo:au" }, { "jp.", "geo:jp" },         { "in.", "geo:in" },
    { "ca.", "geo:ca" }, { "us-gov.", "geo:us-gov" }, { "global.", "global" },
};

/* An entry's key taken apart: "bedrock/us-west-2/6-month-commitment/anthropic.…" */
struct map_key {
    const char *model, *region, *scope, *commitment;
    bool by_size; /* "1024-x-1024/50-steps/…" */
};

static bool is_region(struct str s)
{
    size_t dashes = 0;
    for (size_t i = 0; i < s.n; i++)
        dashes += s.p[i] == '-';
    return dashes >= 2 && s.n > 8 && isdigit((unsigned char)s.p[s.n - 1]) &&
           s.p[s.n - 2] == '-' && islower((unsigned char)s.p[0]);
}

static struct map_key take_apart(const char *key, struct arena *a)
{
    struct map_key k = { .region = "*", .scope = "", .commitment = "" };
    struct str rest = str_of(key);
    while (memchr(rest.p, '/', rest.n)) {
        struct str part = str_cut(rest, '/', &rest);
        if (is_region(part))
            k.region = arena_text_n(a, part.p, part.n);
        else if (str_eq(part, "1-month-commitment"))
            k.commitment = "1-month";
        else if (str_eq(part, "6-month-commitment"))
            k.commitment = "6-month";
        else if (isdigit((unsigned char)part.p[0]) || text_starts(part.p, "max-x-max"))
            k.by_size = true;
    }
    k.model = arena_text_n(a, rest.p, rest.n);
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
        if (text_starts(k.model, profiles[i].prefix)) k.scope = profiles[i].scope;
    return k;
}

static enum err_code begin(struct feed *f, const char *kind, const char *name,
                           struct err *e)
{
    struct arena *a = f->arena;
    const char *day = feed_day(f);
    struct feed_source s = { .kind = kind,
                             .code = "",
                             .region = "*",
                             .version = "",
                             .published = day,
                             .trust = 'B',
                             .id = arena_printf(a, "%s@%s", kind, day),
                             .text = arena_printf(a, "%s, %s", name, day) };
    if (feed_begin(f, &s, e)) return e->code;
    return feed_covers(f, "*", e);
}

static void set_dimension(struct feed_price *p, const char *dimension, const char *unit)
{
    p->class = (struct usage_class){ .family = USAGE_TOKEN, .unit = unit };
    snprintf(p->class.dimension, sizeof p->class.dimension, "%s", dimension);
}

static enum err_code take_number(struct feed *f, struct feed_price *p, double usd,
                                 struct err *e)
{
    if (json_usd_each(&p->rate, usd, e)) return e->code;
    bool token = strcmp(p->class.unit, "token") == 0;
    /* pictures and queries are priced one by one, in the catalog too */
    if (!token && p->rate.per != 1 && p->rate.pusd % p->rate.per == 0)
        p->rate = (struct usd_rate){ p->rate.pusd / p->rate.per, 1 };
    if (token && p->rate.per == 1000000 && p->rate.pusd > INT64_C(1000000000000000))
        return err_set(e, ERR_RANGE, "more than 1000 USD per 1M tokens");
    return feed_add(f, p, e);
}

/* Provisioned throughput by the second, of a whole model unit. The map repeats the rate
 * as output_cost_per_second. */
static enum err_code take_unit(struct feed *f, struct feed_price *p, const char *term,
                               double usd_per_s, struct err *e)
{
    struct usd_rate second = { 0 };
    if (json_usd_each(&second, usd_per_s, e)) return e->code;
    p->class = (struct usage_class){ .family = USAGE_UNIT,
                                     .scheme = "model unit",
                                     .kind = "base",
                                     .commitment = term,
                                     .unit = "model unit-hour" };
    second.pusd /= second.per; /* was multiplied by it */
    if (second.pusd > INT64_C(1000000000000000) / HOUR_S)
        return err_set(e, ERR_RANGE, "more than 1000 USD an hour");
    p->rate = (struct usd_rate){ .pusd = second.pusd * HOUR_S, .per = 1 };
    return feed_add(f, p, e);
}

static const char *litellm_mode(const cJSON *entry)
{
    const char *mode = json_get_text(entry, "mode");
    return *mode ? mode : "chat";
}

static enum err_code take_field(struct feed *f, struct feed_price *p, const cJSON *x,
                                const struct map_key *k, bool chat, struct err *e)
{
    if (strcmp(x->string, "output_cost_per_second") == 0) return OK; /* said twice */
    if (strcmp(x->string, "input_cost_per_second") == 0 && *k->commitment)
        return take_unit(f, p, k->commitment, x->valuedouble, e);
    for (size_t i = 0; i < sizeof litellm_fields / sizeof *litellm_fields; i++) {
        if (strcmp(litellm_fields[i].field, x->string) != 0) continue;
        if (x->valuedouble == 0 && !chat) {
            feed_skip(f, x->string, "a zero for what the model does not make", 1);
            return OK;
        }
        set_dimension(p, litellm_fields[i].dimension, litellm_fields[i].unit);
        p->class.scope = k->scope;
        p->context_tier = litellm_fields[i].tier;
        return take_number(f, p, x->valuedouble, e);
    }
    feed_skip(f, x->string, "unclassified field", 1);
    return OK;
}

static enum err_code take_entry(struct feed *f, const cJSON *entry, struct err *e)
{
    struct map_key k = take_apart(entry->string, f->arena);
    const char *why = NULL, *id = name_join(f->join, k.model, &why);
    bool chat = strcmp(litellm_mode(entry), "chat") == 0;
    const cJSON *x = NULL;
    if (!id || k.by_size) {
        feed_skip(f, entry->string, id ? "priced by size and steps" : why, 1);
        return OK;
    }
    struct feed_price p = { .model = id,
                            .region = k.region,
                            .context_tier = "",
                            .item = entry->string,
                            .usage_type = "",
                            .sku = "",
                            .rate_code = "",
                            .unit_published = "",
                            .effective_unix_s = DATE_UNKNOWN };
    cJSON_ArrayForEach(x, entry)
    {
        if (!cJSON_IsNumber(x) || !strstr(x->string, "cost")) continue;
        if (take_field(f, &p, x, &k, chat, e))
            return err_wrap(e, "%s, %s: ", entry->string, x->string);
    }
    return OK;
}

enum err_code read_litellm(struct feed *f, struct feed_input *in, struct err *e)
{
    cJSON *root = NULL;
    const cJSON *entry = NULL;
    if (json_read_whole(&root, in, f->arena, e)) return e->code;
    if (begin(f, "litellm", "LiteLLM's model_prices_and_context_window.json", e))
        goto done;
    cJSON_ArrayForEach(entry, root)
    {
        const char *provider = json_get_text(entry, "litellm_provider");
        if (!text_starts(provider, "bedrock")) continue;
        if (take_entry(f, entry, e)) break;
    }
done:
    cJSON_Delete(root);
    return e->code;
}

static const struct {
    const char *field, *dimension;
} models_dev_fields[] = {
    { "input", "input" },
    { "output", "output" },
    { "cache_read", "cache_read" },
    { "cache_write", "cache_write_5m" },
};

/* models.dev states USD per million tokens. */
static enum err_code take_cost(struct feed *f, struct feed_price *p, const cJSON *cost,
                               const char *tier, struct err *e)
{
    const cJSON *x = NULL;
    cJSON_ArrayForEach(x, cost)
    {
        char text[32];
        size_t i = 0;
        if (strcmp(x->string, "context_over_200k") == 0 && cJSON_IsObject(x)) {
            if (take_cost(f, p, x, ">200k", e)) return e->code;
            continue;
        }
        while (i < 4 && strcmp(models_dev_fields[i].field, x->string) != 0)
            i++;
        if (i == 4 || !cJSON_IsNumber(x)) {
            feed_skip(f, x->string, "unclassified field", 1);
            continue;
        }
        const char *scope = p->class.scope;
        set_dimension(p, models_dev_fields[i].dimension, "token");
        p->class.scope = scope;
        p->context_tier = tier;
        snprintf(text, sizeof text, "%.15g", x->valuedouble);
        if (usd_rate_parse(&p->rate, text, 1000000, e) || feed_add(f, p, e))
            return err_wrap(e, "%s: ", x->string);
    }
    return OK;
}

static enum err_code take_model(struct feed *f, const cJSON *m, struct err *e)
{
    struct map_key k = take_apart(m->string, f->arena);
    const char *why = NULL, *id = name_join(f->join, k.model, &why);
    if (!id) {
        feed_skip(f, m->string, why, 1);
        return OK;
    }
    struct feed_price p = { .model = id,
                            .region = "*",
                            .context_tier = "",
                            .item = m->string,
                            .usage_type = "",
                            .sku = "",
                            .rate_code = "",
                            .unit_published = "",
                            .effective_unix_s = DATE_UNKNOWN };
    p.class.scope = k.scope;
    if (take_cost(f, &p, cJSON_GetObjectItemCaseSensitive(m, "cost"), "", e))
        return err_wrap(e, "%s, ", m->string);
    return OK;
}

enum err_code read_models_dev(struct feed *f, struct feed_input *in, struct err *e)
{
    cJSON *root = NULL;
    const cJSON *m = NULL;
    if (json_read_whole(&root, in, f->arena, e)) return e->code;
    const cJSON *bedrock = cJSON_GetObjectItemCaseSensitive(root, "amazon-bedrock");
    const cJSON *models = cJSON_GetObjectItemCaseSensitive(bedrock, "models");
    if (!models)
        err_set(e, ERR_INPUT, "models.dev's map has no amazon-bedrock with models");
    else if (!begin(f, "models-dev", "models.dev's api.json", e))
        cJSON_ArrayForEach(m, models) if (take_model(f, m, e)) break;
    cJSON_Delete(root);
    return e->code;
}
