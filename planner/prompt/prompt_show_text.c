#include <math.h>

#include "date.h"
#include "prompt_answer.h"
#include "table.h"
#include "text.h"
#include "token_guess.h"
#include "wrap.h"

static const char *count_text(int64_t n, struct arena *a)
{
    char text[32];
    return arena_text(a, text_thousands(text, n));
}

static const char *tokens_text(const struct prompt_answer *p, double bytes,
                               struct arena *a)
{
    return count_text(prompt_tokens(&p->ask, bytes), a);
}

static const char *percent(double share, struct arena *a)
{
    if (share > 0.9995 && share < 1) return "> 99.9%";
    return arena_printf(a, "%.1f%%", share * 100);
}

/* "+12.3%" */
static const char *change_text(struct usd before, struct usd now, struct arena *a)
{
    if (before.nusd <= 0) return NULL;
    return arena_printf(a, "%+.1f%%", (usd_double(now) / usd_double(before) - 1) * 100);
}

static void print_heading(struct app *app, const struct prompt_answer *p)
{
    struct arena *a = app->arena;
    const struct prompt_ask *k = &p->ask;
    char day[32];
    const char *who = k->priced
                          ? arena_printf(a, ", %s in %s (%s)", k->model.id, k->region,
                                         routing_text(k->tariff.routing))
                          : "";
    wrap_text(arena_printf(a, "%s: %zu version%s%s", p->name, p->count,
                           p->count == 1 ? "" : "s", who),
              app->columns, 0, 2, app->out);
    if (k->workload)
        wrap_text(arena_printf(a, "%s: %s requests/day, %.4g tokens out; %s",
                               k->workload,
                               text_thousands(day, llround(k->requests_per_day)),
                               k->output_tokens, k->arrivals),
                  app->columns, 0, 2, app->out);
    if (k->priced && k->output_tokens <= 0)
        wrap_text("answers are not counted: --output-tokens, or a --plan", app->columns,
                  0, 2, app->out);
    wrap_text(arena_printf(a, "tokens: %s%s", prompt_tokens_method(k, a),
                           k->samples
                               ? arena_printf(a, "; %s samples of %s",
                                              count_text((int64_t)k->samples->rows, a),
                                              k->samples->path)
                               : ""),
              app->columns, 0, 2, app->out);
    fputc('\n', app->out);
}

enum { VERSION, ADDED, FIXED, MEAN, P50, P95, PREFIX, PER_1K, MONTH, CHANGE, CACHED };

static const struct table_column columns[] = {
    [VERSION] = { "version", "version", RIGHT, 0, false },
    [ADDED] = { "added", "added", LEFT, 0, true },
    [FIXED] = { "fixed_tokens", "fixed", RIGHT, 0, false },
    [MEAN] = { "mean_tokens", "mean", RIGHT, 0, false },
    [P50] = { "p50_tokens", "p50", RIGHT, 0, true },
    [P95] = { "p95_tokens", "p95", RIGHT, 0, false },
    [PREFIX] = { "prefix_tokens", "prefix", RIGHT, 0, false },
    [PER_1K] = { "usd_per_1k_requests", "$/1k req", RIGHT, 0, false },
    [MONTH] = { "usd_per_month", "$/month", RIGHT, 0, false },
    [CHANGE] = { "change", "change", RIGHT, 0, false },
    [CACHED] = { "cached_usd_per_month", "cached $", RIGHT, 0, false },
};

static const char *usd_cell(const struct app *app, struct usd u)
{
    char text[USD_TEXT];
    if (app->format == FORMAT_TEXT || app->format == FORMAT_MD)
        return usd_shown(u, app->arena);
    return arena_text(app->arena, usd_text(text, u));
}

