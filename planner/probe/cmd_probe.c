#include <math.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "probe_charts.h"
#include "probe_interrupt.h"
#include "probe_print.h"
#include "probe_saturate.h"
#include "probe_setup.h"

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct probe_settings, T, f)
static const struct opt opts[] = {
    { .key = "requests", .letter = 'n', .type = OPT_INT, .offset = AT(int64_t, requests), .unit = "N",
      .preset = "10", .lo = 1, .hi = PROBE_REQUESTS_MAX, .help = "how many requests to measure" },
    { .key = "for", .type = OPT_TEXT, .offset = AT(const char *, for_), .unit = "TIME",
      .help = "start requests for this long instead: 30s, 5m, 1h" },
    { .key = "rate", .type = OPT_REAL, .offset = AT(double, rate), .unit = "PER_S",
      .lo = 0.0001, .hi = 100000, .help = "open loop: so many starts a second, whatever the answers do" },
    { .key = "arrivals", .type = OPT_CHOICE, .offset = AT(int, arrivals), .unit = "KIND",
      .choices = "constant|poisson", .preset = "constant", .hi = 1,
      .help = "of an open loop: evenly spaced, or at random as users come" },
    { .key = "concurrency", .letter = 'c', .type = OPT_INT, .offset = AT(int64_t, concurrency), .unit = "N",
      .preset = "1", .lo = 1, .hi = 100000, .help = "closed loop: so many at a time, each starts when one has ended" },
    { .key = "prompt", .type = OPT_TEXT, .offset = AT(const char *, prompt), .unit = "FILE",
      .help = "prompt in FILE, or one a line of FILE.jsonl as {\"prompt\": \"…\"}; - is stdin" },
    { .key = "text", .type = OPT_TEXT, .offset = AT(const char *, text), .unit = "TEXT", .help = "prompt TEXT" },
    { .key = "input_tokens", .type = OPT_INT, .offset = AT(int64_t, input_tokens), .unit = "N",
      .preset = "100", .lo = 1, .hi = 2000000, .help = "synthetic prompts of about N tokens, each with a prefix of its own" },
    { .key = "usage", .type = OPT_TEXT, .offset = AT(const char *, usage), .unit = "NAME",
      .help = "synthetic prompts with the joint lengths of imported usage, a summary or a trace" },
    { .key = "max_tokens", .type = OPT_INT, .offset = AT(int64_t, max_tokens), .unit = "N",
      .preset = "128", .lo = 1, .hi = 1000000, .help = "most output tokens of an answer" },
    { .key = "no_stream", .type = OPT_FLAG, .offset = AT(bool, no_stream), .unit = "",
      .help = "call Converse instead of ConverseStream" },
    { .key = "unique_prefix", .type = OPT_FLAG, .offset = AT(bool, unique_prefix), .unit = "",
      .help = "words of its own in front of each given prompt, against caches" },
    { .key = "image", .type = OPT_LIST, .offset = AT(struct opt_list, image), .unit = "FILE",
      .help = "attach an image (png, jpg, gif, webp); may be repeated" },
    { .key = "document", .type = OPT_LIST, .offset = AT(struct opt_list, document), .unit = "FILE",
      .help = "attach a document (pdf, docx, txt, …); may be repeated" },
    { .key = "attachment_tokens", .type = OPT_INT, .offset = AT(int64_t, attachment_tokens), .unit = "N",
      .lo = 1, .hi = 2000000, .help = "input tokens of all attachments at most, for the spend cap" },
    { .key = "cache", .type = OPT_FLAG, .offset = AT(bool, cache), .unit = "",
      .help = "cache probe: one request writes the prompt to the cache, the others read it" },
    { .key = "cache_ttl", .type = OPT_CHOICE, .offset = AT(int, cache_ttl), .unit = "TTL",
      .choices = "default|5m|1h", .preset = "default", .hi = 2, .help = "how long the cache lives" },
    { .key = "tier", .type = OPT_CHOICE, .offset = AT(int, tier), .unit = "TIER",
      .choices = "standard|priority|flex|latency-optimized", .preset = "standard", .hi = 3,
      .help = "service tier" },
    { .key = "warmup", .type = OPT_INT, .offset = AT(int64_t, warmup), .unit = "N",
      .preset = "0", .lo = 0, .hi = 100000, .help = "requests before the measured ones, one after the other, shown apart" },
    { .key = "max_usd", .type = OPT_TEXT, .offset = AT(const char *, max_usd), .unit = "USD",
      .help = "the most the probe may cost; refused when the worst case is above" },
    { .key = "usd_per_mtok", .type = OPT_TEXT, .offset = AT(const char *, usd_per_mtok), .unit = "IN,OUT",
      .help = "price per million tokens where the catalog has none" },
    { .key = "timeout_s", .type = OPT_REAL, .offset = AT(double, timeout_s), .unit = "S",
      .preset = "300", .lo = 0.01, .hi = 86400, .help = "longest that one request may take" },
    { .key = "drain_s", .type = OPT_REAL, .offset = AT(double, drain_s), .unit = "S",
      .preset = "0", .lo = 0, .hi = 86400, .help = "longest wait for requests in flight at the end; 0 for all of them" },
    { .key = "max_in_flight", .type = OPT_INT, .offset = AT(int64_t, max_in_flight), .unit = "N",
      .preset = "2000", .lo = 1, .hi = 100000, .help = "most requests of an open loop at one time" },
    { .key = "endpoint_url", .type = OPT_TEXT, .offset = AT(const char *, endpoint_url), .unit = "URL",
      .help = "speak to URL instead of AWS's own endpoint" },
    { .key = "region", .letter = 'r', .type = OPT_TEXT, .offset = AT(const char *, region), .unit = "R",
      .help = "AWS region; else the ARN's, AWS_REGION, the profile's" },
    { .key = "profile", .type = OPT_TEXT, .offset = AT(const char *, profile), .unit = "P",
      .help = "profile of the AWS config files" },
    { .key = "dry_run", .type = OPT_FLAG, .offset = AT(bool, dry_run), .unit = "",
      .help = "print the first request and the worst-case cost; send nothing" },
    { .key = "save", .type = OPT_TEXT, .offset = AT(const char *, save), .unit = "NAME",
      .help = "name of the saved run, else the model and the time" },
    { .key = "no_save", .type = OPT_FLAG, .offset = AT(bool, no_save), .unit = "", .help = "do not save the run" },
    { .key = "data", .type = OPT_TEXT, .offset = AT(const char *, data), .unit = "DIR",
      .help = "folder of saved runs and usage, else $XDG_DATA_HOME/bedplan" },
    { .key = "plots", .type = OPT_TEXT, .offset = AT(const char *, plots), .unit = "DIR",
      .help = "draw distribution and timeline into DIR" },
    { .key = "strict", .type = OPT_FLAG, .offset = AT(bool, strict), .unit = "",
      .help = "exit 1 when more than 1 % of an open loop's starts were over 50 ms late" },
    { .key = "saturate", .type = OPT_FLAG, .offset = AT(bool, saturate), .unit = "",
      .help = "find the token rates that a provisioned model's units deliver" },
    { .key = "saturate_for", .type = OPT_TEXT, .offset = AT(const char *, saturate_for), .unit = "TIME",
      .preset = "5m", .help = "of --saturate: how long each of its three parts is held" },
    { .key = "units", .type = OPT_INT, .offset = AT(int64_t, units), .unit = "N",
      .lo = 1, .hi = 100000, .help = "of --saturate: how many model units it has, else AWS is asked" },
    PROOF_OPTION(AT(bool, explain)),
};
#undef AT
/* clang-format on */

