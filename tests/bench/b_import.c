/* b_import SKUS [FILE]: writes a made-up world price list (about 1.3 KB a SKU) and
 * takes it in; or takes in FILE. Prints bytes, seconds and the peak of memory. With
 * `cjson` in place of the program's own reader: b_import SKUS FILE cjson. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "feed.h"
#include "world.h"

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int write_world(const char *path, long skus)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    struct catalog *c = NULL;
    struct model *m = NULL;
    size_t count = 0;
    int names = 0;
    FILE *f = fopen(path, "w");
    if (!f || catalog_open(&c, NULL, &e) || catalog_models(&m, &count, c, &a, &e))
        return 1;
    const char **name = ARENA_NEW(&a, const char *, count);
    for (size_t i = 0; i < count; i++)
        if (*m[i].name && !*m[i].variant_of) name[names++] = m[i].name;
    world_write(f, name, names, skus, "2026-09-01");
    catalog_close(c);
    arena_clear(&a);
    return fclose(f);
}

static int with_cjson(const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f) return 1;
    fseek(f, 0, SEEK_END);
    size_t size = (size_t)ftell(f);
    rewind(f);
    char *bytes = malloc(size + 1);
    if (!bytes || fread(bytes, 1, size, f) != size) return 1;
    cJSON *root = cJSON_ParseWithLength(bytes, size);
    int n = cJSON_GetArraySize(cJSON_GetObjectItem(root, "products"));
    cJSON_Delete(root);
    free(bytes);
    fclose(f);
    return n == 0;
}

static int with_bedplan(const char *path)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    struct catalog *c = NULL;
    struct feed_result r = { 0 };
    char overlay[64];
    snprintf(overlay, sizeof overlay, "/tmp/b_import-%d.db", (int)getpid());
    struct feed_options o = { .overlay = overlay, .now_unix_s = 1795305600 };
    if (catalog_open(&c, NULL, &e) ||
        catalog_import(&r, (const char *[]){ path }, 1, c, &o, &a, &e))
        fprintf(stderr, "%s\n", e.msg);
    printf("%lld read, %lld added, %lld skipped; ", (long long)r.read,
           (long long)r.added, (long long)r.skipped);
    catalog_close(c);
    arena_clear(&a);
    unlink(overlay);
    return e.code != OK;
}

int main(int argc, char **argv)
{
    char path[64] = "/tmp/b_import-world.json";
    struct rusage u;
    long skus = argc > 1 ? atol(argv[1]) : 1000;
    if (argc > 2) snprintf(path, sizeof path, "%s", argv[2]);
    if (access(path, R_OK) != 0 && write_world(path, skus)) return 1;
    double start = now_s();
    int bad = argc > 3 ? with_cjson(path) : with_bedplan(path);
    double seconds = now_s() - start;
    getrusage(RUSAGE_SELF, &u);
    double cpu_s = (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
                   1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
    printf("%.2f s, %.2f s of processor, %ld MB at most\n", seconds, cpu_s,
           u.ru_maxrss >> 10);
    return bad;
}