static void fill(const char **cell, struct app *app, const struct prompt_answer *p,
                 size_t i)
{
    struct arena *a = app->arena;
    const struct prompt_line *l = &p->line[i], *before = i ? &p->line[i - 1] : NULL;
    char day[DATE_TEXT];
    cell[VERSION] = arena_printf(a, "%lld", (long long)l->version.number);
    cell[ADDED] = arena_text(a, date_text(day, l->version.added_unix_s));
    cell[FIXED] = tokens_text(p, (double)l->length.fixed_bytes, a);
    if (l->length.points)
        cell[PREFIX] = tokens_text(p, l->length.point[l->length.points - 1].bytes, a);
    if (l->unknown) return;
    cell[MEAN] = tokens_text(p, l->length.mean_bytes, a);
    cell[P50] = tokens_text(p, prompt_length_bytes(&l->length, 0.5), a);
    cell[P95] = tokens_text(p, prompt_length_bytes(&l->length, 0.95), a);
    if (!p->ask.priced) return;
    bool month = p->ask.workload != NULL;
    if (month || !prompt_line_stated(l))
        cell[PER_1K] = usd_cell(app, prompt_line_usd(l, false));
    if (before && prompt_line_priced(p, before) && month)
        cell[CHANGE] =
            change_text(prompt_line_usd(before, true), prompt_line_usd(l, true), a);
    if (!month) return;
    cell[MONTH] = usd_cell(app, prompt_line_usd(l, true));
    cell[CACHED] = usd_cell(app, l->cost.per_month);
}

static void print_versions(struct app *app, const struct prompt_answer *p)
{
    struct table t;
    size_t n = sizeof columns / sizeof *columns;
    if (!p->ask.priced) n = PER_1K;
    if (p->ask.priced && !p->ask.workload) n = MONTH;
    table_init(&t, NULL, columns, n, app->arena);
    for (size_t i = 0; i < p->count; i++) {
        const char **row = table_row(&t);
        const char *cell[sizeof columns / sizeof *columns] = { 0 };
        fill(cell, app, p, i);
        for (size_t k = 0; k < n; k++)
            row[k] = cell[k];
        if (p->line[i].unknown)
            table_note(&t, "version %lld: %s", (long long)p->line[i].version.number,
                       p->line[i].unknown);
    }
    app_print_table(app, &t);
}

static const char *place_of(const struct prompt_checkpoint *c, struct arena *a)
{
    if (c->stated)
        return arena_printf(a, "cache point behind %s%s%s", prompt_role_text(c->role),
                            c->ttl ? ", lives " : "", c->ttl ? c->ttl : "");
    if (c->line)
        return arena_printf(a,
                            "no cache point; before the first variable (%s, line %d, "
                            "column %d)",
                            prompt_role_text(c->role), c->line, c->column);
    return "no cache point; the whole prompt, it has no variable";
}

/* A guess of the length may decide whether a checkpoint is long enough. */
static bool is_close(const struct prompt_answer *p, const struct prompt_cached *c)
{
    double least = (double)p->ask.model.cache_min_tokens;
    const double doubt = TOKEN_GUESS_ERROR_PERCENT / 100.0;
    return !p->ask.stated_bytes && !p->ask.counted && least > 0 &&
           c->tokens * (1 + doubt) >= least && c->tokens * (1 - doubt) < least;
}

static void print_points(struct app *app, const struct prompt_answer *p,
                         const struct prompt_line *l)
{
    struct arena *a = app->arena;
    if (!l->length.points)
        wrap_text("nothing to cache: it begins with a variable", app->columns, 0, 2,
                  app->out);
    for (size_t i = 0; i < l->length.points; i++) {
        const struct prompt_cached *c = &l->cost.cached[i];
        const char *text = arena_printf(a, "%s: %s tokens", place_of(c->point, a),
                                        tokens_text(p, c->point->bytes, a));
        if (c->point->varies)
            text = arena_printf(a,
                                "%s, and {{%s}} stands before it: %zu texts in the "
                                "samples, each a prefix of its own",
                                text, c->point->varies, c->point->texts);
        if (c->why) text = arena_printf(a, "%s; nothing is cached: %s", text, c->why);
        if (p->ask.priced && is_close(p, c))
            text = arena_printf(a,
                                "%s; the smallest checkpoint, %lld tokens, is within "
                                "the guess's error: count it, --bytes-per-token",
                                text, (long long)p->ask.model.cache_min_tokens);
        if (c->served && p->ask.model.cache_min_tokens == 0)
            text = arena_printf(a, "%s; its smallest checkpoint is not known", text);
        wrap_text(text, app->columns, 0, 2, app->out);
    }
}

