/* Training records: what is taken for JSON is what a second parser takes for JSON, the
 * tape is well nested, and no record of any format upsets the checks or the mending.
 * The first byte picks the model. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_parse.h>

#include "train_convert.h"
#include "train_fix.h"
#include "train_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool yajl_takes(const char *p, size_t n)
{
    static const yajl_callbacks none = { 0 };
    yajl_handle h = yajl_alloc(&none, NULL, NULL);
    bool good = yajl_parse(h, (const unsigned char *)p, n) == yajl_status_ok &&
                yajl_complete_parse(h) == yajl_status_ok;
    yajl_free(h);
    return good;
}

static void check_nesting(const struct json_tape *t, uint32_t node, uint32_t limit)
{
    const struct tape_node *n = &t->node[node];
    bool nests = n->type == TAPE_ARRAY || n->type == TAPE_OBJECT;
    assert(n->end > node && n->end <= limit && (nests || n->end == node + 1));
    for (uint32_t i = node + 1; i < n->end; i = t->node[i].end) {
        assert(t->node[i].at >= n->at && t->node[i].bytes <= n->bytes);
        check_nesting(t, i, n->end);
    }
}

static void check_json(struct json_tape *t, const char *p, size_t n)
{
    struct tape_fault fault = { 0 };
    bool good = json_tape_read(t, p, n, &fault);
    if (good) {
        assert(t->count > 0 && t->node[0].end == t->count);
        check_nesting(t, 0, (uint32_t)t->count);
        assert(yajl_takes(p, n));
        return;
    }
    assert(fault.what && fault.at <= n);
    /* it is less strict about half characters, letters in too many bytes, depth,
     * blanks, and takes a text that does not end behind the value */
    static const char *const stricter[] = { "surrogate", "deep", "more behind",
                                            "UTF-8" };
    for (size_t i = 0; i < sizeof stricter / sizeof *stricter; i++)
        if (strstr(fault.what, stricter[i])) return;
    if (!memchr(p, '\v', n) && !memchr(p, '\f', n)) assert(!yajl_takes(p, n));
}

static void check_record(struct train_check *c, const char *p, size_t n)
{
    static char sink[4096];
    struct train_record record;
    c->log->count = c->log->kept[0] = c->log->kept[1] = 0;
    bool read = train_record_check(&record, c, 1, (struct str){ p, n });
    for (size_t i = 0; i < c->log->count; i++)
        assert(c->log->issue[i].column <= n + 1);
    if (read) assert(record.chars >= 0 && (size_t)record.chars <= n);
    FILE *f = fmemopen(sink, sizeof sink, "w");
    train_fix_write(read ? &c->tape : NULL, c->format, c->rules, (struct str){ p, n },
                    f);
    fclose(f);
    if (!read) return;
    for (int to = 1; to < TRAIN_FORMATS; to++) {
        f = fmemopen(sink, sizeof sink, "w");
        const char *why = train_convert(&c->tape, c->format, (enum train_format)to, f);
        assert(!why || ftell(f) == 0);
        fclose(f);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const models[] = {
        "amazon.nova-lite-v1:0",           "anthropic.claude-3-haiku-20240307-v1:0",
        "amazon.titan-text-express-v1",    "amazon.titan-image-generator-v1",
        "meta.llama3-3-70b-instruct-v1:0",
    };
    struct arena a = { 0 };
    struct train_log log = { .limit = 4, .arena = &a };
    struct train_check c = { .log = &log, .tape = { .arena = &a } };
    if (size == 0) return 0;
    char *line = malloc(size); /* exactly as long, for the sanitizer */
    size_t n = size - 1;
    memcpy(line, data + 1, n);
    check_json(&c.tape, line, n);
    check_record(&c, line, n);
    c.rules = train_rules_of(models[data[0] % 5], METHOD_FINE_TUNING);
    c.format = c.rules->format;
    check_record(&c, line, n);
    free(line);
    arena_clear(&a);
    return 0;
}
