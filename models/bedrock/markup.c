#include "markup.h"

#include <stdio.h>
#include <string.h>

struct str xml_between(struct str xml, const char *tag)
{
    char open[40], close[40];
    snprintf(open, sizeof open, "<%.32s>", tag);
    snprintf(close, sizeof close, "</%.32s>", tag);
    const char *start = xml.n ? memmem(xml.p, xml.n, open, strlen(open)) : NULL;
    if (!start) return STR("");
    start += strlen(open);
    size_t left = xml.n - (size_t)(start - xml.p);
    const char *end = memmem(start, left, close, strlen(close));
    return end ? (struct str){ start, (size_t)(end - start) } : STR("");
}
