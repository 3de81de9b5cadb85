#ifndef MODELS_BEDROCK_EVENTSTREAM_H
#define MODELS_BEDROCK_EVENTSTREAM_H

/* Frames of application/vnd.amazon.eventstream, as the bytes come in. Both checksums
 * and every length are checked, the prelude's before anything is believed or
 * allocated.
 * Source: awslabs/aws-c-event-stream, boto/botocore botocore/eventstream.py.
 *
 *   eventstream_feed(&s, bytes, n);
 *   while ((state = eventstream_next(&message, &s)) == EVENTSTREAM_MESSAGE) ...
 *   at the end of the body: eventstream_at_boundary(&s) or the stream was truncated */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

enum {
    EVENTSTREAM_PRELUDE_BYTES = 12,
    EVENTSTREAM_CRC_BYTES = 4,
    EVENTSTREAM_PAYLOAD_MAX = 24 << 20,
    EVENTSTREAM_HEADERS_MAX = 128 << 10, /* bytes */
    EVENTSTREAM_HEADER_COUNT_MAX = 1024,
    EVENTSTREAM_VALUE_MAX = 32767, /* bytes of one text or byte array */
};

enum eventstream_state {
    EVENTSTREAM_MORE,    /* nothing whole yet: feed */
    EVENTSTREAM_MESSAGE, /* one message */
    EVENTSTREAM_BAD_CRC, /* of the prelude or of the message; final */
    EVENTSTREAM_BAD      /* a length, a header, a name twice; final */
};

/* A message; all of it points into the decoder and holds until the next
 * eventstream_feed(). Text that is missing is empty (p NULL). */
struct eventstream_message {
    struct str message_type;   /* "event", "exception", "error" */
    struct str event_type;     /* "contentBlockDelta" */
    struct str exception_type; /* "throttlingException" */
    struct str error_code, error_message;
    struct str content_type;
    struct str headers; /* the whole block, for eventstream_header() */
    struct str payload;
    size_t header_count;
    size_t wire_bytes;
};

/* { 0 } is a decoder at the start of a stream. */
struct eventstream {
    struct buf kept;   /* bytes of an unfinished message, kept between feeds */
    struct str in;     /* what was fed and is not taken yet */
    bool prelude_good; /* of the message at the front */
    bool kept_is_done; /* the message in `kept` was handed out */
    uint32_t total_bytes, header_bytes; /* of the message at the front */
    enum eventstream_state failed;      /* EVENTSTREAM_MORE: not */
    const char *why;                    /* what is wrong, for messages; NULL nothing */
};

/* `bytes` must stay until eventstream_next() has returned EVENTSTREAM_MORE (what is
 * left over is copied then). Nothing may be fed before that. */
void eventstream_feed(struct eventstream *s, const void *bytes, size_t n);

enum eventstream_state eventstream_next(struct eventstream_message *out,
                                        struct eventstream *s);

/* Nothing of an unfinished message is there. */
bool eventstream_at_boundary(const struct eventstream *s);

void eventstream_clear(struct eventstream *s);

/* Walks the headers: `*at` starts at 0; false behind the last one. The block was
 * checked when the message was decoded. */
struct eventstream_header {
    struct str name, value; /* value: the raw bytes, big-endian numbers */
    uint8_t type;           /* 0 true, 1 false, 2 byte … 7 text, 8 time, 9 uuid */
};
bool eventstream_header(struct eventstream_header *out, struct str headers, size_t *at);

/* A message of text headers, for tests and the loopback server: name, value, name,
 * value, …, NULL. Appends to `out`. */
void eventstream_write(struct buf *out, struct str payload, const char *const *headers);

#endif
