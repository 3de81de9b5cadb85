#include "wrap.h"

#include <stdbool.h>
#include <string.h>

static bool starts_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

int wrap_width(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += starts_character(*text);
    return n;
}

static int width_of(const char *text, size_t bytes)
{
    int n = 0;
    for (size_t i = 0; i < bytes; i++)
        n += starts_character(text[i]);
    return n;
}

static void put_clean(const char *text, size_t bytes, FILE *f)
{
    for (size_t i = 0; i < bytes; i++)
        fputc((unsigned char)text[i] < ' ' || text[i] == 0x7f ? ' ' : text[i], f);
}

/* The white space between two words of the source. */
struct between {
    size_t bytes;
    int breaks; /* 0: same paragraph, 1: a line of its own, 2: a new paragraph */
    int blanks; /* in front of the next word, where it starts a line */
};

static struct between look(const char *white)
{
    struct between b = { .bytes = strspn(white, " \n") };
    int newlines = 0;
    for (size_t i = 0; i < b.bytes; i++) {
        newlines += white[i] == '\n';
        b.blanks = white[i] == '\n' ? 0 : b.blanks + 1;
    }
    if (newlines == 0) b.blanks = 0;
    b.breaks = newlines > 1 ? 2 : newlines == 1 && b.blanks > 0 ? 1 : 0;
    return b;
}

void wrap_text(const char *text, int columns, int first, int rest, FILE *f)
{
    const char *p = text + strspn(text, " \n");
    struct between b = { 0 };
    for (int at = first; *p; p += b.bytes) {
        size_t bytes = strcspn(p, b.blanks ? "\n" : " \n"); /* an example stays whole */
        int width = width_of(p, bytes);
        if (b.bytes && b.breaks == 0 && at + 1 + width > columns) b.breaks = 1;
        if (b.breaks) {
            fprintf(f, "%s%*s", b.breaks > 1 ? "\n\n" : "\n", rest + b.blanks, "");
            at = rest + b.blanks;
        } else if (b.bytes) {
            fputc(' ', f);
            at++;
        }
        put_clean(p, bytes, f);
        at += width;
        p += bytes;
        b = look(p);
    }
    fputc('\n', f);
}
