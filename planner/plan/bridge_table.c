#include <stdlib.h>

#include "bridge.h"
#include "table.h"
#include "text.h"

/* A bridge as a table: the old bill, what changed it, the new one. */

static const struct table_column columns[] = {
    { .key = "part", .heading = "", .align = LEFT },
    { .key = "usd", .heading = "$", .align = RIGHT },
    { .key = "share_of_old", .heading = "of the old bill", .align = RIGHT },
};

struct row {
    const char *name;
    int64_t nusd;
    bool is_change;
};

/* "+1,234.57" */
static const char *cents(struct arena *a, int64_t nusd, bool sign)
{
    char whole[32];
    int64_t c = (llabs(nusd) + 5000000) / 10000000;
    const char *mark = c == 0 ? "" : nusd < 0 ? "-" : sign ? "+" : "";
    return arena_printf(a, "%s%s.%02lld", mark, text_thousands(whole, c / 100),
                        (long long)(c % 100));
}

static void add(struct table *t, const struct bridge *b, struct row r, bool exact)
{
    const char **cell = table_row(t);
    char text[USD_TEXT];
    cell[0] = r.name;
    cell[1] = exact ? arena_text(t->arena, usd_text(text, (struct usd){ r.nusd }))
                    : cents(t->arena, r.nusd, r.is_change);
    if (r.is_change && b->before_nusd > 0)
        cell[2] =
            arena_printf(t->arena, exact ? "%.6g" : "%+.1f%%",
                         (double)r.nusd / (double)b->before_nusd * (exact ? 1 : 100));
}

void bridge_table(struct table *out, const struct bridge *b, bool exact,
                  struct arena *a)
{
    table_init(out, NULL, columns, sizeof columns / sizeof *columns, a);
    add(out, b, (struct row){ "old", b->before_nusd, false }, exact);
    for (int k = 0; k < BRIDGE_CAUSES; k++)
        add(out, b, (struct row){ bridge_cause_text[k], b->part_nusd[k], true }, exact);
    if (b->rest_nusd)
        add(out, b, (struct row){ "not explained", b->rest_nusd, true }, exact);
    add(out, b, (struct row){ "new", b->after_nusd, false }, exact);
}
