#include "utf8.h"

#include <stdint.h>
#include <string.h>

/* First bytes with what may follow them.
 * Source: The Unicode Standard, table 3-7 "Well-formed UTF-8 byte sequences". */
static const struct {
    unsigned char first, last, bytes;
    unsigned char second_lo, second_hi;
} shapes[] = {
    { 0x00, 0x7f, 1, 0, 0 },       { 0xc2, 0xdf, 2, 0x80, 0xbf },
    { 0xe0, 0xe0, 3, 0xa0, 0xbf }, { 0xe1, 0xec, 3, 0x80, 0xbf },
    { 0xed, 0xed, 3, 0x80, 0x9f }, { 0xee, 0xef, 3, 0x80, 0xbf },
    { 0xf0, 0xf0, 4, 0x90, 0xbf }, { 0xf1, 0xf3, 4, 0x80, 0xbf },
    { 0xf4, 0xf4, 4, 0x80, 0x8f },
};

size_t utf8_char(const char *p, size_t n)
{
    if (!n) return 0;
    const unsigned char *b = (const unsigned char *)p;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        if (b[0] < shapes[i].first || b[0] > shapes[i].last) continue;
        size_t bytes = shapes[i].bytes;
        if (bytes == 1) return 1;
        if (n < bytes || b[1] < shapes[i].second_lo || b[1] > shapes[i].second_hi)
            return 0;
        for (size_t k = 2; k < bytes; k++)
            if ((b[k] & 0xc0) != 0x80) return 0;
        return bytes;
    }
    return 0;
}

/* ASCII at the start of `p`, in whole words of eight bytes. */
static size_t ascii_words(const char *p, size_t n)
{
    size_t at = 0;
    for (uint64_t word; n - at >= sizeof word; at += sizeof word) {
        memcpy(&word, p + at, sizeof word);
        if (word & 0x8080808080808080) break;
    }
    return at;
}

bool utf8_valid(const char *p, size_t n, size_t *bad)
{
    for (size_t at = ascii_words(p, n), step; at < n; at += step) {
        if (!(p[at] & 0x80)) {
            step = 1;
            continue;
        }
        step = utf8_char(p + at, n - at);
        if (step) continue;
        if (bad) *bad = at;
        return false;
    }
    return true;
}
