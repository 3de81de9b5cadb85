/* What a run did, beside its scores: tokens, times, money, failures, verdicts that
 * could not be read. */
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "eval_run_private.h"
#include "eval_saved.h"
#include "probe_print.h"
#include "probe_stats.h"
#include "text.h"
#include "wrap.h"

enum { SHOWN_VERDICTS = 5, SHOWN_SAID = 60 };

/* A paragraph that fits the terminal; one that begins with blanks belongs to the one
 * above. */
static void say(const struct eval_run *r, const char *fmt, ...) PRINTF(2, 3);
static void say(const struct eval_run *r, const char *fmt, ...)
{
    char text[4096];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    int indent = (int)strspn(text, " ");
    fprintf(r->app->out, "%*s", indent, "");
    wrap_text(text + indent, r->app->columns, indent, indent + 2, r->app->out);
}

/* Of one candidate; times of the prompts as they are, the rest with changed ones. */
struct candidate_sums {
    int64_t answers, failed, attempts, throttled;
    int64_t input_tokens, output_tokens, unpriced, cut;
    double waited_s;
    struct usd_acc usd;
    struct probe_stats ttft_ms, latency_ms;
};

static void sum_candidate(struct candidate_sums *s, const struct eval_run *r, size_t c)
{
    size_t items = r->set->items, n = 0, times = 0;
    double *ttft = ARENA_NEW(r->arena, double, items + 1);
    double *latency = ARENA_NEW(r->arena, double, items + 1);
    *s = (struct candidate_sums){ 0 };
    for (size_t i = 0; i < r->asked; i++) {
        const struct eval_kept_answer *k = r->answer[eval_run_answer_at(r, c, i)];
        if (!k || r->same_as[i] != i) continue;
        s->answers += !*k->failed;
        s->failed += *k->failed != '\0';
        s->attempts += k->attempts;
        s->throttled += k->throttled;
        s->waited_s += (double)k->waited_ns / 1e9;
        s->input_tokens +=
            k->input_tokens + k->cache_read_tokens + k->cache_write_tokens;
        s->output_tokens += k->output_tokens;
        s->usd.ausd += k->cost.ausd;
        s->unpriced += !k->priced;
        s->cut += strcmp(k->stop_reason, "max_tokens") == 0;
        if (*k->failed || i >= items) continue;
        if (k->ttft_ns >= 0) ttft[times++] = (double)k->ttft_ns / 1e6;
        if (k->latency_ns >= 0) latency[n++] = (double)k->latency_ns / 1e6;
    }
    probe_stats_of(&s->ttft_ms, ttft, times, r->arena);
    probe_stats_of(&s->latency_ms, latency, n, r->arena);
}

/* Of one metric of the judge, over all models. */
struct judge_sums {
    int64_t verdicts, readable, unreadable, failed;
    int64_t compared, agreed; /* repeats against the first of the same answer */
    int64_t input_tokens, output_tokens, unpriced;
    struct usd_acc usd;
};

static void sum_repeats(struct judge_sums *s, const struct eval_kept_verdict *const *v,
                        size_t repeats)
{
    for (size_t k = 0; k < repeats; k++) {
        if (!v[k]) continue;
        bool failed = *v[k]->failed != '\0';
        s->verdicts++;
        s->failed += failed;
        s->readable += v[k]->readable;
        s->unreadable += !failed && !v[k]->readable;
        s->input_tokens += v[k]->input_tokens;
        s->output_tokens += v[k]->output_tokens;
        s->unpriced += !v[k]->priced;
        s->usd.ausd += v[k]->cost.ausd;
        if (k == 0 || !v[0] || !v[0]->readable || !v[k]->readable) continue;
        s->compared++;
        s->agreed += !(v[0]->grade < v[k]->grade || v[0]->grade > v[k]->grade);
    }
}

static void sum_metric(struct judge_sums *s, const struct eval_run *r, size_t metric)
{
    *s = (struct judge_sums){ 0 };
    for (size_t m = 0; m < r->set->models; m++)
        for (size_t i = 0; i < r->set->items; i++)
            sum_repeats(s, &r->verdict[eval_run_verdict_at(r, m, i, metric, 0)],
                        r->repeats);
}

/* Vectors of this run. */
static void sum_vectors(struct judge_sums *s, const struct eval_run *r)
{
    *s = (struct judge_sums){ 0 };
    for (uint32_t i = 0; i < r->texts.count && i < r->vector_capacity; i++) {
        const struct eval_kept_vector *v = r->vector[i];
        if (!v) continue;
        s->readable++;
        s->input_tokens += v->input_tokens;
        s->unpriced += !v->priced;
        s->usd.ausd += v->cost.ausd;
    }
}

static const char *money(const struct eval_run *r, struct usd_acc acc, int64_t unpriced)
{
    struct usd usd;
    struct err e = { 0 };
    if (usd_round(&usd, acc, &e)) return "?";
    return arena_printf(r->arena, "%s%s USD", unpriced ? "at least " : "",
                        usd_shown(usd, r->arena));
}

