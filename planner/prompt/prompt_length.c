#include "prompt_length.h"

#include <stdlib.h>
#include <string.h>

#include "intern.h"
#include "quantile.h"

struct measuring {
    const struct prompt *prompt;
    const struct prompt_samples *samples;
    struct prompt_length *out;
    struct arena *arena;
    uint64_t *text[PROMPT_CHECKPOINTS]; /* hash of what is before it, by sample */
    size_t block[PROMPT_CHECKPOINTS];   /* it stands before this one … */
    size_t part[PROMPT_CHECKPOINTS];    /* … or inside it, before this part */
};

static const char *first_variable(const struct prompt *p, size_t blocks, size_t parts)
{
    for (size_t i = 0; i < p->blocks && i <= blocks; i++) {
        const struct template *t = &p->block[i].template;
        for (size_t k = 0; k < t->parts && (i < blocks || k < parts); k++)
            if (t->part[k].variable >= 0) return p->variables.name[t->part[k].variable];
    }
    return NULL;
}

static enum err_code add_point(struct measuring *m, struct prompt_checkpoint c,
                               size_t block, size_t part, struct err *e)
{
    struct prompt_length *l = m->out;
    if (l->points == PROMPT_CHECKPOINTS)
        return err_set(e, ERR_INPUT, "more than %d cache points", PROMPT_CHECKPOINTS);
    for (size_t i = 0; i < l->points; i++)
        if (c.ttl && strcmp(c.ttl, "1h") == 0 &&
            (!l->point[i].ttl || strcmp(l->point[i].ttl, "1h") != 0))
            return err_set(e, ERR_INPUT,
                           "cache point %zu lives 1h and stands behind one that lives "
                           "5m: longer lives come first",
                           l->points + 1);
    c.varies = first_variable(m->prompt, block, part);
    m->block[l->points] = block;
    m->part[l->points] = part;
    l->point[l->points++] = c;
    return OK;
}

/* Where nobody put a cache point: before the first variable, or at the end. */
static enum err_code add_static_point(struct measuring *m, struct err *e)
{
    const struct prompt *p = m->prompt;
    struct prompt_checkpoint c = { 0 };
    for (size_t i = 0; i < p->blocks; i++) {
        const struct template *t = &p->block[i].template;
        c.role = p->block[i].role;
        for (size_t k = 0; k < t->parts; k++) {
            if (t->part[k].variable < 0) continue;
            template_place(t->text, t->part[k].at, &c.line, &c.column);
            return i || k ? add_point(m, c, i, k, e) : OK;
        }
    }
    return add_point(m, c, p->blocks, 0, e);
}

static enum err_code find_points(struct measuring *m, struct err *e)
{
    const struct prompt *p = m->prompt;
    for (size_t i = 0; i < p->blocks; i++) {
        if (!p->block[i].cache_point) continue;
        struct prompt_checkpoint c = { .stated = true,
                                       .ttl = p->block[i].ttl,
                                       .role = p->block[i].role };
        if (add_point(m, c, i, 0, e)) return e->code;
    }
    return m->out->points ? OK : add_static_point(m, e);
}

/* Notes the points that stand before part `part` of block `block`. */
static void note_points(struct measuring *m, const struct buf *text, size_t sample,
                        size_t block, size_t part)
{
    for (size_t i = 0; i < m->out->points; i++) {
        if (m->block[i] != block || m->part[i] != part) continue;
        m->out->point[i].bytes += (double)text->n;
        m->text[i][sample] = hash_bytes(text->p, text->n, 0);
    }
}

