#include "train_record.h"

#include <string.h>

#include "train_blocks.h"
#include "train_walk.h"

/* Which keys say which format; the first row whose keys are all there. */
static const struct {
    enum train_format format;
    const char *keys[2];
} marks[] = {
    { TRAIN_PAIRS, { "prompt", "completion" } },
    { TRAIN_CAPTION, { "image-ref", "caption" } },
    { TRAIN_CONVERSE, { "schemaVersion", NULL } },
    { TRAIN_REWARD, { "messages", "reference_answer" } },
    { TRAIN_TEXT, { "input", NULL } },
    { TRAIN_PAIRS, { "prompt", NULL } },
    { TRAIN_PAIRS, { "completion", NULL } },
    { TRAIN_CAPTION, { "image-ref", NULL } },
};

enum train_format train_format_of(const struct json_tape *t)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (tape_member(t, 0, marks[i].keys[0]) &&
            (!marks[i].keys[1] || tape_member(t, 0, marks[i].keys[1])))
            return marks[i].format;
    uint32_t messages = tape_member(t, 0, "messages");
    if (!messages) return TRAIN_UNKNOWN;
    /* plain texts are Claude's, lists of blocks are Converse's */
    if (t->node[messages].type == TAPE_ARRAY && t->node[messages].bytes > 2 &&
        t->node[messages + 1].type == TAPE_OBJECT) {
        uint32_t content = tape_member(t, messages + 1, "content");
        if (content && t->node[content].type == TAPE_ARRAY) return TRAIN_CONVERSE;
    }
    return TRAIN_CLAUDE;
}

static void check_pairs(struct train_walk *w)
{
    static const struct walk_key keys[] = { { "prompt", TAPE_TEXT, true },
                                            { "completion", TAPE_TEXT, true } };
    uint32_t value[2];
    walk_object(w, 0, keys, 2, value);
    if (value[0]) walk_text(w, value[0], TEXT_PROMPT);
    if (value[1]) walk_text(w, value[1], TEXT_ANSWER);
}

static void check_input(struct train_walk *w)
{
    static const struct walk_key keys[] = { { "input", TAPE_TEXT, true } };
    uint32_t value;
    walk_object(w, 0, keys, 1, &value);
    if (value) walk_text(w, value, TEXT_PROMPT);
}

static void check_caption(struct train_walk *w)
{
    static const struct walk_key keys[] = { { "image-ref", TAPE_TEXT, true },
                                            { "caption", TAPE_TEXT, true } };
    uint32_t value[2];
    walk_object(w, 0, keys, 2, value);
    if (value[0]) {
        w->record->images++;
        blocks_address(w, value[0]);
    }
    if (value[1]) walk_text(w, value[1], TEXT_PROMPT);
}

/* A role's kind of text; false when it is none of the conversation's. */
static bool message_role(struct train_walk *w, uint32_t role, enum text_kind *kind)
{
    struct str raw = tape_raw(w->t, role);
    if (str_eq(raw, "user"))
        *kind = TEXT_PROMPT;
    else if (str_eq(raw, "assistant"))
        *kind = TEXT_ANSWER;
    else if (str_eq(raw, "system") && w->c->format == TRAIN_REWARD)
        *kind = TEXT_SYSTEM;
    else {
        walk_fault(w, RULE_ROLE, role, "role '%.*s': write user or assistant",
                   raw.n > 40 ? 40 : (int)raw.n, raw.p);
        return false;
    }
    return true;
}

struct turns {
    enum text_kind last;
    int messages;
    bool lost; /* a message without a good role: what follows it cannot be judged */
};

static void check_turn(struct train_walk *w, struct turns *turns, uint32_t at,
                       enum text_kind kind)
{
    if (kind == TEXT_SYSTEM || turns->lost) return;
    if (turns->messages == 0 && kind != TEXT_PROMPT)
        walk_fault(w, RULE_ROLE_FIRST, at,
                   "the first message is the %s's: begin with user", "assistant");
    if (turns->messages > 0 && kind == turns->last)
        walk_fault(w, RULE_ROLE_TURNS, at, "two messages of %s in a row: join them",
                   kind == TEXT_PROMPT ? "user" : "assistant");
    turns->last = kind;
    turns->messages++;
}

