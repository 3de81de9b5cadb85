#include "plan_prompts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "plan_extras.h"
#include "prompt_store.h"
#include "token_guess.h"

enum { PROMPT_STRATA = 64, ANSWER_STRATA = 128 };

/* --- the template ------------------------------------------------------------------
 */

static enum err_code of_store(struct plan_prompt *out, const char *text, struct plan *p,
                              struct err *e)
{
    struct prompt_store *store = NULL;
    struct prompt_version *v = NULL, wanted = { 0 };
    const char *name = "";
    int64_t number;
    size_t count = 0;
    if (prompt_reference(&name, &number, text, p->arena, e) ||
        prompt_store_open(&store, NULL, false, p->arena, e))
        return e->code;
    if (!prompt_store_find(&wanted, store, text, p->arena, e))
        (void)!prompt_store_list(&v, &count, store, name, p->arena, e);
    prompt_store_close(store);
    if (e->code) return e->code;
    out->version = ARENA_NEW(p->arena, struct prompt, count);
    out->number = ARENA_NEW(p->arena, int64_t, count);
    out->versions = count;
    for (size_t i = 0; i < count; i++) {
        out->number[i] = v[i].number;
        if (v[i].number == wanted.number) out->chosen = i;
        if (prompt_read(&out->version[i], v[i].body.p, v[i].body.n, p->arena, e))
            return err_wrap(e, "%s:%lld: ", name, (long long)v[i].number);
    }
    out->name = arena_printf(p->arena, "%s:%lld", name, (long long)wanted.number);
    return OK;
}

static enum err_code of_file(struct plan_prompt *out, const char *text, struct plan *p,
                             struct err *e)
{
    char *bytes;
    size_t size;
    const char *path = plan_path_beside(p->config.path, text, p->arena);
    out->version = ARENA_NEW(p->arena, struct prompt, 1);
    out->versions = 1;
    out->name = text;
    if (file_read(&bytes, &size, path, (size_t)8 * PROMPT_BYTES, p->arena, e))
        return e->code;
    return prompt_read_any(out->version, text, bytes, size, p->arena, e);
}

/* A file has a folder or an ending; a name of the store has neither. */
static enum err_code read_prompt(struct plan_prompt *out,
                                 const struct prompts_settings *s, struct plan *p,
                                 struct err *e)
{
    if (!s->prompt) return err_set(e, ERR_INPUT, "prompt is missing");
    out->bytes_per_token =
        s->bytes_per_token > 0 ? s->bytes_per_token : TOKEN_GUESS_BYTES;
    if (strpbrk(s->prompt, "/.") ? of_file(out, s->prompt, p, e)
                                 : of_store(out, s->prompt, p, e))
        return e->code;
    if (s->samples) {
        struct prompt_samples *samples = ARENA_NEW(p->arena, struct prompt_samples, 1);
        const char *path = plan_path_beside(p->config.path, s->samples, p->arena);
        if (prompt_samples_read(samples, path, p->arena, e)) return e->code;
        out->samples = samples;
    }
    return prompt_length_of(&out->length, &out->version[out->chosen], out->samples,
                            p->arena, e);
}

/* --- what it does to a workload ----------------------------------------------------
 */

static int by_output(const void *a, const void *b)
{
    const struct length_cell *x = a, *y = b;
    return (x->output_tokens > y->output_tokens) -
           (x->output_tokens < y->output_tokens);
}

/* Answers in strata of equal share, each by its mean. */
static size_t strata_of_answers(struct length_cell *out, const struct lengths *l,
                                struct arena *a)
{
    struct length_cell *cell = ARENA_NEW(a, struct length_cell, l->count);
    double below = 0;
    memcpy(cell, l->cell, l->count * sizeof *cell);
    qsort(cell, l->count, sizeof *cell, by_output);
    for (size_t i = 0; i < l->count; i++) {
        size_t k = (size_t)fmin(ANSWER_STRATA - 1, below * ANSWER_STRATA);
        out[k].output_tokens += cell[i].share * cell[i].output_tokens;
        out[k].share += cell[i].share;
        below += cell[i].share;
    }
    size_t n = 0;
    for (size_t k = 0; k < ANSWER_STRATA; k++) {
        if (out[k].share <= 0) continue;
        out[n] = (struct length_cell){ .share = out[k].share,
                                       .output_tokens =
                                           out[k].output_tokens / out[k].share };
        n++;
    }
    return n;
}