/* What the engine tells of each request. */
struct listener {
    struct probe_writer *writer; /* NULL: not saved */
    const struct probe_order *order;
    bool shows;
    int64_t shown_ns, ended, failed;
};

static void show_progress(struct listener *l)
{
    int64_t now = client_now_ns();
    if (now - l->shown_ns < 1000000000) return;
    l->shown_ns = now;
    fprintf(stderr, "\r%lld requests ended, %lld of them failed ", (long long)l->ended,
            (long long)l->failed);
}

static enum err_code on_record(void *context, const struct probe_record *r,
                               struct err *e)
{
    struct listener *l = context;
    l->ended++;
    l->failed += r->failure != FAILURE_NONE;
    if (l->shows) show_progress(l);
    return l->writer ? probe_writer_add(l->writer, r, e) : OK;
}

static void finish_meta(struct probe_meta *m, const struct probe_run *run)
{
    m->finished = true;
    m->stop = run->stop;
    m->measured_ns = run->measured_ns;
    m->offered_ns = run->offered_ns;
    m->in_flight_at_stop = run->in_flight_at_stop;
    m->cut_off = run->cut_off;
    m->capped_starts = run->capped_starts;
}

/* Runs and saves; the result of a run that broke is in `run` too. */
static enum err_code run_saved(struct probe_run *run, struct probe_setup *p,
                               struct app *app, struct err *e)
{
    struct probe_store *store = NULL;
    struct listener l = { .order = &p->order,
                          .shows = isatty(STDERR_FILENO) && !app->opt.quiet,
                          .shown_ns = client_now_ns() };
    if (!p->set->no_save) {
        if (probe_store_open(&store, p->set->data, true, app->arena, e)) return e->code;
        if (probe_writer_open(&l.writer, store, &p->meta, e)) {
            probe_store_close(store);
            return e->code;
        }
    }
    p->order.on_record = on_record;
    p->order.context = &l;
    p->order.interrupts = probe_interrupt_catch(p->client);
    enum err_code code = probe_run(run, &p->order, p->client, app->arena, e);
    finish_meta(&p->meta, run);
    struct err saving = { 0 };
    if (probe_writer_close(l.writer, &p->meta, &saving) && !code)
        code = err_set(e, saving.code, "%s", saving.msg);
    probe_store_close(store);
    probe_interrupt_release();
    if (l.shows && l.ended && l.shown_ns) fputs("\r\033[K", stderr);
    return code;
}

