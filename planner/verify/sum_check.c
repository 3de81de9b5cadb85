#include "proof_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What must add up: figures that follow from lines, or from each other. */

enum { USD_DECIMALS = 9, ESTIMATE_DIGITS = 6 };
enum { MONTH_OF_HOURS = 730 };

static void differs(struct check *c, const struct place *at, const char *field,
                    const char *said, const struct longhand *want)
{
    char text[LONGHAND_DIGITS + 3];
    struct longhand shown = *want;
    longhand_round(&shown, USD_DECIMALS);
    check_found(c, at, field,
                arena_printf(c->app->arena, "is %s, but the lines come to %s", said,
                             longhand_text(text, &shown)));
}

static double number(const struct longhand *x)
{
    char text[LONGHAND_DIGITS + 3];
    return strtod(longhand_text(text, x), NULL);
}

/* Equal to so many digits of an estimate. */
static void estimate(struct check *c, yajl_val object, const struct place *at,
                     const char *key, double want, int digits)
{
    yajl_val v = doc_get(object, key);
    char text[64];
    if (!v || YAJL_IS_NULL(v)) return;
    c->sums++;
    if (YAJL_IS_NUMBER(v)) {
        double said = strtod(YAJL_GET_NUMBER(v), NULL);
        double unit = want > 0 ? pow(10, floor(log10(want)) - digits + 1) : 1e-9;
        if (fabs(said - want) <= 0.501 * unit) return;
    }
    snprintf(text, sizeof text, "comes to %.*g", digits, want);
    check_found(c, at, key, arena_text(c->app->arena, text));
}

/* The exact sum of a list's lines, and the sum of them as rounded. */
static bool add_lines(struct longhand *exact, struct longhand *rounded,
                      const struct check *c, yajl_val list)
{
    for (size_t i = 0; YAJL_IS_ARRAY(list) && i < YAJL_GET_ARRAY(list)->len; i++) {
        yajl_val line = YAJL_GET_ARRAY(list)->values[i];
        struct longhand cost;
        if (!doc_get(line, "quantity")) return false;
        if (!check_cost_of(&cost, c, line, "quantity") ||
            !longhand_plus(exact, exact, &cost))
            return false;
        longhand_round(&cost, USD_DECIMALS);
        if (!longhand_plus(rounded, rounded, &cost)) return false;
    }
    return true;
}

static void equal(struct check *c, yajl_val object, const struct place *at,
                  const char *key, struct longhand want)
{
    struct longhand said;
    yajl_val v = doc_get(object, key);
    if (!v || YAJL_IS_NULL(v)) return;
    c->sums++;
    longhand_round(&want, USD_DECIMALS);
    if (doc_number(&said, object, key) && longhand_equal(&said, &want)) return;
    differs(c, at, key, YAJL_IS_NUMBER(v) ? YAJL_GET_NUMBER(v) : "no number", &want);
}

/* A month of a candidate that nobody calls. */
static bool idle_month(struct longhand *sum, const struct check *c, yajl_val list)
{
    for (size_t i = 0; YAJL_IS_ARRAY(list) && i < YAJL_GET_ARRAY(list)->len; i++) {
        yajl_val line = YAJL_GET_ARRAY(list)->values[i];
        struct longhand cost;
        if (!doc_get(line, "idle_quantity")) continue;
        if (!check_cost_of(&cost, c, line, "idle_quantity") ||
            !longhand_plus(sum, sum, &cost))
            return false;
    }
    return true;
}

static void mean_of(struct check *c, yajl_val object, const struct place *at,
                    const char *key, double want)
{
    struct place inside = *at;
    yajl_val v = doc_get(object, key);
    if (!v || !YAJL_IS_OBJECT(v)) return;
    inside.path = arena_printf(c->app->arena, "%s.%s", at->path, key);
    estimate(c, v, &inside, "mean", want, ESTIMATE_DIGITS);
}

static void candidate(struct check *c, yajl_val top, yajl_val x, const struct place *at)
{
    struct longhand mean, months, requests, idle = { { 0 } };
    if (idle_month(&idle, c, doc_get(x, "other_lines")) &&
        idle_month(&idle, c, doc_get(x, "extras")))
        estimate(c, x, at, "idle_usd_per_month", number(&idle), ESTIMATE_DIGITS);
    if (!doc_number(&mean, x, "mean_usd") ||
        !doc_number(&months, top, "horizon_months"))
        return;
    mean_of(c, x, at, "total_usd", number(&mean));
    mean_of(c, x, at, "monthly_usd", number(&mean) / number(&months));
    if (doc_number(&requests, x, "requests") && number(&requests) > 0)
        estimate(c, x, at, "usd_per_1k_requests",
                 number(&mean) / number(&requests) * 1000, ESTIMATE_DIGITS);
}

