#include "usage_class.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "str.h"
#include "usage_canon.h"

const char *usage_family_text(enum usage_family f)
{
    static const char *const text[USAGE_FAMILIES] = { "unclassified", "token", "unit",
                                                      "tuning", "other" };
    return text[f];
}

static bool is_region_code(const char *p, size_t n)
{
    bool digit = false;
    if (n < 3 || n > 6) return false;
    for (size_t i = 0; i < n; i++) {
        if (!isupper((unsigned char)p[i]) && !isdigit((unsigned char)p[i]))
            return false;
        digit = digit || isdigit((unsigned char)p[i]);
    }
    return digit;
}

const char *usage_rest(const char *usage_type, size_t *prefix_bytes)
{
    size_t n = strcspn(usage_type, "-");
    *prefix_bytes = 0;
    if (usage_type[n] != '-' || !is_region_code(usage_type, n)) return usage_type;
    *prefix_bytes = n;
    const char *rest = usage_type + n + 1;
    if (!text_starts(rest, "MP:")) return rest;
    if (strncmp(rest + 3, usage_type, n) == 0 && rest[3 + n] == '_')
        return rest + 3 + n + 1;
    return rest + 3;
}

static const struct {
    const char *words, *commitment;
} commitments[] = {
    { " no commit ", "none" }, { " nocommit ", "none" },  { " 1 month", "1-month" },
    { " 3 month", "3-month" }, { " 6 month", "6-month" },
};

static const char *commitment_of(const struct usage_canon *c)
{
    for (size_t i = 0; i < sizeof commitments / sizeof *commitments; i++)
        if (canon_has(c, commitments[i].words)) return commitments[i].commitment;
    return NULL;
}

/* Published units, and how many of ours they hold. "Units" of Marketplace records are
 * said by the description. */
static const struct {
    const char *published, *ours;
    int32_t per;
} units[] = {
    { "1k tokens", "token", 1000 },
    { "1m tokens", "token", 1000000 },
    { "tokens", "token", 1 },
    { "token", "token", 1 },
    { "hour", "hour", 1 },
    { "hours", "hour", 1 },
    { "hrs", "hour", 1 },
    { "model/month", "month", 1 },
    { "requests", "request", 1 },
    { "request", "request", 1 },
    { "1ktpmhour", "1ktpmhour", 1 },
    { "image", "image", 1 },
    { "images", "image", 1 },
    { "images processed", "image", 1 },
    { "second", "second", 1 },
    { "seconds", "second", 1 },
    { "video", "video", 1 },
    { "videos", "video", 1 },
    { "generation", "generation", 1 },
    { "generations", "generation", 1 },
    { "search units", "query", 1 },
    { "queries", "query", 1 },
    { "query", "query", 1 },
};

bool usage_unit(const struct usage_words *w, const char *ours, int32_t *per)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcasecmp(w->unit, units[i].published) != 0) continue;
        if (strcmp(units[i].ours, ours) != 0) return false;
        *per = units[i].per;
        return true;
    }
    return false;
}

bool usage_is_marketplace(const struct usage_words *w)
{
    return strcmp(w->code, "AmazonBedrockFoundationModels") == 0;
}

static void set_unit(struct usage_class *out, const struct usage_words *w,
                     const char *published, const char *ours, int32_t per_units)
{
    out->unit = ours;
    if (usage_unit(w, published, &out->per)) return;
    bool units_alone = strcasecmp(w->unit, "units") == 0 && usage_is_marketplace(w);
    out->per = units_alone ? per_units : 0;
}

static bool classify_reserved(struct usage_class *out, const struct usage_words *w,
                              const struct usage_canon *c)
{
    if (!canon_has(c, " reserved ") || !canon_has(c, " tpm ")) return false;
    out->commitment = commitment_of(c);
    bool in = canon_has(c, " input tpm "), output = canon_has(c, " output tpm ");
    if (!out->commitment || in == output) return true;
    out->family = USAGE_UNIT;
    out->scheme = canon_has(c, " global ") ? "reserved tier global"
                                           : "reserved tier geo/in-region";
    out->kind = in ? "input TPM" : "output TPM";
    set_unit(out, w, "1ktpmhour", "1K tokens-per-minute-hour", 1);
    if (!out->per && usage_unit(w, "hour", &out->per)) out->per = 1;
    return true;
}

static bool classify_provisioned(struct usage_class *out, const struct usage_words *w,
                                 const struct usage_canon *c)
{
    if (!canon_has(c, " provisioned throughput ")) return false;
    out->commitment = commitment_of(c);
    if (!out->commitment || !canon_has(c, " model units ")) return true;
    out->family = USAGE_UNIT;
    out->scheme = "model unit";
    out->kind = w->feature && strstr(w->feature, "Custom") ? "custom" : "base";
    set_unit(out, w, "hour", "model unit-hour", 1);
    return true;
}

