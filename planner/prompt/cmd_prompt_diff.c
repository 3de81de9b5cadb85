#include <math.h>
#include <string.h>

#include "prompt_answer.h"
#include "prompt_json.h"
#include "proof.h"
#include "text_diff.h"
#include "wrap.h"

enum { CONTEXT = 2 };

/* Lines that changed, and some around them. */
static void print_lines(FILE *f, const struct text_diff *d)
{
    size_t shown = 0; /* pieces that were printed or left out */
    for (size_t i = 0; i < d->pieces; i++) {
        if (d->piece[i].kind == ' ') continue;
        size_t from = i > CONTEXT ? i - CONTEXT : 0;
        if (from < shown) from = shown;
        if (from > shown || i == 0)
            fprintf(f, "@@ line %zu @@\n",
                    d->piece[from].after ? d->piece[from].after
                                         : d->piece[from].before);
        size_t to = i + 1, kept = 0;
        for (; to < d->pieces && kept < CONTEXT; to++)
            kept = d->piece[to].kind == ' ' ? kept + 1 : 0;
        for (size_t k = from; k < to; k++)
            fprintf(f, "%c %.*s\n", d->piece[k].kind, STR_ARG(d->piece[k].text));
        shown = to;
        i = to - 1;
    }
}

static void print_words(FILE *f, const struct text_diff *d)
{
    static const char *const open[] = { "[-", "{+" }, *const close[] = { "-]", "+}" };
    for (size_t i = 0, next; i < d->pieces; i = next) {
        char kind = d->piece[i].kind;
        if (kind != ' ') fputs(open[kind == '+'], f);
        for (next = i; next < d->pieces && d->piece[next].kind == kind; next++)
            fprintf(f, "%.*s", STR_ARG(d->piece[next].text));
        if (kind != ' ') fputs(close[kind == '+'], f);
    }
    fputc('\n', f);
}

/* "1,234 to 1,180 tokens (-4.4%)" */
static const char *tokens_line(const struct prompt_answer *p,
                               const struct prompt_line *x, const struct prompt_line *y,
                               struct arena *a)
{
    long long before = prompt_tokens(&p->ask, x->length.mean_bytes);
    long long after = prompt_tokens(&p->ask, y->length.mean_bytes);
    const char *what = "a mean sample's tokens";
    if (x->unknown || y->unknown) {
        before = prompt_tokens(&p->ask, (double)x->length.fixed_bytes);
        after = prompt_tokens(&p->ask, (double)y->length.fixed_bytes);
        what = "tokens without variables";
    }
    return arena_printf(a, "%s: %lld to %lld (%+.1f%%); %s", what, before, after,
                        before ? ((double)after / (double)before - 1) * 100 : 0.0,
                        prompt_tokens_method(&p->ask, a));
}

static void print_money(struct app *app, const struct prompt_answer *p,
                        const struct prompt_line *x, const struct prompt_line *y)
{
    struct arena *a = app->arena;
    bool month = p->ask.workload != NULL;
    struct usd was = prompt_line_usd(x, month), is = prompt_line_usd(y, month);
    const char *unit = month ? "a month" : "a thousand requests";
    struct usd change = { is.nusd - was.nusd };
    wrap_text(
        arena_printf(a, "%s: %s to %s USD, %s%s (%s%s%s)", unit, usd_shown(was, a),
                     usd_shown(is, a), change.nusd > 0 ? "+" : "", usd_shown(change, a),
                     p->ask.model.id, month ? ", " : "", month ? p->ask.workload : ""),
        app->columns, 0, 2, app->out);
    if (!month) return;
    change.nusd = y->cost.per_month.nusd - x->cost.per_month.nusd;
    wrap_text(arena_printf(a, "cached: %s to %s USD, %s%s",
                           usd_shown(x->cost.per_month, a),
                           usd_shown(y->cost.per_month, a), change.nusd > 0 ? "+" : "",
                           usd_shown(change, a)),
              app->columns, 0, 2, app->out);
}

struct diff_outcome {
    const struct prompt_line *from, *to;
    const struct text_diff *diff;
    const struct proof_list *lines; /* of `to` */
    bool explain;
};

static enum err_code print_json(struct app *app, const struct prompt_answer *p,
                                const struct diff_outcome *o, struct err *e)
{
    const struct prompt_line *x = o->from, *y = o->to;
    const struct text_diff *d = o->diff;
    bool priced = prompt_line_priced(p, x) && prompt_line_priced(p, y);
    bool month = priced && p->ask.workload;
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.prompt-diff/1");
    prompt_json_ask(j, p, app->arena);
    prompt_json_line(j, "from", p, x);
    prompt_json_line(j, "to", p, y);
    json_int(j, "gone", (int64_t)d->gone);
    json_int(j, "added", (int64_t)d->added);
    json_array(j, "changes");
    for (size_t i = 0; i < d->pieces; i++) {
        const struct diff_piece *k = &d->piece[i];
        if (k->kind == ' ') continue;
        json_object(j, NULL);
        json_text(j, "change", k->kind == '-' ? "gone" : "new");
        json_int(j, "number", (int64_t)(k->before ? k->before : k->after));
        json_text(j, "text", arena_text_n(app->arena, k->text.p, k->text.n));
        json_end(j);
    }
    json_end(j);
    const struct prompt_cost *a = &x->cost, *b = &y->cost;
    prompt_json_usd(j, "usd_per_1k_requests_change", priced,
                    (struct usd){ b->plain_per_1k.nusd - a->plain_per_1k.nusd },
                    (struct usd){ b->per_1k.nusd - a->per_1k.nusd }, month);
    prompt_json_usd(j, "usd_per_month_change", month,
                    (struct usd){ b->plain_per_month.nusd - a->plain_per_month.nusd },
                    (struct usd){ b->per_month.nusd - a->per_month.nusd }, true);
    proof_json(j, "lines", o->lines, o->explain);
    json_end(j);
    return json_close(j, e);
}

