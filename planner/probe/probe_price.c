#include "probe_price.h"

#include <string.h>

#include "region.h"
#include "str.h"

static enum err_code manual(struct probe_price *out, const char *text, struct arena *a,
                            struct err *e)
{
    struct str rest, input = str_cut(str_of(text), ',', &rest);
    char shown[2][USD_TEXT];
    const char *in = arena_text_n(a, input.p, input.n);
    const char *output = arena_text_n(a, rest.p, rest.n);
    if (!*in || !*output)
        return err_set(e, ERR_INPUT, "--usd-per-mtok wants IN,OUT, not '%.60s'", text);
    if (usd_rate_parse(&out->input, in, 1000000, e) ||
        usd_rate_parse(&out->output, output, 1000000, e))
        return err_wrap(e, "--usd-per-mtok: ");
    out->priced = out->manual = true;
    out->basis = arena_printf(a, "%s in, %s out USD per 1M tokens, as given",
                              usd_rate_text(shown[0], out->input),
                              usd_rate_text(shown[1], out->output));
    return OK;
}

static enum err_code from_catalog(struct probe_price *out, struct app *app,
                                  const char *id, const char *region, enum tier tier,
                                  struct err *e)
{
    struct catalog *c = NULL;
    struct model m;
    struct price_row *rows = NULL;
    size_t count = 0;
    enum routing routing = ROUTING_DEFAULT;
    if (app_catalog(app, &c, e) || catalog_model(&m, &routing, c, id, app->arena, e) ||
        catalog_check_region(c, region, app->arena, e) ||
        catalog_prices(&rows, &count, c, m.id, app->arena, e))
        return e->code;
    struct price_offer offer = catalog_offer(&m, region);
    if (routing == ROUTING_DEFAULT && m.profile_only != YES)
        routing = ROUTING_IN_REGION; /* a bare id is called where we are */
    struct err none = { 0 };
    if (tariff_build(&out->tariff, m.id, rows, count, &offer, routing, tier,
                     app->opt.now_unix_s, &none) &&
        tariff_build(&out->tariff, m.id, rows, count, &offer, ROUTING_DEFAULT, tier,
                     app->opt.now_unix_s, e))
        return e->code;
    const struct price_row *in = out->tariff.pick[TOKEN_INPUT].row;
    const struct price_row *write = out->tariff.pick[TOKEN_OUTPUT].row;
    char shown[2][USD_TEXT];
    out->priced = true;
    struct str rest, source = str_trim(str_cut(str_of(in->source), '(', &rest));
    out->basis =
        arena_printf(app->arena, "%s in, %s out USD per %s tokens, %s, %.*s, %s",
                     usd_rate_text(shown[0], in->rate),
                     write ? usd_rate_text(shown[1], write->rate) : "no",
                     in->rate.per == 1000000 ? "1M"
                     : in->rate.per == 1000  ? "1k"
                                             : "1",
                     routing_text(out->tariff.routing), STR_ARG(source), in->as_of);
    return OK;
}

enum err_code probe_price_find(struct probe_price *out, struct app *app,
                               const char *model, const char *region, enum tier tier,
                               const char *usd_per_mtok, struct err *why, struct err *e)
{
    *out = (struct probe_price){ .basis = "no price is known" };
    if (usd_per_mtok) return manual(out, usd_per_mtok, app->arena, e);
    if (strstr(model, ":provisioned-model/")) {
        out->free = true;
        out->basis = "a provisioned model is paid by the hour, not by the token";
        return OK;
    }
    (void)from_catalog(out, app, model, region, tier, why); /* unpriced: in `why` */
    return OK;
}

/* AWS's default is the shortest kind of write that the model sells. */
static const struct price_row *write_row(const struct price_pick *pick)
{
    for (int k = TOKEN_CACHE_WRITE_5M; k < TOKEN_KINDS; k++)
        if (pick[k].row) return pick[k].row;
    return NULL;
}

