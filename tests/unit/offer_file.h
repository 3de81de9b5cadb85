#ifndef TESTS_UNIT_OFFER_FILE_H
#define TESTS_UNIT_OFFER_FILE_H

/* A small price list in a folder of its own, and the overlay it is taken into: for
 * tests of the import. */

#include "check.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "catalog_facts.h"
#include "feed.h"

enum { NOW = 1795305600 }; /* 2026-11-22 */

static char folder[] = "/tmp/t_feed_XXXXXX", overlay[64], offer_path[64];

static inline int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) return 1;
    snprintf(overlay, sizeof overlay, "%s/data/catalog.db", folder);
    snprintf(offer_path, sizeof offer_path, "%s/in", folder);
    return 0;
}

static inline int forget_imports(void **state)
{
    char pattern[80];
    glob_t found = { 0 };
    (void)state;
    snprintf(pattern, sizeof pattern, "%s/data/*", folder);
    if (glob(pattern, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            unlink(found.gl_pathv[i]);
    globfree(&found);
    return 0;
}

static inline int remove_folder(void **state)
{
    (void)state;
    unlink(offer_path);
    char data[80];
    forget_imports(state);
    snprintf(data, sizeof data, "%s/data", folder);
    rmdir(data);
    return rmdir(folder);
}

/* One SKU and its price. */
struct sku {
    const char *sku, *usage, *model, *unit, *usd, *effective; /* NULL: 2026-04-01 */
};

/* A bulk file of a region, whose usage types begin with `prefix` ("USE1"). Models of
 * Marketplace are named as it names them. */
static inline void offer_write(const char *code, const char *published,
                               const char *prefix, const char *region,
                               const struct sku *s, size_t count)
{
    bool market = strcmp(code, "AmazonBedrockFoundationModels") == 0;
    FILE *f = fopen(offer_path, "w");
    assert_non_null(f);
    fprintf(f,
            "{\"offerCode\":\"%s\",\"version\":\"%.4s%.2s%.2s\",\"publicationDate\":"
            "\"%sT10:00:00Z\",\"products\":{",
            code, published, published + 5, published + 8, published);
    for (size_t i = 0; i < count; i++)
        fprintf(f,
                "%s\"%s\":{\"sku\":\"%s\",\"attributes\":{\"usagetype\":\"%s-%s%s%s%s"
                "\",\"regionCode\":\"%s\",\"%s\":\"%s%s\"}}",
                i ? "," : "", s[i].sku, s[i].sku, prefix, market ? "MP:" : "",
                market ? prefix : "", market ? "_" : "", s[i].usage, region,
                market ? "servicename" : "model", s[i].model,
                market ? " (Amazon Bedrock Edition)" : "");
    fprintf(f, "},\"terms\":{\"OnDemand\":{");
    for (size_t i = 0; i < count; i++)
        fprintf(f,
                "%s\"%s\":{\"%s.T\":{\"sku\":\"%s\",\"effectiveDate\":\"%s\","
                "\"priceDimensions\":{\"%s.T.R\":{\"rateCode\":\"%s.T.R\",\"unit\":"
                "\"%s\",\"beginRange\":\"0\",\"pricePerUnit\":{\"USD\":\"%s\"}}}}}",
                i ? "," : "", s[i].sku, s[i].sku, s[i].sku,
                s[i].effective ? s[i].effective : "2026-04-01T00:00:00Z", s[i].sku,
                s[i].sku, s[i].unit, s[i].usd);
    fprintf(f, "}}}");
    fclose(f);
}

static inline enum err_code offer_import_file(struct feed_result *r, const char *file,
                                              struct err *e)
{
    static struct arena a; /* results live to the end of the test */
    struct catalog *c = NULL;
    struct feed_options o = { .overlay = overlay, .now_unix_s = NOW };
    *e = (struct err){ 0 };
    if (catalog_open_models(&c, NULL, overlay, e)) return e->code;
    enum err_code code = catalog_import(r, (const char *[]){ file }, 1, c, &o, &a, e);
    catalog_close(c);
    assert_int_equal(code, e->code);
    return code;
}

static inline enum err_code import(struct feed_result *r, struct err *e)
{
    return offer_import_file(r, offer_path, e);
}

#endif