static const char *milliseconds(const struct eval_run *r, double ms)
{
    const char *text = probe_ms(ms, r->arena);
    return text ? text : "-";
}

static void print_candidate(const struct eval_run *r, size_t c)
{
    const struct probe_price *price = &r->candidate[c].price;
    struct candidate_sums s;
    char in[32], out[32], n[32];
    sum_candidate(&s, r, c);
    say(r,
        "%s: %s answers, %s tokens in, %s out, %s; first token P50 %s ms, answer P50 "
        "%s "
        "ms, P95 %s ms",
        r->candidate[c].name, text_thousands(n, s.answers),
        text_thousands(in, s.input_tokens), text_thousands(out, s.output_tokens),
        price->free     ? "paid by the hour"
        : price->priced ? money(r, s.usd, s.unpriced)
                        : "no price is known",
        milliseconds(r, s.ttft_ms.p[PROBE_P50]),
        milliseconds(r, s.latency_ms.p[PROBE_P50]),
        milliseconds(r, s.latency_ms.p[PROBE_P95]));
    if (s.throttled || s.failed)
        say(r, "  %lld failed; %lld attempts, %lld throttled, waited %.3g s for them",
            (long long)s.failed, (long long)s.attempts, (long long)s.throttled,
            s.waited_s);
    if (s.cut)
        say(r, "  %lld answers were cut by --max-tokens %lld", (long long)s.cut,
            (long long)r->set_by->max_tokens);
}

/* Printable, on one line, not too long. */
static const char *said(const struct eval_run *r, const char *text)
{
    char *out = arena_text(r->arena, text);
    size_t n = strlen(out);
    for (char *p = out; *p; p++)
        if ((unsigned char)*p < ' ') *p = ' ';
    if (n <= SHOWN_SAID) return out;
    n = SHOWN_SAID;
    while (n && ((unsigned char)out[n] & 0xc0) == 0x80)
        n--;
    out[n] = '\0';
    return arena_printf(r->arena, "%s…", out);
}

/* Calls for each verdict that could not be read, `most` of them. */
static void print_unreadable(const struct eval_run *r)
{
    size_t n = r->set->models * r->set->items * r->metrics * r->repeats, shown = 0;
    for (size_t i = 0; i < n && shown < SHOWN_VERDICTS; i++) {
        const struct eval_kept_verdict *v = r->verdict[i];
        if (!v || v->readable || *v->failed) continue;
        shown++;
        say(r, "  unreadable: prompt %lld, %s, %s: %s: \"%s\"", (long long)v->item + 1,
            v->model, v->metric, v->reason, said(r, v->said));
    }
}

static void print_judge(const struct eval_run *r)
{
    struct judge_sums all = { 0 };
    for (size_t k = 0; k < r->metrics; k++) {
        struct judge_sums s;
        sum_metric(&s, r, k);
        all.verdicts += s.verdicts;
        all.readable += s.readable;
        all.unreadable += s.unreadable;
        all.failed += s.failed;
        all.compared += s.compared;
        all.agreed += s.agreed;
        all.unpriced += s.unpriced;
        all.usd.ausd += s.usd.ausd;
    }
    if (!r->metrics) return;
    const char *agree = "";
    if (all.compared)
        agree = arena_printf(r->arena, "; %.3g%% of %lld repeats agree with the first",
                             100.0 * (double)all.agreed / (double)all.compared,
                             (long long)all.compared);
    say(r, "judge %s: %lld verdicts, %lld unreadable, %lld failed, %s%s", r->judge.name,
        (long long)all.verdicts, (long long)all.unreadable, (long long)all.failed,
        r->judge.price.priced ? money(r, all.usd, all.unpriced) : "no price is known",
        agree);
    print_unreadable(r);
    if (all.unreadable > SHOWN_VERDICTS)
        say(r, "  --json lists all %lld of them", (long long)all.unreadable);
}

static void print_vectors(const struct eval_run *r)
{
    struct judge_sums s;
    sum_vectors(&s, r);
    say(r, "embeddings of %s: %lld texts, %s; a cosine, not BERTScore",
        r->embedder.name, (long long)s.readable,
        r->embedder.price.priced ? money(r, s.usd, s.unpriced) : "no price is known");
    if (r->odd_dimensions)
        say(r, "  %lld pairs have different dimensions: not compared",
            (long long)r->odd_dimensions);
}

void eval_run_print(const struct eval_run *r)
{
    fputc('\n', r->app->out);
    for (size_t c = 0; c < r->candidates; c++)
        print_candidate(r, c);
    print_judge(r);
    if (r->embedder.name) print_vectors(r);
    if (r->kept)
        say(r, "%lld of these were saved before and not asked again",
            (long long)r->kept);
    say(r, "%s; saved as %s", eval_ended_text(&r->meta), r->meta.name);
}

