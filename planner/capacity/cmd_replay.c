#include "capacity.h"
#include "proof.h"
#include "region.h"
#include "replay_report.h"

struct replay_settings {
    int64_t units;
    const char *model, *region;
    bool custom, explain;
    struct capacity_settings capacity;
};

/* clang-format off */
static const struct opt opts[] = {
    { .key = "units", .letter = 'u', .type = OPT_INT, .unit = "N", .lo = 1, .hi = 1000000,
      .offset = OPT_FIELD(struct replay_settings, int64_t, units),
      .help = "provisioned model units" },
    { .key = "model", .letter = 'm', .type = OPT_TEXT, .unit = "MODEL",
      .offset = OPT_FIELD(struct replay_settings, const char *, model),
      .help = "price what was admitted: units by the hour, a quota by the token" },
    { .key = "custom", .type = OPT_FLAG, .unit = "",
      .offset = OPT_FIELD(struct replay_settings, bool, custom), .help = "a custom model of it" },
    { .key = "region", .type = OPT_TEXT, .unit = "R", .preset = "us-east-1",
      .offset = OPT_FIELD(struct replay_settings, const char *, region),
      .help = "region of the prices; else AWS_REGION, AWS_DEFAULT_REGION" },
    PROOF_OPTION(OPT_FIELD(struct replay_settings, bool, explain)),
    CAPACITY_OPTS(struct replay_settings, capacity),
};
/* clang-format on */

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct replay_settings *s = settings;
    struct arena *a = app->arena;
    struct trace trace;
    struct replay_report r = { .trace = &trace, .units = s->units };
    struct replay_request *request = NULL;
    if (args->count != 1)
        return err_set(e, ERR_USAGE, "replay wants one trace, TRACE.csv");
    r.path = args->text[0];
    if (capacity_admission(&r.admission, &s->capacity, app, s->units, e) ||
        admission_rules(&r.rules, &r.admission, e) || trace_read(&trace, r.path, a, e))
        return e->code;
    if (replay_requests(&request, trace.request, trace.count, a, e) ||
        replay_run(&r.result, &r.rules, request, trace.count, (uint64_t)app->opt.seed,
                   NULL, a, e)) {
        return err_wrap(e, "%s: ", r.path);
    }
    capacity_warn(app, &r.rules);
    if (trace.has_max_tokens && r.admission.reserve == RESERVE_ACTUAL)
        app_note(app, "%s states max_tokens, which --reserve max would reserve",
                 r.path);
    if (s->explain && !s->model)
        return err_set(e, ERR_USAGE, "--explain is of the prices of --model");
    if (s->model &&
        replay_cost(&r, app, s->model, region_asked(app, s->region), s->custom, e))
        return e->code;
    if (app->format == FORMAT_JSON) return replay_json(app, &r, s->explain, e);
    replay_text(app, &r);
    if (s->explain) proof_text(app, &r.cost);
    return OK;
}

const struct command cmd_replay = {
    .name = "replay",
    .usage = "TRACE.csv (--units N --unit-input-tpm X --unit-output-tpm Y | "
             "--quota-tpm X) [options]",
    .summary = "what a capacity would have refused of a trace, request by request",
    .details =
        "TRACE.csv has the columns timestamp (or seconds), input, output, optionally "
        "cached (tokens of the input that a cache answers, which count for nothing) "
        "and "
        "max_tokens; Azure's ContextTokens and GeneratedTokens are known too.\n\n"
        "A capacity is a set of token buckets that must all have room: input and "
        "output "
        "of provisioned units, or tokens per minute, requests per minute and tokens "
        "per "
        "day of an on-demand quota. Each starts full, holds --window seconds of its "
        "rate "
        "and refills continuously. A request that no full bucket could hold is "
        "oversize. "
        "With --reserve max a request holds max_tokens until it ends; on demand, "
        "output "
        "counts --burndown times from then on, and the level may go below zero.\n\n"
        "A request counts as throttled once, after its last attempt. Without --retry "
        "sdk "
        "the same trace gives the same answer on every machine; with it, for a --seed. "
        "Utilisation is what was charged over what the rate offers from the first to "
        "the "
        "last arrival: buckets start full, so it may pass 100 %.\n\n"
        "With --model the units are priced for every hour that the trace begins, "
        "without "
        "commitment, whether used or not; of a quota, the admitted tokens on "
        "demand.\n\n"
        "JSON: requests, admitted, throttled, oversize, throttled_share, "
        "first_try_throttled, attempts, wait_ms{p50,p95,p99,max} of the admitted, "
        "input_tokens (uncached), cached_tokens and output_tokens of the admitted, "
        "utilisation{input,output} (of a quota: their parts of tokens per minute), "
        "buckets[{name, rate, period_s, charged, utilisation, refused}], "
        "in_flight{mean,max} where reservations are followed, span_s, seed; with "
        "--model lines[] and usd.",
    .example = "bedplan replay trace.csv --units 2 --unit-input-tpm 200k "
               "--unit-output-tpm 40k\n"
               "bedplan replay trace.csv --quota-tpm 1M --quota-rpm 500 --burndown 5 "
               "--max-tokens 4096 --ttft-ms 700 --tpot-ms 20 --retry sdk",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct replay_settings),
    .sealed = true,
    .run = run,
};
