/* A catalog file of any bytes is refused with ERR_DB or read without harm. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "catalog_facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(struct catalog *c, struct arena *a)
{
    struct err e = { 0 };
    struct model *models = NULL;
    struct finding *found = NULL;
    size_t count = 0, ignored = 0;
    if (catalog_models(&models, &count, c, a, &e)) return;
    for (size_t i = 0; i < count && i < 16; i++) {
        struct price_row *rows = NULL;
        struct unit_price *units = NULL;
        struct item_price *items = NULL;
        struct quota q = { 0 };
        if (catalog_prices(&rows, &ignored, c, models[i].id, a, &e) ||
            catalog_unit_prices(&units, &ignored, c, models[i].id, DATE_UNKNOWN, a,
                                &e) ||
            catalog_tuning_prices(&items, &ignored, c, models[i].id, "us-east-1",
                                  1795305600, a, &e) ||
            catalog_quota(&q, c, models[i].id, "us-east-1", ROUTING_GEO, false, a,
                          &e)) {
            return;
        }
        catalog_offer(&models[i], "eu-west-1");
    }
    if (catalog_verify(&found, &ignored, c, 0, a, &e)) return;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = { 0 };
    struct arena a = { 0 };
    struct catalog *c = NULL;
    char path[32];
    int fd = memfd_create("catalog", MFD_CLOEXEC);
    assert(fd >= 0);
    if (size > 1 << 20 || write(fd, data, size) != (ssize_t)size) {
        close(fd);
        return 0;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (catalog_open(&c, path, &e))
        assert(e.code == ERR_DB && e.msg[0]);
    else
        use(c, &a);
    catalog_close(c);
    arena_clear(&a);
    close(fd);
    return 0;
}
