/* Event streams: however the bytes are cut, the same messages and the same end. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "eventstream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
    size_t messages, payload_bytes, header_count, wire_bytes;
    unsigned sum; /* of everything that was handed out */
    enum eventstream_state end;
    bool boundary;
};

static void add(struct outcome *o, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        o->sum = o->sum * 31 + (unsigned char)s.p[i];
}

static void take(struct outcome *o, const struct eventstream_message *m)
{
    struct eventstream_header h;
    size_t at = 0, n = 0;
    while (eventstream_header(&h, m->headers, &at)) {
        add(o, h.name);
        add(o, h.value);
        n++;
    }
    assert(at == m->headers.n && n == m->header_count);
    assert(m->wire_bytes == 16 + m->headers.n + m->payload.n);
    add(o, m->payload);
    add(o, m->event_type);
    o->messages++;
    o->header_count += n;
    o->payload_bytes += m->payload.n;
    o->wire_bytes += m->wire_bytes;
}

/* In pieces of `step` bytes, each gone when the next comes; 0: all at once. */
static struct outcome decode(const uint8_t *data, size_t size, size_t step)
{
    struct eventstream s = { 0 };
    struct eventstream_message m;
    struct outcome o = { .end = EVENTSTREAM_MORE };
    if (!step) step = size ? size : 1;
    for (size_t at = 0; at < size && o.end == EVENTSTREAM_MORE; at += step) {
        size_t n = size - at < step ? size - at : step;
        uint8_t *piece = malloc(n);
        assert(piece);
        memcpy(piece, data + at, n);
        eventstream_feed(&s, piece, n);
        while ((o.end = eventstream_next(&m, &s)) == EVENTSTREAM_MESSAGE)
            take(&o, &m);
        free(piece);
    }
    o.boundary = eventstream_at_boundary(&s);
    assert((o.end == EVENTSTREAM_MORE) == (s.why == NULL));
    assert(o.wire_bytes <= size);
    eventstream_clear(&s);
    return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct outcome whole = decode(data, size, 0);
    for (size_t step = 1; step < 40; step += step < 8 ? 1 : 13) {
        struct outcome parts = decode(data, size, step);
        assert(parts.messages == whole.messages && parts.sum == whole.sum);
        assert(parts.end == whole.end && parts.boundary == whole.boundary);
        assert(parts.header_count == whole.header_count);
    }
    return 0;
}
