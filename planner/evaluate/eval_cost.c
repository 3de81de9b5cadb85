#include "eval_cost.h"

#include <string.h>

#include "catalog.h"
#include "eval_run_private.h"
#include "text.h"

/* Tokens of one question: bounds, and the likely number. */
struct tokens {
    int64_t in[3], out[3]; /* least, likely, most */
};
enum { LEAST, LIKELY, MOST };

static int64_t estimate(int64_t bytes, int bound)
{
    int64_t percent = bound == LEAST  ? 100 - EVAL_TOKENS_OFF_PERCENT
                      : bound == MOST ? 100 + EVAL_TOKENS_OFF_PERCENT
                                      : 100;
    int64_t up = bound == LEAST ? 0 : 100 * EVAL_BYTES_PER_TOKEN - 1;
    return (bytes * percent + up) / (100 * EVAL_BYTES_PER_TOKEN);
}

static struct eval_cost_part *part_of(struct eval_cost *c, const char *what,
                                      const struct eval_party *p)
{
    for (size_t i = 0; i < c->parts; i++)
        if (c->part[i].what == what && c->part[i].model == p->name) return &c->part[i];
    if (c->parts == EVAL_COST_PARTS) return &c->part[EVAL_COST_PARTS - 1];
    struct eval_cost_part *part = &c->part[c->parts++];
    *part = (struct eval_cost_part){
        .what = what, .model = p->name, .priced = p->price.priced, .free = p->price.free
    };
    return part;
}

static enum err_code add(struct eval_cost *c, const char *what,
                         const struct eval_party *p, const struct tokens *t,
                         struct err *e)
{
    struct eval_cost_part *part = part_of(c, what, p);
    struct usd_acc *sum[3] = { &part->least, &part->likely, &part->most };
    part->requests++;
    part->input_least += t->in[LEAST];
    part->input_most += t->in[MOST];
    part->output_least += t->out[LEAST];
    part->output_most += t->out[MOST];
    c->requests++;
    c->unpriced = c->unpriced || (!part->priced && !part->free);
    for (int b = LEAST; b <= MOST && part->priced; b++) {
        struct probe_tokens n = { .input = t->in[b], .output = t->out[b] };
        if (probe_price_add(sum[b], &p->price, n, e)) return e->code;
    }
    return OK;
}

static enum err_code add_up(struct eval_cost *c, struct err *e)
{
    for (size_t i = 0; i < c->parts; i++)
        if (usd_acc_sum(&c->least, c->part[i].least, e) ||
            usd_acc_sum(&c->likely, c->part[i].likely, e) ||
            usd_acc_sum(&c->most, c->part[i].most, e))
            return e->code;
    return OK;
}

/* Mean tokens of the references; 0: there are none. */
static int64_t likely_answer(const struct eval_run *r)
{
    int64_t bytes = 0, n = 0;
    for (size_t i = 0; i < r->set->items; i++) {
        const struct eval_item *t = &r->set->item[i];
        if (!t->references) continue;
        bytes += (int64_t)strlen(t->reference[0]);
        n++;
    }
    if (!n) return 0;
    int64_t tokens = estimate(bytes / n, LIKELY), most = r->set_by->max_tokens;
    return tokens < 1 ? 1 : tokens > most ? most : tokens;
}

static void text_tokens(struct tokens *t, int64_t bytes)
{
    for (int b = LEAST; b <= MOST; b++)
        t->in[b] += estimate(bytes, b);
}

/* Tokens of an answer that is there, or may come. */
static void answer_tokens(int64_t out[3], const struct eval_run *r, const char *text,
                          int64_t likely)
{
    for (int b = LEAST; b <= MOST && text; b++)
        out[b] += estimate((int64_t)strlen(text), b);
    if (text) return;
    out[LEAST] += 1;
    out[LIKELY] += likely;
    out[MOST] += r->set_by->max_tokens * (100 + EVAL_TOKENS_OFF_PERCENT) / 100;
}

static enum err_code add_answers(struct eval_cost *c, const struct eval_run *r,
                                 bool all, int64_t likely, struct err *e)
{
    for (size_t i = 0; i < r->asked; i++)
        for (size_t k = 0; k < r->candidates; k++) {
            struct tokens t = { .out = { 1, likely, r->set_by->max_tokens } };
            if (!all && !eval_run_wants(r, k, i)) continue;
            text_tokens(&t, (int64_t)strlen(r->set->item[i].prompt));
            t.in[MOST] += EVAL_TEMPLATE_TOKENS;
            if (add(c, "answers", &r->candidate[k], &t, e)) return e->code;
        }
    return OK;
}