static void check_message(struct train_walk *w, struct turns *turns, uint32_t message)
{
    const bool blocks = w->c->format == TRAIN_CONVERSE;
    const struct walk_key keys[] = { { "role", TAPE_TEXT, true },
                                     { "content", blocks ? TAPE_ARRAY : TAPE_TEXT,
                                       true } };
    uint32_t value[2];
    enum text_kind kind;
    walk_object(w, message, keys, 2, value);
    if (!value[0] || !message_role(w, value[0], &kind)) {
        turns->lost = true;
        return;
    }
    check_turn(w, turns, value[0], kind);
    if (!value[1]) return;
    if (blocks)
        blocks_check(w, value[1], kind);
    else
        walk_text(w, value[1], kind);
}

static void check_messages(struct train_walk *w, uint32_t messages)
{
    const struct json_tape *t = w->t;
    struct turns turns = { 0 };
    for (uint32_t m = messages + 1; m < t->node[messages].end; m = t->node[m].end) {
        if (t->node[m].type == TAPE_OBJECT)
            check_message(w, &turns, m);
        else {
            turns.lost = true;
            walk_fault(w, RULE_KEY_TYPE, m, "a message is %s, not an object",
                       tape_type_text(t->node[m].type));
        }
    }
    if (turns.lost) return;
    if (turns.messages == 0) {
        walk_fault(w, RULE_NO_MESSAGES, messages,
                   "messages has none: write at least one");
        return;
    }
    const struct train_rules *r = w->c->rules;
    bool answer_needed = w->c->format != TRAIN_REWARD && !(r && r->answer_optional);
    if (turns.last != TEXT_ANSWER && answer_needed)
        walk_fault(w, RULE_ROLE_LAST, messages,
                   "the last message is the user's: end with assistant");
    if (r && r->single_turn && turns.messages > 2)
        walk_fault(w, RULE_TURNS_ONE, messages,
                   "%d messages: this model takes one turn", turns.messages);
}

static void check_schema(struct train_walk *w, uint32_t version)
{
    struct str raw = tape_raw(w->t, version);
    const struct train_rules *r = w->c->rules;
    if ((r && r->nova) || str_eq(raw, "bedrock-conversation-2024")) return;
    walk_fault(w, RULE_SCHEMA, version,
               "schemaVersion '%.*s': write bedrock-conversation-2024",
               raw.n > 60 ? 60 : (int)raw.n, raw.p);
}

static void check_converse(struct train_walk *w)
{
    static const struct walk_key keys[] = { { "schemaVersion", TAPE_TEXT, true },
                                            { "system", TAPE_ARRAY, false },
                                            { "messages", TAPE_ARRAY, true } };
    uint32_t value[3];
    walk_object(w, 0, keys, 3, value);
    if (value[0]) check_schema(w, value[0]);
    if (value[1]) blocks_check(w, value[1], TEXT_SYSTEM);
    if (value[2]) check_messages(w, value[2]);
}

static void check_claude(struct train_walk *w)
{
    static const struct walk_key keys[] = { { "system", TAPE_TEXT, false },
                                            { "messages", TAPE_ARRAY, true } };
    uint32_t value[2];
    walk_object(w, 0, keys, 2, value);
    if (value[0]) walk_text(w, value[0], TEXT_SYSTEM);
    if (value[1]) check_messages(w, value[1]);
}

/* Other keys reach the reward function: none is unknown. */
static void check_reward(struct train_walk *w)
{
    uint32_t messages = tape_member(w->t, 0, "messages");
    if (!messages)
        walk_fault(w, RULE_KEY_MISSING, 0, "'messages' is missing");
    else if (w->t->node[messages].type != TAPE_ARRAY)
        walk_fault(w, RULE_KEY_TYPE, messages, "'messages' is %s, not an array",
                   tape_type_text(w->t->node[messages].type));
    else
        check_messages(w, messages);
}

