#include "check.h"

#include <stdlib.h>

#include <zlib.h>

#include "eventstream.h"
#include "splitmix.h"

/* Hex with blanks; text in single quotes. */
static struct buf bytes_of(const char *text)
{
    struct buf b = { .max = 1 << 20 };
    for (const char *p = text; *p;) {
        if (*p == ' ') {
            p++;
        } else if (*p == '\'') {
            const char *end = strchr(p + 1, '\'');
            buf_add(&b, p + 1, (size_t)(end - p - 1));
            p = end + 1;
        } else {
            char two[3] = { p[0], p[1], 0 };
            char byte = (char)strtol(two, NULL, 16);
            buf_add(&b, &byte, 1);
            p += 2;
        }
    }
    return b;
}

static enum eventstream_state decode(struct eventstream *s, const struct buf *b,
                                     struct eventstream_message *m)
{
    eventstream_feed(s, b->p, b->n);
    return eventstream_next(m, s);
}

/* Vectors of awslabs/aws-c-event-stream and boto/botocore's tests, through
 * facts/bedrock/eventstream.md. */
static void reads_and_refuses_the_published_vectors(void **state)
{
    (void)state;
    /* the payload {'foo':'bar'} holds single quotes, so it is in hex */
#define FOO "7b27666f6f273a27626172277d"
    static const struct {
        const char *bytes;
        enum eventstream_state state;
        size_t headers, payload;
    } row[] = {
        { "00000010 00000000 05c248eb 7d98c8ff", EVENTSTREAM_MESSAGE, 0, 0 },
        { "0000001d 00000000 fd528c5a " FOO "c3653936", EVENTSTREAM_MESSAGE, 0, 13 },
        { "0000003d 00000020 07fd8396 0c 'content-type' 07 0010 'application/json' " FOO
          " 8d9c08b1",
          EVENTSTREAM_MESSAGE, 1, 13 },
        { "00000017 00000007 29860158 04 'byte' 02 ff c2f869dc", EVENTSTREAM_MESSAGE, 1,
          0 },
        { "00000019 00000009 710e923e 05 'short' 03 ffff b27cb6cc", EVENTSTREAM_MESSAGE,
          1, 0 },
        { "0000001d 0000000d 83e3f0e7 07 'integer' 04 ffffffff 8b8e12eb",
          EVENTSTREAM_MESSAGE, 1, 0 },
        { "0000001e 0000000e 5d4adb8d 04 'long' 05 ffffffffffffffff 4bc232da",
          EVENTSTREAM_MESSAGE, 1, 0 },
        { "0100001d 00000000 fd528c5a " FOO "c3653936", EVENTSTREAM_BAD_CRC, 0, 0 },
        { "0000003d ff000102 07fd8396 0c 'content-type'", EVENTSTREAM_BAD_CRC, 0, 0 },
        { "0000003d 00000020 07fd8396 0c 'content+type' 07 0010 'application/json' " FOO
          " 8d9c08b1",
          EVENTSTREAM_BAD_CRC, 0, 0 },
        { "0000001d 00000000 fd528c5a 7b27666f6f273a27626172277e c3653936",
          EVENTSTREAM_BAD_CRC, 0, 0 },
        { "0000003d ff000102 1583f5c2 0c 'content-type'", EVENTSTREAM_BAD, 0, 0 },
        { "00000024 00000014 4bb982d0 04 'test' 04 'asdf' 04 'test' 04 'asdf' f3f47563",
          EVENTSTREAM_BAD, 0, 0 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct buf b = bytes_of(row[i].bytes);
        struct eventstream s = { 0 };
        struct eventstream_message m = { 0 };
        enum eventstream_state got = decode(&s, &b, &m);
        if (got != row[i].state) print_error("row %zu: %s\n", i, s.why ? s.why : "");
        assert_int_equal(got, row[i].state);
        if (got == EVENTSTREAM_MESSAGE) {
            assert_int_equal(m.header_count, row[i].headers);
            assert_int_equal(m.payload.n, row[i].payload);
            assert_int_equal(m.wire_bytes, b.n);
            assert_int_equal(eventstream_next(&m, &s), EVENTSTREAM_MORE);
            assert_true(eventstream_at_boundary(&s));
        } else {
            assert_non_null(s.why);
            assert_int_equal(eventstream_next(&m, &s), got); /* final */
            assert_false(eventstream_at_boundary(&s));
        }
        eventstream_clear(&s);
        buf_clear(&b);
    }
}

static const char message_start[] =
    "000000800000005251a15f230b3a6576656e742d7479706507000c6d6573736167655374617274"
    "0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d657373"
    "6167652d747970650700056576656e747b2270223a22616263222c22726f6c65223a2261737369"
    "7374616e74227df29ed8da";
static const char throttling[] =
    "000000b0000000614f5086b30f3a657863657074696f6e2d747970650700137468726f74746c69"
    "6e67457863657074696f6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e"
    "2f6a736f6e0d3a6d6573736167652d74797065070009657863657074696f6e7b226d6573736167"
    "65223a22546f6f206d616e7920746f6b656e732c20706c656173652077616974206265666f7265"
    "20747279696e6720616761696e2e227df70ae57f";

static void says_what_kind_of_message_it_is(void **state)
{
    (void)state;
    struct buf b = bytes_of(message_start), t = bytes_of(throttling);
    struct eventstream s = { 0 };
    struct eventstream_message m = { 0 };
    buf_add(&b, t.p, t.n);
    assert_int_equal(decode(&s, &b, &m), EVENTSTREAM_MESSAGE);
    assert_true(str_eq(m.message_type, "event"));
    assert_true(str_eq(m.event_type, "messageStart"));
    assert_true(str_eq(m.content_type, "application/json"));
    assert_true(str_eq(m.payload, "{\"p\":\"abc\",\"role\":\"assistant\"}"));
    assert_int_equal(eventstream_next(&m, &s), EVENTSTREAM_MESSAGE);
    assert_true(str_eq(m.message_type, "exception"));
    assert_true(str_eq(m.exception_type, "throttlingException"));
    assert_int_equal(m.event_type.n, 0);
    assert_int_equal(eventstream_next(&m, &s), EVENTSTREAM_MORE);
    eventstream_clear(&s);
    buf_clear(&b);
    buf_clear(&t);
}

/* Fed in two pieces at every point, and byte by byte: the same messages. */
static void any_split_of_the_bytes_gives_the_same_messages(void **state)
{
    (void)state;
    struct buf b = bytes_of(message_start), t = bytes_of(throttling);
    buf_add(&b, t.p, t.n);
    buf_add(&b, b.p, 128);
    for (size_t step = 1; step <= b.n; step++) {
        struct eventstream s = { 0 };
        struct eventstream_message m = { 0 };
        size_t messages = 0;
        for (size_t at = 0; at < b.n; at += step) {
            size_t n = b.n - at < step ? b.n - at : step;
            char *copy = malloc(n); /* gone after the feed: nothing may point there */
            memcpy(copy, b.p + at, n);
            eventstream_feed(&s, copy, n);
            while (eventstream_next(&m, &s) == EVENTSTREAM_MESSAGE) {
                static const char *const want[] = { "event", "exception", "event" };
                assert_true(messages < 3 && str_eq(m.message_type, want[messages]));
                messages++;
            }
            free(copy);
            assert_null(s.why);
            bool at_end = at + n == 128 || at + n == 128 + 176 || at + n == b.n;
            assert_int_equal(eventstream_at_boundary(&s), at_end);
        }
        assert_int_equal(messages, 3);
        eventstream_clear(&s);
    }
    buf_clear(&b);
    buf_clear(&t);
}

/* A frame with right checksums around whatever its parts say. */
static struct buf frame(uint32_t total, const char *headers, size_t header_bytes,
                        size_t payload_bytes)
{
    struct buf b = { .max = 64 << 20 };
    size_t at = 0;
    uint32_t numbers[2] = { total, (uint32_t)header_bytes };
    for (int i = 0; i < 2; i++)
        for (int shift = 24; shift >= 0; shift -= 8) {
            char c = (char)(numbers[i] >> shift & 255);
            buf_add(&b, &c, 1);
        }
    for (int pass = 0; pass < 2; pass++) {
        uint32_t crc = (uint32_t)crc32_z(0, (const unsigned char *)b.p, b.n);
        for (int shift = 24; shift >= 0; shift -= 8) {
            char c = (char)(crc >> shift & 255);
            buf_add(&b, &c, 1);
        }
        if (pass) break;
        buf_add(&b, headers, header_bytes);
        for (; at < payload_bytes; at++)
            buf_add(&b, "x", 1);
    }
    return b;
}

static void every_length_is_checked(void **state)
{
    (void)state;
    static const struct {
        const char *headers;
        size_t n;
        const char *why;
    } row[] = {
        { "\0", 1, "malformed" },            /* a name of no letters */
        { "\4abc", 4, "malformed" },         /* name past the end */
        { "\3abc", 4, "malformed" },         /* no type */
        { "\3abc\12", 5, "malformed" },      /* type 10 */
        { "\3abc\7\0", 6, "malformed" },     /* half a length */
        { "\3abc\7\0\3xy", 9, "malformed" }, /* value past the end */
        { "\3abc\4\0\0\0", 8, "malformed" }, /* 3 of 4 bytes */
        { "\3abc\7\200\0", 7, "malformed" }, /* 32768 bytes */
        { "\3a\0c\0", 5, "UTF-8" },          /* NUL in a name */
        { "\3abc\7\0\1\377", 8, "UTF-8" },   /* not UTF-8 */
        { "\1a\0\1b\1\1a\1", 9, "twice" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct buf b = frame((uint32_t)(16 + row[i].n), row[i].headers, row[i].n, 0);
        struct eventstream s = { 0 };
        struct eventstream_message m = { 0 };
        assert_int_equal(decode(&s, &b, &m), EVENTSTREAM_BAD);
        if (!strstr(s.why, row[i].why)) fail_msg("row %zu: %s", i, s.why);
        eventstream_clear(&s);
        buf_clear(&b);
    }
}

static void absurd_sizes_are_refused_before_they_are_waited_for(void **state)
{
    (void)state;
    static const struct {
        uint32_t total, headers;
    } row[] = {
        { 15, 0 }, /* shorter than its start */
        { 0, 0 },
        { 32, 17 }, /* headers past the end */
        { 16 + EVENTSTREAM_HEADERS_MAX + 1, EVENTSTREAM_HEADERS_MAX + 1 },
        { 16 + EVENTSTREAM_PAYLOAD_MAX + 1, 0 },
        { UINT32_MAX, 0 },
        { UINT32_MAX, UINT32_MAX },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct buf b = frame(row[i].total, "", 0, 0);
        /* the number of header bytes is in the prelude only */
        b.p[4] = (char)(row[i].headers >> 24);
        b.p[5] = (char)(row[i].headers >> 16 & 255);
        b.p[6] = (char)(row[i].headers >> 8 & 255);
        b.p[7] = (char)(row[i].headers & 255);
        uint32_t crc = (uint32_t)crc32_z(0, (const unsigned char *)b.p, 8);
        for (int k = 0; k < 4; k++)
            b.p[8 + k] = (char)(crc >> (24 - 8 * k) & 255);
        b.n = 12; /* the prelude alone decides */
        struct eventstream s = { 0 };
        struct eventstream_message m = { 0 };
        assert_int_equal(decode(&s, &b, &m), EVENTSTREAM_BAD);
        assert_true(s.kept.cap <= 4096);
        eventstream_clear(&s);
        buf_clear(&b);
    }
}

static void the_largest_payload_is_read(void **state)
{
    (void)state;
    struct buf b = frame(16 + EVENTSTREAM_PAYLOAD_MAX, "", 0, EVENTSTREAM_PAYLOAD_MAX);
    struct eventstream s = { 0 };
    struct eventstream_message m = { 0 };
    eventstream_feed(&s, b.p, 1000);
    assert_int_equal(eventstream_next(&m, &s), EVENTSTREAM_MORE);
    eventstream_feed(&s, b.p + 1000, b.n - 1000);
    assert_int_equal(eventstream_next(&m, &s), EVENTSTREAM_MESSAGE);
    assert_int_equal(m.payload.n, EVENTSTREAM_PAYLOAD_MAX);
    eventstream_clear(&s);
    buf_clear(&b);
}

static void too_many_headers_are_refused(void **state)
{
    (void)state;
    struct buf h = { .max = 1 << 20 };
    for (int i = 0; i <= EVENTSTREAM_HEADER_COUNT_MAX; i++) {
        char one[6] = { 3,
                        (char)('a' + i % 16),
                        (char)('a' + i / 16 % 16),
                        (char)('a' + i / 256),
                        0,
                        0 };
        buf_add(&h, one, 5);
    }
    for (int over = 0; over < 2; over++) {
        size_t n = h.n - (over ? 0 : 5);
        struct buf b = frame((uint32_t)(16 + n), h.p, n, 0);
        struct eventstream s = { 0 };
        struct eventstream_message m = { 0 };
        assert_int_equal(decode(&s, &b, &m),
                         over ? EVENTSTREAM_BAD : EVENTSTREAM_MESSAGE);
        if (!over) assert_int_equal(m.header_count, EVENTSTREAM_HEADER_COUNT_MAX);
        eventstream_clear(&s);
        buf_clear(&b);
    }
    buf_clear(&h);
}

/* Any one bit of a stream flipped is found: by a checksum, or because the stream ends
 * inside a frame. CRC-32 finds every single-bit error. */
static void every_flipped_bit_is_found(void **state)
{
    (void)state;
    struct buf b = bytes_of(message_start);
    for (size_t bit = 0; bit < b.n * 8; bit++) {
        struct eventstream s = { 0 };
        struct eventstream_message m = { 0 };
        b.p[bit / 8] = (char)(b.p[bit / 8] ^ 1 << bit % 8);
        assert_int_equal(decode(&s, &b, &m), EVENTSTREAM_BAD_CRC);
        b.p[bit / 8] = (char)(b.p[bit / 8] ^ 1 << bit % 8);
        eventstream_clear(&s);
    }
    buf_clear(&b);
}

/* What is written is read back: random headers and payloads, random pieces. */
static void writing_and_reading_are_inverse(void **state)
{
    (void)state;
    uint64_t seed = 20261122;
    for (int round = 0; round < 300; round++) {
        struct buf out = { .max = 1 << 22 };
        size_t sizes[8], count = 1 + next_bits(&seed) % 8;
        for (size_t i = 0; i < count; i++) {
            char *payload = calloc(1, 70000);
            sizes[i] = next_bits(&seed) % (next_bits(&seed) % 4 ? 300 : 70000);
            memset(payload, (int)('a' + i), sizes[i]);
            eventstream_write(&out, (struct str){ payload, sizes[i] },
                              (const char *[]){ ":message-type", "event", ":event-type",
                                                "contentBlockDelta", NULL });
            free(payload);
        }
        struct eventstream s = { 0 };
        struct eventstream_message m = { 0 };
        size_t got = 0;
        for (size_t at = 0; at < out.n;) {
            size_t n = 1 + next_bits(&seed) % 2000;
            if (n > out.n - at) n = out.n - at;
            eventstream_feed(&s, out.p + at, n);
            at += n;
            while (eventstream_next(&m, &s) == EVENTSTREAM_MESSAGE) {
                assert_int_equal(m.payload.n, sizes[got]);
                if (m.payload.n)
                    assert_int_equal(m.payload.p[m.payload.n - 1], 'a' + got);
                assert_true(str_eq(m.event_type, "contentBlockDelta"));
                got++;
            }
        }
        assert_int_equal(got, count);
        assert_true(eventstream_at_boundary(&s));
        eventstream_clear(&s);
        buf_clear(&out);
    }
}

static void headers_of_all_types_are_walked(void **state)
{
    (void)state;
    struct buf b =
        bytes_of("01 'a' 00 01 'b' 01 01 'c' 06 0002 beef 01 'd' 08 "
                 "0000018bcfe56800 01 'e' 09 00112233445566778899aabbccddeeff");
    static const size_t want[] = { 0, 0, 2, 8, 16 };
    struct eventstream_header h;
    size_t at = 0, n = 0;
    struct str block = { b.p, b.n };
    for (; eventstream_header(&h, block, &at); n++) {
        assert_int_equal(h.name.p[0], 'a' + n);
        assert_int_equal(h.value.n, want[n]);
    }
    assert_int_equal(n, 5);
    assert_int_equal(at, b.n);
    buf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_refuses_the_published_vectors),
        cmocka_unit_test(says_what_kind_of_message_it_is),
        cmocka_unit_test(any_split_of_the_bytes_gives_the_same_messages),
        cmocka_unit_test(every_length_is_checked),
        cmocka_unit_test(absurd_sizes_are_refused_before_they_are_waited_for),
        cmocka_unit_test(the_largest_payload_is_read),
        cmocka_unit_test(too_many_headers_are_refused),
        cmocka_unit_test(every_flipped_bit_is_found),
        cmocka_unit_test(writing_and_reading_are_inverse),
        cmocka_unit_test(headers_of_all_types_are_walked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
