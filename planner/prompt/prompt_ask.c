#include "prompt_ask.h"

#include <string.h>

#include "plan_config.h"
#include "proof.h"
#include "region.h"
#include "size_plan.h"
#include "text.h"
#include "token_guess.h"

enum { WEEK = 168 };

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct prompt_settings, T, f)
const struct opt prompt_ask_opts[PROMPT_DIFF_OPTS] = {
    { .key = "samples", .letter = 's', .type = OPT_TEXT, .offset = AT(const char *, samples),
      .unit = "FILE", .help = "values of the variables: CSV with their names, or JSON lines" },
    { .key = "model", .letter = 'm', .type = OPT_TEXT, .offset = AT(const char *, model),
      .unit = "M", .help = "price it with this model; else the prompt's own" },
    { .key = "region", .letter = 'r', .type = OPT_TEXT, .offset = AT(const char *, region),
      .unit = "R", .preset = "us-east-1", .help = "AWS region; else the plan's" },
    { .key = "routing", .type = OPT_CHOICE, .offset = AT(int, routing), .unit = "R",
      .choices = "default|in-region|geo|global", .preset = "default", .hi = ROUTING_GLOBAL,
      .help = "in-region where sold so, else the geography; global when asked" },
    { .key = "plan", .letter = 'p', .type = OPT_TEXT, .offset = AT(const char *, plan),
      .unit = "FILE", .help = "a plan whose workload sends the prompt" },
    { .key = "workload", .letter = 'w', .type = OPT_TEXT, .offset = AT(const char *, workload),
      .unit = "NAME", .help = "which one, where the plan has several" },
    { .key = "requests_per_day", .type = OPT_REAL, .offset = AT(double, requests_per_day),
      .unit = "N", .lo = 0, .hi = 1e12, .help = "or: so many requests a day, Poisson, day and night" },
    { .key = "output_tokens", .type = OPT_REAL, .offset = AT(double, output_tokens),
      .unit = "N", .lo = 0, .hi = 1e7, .help = "of a mean answer; else the workload's" },
    { .key = "cache_prefixes", .type = OPT_INT, .offset = AT(int64_t, cache_prefixes),
      .unit = "N", .preset = "1", .lo = 1, .hi = 1000000000,
      .help = "prefixes that share the requests beside what samples show; else the workload's" },
    { .key = "cache_ttl", .type = OPT_CHOICE, .offset = AT(int, cache_ttl), .unit = "T",
      .choices = "5m|1h", .preset = "5m", .hi = 1,
      .help = "how long a prefix lives after its last use, where the prompt does not say" },
    { .key = "bytes_per_token", .type = OPT_REAL, .offset = AT(double, bytes_per_token),
      .unit = "N", .lo = 0.5, .hi = 20, .help = "of this prompt, counted once; else 4 and 30% of doubt" },
    { .key = "at", .type = OPT_DATE, .offset = AT(int64_t, at_unix_s), .unit = "DATE",
      .help = "the prices of that day instead of today's" },
    { .key = "data", .type = OPT_TEXT, .offset = AT(const char *, data),
      .unit = "DIR", .help = "folder of the store, else $XDG_DATA_HOME/bedplan" },
    { .key = "count_tokens", .type = OPT_INT, .offset = AT(int64_t, count_tokens),
      .unit = "N", .lo = 1, .hi = 10000,
      .help = "have Bedrock's CountTokens, which is free, count N samples with the model" },
    { .key = "endpoint_url", .type = OPT_TEXT, .offset = AT(const char *, endpoint_url),
      .unit = "U", .help = "ask there instead of AWS" },
    { .key = "profile", .type = OPT_TEXT, .offset = AT(const char *, profile),
      .unit = "P", .help = "profile of AWS's config files" },
    { .key = "dry_run", .type = OPT_FLAG, .offset = AT(bool, dry_run), .unit = "",
      .help = "show the first question to CountTokens and send nothing" },
    PROOF_OPTION(AT(bool, explain)),
    { .key = "words", .type = OPT_FLAG, .offset = AT(bool, words),
      .unit = "", .help = "word by word: [-gone-] {+new+}" },
};
#undef AT
/* clang-format on */

static const struct workload_settings *find_workload(const struct plan_config *c,
                                                     const char *name)
{
    for (size_t i = 0; name && i < c->workloads; i++)
        if (strcmp(c->workload[i].name, name) == 0) return &c->workload[i];
    return &c->workload[0];
}