/* The class that most requests failed with. */
static enum err_code all_failed(const struct probe_result *r,
                                const struct probe_run *run, struct err *e)
{
    int worst = FAILURE_OTHER;
    for (int c = 1; c < FAILURE_CLASSES; c++)
        if (r->errors[c] > r->errors[worst]) worst = c;
    if (failure_err(e, &run->first_failure[worst]) == OK) return OK;
    return err_wrap(e, "no request succeeded: ");
}

/* The exit status of what was measured. */
static enum err_code verdict(const struct probe_setup *p, const struct probe_run *run,
                             const struct probe_result *r, struct err *e)
{
    const char *saved = *p->meta.name ? p->meta.name : "not saved";
    if (run->stop == PROBE_STOPPED_USER)
        return err_set(e, ERR_INTERRUPTED, "interrupted after %lld requests (%s)",
                       (long long)r->requests, saved);
    if (run->stop == PROBE_STOPPED_CAP)
        return err_set(
            e, ERR_CAP,
            "stopped after %lld requests: the next could pass --max-usd (%s)",
            (long long)r->requests, saved);
    if (r->requests && !r->ok) return all_failed(r, run, e);
    if (p->set->strict && r->meta->open_loop && !r->open_loop_held)
        return err_set(e, ERR_GATE, "%lld of %lld starts were over %d ms late",
                       (long long)r->late_starts, (long long)r->requests,
                       PROBE_LATE_MS);
    return OK;
}

static enum err_code explain(const struct probe_setup *p, struct app *app,
                             struct err *e)
{
    struct proof_list why;
    if (!p->set->explain) return OK;
    if (probe_price_proofs(&why, &p->price, app->arena, e)) return e->code;
    if (!why.count) app_note(app, "%s", p->price.basis);
    proof_text(app, &why);
    return OK;
}

static enum err_code dry_run(struct probe_setup *p, struct app *app, struct err *e)
{
    struct buf body = { .max = 64 << 20 };
    struct usd worst;
    char text[USD_TEXT];
    if (probe_prompts_body(&body, &p->prompts, 0, e)) return e->code;
    struct aws_request r = { .operation =
                                 p->order.stream ? AWS_CONVERSE_STREAM : AWS_CONVERSE,
                             .subject = p->model,
                             .body = { body.p, body.n } };
    enum err_code code = client_show(p->client, &r, app->out, e);
    buf_clear(&body);
    if (code || usd_round(&worst, p->worst, e)) return e->code;
    int64_t n =
        p->order.open_loop ? (int64_t)p->order.schedule.count : p->order.requests;
    if (n)
        app_note(app, "%lld requests like this one, %s; nothing was sent",
                 (long long)(n + p->order.warmup + p->order.cache),
                 probe_load_text(&p->meta, app->arena));
    if (p->worst_known && p->price.priced)
        app_note(app, "costs %s USD at most (%s)", usd_show(text, worst),
                 p->price.basis);
    return explain(p, app, e);
}

/* Whether lines of the tokens that were counted come to what the requests cost, each
 * for itself: not where some were long. */
static bool proved(struct proof_list *out, const struct probe_setup *p,
                   const struct probe_result *r, struct arena *a)
{
    struct usd_acc sum = { 0 };
    struct usd usd = { 0 };
    struct err none = { 0 };
    struct probe_tokens t = { r->input_tokens, r->output_tokens, r->cache_read_tokens,
                              r->cache_write_tokens };
    if (!r->usd_known || !p->price.priced ||
        probe_price_lines(out, &p->price, t, a, &none))
        return false;
    for (size_t i = 0; i < out->count; i++)
        if (usd_acc_add(&sum, out->line[i].quantity, out->line[i].proof->rate, &none))
            return false;
    return usd_round(&usd, sum, &none) == OK && usd.nusd == r->usd.nusd;
}

