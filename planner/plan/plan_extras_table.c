#include "plan.h"

#include <math.h>

#include "table.h"
#include "text.h"

/* The extra lines as a table: what each comes to, how much of what, at whose price. */

static const struct table_column columns[] = {
    { .key = "line", .heading = "line", .align = LEFT },
    { .key = "monthly_usd", .heading = "$/month", .align = RIGHT },
    { .key = "standing", .heading = "idle $", .align = RIGHT },
    { .key = "quantity", .heading = "a month", .align = RIGHT },
    { .key = "unit", .heading = "of", .align = LEFT },
    { .key = "usd", .heading = "$", .align = RIGHT },
    { .key = "per", .heading = "per", .align = RIGHT },
    { .key = "source",
      .heading = "source",
      .align = LEFT,
      .min_width = 12,
      .droppable = true },
    { .key = "as_of", .heading = "as of", .align = LEFT, .droppable = true },
};

/* "chat, rag kb: vector store" where there are several workloads */
static const char *name_of(const struct plan *p, const char *workload,
                           const struct plan_extra *l)
{
    const char *name = extra_name(l, p->arena);
    if (p->workloads == 1) return name;
    return arena_printf(p->arena, "%s, %s", workload, name);
}

static void add_row(const struct plan *p, struct table *t, const char *workload,
                    const struct plan_extra *l)
{
    char usd[USD_TEXT], n[32];
    const char **cell = table_row(t);
    cell[0] = name_of(p, workload, l);
    cell[1] = plan_money(p, l->usd);
    cell[2] = plan_money(p, l->idle_usd);
    cell[3] =
        l->quantity < 1000
            ? arena_printf(p->arena, "%.4g", l->quantity)
            : arena_text(p->arena, text_thousands(n, (int64_t)nearbyint(l->quantity)));
    cell[4] = l->price.unit;
    cell[5] = arena_text(p->arena, usd_rate_text(usd, l->price.rate));
    cell[6] = arena_text(p->arena, text_thousands(n, l->price.rate.per));
    cell[7] = l->price.source;
    cell[8] = l->price.as_of;
}

bool plan_extras_table(const struct plan *p, struct table *t)
{
    table_init(t, NULL, columns, sizeof columns / sizeof *columns, p->arena);
    for (size_t w = 0; w < p->workloads; w++) {
        size_t shown = p->choice[w] < p->options ? p->choice[w] : p->cheapest[w];
        if (shown == p->options) continue;
        const struct extras *x = &p->option[shown].extras;
        for (size_t i = 0; i < x->count; i++)
            add_row(p, t, p->workload[w].settings->name, &x->line[i]);
    }
    for (size_t i = 0; i < p->extras.count; i++)
        add_row(p, t, "the whole plan", &p->extras.line[i]);
    return t->rows > 0;
}
