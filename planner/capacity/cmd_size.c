#include "proof.h"
#include "quota_request.h"
#include "region.h"
#include "size_answer.h"

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct size_settings, T, f)
static const struct opt opts[] = {
    { .key = "trace", .type = OPT_TEXT, .unit = "FILE", .offset = AT(const char *, trace),
      .help = "size for traffic like this trace (CSV: time, input and output tokens)" },
    { .key = "usage", .type = OPT_TEXT, .unit = "NAME", .offset = AT(const char *, usage),
      .help = "size for imported usage, or for a usage summary FILE.json" },
    { .key = "workload", .type = OPT_TEXT, .unit = "NAME", .offset = AT(const char *, workload),
      .help = "which workload of the plan, where it has several" },
    { .key = "candidate", .type = OPT_TEXT, .unit = "NAME", .offset = AT(const char *, candidate),
      .help = "take model, unit rate, latency and scales from this candidate of the plan" },
    { .key = "scale", .type = OPT_REAL, .unit = "X", .preset = "1", .lo = 1e-6, .hi = 1e6,
      .offset = AT(double, scale), .help = "X times as many requests" },
    { .key = "target_throttled", .type = OPT_RATIO, .unit = "%", .preset = "0.1%", .lo = 1e-6, .hi = 0.9,
      .offset = AT(double, target), .help = "largest share of requests that may be refused" },
    { .key = "quota_request", .type = OPT_FLAG, .unit = "", .offset = AT(bool, quota_request),
      .help = "what AWS's form for a higher on-demand quota asks, and whether max_tokens would do" },
    { .key = "model", .letter = 'm', .type = OPT_TEXT, .unit = "MODEL", .offset = AT(const char *, model),
      .help = "whose units (or quotas) to look up" },
    { .key = "custom", .type = OPT_FLAG, .unit = "", .offset = AT(bool, custom),
      .help = "a custom model of it" },
    { .key = "region", .type = OPT_TEXT, .unit = "R", .preset = "us-east-1", .offset = AT(const char *, region),
      .help = "region of prices and quotas; else AWS_REGION, AWS_DEFAULT_REGION" },
    { .key = "routing", .type = OPT_CHOICE, .unit = "R", .choices = "default|in-region|geo|global",
      .preset = "default", .hi = ROUTING_GLOBAL, .offset = AT(int, routing),
      .help = "whose quota: in-region where there is one, else the geography's" },
    { .key = "max_units", .type = OPT_INT, .unit = "N", .preset = "1000000", .lo = 1, .hi = SIZING_MOST_UNITS,
      .offset = AT(int64_t, most_units), .help = "units that can be had (the account's quota)" },
    { .key = "replicas", .type = OPT_INT, .unit = "N", .preset = "64", .lo = 16, .hi = 65536,
      .offset = AT(int64_t, replicas), .help = "independent replicas of the traffic, a multiple of 8" },
    { .key = "threads", .type = OPT_INT, .unit = "N", .lo = 1, .hi = 64, .offset = AT(int64_t, threads),
      .help = "threads to work on; the answer does not depend on it [one a processor]" },
    { .key = "data", .type = OPT_TEXT, .unit = "DIR", .offset = AT(const char *, data),
      .help = "folder of the store of --usage, else $XDG_DATA_HOME/bedplan" },
    { .key = "plot", .type = OPT_TEXT, .unit = "FILE", .offset = AT(const char *, plot),
      .help = "draw the refused share against the number of units (svg, png or pdf)" },
    PROOF_OPTION(AT(bool, explain)),
    CAPACITY_OPTS(struct size_settings, capacity),
};
#undef AT
/* clang-format on */

static enum err_code answer(struct app *app, const struct size_settings *s,
                            const struct size_source *src, struct err *e)
{
    struct size_answer x;
    if (size_answer(&x, app, s, src, e)) return e->code;
    if (s->plot && size_chart(&x, s->plot, app->arena, e)) return e->code;
    if (app->format == FORMAT_JSON) return size_json(app, &x, e);
    if (app->format == FORMAT_TEXT)
        size_text(app, &x, e);
    else
        size_table(app, &x);
    struct proof_list why;
    if (s->explain && !e->code && size_proofs(&why, &x, app->arena, e) == OK)
        proof_text(app, &why);
    return e->code;
}

