#include "purchase.h"

#include <string.h>

#include "text.h"

/* What a word buys; `takes` says what may follow it. */
static const struct {
    const char *word;
    enum purchase_kind kind;
    enum tier tier;
    enum { NOTHING, SHARE, TERM } takes;
    enum commitment terms[3]; /* it stands for; COMMIT_COUNT ends */
} words[] = {
    { "on-demand", BUY_TOKENS, TIER_STANDARD, NOTHING, { COMMIT_COUNT } },
    { "standard", BUY_TOKENS, TIER_STANDARD, NOTHING, { COMMIT_COUNT } },
    { "priority", BUY_TOKENS, TIER_PRIORITY, SHARE, { COMMIT_COUNT } },
    { "flex", BUY_TOKENS, TIER_FLEX, SHARE, { COMMIT_COUNT } },
    { "batch", BUY_TOKENS, TIER_BATCH, SHARE, { COMMIT_COUNT } },
    { "ultrafast", BUY_TOKENS, TIER_ULTRAFAST, NOTHING, { COMMIT_COUNT } },
    { "latency-optimized",
      BUY_TOKENS,
      TIER_LATENCY_OPTIMIZED,
      NOTHING,
      { COMMIT_COUNT } },
    { "provisioned",
      BUY_UNITS,
      TIER_STANDARD,
      TERM,
      { COMMIT_NONE, COMMIT_1_MONTH, COMMIT_6_MONTHS } },
    { "reserved",
      BUY_RESERVED,
      TIER_STANDARD,
      TERM,
      { COMMIT_1_MONTH, COMMIT_3_MONTHS, COMMIT_COUNT } },
    { "deployment", BUY_DEPLOYMENT, TIER_CUSTOM, NOTHING, { COMMIT_COUNT } },
    { "import", BUY_IMPORT, TIER_STANDARD, NOTHING, { COMMIT_COUNT } },
};
enum { WORDS = sizeof words / sizeof *words };

struct parser {
    struct purchase *item;
    size_t count, capacity;
    struct arena *arena;
    struct err *e;
};

static struct str next_word(struct str *rest)
{
    *rest = str_trim(*rest);
    struct str word = str_cut(*rest, ' ', rest);
    *rest = str_trim(*rest);
    return word;
}

static enum err_code unknown_word(struct parser *p, struct str word)
{
    const char *names[WORDS];
    for (size_t i = 0; i < WORDS; i++)
        names[i] = words[i].word;
    const char *typed = arena_text_n(p->arena, word.p, word.n);
    return err_set(p->e, ERR_INPUT, "purchase '%s' is not known%s", typed,
                   text_did_you_mean(p->arena, typed, names, WORDS));
}

static const char *describe(struct parser *p, size_t w, const struct purchase *b)
{
    const char *front = b->routing == ROUTING_DEFAULT
                            ? ""
                            : arena_printf(p->arena, "%s ", routing_text(b->routing));
    if (words[w].takes == TERM && b->kind == BUY_UNITS)
        return arena_printf(p->arena, "units %s",
                            b->term == COMMIT_NONE ? "no term"
                                                   : commitment_text(b->term));
    if (words[w].takes == TERM)
        return arena_printf(p->arena, "%sreserved %s", front, commitment_text(b->term));
    if (b->share < 1)
        return arena_printf(p->arena, "%s%s %g%%", front, words[w].word,
                            b->share * 100);
    return arena_printf(p->arena, "%s%s", front, words[w].word);
}

static void add(struct parser *p, size_t w, struct purchase b)
{
    p->item =
        arena_grow(p->arena, p->item, &p->capacity, p->count + 1, sizeof *p->item);
    b.text = describe(p, w, &b);
    p->item[p->count++] = b;
}

static enum err_code add_terms(struct parser *p, size_t w, struct purchase b,
                               struct str term)
{
    bool found = false;
    for (int i = 0; i < 3 && words[w].terms[i] != COMMIT_COUNT; i++) {
        b.term = words[w].terms[i];
        if (term.n && !str_eq(term, commitment_text(b.term))) continue;
        add(p, w, b);
        found = true;
    }
    if (found) return OK;
    return err_set(
        p->e, ERR_INPUT, "'%s %.*s': the term is %s", words[w].word, STR_ARG(term),
        words[w].kind == BUY_UNITS ? "none, 1-month or 6-month" : "1-month or 3-month");
}

static enum err_code parse_one(struct parser *p, struct str item)
{
    static const enum routing routings[] = { ROUTING_IN_REGION, ROUTING_GEO,
                                             ROUTING_GLOBAL };
    struct purchase b = { .share = 1 };
    struct str rest = item, word = next_word(&rest);
    for (size_t i = 0; i < 3; i++) {
        if (!str_eq(word, routing_text(routings[i]))) continue;
        b.routing = routings[i];
        word = next_word(&rest);
        break;
    }
    size_t w = 0;
    while (w < WORDS && !str_eq(word, words[w].word))
        w++;
    if (w == WORDS) return unknown_word(p, word);
    b.kind = words[w].kind;
    b.tier = words[w].tier;
    if (words[w].takes == TERM) return add_terms(p, w, b, rest);
    if (rest.n && words[w].takes == NOTHING)
        return err_set(p->e, ERR_INPUT, "'%s' takes nothing behind it, not '%.*s'",
                       words[w].word, STR_ARG(rest));
    if (rest.n) {
        char *share = arena_text_n(p->arena, rest.p, rest.n);
        if (text_ratio(&b.share, share, 0, 1, p->e))
            return err_wrap(p->e, "share of %s: ", words[w].word);
    }
    add(p, w, b);
    return OK;
}

enum err_code purchase_parse(struct purchase **out, size_t *count, const char *text,
                             struct arena *a, struct err *e)
{
    struct parser p = { .arena = a, .e = e };
    struct str rest = str_of(text);
    do {
        struct str item = str_trim(str_cut(rest, ',', &rest));
        if (!item.n)
            return err_set(e, ERR_INPUT, "purchase '%s' has an empty item", text);
        if (parse_one(&p, item)) return e->code;
    } while (rest.n);
    *out = p.item;
    *count = p.count;
    return OK;
}