static void print_lives(struct app *app, const struct prompt_answer *p,
                        const struct prompt_line *l, const struct prompt_life *life,
                        size_t count)
{
    static const struct table_column column[] = {
        { "life", "life", LEFT, 0, false },
        { "write_usd", "write $", RIGHT, 0, false },
        { "read_usd", "read $", RIGHT, 0, false },
        { "input_usd", "plain $", RIGHT, 0, false },
        { "uses", "pays from", RIGHT, 0, false },
        { "break_even", "or hits", RIGHT, 0, false },
        { "hits", "here", RIGHT, 0, false },
        { "usd", "$/month", RIGHT, 0, false },
        { "saved", "saved $", RIGHT, 0, false },
    };
    struct arena *a = app->arena;
    struct table t;
    size_t n = p->ask.workload ? 9 : 6;
    table_init(&t, NULL, column, n, a);
    for (size_t i = 0; i < count; i++) {
        const struct prompt_life *k = &life[i];
        const struct prompt_cached *c =
            l->length.points ? &k->cost.cached[l->length.points - 1] : NULL;
        char text[USD_TEXT];
        const char **row = table_row(&t);
        row[0] = k->life;
        row[1] = arena_text(a, usd_rate_text(text, k->written->rate));
        row[2] = arena_text(a, usd_rate_text(text, k->read->rate));
        row[3] = arena_text(a, usd_rate_text(text, k->input->rate));
        row[4] = k->uses ? arena_printf(a, "%lld use%s", (long long)k->uses,
                                        k->uses == 1 ? "" : "s")
                         : "never";
        row[5] = !k->can ? "never" : k->share > 0 ? percent(k->share, a) : "any";
        if (n < 9) continue;
        row[6] = c && c->hit >= 0 ? percent(c->hit, a) : NULL;
        row[7] = usd_cell(app, k->cost.per_month);
        row[8] = usd_cell(
            app, (struct usd){ k->cost.plain_per_month.nusd - k->cost.per_month.nusd });
    }
    app_print_table(app, &t);
}

enum err_code prompt_show_text(struct app *app, const struct prompt_answer *p,
                               struct err *e)
{
    struct prompt_life life[2];
    size_t count;
    const struct prompt_line *l = &p->line[p->chosen];
    if (app->format != FORMAT_TEXT) {
        print_versions(app, p);
        return OK;
    }
    print_heading(app, p);
    print_versions(app, p);
    fprintf(app->out, "\nversion %lld, %s, ", (long long)l->version.number,
            l->prompt.chat ? "CHAT" : "TEXT");
    fprintf(app->out, "%zu variable%s", l->prompt.variables.count,
            l->prompt.variables.count == 1 ? "" : "s");
    for (size_t i = 0; i < l->prompt.variables.count; i++)
        fprintf(app->out, "%s%s", i ? ", " : ": ", l->prompt.variables.name[i]);
    fputc('\n', app->out);
    print_points(app, p, l);
    if (prompt_lives(life, &count, p, l, app->arena, e)) return e->code;
    if (count) fputc('\n', app->out);
    if (count) print_lives(app, p, l, life, count);
    if (!p->ask.priced) return OK;
    const char *footer = app_footer(app, e);
    if (e->code) return e->code;
    fputc('\n', app->out);
    wrap_text(arena_printf(app->arena,
                           "a month is 365/12 days; USD are of 1M tokens "
                           "where no other unit is named; hits follow from "
                           "the arrivals, as AWS promises none; %s",
                           footer),
              app->columns, 0, 0, app->out);
    return OK;
}