/* One sample's text, into `text`. */
static enum err_code render(struct measuring *m, struct buf *text, size_t sample,
                            const char *const *value, struct err *e)
{
    const struct prompt *p = m->prompt;
    text->n = 0;
    for (size_t i = 0; i < p->blocks; i++) {
        const struct template *t = &p->block[i].template;
        note_points(m, text, sample, i, 0);
        for (size_t k = 0; k < t->parts; k++) {
            struct template one = { t->text, &t->part[k], 1 };
            if (k) note_points(m, text, sample, i, k);
            if (template_render(text, &one, value, e)) return e->code;
        }
    }
    note_points(m, text, sample, p->blocks, 0);
    if (text->overflow)
        return err_set(e, ERR_INPUT, "a prompt of more than %zu bytes", text->max);
    return OK;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* How often each text before a point comes. */
static void count_texts(struct measuring *m, struct prompt_checkpoint *c,
                        uint64_t *text, size_t n)
{
    qsort(text, n, sizeof *text, by_value);
    c->share = ARENA_NEW(m->arena, double, n);
    for (size_t i = 0, next; i < n; i = next) {
        for (next = i + 1; next < n && text[next] == text[i];)
            next++;
        c->texts++;
        /* what never varies is one text however few samples there are */
        if (next - i > 1 || !c->varies)
            c->share[c->shares++] = (double)(next - i) / (double)n;
    }
}

/* Of a variable in a sample; NULL: it has none. Without samples each is empty. */
static const char *value_of(const struct measuring *m, const char *name, size_t row)
{
    if (!m->samples) return "";
    int at = prompt_names_find(&m->samples->column, name);
    return at < 0 ? NULL : m->samples->row[row][at];
}

static enum err_code measure(struct measuring *m, size_t rows, struct err *e)
{
    struct prompt_length *l = m->out;
    const struct prompt_names *v = &m->prompt->variables;
    struct buf text = { .max = (size_t)64 * PROMPT_BYTES };
    const char **value = ARENA_NEW(m->arena, const char *, v->count + 1);
    double sum = 0;
    l->sorted_bytes = ARENA_NEW(m->arena, double, rows);
    for (size_t i = 0; i < l->points; i++)
        m->text[i] = ARENA_NEW(m->arena, uint64_t, rows);
    for (size_t r = 0; r < rows; r++) {
        for (size_t k = 0; k < v->count; k++)
            value[k] = value_of(m, v->name[k], r);
        if (render(m, &text, r, value, e)) {
            buf_clear(&text);
            if (!m->samples) return e->code;
            return err_wrap(e, "%s:%lld: ", m->samples->path,
                            (long long)m->samples->line[r]);
        }
        sum += l->sorted_bytes[r] = (double)text.n;
    }
    buf_clear(&text);
    l->texts = rows;
    l->mean_bytes = sum / (double)rows;
    qsort(l->sorted_bytes, rows, sizeof *l->sorted_bytes, by_size);
    for (size_t i = 0; i < l->points; i++) {
        l->point[i].bytes /= (double)rows;
        count_texts(m, &l->point[i], m->text[i], rows);
    }
    return OK;
}

enum err_code prompt_length_of(struct prompt_length *out, const struct prompt *p,
                               const struct prompt_samples *s, struct arena *a,
                               struct err *e)
{
    struct prompt_length l = { 0 };
    struct measuring m = { .prompt = p, .out = &l, .arena = a };
    for (size_t i = 0; i < p->blocks; i++)
        for (size_t k = 0; k < p->block[i].template.parts; k++)
            if (p->block[i].template.part[k].variable < 0)
                l.fixed_bytes += (int64_t)p->block[i].template.part[k].text.n;
    if (find_points(&m, e)) return e->code;
    bool varies = first_variable(p, p->blocks, 0) != NULL;
    if (varies && s) {
        m.samples = s;
        l.samples = s->rows;
    }
    l.known = s || !varies;
    if (measure(&m, l.samples ? l.samples : 1, e)) return e->code;
    for (size_t i = 0; i < l.points; i++)
        if (!l.known && l.point[i].varies) l.point[i].shares = l.point[i].texts = 0;
    *out = l;
    return OK;
}

double prompt_length_bytes(const struct prompt_length *l, double q)
{
    return l->known ? quantile_sorted(l->sorted_bytes, l->texts, q) : 0;
}