/* Rate, hours, bursts and answers of a plan's workload. */
static enum err_code of_plan(struct prompt_ask *out, const struct prompt_settings *s,
                             struct app *app, struct err *e)
{
    struct size_settings size = { .workload = s->workload,
                                  .data = s->data,
                                  .region = s->region };
    struct size_source *src = ARENA_NEW(app->arena, struct size_source, 1);
    struct plan_config c;
    if (size_plan_read(src, &size, app, s->plan, e) ||
        plan_config_read(&c, s->plan, app->opt.now_unix_s, app->arena, e))
        return e->code;
    const struct workload_settings *w = find_workload(&c, s->workload);
    out->workload = arena_printf(app->arena, "%s of %s", w->name, s->plan);
    out->arrivals = src->words;
    out->region = size.region;
    out->requests_per_day = w->requests_per_day;
    out->arrival = (struct cache_arrivals){ .requests_per_s = src->model.requests_per_s,
                                            .hour_factor = src->model.hour_factor,
                                            .hours = WEEK,
                                            .bursts = &src->model };
    if (app_origin(app, "output_tokens") == OPT_PRESET)
        out->output_tokens = lengths_output_mean(&src->lengths);
    if (app_origin(app, "cache_prefixes") == OPT_PRESET)
        out->prefixes = (double)w->cache_prefixes;
    if (app_origin(app, "cache_ttl") == OPT_PRESET) out->hour = w->cache_ttl;
    return OK;
}

static void of_rate(struct prompt_ask *out, const struct prompt_settings *s)
{
    out->workload = "stated traffic";
    out->arrivals = "Poisson arrivals, day and night alike";
    out->requests_per_day = s->requests_per_day;
    out->arrival.requests_per_s = s->requests_per_day / 86400;
}

static enum err_code take_model(struct prompt_ask *out, const struct prompt_settings *s,
                                const char *id, struct app *app, struct err *e)
{
    struct catalog *c;
    struct price_row *rows;
    size_t count;
    enum routing routing = ROUTING_DEFAULT;
    if (app_catalog(app, &c, e) ||
        catalog_model(&out->model, &routing, c, id, app->arena, e) ||
        catalog_check_region(c, out->region, app->arena, e) ||
        catalog_prices(&rows, &count, c, out->model.id, app->arena, e) ||
        cache_limits_of(&out->limits, c, out->model.id, app->arena, e))
        return e->code;
    struct price_offer offer = catalog_offer(&out->model, out->region);
    if (s->routing != ROUTING_DEFAULT) routing = (enum routing)s->routing;
    int64_t at = s->at_unix_s ? s->at_unix_s : app->opt.now_unix_s;
    out->priced = true;
    return tariff_build(&out->tariff, out->model.id, rows, count, &offer, routing,
                        TIER_STANDARD, at, e);
}

enum err_code prompt_ask_read(struct prompt_ask *out, const struct prompt_settings *s,
                              const char *model, struct app *app, struct err *e)
{
    *out = (struct prompt_ask){ .bytes_per_token = TOKEN_GUESS_BYTES,
                                .output_tokens = s->output_tokens,
                                .region = region_asked(app, s->region),
                                .prefixes = (double)s->cache_prefixes,
                                .hour = s->cache_ttl == 1,
                                .life = ARENA_NEW(app->arena, struct cache_life *,
                                                  TOKEN_KINDS) };
    if (app_origin(app, "bytes_per_token") != OPT_PRESET) {
        out->bytes_per_token = s->bytes_per_token;
        out->stated_bytes = true;
    }
    bool rate = app_origin(app, "requests_per_day") != OPT_PRESET;
    if (rate && s->plan)
        return err_set(e, ERR_USAGE,
                       "--requests-per-day and --plan exclude each other");
    if (s->workload && !s->plan)
        return err_set(e, ERR_USAGE, "--workload wants the --plan it is in");
    if (s->samples) {
        struct prompt_samples *samples =
            ARENA_NEW(app->arena, struct prompt_samples, 1);
        if (prompt_samples_read(samples, s->samples, app->arena, e)) return e->code;
        out->samples = samples;
    }
    if (s->plan && of_plan(out, s, app, e)) return e->code;
    if (rate) of_rate(out, s);
    if (s->model) model = s->model;
    return model ? take_model(out, s, model, app, e) : OK;
}