/* The answer to be graded: nobody's yet, or will there be one? */
static bool graded(const struct eval_run *r, size_t model, size_t item)
{
    if (r->set->item[item].response[model].text) return true;
    for (size_t c = 0; c < r->candidates; c++)
        if (r->candidate[c].in_set == model) return true;
    return false;
}

static int64_t missing_verdicts(const struct eval_run *r, size_t model, size_t item,
                                size_t metric)
{
    int64_t n = 0;
    for (size_t k = 0; k < r->repeats; k++) {
        const struct eval_kept_verdict *v =
            r->verdict[eval_run_verdict_at(r, model, item, metric, k)];
        n += !v || *v->failed;
    }
    return n;
}

static enum err_code add_verdicts(struct eval_cost *c, const struct eval_run *r,
                                  bool all, int64_t likely, struct err *e)
{
    for (size_t k = 0; k < r->metrics; k++) {
        struct buf form = { .max = 1 << 20 };
        judge_template(&form, r->metric[k]);
        int64_t form_bytes = (int64_t)form.n;
        buf_clear(&form);
        for (size_t i = 0; i < r->set->items; i++)
            for (size_t m = 0; m < r->set->models; m++) {
                struct arena scratch = { 0 };
                struct tokens n = { .out = { EVAL_VERDICT_LEAST, EVAL_VERDICT_LIKELY,
                                             JUDGE_MAX_TOKENS } };
                int64_t times = all ? 1 : missing_verdicts(r, m, i, k);
                if (!graded(r, m, i)) continue;
                struct judge_case x = judge_case_of(r, m, i, &scratch);
                text_tokens(&n, form_bytes + (int64_t)strlen(x.prompt));
                if (x.reference) text_tokens(&n, (int64_t)strlen(x.reference));
                answer_tokens(n.in, r, x.response, likely);
                arena_clear(&scratch);
                for (; times > 0; times--)
                    if (add(c, "verdicts", &r->judge, &n, e)) return e->code;
            }
    }
    return OK;
}

static enum err_code add_vectors(struct eval_cost *c, const struct eval_run *r,
                                 int64_t likely, struct err *e)
{
    struct eval_run *look = (struct eval_run *)r; /* hashing a text changes nothing */
    for (size_t i = 0; i < r->set->items && r->embedder.name; i++) {
        const struct eval_item *t = &r->set->item[i];
        for (size_t k = 0; k < t->references; k++) {
            struct tokens n = { 0 };
            if (eval_run_vector(look, t->reference[k])) continue;
            text_tokens(&n, (int64_t)strlen(t->reference[k]));
            if (add(c, "embeddings", &r->embedder, &n, e)) return e->code;
        }
        for (size_t m = 0; m < r->set->models && t->references; m++) {
            struct tokens n = { 0 };
            const char *text = t->response[m].text;
            if (!graded(r, m, i) || (text && eval_run_vector(look, text))) continue;
            answer_tokens(n.in, r, text, likely);
            if (add(c, "embeddings", &r->embedder, &n, e)) return e->code;
        }
    }
    return OK;
}

enum err_code eval_cost_of(struct eval_cost *out, const struct eval_run *r,
                           struct err *e)
{
    int64_t likely = likely_answer(r);
    *out = (struct eval_cost){ .likely_known = likely > 0 };
    if (add_answers(out, r, false, likely, e) ||
        add_verdicts(out, r, false, likely, e) || add_vectors(out, r, likely, e))
        return e->code;
    return add_up(out, e);
}

/* --- as Bedrock's jobs --- */

static void refuse(struct eval_job_cost *j, const char *why)
{
    if (j->refusals < sizeof j->refused / sizeof *j->refused)
        j->refused[j->refusals++] = why;
}

static void tell(struct eval_job_cost *j, const char *what)
{
    if (j->note_count < sizeof j->notes / sizeof *j->notes)
        j->notes[j->note_count++] = what;
}

