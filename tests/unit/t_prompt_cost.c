#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include <sqlite3.h>

#include "cache_price.h"
#include "prompt_cost.h"
#include "prompt_store.h"

static struct arena a;
static char folder[] = "/tmp/t_prompt_cost.XXXXXX";

static struct usd_rate per_mtok(const char *usd)
{
    struct usd_rate r;
    struct err e = { 0 };
    assert_ok(usd_rate_parse(&r, usd, 1000000, &e), e);
    return r;
}

/* write + (n - 1) read < n × input, solved by hand for the ratios that are sold:
 * 1.25 + 0.1 (n - 1) < n, so n > 1.278; 2 + 0.1 (n - 1) < n, so n > 2.11;
 * a free write pays at once; nothing saved never pays. */
static void uses_that_make_a_write_pay(void **state)
{
    (void)state;
    static const struct {
        const char *input, *read, *write;
        int64_t uses;
        double share; /* -1: none will do */
    } row[] = {
        { "3", "0.3", "3.75", 2, 0.75 / 3.45 },
        { "3", "0.3", "6", 3, 3 / 5.7 },
        { "0.06", "0.015", "0", 1, 0 },
        { "1", "1", "1.25", 0, -1 },
        { "1", "1", "0.5", 1, 0 },
        { "1", "0.5", "1.5", 3, 0.5 },
        { "1", "2", "3", 0, -1 },
        { "2.385", "0.2385", "2.98125", 2, 0.59625 / 2.74275 },
        /* exactly even at n = 2: 1.9 + 0.1 = 2, so three are wanted */
        { "1", "0.1", "1.9", 3, 0.5 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct usd_rate in = per_mtok(row[i].input), read = per_mtok(row[i].read),
                        write = per_mtok(row[i].write);
        double share;
        assert_int_equal(cache_break_even_uses(in, read, write), row[i].uses);
        bool can = cache_break_even_share(&share, in, read, write);
        assert_int_equal(can, row[i].share >= 0);
        if (can) assert_close(share, row[i].share, 1e-12);
        /* the definition itself, in whole 1e-12 USD */
        for (int64_t n = 1; n < 50; n++) {
            bool pays = write.pusd + (n - 1) * read.pusd < n * in.pusd;
            if (row[i].uses && n >= row[i].uses) assert_true(pays);
            if (n < row[i].uses || (!row[i].uses && n == 1)) assert_false(pays);
        }
    }
    /* rates of different units are compared by the token */
    struct err e = { 0 };
    struct usd_rate kilo;
    assert_ok(usd_rate_parse(&kilo, "0.00375", 1000, &e), e);
    assert_int_equal(cache_break_even_uses(per_mtok("3"), per_mtok("0.3"), kilo), 2);
}

static struct prompt of_text(const char *text)
{
    struct prompt p;
    struct err e = { 0 };
    assert_ok(prompt_of_text(&p, str_of(text), &a, &e), e);
    return p;
}

static struct prompt_samples samples_of(const char *bytes)
{
    struct prompt_samples s;
    struct err e = { 0 };
    assert_ok(prompt_samples_parse(&s, "s", bytes, strlen(bytes), &a, &e), e);
    return s;
}

static void samples_are_csv_or_lines_of_json(void **state)
{
    (void)state;
    struct prompt_samples csv = samples_of("a,b\n1,\"x, y\"\n2,\n");
    struct prompt_samples json =
        samples_of("{\"a\":1,\"b\":\"x, y\"}\n\n{\"b\":\"\",\"a\":2.50,\"c\":true}\n");
    assert_int_equal(csv.rows, 2);
    assert_int_equal(json.rows, 2);
    assert_string_equal(csv.row[0][1], "x, y");
    assert_string_equal(json.row[0][1], "x, y");
    assert_string_equal(json.row[1][0], "2.50");
    assert_null(json.row[0][2]);
    assert_string_equal(json.row[1][2], "true");
    assert_int_equal(json.line[1], 3);
    static const struct {
        const char *bytes, *message;
    } bad[] = {
        { "", "s: no header" },
        { "a,b\n", "s: no sample" },
        { "{\"a\":1}\n{\"a\":[1]}\n",
          "s:2: column 6: a value is a text or a number, not an array" },
        { "{\"a\":1}\n{\"a\":\n", "s:2:6: a value is missing" },
        { "{\"a\":1}\n[2]\n", "s:2: an array, want an object of values" },
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct err e = { 0 };
        struct prompt_samples s;
        assert_int_equal(
            prompt_samples_parse(&s, "s", bad[i].bytes, strlen(bad[i].bytes), &a, &e),
            ERR_INPUT);
        if (i) assert_string_equal(e.msg, bad[i].message);
    }
}

static void lengths_are_those_of_the_filled_template(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct prompt_length l;
    struct prompt p = of_text("0123456789 {{a}} and {{b}}!");
    struct prompt_samples s = samples_of("a,b,other\nxx,1,\nxxxx,22,\nxxxxxx,333,\n");
    assert_ok(prompt_length_of(&l, &p, &s, &a, &e), e);
    /* 11 + 5 + 1 bytes are fixed; values add 3, 6 and 9 */
    assert_int_equal(l.fixed_bytes, 17);
    assert_close(l.mean_bytes, 23, 0);
    assert_close(prompt_length_bytes(&l, 0.5), 23, 0);
    assert_close(prompt_length_bytes(&l, 0.95), 26, 0);
    assert_int_equal(l.points, 1);
    assert_false(l.point[0].stated);
    assert_close(l.point[0].bytes, 11, 0);
    assert_int_equal(l.point[0].column, 12);
    assert_close(l.point[0].share[0], 1, 0);
    /* without samples what is fixed is still known */
    assert_ok(prompt_length_of(&l, &p, NULL, &a, &e), e);
    assert_false(l.known);
    assert_close(l.point[0].bytes, 11, 0);
    s = samples_of("a\nx\n");
    assert_int_equal(prompt_length_of(&l, &p, &s, &a, &e), ERR_INPUT);
    assert_string_equal(e.msg, "s:2: line 1, column 22: no value for {{b}}");
}

/* Behind {{tenant}} a cache point: texts that came twice count with their shares, the
 * one that came once does not come back. */
static void variables_before_a_cache_point_make_prefixes_of_their_own(void **state)
{
    (void)state;
    static const char json[] =
        "{\"templateType\":\"CHAT\",\"templateConfiguration\":{\"chat\":{\"system\":["
        "{\"text\":\"fixed \"},{\"cachePoint\":{\"type\":\"default\"}},"
        "{\"text\":\"for {{tenant}}\"},{\"cachePoint\":{\"type\":\"default\"}}],"
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"{{q}}\"}]}]}}}";
    struct err e = { 0 };
    struct prompt p;
    struct prompt_length l;
    assert_ok(prompt_read(&p, json, sizeof json - 1, &a, &e), e);
    struct prompt_samples s =
        samples_of("tenant,q\nA,1\nB,2\nA,3\nlonely,4\nB,5\nA,6\nA,7\nB,8\n");
    assert_ok(prompt_length_of(&l, &p, &s, &a, &e), e);
    assert_int_equal(l.points, 2);
    assert_null(l.point[0].varies);
    assert_int_equal(l.point[0].shares, 1);
    assert_string_equal(l.point[1].varies, "tenant");
    assert_int_equal(l.point[1].texts, 3);
    assert_int_equal(l.point[1].shares, 2);
    assert_close(l.point[1].share[0] + l.point[1].share[1], 7.0 / 8, 1e-15);
    /* "fixed " 6, "for " 4, a mean tenant (7 × 1 + 6) / 8 */
    assert_close(l.point[1].bytes, 6 + 4 + 13.0 / 8, 1e-12);
}

static void a_longer_life_behind_a_shorter_one_is_refused(void **state)
{
    (void)state;
    static const char json[] =
        "{\"templateType\":\"CHAT\",\"templateConfiguration\":{\"chat\":{\"system\":["
        "{\"text\":\"a\"},{\"cachePoint\":{\"type\":\"default\"}},"
        "{\"text\":\"b\"},{\"cachePoint\":{\"type\":\"default\",\"ttl\":\"1h\"}}],"
        "\"messages\":[]}}}";
    struct err e = { 0 };
    struct prompt p;
    struct prompt_length l;
    assert_ok(prompt_read(&p, json, sizeof json - 1, &a, &e), e);
    assert_int_equal(prompt_length_of(&l, &p, NULL, &a, &e), ERR_INPUT);
    assert_string_equal(e.msg,
                        "cache point 2 lives 1h and stands behind one that lives "
                        "5m: longer lives come first");
}

static struct price_row rows[TOKEN_KINDS];

static struct prompt_ask claude_like(double requests_per_day)
{
    static const char *const usd[TOKEN_KINDS] = { "3", "15", "0.3", "3.75", NULL, "6" };
    struct prompt_ask k = { .bytes_per_token = 4,
                            .priced = true,
                            .workload = "w",
                            .life = ARENA_NEW(&a, struct cache_life *, TOKEN_KINDS),
                            .requests_per_day = requests_per_day,
                            .output_tokens = 200,
                            .prefixes = 1,
                            .limits.checkpoints = 4,
                            .model.cache_min_tokens = 1000,
                            .arrival.requests_per_s = requests_per_day / 86400 };
    for (int i = 0; i < TOKEN_KINDS; i++) {
        if (!usd[i]) continue;
        rows[i].rate = per_mtok(usd[i]);
        k.tariff.pick[i].row = &rows[i];
    }
    return k;
}

/* 4 800 fixed bytes, 1 200 tokens, then 300 tokens of a question; 200 of answer; 288
 * requests a day: the mean gap is 300 s, so 1 - 1/e = 63.212 % find the prefix within
 * 5 minutes. A thousand requests, in tokens:
 *   read 0.632121 × 1.2M = 758 545, written 441 455, plain 300 000, out 200 000
 *   0.2275635 + 1.65545625 + 0.9 + 3 = 5.78301975 USD; without caching 4.5 + 3. */
static void a_version_costs_what_was_worked_out_by_hand(void **state)
{
    (void)state;
    char text[4900], value[1300];
    struct err e = { 0 };
    struct prompt_length l;
    struct prompt_cost c;
    struct prompt_ask k = claude_like(288);
    memset(text, 'x', 4800);
    memcpy(text + 4800, "{{q}}", 6);
    snprintf(value, sizeof value, "q\n%0*d\n", 1200, 7);
    struct prompt p = of_text(text);
    struct prompt_samples s = samples_of(value);
    assert_ok(prompt_length_of(&l, &p, &s, &a, &e), e);
    assert_ok(prompt_cost_of(&c, &l, &k, -1, &a, &e), e);
    assert_true(c.cached[0].served);
    assert_close(c.cached[0].hit, 1 - exp(-1), 1e-12);
    assert_int_equal(c.plain_per_1k.nusd, 7500000000);
    assert_int_equal(c.per_1k.nusd, 5783019750);
    /* 8 760 requests a month: 65.7 USD without caching */
    assert_int_equal(c.plain_per_month.nusd, 65700000000);
    /* an hour: 1 - exp(-12) find it; reads are nearly all, writes cost 6 */
    assert_ok(prompt_cost_of(&c, &l, &k, 1, &a, &e), e);
    assert_close(c.cached[0].hit, 1 - exp(-12), 1e-12);
    /* tokens a thousand requests: read 1 199 993, written 7, plain 300 000 */
    assert_int_equal(c.per_1k.nusd, 359997900 + 42000 + 900000000 + 3000000000);
    /* ten equal prefixes share the requests: a tenth of the rate for each */
    k.prefixes = 10;
    assert_ok(prompt_cost_of(&c, &l, &k, 0, &a, &e), e);
    assert_close(c.cached[0].hit, 1 - exp(-0.1), 1e-12);
}

static void checkpoints_below_the_smallest_are_not_served(void **state)
{
    (void)state;
    char text[4000];
    struct err e = { 0 };
    struct prompt_length l;
    struct prompt_cost c;
    struct prompt_ask k = claude_like(288);
    memset(text, 'x', 3996);
    text[3996] = '\0';
    struct prompt p = of_text(text);
    assert_ok(prompt_length_of(&l, &p, NULL, &a, &e), e);
    assert_ok(prompt_cost_of(&c, &l, &k, -1, &a, &e), e);
    assert_false(c.cached[0].served); /* 999 tokens of 1 000 */
    assert_string_equal(c.cached[0].why, "the smallest checkpoint is 1000 tokens");
    assert_int_equal(c.per_1k.nusd, c.plain_per_1k.nusd);
    k.model.cache_min_tokens = 999;
    assert_ok(prompt_cost_of(&c, &l, &k, -1, &a, &e), e);
    assert_true(c.cached[0].served);
    k.limits.tokens = 500; /* the rest is plain */
    k.model.cache_min_tokens = 100;
    assert_ok(prompt_cost_of(&c, &l, &k, -1, &a, &e), e);
    assert_close(c.tokens[TOKEN_INPUT], 499, 1e-9);
    k.tariff.pick[TOKEN_CACHE_READ].row = NULL;
    assert_ok(prompt_cost_of(&c, &l, &k, -1, &a, &e), e);
    assert_string_equal(c.cached[0].why, "it has no cache price here");
}

static struct prompt_version version_of(const char *name, const char *body)
{
    return (struct prompt_version){
        .name = name, .note = "why", .added_unix_s = 1795305600, .body = str_of(body)
    };
}

static void versions_are_numbered_and_never_changed(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct prompt_store *s;
    struct prompt_version v, *list;
    size_t count;
    bool added;
    static const struct {
        const char *name, *body;
        int64_t number;
        bool added;
    } row[] = { { "one", "A", 1, true },
                { "one", "B", 2, true },
                { "one", "A", 1, false },
                { "two", "A", 1, true },
                { "one", "C", 3, true } };
    assert_ok(prompt_store_open(&s, folder, false, &a, &e), e); /* nothing there yet */
    assert_ok(prompt_store_list(&list, &count, s, NULL, &a, &e), e);
    assert_int_equal(count, 0);
    prompt_store_close(s);
    assert_ok(prompt_store_open(&s, folder, true, &a, &e), e);
    for (size_t i = 0; i < COUNT(row); i++) {
        v = version_of(row[i].name, row[i].body);
        assert_ok(prompt_store_add(&v, &added, s, &e), e);
        assert_int_equal(v.number, row[i].number);
        assert_int_equal(added, row[i].added);
    }
    prompt_store_close(s);
    assert_ok(prompt_store_open(&s, folder, false, &a, &e), e);
    assert_ok(prompt_store_find(&v, s, "one", &a, &e), e);
    assert_int_equal(v.number, 3);
    assert_ok(prompt_store_find(&v, s, "one:2", &a, &e), e);
    assert_true(str_eq(v.body, "B"));
    assert_string_equal(v.note, "why");
    assert_int_equal(prompt_store_find(&v, s, "one:4", &a, &e), ERR_NOT_FOUND);
    assert_string_equal(e.msg, "one has no version 4, the last is 3");
    e = (struct err){ 0 };
    assert_int_equal(prompt_store_find(&v, s, "tow", &a, &e), ERR_NOT_FOUND);
    assert_string_equal(e.msg, "no prompt 'tow' was added, did you mean 'two'?");
    e = (struct err){ 0 };
    assert_int_equal(prompt_store_find(&v, s, "one:x", &a, &e), ERR_USAGE);
    e = (struct err){ 0 };
    v = version_of("bad name", "A");
    assert_int_equal(prompt_store_add(&v, &added, s, &e), ERR_USAGE);
    prompt_store_close(s);
    /* not even by hand */
    sqlite3 *db;
    char path[128], *message = NULL;
    snprintf(path, sizeof path, "%s/prompt/prompt.db", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_not_equal(
        sqlite3_exec(db, "UPDATE version SET body = 'X'", NULL, NULL, &message),
        SQLITE_OK);
    assert_string_equal(message, "a version is never changed");
    sqlite3_free(message);
    sqlite3_exec(db, "PRAGMA user_version = 99", NULL, NULL, NULL);
    sqlite3_close(db);
    e = (struct err){ 0 };
    assert_int_equal(prompt_store_open(&s, folder, false, &a, &e), ERR_DB);
    assert_non_null(strstr(e.msg, "schema 99 is newer than this program's 1"));
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    char path[128];
    (void)state;
    arena_clear(&a);
    snprintf(path, sizeof path, "%s/prompt/prompt.db", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/prompt", folder);
    rmdir(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uses_that_make_a_write_pay),
        cmocka_unit_test(samples_are_csv_or_lines_of_json),
        cmocka_unit_test(lengths_are_those_of_the_filled_template),
        cmocka_unit_test(variables_before_a_cache_point_make_prefixes_of_their_own),
        cmocka_unit_test(a_longer_life_behind_a_shorter_one_is_refused),
        cmocka_unit_test(a_version_costs_what_was_worked_out_by_hand),
        cmocka_unit_test(checkpoints_below_the_smallest_are_not_served),
        cmocka_unit_test(versions_are_numbered_and_never_changed),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
