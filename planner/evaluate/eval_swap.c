#include "eval_swap.h"

#include <string.h>

#include "eval_letters.h"
#include "str.h"

enum err_code eval_swaps_read(struct eval_swaps *out, const char *text, struct arena *a,
                              struct err *e)
{
    struct str rest = str_of(text);
    size_t capacity = 0;
    *out = (struct eval_swaps){ 0 };
    while (rest.n) {
        struct str to, pair = str_trim(str_cut(rest, ',', &rest));
        struct str from = str_trim(str_cut(pair, '=', &to));
        to = str_trim(to);
        if (!from.n || !to.n)
            return err_set(e, ERR_USAGE, "--swap '%.60s': wants A=B[,C=D...]", text);
        out->swap =
            arena_grow(a, out->swap, &capacity, out->count + 1, sizeof *out->swap);
        out->swap[out->count++] = (struct eval_swap){ arena_text_n(a, from.p, from.n),
                                                      arena_text_n(a, to.p, to.n) };
    }
    if (!out->count)
        return err_set(e, ERR_USAGE, "--swap '%.60s': wants A=B[,C=D...]", text);
    return OK;
}

static bool ends_word(const char *p)
{
    size_t step;
    uint32_t c = *p ? letter_read(p, &step) : ' ';
    return letter_blank(c) || letter_mark(c);
}

/* Bytes of `from` at `p` without regard to case; 0 when it is not there as a word. */
static size_t matches(const char *p, const char *from)
{
    const char *start = p;
    size_t step[2];
    while (*from) {
        if (!*p) return 0;
        uint32_t have = letter_read(p, &step[0]), want = letter_read(from, &step[1]);
        if (letter_lower(have) != letter_lower(want)) return 0;
        p += step[0];
        from += step[1];
    }
    return ends_word(p) ? (size_t)(p - start) : 0;
}

static void put_like(struct buf *out, const char *to, const char *was, const char *from)
{
    size_t step[3];
    uint32_t have = letter_read(was, &step[0]), rule = letter_read(from, &step[1]);
    uint32_t first = letter_read(to, &step[2]);
    char text[4];
    if (have != rule) /* written otherwise than in the rule: "He" for "he" */
        first = letter_upper(have) == have ? letter_upper(first) : letter_lower(first);
    buf_add(out, text, letter_write(text, first));
    buf_text(out, to + step[2]);
}

/* The longest name that stands at `p`. */
static const struct eval_swap *swap_at(const struct eval_swaps *s, const char *p,
                                       size_t *bytes)
{
    const struct eval_swap *best = NULL;
    *bytes = 0;
    for (size_t i = 0; i < s->count; i++) {
        size_t n = matches(p, s->swap[i].from);
        if (n <= *bytes) continue;
        *bytes = n;
        best = &s->swap[i];
    }
    return best;
}

char *eval_swapped(const struct eval_swaps *s, const char *text, struct arena *a)
{
    size_t longest = 1, bytes, step;
    bool changed = false, start = true;
    for (size_t i = 0; i < s->count; i++)
        if (strlen(s->swap[i].to) > longest) longest = strlen(s->swap[i].to);
    struct buf out = { .max = (strlen(text) + 1) * (longest + 4) };
    for (const char *p = text; *p; p += bytes) {
        const struct eval_swap *swap = start ? swap_at(s, p, &bytes) : NULL;
        if (swap) {
            put_like(&out, swap->to, p, swap->from);
            changed = true;
            start = false;
            continue;
        }
        uint32_t c = letter_read(p, &step);
        start = letter_blank(c) || letter_mark(c);
        bytes = step;
        buf_add(&out, p, bytes);
    }
    char *swapped = changed ? arena_text_n(a, out.p, out.n) : NULL;
    buf_clear(&out);
    return swapped;
}
