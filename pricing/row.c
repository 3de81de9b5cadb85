#include "row.h"

#include <stddef.h>

const char *mark_text(unsigned mark)
{
    static const struct {
        unsigned mark;
        const char *text;
    } marks[] = {
        { MARK_REGION_ASSUMED, "region assumed" },
        { MARK_CONFLICT, "conflict" },
        { MARK_SUSPICIOUS, "suspicious" },
        { MARK_TRUST_C, "trust C" },
        { MARK_ESTIMATE, "estimate" },
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (marks[i].mark == mark) return marks[i].text;
    return "";
}
