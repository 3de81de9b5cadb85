#include "eval_letters.h"

uint32_t letter_read(const char *p, size_t *bytes)
{
    const unsigned char *u = (const unsigned char *)p;
    size_t n = u[0] < 0x80 ? 1 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
    uint32_t c = n == 1 ? u[0] : u[0] & (0xffU >> (n + 1));
    for (size_t i = 1; i < n; i++)
        c = c << 6 | (u[i] & 0x3fU);
    *bytes = n;
    return c;
}

size_t letter_write(char *out, uint32_t c)
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    if (n == 1) {
        *out = (char)c;
        return 1;
    }
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(0xf00U >> n | c);
    return n;
}

/* Capitals from..to and how far their small letters are; step 2: every other character
 * is a capital, its small one next to it. Source: Unicode 15, UnicodeData.txt, fields
 * "simple lowercase mapping". */
struct fold {
    uint32_t from, to;
    int32_t away;
    uint32_t step;
};
static const struct fold folds[] = {
    { 0x41, 0x5a, 32, 1 },    { 0xc0, 0xd6, 32, 1 },     { 0xd8, 0xde, 32, 1 },
    { 0x100, 0x12e, 1, 2 },   { 0x132, 0x136, 1, 2 },    { 0x139, 0x147, 1, 2 },
    { 0x14a, 0x176, 1, 2 },   { 0x178, 0x178, -121, 1 }, { 0x179, 0x17d, 1, 2 },
    { 0x1cd, 0x1db, 1, 2 },   { 0x1de, 0x1ee, 1, 2 },    { 0x1f8, 0x21e, 1, 2 },
    { 0x222, 0x232, 1, 2 },   { 0x386, 0x386, 38, 1 },   { 0x388, 0x38a, 37, 1 },
    { 0x38c, 0x38c, 64, 1 },  { 0x38e, 0x38f, 63, 1 },   { 0x391, 0x3a1, 32, 1 },
    { 0x3a3, 0x3ab, 32, 1 },  { 0x400, 0x40f, 80, 1 },   { 0x410, 0x42f, 32, 1 },
    { 0x460, 0x480, 1, 2 },   { 0x4c0, 0x4c0, 15, 1 },   { 0x48a, 0x4be, 1, 2 },
    { 0x4c1, 0x4cd, 1, 2 },   { 0x4d0, 0x52e, 1, 2 },    { 0x531, 0x556, 48, 1 },
    { 0x1e00, 0x1e94, 1, 2 }, { 0x1ea0, 0x1efe, 1, 2 },  { 0xff21, 0xff3a, 32, 1 },
};
enum { FOLDS = sizeof folds / sizeof *folds };

uint32_t letter_lower(uint32_t c)
{
    if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c; /* most are: no search */
    for (int i = 0; i < FOLDS; i++)
        if (c >= folds[i].from && c <= folds[i].to)
            return (c - folds[i].from) % folds[i].step
                       ? c
                       : (uint32_t)((int32_t)c + folds[i].away);
    return c;
}

uint32_t letter_upper(uint32_t c)
{
    for (int i = 0; i < FOLDS; i++) {
        uint32_t capital = (uint32_t)((int32_t)c - folds[i].away);
        if (capital >= folds[i].from && capital <= folds[i].to &&
            (capital - folds[i].from) % folds[i].step == 0)
            return capital;
    }
    return c;
}

struct range {
    uint32_t from, to;
};

static bool in(const struct range *r, size_t count, uint32_t c)
{
    for (size_t i = 0; i < count; i++)
        if (c >= r[i].from && c <= r[i].to) return true;
    return false;
}

bool letter_blank(uint32_t c)
{
    static const struct range blanks[] = {
        { 0x09, 0x0d },     { 0x1c, 0x20 },     { 0x85, 0x85 },     { 0xa0, 0xa0 },
        { 0x1680, 0x1680 }, { 0x2000, 0x200a }, { 0x2028, 0x2029 }, { 0x202f, 0x202f },
        { 0x205f, 0x205f }, { 0x3000, 0x3000 },
    };
    if (c > 0x20 && c < 0x80) return false;
    return in(blanks, sizeof blanks / sizeof *blanks, c);
}

/* The first four are Python's string.punctuation, which the SQuAD script removes. */
bool letter_mark(uint32_t c)
{
    static const struct range marks[] = {
        { '!', '/' },       { ':', '@' },       { '[', '`' },       { '{', '~' },
        { 0xa1, 0xa1 },     { 0xa7, 0xa7 },     { 0xab, 0xab },     { 0xb6, 0xb7 },
        { 0xbb, 0xbb },     { 0xbf, 0xbf },     { 0x37e, 0x37e },   { 0x387, 0x387 },
        { 0x55a, 0x55f },   { 0x589, 0x58a },   { 0x5be, 0x5be },   { 0x5c0, 0x5c0 },
        { 0x5c3, 0x5c3 },   { 0x5f3, 0x5f4 },   { 0x60c, 0x60c },   { 0x61b, 0x61b },
        { 0x61f, 0x61f },   { 0x66a, 0x66d },   { 0x6d4, 0x6d4 },   { 0x964, 0x965 },
        { 0x2010, 0x2027 }, { 0x2030, 0x205e }, { 0x3001, 0x3003 }, { 0x3008, 0x3011 },
        { 0x3014, 0x301f }, { 0x30fb, 0x30fb }, { 0xff01, 0xff0f }, { 0xff1a, 0xff20 },
        { 0xff3b, 0xff40 }, { 0xff5b, 0xff65 },
    };
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') return false;
    return in(marks, sizeof marks / sizeof *marks, c);
}

bool letter_word_alone(uint32_t c)
{
    static const struct range scripts[] = {
        { 0x3041, 0x309f },   { 0x30a0, 0x30fa }, { 0x30fc, 0x30ff },
        { 0x3400, 0x4dbf },   { 0x4e00, 0x9fff }, { 0xf900, 0xfaff },
        { 0x20000, 0x323af },
    };
    return c >= 0x3041 && in(scripts, sizeof scripts / sizeof *scripts, c);
}
