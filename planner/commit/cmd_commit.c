#include <string.h>

#include "app.h"
#include "commit_answer.h"
#include "file.h"
#include "proof.h"

enum { MOST_BYTES = 1 << 29 };

struct settings {
    const char *demand, *hourly, *spill, *weights, *plot, *plot_calendar;
    struct opt_list term, existing;
    bool prorate, explain;
    int64_t cap;
    double spill_max, spill_share_max;
    int64_t start;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "demand", .unit = "FILE", .type = OPT_TEXT, .offset = AT(const char *, demand),
      .help = "CSV hour,units[,units2,...]: model units, a column a scenario" },
    { .key = "hourly", .unit = "USD|none", .type = OPT_TEXT, .offset = AT(const char *, hourly),
      .help = "price of a unit for an hour without commitment" },
    { .key = "spill", .unit = "USD|none", .type = OPT_TEXT, .offset = AT(const char *, spill),
      .help = "on-demand price of the traffic that a unit carries in an hour; none: every hour must be covered" },
    { .key = "term", .unit = "NAME=HOURS:USD[:START_EVERY]", .type = OPT_LIST, .offset = AT(struct opt_list, term),
      .help = "a commitment, its length, its price for all of it; starts every so many hours from hour 0 on [1]" },
    { .key = "existing", .unit = "UNITS:UNTIL[:FROM]", .type = OPT_LIST, .offset = AT(struct opt_list, existing),
      .help = "units already committed, until an hour or date" },
    { .key = "weights", .unit = "W1,W2,…", .type = OPT_TEXT, .offset = AT(const char *, weights),
      .help = "weights of the scenarios" },
    { .key = "cap", .unit = "UNITS", .type = OPT_INT, .offset = AT(int64_t, cap), .preset = "-1",
      .lo = -1, .hi = COMMIT_MAX_LEVELS, .help = "units at once, hourly ones included (the quota); -1: no limit" },
    { .key = "spill_max", .unit = "UNITS", .type = OPT_REAL, .offset = AT(double, spill_max), .preset = "-1",
      .lo = -1, .hi = COMMIT_MAX_LEVELS, .help = "traffic that on-demand takes in an hour, in units; -1: no limit" },
    { .key = "spill_share_max", .unit = "SHARE", .type = OPT_RATIO, .offset = AT(double, spill_share_max), .preset = "-1",
      .lo = -1, .hi = 1, .help = "share of each month's traffic that may spill; -1: no limit" },
    { .key = "prorate", .unit = "", .type = OPT_FLAG, .offset = AT(bool, prorate),
      .help = "a term that outlives the demand pays its part inside only" },
    { .key = "start", .unit = "DATE", .type = OPT_DATE, .offset = AT(int64_t, start),
      .help = "date of hour 0 (UTC), for dates in the answer" },
    { .key = "plot", .unit = "FILE", .type = OPT_TEXT, .offset = AT(const char *, plot),
      .help = "draw load duration with the committed steps (svg, png or pdf)" },
    { .key = "plot_calendar", .unit = "FILE", .type = OPT_TEXT, .offset = AT(const char *, plot_calendar),
      .help = "draw the commitments over time" },
    PROOF_OPTION(AT(bool, explain)),
};
#undef AT
/* clang-format on */

static enum err_code check_given(const struct settings *s, const struct opt_list *args,
                                 struct err *e)
{
    if (args->count)
        return err_set(e, ERR_USAGE, "commit takes options only, not '%s'",
                       args->text[0]);
    if (!s->demand) return err_set(e, ERR_USAGE, "commit wants --demand FILE.csv");
    if (!s->hourly)
        return err_set(
            e, ERR_USAGE,
            "commit wants --hourly USD, or none if no unit is sold by the hour");
    if (!s->spill)
        return err_set(
            e, ERR_USAGE,
            "commit wants --spill USD, or none if nothing may run on demand");
    if (!s->term.count)
        return err_set(
            e, ERR_USAGE,
            "commit wants --term NAME=HOURS:USD, the price for all its hours");
    return OK;
}

