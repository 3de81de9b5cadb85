#include <string.h>

#include "catalog.h"
#include "str.h"

/* Which inference profile serves a source region, first that the model has. A profile
 * of one country or pair of regions goes before the wide one it replaced: models with
 * "jp", "au" or "in" have no "apac".
 * Source: AWS docs, inference-profiles-support: the tables of source regions. */
static const struct {
    const char *regions; /* a region, or all that start with it */
    const char *geography[3];
} geographies[] = {
    { "us-gov-", { "us-gov" } },            /* a partition of its own */
    { "us-", { "us" } },                    /* the four commercial US regions */
    { "ca-", { "ca", "us" } },              /* Canada: its own, or a source of "us" */
    { "eu-", { "eu" } },                    /* Zurich and Spain too */
    { "ap-northeast-1", { "jp", "apac" } }, /* Tokyo */
    { "ap-northeast-3", { "jp", "apac" } }, /* Osaka */
    { "ap-southeast-2", { "au", "apac" } }, /* Sydney */
    { "ap-southeast-4", { "au", "apac" } }, /* Melbourne */
    { "ap-south-", { "in", "apac" } },      /* Mumbai, Hyderabad */
    { "ap-", { "apac" } },                  /* the rest of Asia and Oceania */
    /* sa-, mx-, me-, il-, af-: no geography has them as a source; "global" only */
};

static bool has_word(const char *list, const char *word)
{
    struct str rest = str_of(list);
    while (rest.n) {
        struct str one = str_cut(rest, ' ', &rest);
        if (str_eq(one, word)) return true;
    }
    return false;
}

const char *catalog_geography(const struct model *m, const char *region)
{
    for (size_t i = 0; i < sizeof geographies / sizeof *geographies; i++) {
        if (!text_starts(region, geographies[i].regions)) continue;
        const char *const *g = geographies[i].geography;
        for (int k = 0; k < 3 && g[k]; k++)
            if (has_word(m->profiles, g[k])) return g[k];
        return "";
    }
    return "";
}

struct price_offer catalog_offer(const struct model *m, const char *region)
{
    struct price_offer offer = {
        .region = region,
        .geography = catalog_geography(m, region),
        .listed = has_word(m->regions, region),
        .list_unknown = !*m->regions,
        .global = has_word(m->profiles, "global"),
    };
    offer.geo = *offer.geography != '\0';
    /* Of the newest models only the model card is known: profiles, but no list of
     * regions. Its profile for this geography stands for the list; a price that names
     * no region is marked "region assumed" all the same. */
    if (!*m->regions && offer.geo) offer.listed = true;
    /* No catalog lists what a model's every region offers: its own flags say whether it
     * is sold without a profile anywhere, and a region's list, where there is one, that
     * it is not there. A region that is not on the list (they shrink as a model ages)
     * stays in-region when no profile could serve it, so that a price that is proven
     * there still bills, with the warning that it is not listed. */
    offer.in_region = m->on_demand != NO && m->profile_only != YES &&
                      !has_word(m->profile_only_regions, region) &&
                      (offer.listed || (!offer.geo && !offer.global));
    return offer;
}
