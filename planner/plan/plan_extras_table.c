#include "plan.h"

#include <math.h>
#include <string.h>

#include "table.h"
#include "text.h"

/* The extra lines as a table: what each comes to, how much of what, at whose price. */

static const struct table_column columns[] = {
    { .key = "line", .heading = "line", .align = LEFT },
    { .key = "monthly_usd", .heading = "$/month", .align = RIGHT },
    { .key = "idle_usd", .heading = "idle $", .align = RIGHT },
    { .key = "quantity", .heading = "a month", .align = RIGHT },
    { .key = "unit", .heading = "of", .align = LEFT },
    { .key = "price", .heading = "at $", .align = LEFT },
    { .key = "source", .heading = "by", .align = LEFT },
};
enum { COLUMNS = sizeof columns / sizeof *columns, LETTERS = 26 };

/* "chat, rag kb: vector store" where there are several workloads */
static const char *name_of(const struct plan *p, const char *workload,
                           const struct plan_extra *l)
{
    const char *name = extra_name(l, p->arena);
    if (p->workloads == 1) return name;
    return arena_printf(p->arena, "%s, %s", workload, name);
}

/* "0.02/1M" */
static const char *price_of(const struct plan *p, const struct plan_extra *l)
{
    char usd[USD_TEXT];
    int32_t per = l->price.rate.per;
    return arena_printf(p->arena, "%s%s", usd_rate_text(usd, l->price.rate),
                        per == 1000000 ? "/1M"
                        : per == 1000  ? "/1K"
                                       : "");
}

static const char *source_of(const struct plan *p, const struct plan_extra *l)
{
    const char *source = l->price.source;
    if (l->price.as_of)
        source = arena_printf(p->arena, "%s, %s", source, l->price.as_of);
    if (l->price.stated) return source;
    return arena_printf(p->arena, "%s, trust %c", source, "ABC"[l->price.trust]);
}

/* The sources of a table, each named once, under a letter. */
struct sources {
    const char *text[LETTERS];
    size_t count;
};

static const char *letter_of(const struct plan *p, struct sources *s, const char *text)
{
    size_t i = 0;
    while (i < s->count && strcmp(s->text[i], text) != 0)
        i++;
    if (i == LETTERS) return text;
    if (i == s->count) s->text[s->count++] = text;
    return arena_printf(p->arena, "%c", (char)('a' + i));
}

static void add_row(const struct plan *p, struct table *t, const char *workload,
                    const struct plan_extra *l, struct sources *s)
{
    char n[32];
    const char **cell = table_row(t);
    cell[0] = name_of(p, workload, l);
    cell[1] = plan_money(p, l->usd);
    cell[2] = plan_money(p, l->idle_usd);
    cell[3] =
        l->quantity < 1000
            ? arena_printf(p->arena, "%.4g", l->quantity)
            : arena_text(p->arena, text_thousands(n, (int64_t)nearbyint(l->quantity)));
    cell[4] = l->price.unit;
    cell[5] = price_of(p, l);
    cell[6] = s ? letter_of(p, s, source_of(p, l)) : source_of(p, l);
}

bool plan_extras_table(const struct plan *p, struct table *t, bool letters)
{
    struct sources sources = { 0 }, *s = letters ? &sources : NULL;
    table_init(t, NULL, columns, COLUMNS, p->arena);
    for (size_t w = 0; w < p->workloads; w++) {
        size_t shown = p->choice[w] < p->options ? p->choice[w] : p->cheapest[w];
        if (shown == p->options) continue;
        const struct extras *x = &p->option[shown].extras;
        for (size_t i = 0; i < x->count; i++)
            add_row(p, t, p->workload[w].settings->name, &x->line[i], s);
    }
    for (size_t i = 0; i < p->extras.count; i++)
        add_row(p, t, "the whole plan", &p->extras.line[i], s);
    for (size_t i = 0; i < sources.count; i++)
        table_note(t, "%c  %s", (char)('a' + i), sources.text[i]);
    return t->rows > 0;
}
