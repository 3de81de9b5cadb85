#include "proof.h"

#include <string.h>

#include "text.h"
#include "wrap.h"

/* ---- JSON ---- */

void proof_json_price(struct json *j, const struct proof *p)
{
    json_rate(j, "usd_per_unit", p->rate);
    json_int(j, "per", p->rate.per);
}

static void other_json(struct json *j, const struct proof *p)
{
    json_object(j, "conflicts_with");
    proof_json_price(j, p);
    json_text(j, "region", p->region);
    json_text(j, "scope", p->scope);
    json_text(j, "source", p->source);
    json_text(j, "as_of", p->as_of);
    json_text(j, "trust", trust_text(p->trust));
    if (*p->doubt) json_text(j, "doubt", p->doubt);
    json_end(j);
}

void proof_json_proof(struct json *j, const struct proof *p, bool explain)
{
    json_text(j, "source", p->source);
    json_text(j, "as_of", p->stated ? NULL : p->as_of);
    json_text(j, "trust", p->stated ? NULL : trust_text(p->trust));
    json_array(j, "marks");
    for (unsigned bit = 1; bit <= MARK_ESTIMATE; bit <<= 1)
        if (p->marks & bit) json_text(j, NULL, mark_text(bit));
    json_end(j);
    if (p->other) other_json(j, p->other);
    if (!explain) return;
    json_text(j, "rule", p->rule);
    json_text(j, "region", p->region);
    json_text(j, "scope", p->scope);
    if (p->agree >= 0) json_int(j, "sources_agree", p->agree);
    if (p->disagree >= 0) json_int(j, "sources_disagree", p->disagree);
    json_text(j, "note", p->note);
    json_text(j, "doubt", p->doubt);
}

void proof_json_line(struct json *j, const struct proof_line *l, bool explain)
{
    const struct proof *p = l->proof;
    if (l->name) json_text(j, "line", l->name);
    if (!p->stated) json_text(j, "model", p->model);
    json_text(j, "dimension", p->dimension);
    if (*p->context_tier) json_text(j, "context_tier", p->context_tier);
    if (l->counted) json_int(j, "quantity", l->quantity);
    if (l->counted && l->divided_by > 1) json_int(j, "divided_by", l->divided_by);
    json_text(j, "unit", p->unit);
    proof_json_price(j, p);
    if (l->counted) json_usd(j, "usd", l->usd);
    proof_json_proof(j, p, explain);
}

void proof_json(struct json *j, const char *key, const struct proof_list *l,
                bool explain)
{
    json_array(j, key);
    for (size_t i = 0; i < l->count; i++) {
        json_object(j, NULL);
        proof_json_line(j, &l->line[i], explain);
        json_end(j);
    }
    json_end(j);
}

/* ---- for people ---- */

static const char *per_text(int32_t per)
{
    return per == 1000000 ? "1M" : per == 1000 ? "1K" : "1";
}

static const char *place_text(const struct proof *p, struct arena *a)
{
    const char *place = strcmp(p->region, "*") == 0 ? "no region" : p->region;
    return *p->scope ? arena_printf(a, "%s, scope %s", place, p->scope) : place;
}

static void say(struct app *app, int indent, const char *text)
{
    fprintf(app->out, "%*s", indent, "");
    wrap_text(text, app->columns, indent, indent + 2, app->out);
}

/* "for storage: 1,155 tokens × 0.035 USD / 1M = 0.000040425 USD" */
static const char *head_text(const struct proof_line *l, struct arena *a)
{
    const struct proof *p = l->proof;
    char price[USD_TEXT], cost[USD_TEXT], count[32], parts[32];
    const char *name =
        arena_printf(a, "%s%s%s%s%s", l->name ? l->name : "", l->name ? ": " : "",
                     p->dimension, *p->context_tier ? " " : "", p->context_tier);
    usd_rate_text(price, p->rate);
    if (!l->counted)
        return arena_printf(a, "%s: %s USD / %s %s", name, price, per_text(p->rate.per),
                            p->unit);
    const char *less = l->discount_ppm
                           ? arena_printf(a, " × %.4f%%", 100 - l->discount_ppm * 1e-4)
                           : "";
    const char *mean =
        l->divided_by > 1
            ? arena_printf(a, " ÷ %s", text_thousands(parts, l->divided_by))
            : "";
    return arena_printf(a, "%s: %s %s%s × %s USD / %s%s = %s USD", name,
                        text_thousands(count, l->quantity), p->unit, mean, price,
                        per_text(p->rate.per), less, usd_text(cost, l->usd));
}

static void say_line(struct app *app, const struct proof_line *l)
{
    struct arena *a = app->arena;
    const struct proof *p = l->proof, *other = p->other;
    char price[USD_TEXT];
    say(app, 2, head_text(l, a));
    if (p->stated) {
        say(app, 4, arena_printf(a, "%s", p->source));
        return;
    }
    say(app, 4,
        arena_printf(a, "row: %s%s%s; %s", p->model, *p->model ? ", " : "",
                     place_text(p, a), p->rule));
    const char *agreed = p->agree >= 0 ? arena_printf(a, "; %d agree, %d disagree",
                                                      p->agree, p->disagree)
                                       : "";
    say(app, 4,
        arena_printf(a, "source: %s, %s, trust %s%s", p->source,
                     *p->as_of ? p->as_of : "undated", trust_text(p->trust), agreed));
    const char *marks = "";
    for (unsigned bit = 1; bit <= MARK_ESTIMATE; bit <<= 1)
        if (p->marks & bit)
            marks =
                arena_printf(a, "%s%s%s", marks, *marks ? ", " : "", mark_text(bit));
    if (*marks) say(app, 4, arena_printf(a, "marks: %s", marks));
    if (*p->note) say(app, 4, arena_printf(a, "note: %s", p->note));
    if (!other) return;
    say(app, 4,
        arena_printf(a, "against: %s USD / %s (%s): %s, %s, trust %s%s%s",
                     usd_rate_text(price, other->rate), per_text(other->rate.per),
                     place_text(other, a), other->source, other->as_of,
                     trust_text(other->trust), *other->doubt ? "; " : "",
                     other->doubt));
}

bool proof_is_shown(struct app *app)
{
    if (app->format == FORMAT_TEXT || app->format == FORMAT_MD) return true;
    app_note(app, "--explain is shown in text, Markdown and JSON");
    return false;
}

void proof_text_lines(struct app *app, const struct proof_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        say_line(app, &l->line[i]);
}

void proof_text(struct app *app, const struct proof_list *l)
{
    if (!proof_is_shown(app) || !l->count) return;
    fputs("\nwhy:\n", app->out);
    proof_text_lines(app, l);
}
