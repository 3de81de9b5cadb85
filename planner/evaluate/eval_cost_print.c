/* What an evaluation will cost, as people and programs read it. */
#include <string.h>

#include "eval_cost.h"
#include "eval_run_private.h"
#include "table.h"
#include "text.h"
#include "wrap.h"

/* NULL where the sum has no price. */
static const char *shown(const struct eval_run *r, struct usd_acc acc)
{
    struct usd usd;
    struct err e = { 0 };
    if (usd_round(&usd, acc, &e)) return NULL;
    return usd_shown(usd, r->arena);
}

static const char *range(const struct eval_run *r, int64_t least, int64_t most)
{
    char a[32], b[32];
    return arena_printf(r->arena, "%s-%s", text_thousands(a, least),
                        text_thousands(b, most));
}

static void row(struct table *t, const struct eval_run *r, const char *where,
                const char *what, const char *model, int64_t requests,
                const struct eval_cost_part *p, const struct eval_cost *c)
{
    const char **cell = table_row(t);
    char n[32];
    bool priced = p ? p->priced : !c->unpriced || c->most.ausd > 0;
    cell[0] = where;
    cell[1] = what;
    cell[2] = model;
    cell[3] = arena_text(r->arena, text_thousands(n, requests));
    if (p) cell[4] = range(r, p->input_least, p->input_most);
    if (p) cell[5] = range(r, p->output_least, p->output_most);
    if (!priced) return;
    cell[6] = shown(r, p ? p->least : c->least);
    if (c->likely_known) cell[7] = shown(r, p ? p->likely : c->likely);
    cell[8] = shown(r, p ? p->most : c->most);
}

static void rows(struct table *t, const struct eval_run *r, const char *where,
                 const struct eval_cost *c)
{
    for (size_t i = 0; i < c->parts; i++)
        row(t, r, where, c->part[i].what, c->part[i].model, c->part[i].requests,
            &c->part[i], c);
    row(t, r, where, "all", NULL, c->requests, NULL, c);
}

static void notes(struct table *t, const struct eval_run *r, const struct eval_cost *c,
                  const struct eval_job_cost *j)
{
    table_note(t,
               "tokens: %d bytes each, %d %% either way; an answer has 1 to %lld of "
               "them%s",
               EVAL_BYTES_PER_TOKEN, EVAL_TOKENS_OFF_PERCENT,
               (long long)r->set_by->max_tokens,
               c->likely_known ? ", likely as many as its reference" : "");
    if (r->metrics)
        table_note(t,
                   "a verdict has %d to %d, likely %d; --max-tokens is not for judges",
                   EVAL_VERDICT_LEAST, JUDGE_MAX_TOKENS, EVAL_VERDICT_LIKELY);
    if (c->unpriced) table_note(t, "a model without a price is not in the sums");
    if (r->kept)
        table_note(t, "%lld answers, verdicts and embeddings are saved already",
                   (long long)r->kept);
    char n[32];
    table_note(t, "Bedrock: %s evaluation job%s", text_thousands(n, j->jobs),
               j->jobs == 1 ? "" : "s");
    for (size_t i = 0; i < j->refusals; i++)
        table_note(t, "Bedrock refuses: %s", j->refused[i]);
    for (size_t i = 0; i < j->note_count; i++)
        table_note(t, "Bedrock: %s", j->notes[i]);
}

static void print_table(const struct eval_run *r, const struct eval_cost *c,
                        const struct eval_job_cost *j)
{
    static const struct table_column column[] = {
        { .key = "where", .heading = "where" },
        { .key = "what", .heading = "what" },
        { .key = "model", .heading = "model", .min_width = 12 },
        { .key = "requests", .heading = "requests", .align = RIGHT },
        { .key = "input_tokens",
          .heading = "tokens in",
          .align = RIGHT,
          .droppable = true },
        { .key = "output_tokens", .heading = "out", .align = RIGHT, .droppable = true },
        { .key = "least_usd", .heading = "from $", .align = RIGHT },
        { .key = "likely_usd", .heading = "likely $", .align = RIGHT },
        { .key = "most_usd", .heading = "to $", .align = RIGHT },
    };
    struct table t;
    table_init(&t, NULL, column, sizeof column / sizeof *column, r->arena);
    rows(&t, r, "here", c);
    rows(&t, r, "job", &j->cost);
    notes(&t, r, c, j);
    app_print_table(r->app, &t);
}

