#include "eval_perturb.h"

#include <string.h>

#include "eval_letters.h"
#include "intern.h"
#include "rng.h"

static const char *const names[PERTURBATIONS] = {
    "none", "lower-case", "typos", "numbers-to-words", "upper-case", "whitespace",
};

const char *perturbation_text(enum perturbation p)
{
    return names[p];
}

enum perturbation perturbation_named(const char *name)
{
    enum perturbation p = PERTURB_NONE;
    while (p < PERTURBATIONS && strcmp(names[p], name) != 0)
        p++;
    return p;
}

static void put(struct buf *out, uint32_t c)
{
    char text[4];
    buf_add(out, text, letter_write(text, c));
}

static void lower_case(struct buf *out, const char *p, struct rng *r)
{
    size_t step;
    (void)r;
    for (; *p; p += step)
        put(out, letter_lower(letter_read(p, &step)));
}

static void upper_case(struct buf *out, const char *p, struct rng *r)
{
    size_t step;
    for (; *p; p += step) {
        uint32_t c = letter_read(p, &step), capital = letter_upper(c);
        put(out, capital != c && rng_uniform(r) < 0.1 ? capital : c);
    }
}

/* The keys around each letter of a QWERTY keyboard, a to z. */
static const char *const neighbours[26] = {
    "qwsz",   "vghn",  "xdfv", "serfcx", "wsdr", "drtgvc", "ftyhbv", "gyujnb", "ujko",
    "huikmn", "jiolm", "kop",  "njk",    "bhjm", "iklp",   "ol",     "wa",     "edft",
    "awedxz", "rfgy",  "yhji", "cfgb",   "qase", "zsdc",   "tghu",   "asx",
};

static void typos(struct buf *out, const char *p, struct rng *r)
{
    size_t step;
    for (; *p; p += step) {
        uint32_t c = letter_read(p, &step), small = c | 0x20;
        if (c < 0x80 && small >= 'a' && small <= 'z' && rng_uniform(r) < 0.1) {
            const char *near = neighbours[small - 'a'];
            uint32_t key =
                (unsigned char)near[(rng_next(r) >> 32) * strlen(near) >> 32];
            c = c == small ? key : key - 0x20;
        }
        put(out, c);
    }
}

static void whitespace(struct buf *out, const char *p, struct rng *r)
{
    size_t step;
    for (; *p; p += step) {
        bool blank = letter_blank(letter_read(p, &step));
        if (!blank || rng_uniform(r) >= 0.1) buf_add(out, p, step);
        if (!blank && rng_uniform(r) < 0.05) buf_text(out, " ");
    }
}

static const char *const small_words[] = {
    "zero",     "one",     "two",     "three",     "four",     "five",     "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
};
static const char *const ten_words[] = {
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"
};

/* 1 to 999. */
static void hundreds(struct buf *out, unsigned n)
{
    if (n >= 100)
        buf_printf(out, "%s hundred%s", small_words[n / 100], n % 100 ? " " : "");
    n %= 100;
    if (n >= 20)
        buf_printf(out, "%s%s%s", ten_words[n / 10], n % 10 ? "-" : "",
                   n % 10 ? small_words[n % 10] : "");
    else if (n)
        buf_text(out, small_words[n]);
}

static void spell(struct buf *out, const char *digits, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s%s", i ? " " : "", small_words[digits[i] - '0']);
}

void number_words(struct buf *out, const char *digits, size_t n)
{
    static const char *const thousands[] = { "", " thousand", " million", " billion",
                                             " trillion" };
    uint64_t value = 0, unit = 1000000000000;
    if (n > 15 || (n > 1 && *digits == '0') || (n == 1 && *digits == '0')) {
        spell(out, digits, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        value = value * 10 + (uint64_t)(digits[i] - '0');
    for (int k = 4; k >= 0; k--, unit /= 1000) {
        unsigned part = (unsigned)(value / unit % 1000);
        if (!part) continue;
        if (value / unit > 999) buf_text(out, " ");
        hundreds(out, part);
        buf_text(out, thousands[k]);
    }
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool in_word(char c)
{
    unsigned char u = (unsigned char)c;
    return digit(c) || ((u | 0x20) >= 'a' && (u | 0x20) <= 'z') || u >= 0x80 ||
           c == '_';
}

/* The digits at `p` with their thousands marks ("1,234"), which `digits` gets without.
 * Returns: the bytes of it. */
static size_t read_whole(char digits[64], size_t *count, const char *p)
{
    size_t n = 0, plain = strspn(p, "0123456789");
    *count = 0;
    for (size_t i = 0; i < plain && i < 63; i++)
        digits[(*count)++] = p[i];
    n = plain;
    while (plain <= 3 && p[n] == ',' && strspn(p + n + 1, "0123456789") == 3 &&
           *count < 60) {
        memcpy(digits + *count, p + n + 1, 3);
        *count += 3;
        n += 4;
    }
    return n;
}

static void numbers(struct buf *out, const char *p, struct rng *r)
{
    const char *start = p;
    (void)r;
    while (*p) {
        char text[64];
        size_t count, n, part;
        if (!digit(*p) || (p > start && in_word(p[-1]))) {
            buf_add(out, p++, 1);
            continue;
        }
        n = read_whole(text, &count, p);
        part = p[n] == '.' ? strspn(p + n + 1, "0123456789") : 0;
        size_t all = n + (part ? part + 1 : 0);
        if (in_word(p[all]) || n > 60) { /* "1st", "3D" */
            all = strspn(p, "0123456789.,");
            buf_add(out, p, all);
            p += all;
            continue;
        }
        number_words(out, text, count);
        if (part) {
            buf_text(out, " point ");
            spell(out, p + n + 1, part);
        }
        p += all;
    }
}

char *perturb(enum perturbation p, const char *prompt, uint64_t seed, struct arena *a)
{
    static void (*const how[PERTURBATIONS])(struct buf *, const char *,
                                            struct rng *) = {
        NULL, lower_case, typos, numbers, upper_case, whitespace,
    };
    struct rng r;
    size_t bytes = strlen(prompt);
    /* a digit becomes a word of five letters and a blank at most */
    struct buf out = { .max = 16 * bytes + 64 };
    if (!how[p] || !*prompt) return arena_text(a, prompt);
    rng_init(&r, seed, (uint64_t)p, hash_bytes(prompt, bytes, 0));
    how[p](&out, prompt, &r);
    char *text = arena_text_n(a, out.n ? out.p : "", out.n);
    buf_clear(&out);
    return text;
}