static enum err_code request(struct app *app, const struct size_settings *s,
                             const struct size_source *src, struct err *e)
{
    struct quota_request q;
    if (s->plot) return err_set(e, ERR_USAGE, "--quota-request draws no chart");
    if (s->explain) return err_set(e, ERR_USAGE, "--quota-request uses no price");
    if (quota_request(&q, app, s, src, e)) return e->code;
    if (app->format == FORMAT_JSON) return quota_request_json(app, &q, e);
    if (app->format == FORMAT_TEXT)
        quota_request_text(app, &q);
    else
        quota_request_table(app, &q);
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    struct size_settings *s = settings;
    struct size_source src;
    if (s->replicas % TRAFFIC_LANES)
        return err_set(e, ERR_USAGE, "--replicas must be a multiple of %d, not %lld",
                       TRAFFIC_LANES, (long long)s->replicas);
    s->region = region_asked(app, s->region);
    if (size_source_read(&src, s, app, args, e)) return e->code;
    if (src.growth_note) app_note(app, "%s", src.growth_note);
    return s->quota_request ? request(app, s, &src, e) : answer(app, s, &src, e);
}

const struct command cmd_size = {
    .name = "size",
    .usage = "[plan.ini | --trace FILE | --usage NAME] [options]",
    .summary = "how many model units, or which quota, a traffic needs",
    .details =
        "Makes traffic like that of a trace, of imported usage or of a plan's workload "
        "(its hours, bursts and lengths), runs independent replicas of it against the "
        "token buckets of 'bedplan help replay', and finds the smallest number of "
        "model "
        "units that refuses less than --target-throttled with 95 % confidence. How "
        "long "
        "a window AWS enforces is not published: the answer is given for 1, 10 and 60 "
        "seconds, and for --window. What no full bucket could hold counts as "
        "refused.\n\n"
        "What one unit delivers is not published either. Without --unit-input-tpm and "
        "--unit-output-tpm the answer goes the other way round: the rate that each "
        "unit "
        "would have to deliver for 1, 2 and more units to be enough. Of all pairs of "
        "input "
        "and output rates that are, it is the one that refuses about as much for want "
        "of input as of output.\n\n"
        "With --model the units are priced by the hour on each commitment.\n\n"
        "A plan's workload is taken as a week at the plan's start. A trace is also "
        "replayed as it is, once. Hours are cut down to what the target needs to be "
        "shown; more --replicas narrow the interval.\n\n"
        "With --quota-request: the numbers that AWS's form for a quota increase asks; "
        "the quota that would meet the target, reserving what comes out or max_tokens; "
        "and the largest max_tokens with which the present quota (--quota-tpm and "
        "--quota-rpm, or the catalog's default for --model) would do.\n\n"
        "JSON: units, throttled_share{mean,lo,hi}, windows[{window_s, units, "
        "replayed_units, points[{units, throttled_share{mean,lo,hi}, "
        "refused_share{mean,lo,hi}, oversize_share, wait_ms{p50,p95,p99,max}, "
        "utilisation{input,output}}]], required_rate[{units, unit_input_tpm, "
        "unit_output_tpm}], usd_per_hour{none,1-month,6-month}, prices[], requests, "
        "replicas, seed.",
    .example = "bedplan size --trace trace.csv --unit-input-tpm 200k --unit-output-tpm "
               "40k --model amazon.nova-micro-v1:0\n"
               "bedplan size plan.ini --candidate tuned-micro\n"
               "bedplan size --usage prod --quota-request --model "
               "amazon.nova-pro-v1:0 --max-tokens 4096 --ttft-ms 700 --tpot-ms 15",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct size_settings),
    .formats = FORMATS_TABLE,
    .sealed = true,
    .run = run,
};
