#include "plan.h"

#include <string.h>

#include "attach.h"
#include "text.h"

/* attachments = image 900x900 20%, pdf 3 pages 5%, video 30 s 1%
 * What they add to a mean request's input, by the model family's token formula. */

struct attachment {
    enum { IMAGE, PDF, VIDEO } kind;
    int64_t a, b; /* width and height, pages, seconds */
    double share;
};

static bool word(struct str *rest, struct str *out)
{
    *rest = str_trim(*rest);
    *out = str_cut(*rest, ' ', rest);
    return out->n > 0;
}

static enum err_code bad(const char *item, struct err *e)
{
    return err_set(e, ERR_INPUT,
                   "attachment '%s' is not 'image 900x900 20%%', 'pdf 3 pages 5%%' or "
                   "'video 30 s 1%%'",
                   item);
}

static enum err_code parse(struct attachment *out, const char *item, struct arena *a,
                           struct err *e)
{
    struct str rest = str_of(item), kind, size, share, height;
    if (!word(&rest, &kind) || !word(&rest, &size)) return bad(item, e);
    if (str_eq(kind, "image")) {
        out->kind = IMAGE;
        size = str_cut(size, 'x', &height);
        const char *h = arena_text_n(a, height.p, height.n);
        if (text_int(&out->b, h, 1, 8000, e)) return e->code;
    } else if (str_eq(kind, "pdf") || str_eq(kind, "video")) {
        struct str unit;
        out->kind = str_eq(kind, "pdf") ? PDF : VIDEO;
        if (!word(&rest, &unit)) return bad(item, e);
        if (!str_eq(unit, out->kind == PDF ? "pages" : "s") && !str_eq(unit, "page"))
            return bad(item, e);
    } else {
        return bad(item, e);
    }
    const char *n = arena_text_n(a, size.p, size.n);
    if (text_int(&out->a, n, 1, 86400, e)) return e->code;
    share = str_trim(rest);
    if (!share.n) return bad(item, e);
    return text_ratio(&out->share, arena_text_n(a, share.p, share.n), 0, 1000, e);
}

static enum err_code tokens_of(struct attach_tokens *out, const struct attachment *x,
                               enum attach_family family, struct err *e)
{
    if (x->kind == IMAGE) return attach_image(out, family, x->a, x->b, e);
    if (x->kind == PDF) return attach_pdf(out, family, x->a, true, e);
    return attach_video(out, family, x->a, e);
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
        struct attachment x = { 0 };
        struct attach_tokens t = { 0 };
        if (parse(&x, text, p->arena, e) || tokens_of(&t, &x, family, e))
            return err_wrap(e, "attachments: ");
        if (!t.known) {
            /* its bill would be too low by an unknown amount */
            o->incomplete = true;
            notes_add(&o->assumptions, p->arena,
                      "tokens of '%s' are not known (%s): not priced", text, t.basis);
            continue;
        }
        o->attachment_tokens += x.share * (double)t.likely;
        notes_add(&o->assumptions, p->arena, "'%s' is %s%lld tokens (%s)", text,
                  t.estimate ? "about " : "", (long long)t.likely, t.basis);
    }
    return OK;
}
