#include <string.h>

#include "date.h"
#include "merge_private.h"

/* What tells rows of one source apart. */
static const char *label_of(const struct merge_row *r, size_t number, struct arena *a)
{
    if (*r->sku) return r->sku;
    return *r->item ? r->item : arena_printf(a, "row %zu", number + 1);
}

const char *merge_doubt(const struct merge_claim *c, struct arena *a)
{
    char usd[USD_TEXT];
    if (!c->compete) return "";
    const char *doubt = arena_printf(a, "%zu %s compete:", c->count,
                                     *c->dear->sku ? "SKUs" : "entries");
    for (size_t i = 0; i < c->count && i < 8; i++)
        doubt = arena_printf(a, "%s%s %s %s", doubt, i ? "," : "",
                             label_of(&c->rows[i], i, a),
                             usd_rate_text(usd, c->rows[i].rate));
    return doubt;
}

/* Numbered, for a label may be in many groups. */
static enum err_code add_part(int64_t *out, struct merge *m,
                              const struct merge_source *s, const char *label,
                              struct err *e)
{
    const char *text = arena_printf(m->arena, "%s, %s", s->text, label);
    const char *name =
        arena_printf(m->arena, "%s/%lld", s->name, (long long)m->next_source);
    *out = m->next_source++;
    return merge_step(m, ADD_SOURCE, NULL, e, "itt", *out, name, text);
}

enum err_code merge_sku_source(int64_t *out, struct merge *m,
                               const struct merge_claim *c, size_t i, struct err *e)
{
    const struct merge_row *r = &c->rows[i];
    return add_part(out, m, merge_source_of(m, r->import_id), label_of(r, i, m->arena),
                    e);
}

enum err_code merge_claim_source(int64_t *out, struct merge *m,
                                 const struct merge_claim *c, struct err *e)
{
    char day[DATE_TEXT];
    if (c->from_unix_s == DATE_UNKNOWN)
        return merge_source_id(out, m, c->dear->import_id, e);
    /* one for each day: today's price of the same list stands beside it */
    for (size_t i = 0; i < m->part_count; i++) {
        const struct merge_part *p = &m->part[i];
        if (p->import_id != c->dear->import_id || p->from_unix_s != c->from_unix_s)
            continue;
        *out = p->source_id;
        return OK;
    }
    const char *label =
        arena_printf(m->arena, "announced for %s", date_text(day, c->from_unix_s));
    if (add_part(out, m, merge_source_of(m, c->dear->import_id), label, e))
        return e->code;
    m->part = arena_grow(m->arena, m->part, &m->part_capacity, m->part_count + 1,
                         sizeof *m->part);
    m->part[m->part_count++] =
        (struct merge_part){ c->dear->import_id, c->from_unix_s, *out };
    return OK;
}
