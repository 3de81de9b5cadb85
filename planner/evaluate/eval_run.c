/* From the options of `bedplan evaluate` to a run that can ask. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "eval_cost.h"
#include "eval_robust.h"
#include "eval_run_private.h"
#include "probe_interrupt.h"
#include "probe_store.h"
#include "text.h"

static const char usual_metrics[] = "Correctness,Completeness,Helpfulness";

bool eval_run_wanted(const struct eval_run_settings *s)
{
    return s->models.count || s->judge || s->embedding_model || s->save || s->resume ||
           s->judge_metrics || s->judge_custom.count || s->dry_run || s->robustness;
}

size_t eval_run_answer_at(const struct eval_run *r, size_t candidate, size_t item)
{
    return candidate * r->asked + r->same_as[item];
}

size_t eval_run_verdict_at(const struct eval_run *r, size_t model, size_t item,
                           size_t metric, size_t repeat)
{
    return ((model * r->set->items + item) * r->metrics + metric) * r->repeats + repeat;
}

/* --- what is asked for --- */

static enum err_code check_options(struct app *app, const struct eval_run_settings *s,
                                   const struct eval_set *set, struct err *e)
{
    if (!s->judge && (s->judge_metrics || s->judge_custom.count))
        return err_set(e, ERR_USAGE, "--judge-metrics and --judge-custom want --judge");
    if (!s->judge && app_origin(app, "judge_repeats") != OPT_PRESET)
        return err_set(e, ERR_USAGE, "--judge-repeats wants --judge");
    if (s->robustness && !s->models.count && !s->resume)
        return err_set(e, ERR_USAGE, "--robustness wants --models to ask");
    if (s->judge_custom.count > JUDGE_CUSTOM_MAX)
        return err_set(e, ERR_USAGE, "%zu custom metrics, at most %d",
                       s->judge_custom.count, JUDGE_CUSTOM_MAX);
    if (s->save && s->resume)
        return err_set(e, ERR_USAGE, "--save and --resume exclude each other");
    if (s->save && probe_check_name(s->save, e)) return e->code;
    for (size_t i = 0; i < set->items && s->models.count; i++)
        if (set->item[i].conversation)
            return err_set(e, ERR_INPUT,
                           "%s:%lld: turns of a conversation are scored, not asked: "
                           "--models wants prompts of their own",
                           set->path[set->item[i].file], (long long)set->item[i].line);
    return OK;
}

/* "MODEL=IN,OUT" of this model, or NULL. */
static const char *stated_price(const struct eval_run *r, const char *model)
{
    const struct opt_list *l = &r->set_by->usd_per_mtok;
    size_t n = strlen(model);
    for (size_t i = 0; i < l->count; i++)
        if (text_starts(l->text[i], model) && l->text[i][n] == '=')
            return l->text[i] + n + 1;
    return NULL;
}

static enum err_code make_party(struct eval_party *out, struct eval_run *r,
                                const char *name, struct err *e)
{
    struct err why = { 0 }, unknown = { 0 };
    struct catalog *c = NULL;
    struct model m;
    *out = (struct eval_party){ .name = name, .streams = true };
    if (app_catalog(r->app, &c, e) ||
        probe_price_find(&out->price, r->app, name, r->client.region, TIER_STANDARD,
                         stated_price(r, name), &why, e))
        return e->code;
    for (int k = TOKEN_INPUT; k <= TOKEN_OUTPUT && out->price.priced; k++) {
        const struct price_row *row = out->price.tariff.pick[k].row;
        if (row) app_used(r->app, name, row->source, row->as_of);
    }
    if (!catalog_model(&m, NULL, c, name, r->arena, &unknown)) {
        if (m.streaming == NO) out->streams = false;
        if (m.runtime == NO && !r->client.loopback)
            return err_set(e, ERR_INPUT,
                           "%s is on the bedrock-mantle endpoint only; this speaks to "
                           "bedrock-runtime",
                           name);
    }
    if (out->price.priced || out->price.free || r->client.loopback) return OK;
    return err_set(e, why.code ? why.code : ERR_UNPRICED,
                   "%s; --usd-per-mtok %s=IN,OUT says what it costs", why.msg, name);
}

static enum err_code add_candidates(struct eval_run *r, struct err *e)
{
    struct opt_list named = r->set_by->models;
    size_t capacity = 0;
    if (!named.count && r->set_by->resume && eval_run_models(&named, r, e))
        return e->code;
    for (size_t i = 0; i < named.count; i++)
        for (struct str rest = str_of(named.text[i]), word; rest.n;) {
            word = str_trim(str_cut(rest, ',', &rest));
            if (!word.n) continue;
            const char *name = arena_text_n(r->arena, word.p, word.n);
            for (size_t k = 0; k < r->candidates; k++)
                if (strcmp(r->candidate[k].name, name) == 0)
                    return err_set(e, ERR_USAGE, "model '%s' is named twice", name);
            r->candidate = arena_grow(r->arena, r->candidate, &capacity,
                                      r->candidates + 1, sizeof *r->candidate);
            if (make_party(&r->candidate[r->candidates], r, name, e)) return e->code;
            if (r->set->models >= EVAL_MODELS_MAX)
                return err_set(e, ERR_USAGE, "more than %d models", EVAL_MODELS_MAX);
            r->candidate[r->candidates++].in_set = eval_set_model(r->set, name);
        }
    return OK;
}

