/* A trace that is read can be summarised, and its summary file reads back as true. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"
#include "usage_summary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    struct trace t;
    char *text = NULL;
    size_t n = 0;
    if (trace_parse(&t, "t", (const char *)data, size, &a, &e)) {
        assert(e.msg[0] == 't' && e.msg[1] == ':');
        arena_clear(&a);
        return 0;
    }
    FILE *f = open_memstream(&text, &n);
    assert(f && t.count > 0);
    enum err_code code = usage_write(f, &t, &(struct usage_attribution){ 0 }, &a, &e);
    fclose(f);
    if (!code) {
        struct usage_summary u;
        /* a year of minutes may be more than a file may hold; nothing else may fail */
        code = usage_summary_parse(&u, "u", text, n, &a, &e);
        assert(!code || n > (size_t)1 << 24 || u.input_tokens > INT64_C(1) << 53);
        assert(code || u.requests == (int64_t)t.count);
    }
    free(text);
    arena_clear(&a);
    return 0;
}
