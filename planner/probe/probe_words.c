/* Words that common tokenizers keep whole, for prompts of a known length. */
#include "probe_prompt.h"

#include "rng.h"

/* 64 words: 6 bits each, so that eight of them tell 2^48 prompts apart. */
static const char *const word[64] = {
    "time",  "year",   "people", "way",    "day",   "man",     "thing",  "woman",
    "life",  "child",  "world",  "school", "state", "family",  "group",  "country",
    "hand",  "part",   "place",  "case",   "week",  "company", "system", "program",
    "work",  "number", "night",  "point",  "home",  "water",   "room",   "mother",
    "area",  "money",  "story",  "fact",   "month", "lot",     "right",  "study",
    "book",  "eye",    "job",    "word",   "side",  "kind",    "head",   "house",
    "power", "hour",   "game",   "line",   "end",   "member",  "law",    "car",
    "city",  "name",   "team",   "minute", "idea",  "body",    "back",   "face",
};

void probe_words(struct buf *out, int64_t count, uint64_t key)
{
    for (int64_t i = 0; i < count; i++) {
        if (i % 10 == 0) (void)splitmix64(&key);
        uint64_t bits = key >> (6 * (uint64_t)(i % 10));
        const char *w = word[bits & 63];
        buf_text(out, " ");
        buf_text(out, w);
        if (i % 10 == 9) key = rng_key(key, 1, (uint64_t)i);
    }
}
