#include "hyper.h"

#include <math.h>
#include <string.h>

#include "str.h"
#include "text.h"

const char hyper_source[] = "AWS user guide, custom-models-hp, mid 2026";

const char *hyper_bounds(const struct hyperparameter *h, struct arena *a)
{
    if (isnan(h->preset))
        return arena_printf(a, "%g to %g, no default", h->min, h->max);
    return arena_printf(a, "%g to %g, default %g", h->min, h->max, h->preset);
}

static struct hyper_value *find(struct hyper_values *h, const char *name)
{
    for (size_t i = 0; i < h->count; i++)
        if (strcmp(h->value[i].of->name, name) == 0) return &h->value[i];
    return NULL;
}

static enum err_code unknown(const struct hyper_values *h, const char *model,
                             const char *name, struct arena *a, struct err *e)
{
    const char *names[HYPER_MOST];
    for (size_t i = 0; i < h->count; i++)
        names[i] = h->value[i].of->name;
    if (h->count == 0)
        return err_set(e, ERR_USAGE, "--hp %s: no hyperparameters of %s are known",
                       name, model);
    return err_set(e, ERR_USAGE, "--hp %s: %s has no such hyperparameter%s", name,
                   model, text_did_you_mean(a, name, names, h->count));
}

static enum err_code read_one(struct hyper_values *out, const char *model,
                              const char *text, struct arena *a, struct err *e)
{
    struct err why = { 0 };
    struct str value, name = str_cut(str_of(text), '=', &value);
    char *key = arena_text_n(a, name.p, name.n);
    if (name.n == strlen(text))
        return err_set(e, ERR_USAGE, "--hp %s: want NAME=VALUE", text);
    struct hyper_value *v = find(out, key);
    if (!v) return unknown(out, model, key, a, e);
    if (v->asked) return err_set(e, ERR_USAGE, "--hp %s: given twice", key);
    if (text_real(&v->value, arena_text_n(a, value.p, value.n), -1e300, 1e300, &why))
        return err_set(e, ERR_USAGE, "--hp %s: %s", key, why.msg);
    v->asked = true;
    if (v->value < v->of->min || v->value > v->of->max)
        return err_set(e, ERR_RANGE, "--hp %s: %s takes %g to %g (%s)", text, model,
                       v->of->min, v->of->max, hyper_source);
    if (v->of->whole && v->value != floor(v->value))
        return err_set(e, ERR_RANGE, "--hp %s: a whole number is wanted", text);
    return OK;
}

enum err_code hyper_read(struct hyper_values *out, const char *model,
                         enum train_method method, const struct opt_list *texts,
                         struct arena *a, struct err *e)
{
    const struct hyperparameter *h;
    *out = (struct hyper_values){ 0 };
    while (out->count < HYPER_MOST &&
           (h = hyperparameter_of(model, method, out->count))) {
        out->value[out->count++] = (struct hyper_value){ .of = h, .value = h->preset };
    }
    for (size_t i = 0; i < texts->count; i++)
        if (read_one(out, model, texts->text[i], a, e)) return e->code;
    return OK;
}

double hyper_of(const struct hyper_values *h, const char *name)
{
    for (size_t i = 0; i < h->count; i++)
        if (strcmp(h->value[i].of->name, name) == 0) return h->value[i].value;
    return (double)NAN;
}