void plan_prompt_lengths(struct lengths *out, const struct lengths *answers,
                         const struct prompt_length *l, double bytes_per_token,
                         struct arena *a)
{
    struct length_cell answer[ANSWER_STRATA] = { 0 };
    size_t n = strata_of_answers(answer, answers, a);
    size_t strata = l->texts < PROMPT_STRATA ? l->texts : PROMPT_STRATA;
    *out = (struct lengths){ ARENA_NEW(a, struct length_cell, strata * n), 0 };
    for (size_t s = 0; s < strata; s++) {
        size_t from = s * l->texts / strata, to = (s + 1) * l->texts / strata;
        double bytes = 0;
        for (size_t i = from; i < to; i++)
            bytes += l->sorted_bytes[i] / (double)(to - from);
        for (size_t k = 0; k < n; k++)
            out->cell[out->count++] =
                (struct length_cell){ .share = answer[k].share * (double)(to - from) /
                                               (double)l->texts,
                                      .input_tokens = fmax(1, bytes / bytes_per_token),
                                      .output_tokens = answer[k].output_tokens };
    }
}

static void use(struct plan *p, struct plan_workload *w, struct plan_prompt *k)
{
    const struct prompt_length *l = &k->length;
    double fixed = (double)l->fixed_bytes / k->bytes_per_token;
    const char *doubt = k->settings->bytes_per_token > 0
                            ? "as stated"
                            : arena_printf(p->arena, "a guess that may be off by %d%%",
                                           TOKEN_GUESS_ERROR_PERCENT);
    notes_add(&w->assumptions, p->arena, "tokens of %s: %g bytes a token, %s", k->name,
              k->bytes_per_token, doubt);
    if (!k->samples) {
        plan_add_input(p, w, fixed, k->owner);
        return;
    }
    plan_prompt_lengths(&w->lengths, &w->lengths, l, k->bytes_per_token, p->arena);
    w->demand.input_cv = lengths_input_cv(&w->lengths);
    w->lengths_source =
        w->settings->output_tokens
            ? arena_printf(p->arena, "input %s with %s, output %s", k->name,
                           k->samples->path, w->settings->output_tokens)
            : arena_printf(p->arena, "input %s with %s, output %s", k->name,
                           k->samples->path, w->lengths_source);
    notes_add(&w->assumptions, p->arena,
              "prompts of %s are %s with the values of %s (%zu samples), %.5g tokens; "
              "prompts and answers are independent",
              w->settings->name, k->name, k->samples->path, k->samples->rows,
              l->mean_bytes / k->bytes_per_token);
}

/* --- optimisation and flows --------------------------------------------------------
 */

/* 0 is what is not said */
static double said(double usd)
{
    return usd > 0 ? usd : (double)NAN;
}

static enum err_code add_lines(struct plan *p, struct plan_workload *w, struct err *e)
{
    const struct plan_prompt *k = w->prompt;
    const struct prompts_settings *s = k->settings;
    struct plan_extra l = { .owner = k->owner };
    if (s->flow_transitions > 0) {
        if (plan_price_or_stated(&l.price, p, "Flows", "node transitions",
                                 "node transition", said(s->flow_usd_per_1k),
                                 "flow_usd_per_1k", e))
            return e->code;
        l.what = "flow";
        l.per_request = s->flow_transitions / w->served_share; /* of those asked */
        l.note = "each node that a request passes";
        extras_add(&w->extras, p->arena, l);
    }
    if (s->optimize_per_month > 0) {
        l = (struct plan_extra){ .owner = k->owner, .what = "optimisation" };
        if (plan_price_or_stated(&l.price, p, "Prompt optimization", "", "token",
                                 said(s->optimize_usd_per_1k_tokens),
                                 "optimize_usd_per_1k_tokens", e))
            return e->code;
        double tokens = (double)k->length.fixed_bytes / k->bytes_per_token;
        l.by_month = plan_each_month(p, s->optimize_per_month * ceil(tokens));
        l.note = arena_printf(p->arena, "%g times a month, the %.5g fixed tokens of %s",
                              s->optimize_per_month, ceil(tokens), k->name);
        extras_add(&w->extras, p->arena, l);
    }
    return OK;
}

enum err_code plan_prompt_lines(struct plan *p, struct plan_workload *w, struct err *e)
{
    if (!w->prompt || add_lines(p, w, e) == OK) return OK;
    return plan_head_wrap(e, p, &w->prompt->settings->head, "prompts");
}

enum err_code plan_prompts(struct plan *p, struct plan_workload *w, struct err *e)
{
    for (size_t i = 0; i < p->config.prompts_count; i++) {
        const struct prompts_settings *s = &p->config.prompts[i];
        if (!plan_is_of(p, &s->head, w)) continue;
        if (w->prompt) {
            (void)err_set(e, ERR_INPUT, "%s has another prompt already",
                          w->settings->name);
            return plan_head_wrap(e, p, &s->head, "prompts");
        }
        struct plan_prompt *k = ARENA_NEW(p->arena, struct plan_prompt, 1);
        k->settings = s;
        k->owner = plan_head_text(&s->head, "prompts", p->arena);
        if (read_prompt(k, s, p, e)) return plan_head_wrap(e, p, &s->head, "prompts");
        w->own_input_mean = lengths_input_mean(&w->lengths);
        use(p, w, k);
        w->prompt = k;
    }
    return OK;
}
