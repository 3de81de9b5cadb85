#include <stdio.h>
#include <string.h>

#include "str.h"
#include "usage_canon.h"
#include "usage_class.h"

static const char *const media_units[] = { "image", "second", "video", "generation",
                                           "query" };

bool usage_is_media(const struct usage_class *c)
{
    for (size_t i = 0; i < sizeof media_units / sizeof *media_units; i++)
        if (c->unit && strcmp(c->unit, media_units[i]) == 0) return true;
    return false;
}

/* What is counted: the published unit says it, in words that differ from one list to
 * the next. Marketplace's "Units" leave it to the usage type. */
static const char *counted(const struct usage_words *w, const struct usage_canon *c)
{
    int32_t per = 0;
    for (size_t i = 0; i < sizeof media_units / sizeof *media_units; i++)
        if (usage_unit(w, media_units[i], &per)) return media_units[i];
    if (!usage_is_marketplace(w) || strcasecmp(w->unit, "units") != 0) return NULL;
    if (canon_has(c, " token ") || canon_has(c, " tokens ")) return NULL;
    if (canon_has(c, " search units ")) return "query";
    if (canon_has(c, " second ") || canon_has(c, " seconds ")) return "second";
    bool image = canon_has(c, " created image ") || canon_has(c, " input image ");
    return image ? "image" : NULL;
}

/* From words to what the catalog calls the same thing. The first that fits counts; ""
 * in `model` is any. */
struct spec {
    const char *model, *words, *spec;
};

static const char *spec_of(const struct usage_canon *c, const struct spec *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (canon_has(c, s[i].model) && canon_has(c, s[i].words)) return s[i].spec;
    return NULL;
}
#define SPEC_OF(c, table) spec_of(c, table, sizeof table / sizeof *table)

/* Titan's page prices "smaller" and "larger than 512 × 512"; its SKUs say 512, 1024. */
static const struct spec image_sizes[] = {
    { " titan ", " 512 ", "<512x512" },     { " titan ", " 1024 ", ">512x512" },
    { " ", " 512 ", "up to 512 x 512" },    { " ", " 1024 ", "up to 1024 x 1024" },
    { " ", " 2048 ", "up to 2048 x 2048" },
};
static const struct spec image_qualities[] = {
    { " ", " premium ", "premium" },
    { " ", " standard ", "standard" },
};
static const struct spec image_kinds[] = {
    { " ", " document image ", "document" },
    { " ", " standard image ", "standard" },
};
/* 0.75 and 1.50 USD a second are Luma's 540p and 720p on AWS's page */
static const struct spec video_sizes[] = {
    { " ", " hd res ", "720p" },        { " ", " hdres ", "720p" },
    { " ", " hd resolution ", "720p" }, { " ", " standard res ", "540p" },
    { " ", " sd res ", "sd" },
};
static const struct spec video_rates[] = {
    { " ", " medfps ", "24 fps" },
    { " ", " medium fps ", "24 fps" },
    { " ", " lowfps ", "low fps" },
    { " ", " low fps ", "low fps" },
};

static bool makes_image(const struct usage_canon *c)
{
    return canon_has(c, " t 2 i ") || canon_has(c, " i 2 i ") ||
           canon_has(c, " created image ") || canon_has(c, " output image ");
}

static bool name_image(char *out, size_t room, const struct usage_canon *c)
{
    const char *quality = SPEC_OF(c, image_qualities), *size = SPEC_OF(c, image_sizes);
    const char *kind = SPEC_OF(c, image_kinds);
    if (!makes_image(c)) {
        if (!canon_has(c, " input ") && !kind) return false;
        snprintf(out, room, "image_input%s%s", kind ? ":" : "", kind ? kind : "");
    } else if (quality && size) {
        snprintf(out, room, "image_output:%s:%s", quality, size);
    } else if (quality || size) {
        snprintf(out, room, "image_output:%s", quality ? quality : size);
    } else {
        snprintf(out, room, "image_output");
    }
    return true;
}

static bool name_seconds(char *out, size_t room, const struct usage_canon *c)
{
    const char *size = SPEC_OF(c, video_sizes), *rate = SPEC_OF(c, video_rates);
    bool audio = canon_has(c, " audio ") || canon_has(c, " speech ");
    if (canon_has(c, " input ")) {
        if (!audio && !canon_has(c, " video ")) return false;
        snprintf(out, room, "%s_input_second", audio ? "audio" : "video");
        return true;
    }
    bool video = canon_has(c, " video ") || canon_has(c, " t 2 v ") ||
                 canon_has(c, " i 2 v ") || size || rate;
    if (!video) return false;
    snprintf(out, room, "video_output_second%s%s%s%s", size || rate ? ":" : "",
             size ? size : "", size && rate ? ", " : "", rate ? rate : "");
    return true;
}

/* A whole video: HD at medium frame rate is the only one that was ever sold so, and the
 * catalog's row does not name it. */
static bool name_video(char *out, size_t room, const struct usage_canon *c)
{
    const char *size = SPEC_OF(c, video_sizes), *rate = SPEC_OF(c, video_rates);
    bool usual =
        (!size || strcmp(size, "720p") == 0) && (!rate || strcmp(rate, "24 fps") == 0);
    if (canon_has(c, " input ")) return false;
    if (usual)
        snprintf(out, room, "video_output");
    else
        snprintf(out, room, "video_output:%s%s%s", size ? size : "",
                 size && rate ? ", " : "", rate ? rate : "");
    return true;
}

bool usage_classify_media(struct usage_class *out, const struct usage_words *w,
                          const struct usage_canon *usage)
{
    struct usage_canon c = *usage;
    char name[USAGE_TEXT] = "";
    canon_add(&c, w->media);
    const char *unit = counted(w, &c);
    if (!unit) return false;
    bool known = true;
    if (strcmp(unit, "image") == 0)
        known = name_image(name, sizeof name, &c);
    else if (strcmp(unit, "second") == 0)
        known = name_seconds(name, sizeof name, &c);
    else if (strcmp(unit, "video") == 0)
        known = name_video(name, sizeof name, &c);
    else
        snprintf(name, sizeof name, "%s",
                 strcmp(unit, "query") == 0 ? "query" : "image_generation");
    if (!known) return false;
    snprintf(out->dimension, sizeof out->dimension, "%s%s", usage_tier_prefix(&c),
             name);
    out->family = USAGE_TOKEN;
    out->unit = unit;
    out->per = 1;
    out->scope = usage_scope(w, &c);
    return true;
}
