#include "eval_labels.h"

#include <math.h>

#include "eval_words.h"

/* Labels by their normalised words. */
struct naming {
    struct intern words, labels;
    const char **name; /* as written */
    size_t capacity;
    struct arena *arena;
};

static const char *normal(struct naming *x, const char *text)
{
    struct words w;
    const char *out = "";
    words_read(&w, text, WORDS_SQUAD, &x->words, x->arena);
    for (size_t i = 0; i < w.count; i++)
        out = arena_printf(x->arena, "%s %s", out, x->words.text[w.id[i]]);
    return out;
}

static uint32_t number(struct naming *x, const char *text)
{
    uint32_t k = intern(&x->labels, normal(x, text));
    x->name =
        arena_grow(x->arena, x->name, &x->capacity, (size_t)k + 1, sizeof *x->name);
    if (!x->name[k]) x->name[k] = text;
    return k;
}

static bool counts(const struct eval_item *item, size_t model)
{
    return item->references && item->response[model].text;
}

static void rates(struct eval_confusion *out)
{
    size_t there = 0;
    int64_t right = 0;
    for (size_t l = 0; l < out->labels; l++) {
        struct eval_label *x = &out->label[l];
        right += x->right;
        x->precision = x->said ? (double)x->right / (double)x->said : (double)NAN;
        x->recall = x->is ? (double)x->right / (double)x->is : (double)NAN;
        x->f1 = x->is + x->said ? 2 * (double)x->right / (double)(x->is + x->said)
                                : (double)NAN;
        if (!x->is) continue;
        there++;
        out->macro_f1 += x->f1;
    }
    out->macro_f1 /= (double)there;
    out->accuracy = out->micro_f1 = (double)right / (double)out->n;
}

bool eval_confusion_of(struct eval_confusion *out, const struct eval_set *s,
                       size_t model, struct arena *a)
{
    struct naming x = { .words = { .arena = a }, .labels = { .arena = a }, .arena = a };
    *out = (struct eval_confusion){ .model = model };
    for (size_t i = 0; i < s->items; i++)
        if (s->item[i].references) number(&x, s->item[i].reference[0]);
    size_t known = x.labels.count;
    if (!known || known > EVAL_LABELS_MAX) return false;
    out->labels = known + 1;
    out->label = ARENA_NEW(a, struct eval_label, known + 1);
    out->count = ARENA_NEW(a, int64_t, (known + 1) * (known + 1));
    for (size_t l = 0; l <= known; l++)
        out->label[l].name = l < known ? x.name[l] : "(other)";
    for (size_t i = 0; i < s->items; i++) {
        const struct eval_item *item = &s->item[i];
        if (!counts(item, model)) continue;
        uint32_t is = number(&x, item->reference[0]);
        uint32_t said = number(&x, item->response[model].text);
        size_t column = said < known ? said : known;
        out->count[is * out->labels + column]++;
        out->label[is].is++;
        out->label[column].said++;
        out->label[is].right += is == said;
        out->n++;
    }
    if (out->n) rates(out);
    return out->n > 0;
}
