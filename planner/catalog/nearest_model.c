#include "nearest_model.h"

#include <math.h>
#include <string.h>

#include "tariff.h"

/* What a mix costs; false when a token of it has no price there. */
static bool mix_cost(struct usd *out, struct price_pick pick[2], struct catalog *c,
                     const struct model *m, const char *region, struct token_mix mix,
                     int64_t at_unix_s, struct arena *a)
{
    struct price_row *rows = NULL;
    struct tariff t;
    struct usd_acc sum = { 0 };
    struct err none = { 0 }; /* what has no price is no neighbour */
    size_t count = 0;
    struct price_offer offer = catalog_offer(m, region);
    if (catalog_prices(&rows, &count, c, m->id, a, &none) ||
        tariff_build(&t, m->id, rows, count, &offer, ROUTING_DEFAULT, TIER_STANDARD,
                     at_unix_s, &none))
        return false;
    const struct price_row *in = t.pick[TOKEN_INPUT].row,
                           *write = t.pick[TOKEN_OUTPUT].row;
    bool writes = m->output[MODALITY_TEXT] != NO;
    if (!in || (writes && !write)) return false;
    pick[0] = t.pick[TOKEN_INPUT];
    pick[1] = writes ? t.pick[TOKEN_OUTPUT] : (struct price_pick){ 0 };
    if (usd_acc_add(&sum, mix.input, in->rate, &none)) return false;
    if (writes && usd_acc_add(&sum, mix.output, write->rate, &none)) return false;
    return usd_round(out, sum, &none) == OK;
}

/* The lines of a cost, for the few that are shown. */
static enum err_code lines_of(struct proof_list *out, const struct price_pick pick[2],
                              struct token_mix mix, const char *region, struct arena *a,
                              struct err *e)
{
    const int64_t tokens[2] = { mix.input, mix.output };
    *out = (struct proof_list){ .arena = a };
    for (int i = 0; i < 2; i++) {
        if (!pick[i].row) continue;
        struct proof_line line = { .proof = proof_of_price(&pick[i], region, a),
                                   .counted = true,
                                   .quantity = tokens[i] };
        if (proof_add(out, line, e)) return e->code;
    }
    return OK;
}

/* It takes and makes at least what the other does; what is unknown is not enough. */
static bool does_as_much(const struct model *other, const struct model *m)
{
    for (int i = 0; i < MODALITY_COUNT; i++) {
        if (m->input[i] == YES && i != MODALITY_DOCUMENT && other->input[i] != YES)
            return false;
        if (m->output[i] == YES && other->output[i] != YES) return false;
    }
    return true;
}

static bool is_alive(const struct model *m, int64_t until_unix_s)
{
    const char *life = model_lifecycle(m, until_unix_s);
    bool ends = m->eol_unix_s != DATE_UNKNOWN && m->eol_unix_s <= until_unix_s;
    return !ends && strcmp(life, "active") == 0;
}

/* Factors between prices and, where there is less room, between context windows. */
static double distance(const struct model *m, struct usd usd, const struct model *other,
                       struct usd other_usd)
{
    double far = fabs(log((usd_double(other_usd) + 1e-9) / (usd_double(usd) + 1e-9)));
    if (m->context_window && !other->context_window) return far + 1;
    if (m->context_window > other->context_window)
        far += log((double)m->context_window / (double)other->context_window);
    return far;
}

enum err_code nearest_models(struct near_model *out, size_t *count, size_t most,
                             struct usd *usd, bool *priced, struct proof_list *why,
                             struct catalog *c, const struct model *m,
                             const char *region, struct token_mix mix,
                             int64_t at_unix_s, int64_t until_unix_s, struct arena *a,
                             struct err *e)
{
    struct model *all = NULL;
    size_t models = 0, n = 0;
    double far[16];
    if (catalog_models(&all, &models, c, a, e)) return e->code;
    if (most > 16) most = 16;
    struct price_pick own[2] = { 0 }, pick[16][2] = { 0 };
    *priced = mix_cost(usd, own, c, m, region, mix, at_unix_s, a);
    *why = (struct proof_list){ .arena = a };
    if (*priced && lines_of(why, own, mix, region, a, e)) return e->code;
    for (size_t i = 0; i < models; i++) {
        struct usd cost = { 0 };
        struct price_pick rows[2] = { 0 };
        const struct model *o = &all[i];
        if (*o->variant_of || strcmp(o->id, m->id) == 0 || !does_as_much(o, m) ||
            !is_alive(o, until_unix_s) ||
            !mix_cost(&cost, rows, c, o, region, mix, at_unix_s, a))
            continue;
        double d = *priced ? distance(m, *usd, o, cost) : usd_double(cost);
        size_t at = n < most ? n++ : most;
        if (at == most) {
            if (most == 0 || d >= far[most - 1]) continue;
            at = most - 1;
        }
        for (; at > 0 && far[at - 1] > d; at--) {
            far[at] = far[at - 1];
            out[at] = out[at - 1];
            memcpy(pick[at], pick[at - 1], sizeof rows);
        }
        far[at] = d;
        out[at] = (struct near_model){ .model = *o, .usd = cost };
        memcpy(pick[at], rows, sizeof rows);
    }
    for (size_t i = 0; i < n; i++)
        if (lines_of(&out[i].why, pick[i], mix, region, a, e)) return e->code;
    *count = n;
    return OK;
}
