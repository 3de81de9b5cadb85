#include "feed_mirror.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "download.h"
#include "file.h"
#include "text.h"

enum { INDEX_MAX_BYTES = 4 << 20, OPEN_FOLDERS = 16 };

static const char *const codes[] = { "AmazonBedrock", "AmazonBedrockFoundationModels",
                                     "AmazonBedrockService", "AmazonBedrockAgentCore" };

void mirror_add(struct mirror *m, const char *path, const char *name, struct arena *a)
{
    m->file = arena_grow(a, m->file, &m->capacity, m->count + 1, sizeof *m->file);
    m->file[m->count++] = (struct mirror_file){ path, name };
}

/* nftw() has no context: what is being filled, by one thread. */
static struct {
    struct mirror *m;
    struct arena *arena;
} walk;

static int visit(const char *path, const struct stat *st, int type, struct FTW *at)
{
    const char *name = path + at->base;
    (void)st;
    if (type != FTW_F || strcmp(name, "region_index.json") == 0) return 0;
    if (!text_ends(name, ".json") && !text_ends(name, ".csv")) return 0;
    const char *kept = arena_text(walk.arena, path);
    mirror_add(walk.m, kept, kept, walk.arena);
    return 0;
}

static int by_path(const void *x, const void *y)
{
    return strcmp(((const struct mirror_file *)x)->path,
                  ((const struct mirror_file *)y)->path);
}

enum err_code mirror_of_folder(struct mirror *out, const char *folder, struct arena *a,
                               struct err *e)
{
    *out = (struct mirror){ .folder = "" };
    walk.m = out;
    walk.arena = a;
    if (nftw(folder, visit, OPEN_FOLDERS, FTW_PHYS) != 0)
        return err_set(e, ERR_INPUT, "%s: %s", folder, strerror(errno));
    if (!out->count)
        return err_set(e, ERR_INPUT, "%s: no JSON and no CSV file in it", folder);
    qsort(out->file, out->count, sizeof *out->file, by_path);
    return OK;
}

/* "us-east-1" in "us-east-1,eu-west-1" */
static bool is_wanted(const char *regions, const char *region)
{
    struct str rest = str_of(regions ? regions : "");
    if (!regions) return true;
    while (rest.n) {
        struct str one = str_trim(str_cut(rest, ',', &rest));
        if (str_eq(one, region)) return true;
    }
    return false;
}

static bool is_imported(const struct feed_import *im, size_t count, const char *source)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(im[i].source, source) == 0) return true;
    return false;
}

struct update {
    struct mirror *out;
    struct arena *arena;
    struct http *http;
    struct feed_import *im;
    size_t imports;
    const char *base, *regions;
    bool verbose;
};

/* "/offers/v1.0/aws/AmazonBedrock/20260901205051/us-east-1/index.json" */
static const char *version_of(const char *url, struct arena *a)
{
    struct str rest = str_of(url), part = rest;
    for (int i = 0; i < 6; i++)
        part = str_cut(rest, '/', &rest);
    return arena_text_n(a, part.p, part.n);
}

/* A version is a word of digits and letters: it becomes part of a file's name. */
static bool is_plain(const char *word)
{
    return *word && strlen(word) < 40 &&
           strspn(word,
                  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") ==
               strlen(word);
}

static enum err_code fetch_region(struct update *u, const char *code, const cJSON *item,
                                  struct err *e)
{
    struct arena *a = u->arena;
    struct download d;
    const cJSON *url = cJSON_GetObjectItemCaseSensitive(item, "currentVersionUrl");
    const char *region = item->string;
    if (!cJSON_IsString(url) || url->valuestring[0] != '/')
        return err_set(e, ERR_NET, "%s %s: the index names no file", code, region);
    const char *version = version_of(url->valuestring, a);
    if (!is_plain(version) || !is_plain(region))
        return err_set(e, ERR_NET, "%s: '%.60s' is no place of a price list", code,
                       url->valuestring);
    if (is_imported(u->im, u->imports,
                    arena_printf(a, "aws-%s-%s-%s", code, region, version))) {
        u->out->unchanged++;
        return OK;
    }
    const char *path =
        arena_printf(a, "%s/%s-%s-%s.json", u->out->folder, code, version, region);
    if (download_file(&d, u->http, arena_printf(a, "%s%s", u->base, url->valuestring),
                      path, a, e))
        return e->code;
    u->out->bytes += d.bytes;
    mirror_add(u->out, path, arena_printf(a, "%s %s %s", code, region, version), a);
    return OK;
}

static enum err_code fetch_code(struct update *u, const char *code, struct err *e)
{
    struct arena *a = u->arena;
    struct download d;
    const char *path = arena_printf(a, "%s/%s-regions.json", u->out->folder, code);
    char *bytes = NULL;
    size_t size = 0;
    if (download_file(&d, u->http,
                      arena_printf(a, "%s/offers/v1.0/aws/%s/current/region_index.json",
                                   u->base, code),
                      path, a, e) ||
        file_read(&bytes, &size, path, INDEX_MAX_BYTES, a, e))
        return e->code;
    u->out->bytes += d.bytes;
    cJSON *root = cJSON_ParseWithLength(bytes, size);
    const cJSON *regions = cJSON_GetObjectItemCaseSensitive(root, "regions"),
                *item = NULL;
    if (!cJSON_IsObject(regions)) {
        unlink(path); /* or the server would say that it has not changed */
        err_set(e, ERR_NET, "%s: the index of regions is no index", code);
    } else {
        cJSON_ArrayForEach(item, regions)
        {
            if (!is_wanted(u->regions, item->string)) continue;
            if (fetch_region(u, code, item, e)) break;
        }
    }
    cJSON_Delete(root);
    return e->code;
}

const char *mirror_folder(struct app *app)
{
    const char *overlay = app_overlay(app), *slash = strrchr(overlay, '/');
    return arena_printf(app->arena, "%.*s/download", (int)(slash - overlay), overlay);
}

enum err_code mirror_of_aws(struct mirror *out, struct app *app, const char *base,
                            const char *regions, struct err *e)
{
    const char *overlay = app_overlay(app);
    struct update u = {
        .out = out, .arena = app->arena, .base = base, .regions = regions
    };
    struct http_options o = { .user_agent = "bedplan" };
    *out = (struct mirror){ .folder = mirror_folder(app) };
    if (file_make_dirs(out->folder, e) ||
        catalog_imports(&u.im, &u.imports, overlay, app->arena, e) ||
        http_open(&u.http, &o, e)) {
        return e->code;
    }
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (fetch_code(&u, codes[i], e)) break;
    http_close(u.http);
    return e->code;
}

void mirror_clear(const struct mirror *m, const struct feed_result *r)
{
    if (!*m->folder) return;
    for (size_t i = 0; i < m->count; i++) {
        char etag[4200];
        if (!r[i].read) continue;
        unlink(m->file[i].path);
        snprintf(etag, sizeof etag, "%s.etag", m->file[i].path);
        unlink(etag);
    }
}
