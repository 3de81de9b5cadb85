#include "guardrail.h"

#include <stddef.h>

#include "str.h"
#include "text.h"

enum { UNIT_CHARS = 1000 };

/* clang-format off */
static const struct {
    const char *text, *item[GUARD_APIS];
    bool side[GUARD_SIDES]; /* that it can judge */
} policy[GUARD_POLICIES] = {
    [GUARD_CONTENT] = { "content", { "content filter (text)", "content filter (text), ApplyGuardrail", "InvokeGuardrailChecks content" }, { true, true } },
    [GUARD_ATTACK] = { "attack", { NULL, NULL, "InvokeGuardrailChecks prompt attack" }, { true, false } },
    [GUARD_TOPICS] = { "topics", { "denied topics", NULL, NULL }, { true, true } },
    [GUARD_WORDS] = { "words", { "word filter", NULL, NULL }, { true, true } },
    [GUARD_PII] = { "pii", { "sensitive information filter (PII)", "sensitive information filter (PII), ApplyGuardrail", "InvokeGuardrailChecks sensitive information" }, { true, true } },
    [GUARD_REGEX] = { "regex", { "sensitive information filter (regex)", NULL, NULL }, { true, true } },
    [GUARD_GROUNDING] = { "grounding", { "contextual grounding check", NULL, NULL }, { false, true } },
    [GUARD_REASONING] = { "reasoning", { "automated reasoning check", NULL, NULL }, { false, true } },
};
/* clang-format on */

const char *guard_text(enum guard_policy p)
{
    return policy[p].text;
}

const char *guard_item(enum guard_policy p, enum guard_api api)
{
    return policy[p].item[api];
}

static enum err_code unknown(struct str word, struct arena *a, struct err *e)
{
    const char *names[GUARD_POLICIES], *list = "";
    const char *typed = arena_text_n(a, word.p, word.n);
    for (int i = 0; i < GUARD_POLICIES; i++) {
        names[i] = policy[i].text;
        list = arena_printf(a, "%s%s%s", list,
                            i == 0                    ? ""
                            : i == GUARD_POLICIES - 1 ? " or "
                                                      : ", ",
                            names[i]);
    }
    return err_set(e, ERR_INPUT, "a policy must be %s, not '%.40s'%s", list, typed,
                   text_did_you_mean(a, typed, names, GUARD_POLICIES));
}

static enum err_code parse_one(struct guard *g, struct str word, struct arena *a,
                               struct err *e)
{
    static const char *const sides[GUARD_SIDES] = { "input", "output" };
    struct str side, name = str_trim(str_cut(word, ':', &side));
    int p = 0;
    side = str_trim(side);
    while (p < GUARD_POLICIES && !str_eq(name, policy[p].text))
        p++;
    if (p == GUARD_POLICIES) return unknown(name, a, e);
    bool named = false;
    for (int s = 0; s < GUARD_SIDES; s++) {
        bool this = str_eq(side, sides[s]);
        named |= this;
        if (this && !policy[p].side[s])
            return err_set(e, ERR_INPUT, "policy '%s' judges no %s", policy[p].text,
                           sides[s]);
        if (side.n == 0 || this) g->on[p][s] = policy[p].side[s];
    }
    if (side.n && !named)
        return err_set(e, ERR_INPUT, "policy '%s': the side must be input or output",
                       policy[p].text);
    return OK;
}

enum err_code guard_parse(struct guard *out, const char *text, struct arena *a,
                          struct err *e)
{
    struct guard g = { 0 };
    struct str rest = str_of(text);
    if (!str_trim(rest).n) return err_set(e, ERR_INPUT, "no policy is named");
    while (rest.n)
        if (parse_one(&g, str_trim(str_cut(rest, ',', &rest)), a, e)) return e->code;
    *out = g;
    return OK;
}

int64_t guard_units(int64_t chars)
{
    return chars / UNIT_CHARS + (chars % UNIT_CHARS > 0);
}