static enum err_code read_customs(struct eval_run *r, struct err *e)
{
    const struct opt_list *files = &r->set_by->judge_custom;
    r->custom = ARENA_NEW(r->arena, struct judge_metric, files->count + 1);
    for (size_t i = 0; i < files->count; i++) {
        if (judge_metric_read(&r->custom[i], files->text[i], r->arena, e))
            return e->code;
        for (size_t k = 0; k < i; k++)
            if (strcmp(r->custom[k].name, r->custom[i].name) == 0)
                return err_set(e, ERR_USAGE, "two custom metrics are named '%s'",
                               r->custom[i].name);
        r->customs++;
    }
    return OK;
}

static enum err_code add_judge(struct eval_run *r, struct err *e)
{
    const struct eval_run_settings *s = r->set_by;
    const char *list = s->judge_metrics        ? s->judge_metrics
                       : s->judge_custom.count ? ""
                                               : usual_metrics;
    r->repeats = 1;
    if (!s->judge) return OK;
    if (make_party(&r->judge, r, s->judge, e) || read_customs(r, e)) return e->code;
    for (size_t i = 0; i < r->customs; i++) /* all of the files are meant */
        if (!strstr(list, r->custom[i].name))
            list = arena_printf(r->arena, "%s,%s", list, r->custom[i].name);
    if (judge_metrics_pick(&r->metric, &r->metrics, list, r->custom, r->customs,
                           r->arena, e))
        return e->code;
    if (!r->metrics) return err_set(e, ERR_USAGE, "--judge-metrics names none");
    for (size_t i = 0; i < r->set->models; i++)
        if (strcmp(r->set->model[i], s->judge) == 0)
            app_warn(r->app, "%s is to grade its own answers: models favour themselves",
                     s->judge);
    r->repeats = (size_t)s->judge_repeats;
    r->version = ARENA_NEW(r->arena, const char *, r->metrics);
    for (size_t i = 0; i < r->metrics; i++)
        r->version[i] = judge_version(r->metric[i], r->arena);
    return OK;
}

static enum err_code add_embedder(struct eval_run *r, struct err *e)
{
    const char *name = r->set_by->embedding_model;
    struct buf body = { .max = 1024 };
    if (!name) return OK;
    enum err_code code = embedding_body(&body, name, STR("x"), e);
    buf_clear(&body);
    if (code) return code;
    if (eval_set_referenced(r->set) == 0)
        return err_set(e, ERR_INPUT,
                       "--embedding-model compares answers with references, and no "
                       "prompt has one; add \"referenceResponse\"");
    return make_party(&r->embedder, r, name, e);
}

static bool asks(const struct eval_run *r)
{
    return r->candidates || r->judge.name || r->embedder.name;
}

static enum err_code open_client(struct eval_run *r, struct err *e)
{
    const struct eval_run_settings *s = r->set_by;
    r->client_settings = (struct probe_settings){ .profile = s->profile,
                                                  .region = s->region,
                                                  .endpoint_url = s->endpoint_url,
                                                  .dry_run = s->dry_run };
    r->client.set = &r->client_settings;
    r->client.region = r->client.endpoint = "";
    if (!s->models.count && !s->judge && !s->embedding_model && !s->resume) return OK;
    r->client.model = s->models.count ? s->models.text[0]
                      : s->judge      ? s->judge
                                      : s->embedding_model;
    return probe_client(&r->client, r->app, e);
}

enum err_code eval_run_open(struct eval_run **out, struct app *app,
                            const struct eval_run_settings *s, struct eval_set *set,
                            enum eval_task task, struct err *e)
{
    struct eval_run *r = ARENA_NEW(app->arena, struct eval_run, 1);
    *out = r;
    *r = (struct eval_run){ .app = app,
                            .arena = app->arena,
                            .set_by = s,
                            .set = set,
                            .texts = { .arena = app->arena } };
    if (check_options(app, s, set, e)) return e->code;
    if (s->robustness) eval_set_perturb(set, (uint64_t)app->opt.seed);
    r->asked = set->items + set->variants;
    if (open_client(r, e) || add_candidates(r, e) || add_judge(r, e) ||
        add_embedder(r, e))
        return e->code;
    if (set->models == 0)
        return err_set(e, ERR_USAGE,
                       "no \"modelResponses\" in the file: name models to ask with "
                       "--models");
    r->answer = ARENA_NEW(r->arena, const struct eval_kept_answer *,
                          r->candidates * r->asked + 1);
    r->verdict = ARENA_NEW(r->arena, const struct eval_kept_verdict *,
                           set->models * set->items * r->metrics * r->repeats + 1);
    if (eval_run_load(r, task, e)) return e->code;
    eval_run_fill(r);
    return OK;
}