static bool is_named(yajl_val candidate, const char *name)
{
    const char *a = doc_text(candidate, "name"), *b = doc_text(candidate, "purchase");
    return a && b && strncmp(name, a, strlen(a)) == 0 && name[strlen(a)] == ' ' &&
           strcmp(name + strlen(a) + 1, b) == 0;
}

/* The chosen candidates' bills are those of their lines; rounding of a path's months
 * apart. */
static void bills(struct check *c, yajl_val top)
{
    yajl_val all = doc_get(top, "bills"), list = doc_get(top, "candidates");
    struct longhand said, mean;
    for (size_t i = 0; YAJL_IS_ARRAY(all) && i < YAJL_GET_ARRAY(all)->len; i++) {
        yajl_val bill = YAJL_GET_ARRAY(all)->values[i];
        struct place at = { .path = arena_printf(c->app->arena, "bills[%zu]", i) };
        const char *name = doc_text(bill, "candidate");
        for (size_t k = 0; name && YAJL_IS_ARRAY(list) && k < YAJL_GET_ARRAY(list)->len;
             k++) {
            yajl_val x = YAJL_GET_ARRAY(list)->values[k];
            if (!is_named(x, name) || !doc_number(&mean, x, "mean_usd")) continue;
            c->sums++;
            if (!doc_number(&said, bill, "usd") ||
                fabs(number(&said) - number(&mean)) > 1e-7 + 1e-12 * number(&mean))
                differs(c, &at, "usd", "another figure", &mean);
        }
    }
}

/* The exact sum of the lines of one name. */
static bool add_named(struct longhand *sum, const struct check *c, yajl_val list,
                      const char *name)
{
    bool any = false;
    for (size_t i = 0; YAJL_IS_ARRAY(list) && i < YAJL_GET_ARRAY(list)->len; i++) {
        yajl_val line = YAJL_GET_ARRAY(list)->values[i];
        const char *of = doc_text(line, "line");
        struct longhand cost;
        if (!of || strcmp(of, name) != 0) continue;
        if (!check_cost_of(&cost, c, line, "quantity") ||
            !longhand_plus(sum, sum, &cost))
            return false;
        any = true;
    }
    return any;
}

/* Figures of an answer that are the sum of its lines of one name. */
static const struct {
    const char *key, *line;
} named[] = {
    { "commitment_usd", "commitment" },
    { "hourly_usd", "hourly" },
    { "spill_usd", "spill" },
    { "training_usd", "training" },
    { "storage_usd_per_month", "storage" },
};

static void check_named(struct check *c, yajl_val top, const struct place *at)
{
    yajl_val lines = doc_get(top, "lines"), hosting = doc_get(top, "hosting");
    if (!lines) return;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        struct longhand sum = { { 0 } };
        if (doc_get(top, named[i].key) && add_named(&sum, c, lines, named[i].line))
            equal(c, top, at, named[i].key, sum);
    }
    for (size_t i = 0;
         hosting && YAJL_IS_ARRAY(hosting) && i < YAJL_GET_ARRAY(hosting)->len; i++) {
        yajl_val h = YAJL_GET_ARRAY(hosting)->values[i];
        const char *option = doc_text(h, "option");
        struct longhand sum = { { 0 } };
        struct place inside = { .path =
                                    arena_printf(c->app->arena, "hosting[%zu]", i) };
        if (!option || !add_named(&sum, c, lines, option)) continue;
        equal(c, h, &inside, "usd_per_month", sum);
        equal(c, h, &inside, "idle_usd_per_month", sum);
    }
}

/* total = commitments + hours + spill; gap = total - bound. */
static void check_commit(struct check *c, yajl_val top, const struct place *at)
{
    static const char *const part[] = { "commitment_usd", "hourly_usd", "spill_usd" };
    struct longhand sum = { { 0 } }, x, gap, bound;
    if (strcmp(c->schema, "bedplan.commit/1") != 0) return;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        if (!doc_number(&x, top, part[i]) || !longhand_plus(&sum, &sum, &x)) return;
    equal(c, top, at, "total_usd", sum);
    if (!doc_number(&gap, top, "gap_usd") ||
        !doc_number(&bound, top, "lower_bound_usd") ||
        !longhand_plus(&gap, &gap, &bound))
        return;
    equal(c, top, at, "total_usd", gap);
}

