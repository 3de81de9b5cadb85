/* Policies of a guardrail and attachments as people write them: what is taken keeps its
 * bounds for every family of models, what is refused says why. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "attach_read.h"
#include "guardrail.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void policies(const char *text, struct arena *a)
{
    struct guard g;
    struct err e = { 0 };
    bool any = false;
    if (guard_parse(&g, text, a, &e)) {
        assert(e.code == ERR_INPUT && e.msg[0]);
        return;
    }
    for (int p = 0; p < GUARD_POLICIES; p++)
        any |= g.on[p][GUARD_INPUT] || g.on[p][GUARD_OUTPUT];
    assert(any);
    assert(!g.on[GUARD_GROUNDING][GUARD_INPUT] && !g.on[GUARD_ATTACK][GUARD_OUTPUT]);
}

static void attachment(enum attach_kind kind, const char *text, struct arena *a)
{
    struct attach_item item = { .kind = kind, .text_only = text[0] % 2 };
    struct err e = { 0 };
    const char *said[ATTACH_LIMITS];
    if (attach_read(&item, text, a, &e)) {
        assert(e.code != OK && e.msg[0]);
        return;
    }
    assert(item.times >= 1 && item.times <= 1000 && item.megabytes >= 0);
    assert(attach_name(&item, a)[0]);
    for (int f = ATTACH_UNKNOWN; f <= ATTACH_LLAMA; f++) {
        struct attach_tokens t;
        struct err range = { 0 };
        if (attach_item_tokens(&t, (enum attach_family)f, &item, &range)) {
            assert(range.code == ERR_RANGE);
            continue;
        }
        assert(!t.known || (0 <= t.low && t.low <= t.likely && t.likely <= t.high));
        assert(attach_limits(said, (enum attach_family)f, &item, 1, 200000, a) <=
               ATTACH_LIMITS);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    if (size < 1) return 0;
    const char *text = arena_text_n(&a, (const char *)data + 1, size - 1);
    int kind = data[0] % 5;
    if (kind == 4)
        policies(text, &a);
    else
        attachment((enum attach_kind)kind, text, &a);
    arena_clear(&a);
    return 0;
}