static void check_limits(struct eval_job_cost *j, const struct eval_run *r)
{
    int64_t large = 0, unreferenced = 0;
    for (size_t i = 0; i < r->set->items; i++) {
        large += strlen(r->set->item[i].prompt) > EVAL_JOB_PROMPT_BYTES;
        unreferenced += r->set->item[i].references == 0;
    }
    if (r->set->items > EVAL_JOB_PROMPTS)
        refuse(j, arena_printf(
                      r->arena, "%zu prompts: a dataset holds %d; %zu datasets would",
                      r->set->items, EVAL_JOB_PROMPTS,
                      (r->set->items + EVAL_JOB_PROMPTS - 1) / EVAL_JOB_PROMPTS));
    if (r->set->items > (size_t)EVAL_JOB_PROMPTS * EVAL_JOB_DATASETS)
        refuse(j, arena_printf(r->arena, "a job takes %d datasets", EVAL_JOB_DATASETS));
    if (large)
        refuse(j, arena_printf(r->arena, "%lld prompts are larger than %d bytes",
                               (long long)large, EVAL_JOB_PROMPT_BYTES));
    if (unreferenced && r->asked > r->set->items)
        refuse(j, arena_printf(r->arena,
                               "%lld prompts without referenceResponse: accuracy and "
                               "robustness want one",
                               (long long)unreferenced));
    if (r->set->conversations)
        refuse(j, "conversations go to RAG evaluation jobs, not to these");
}

/* Models that grade in Bedrock's jobs. Source: Amazon Bedrock User Guide, "Evaluate
 * model performance using another LLM as a judge", as stored; newer ones may have come.
 */
static bool may_judge(const char *model, bool custom)
{
    static const char *const known[] = {
        "amazon.nova-pro-v1",          "anthropic.claude-3-5-sonnet",
        "anthropic.claude-3-7-sonnet", "anthropic.claude-sonnet-4-2",
        "anthropic.claude-3-haiku",    "anthropic.claude-3-5-haiku",
        "meta.llama3-1-70b-instruct",  "mistral.mistral-large-2402",
    };
    static const char *const also[] = { "mistral.mistral-large-2407",
                                        "meta.llama3-3-70b-instruct" };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strstr(model, known[i])) return true;
    for (size_t i = 0; i < sizeof also / sizeof *also && custom; i++)
        if (strstr(model, also[i])) return true;
    return false;
}

/* What people would cost instead, where the catalog has the price of a task. */
static void tell_people(struct eval_job_cost *j, const struct eval_run *r,
                        int64_t models)
{
    struct catalog *c = NULL;
    struct item_price *row = NULL;
    struct err none = { 0 };
    size_t n = 0;
    if (app_catalog(r->app, &c, &none) ||
        catalog_other_prices(&row, &n, c, "Model evaluation", r->client.region,
                             r->app->opt.now_unix_s, r->arena, &none))
        return;
    for (size_t i = 0; i < n; i++) {
        struct usd_acc sum = { 0 };
        struct usd usd;
        if (strcmp(row[i].item, "human task") != 0 || !row[i].known) continue;
        int64_t tasks = (int64_t)r->set->items * models;
        struct str rest, source = str_trim(str_cut(str_of(row[i].source), '(', &rest));
        if (usd_acc_add(&sum, tasks, row[i].rate, &none) || usd_round(&usd, sum, &none))
            return;
        tell(j, arena_printf(r->arena,
                             "people instead of metrics: %lld tasks, %s USD beside the "
                             "tokens (%.*s, %s)",
                             (long long)tasks, usd_shown(usd, r->arena),
                             STR_ARG(source), row[i].as_of));
        return;
    }
}

enum err_code eval_cost_of_jobs(struct eval_job_cost *out, const struct eval_run *r,
                                struct err *e)
{
    int64_t likely = likely_answer(r);
    *out = (struct eval_job_cost){ .cost = { .likely_known = likely > 0 } };
    check_limits(out, r);
    if (add_answers(&out->cost, r, true, likely, e) ||
        add_verdicts(&out->cost, r, true, likely, e) || add_up(&out->cost, e))
        return e->code;
    int64_t models = (int64_t)(r->metrics ? r->set->models : r->candidates);
    /* algorithms and judges are jobs of different kinds */
    out->jobs =
        models *
        ((r->candidates != 0 && r->asked > r->set->items && r->metrics) ? 2 : 1);
    if (models > 1) tell(out, "one model a job, each with its own report");
    if (r->metrics)
        tell(out, "verdicts are counted with the prompts of this program; Bedrock's "
                  "differ in length");
    if (r->repeats > 1) tell(out, "Bedrock's judge is asked once, not repeatedly");
    if (r->embedder.name)
        tell(out, "BERTScore, without charge, where here embeddings are compared");
    if (r->judge.name && !may_judge(r->judge.name, r->customs > 0))
        tell(out, "whether it takes this judge is not known: it is not on the list at "
                  "hand");
    tell(out, "a job starts over: nothing that was asked before is kept");
    tell_people(out, r, models);
    return OK;
}
