#include "eval_words.h"

#include <stdlib.h>
#include <string.h>

#include "eval_letters.h"

/* The word that is being read, in small letters or not. */
struct spelling {
    char *p; /* room for the whole text: small letters are never longer by more */
    size_t n;
    struct words *out;
    enum word_rule rule;
    struct intern *in;
    struct arena *a;
};

static bool is_article(struct str s)
{
    return str_eq(s, "a") || str_eq(s, "an") || str_eq(s, "the");
}

static void end_word(struct spelling *s)
{
    struct words *w = s->out;
    struct str word = { s->p, s->n };
    s->n = 0;
    if (!word.n || (s->rule == WORDS_SQUAD && is_article(word))) return;
    w->id = arena_grow(s->a, w->id, &w->capacity, w->count + 1, sizeof *w->id);
    w->id[w->count++] = intern_n(s->in, word.p, word.n);
}

static void add_letter(struct spelling *s, uint32_t c)
{
    bool alone = letter_word_alone(c);
    if (s->rule == WORDS_SQUAD || s->rule == WORDS_ROUGE) c = letter_lower(c);
    if (alone) end_word(s);
    s->n += letter_write(s->p + s->n, c);
    if (alone) end_word(s);
}

static void add_mark(struct spelling *s, uint32_t c)
{
    if (s->rule == WORDS_SQUAD) return;
    if (s->rule != WORDS_BLANKS) end_word(s);
    if (s->rule == WORDS_ROUGE) return;
    s->n += letter_write(s->p + s->n, c);
    if (s->rule == WORDS_BLEU) end_word(s);
}

void words_read(struct words *out, const char *text, enum word_rule rule,
                struct intern *in, struct arena *a)
{
    size_t bytes = strlen(text), step;
    /* no small letter takes more bytes than its capital: see the table's test */
    struct spelling s = {
        .p = arena_alloc(a, bytes + 4, 1), .out = out, .rule = rule, .in = in, .a = a
    };
    *out = (struct words){ 0 };
    for (const char *p = text; *p; p += step) {
        uint32_t c = letter_read(p, &step);
        if (letter_blank(c))
            end_word(&s);
        else if (letter_mark(c))
            add_mark(&s, c);
        else
            add_letter(&s, c);
    }
    end_word(&s);
}

size_t words_grams(const struct words *w, size_t n)
{
    return w->count >= n ? w->count - n + 1 : 0;
}

static int compare_grams(const uint32_t *a, const uint32_t *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    return 0;
}

static int compare_starts(const void *a, const void *b, void *n)
{
    const uint32_t *const *x = a, *const *y = b;
    return compare_grams(*x, *y, *(const size_t *)n);
}

/* Where the n-grams of a text start, in their order. */
struct grams {
    const uint32_t **start;
    size_t count, at;
};

static struct grams sorted_grams(const struct words *w, size_t n, struct arena *a)
{
    struct grams g = { .count = words_grams(w, n) };
    g.start = arena_alloc(a, g.count + 1, sizeof(const uint32_t *));
    for (size_t i = 0; i < g.count; i++)
        g.start[i] = w->id + i;
    qsort_r(g.start, g.count, sizeof *g.start, compare_starts, &n);
    return g;
}

/* How often `gram` is in `g`, which is asked for ascending ones. */
static size_t count_gram(struct grams *g, const uint32_t *gram, size_t n)
{
    size_t count = 0;
    for (int order; g->at < g->count; g->at++) {
        order = compare_grams(g->start[g->at], gram, n);
        if (order > 0) break;
        count += order == 0;
    }
    return count;
}

size_t words_matched(const struct words *answer, const struct words *reference,
                     size_t references, size_t n, struct arena *scratch)
{
    struct grams mine = sorted_grams(answer, n, scratch);
    struct grams *other = ARENA_NEW(scratch, struct grams, references + 1);
    size_t matched = 0;
    for (size_t r = 0; r < references; r++)
        other[r] = sorted_grams(&reference[r], n, scratch);
    while (mine.at < mine.count) {
        const uint32_t *gram = mine.start[mine.at];
        size_t have = count_gram(&mine, gram, n), most = 0;
        for (size_t r = 0; r < references; r++) {
            size_t times = count_gram(&other[r], gram, n);
            most = times > most ? times : most;
        }
        matched += have < most ? have : most;
    }
    return matched;
}

size_t words_common(const struct words *a, const struct words *b, struct arena *scratch)
{
    uint32_t *row = ARENA_NEW(scratch, uint32_t, b->count + 1);
    for (size_t i = 0; i < a->count; i++) {
        uint32_t diagonal = 0;
        for (size_t k = 0; k < b->count; k++) {
            uint32_t above = row[k + 1];
            if (a->id[i] == b->id[k])
                row[k + 1] = diagonal + 1;
            else if (row[k] > above)
                row[k + 1] = row[k];
            diagonal = above;
        }
    }
    return row[b->count];
}

size_t words_distance(const struct words *a, const struct words *b,
                      struct arena *scratch)
{
    uint32_t *row = ARENA_NEW(scratch, uint32_t, b->count + 1);
    for (size_t k = 0; k <= b->count; k++)
        row[k] = (uint32_t)k;
    for (size_t i = 0; i < a->count; i++) {
        uint32_t diagonal = row[0];
        row[0] = (uint32_t)i + 1;
        for (size_t k = 0; k < b->count; k++) {
            uint32_t best = diagonal + (a->id[i] != b->id[k]);
            diagonal = row[k + 1];
            if (row[k + 1] + 1 < best) best = row[k + 1] + 1;
            if (row[k] + 1 < best) best = row[k] + 1;
            row[k + 1] = best;
        }
    }
    return row[b->count];
}
