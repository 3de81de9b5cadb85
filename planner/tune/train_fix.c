#include "train_fix.h"

#include <string.h>
#include <strings.h>

static const char schema[] = "bedrock-conversation-2024";

/* Copies the line up to `at`, then `text` in place of `bytes` bytes. */
struct copy {
    FILE *f;
    const char *p, *end; /* what is not yet copied */
    bool changed;
};

static void put(struct copy *c, const char *at, size_t bytes, const char *text)
{
    fwrite(c->p, 1, (size_t)(at - c->p), c->f);
    fputs(text, c->f);
    c->p = at + bytes;
    c->changed = true;
}

static void fix_schema(struct copy *c, const struct json_tape *t, bool any)
{
    uint32_t version = tape_member(t, 0, "schemaVersion");
    const char *open = t->line + t->node[0].at + 1;
    if (!version) {
        put(c, open, 0, "\"schemaVersion\":\"bedrock-conversation-2024\",");
        return;
    }
    struct str raw = tape_raw(t, version);
    if (any || t->node[version].type != TAPE_TEXT || str_eq(raw, schema)) return;
    put(c, raw.p, raw.n, schema);
}

/* "User" → "user" */
static void fix_role(struct copy *c, const struct json_tape *t, uint32_t message)
{
    static const char *const roles[] = { "user", "assistant", "system" };
    if (t->node[message].type != TAPE_OBJECT) return;
    uint32_t role = tape_member(t, message, "role");
    if (!role || t->node[role].type != TAPE_TEXT) return;
    struct str raw = tape_raw(t, role);
    for (size_t i = 0; i < 3; i++)
        if (raw.n == strlen(roles[i]) && strncasecmp(raw.p, roles[i], raw.n) == 0 &&
            memcmp(raw.p, roles[i], raw.n) != 0 && raw.p >= c->p)
            put(c, raw.p, raw.n, roles[i]);
}

bool train_fix_write(const struct json_tape *t, enum train_format format,
                     const struct train_rules *rules, struct str line, FILE *f)
{
    struct str bare = str_trim(line);
    struct copy copy = { f, bare.p, bare.p + bare.n, bare.n != line.n };
    uint32_t messages = t ? tape_member(t, 0, "messages") : 0;
    uint32_t version = t ? tape_member(t, 0, "schemaVersion") : 0;
    bool converse = t && format == TRAIN_CONVERSE;
    /* from left to right: a schemaVersion may stand behind the messages */
    bool before = !version || version < messages;
    if (converse && before) fix_schema(&copy, t, rules && rules->nova);
    if (messages && t->node[messages].type == TAPE_ARRAY)
        for (uint32_t m = messages + 1; m < t->node[messages].end; m = t->node[m].end)
            fix_role(&copy, t, m);
    if (converse && !before) fix_schema(&copy, t, rules && rules->nova);
    fwrite(copy.p, 1, (size_t)(copy.end - copy.p), f);
    fputc('\n', f);
    return copy.changed;
}
