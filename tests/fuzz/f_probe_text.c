/* What a user types for a probe: times and gates. A text that is accepted is within its
 * bounds. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "probe_compare.h"
#include "probe_schedule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct err e = { 0 }, other = { 0 };
    struct probe_gate gate;
    int64_t ns = -1;
    if (size > 4096) return 0;
    const char *text = arena_text_n(&a, (const char *)data, size);
    if (probe_duration(&ns, text, &e) == OK)
        assert(ns >= 1000000 && ns <= (int64_t)7 * 86400 * 1000000000);
    else
        assert(*e.msg && ns == -1);
    if (probe_gate_parse(&gate, text, &a, &other) == OK) {
        assert(gate.metric < PROBE_METRICS && gate.quantile <= PROBE_MEAN);
        assert(gate.limit >= 0 && (gate.relative || !gate.percent));
    } else {
        assert(*other.msg);
    }
    arena_clear(&a);
    return 0;
}