/* --- as JSON --- */

static void put_candidate(struct json *j, const struct eval_run *r, size_t c)
{
    struct candidate_sums s;
    sum_candidate(&s, r, c);
    json_object(j, NULL);
    json_text(j, "model", r->candidate[c].name);
    json_int(j, "answers", s.answers);
    json_int(j, "failed", s.failed);
    json_int(j, "attempts", s.attempts);
    json_int(j, "throttled", s.throttled);
    json_real(j, "waited_s", s.waited_s);
    json_int(j, "input_tokens", s.input_tokens);
    json_int(j, "output_tokens", s.output_tokens);
    json_int(j, "cut_by_max_tokens", s.cut);
    eval_put_usd(j, "usd", s.usd, r->candidate[c].price.priced);
    json_int(j, "answers_without_price", s.unpriced);
    json_text(j, "price", r->candidate[c].price.basis);
    probe_json_stats(j, "ttft_ms", &s.ttft_ms);
    probe_json_stats(j, "latency_ms", &s.latency_ms);
    json_end(j);
}

static void put_unreadable(struct json *j, const struct eval_run *r)
{
    size_t n = r->set->models * r->set->items * r->metrics * r->repeats;
    json_array(j, "unreadable");
    for (size_t i = 0; i < n; i++) {
        const struct eval_kept_verdict *v = r->verdict[i];
        if (!v || v->readable || *v->failed) continue;
        json_object(j, NULL);
        json_int(j, "prompt", v->item + 1);
        json_text(j, "model", v->model);
        json_text(j, "metric", v->metric);
        json_int(j, "repeat", v->repeat);
        json_text(j, "why", v->reason);
        json_text(j, "said", v->said);
        json_end(j);
    }
    json_end(j);
}

static void put_judge(struct json *j, const struct eval_run *r)
{
    if (!r->metrics) {
        json_null(j, "judge");
        return;
    }
    json_object(j, "judge");
    json_text(j, "model", r->judge.name);
    json_array(j, "metrics");
    for (size_t k = 0; k < r->metrics; k++) {
        struct judge_sums s;
        sum_metric(&s, r, k);
        json_object(j, NULL);
        json_text(j, "metric", r->metric[k]->name);
        json_text(j, "prompt_version", r->version[k]);
        json_bool(j, "lower_is_better", r->metric[k]->low_is_good);
        json_int(j, "verdicts", s.verdicts);
        json_int(j, "readable", s.readable);
        json_int(j, "unreadable", s.unreadable);
        json_int(j, "failed", s.failed);
        json_int(j, "repeats_compared", s.compared);
        json_int(j, "repeats_agreed", s.agreed);
        json_int(j, "input_tokens", s.input_tokens);
        json_int(j, "output_tokens", s.output_tokens);
        eval_put_usd(j, "usd", s.usd, r->judge.price.priced);
        json_int(j, "without_price", s.unpriced);
        json_end(j);
    }
    json_end(j);
    put_unreadable(j, r);
    json_end(j);
}

static void put_embeddings(struct json *j, const struct eval_run *r)
{
    struct judge_sums s;
    if (!r->embedder.name) {
        json_null(j, "embeddings");
        return;
    }
    sum_vectors(&s, r);
    json_object(j, "embeddings");
    json_text(j, "model", r->embedder.name);
    json_int(j, "texts", s.readable);
    json_int(j, "input_tokens", s.input_tokens);
    json_int(j, "different_dimensions", r->odd_dimensions);
    eval_put_usd(j, "usd", s.usd, r->embedder.price.priced);
    json_int(j, "without_price", s.unpriced);
    json_end(j);
}

void eval_run_json(struct json *j, const struct eval_run *r)
{
    const struct eval_tally *t = &r->tally;
    json_object(j, "run");
    json_text(j, "name", r->meta.name);
    json_text(j, "ended", eval_ended_text(&r->meta));
    json_text(j, "params", *r->meta.params ? r->meta.params : NULL);
    json_int(j, "kept", r->kept);
    json_int(j, "asked", t->asked);
    json_int(j, "answered", t->answered);
    json_int(j, "failed", t->failed);
    json_int(j, "attempts", t->attempts);
    json_int(j, "throttled", t->throttled);
    json_int(j, "repeated", t->repeated);
    json_real(j, "waited_s", (double)t->waited_ns / 1e9);
    json_object(j, "errors");
    for (int c = 1; c < FAILURE_CLASSES; c++)
        if (t->failures[c])
            json_int(j, failure_name((enum failure_class)c), t->failures[c]);
    json_end(j);
    eval_put_usd(j, "spent_usd", t->spend.spent, true);
    json_array(j, "candidates");
    for (size_t c = 0; c < r->candidates; c++)
        put_candidate(j, r, c);
    json_end(j);
    put_judge(j, r);
    put_embeddings(j, r);
    json_end(j);
}
