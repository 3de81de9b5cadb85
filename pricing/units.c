#include "units.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "date.h"
#include "str.h"

static const struct {
    const char *text;
    int months;
} commitments[COMMIT_COUNT] = {
    [COMMIT_NONE] = { "none", 0 },
    [COMMIT_1_MONTH] = { "1-month", 1 },
    [COMMIT_3_MONTHS] = { "3-month", 3 },
    [COMMIT_6_MONTHS] = { "6-month", 6 },
};

const char *commitment_text(enum commitment c)
{
    return commitments[c].text;
}

int commitment_months(enum commitment c)
{
    return commitments[c].months;
}

int64_t commitment_hours(enum commitment c, int64_t start_unix_s)
{
    int64_t end = date_add_months(start_unix_s, commitments[c].months);
    return (end - start_unix_s) / 3600;
}

/* What is asked for, and how well a row answers; smaller is better, -1 not at all. */
struct need {
    const char *scheme, *region, *commitment;
    const char *kind[3]; /* best first; NULL ends */
};

static int kind_rank(const struct need *n, const char *kind)
{
    for (int i = 0; i < 3 && n->kind[i]; i++)
        if (strcmp(n->kind[i], kind) == 0) return i;
    return -1;
}

static bool is_older(const struct unit_price *r)
{
    return text_starts(r->note, "OLDER");
}

static bool same_rate(const struct unit_price *a, const struct unit_price *b)
{
    return (i128)a->rate.pusd * b->rate.per == (i128)b->rate.pusd * a->rate.per;
}

static bool is_better(const struct need *n, const struct unit_price *a,
                      const struct unit_price *b)
{
    if (!b) return true;
    if (is_older(a) != is_older(b)) return is_older(b);
    int rank = kind_rank(n, a->kind) - kind_rank(n, b->kind);
    if (rank) return rank < 0;
    if (a->trust != b->trust) return a->trust < b->trust;
    int date = strcmp(a->as_of, b->as_of);
    if (date) return date > 0;
    if (!same_rate(a, b)) return a->rate.pusd > b->rate.pusd;
    return a->id < b->id;
}

static bool is_asked(const struct need *n, const struct unit_price *r)
{
    return strcmp(r->scheme, n->scheme) == 0 &&
           strcmp(r->commitment, n->commitment) == 0 && kind_rank(n, r->kind) >= 0;
}

static const struct unit_price *best_in(const struct need *n, const char *region,
                                        const struct unit_price *rows, size_t count)
{
    const struct unit_price *best = NULL;
    for (size_t i = 0; i < count; i++)
        if (is_asked(n, &rows[i]) && strcmp(rows[i].region, region) == 0 &&
            is_better(n, &rows[i], best))
            best = &rows[i];
    return best;
}

/* The row that says otherwise about the same thing, but for outdated ones. */
static const struct unit_price *disagreeing(const struct need *n,
                                            const struct unit_price *chosen,
                                            const struct unit_price *rows, size_t count)
{
    const struct unit_price *found = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct unit_price *r = &rows[i];
        if (!is_asked(n, r) || strcmp(r->region, chosen->region) != 0) continue;
        if (strcmp(r->kind, chosen->kind) != 0 || is_older(r)) continue;
        if (!same_rate(r, chosen) && is_better(n, r, found)) found = r;
    }
    return found;
}

static const struct unit_price *nearest(const struct need *n,
                                        const struct unit_price *rows, size_t count)
{
    const struct unit_price *best = NULL;
    for (size_t i = 0; i < count; i++)
        if (is_asked(n, &rows[i]) && is_better(n, &rows[i], best)) best = &rows[i];
    return best;
}

static struct unit_pick choose(const struct need *n, const struct unit_price *rows,
                               size_t count)
{
    struct unit_pick p = { .row = best_in(n, n->region, rows, count) };
    if (!p.row) {
        p.row = best_in(n, "*", rows, count);
        if (p.row) p.marks |= MARK_REGION_ASSUMED;
    }
    if (!p.row) {
        p.other = nearest(n, rows, count);
        return p;
    }
    p.other = disagreeing(n, p.row, rows, count);
    if (p.other) p.marks |= MARK_CONFLICT;
    if (p.row->trust == TRUST_C) p.marks |= MARK_TRUST_C;
    return p;
}