/* Adds to the side of its sign. */
static bool add_signed(struct longhand side[2], yajl_val object, const char *key)
{
    struct longhand x;
    yajl_val v = doc_get(object, key);
    if (!v || !YAJL_IS_NUMBER(v)) return false;
    const char *text = YAJL_GET_NUMBER(v);
    bool minus = *text == '-';
    return longhand_read(&x, str_of(text + minus)) &&
           longhand_plus(&side[minus], &side[minus], &x);
}

/* Of a diff: old + all parts = new, and the difference is theirs. */
static void check_diff(struct check *c, yajl_val top, const struct place *at)
{
    yajl_val parts = doc_get(top, "parts_usd");
    struct longhand side[2] = { { { 0 } } }, difference[2] = { { { 0 } } };
    if (strcmp(c->schema, "bedplan.diff/1") != 0) return;
    bool read = add_signed(side, doc_get(top, "old"), "usd") && parts &&
                YAJL_IS_OBJECT(parts) && add_signed(difference, top, "difference_usd");
    for (size_t i = 0; read && i < YAJL_GET_OBJECT(parts)->len; i++)
        read = add_signed(side, parts, YAJL_GET_OBJECT(parts)->keys[i]);
    struct longhand now[2] = { { { 0 } } }, want = side[0], said;
    read = read && add_signed(now, doc_get(top, "new"), "usd") &&
           longhand_plus(&said, &now[0], &side[1]);
    c->sums++;
    if (!read || !longhand_equal(&said, &want))
        check_found(c, at, "parts_usd", "do not add up from the old bill to the new");
    /* old + difference = new, the signs apart */
    struct longhand old[2] = { { { 0 } } };
    if (!read || !add_signed(old, doc_get(top, "old"), "usd") ||
        !longhand_plus(&old[0], &old[0], &difference[0]) ||
        !longhand_plus(&now[0], &now[0], &difference[1]) ||
        !longhand_equal(&old[0], &now[0]))
        check_found(c, at, "difference_usd", "is not the new bill less the old");
    c->sums++;
}

/* Of a bill beside the catalog: what is explained and what is not is all of it. */
static void check_reconcile(struct check *c, yajl_val top, const struct place *at)
{
    struct longhand explained, rest;
    if (strcmp(c->schema, "bedplan.reconcile/1") != 0) return;
    if (doc_number(&explained, top, "explained_usd") &&
        doc_number(&rest, top, "unexplained_usd") &&
        longhand_plus(&explained, &explained, &rest))
        equal(c, top, at, "billed_usd", explained);
}

void check_sums(struct check *c, yajl_val object, const struct place *at)
{
    yajl_val lines = doc_get(object, "lines"), others = doc_get(object, "other_lines");
    yajl_val extras = doc_get(object, "extras");
    struct longhand exact = { { 0 } }, rounded = { { 0 } }, hours;
    if (doc_get(object, "mean_usd") && add_lines(&exact, &rounded, c, lines) &&
        add_lines(&exact, &rounded, c, others) &&
        (!extras || add_lines(&exact, &rounded, c, extras)))
        equal(c, object, at, "mean_usd", rounded);
    else if (lines && doc_get(object, "usd") && !doc_get(object, "usd_per_unit") &&
             add_lines(&exact, &rounded, c, lines))
        equal(c, object, at, "usd", exact);
    if (doc_get(object, "usd_per_month") && doc_get(object, "quantity") &&
        longhand_read(&hours, str_of("730")) &&
        check_cost_of(&exact, c, object, "quantity") &&
        longhand_times(&exact, &exact, &hours))
        equal(c, object, at, "usd_per_month", exact);
    if (doc_get(object, "usd_per_hour") && doc_get(object, "quantity") &&
        check_cost_of(&exact, c, object, "quantity"))
        equal(c, object, at, "usd_per_hour", exact);
    if (!*at->path) {
        check_named(c, object, at);
        check_commit(c, object, at);
        check_diff(c, object, at);
        check_reconcile(c, object, at);
    }
    yajl_val candidates = doc_get(object, "candidates");
    if (*at->path || !candidates || !YAJL_IS_ARRAY(candidates)) return;
    for (size_t i = 0; i < YAJL_GET_ARRAY(candidates)->len; i++) {
        struct place inside = { .path =
                                    arena_printf(c->app->arena, "candidates[%zu]", i) };
        candidate(c, object, YAJL_GET_ARRAY(candidates)->values[i], &inside);
    }
    bills(c, object);
}
