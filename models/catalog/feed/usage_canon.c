#include "usage_canon.h"

#include <ctype.h>
#include <string.h>

static void put(struct usage_canon *c, char x)
{
    if (c->n + 1 >= sizeof c->text) return;
    if (x == ' ' && c->n && c->text[c->n - 1] == ' ') return;
    c->text[c->n++] = x;
    c->text[c->n] = '\0';
}

void canon_add(struct usage_canon *c, const char *text)
{
    put(c, ' ');
    for (const char *p = text ? text : ""; *p; p++) {
        unsigned char x = (unsigned char)*p;
        unsigned char before = p > text ? (unsigned char)p[-1] : ' ';
        if (!isalnum(x)) {
            put(c, ' ');
            continue;
        }
        bool camel = isupper(x) && (islower(before) ||
                                    (isupper(before) && islower((unsigned char)p[1])));
        if (camel || (isdigit(x) != 0) != (isdigit(before) != 0)) put(c, ' ');
        put(c, (char)tolower(x));
    }
    put(c, ' ');
}

bool canon_has(const struct usage_canon *c, const char *words)
{
    return strstr(c->text, words) != NULL;
}