struct unit_pick units_choose(const struct unit_price *rows, size_t count,
                              const char *region, bool custom, enum commitment c)
{
    struct need n = { .scheme = "model unit",
                      .region = region,
                      .commitment = commitments[c].text,
                      .kind = { "base", "base and custom" } };
    if (custom) {
        n.kind[0] = "custom";
        n.kind[1] = "base and custom";
        n.kind[2] = "base";
    }
    return choose(&n, rows, count);
}

struct unit_pick reserved_choose(const struct unit_price *rows, size_t count,
                                 const char *region, enum routing routing, bool output,
                                 enum commitment c)
{
    assert(routing != ROUTING_DEFAULT);
    struct need n = { .scheme = routing == ROUTING_GLOBAL
                                    ? "reserved tier global"
                                    : "reserved tier geo/in-region",
                      .region = region,
                      .commitment = commitments[c].text,
                      .kind = { output ? "output TPM" : "input TPM" } };
    return choose(&n, rows, count);
}

static struct bill_line line_of(const struct unit_pick *pick, const char *dimension,
                                const char *unit, int32_t discount_ppm)
{
    const struct unit_price *r = pick->row;
    return (struct bill_line){ .dimension = dimension,
                               .unit = unit,
                               .rate = r->rate,
                               .discount_ppm = discount_ppm,
                               .marks = pick->marks,
                               .trust = r->trust,
                               .source = r->source,
                               .as_of = r->as_of,
                               .unit_row = r,
                               .unit_other = pick->other,
                               .note = *r->note ? r->note : NULL };
}

static enum err_code unpriced(const struct unit_pick *pick, const char *model,
                              const char *what, struct err *e)
{
    const struct unit_price *r = pick->other;
    char price[USD_TEXT];
    if (!r) return err_set(e, ERR_UNPRICED, "%s has no %s price", model, what);
    return err_set(e, ERR_UNPRICED,
                   "%s has no %s price there; the nearest row is %s USD per %s, region "
                   "%s (%.120s, %s)",
                   model, what, usd_rate_text(price, r->rate), r->unit, r->region,
                   r->source, r->as_of);
}

enum err_code units_bill(struct bill *b, const struct unit_pick *pick,
                         const char *model, int64_t units, int64_t hours,
                         int32_t discount_ppm, struct err *e)
{
    assert(units >= 0 && hours >= 0);
    if (!pick->row) return unpriced(pick, model, "model unit", e);
    struct bill_line line =
        line_of(pick, "model unit-hour", "model unit-hour", discount_ppm);
    if (__builtin_mul_overflow(units, hours, &line.quantity))
        return err_set(e, ERR_RANGE, "more than 9.2e18 unit-hours");
    return bill_add(b, line, e);
}

/* Sold by 1 000 tokens per minute; counted here by one, at a thousandth. */
static enum err_code reserve(struct bill *b, const struct unit_pick *pick,
                             const char *dimension, int64_t tpm, int64_t hours,
                             int32_t discount_ppm, struct err *e)
{
    struct bill_line line =
        line_of(pick, dimension, "token-per-minute-hour", discount_ppm);
    assert(line.rate.per == 1);
    line.rate.per = 1000;
    if (__builtin_mul_overflow(tpm, hours, &line.quantity))
        return err_set(e, ERR_RANGE, "more than 9.2e18 token-per-minute-hours");
    return bill_add(b, line, e);
}

enum err_code reserved_bill(struct bill *b, const struct unit_pick *input,
                            const struct unit_pick *output, const char *model,
                            int64_t input_tpm, int64_t output_tpm, int64_t hours,
                            int32_t discount_ppm, struct err *e)
{
    assert(hours >= 0);
    if (input_tpm < RESERVED_MIN_INPUT_TPM || output_tpm < RESERVED_MIN_OUTPUT_TPM)
        return err_set(e, ERR_RANGE,
                       "a reservation starts at %d input and %d output tokens per "
                       "minute, not %" PRId64 " and %" PRId64,
                       RESERVED_MIN_INPUT_TPM, RESERVED_MIN_OUTPUT_TPM, input_tpm,
                       output_tpm);
    if (!input->row) return unpriced(input, model, "reserved input", e);
    if (!output->row) return unpriced(output, model, "reserved output", e);
    struct bill before = *b;
    if (reserve(b, input, "reserved input", input_tpm, hours, discount_ppm, e) ||
        reserve(b, output, "reserved output", output_tpm, hours, discount_ppm, e)) {
        b->count = before.count;
        b->total = before.total;
        return e->code;
    }
    return OK;
}
