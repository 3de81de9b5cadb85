/* Lines of logs and GetMetricData documents: whatever the bytes, a record that comes
 * out keeps its bounds, and everything that does not is counted. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    struct usage_models models = { .arena = &a };
    struct import im = { .arena = &a,
                         .models = &models,
                         .earliest_us = INT64_C(1681344000) * 1000000,
                         .latest_us = INT64_C(1800000000) * 1000000,
                         .path = "f",
                         .line = 1 };
    if (usage_stage_open(&im.stage, "/tmp", 16, &e)) abort();
    struct str text = { (const char *)data, size };
    enum err_code code = import_is_metrics(text) ? import_metrics(&im, text, &e) : OK;
    while (!code && text.n > 0) {
        struct str line = str_cut(text, '\n', &text);
        code = import_json_line(&im, line, text.n == 0, &e);
        im.line++;
    }
    assert(!code);
    int64_t skipped = 0;
    for (int i = 0; i < SKIPS; i++)
        skipped += im.skipped[i];
    assert(im.read >= (int64_t)usage_stage_count(im.stage));
    assert(im.periods.count > 0 ||
           im.read == (int64_t)usage_stage_count(im.stage) + skipped);
    struct usage_record r;
    bool more = false;
    if (usage_stage_sort(im.stage, &e)) abort();
    while (!usage_stage_next(im.stage, &r, &more, &e) && more) {
        assert(r.input <= USAGE_MAX_TOKENS && r.output <= USAGE_MAX_TOKENS);
        assert(r.cached <= r.input && r.written <= r.input);
        assert(r.model < models.count && r.status < USAGE_STATUSES);
    }
    struct usage_stats stats;
    if (im.periods.count > 0 &&
        !usage_stats_of_periods(&stats, &im.periods, true, &models, &a, &e)) {
        int64_t sum = 0;
        for (size_t i = 0; i < stats.minutes; i++)
            sum += stats.per_minute[i];
        assert(sum == stats.requests);
    }
    usage_stage_close(im.stage);
    free(im.scratch);
    arena_clear(&a);
    return 0;
}