static enum err_code add(struct usd_acc *out, int64_t tokens,
                         const struct price_row *row, const char *what, struct err *e)
{
    if (tokens == 0) return OK;
    if (!row) return err_set(e, ERR_UNPRICED, "%s tokens have no price", what);
    return usd_acc_add(out, tokens, row->rate, e);
}

enum err_code probe_price_add(struct usd_acc *out, const struct probe_price *p,
                              struct probe_tokens t, struct err *e)
{
    if (p->free) return OK;
    if (!p->priced) return err_set(e, ERR_UNPRICED, "the model has no price");
    if (p->manual) {
        int64_t in = t.input + t.cache_read + t.cache_write;
        if (usd_acc_add(out, in, p->input, e)) return e->code;
        return usd_acc_add(out, t.output, p->output, e);
    }
    const struct price_pick *pick =
        tariff_picks(&p->tariff, t.input + t.cache_read + t.cache_write);
    if (add(out, t.input, pick[TOKEN_INPUT].row, "input", e) ||
        add(out, t.output, pick[TOKEN_OUTPUT].row, "output", e) ||
        add(out, t.cache_read, pick[TOKEN_CACHE_READ].row, "cache read", e) ||
        add(out, t.cache_write, write_row(pick), "cache write", e))
        return e->code;
    return OK;
}

enum err_code probe_price_proofs(struct proof_list *out, const struct probe_price *p,
                                 struct arena *a, struct err *e)
{
    *out = (struct proof_list){ .arena = a };
    const struct usd_rate stated[2] = { p->input, p->output };
    for (int i = 0; p->manual && i < 2; i++) {
        struct proof_line line = { .proof =
                                       proof_stated(i ? "output" : "input", "token",
                                                    stated[i], "--usd-per-mtok", a) };
        if (proof_add(out, line, e)) return e->code;
    }
    if (!p->priced || p->manual) return OK;
    const struct price_pick *const classes[] = { p->tariff.pick, p->tariff.long_pick };
    for (int c = 0; c < (p->tariff.long_above_tokens ? 2 : 1); c++) {
        for (int k = 0; k < TOKEN_KINDS; k++) {
            if (!classes[c][k].row) continue;
            struct proof_line line = { .proof = proof_of_price(&classes[c][k],
                                                               p->tariff.region, a) };
            if (proof_add(out, line, e)) return e->code;
        }
    }
    return OK;
}

static enum err_code add_line(struct proof_list *out, const struct proof *proof,
                              int64_t tokens, struct err *e)
{
    struct proof_line line = { .proof = proof, .counted = true, .quantity = tokens };
    return tokens > 0 ? proof_add(out, line, e) : OK;
}

enum err_code probe_price_lines(struct proof_list *out, const struct probe_price *p,
                                struct probe_tokens t, struct arena *a, struct err *e)
{
    const char *where = "--usd-per-mtok";
    *out = (struct proof_list){ .arena = a };
    if (p->manual) {
        int64_t in = t.input + t.cache_read + t.cache_write;
        if (add_line(out, proof_stated("input", "token", p->input, where, a), in, e))
            return e->code;
        return add_line(out, proof_stated("output", "token", p->output, where, a),
                        t.output, e);
    }
    int write = TOKEN_CACHE_WRITE_5M;
    while (write + 1 < TOKEN_KINDS && !p->tariff.pick[write].row)
        write++;
    const struct {
        int kind;
        int64_t tokens;
    } part[] = { { TOKEN_INPUT, t.input },
                 { TOKEN_OUTPUT, t.output },
                 { TOKEN_CACHE_READ, t.cache_read },
                 { write, t.cache_write } };
    for (size_t i = 0; p->priced && i < sizeof part / sizeof *part; i++) {
        const struct price_pick *pick = &p->tariff.pick[part[i].kind];
        if (pick->row &&
            add_line(out, proof_of_price(pick, p->tariff.region, a), part[i].tokens, e))
            return e->code;
    }
    return OK;
}
