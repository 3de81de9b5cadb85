/* Files of any kind, told apart by content: gzip, CSV of requests and rates, tables of
 * counts. What is taken has figures that agree with each other. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arena.h"
#include "import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct usage_stats *s)
{
    int64_t minutes = 0, cells = 0;
    for (size_t i = 0; i < s->minutes; i++)
        minutes += s->per_minute[i];
    for (size_t i = 0; i < s->cells; i++)
        cells += s->cell[i].requests;
    assert(s->requests > 0 && minutes == s->requests);
    assert(s->cells == 0 || cells == s->requests);
    assert(s->first_us <= s->last_us);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    struct usage_models models = { .arena = &a };
    struct import_file file;
    struct usage_stats stats;
    char path[32];
    struct import im = { .arena = &a,
                         .models = &models,
                         .earliest_us = INT64_C(1681344000) * 1000000,
                         .latest_us = INT64_C(1800000000) * 1000000 };
    int fd = memfd_create("f", 0);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size) abort();
    snprintf(path, sizeof path, "/dev/fd/%d", fd);
    if (lseek(fd, 0, SEEK_SET) || usage_stage_open(&im.stage, "/tmp", 16, &e)) abort();
    if (!import_file(&file, &im, path, false, &e)) {
        assert(file.bytes == (int64_t)size);
        if (im.counts) check(im.counts);
        if (im.periods.count > 0 &&
            !usage_stats_of_periods(&stats, &im.periods, im.dated, &models, &a, &e))
            check(&stats);
    } else {
        assert(e.code == ERR_INPUT);
    }
    close(fd);
    usage_stage_close(im.stage);
    free(im.scratch);
    arena_clear(&a);
    return 0;
}