static bool classify_tuning(struct usage_class *out, const struct usage_words *w,
                            const struct usage_canon *c)
{
    bool storage = canon_has(c, " customization storage ");
    bool hours = canon_has(c, " rft training ");
    if (!storage && !hours && !canon_has(c, " customization training ")) return false;
    out->family = USAGE_TUNING;
    out->method = storage ? "any" : hours ? "reinforcement fine-tuning" : "fine-tuning";
    out->item = storage ? "storage" : "training";
    if (storage)
        set_unit(out, w, "month", "custom model-month", 0);
    else if (usage_unit(w, "image", &out->per))
        out->unit = "image seen";
    else if (hours)
        set_unit(out, w, "hour", "hour", 0);
    else
        set_unit(out, w, "token", "token", 0);
    return true;
}

/* In front of the direction: "batch_input". */
static const struct {
    const char *words, *prefix;
} tiers[] = {
    { " custom model ", "custom_model_" },
    { " batch ", "batch_" },
    { " flex ", "flex_" },
    { " priority ", "priority_" },
    { " latency optimized ", "latency_optimized_" },
    { " ultrafast ", "ultrafast_" },
};

const char *usage_tier_prefix(const struct usage_canon *c)
{
    for (size_t i = 0; i < sizeof tiers / sizeof *tiers; i++)
        if (canon_has(c, tiers[i].words)) return tiers[i].prefix;
    return "";
}

const char *usage_scope(const struct usage_words *w, const struct usage_canon *c)
{
    if (canon_has(c, " global ")) return "global";
    bool regional = usage_is_marketplace(w) || canon_has(c, " geo ") ||
                    canon_has(c, " regional cris ");
    return regional ? "geo/in-region" : "";
}

static const char *const modalities[] = { "image", "video", "audio", "speech" };

static const char *direction_of(const struct usage_canon *c)
{
    if (canon_has(c, " cache write ")) {
        if (canon_has(c, " write 1 h") || canon_has(c, " 1 h ") ||
            canon_has(c, " 1 hour "))
            return "cache_write_1h";
        return canon_has(c, " 30 m") ? "cache_write_30m" : "cache_write_5m";
    }
    if (canon_has(c, " cache read ")) return "cache_read";
    if (canon_has(c, " input ")) return "input";
    return canon_has(c, " output ") || canon_has(c, " response ") ? "output" : NULL;
}

static void name_dimension(struct usage_class *out, const struct usage_canon *c,
                           const char *direction)
{
    const char *prefix = usage_tier_prefix(c);
    for (size_t i = 0; i < sizeof modalities / sizeof *modalities; i++) {
        char words[32];
        snprintf(words, sizeof words, " %s token", modalities[i]);
        bool named = canon_has(c, words);
        snprintf(words, sizeof words, " %s %s ", modalities[i], direction);
        if (!named && !canon_has(c, words)) continue;
        snprintf(out->dimension, sizeof out->dimension, "%s%s_%s_tokens", prefix,
                 direction, modalities[i]);
        return;
    }
    snprintf(out->dimension, sizeof out->dimension, "%s%s", prefix, direction);
}

static void classify_tokens(struct usage_class *out, const struct usage_words *w,
                            const struct usage_canon *c)
{
    const char *direction = direction_of(c);
    if (canon_has(c, " grounding ") && usage_unit(w, "request", &out->per)) {
        out->family = USAGE_TOKEN;
        out->unit = "request";
        snprintf(out->dimension, sizeof out->dimension, "web_grounding_request");
        return;
    }
    int32_t per = 0; /* "kimi-k2.5-input": the unit alone says that it counts tokens */
    bool tokens = canon_has(c, " token ") || canon_has(c, " tokens ") ||
                  usage_unit(w, "token", &per);
    if (!direction || !tokens) return;
    name_dimension(out, c, direction);
    out->family = USAGE_TOKEN;
    out->long_context = canon_has(c, " long ctx ") || canon_has(c, " long context ");
    set_unit(out, w, "token", "token", 1000000);
    out->scope = usage_scope(w, c);
}

void usage_classify(struct usage_class *out, const struct usage_words *w)
{
    struct usage_canon usage = { 0 };
    *out = (struct usage_class){ .scope = "" };
    canon_add(&usage, w->usage);
    if (usage_classify_service(out, w, &usage) || classify_reserved(out, w, &usage) ||
        classify_tuning(out, w, &usage) || classify_provisioned(out, w, &usage)) {
        return;
    }
    canon_add(&usage, w->inference);
    canon_add(&usage, w->tier);
    if (w->feature && strstr(w->feature, "Batch")) canon_add(&usage, "batch");
    if (usage_classify_media(out, w, &usage)) return;
    classify_tokens(out, w, &usage);
}
