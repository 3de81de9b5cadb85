#include "check.h"

#include "choose.h"

static uint64_t next(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/* Few values for each field, so that rows often agree and often compete. */
static struct price_row random_row(uint64_t *seed, int64_t id)
{
    static const char *const scopes[] = { "",       "",       "geo/in-region",
                                          "geo:us", "global", "unlabelled-table" };
    static const char *const regions[] = { "us-east-1", "*", "eu-west-1",
                                           "page-group-1of2" };
    static const char *const dates[] = { "2026-10", "2026-09-30", "2025-02-28" };
    static const int64_t pusd[] = { 1000000000000, 1100000000000, 2000000000000 };
    return (struct price_row){
        .id = id,
        .model = "m",
        .scope = scopes[next(seed) % COUNT(scopes)],
        .region = regions[next(seed) % COUNT(regions)],
        .dimension = "input",
        .context_tier = "",
        .unit = "token",
        .rate = { pusd[next(seed) % COUNT(pusd)], 1000000 },
        .source = "list",
        .as_of = dates[next(seed) % COUNT(dates)],
        .note = "",
        .doubt = next(seed) % 6 ? "" : "fails a rule",
        .from_unix_s = next(seed) % 8 ? INT64_MIN : 1000,
        .agree = 1 + (int)(next(seed) % 3),
        .trust = (enum trust)(next(seed) % 3),
    };
}

static void check_pick(const struct price_pick *p, const struct price_row *rows,
                       size_t count, const struct price_offer *offer,
                       enum routing routing)
{
    const struct price_row *r = p->row, *low, *high;
    if (!r) {
        assert_int_equal(p->marks, 0);
        return;
    }
    assert_int_equal(r->from_unix_s, INT64_MIN); /* the question is of day 0 */
    assert_string_not_equal(r->scope, "unlabelled-table");
    if (strcmp(r->region, "*") == 0)
        assert_true(offer->listed && (p->marks & MARK_REGION_ASSUMED));
    else
        assert_string_equal(r->region, offer->region);
    if (routing == ROUTING_GLOBAL) assert_string_equal(r->scope, "global");
    if (routing == ROUTING_IN_REGION) assert_string_not_equal(r->scope, "geo:us");
    assert_int_equal(*r->doubt != '\0', (p->marks & MARK_SUSPICIOUS) != 0);
    assert_int_equal(r->trust == TRUST_C, (p->marks & MARK_TRUST_C) != 0);
    assert_int_equal(p->other != NULL, (p->marks & MARK_CONFLICT) != 0);
    if (p->other) assert_int_not_equal(p->other->rate.pusd, r->rate.pusd);
    assert_true(choose_range(&low, &high, rows, count, offer, routing, "input", "", 0));
    assert_true(low->rate.pusd <= r->rate.pusd && r->rate.pusd <= high->rate.pusd);
}

/* For any rows: the order says nothing; a row without a label or of another place never
 * bills; what a price rests on is marked; a conflict names two prices; the interval
 * holds the price. */
static void keeps_its_promises_for_any_rows(void **state)
{
    (void)state;
    uint64_t seed = 20261122;
    int picked = 0, conflicts = 0;
    for (int i = 0; i < 50000; i++) {
        struct price_row rows[7], turned[7];
        size_t n = 1 + next(&seed) % COUNT(rows), from = next(&seed) % n;
        for (size_t k = 0; k < n; k++)
            rows[k] = random_row(&seed, (int64_t)k + 1);
        for (size_t k = 0; k < n; k++)
            turned[k] = rows[(from + k) % n];
        struct price_offer o = { .region = "us-east-1",
                                 .geography = "us",
                                 .listed = next(&seed) % 4 != 0 };
        enum routing routing = (enum routing)(1 + next(&seed) % 3);
        struct price_pick a = choose_row(rows, n, &o, routing, "input", "", 0);
        struct price_pick b = choose_row(turned, n, &o, routing, "input", "", 0);
        assert_int_equal(a.row ? a.row->id : 0, b.row ? b.row->id : 0);
        assert_int_equal(a.other ? a.other->id : 0, b.other ? b.other->id : 0);
        assert_int_equal(a.marks, b.marks);
        check_pick(&a, rows, n, &o, routing);
        picked += a.row != NULL;
        conflicts += a.row && a.other;
    }
    assert_true(picked > 10000 && conflicts > 1000); /* the loop saw what it judges */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_its_promises_for_any_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
