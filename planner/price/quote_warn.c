#include <string.h>

#include "attach_read.h"
#include "date.h"
#include "quote.h"
#include "text.h"

/* Says it and counts it. */
#define WARN(...) (app_warn(app, __VA_ARGS__), 1)

static int warn_of_life(struct app *app, const struct quote *q)
{
    const struct model *m = &q->model;
    char date[DATE_TEXT];
    bool dated = m->eol_unix_s != DATE_UNKNOWN;
    if (dated && m->eol_unix_s <= q->at_unix_s)
        return WARN("%s reached its end of life on %s", m->id,
                    date_text(date, m->eol_unix_s));
    const char *state = model_lifecycle(m, q->at_unix_s);
    if (strcmp(state, "ended") == 0) return WARN("%s is past its end of life", m->id);
    if (strcmp(state, "gone") == 0)
        return WARN("%s is on none of AWS's lists any more", m->id);
    if (dated)
        app_note(app, "%s is %s and reaches its end of life on %s", m->id, state,
                 date_text(date, m->eol_unix_s));
    return 0;
}

static int warn_of_place(struct app *app, const struct quote *q)
{
    const struct model *m = &q->model;
    const struct price_offer *o = &q->offer;
    int said = 0;
    if (!o->listed && !o->list_unknown)
        said += WARN("%s is not on the list of regions of %s", q->region, m->id);
    if (q->routing == ROUTING_GEO && !o->geo)
        said += WARN("no geography profile of %s serves %s", m->id, q->region);
    if (q->routing == ROUTING_GLOBAL && !o->global)
        said += WARN("%s has no global profile", m->id);
    if (q->routing == ROUTING_IN_REGION && !o->in_region && (o->geo || o->global))
        said += WARN("%s is called through a profile in %s, not in-region", m->id,
                     q->region);
    return said;
}

static int warn_of_size(struct app *app, const struct quote *q, int64_t output)
{
    const struct model *m = &q->model;
    char a[32], b[32];
    int said = 0;
    if (m->context_window && q->all_tokens > m->context_window)
        said += WARN("a request of %s tokens is larger than the context window of %s, "
                     "%s tokens",
                     text_thousands(a, q->all_tokens), m->id,
                     text_thousands(b, m->context_window));
    if (m->max_output && output > m->max_output)
        said +=
            WARN("%s output tokens are more than %s writes, %s",
                 text_thousands(a, output), m->id, text_thousands(b, m->max_output));
    return said;
}

/* What a model does not take, or takes fewer or smaller of. */
static int warn_of_attachments(struct app *app, const struct quote *q)
{
    const char *limit[ATTACH_LIMITS];
    int said = 0;
    for (int m = 0; m < MODALITY_COUNT; m++) {
        const char *name = modality_text((enum modality)m);
        bool there = false;
        for (size_t i = 0; i < q->items; i++)
            there |= strcmp(attach_modality(q->item[i].kind), name) == 0;
        if (there && q->model.input[m] == NO)
            said += WARN("%s takes no %s", q->model.id, name);
        if (there && q->model.input[m] == UNKNOWN)
            app_note(app, "whether %s takes a %s is not known", q->model.id, name);
    }
    size_t n = attach_limits(limit, attach_family(q->model.id), q->item, q->items,
                             q->model.context_window, q->arena);
    for (size_t i = 0; i < n; i++)
        said += WARN("%s", limit[i]);
    return said;
}

int quote_warn(struct app *app, const struct quote *q)
{
    int64_t output = q->all_tokens - q->read_tokens;
    return warn_of_life(app, q) + warn_of_place(app, q) + warn_of_size(app, q, output) +
           warn_of_attachments(app, q);
}