static enum err_code measure(struct probe_setup *p, struct app *app, struct err *e)
{
    struct probe_run run = { 0 };
    struct probe_result result;
    struct err late = { 0 };
    if (probe_setup_cap(p, app, e) || client_sign_in(p->client, e)) return e->code;
    enum err_code code = run_saved(&run, p, app, e);
    if (code && run.count == 0) return code;
    if (probe_result_of(&result, &p->meta, run.record, run.count, app->arena, &late))
        return code ? code : err_set(e, late.code, "%s", late.msg);
    struct proof_list lines;
    if (proved(&lines, p, &result, app->arena)) result.prices = &lines;
    result.explain = p->set->explain;
    if (probe_print(app, &result, &late) && !code)
        code = err_set(e, late.code, "%s", late.msg);
    if (!code && app->format != FORMAT_JSON) code = explain(p, app, e);
    if (!code && p->set->plots)
        code = probe_charts(&result, run.record, run.count, p->set->plots, app, e);
    return code ? code : verdict(p, &run, &result, e);
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct probe_settings *s = settings;
    struct probe_setup p = { 0 };
    if (args->count != 1)
        return err_set(e, ERR_USAGE, "probe wants one MODEL (or list, show, compare)");
    if (!probe_setup_make(&p, app, args->text[0], s, e)) {
        if (s->dry_run)
            (void)!dry_run(&p, app, e);
        else if (s->saturate)
            (void)!probe_saturate(&p, app, e); /* the cause is in `e` */
        else
            (void)measure(&p, app, e);
    }
    client_close(p.client);
    return e->code;
}

const struct command cmd_probe = {
    .name = "probe",
    .usage = "MODEL [options]",
    .summary = "measure latency and throughput, with a cap on what it costs",
    .details =
        "Calls MODEL (an id, an inference profile or an ARN) and times what comes back "
        "on the monotonic clock, when bytes leave the socket. Nothing is repeated "
        "behind your back. 'bedplan probe list', 'show', 'compare', 'plot' and 'drop' "
        "look at saved runs; plan judges ttft_p95_ms by them.\n"
        "\n"
        "With --rate the starts are computed before the run and do not wait for "
        "answers "
        "(an open loop); without it --concurrency requests are kept in flight (a "
        "closed "
        "loop), which hides outages: a service that stalls is asked less.\n"
        "\n"
        "ttft_ms is from a request's start to the first text or reasoning that is not "
        "empty; latency_ms to the last; stream_ms to the end of the stream; tpot_ms is "
        "(last - first content) / (output tokens - 1) with AWS's own count; gap_ms are "
        "the raw times between events; response_ms counts from the intended start, and "
        "attempts_ms takes a failed request as one that never ends; service_ms is "
        "AWS's "
        "latencyMs; lag_ms is our own lateness. Percentiles interpolate order "
        "statistics, and are left out where the sample is too small (p50 wants 5, p90 "
        "29, p95 59, p99 299); their intervals hold with 95 % for any distribution. lo "
        "and hi in JSON are those of p50, intervals has all.\n"
        "\n"
        "The worst case (every prompt byte a token, every answer as long as "
        "--max-tokens) is refused above --max-usd, and the run stops (exit 6) when "
        "what is spent plus the worst of what is in flight could pass it. Ctrl-C waits "
        "for what is in flight, saves, and exits 130; a second one ends at once.\n"
        "\n"
        "--saturate asks a provisioned model for more than it has, in three parts "
        "(long "
        "prompts, long answers, both), and counts what it lets through once its bucket "
        "is empty: what a unit delivers, and whether input and output draw on one "
        "budget. No token of it is billed.",
    .example = "bedplan probe amazon.nova-lite-v1:0 --region us-east-1 --rate 2 "
               "--for 5m --max-usd 0.50\n"
               "bedplan probe us.amazon.nova-pro-v1:0 --prompt question.txt "
               "--requests 300 --max-usd 1 --save pro-monday\n"
               "bedplan probe amazon.nova-lite-v1:0 --region us-east-1 --dry-run",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct probe_settings),
    .formats = FORMATS_TABLE,
    .sealed = true,
    .run = run,
};