static void check_sizes(struct train_walk *w)
{
    const struct train_rules *r = w->c->rules;
    struct train_record *out = w->record;
    if (!r) return;
    int64_t most = r->sample_tokens * TRAIN_CHARS_PER_TOKEN;
    if (r->sample_tokens && out->chars > most)
        walk_fault(w, RULE_TOKENS, 0,
                   "%lld characters, about %lld tokens: the limit is %lld tokens, "
                   "counted as %lld characters",
                   (long long)out->chars,
                   (long long)(out->chars / TRAIN_CHARS_PER_TOKEN),
                   (long long)r->sample_tokens, (long long)most);
    if (r->format == TRAIN_CAPTION && out->chars < r->prompt_chars_min)
        walk_fault(w, RULE_PROMPT_CHARS, 0, "%lld characters: at least %d are needed",
                   (long long)out->chars, r->prompt_chars_min);
    if (r->format == TRAIN_CAPTION && r->prompt_chars_max &&
        out->chars > r->prompt_chars_max)
        walk_fault(w, RULE_PROMPT_CHARS, 0, "%lld characters: at most %d are taken",
                   (long long)out->chars, r->prompt_chars_max);
    if (out->images > r->images && r->images > 0)
        walk_fault(w, RULE_MEDIA_COUNT, 0, "%d images: at most %d are taken",
                   out->images, r->images);
    if (out->videos > r->videos && r->videos > 0)
        walk_fault(w, RULE_MEDIA_COUNT, 0, "%d videos: at most %d are taken",
                   out->videos, r->videos);
}

static void check_media_mix(struct train_walk *w)
{
    struct train_check *c = w->c;
    bool images = c->images_seen, videos = c->videos_seen;
    c->images_seen |= w->record->images > 0;
    c->videos_seen |= w->record->videos > 0;
    if (c->images_seen && c->videos_seen && !(images && videos))
        walk_fault(w, RULE_MEDIA_MIXED, 0,
                   "images and videos: a dataset has one kind of media");
}

static bool judge_format(struct train_walk *w)
{
    struct train_check *c = w->c;
    enum train_format found = train_format_of(w->t);
    if (c->format == TRAIN_UNKNOWN) c->format = found;
    if (found == TRAIN_UNKNOWN) {
        walk_fault(w, RULE_KEY_MISSING, 0,
                   "keys of no training format: want prompt and completion, messages, "
                   "input, or image-ref and caption");
        return false;
    }
    /* a missing schemaVersion or reference_answer is for the format's own rules */
    bool chat =
        found == TRAIN_CLAUDE || found == TRAIN_CONVERSE || found == TRAIN_REWARD;
    bool chat_wanted = c->format == TRAIN_CLAUDE || c->format == TRAIN_CONVERSE ||
                       c->format == TRAIN_REWARD;
    if (found == c->format || (chat && chat_wanted)) return true;
    if (c->rules)
        walk_fault(w, RULE_FORMAT_MODEL, 0,
                   "a record of format %s: this model and method want %s",
                   train_format_name(found), train_format_name(c->format));
    else
        walk_fault(w, RULE_FORMAT_MIXED, 0, "a record of format %s in a file of %s",
                   train_format_name(found), train_format_name(c->format));
    return false;
}

bool train_record_check(struct train_record *out, struct train_check *c, int64_t number,
                        struct str line)
{
    static void (*const check[TRAIN_FORMATS])(struct train_walk *) = {
        NULL,        check_pairs,   check_converse, check_claude,
        check_input, check_caption, check_reward,
    };
    struct train_walk walk = { c, &c->tape, out, number }, *w = &walk;
    struct tape_fault fault;
    memset(out, 0, sizeof *out);
    if (!json_tape_read(&c->tape, line.p, line.n, &fault)) {
        train_log_add(c->log, RULE_JSON, number, fault.at + 1, "%s", fault.what);
        return false;
    }
    if (c->tape.node[0].type != TAPE_OBJECT) {
        walk_fault(w, RULE_OBJECT, 0, "%s: each line is one object",
                   tape_type_text(c->tape.node[0].type));
        return false;
    }
    if (!judge_format(w)) return false;
    check[c->format](w);
    check_sizes(w);
    check_media_mix(w);
    return true;
}
