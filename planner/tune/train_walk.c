#include "train_walk.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "json_scan.h"

void walk_fault(struct train_walk *w, enum train_rule rule, uint32_t node,
                const char *fmt, ...)
{
    char what[360];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    train_log_add(w->c->log, rule, w->number,
                  node ? (size_t)w->t->node[node].at + 1 : 0, "%s", what);
}

static void check_key(struct train_walk *w, uint32_t key, const struct walk_key *keys,
                      size_t count, uint32_t *value, unsigned *seen)
{
    const struct json_tape *t = w->t;
    struct str name = tape_raw(t, key);
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(name, keys[i].name)) continue;
        if (*seen & 1U << i) {
            walk_fault(w, RULE_KEY_TWICE, key, "key '%s' twice", keys[i].name);
            return;
        }
        *seen |= 1U << i;
        if (t->node[key + 1].type == keys[i].type)
            value[i] = key + 1;
        else
            walk_fault(w, RULE_KEY_TYPE, key + 1, "'%s' is %s, not %s", keys[i].name,
                       tape_type_text(t->node[key + 1].type),
                       tape_type_text(keys[i].type));
        return;
    }
    walk_fault(w, RULE_KEY_UNKNOWN, key, "key '%.*s' is not part of the format",
               name.n > 60 ? 60 : (int)name.n, name.p);
}

void walk_object(struct train_walk *w, uint32_t object, const struct walk_key *keys,
                 size_t count, uint32_t *value)
{
    const struct json_tape *t = w->t;
    unsigned seen = 0;
    memset(value, 0, count * sizeof *value);
    for (uint32_t k = object + 1; k < t->node[object].end; k = t->node[k + 1].end)
        check_key(w, k, keys, count, value, &seen);
    for (size_t i = 0; i < count; i++)
        if (keys[i].required && !(seen & 1U << i))
            walk_fault(w, RULE_KEY_MISSING, object, "'%s' is missing", keys[i].name);
}

/* Words that fail a Nova job wherever they stand. Source: Nova user guide,
 * fine-tune-prepare-data-understanding. Each has a mark that is rare in prose. */
static const struct {
    const char *word;
    char mark;
    unsigned char at; /* of the mark in the word */
} reserved[] = {
    { "User:", ':', 4 },   { "Bot:", ':', 3 },    { "Assistant:", ':', 9 },
    { "System:", ':', 6 }, { "<image>", '<', 0 }, { "<video>", '<', 0 },
    { "[EOS]", '[', 0 },
};
enum { RESERVED_CHAT = 4 }; /* the role words; Claude's validator refuses those too */

static const char *find_word(const char *p, size_t n, const char *from, size_t words)
{
    for (size_t k = 0; k < words; k++) {
        size_t bytes = strlen(reserved[k].word), at = reserved[k].at;
        if (reserved[k].mark != *from || (size_t)(from - p) < at) continue;
        if ((size_t)(p + n - from) + at < bytes) continue;
        if (memcmp(from - at, reserved[k].word, bytes) == 0) return reserved[k].word;
    }
    return NULL;
}

static const char *reserved_in(const char *p, size_t n, size_t words)
{
    static const char marks[] = { ':', '<', '[' };
    for (size_t m = 0; m < (words > RESERVED_CHAT ? 3 : 1); m++) {
        const char *from = p;
        while ((from = memchr(from, marks[m], (size_t)(p + n - from)))) {
            const char *word = find_word(p, n, from, words);
            if (word) return word;
            from++;
        }
    }
    return NULL;
}

static void check_reserved(struct train_walk *w, uint32_t node, struct str raw)
{
    const struct train_rules *r = w->c->rules;
    size_t words = r && r->nova                     ? sizeof reserved / sizeof *reserved
                   : r && r->format == TRAIN_CLAUDE ? RESERVED_CHAT
                                                    : 0;
    if (words == 0) return;
    if (w->t->node[node].unicode) { /* a letter may hide behind \u0055 */
        char *plain = arena_alloc(w->t->arena, raw.n + 1, 1);
        long n = json_unescape(plain, raw);
        if (n >= 0) raw = (struct str){ plain, (size_t)n };
    }
    const char *word = reserved_in(raw.p, raw.n, words);
    if (word)
        walk_fault(w, RULE_RESERVED, node, "'%s' is reserved and fails the job: reword",
                   word);
}

/* The text without white space at its ends, as far as that is written plainly or as
 * the escapes of white space. */
static struct str trimmed(struct str s)
{
    for (;;) {
        if (s.n > 0 && isspace((unsigned char)s.p[0]))
            s.p++, s.n--;
        else if (s.n > 1 && s.p[0] == '\\' && strchr("ntr", s.p[1]))
            s.p += 2, s.n -= 2;
        else
            break;
    }
    for (;;) {
        if (s.n > 0 && isspace((unsigned char)s.p[s.n - 1]))
            s.n--;
        else if (s.n > 1 && s.p[s.n - 2] == '\\' && strchr("ntr", s.p[s.n - 1]) &&
                 (s.n < 3 || s.p[s.n - 3] != '\\'))
            s.n -= 2;
        else
            break;
    }
    return s;
}

/* Whether an answer is a placeholder or bare punctuation. */
static bool says_nothing(struct str s)
{
    static const char *const empty[] = { "n/a",  "na",        "none", "null",
                                         "nil",  "todo",      "tbd",  "xxx",
                                         "test", "undefined", "nan" };
    if (s.n > 12) return false;
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
        if (s.n == strlen(empty[i]) && strncasecmp(s.p, empty[i], s.n) == 0)
            return true;
    for (size_t i = 0; i < s.n; i++)
        if (!ispunct((unsigned char)s.p[i])) return false;
    return true;
}

static void check_emptiness(struct train_walk *w, uint32_t node, struct str text,
                            enum text_kind kind)
{
    struct str bare = trimmed(text);
    if (bare.n == 0 && kind == TEXT_ANSWER)
        walk_fault(w, RULE_ANSWER_EMPTY, node, "an answer without text");
    else if (bare.n == 0)
        walk_fault(w, RULE_PROMPT_EMPTY, node, "a %s without text",
                   kind == TEXT_SYSTEM ? "system prompt" : "prompt");
    else if (kind == TEXT_ANSWER && says_nothing(bare))
        walk_fault(w, RULE_ANSWER_POOR, node, "the answer '%.*s' says nothing",
                   (int)bare.n, bare.p);
}

void walk_text(struct train_walk *w, uint32_t node, enum text_kind kind)
{
    struct train_record *out = w->record;
    struct str raw = tape_raw(w->t, node);
    out->chars += w->t->node[node].chars;
    check_emptiness(w, node, raw, kind);
    if (kind != TEXT_ANSWER) check_reserved(w, node, raw);
    uint64_t *hash = kind == TEXT_ANSWER ? &out->answer_hash : &out->prompt_hash;
    *hash = text_hash(*hash + (uint64_t)kind, raw);
    if (kind == TEXT_ANSWER) out->answer = raw;
    if (kind != TEXT_SYSTEM) sketch_add(&out->sketch, raw);
}
