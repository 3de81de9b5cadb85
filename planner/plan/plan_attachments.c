#include "plan.h"

#include <string.h>

#include "attach_read.h"
#include "text.h"

/* attachments = image 900x900*2 20%, pdf 3 pages 5%, pdf 3 pages images 1%,
 *               video 30 s 1%, document 9000 chars 10%
 * What they add to a mean request's input, by the model family's token formula; whether
 * the model takes them, and so many of such a size. */

static const char *const how =
    "'image 900x900 20%', 'pdf 3 pages 5%' (its text; 'pdf 3 pages images 5%' with a "
    "picture of each page), 'video 30 s 1%' or 'document 9000 chars 10%'";

static bool word(struct str *rest, struct str *out)
{
    *rest = str_trim(*rest);
    *out = str_cut(*rest, ' ', rest);
    return out->n > 0;
}

/* What is counted of each kind, as it is written. */
static const struct {
    const char *kind, *unit, *units;
    enum attach_kind is;
} kinds[] = {
    { "image", NULL, NULL, ATTACH_IMAGE },
    { "pdf", "page", "pages", ATTACH_PDF },
    { "video", "s", "s", ATTACH_VIDEO },
    { "document", "char", "chars", ATTACH_DOCUMENT },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static enum err_code bad(const char *item, struct err *e)
{
    return err_set(e, ERR_INPUT, "attachment '%s' is not %s", item, how);
}

static enum err_code parse(struct attach_item *out, double *share, const char *item,
                           struct arena *a, struct err *e)
{
    struct str rest = str_of(item), kind, size, unit;
    int k = 0;
    if (!word(&rest, &kind) || !word(&rest, &size)) return bad(item, e);
    while (k < KINDS && !str_eq(kind, kinds[k].kind))
        k++;
    if (k == KINDS) return bad(item, e);
    *out = (struct attach_item){ .kind = kinds[k].is, .text_only = true };
    if (kinds[k].unit && (!word(&rest, &unit) || (!str_eq(unit, kinds[k].unit) &&
                                                  !str_eq(unit, kinds[k].units))))
        return bad(item, e);
    if (attach_read(out, arena_text_n(a, size.p, size.n), a, e)) return e->code;
    struct str last = str_trim(rest), after;
    struct str first = str_cut(last, ' ', &after);
    if (out->kind == ATTACH_PDF && str_eq(first, "images")) {
        out->text_only = false;
        last = str_trim(after);
    }
    if (!last.n) return bad(item, e);
    return text_ratio(share, arena_text_n(a, last.p, last.n), 0, 1000, e);
}

/* What it takes is the catalog's; what is not known stays so. */
static void judge(struct plan *p, struct plan_option *o, const struct attach_item *item)
{
    const char *limit[ATTACH_LIMITS], *name = attach_modality(item->kind);
    for (int m = 0; m < MODALITY_COUNT; m++) {
        if (strcmp(modality_text((enum modality)m), name) != 0) continue;
        if (o->model.input[m] == NO)
            notes_add(&o->reasons, p->arena, "does not read %s", name);
        if (o->model.input[m] == UNKNOWN)
            notes_add(
                &o->assumptions, p->arena,
                "whether it reads %s is not known: try it, or ask for its model card",
                name);
    }
    size_t n = attach_limits(limit, attach_family(o->model.id), item, 1,
                             o->model.context_window, p->arena);
    for (size_t i = 0; i < n; i++)
        notes_add(&o->reasons, p->arena, "%s", limit[i]);
}

static void too_long(struct plan *p, struct plan_option *o, const char *text,
                     int64_t tokens)
{
    char a[32], b[32];
    if (!o->model.context_window || tokens <= o->model.context_window) return;
    notes_add(&o->reasons, p->arena, "'%s' is %s tokens, its window %s", text,
              text_thousands(a, tokens), text_thousands(b, o->model.context_window));
}

enum err_code plan_option_attachments(struct plan *p, struct plan_option *o,
                                      struct err *e)
{
    const struct workload_settings *s = p->workload[o->workload].settings;
    if (!s->attachments) return OK;
    enum attach_family family = attach_family(o->model.id);
    for (struct str rest = str_of(s->attachments); rest.n;) {
        struct str item = str_trim(str_cut(rest, ',', &rest));
        const char *text = arena_text_n(p->arena, item.p, item.n);
        struct attach_item x = { 0 };
        struct attach_tokens t = { 0 };
        double share = 0;
        if (parse(&x, &share, text, p->arena, e) ||
            attach_item_tokens(&t, family, &x, e))
            return err_wrap(e, "attachments: ");
        judge(p, o, &x);
        if (!t.known) {
            /* its bill would be too low by an unknown amount */
            o->incomplete = true;
            notes_add(&o->assumptions, p->arena,
                      "tokens of '%s' are not known (%s): not priced", text, t.basis);
            continue;
        }
        int64_t tokens = t.likely * x.times;
        too_long(p, o, text, tokens);
        o->attachment_tokens += share * (double)tokens;
        notes_add(&o->assumptions, p->arena, "'%s' is %s%lld tokens (%s)", text,
                  t.estimate ? "about " : "", (long long)tokens, t.basis);
    }
    return OK;
}