/* "support", "support 1 2", "support:1 support:3": the two lines that are meant. */
static enum err_code find_two(const struct prompt_line **x,
                              const struct prompt_line **y,
                              const struct prompt_answer *p,
                              const struct opt_list *args, struct arena *a,
                              struct err *e)
{
    int64_t number[2] = { 0 };
    *x = *y = NULL;
    if (args->count == 1) {
        if (p->chosen == 0)
            return err_set(e, ERR_USAGE, "%s:%lld has none before it", p->name,
                           (long long)p->line[p->chosen].version.number);
        *x = &p->line[p->chosen - 1];
        *y = &p->line[p->chosen];
        return OK;
    }
    for (size_t i = 0; i < 2; i++) {
        const char *text = args->text[args->count - 2 + i], *name;
        bool bare = args->count == 3;
        if (bare) text = arena_printf(a, "%s:%s", p->name, text);
        if (prompt_reference(&name, &number[i], text, a, e)) return e->code;
        if (strcmp(name, p->name) != 0 || !number[i])
            return err_set(e, ERR_USAGE,
                           "prompt diff wants NAME, NAME A B or NAME:A NAME:B");
        for (size_t k = 0; k < p->count; k++)
            if (p->line[k].version.number == number[i]) *(i ? y : x) = &p->line[k];
        if (!*(i ? y : x))
            return err_set(e, ERR_NOT_FOUND, "%s has no version %lld", p->name,
                           (long long)number[i]);
    }
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct prompt_settings *s = settings;
    struct prompt_answer p;
    struct text_diff d;
    const struct prompt_line *x, *y;
    if (args->count < 1 || args->count > 3)
        return err_set(e, ERR_USAGE,
                       "prompt diff wants NAME, NAME A B or NAME:A NAME:B");
    if (prompt_answer_read(&p, args->text[0], s->data, app, e) ||
        find_two(&x, &y, &p, args, app->arena, e))
        return e->code;
    p.chosen = (size_t)(y - p.line);
    if (prompt_answer_price(&p, s, app, e)) return e->code;
    if (s->dry_run) return OK;
    text_diff(&d, prompt_flat(&x->prompt, app->arena),
              prompt_flat(&y->prompt, app->arena), s->words, app->arena);
    struct proof_list lines;
    if (prompt_proofs(&lines, &p, app, e)) return e->code;
    if (app->format == FORMAT_JSON) {
        const struct diff_outcome o = { x, y, &d, &lines, s->explain };
        return print_json(app, &p, &o, e);
    }
    fprintf(app->out, "--- %s:%lld\n+++ %s:%lld\n", p.name,
            (long long)x->version.number, p.name, (long long)y->version.number);
    if (s->words)
        print_words(app->out, &d);
    else
        print_lines(app->out, &d);
    fputc('\n', app->out);
    wrap_text(tokens_line(&p, x, y, app->arena), app->columns, 0, 2, app->out);
    if (prompt_line_priced(&p, x) && prompt_line_priced(&p, y))
        print_money(app, &p, x, y);
    if (s->explain) proof_text(app, &lines);
    return OK;
}

const struct command cmd_prompt_diff = {
    .name = "prompt diff",
    .usage = "NAME [A B] [options]",
    .summary = "what changed between two versions, and what the change costs",
    .details =
        "Without versions: the newest against the one before it. NAME:A NAME:B does "
        "too. Lines as `diff` shows them, or words; then tokens and, with a model and "
        "a "
        "workload, money of a month, without caching (unless the prompt has cache "
        "points) and with it. Chats are compared as one text, a heading before each "
        "part.\n\n"
        "JSON: from and to as versions[] of `prompt show`, gone, added, "
        "changes[{change, number, text}], usd_per_1k_requests_change and "
        "usd_per_month_change{plain, cached}, lines[] of what the later one costs.",
    .example = "bedplan prompt diff support\n"
               "bedplan prompt diff support 1 3 --words -s tickets.csv "
               "-m amazon.nova-lite-v1:0 --requests-per-day 250k --output-tokens 211",
    .opts = prompt_ask_opts,
    .opt_count = PROMPT_DIFF_OPTS,
    .settings_bytes = sizeof(struct prompt_settings),
    .sealed = true,
    .run = run,
};