static enum err_code ask(struct commit_question *q, struct app *app,
                         const struct settings *s, const char *name,
                         const struct commit_series *series, struct err *e)
{
    struct arena *a = app->arena;
    struct ask_term *term;
    struct ask_existing *existing;
    int64_t *weight;
    *q = (struct commit_question){ .file = name,
                                   .series = series,
                                   .terms = s->term.count,
                                   .existings = s->existing.count,
                                   .cap = s->cap < 0 ? COMMIT_NO_LIMIT : s->cap,
                                   .most_share = s->spill_share_max,
                                   .prorate = s->prorate,
                                   .dated = app_origin(app, "start") != OPT_PRESET,
                                   .start_unix_s = s->start };
    q->spill_most = s->spill_max < 0 ? COMMIT_NO_LIMIT
                                     : (int64_t)(s->spill_max * COMMIT_UNIT + 0.5);
    if (ask_price_parse(&q->hourly, "--hourly", s->hourly, e) ||
        ask_price_parse(&q->spill, "--spill", s->spill, e) ||
        ask_terms_parse(&term, &s->term, q->dated, a, e) ||
        ask_existing_parse(&existing, &s->existing, q->dated, s->start, a, e) ||
        ask_weights_parse(&weight, s->weights, series->scenarios, a, e))
        return e->code;
    q->term = term;
    q->existing = existing;
    q->weight = weight;
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct arena *a = app->arena;
    struct commit_series series;
    struct commit_question q;
    struct commit_answer x;
    char *bytes = NULL;
    size_t size = 0;
    if (check_given(s, args, e)) return e->code;
    if (file_read(&bytes, &size, s->demand, MOST_BYTES, a, e)) return e->code;
    const char *name = strcmp(s->demand, "-") == 0 ? "stdin" : s->demand;
    if (commit_series_parse(&series, name, bytes, size, a, e) ||
        ask(&q, app, s, name, &series, e) || commit_answer(&x, &q, a, e))
        return e->code;
    if (s->plot && commit_chart_load(&x, s->plot, a, e)) return e->code;
    if (s->plot_calendar && commit_chart_calendar(&x, s->plot_calendar, a, e))
        return e->code;
    if (app->format == FORMAT_JSON) return commit_print_json(app, &x, s->explain, e);
    commit_print_text(app, &x);
    struct proof_list why;
    if (!s->explain) return OK;
    if (commit_proofs(&why, &x, a, e)) return e->code;
    proof_text(app, &why);
    return OK;
}

const struct command cmd_commit = {
    .name = "commit",
    .usage =
        "--demand FILE.csv --hourly USD|none --spill USD|none --term NAME=HOURS:USD …",
    .summary = "the cheapest mix of commitments for an hourly demand, proved",
    .details =
        "Finds which commitments to buy when, in whole units, so that commitments, "
        "units "
        "by the hour and spill to on-demand cost least over the hours of FILE. The "
        "answer "
        "is exact, and a checker that knows nothing of the solver proves on every run "
        "that no plan costs less.\n"
        "A term costs its whole price even where it outlives the demand, unless "
        "--prorate. With --start, a length may be calendar months (6mo), and starts "
        "may "
        "be calendar months too (month); a price may be by the hour (14.50/h); "
        "at=0,744 "
        "lists start hours.\n"
        "With several columns of units the expected cost is minimised: commitments are "
        "bought before it is known which column comes true, units by the hour and "
        "spill "
        "after.\n"
        "--spill-share-max ties a month's hours together; the plan is then the best of "
        "a "
        "search, and the gap says by how much it could be beaten.\n"
        "What each unit is worth: PLAN SAVES is what the best plan with one committed "
        "unit less costs "
        "more; KEPT ALL ALONG compares committing that unit for every hour with never. "
        "A "
        "month is 730 hours.",
    .example =
        "bedplan commit --demand demand.csv --hourly 39.60 --spill 45.20 "
        "--term 1-month=730:26280 --term 6-month=4380:105120:24 --start 2026-12-01",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .sealed = true,
    .run = run,
};
