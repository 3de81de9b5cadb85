#include "eventstream.h"

#include <assert.h>
#include <string.h>

#include <zlib.h>

#include "utf8.h"

enum {
    MESSAGE_MIN = EVENTSTREAM_PRELUDE_BYTES + EVENTSTREAM_CRC_BYTES,
    MESSAGE_MAX = MESSAGE_MIN + EVENTSTREAM_HEADERS_MAX + EVENTSTREAM_PAYLOAD_MAX,
};

static uint32_t u32(const char *p)
{
    const unsigned char *b = (const unsigned char *)p;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static uint32_t crc_of(const char *p, size_t n)
{
    return (uint32_t)crc32_z(0, (const unsigned char *)p, n);
}

static enum eventstream_state fail(struct eventstream *s, enum eventstream_state how,
                                   const char *why)
{
    s->failed = how;
    s->why = why;
    return how;
}

void eventstream_feed(struct eventstream *s, const void *bytes, size_t n)
{
    assert(s->in.n == 0);
    s->in = (struct str){ bytes, n };
    if (!s->kept.max) s->kept.max = MESSAGE_MAX;
}

/* Moves bytes from what was fed until `wanted` are kept. False: not enough. */
static bool keep(struct eventstream *s, size_t wanted)
{
    if (s->kept.n < wanted) {
        size_t n = wanted - s->kept.n;
        if (n > s->in.n) n = s->in.n;
        buf_add(&s->kept, s->in.p, n);
        s->in.p += n;
        s->in.n -= n;
    }
    return s->kept.n >= wanted;
}

/* Lengths are believed when their checksum is right, and then they are judged. */
static enum eventstream_state read_prelude(struct eventstream *s, const char *p)
{
    s->total_bytes = u32(p);
    s->header_bytes = u32(p + 4);
    if (crc_of(p, 8) != u32(p + 8))
        return fail(s, EVENTSTREAM_BAD_CRC, "the checksum of a frame's start is wrong");
    if (s->total_bytes < MESSAGE_MIN)
        return fail(s, EVENTSTREAM_BAD, "a frame is shorter than its own start");
    if (s->header_bytes > EVENTSTREAM_HEADERS_MAX ||
        s->header_bytes > s->total_bytes - MESSAGE_MIN) {
        return fail(s, EVENTSTREAM_BAD, "a frame's headers are longer than allowed");
    }
    if (s->total_bytes - MESSAGE_MIN - s->header_bytes > EVENTSTREAM_PAYLOAD_MAX)
        return fail(s, EVENTSTREAM_BAD, "a frame's payload is longer than allowed");
    s->prelude_good = true;
    return EVENTSTREAM_MORE;
}

/* One header at `*at`; false when the block does not hold it. */
static bool take_header(struct eventstream_header *out, struct str block, size_t *at)
{
    static const uint8_t fixed[] = { 0, 0, 1, 2, 4, 8, 0, 0, 8, 16 }; /* by type */
    size_t i = *at;
    if (i >= block.n) return false;
    size_t name = (unsigned char)block.p[i++];
    if (name == 0 || name + 1 > block.n - i) return false;
    out->name = (struct str){ block.p + i, name };
    i += name;
    out->type = (unsigned char)block.p[i++];
    if (out->type >= sizeof fixed) return false;
    size_t value = fixed[out->type];
    if (out->type == 6 || out->type == 7) {
        if (block.n - i < 2) return false;
        value = (size_t)(unsigned char)block.p[i] << 8 | (unsigned char)block.p[i + 1];
        i += 2;
        if (value > EVENTSTREAM_VALUE_MAX) return false;
    }
    if (value > block.n - i) return false;
    out->value = (struct str){ block.p + i, value };
    *at = i + value;
    return true;
}

bool eventstream_header(struct eventstream_header *out, struct str headers, size_t *at)
{
    return take_header(out, headers, at);
}

/* Quadratic, but a real message has three; the limit keeps a hostile one at a few ms.
 */
static bool seen_before(struct str name, struct str block, size_t end)
{
    struct eventstream_header h;
    for (size_t at = 0; at < end && take_header(&h, block, &at);) {
        if (at > end) break;
        if (h.name.n == name.n && memcmp(h.name.p, name.p, name.n) == 0) return true;
    }
    return false;
}

/* UTF-8 without NUL; nearly always plain ASCII, which is told at once. */
static bool is_text(struct str s, bool nul_allowed)
{
    unsigned char high = 0, low = 0xff;
    for (size_t i = 0; i < s.n; i++) {
        high |= (unsigned char)s.p[i];
        low = (unsigned char)s.p[i] < low ? (unsigned char)s.p[i] : low;
    }
    if (low == 0 && !nul_allowed) return false;
    return high < 0x80 || utf8_valid(s.p, s.n, NULL);
}

#define NAME(s) s, sizeof(s) - 1
static void note_header(struct eventstream_message *m,
                        const struct eventstream_header *h)
{
    static const struct {
        const char *name;
        size_t n, offset;
    } known[] = {
        { NAME(":message-type"), offsetof(struct eventstream_message, message_type) },
        { NAME(":event-type"), offsetof(struct eventstream_message, event_type) },
        { NAME(":content-type"), offsetof(struct eventstream_message, content_type) },
        { NAME(":exception-type"),
          offsetof(struct eventstream_message, exception_type) },
        { NAME(":error-code"), offsetof(struct eventstream_message, error_code) },
        { NAME(":error-message"), offsetof(struct eventstream_message, error_message) },
    };
    if (h->type != 7) return;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (h->name.n == known[i].n &&
            memcmp(h->name.p, known[i].name, known[i].n) == 0)
            memcpy((char *)m + known[i].offset, &h->value, sizeof h->value);
    }
}