void eval_put_usd(struct json *j, const char *key, struct usd_acc acc, bool known)
{
    struct usd usd;
    struct err e = { 0 };
    if (known && usd_round(&usd, acc, &e) == OK)
        json_usd(j, key, usd);
    else
        json_null(j, key);
}

static void put_cost(struct json *j, const struct eval_cost *c)
{
    json_int(j, "requests", c->requests);
    json_array(j, "parts");
    for (size_t i = 0; i < c->parts; i++) {
        const struct eval_cost_part *p = &c->part[i];
        json_object(j, NULL);
        json_text(j, "what", p->what);
        json_text(j, "model", p->model);
        json_int(j, "requests", p->requests);
        json_int(j, "input_tokens_least", p->input_least);
        json_int(j, "input_tokens_most", p->input_most);
        json_int(j, "output_tokens_least", p->output_least);
        json_int(j, "output_tokens_most", p->output_most);
        eval_put_usd(j, "least_usd", p->least, p->priced);
        eval_put_usd(j, "likely_usd", p->likely, p->priced && c->likely_known);
        eval_put_usd(j, "most_usd", p->most, p->priced);
        json_end(j);
    }
    json_end(j);
    eval_put_usd(j, "least_usd", c->least, true);
    eval_put_usd(j, "likely_usd", c->likely, c->likely_known);
    eval_put_usd(j, "most_usd", c->most, true);
    json_bool(j, "unpriced", c->unpriced);
}

static enum err_code print_json(const struct eval_run *r, const struct eval_cost *c,
                                const struct eval_job_cost *x, struct err *e)
{
    struct json *j = json_open(r->app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.evaluate-cost/1");
    json_int(j, "prompts", (int64_t)r->set->items);
    json_int(j, "changed_prompts", (int64_t)(r->asked - r->set->items));
    json_int(j, "kept", r->kept);
    json_object(j, "here");
    put_cost(j, c);
    json_end(j);
    json_object(j, "job");
    json_int(j, "jobs", x->jobs);
    put_cost(j, &x->cost);
    json_array(j, "refused");
    for (size_t i = 0; i < x->refusals; i++)
        json_text(j, NULL, x->refused[i]);
    json_end(j);
    json_array(j, "notes");
    for (size_t i = 0; i < x->note_count; i++)
        json_text(j, NULL, x->notes[i]);
    json_end(j);
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

/* The first request of each kind that would be sent. */
static enum err_code show_first(struct eval_run *r, struct err *e)
{
    struct buf body = { .max = 64 << 20 };
    struct aws_request q = { .operation = AWS_CONVERSE };
    const struct eval_item *t = &r->set->item[0];
    enum err_code code = OK;
    if (r->candidates) {
        q.subject = r->candidate[0].name;
        if (r->candidate[0].streams) q.operation = AWS_CONVERSE_STREAM;
        code = eval_run_body(&body, r, t->prompt, e);
    } else if (r->metrics) {
        struct judge_case c = judge_case_of(r, 0, 0, r->arena);
        q.subject = r->judge.name;
        code = eval_run_judge_body(&body, r->metric[0], &c, e);
    } else {
        return OK;
    }
    q.body = (struct str){ body.p, body.n };
    fputs("\nthe first request:\n", r->app->out);
    if (!code) code = client_show(r->client.client, &q, r->app->out, e);
    buf_clear(&body);
    return code;
}

enum err_code eval_run_dry(struct eval_run *r, struct err *e)
{
    struct eval_cost here;
    struct eval_job_cost job;
    if (!r->client.client)
        return err_set(e, ERR_USAGE,
                       "--dry-run wants something to ask: --models, --judge or "
                       "--embedding-model");
    if (eval_cost_of(&here, r, e) || eval_cost_of_jobs(&job, r, e)) return e->code;
    if (r->app->format == FORMAT_JSON) return print_json(r, &here, &job, e);
    print_table(r, &here, &job);
    return r->app->format == FORMAT_TEXT ? show_first(r, e) : OK;
}
