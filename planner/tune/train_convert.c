#include "train_convert.h"

/* What every chat format can say: a system text and messages, each of some texts. */
enum { TURNS_MAX = 512, TEXTS_MAX = 4096 };

struct talk {
    struct {
        bool assistant;
        int first, texts;
    } turn[TURNS_MAX];
    struct str text[TEXTS_MAX]; /* as written, escapes and all */
    int turns, texts;
    int system; /* texts of the system prompt: the first ones */
};

static const char *add_text(struct talk *k, const struct json_tape *t, uint32_t node)
{
    if (!node || t->node[node].type != TAPE_TEXT) return "a text is missing";
    if (k->texts == TEXTS_MAX) return "too many texts in one record";
    k->text[k->texts++] = tape_raw(t, node);
    return NULL;
}

/* A plain text, or a list of text blocks. */
static const char *add_content(struct talk *k, const struct json_tape *t, uint32_t node)
{
    const char *why = NULL;
    if (!node) return "content is missing";
    if (t->node[node].type == TAPE_TEXT) return add_text(k, t, node);
    if (t->node[node].type != TAPE_ARRAY) return "content is no text";
    for (uint32_t b = node + 1; b < t->node[node].end && !why; b = t->node[b].end) {
        uint32_t text = t->node[b].type == TAPE_OBJECT ? tape_member(t, b, "text") : 0;
        why = text ? add_text(k, t, text)
                   : "an image or video has no place in the format";
    }
    return why;
}

static const char *add_turn(struct talk *k, const struct json_tape *t, bool assistant,
                            uint32_t content)
{
    if (k->turns == TURNS_MAX) return "too many messages in one record";
    int first = k->texts;
    const char *why = add_content(k, t, content);
    k->turn[k->turns].assistant = assistant;
    k->turn[k->turns].first = first;
    k->turn[k->turns++].texts = k->texts - first;
    return why;
}

static const char *read_messages(struct talk *k, const struct json_tape *t,
                                 uint32_t messages)
{
    const char *why = NULL;
    if (!messages || t->node[messages].type != TAPE_ARRAY)
        return "messages are missing";
    for (uint32_t m = messages + 1; m < t->node[messages].end && !why;
         m = t->node[m].end) {
        if (t->node[m].type != TAPE_OBJECT) return "a message is no object";
        uint32_t role = tape_member(t, m, "role");
        if (!role) return "a role is missing";
        bool assistant = str_eq(tape_raw(t, role), "assistant");
        if (!assistant && !str_eq(tape_raw(t, role), "user"))
            return "a role other than user and assistant";
        why = add_turn(k, t, assistant, tape_member(t, m, "content"));
    }
    return why;
}

static const char *read_talk(struct talk *k, const struct json_tape *t,
                             enum train_format from)
{
    const char *why = NULL;
    k->turns = k->texts = k->system = 0;
    if (from == TRAIN_PAIRS) {
        why = add_turn(k, t, false, tape_member(t, 0, "prompt"));
        return why ? why : add_turn(k, t, true, tape_member(t, 0, "completion"));
    }
    uint32_t system = tape_member(t, 0, "system");
    if (system) why = add_content(k, t, system);
    k->system = k->texts;
    return why ? why : read_messages(k, t, tape_member(t, 0, "messages"));
}

/* Several texts as one, a line each. */
static void put_texts(const struct talk *k, int first, int texts, FILE *f)
{
    for (int i = first; i < first + texts; i++) {
        if (i > first) fputs("\\n", f);
        fwrite(k->text[i].p, 1, k->text[i].n, f);
    }
}

static void put_blocks(const struct talk *k, int first, int texts, FILE *f)
{
    putc('[', f);
    for (int i = first; i < first + texts; i++)
        fprintf(f, "%s{\"text\":\"%.*s\"}", i > first ? "," : "", STR_ARG(k->text[i]));
    putc(']', f);
}

static void put_messages(const struct talk *k, bool blocks, FILE *f)
{
    fputs("\"messages\":[", f);
    for (int i = 0; i < k->turns; i++) {
        fprintf(f, "%s{\"role\":\"%s\",\"content\":", i ? "," : "",
                k->turn[i].assistant ? "assistant" : "user");
        if (blocks) {
            put_blocks(k, k->turn[i].first, k->turn[i].texts, f);
        } else {
            putc('"', f);
            put_texts(k, k->turn[i].first, k->turn[i].texts, f);
            putc('"', f);
        }
        putc('}', f);
    }
    fputs("]}\n", f);
}

static void put_converse(const struct talk *k, FILE *f)
{
    fputs("{\"schemaVersion\":\"bedrock-conversation-2024\",", f);
    if (k->system) {
        fputs("\"system\":", f);
        put_blocks(k, 0, k->system, f);
        putc(',', f);
    }
    put_messages(k, true, f);
}

static void put_claude(const struct talk *k, FILE *f)
{
    putc('{', f);
    if (k->system) {
        fputs("\"system\":\"", f);
        put_texts(k, 0, k->system, f);
        fputs("\",", f);
    }
    put_messages(k, false, f);
}

/* A system text goes before the prompt, a blank line between. */
static void put_prompt(const struct talk *k, FILE *f)
{
    if (k->system) {
        put_texts(k, 0, k->system, f);
        fputs("\\n\\n", f);
    }
    put_texts(k, k->turn[0].first, k->turn[0].texts, f);
}

static void put_pairs(const struct talk *k, FILE *f)
{
    fputs("{\"prompt\":\"", f);
    put_prompt(k, f);
    fputs("\",\"completion\":\"", f);
    put_texts(k, k->turn[1].first, k->turn[1].texts, f);
    fputs("\"}\n", f);
}

static void put_text(const struct talk *k, FILE *f)
{
    fputs("{\"input\":\"", f);
    put_prompt(k, f);
    fputs("\\n", f);
    put_texts(k, k->turn[1].first, k->turn[1].texts, f);
    fputs("\"}\n", f);
}

const char *train_convert(const struct json_tape *t, enum train_format from,
                          enum train_format to, FILE *f)
{
    static void (*const put[TRAIN_FORMATS])(const struct talk *, FILE *) = {
        [TRAIN_PAIRS] = put_pairs,
        [TRAIN_CONVERSE] = put_converse,
        [TRAIN_CLAUDE] = put_claude,
        [TRAIN_TEXT] = put_text,
    };
    struct talk talk;
    if (!put[to] ||
        (from != TRAIN_PAIRS && from != TRAIN_CONVERSE && from != TRAIN_CLAUDE))
        return "there is no such conversion";
    const char *why = read_talk(&talk, t, from);
    if (why) return why;
    bool pair = talk.turns == 2 && !talk.turn[0].assistant && talk.turn[1].assistant;
    if ((to == TRAIN_PAIRS || to == TRAIN_TEXT) && !pair)
        return "a conversation of more than one turn has no such form";
    put[to](&talk, f);
    return NULL;
}