void eval_run_close(struct eval_run *r)
{
    if (!r) return;
    eval_store_close(r->store);
    client_close(r->client.client);
}

enum err_code eval_run_show_prompt(struct app *app, const struct eval_run_settings *s,
                                   struct err *e)
{
    struct eval_run r = { .app = app, .arena = app->arena, .set_by = s };
    const char *list = s->show_judge_prompt;
    if (read_customs(&r, e)) return e->code;
    if (strcmp(list, "all") == 0) {
        list = "";
        for (size_t i = 0; i < judge_metric_count; i++)
            list = arena_printf(app->arena, "%s,%s", list, judge_metrics[i].name);
        for (size_t i = 0; i < r.customs; i++)
            list = arena_printf(app->arena, "%s,%s", list, r.custom[i].name);
    }
    if (judge_metrics_pick(&r.metric, &r.metrics, list, r.custom, r.customs, r.arena,
                           e))
        return e->code;
    for (size_t i = 0; i < r.metrics; i++) {
        struct buf b = { .max = 1 << 20 };
        judge_template(&b, r.metric[i]);
        fprintf(app->out, "%s# %s, version %s\n\n%s", i ? "\n" : "", r.metric[i]->name,
                judge_version(r.metric[i], r.arena), b.p);
        buf_clear(&b);
    }
    return OK;
}

/* --- asking --- */

/* The cap against what the rest can cost. */
static enum err_code set_cap(struct eval_run *r, const struct eval_cost *cost,
                             struct err *e)
{
    const char *text = r->set_by->max_usd;
    struct usd_rate cap;
    struct usd least, most;
    char shown[2][USD_TEXT];
    if (text && usd_rate_parse(&cap, text, 1, e)) return err_wrap(e, "--max-usd: ");
    if (cost->most.ausd == 0) return OK;
    if (usd_round(&least, cost->least, e) || usd_round(&most, cost->most, e))
        return e->code;
    app_note(r->app, "%lld questions, %s to %s USD", (long long)cost->requests,
             usd_show(shown[0], least), usd_show(shown[1], most));
    if (!text && r->client.loopback) return OK;
    if (!text)
        return err_set(e, ERR_USAGE,
                       "this evaluation costs money, %s to %s USD; give the most it "
                       "may cost with --max-usd",
                       usd_text(shown[0], least), usd_text(shown[1], most));
    struct probe_spend *spend = &r->tally.spend;
    spend->capped = true;
    spend->cap.ausd = (i128)cap.pusd * 1000000;
    if (cost->least.ausd > spend->cap.ausd)
        return err_set(e, ERR_CAP,
                       "the least it can cost is %s USD, --max-usd allows %s: nothing "
                       "was sent",
                       usd_text(shown[0], least), usd_rate_text(shown[1], cap));
    return OK;
}

void eval_run_progress(struct eval_run *r, const char *what, size_t done, size_t of)
{
    int64_t now = client_now_ns();
    if (!r->shows || now - r->shown_ns < 1000000000) return;
    r->shown_ns = now;
    fprintf(stderr, "\r%zu of %zu %s, %lld failed ", done, of, what,
            (long long)r->tally.failed);
}

static enum err_code write_down(void *context, struct err *e)
{
    return eval_store_flush(context, e);
}

static enum err_code ask_all(struct eval_run *r, struct err *e)
{
    const struct eval_run_settings *s = r->set_by;
    struct eval_order o = { .concurrency = s->concurrency,
                            .timeout_ms = (int64_t)(s->timeout_s * 1e3),
                            .retries = s->retries,
                            .backoff_ns = (int64_t)(s->backoff_s * 1e9),
                            .seed = (uint64_t)r->app->opt.seed,
                            .interrupts = r->interrupts,
                            .idle = write_down,
                            .idle_context = r->store };
    eval_store_batch(r->store);
    if (eval_run_answers(r, &o, e)) return e->code;
    eval_run_fill(r);
    if (judge_run(r, &o, e) || judge_similarity(r, &o, e)) return e->code;
    return eval_store_flush(r->store, e);
}

enum err_code eval_run_ask(struct eval_run *r, struct err *e)
{
    struct eval_cost cost;
    if (!asks(r)) return OK;
    if (eval_cost_of(&cost, r, e)) return e->code;
    if (cost.requests == 0) return OK;
    if (set_cap(r, &cost, e) || client_sign_in(r->client.client, e) ||
        eval_run_begin(r, e))
        return e->code;
    r->shows = isatty(STDERR_FILENO) && !r->app->opt.quiet;
    r->shown_ns = client_now_ns();
    r->interrupts = probe_interrupt_catch(r->client.client);
    enum err_code code = ask_all(r, e);
    probe_interrupt_release();
    if (r->shows) fputs("\r\033[K", stderr);
    r->meta.stop = r->tally.stop;
    return code;
}