#undef NAME

static enum eventstream_state read_headers(struct eventstream *s,
                                           struct eventstream_message *m)
{
    struct eventstream_header h;
    for (size_t at = 0; at < m->headers.n;) {
        size_t start = at;
        if (++m->header_count > EVENTSTREAM_HEADER_COUNT_MAX)
            return fail(s, EVENTSTREAM_BAD, "a frame has too many headers");
        if (!take_header(&h, m->headers, &at))
            return fail(s, EVENTSTREAM_BAD, "a frame has a malformed header");
        if (!is_text(h.name, false) || (h.type == 7 && !is_text(h.value, true))) {
            return fail(s, EVENTSTREAM_BAD, "a frame's header is not UTF-8");
        }
        if (seen_before(h.name, m->headers, start))
            return fail(s, EVENTSTREAM_BAD, "a frame has a header twice");
        note_header(m, &h);
    }
    return EVENTSTREAM_MESSAGE;
}

static enum eventstream_state read_message(struct eventstream_message *out,
                                           struct eventstream *s, const char *p)
{
    struct eventstream_message m = { .wire_bytes = s->total_bytes };
    size_t end = s->total_bytes - EVENTSTREAM_CRC_BYTES;
    if (crc_of(p, end) != u32(p + end))
        return fail(s, EVENTSTREAM_BAD_CRC, "the checksum of a frame is wrong");
    m.headers = (struct str){ p + EVENTSTREAM_PRELUDE_BYTES, s->header_bytes };
    m.payload = (struct str){ m.headers.p + m.headers.n,
                              end - EVENTSTREAM_PRELUDE_BYTES - s->header_bytes };
    s->prelude_good = false;
    enum eventstream_state state = read_headers(s, &m);
    if (state == EVENTSTREAM_MESSAGE) *out = m;
    return state;
}

/* The front of what was fed, where nothing is kept: no copy in the usual case. */
static enum eventstream_state next_in_place(struct eventstream_message *out,
                                            struct eventstream *s)
{
    if (s->in.n < EVENTSTREAM_PRELUDE_BYTES) return EVENTSTREAM_MORE;
    if (!s->prelude_good && read_prelude(s, s->in.p) != EVENTSTREAM_MORE)
        return s->failed;
    if (s->in.n < s->total_bytes) return EVENTSTREAM_MORE;
    const char *p = s->in.p;
    size_t n = s->total_bytes;
    s->in.p += n;
    s->in.n -= n;
    return read_message(out, s, p);
}

enum eventstream_state eventstream_next(struct eventstream_message *out,
                                        struct eventstream *s)
{
    if (s->failed) return s->failed;
    if (s->kept_is_done) {
        s->kept.n = 0;
        s->kept_is_done = false;
    }
    if (s->kept.n == 0) {
        enum eventstream_state state = next_in_place(out, s);
        if (state != EVENTSTREAM_MORE) return state;
        bool whole = keep(s, s->in.n);
        if (!whole || s->kept.overflow)
            return fail(s, EVENTSTREAM_BAD, "no memory for a frame");
        return EVENTSTREAM_MORE;
    }
    if (!keep(s, EVENTSTREAM_PRELUDE_BYTES)) return EVENTSTREAM_MORE;
    if (!s->prelude_good && read_prelude(s, s->kept.p) != EVENTSTREAM_MORE)
        return s->failed;
    bool whole = keep(s, s->total_bytes);
    if (s->kept.overflow) return fail(s, EVENTSTREAM_BAD, "no memory for a frame");
    s->kept_is_done = whole;
    return whole ? read_message(out, s, s->kept.p) : EVENTSTREAM_MORE;
}

bool eventstream_at_boundary(const struct eventstream *s)
{
    return !s->failed && s->in.n == 0 && (s->kept.n == 0 || s->kept_is_done);
}

void eventstream_clear(struct eventstream *s)
{
    buf_clear(&s->kept);
    *s = (struct eventstream){ .why = NULL };
}

static void put_u32(struct buf *b, uint32_t v)
{
    char p[4] = { (char)(v >> 24), (char)(v >> 16 & 255), (char)(v >> 8 & 255),
                  (char)(v & 255) };
    buf_add(b, p, sizeof p);
}

void eventstream_write(struct buf *out, struct str payload, const char *const *headers)
{
    struct buf block = { .max = EVENTSTREAM_HEADERS_MAX };
    size_t start = out->n;
    for (; *headers; headers += 2) {
        size_t name = strlen(headers[0]), value = strlen(headers[1]);
        assert(name > 0 && name < 256 && value <= EVENTSTREAM_VALUE_MAX);
        char head = (char)name;
        char tail[3] = { 7, (char)(value >> 8), (char)(value & 255) };
        buf_add(&block, &head, 1);
        buf_add(&block, headers[0], name);
        buf_add(&block, tail, sizeof tail);
        buf_add(&block, headers[1], value);
    }
    put_u32(out, (uint32_t)(MESSAGE_MIN + block.n + payload.n));
    put_u32(out, (uint32_t)block.n);
    put_u32(out, crc_of(out->p + start, 8));
    buf_add(out, block.p, block.n);
    buf_add(out, payload.p, payload.n);
    if (!out->overflow) put_u32(out, crc_of(out->p + start, out->n - start));
    buf_clear(&block);
}
