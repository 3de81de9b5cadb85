#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "dispatch.h"
#include "file.h"
#include "proof_check.h"

/* Saved answers, and every single field of them changed: none passes. */

static const char plan_ini[] =
    "[plan]\nname = proof\nregion = us-east-1\nstart = 2026-12-01\nmonths = 3\n"
    "paths = 48\n"
    "[account]\ndiscount = 3.5%\n"
    "[workload chat]\nrequests_per_day = 251377\ngrowth_per_month = 4% +- 2%\n"
    "input_tokens = lognormal mean 1155 p95 3500\n"
    "output_tokens = lognormal mean 211 p95 640\ncached_share = 35%\n"
    "[line vectors]\nmonthly_usd = 350.4\nusd_per_1k_requests = 0.0137\n"
    "[candidate lite]\nworkload = chat\nmodel = amazon.nova-lite-v1:0\n"
    "purchase = on-demand, provisioned\n"
    "unit_input_tpm = 612345\nunit_output_tpm = 112345\n"
    "[candidate own]\nworkload = chat\nmodel = amazon.nova-micro-v1:0\n"
    "tuned = fine-tuning\ntraining_tokens = 1234567\nepochs = 2\n"
    "retrain_every_months = 2\npurchase = deployment\n"
    "[budget]\nmonthly_usd = 1700\n";

static const char two_csv[] = "hour,units\n0,1\n1,2.5\n2,2\n3,1\n4,1\n5,0.25\n";
static const char trace_csv[] = "seconds,input,output\n0,100,10\n1,200,20\n3700,3,3\n";

static const struct {
    const char *name, *word[20];
    bool stated; /* its prices are the command line's: no row says what they are */
} answers[] = {
    { .name = "price",
      .word = { "price", "amazon.nova-micro-v1:0", "--input", "1155", "--output", "211",
                "--cache-read", "7", "--requests", "3001", "--discount", "2.5%",
                "--explain" } },
    { .name = "price of images",
      .word = { "price", "amazon.nova-canvas-v1:0", "--images", "3", "--image-quality",
                "premium", "--image-size", "1024x1024" } },
    { .name = "plan", .word = { "plan", "plan.ini", "--explain" } },
    { .name = "size",
      .word = { "size", "plan.ini", "--candidate", "lite", "--replicas", "16",
                "--target-throttled", "20%" } },
    { .name = "replay",
      .word = { "replay", "trace.csv", "--units", "2", "--unit-input-tpm", "200k",
                "--unit-output-tpm", "40k", "--model", "amazon.nova-micro-v1:0" } },
    { .name = "commit",
      .word = { "commit", "--demand", "two.csv", "--hourly", "20.5", "--spill", "30",
                "--term", "five=5:65" },
      .stated = true },
};

struct place_of {
    char folder[32], before[512];
    struct arena arena;
    struct app app;
    struct err err;
};

static void write_text(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void enter(struct place_of *t)
{
    memset(t, 0, sizeof *t);
    strcpy(t->folder, "/tmp/t_verify_XXXXXX");
    assert_non_null(getcwd(t->before, sizeof t->before));
    assert_non_null(mkdtemp(t->folder));
    assert_int_equal(chdir(t->folder), 0);
    write_text("plan.ini", plan_ini);
    write_text("two.csv", two_csv);
    write_text("trace.csv", trace_csv);
    setenv("XDG_DATA_HOME", t->folder, 1);
    t->app = (struct app){ .arena = &t->arena, .columns = 100 };
    t->app.opt.now_unix_s = 1795305600; /* 2026-11-22 */
}

static void leave(struct place_of *t)
{
    catalog_close(t->app.catalog);
    arena_clear(&t->arena);
    static const char *const file[] = { "plan.ini", "two.csv", "trace.csv", "a.json" };
    for (size_t i = 0; i < COUNT(file); i++)
        unlink(file[i]);
    assert_int_equal(chdir(t->before), 0);
    rmdir(t->folder);
}

/* What the command prints, as the command line would have it. */
static struct str answer_of(struct place_of *t, const char *const *word)
{
    char *argv[28] = { "bedplan" };
    int argc = 1;
    char *bytes = NULL;
    size_t size = 0;
    for (size_t i = 0; word[i]; i++)
        argv[argc++] = arena_text(&t->arena, word[i]);
    argv[argc++] = "--json";
    argv[argc++] = "-o";
    argv[argc++] = "a.json";
    assert_ok(dispatch(argc, argv, t->app.opt.now_unix_s, &t->arena, &t->err), t->err);
    assert_ok(file_read(&bytes, &size, "a.json", 1 << 24, &t->arena, &t->err), t->err);
    return (struct str){ bytes, size };
}

/* The rows that were looked up once serve all changed copies. */
static struct check check_of(struct place_of *t, struct arena *scratch,
                             struct known_rows *known, struct str json)
{
    struct check c = { .app = &t->app, .known = known };
    struct arena *before = t->app.arena;
    assert_ok(app_catalog(&t->app, &c.catalog, &t->err), t->err);
    t->app.arena = scratch;
    struct err e = { 0 };
    if (check_document(&c, json, &e))
        check_found(&c, &(struct place){ .path = "" }, "", "");
    t->app.arena = before;
    return c;
}

/* A scalar value at `i`: where it ends; 0 when there is none, or it is a key. */
static size_t scalar_end(struct str json, size_t i)
{
    size_t end = i + 1;
    if (json.p[i] == '"') {
        for (; json.p[end] != '"'; end++)
            if (json.p[end] == '\\') end++;
        end++;
        return json.p[end] == ':' ? 0 : end;
    }
    if (!strchr("-0123456789tfn", json.p[i])) return 0;
    while (!strchr(",]}\n ", json.p[end]))
        end++;
    return end;
}

static size_t key_end(struct str json, size_t i)
{
    size_t end = i + 1;
    if (json.p[i] != '"') return 0;
    for (; json.p[end] != '"'; end++)
        if (json.p[end] == '\\') end++;
    return end + 1;
}

/* The same document with one scalar changed: another first digit or letter, the other
 * truth, 7 for null. */
static struct str changed(struct arena *a, struct str json, size_t from, size_t end)
{
    char *value = arena_text_n(a, json.p + from, end - from);
    const char *other = value;
    if (*value == '"')
        other = arena_printf(a, "\"%c%s", value[1] == 'q' ? 'r' : 'q',
                             value[1] == '"' ? "\"" : value + 2);
    else if (*value == 't' || *value == 'f')
        other = *value == 't' ? "false" : "true";
    else if (*value == 'n')
        other = "7";
    else
        other = arena_printf(a, "%c%s", *value == '7' ? '8' : '7', value + 1);
    const char *text =
        arena_printf(a, "%.*s%s%s", (int)from, json.p, other, json.p + end);
    return str_of(text);
}

/* Every scalar of the document in turn. `each` is given the changed copy, its key and
 * whether it stands in a priced line. */
static size_t change_all(struct place_of *t, struct str json,
                         void (*each)(struct place_of *, struct arena *,
                                      struct known_rows *, struct str, const char *,
                                      bool),
                         struct known_rows *known)
{
    size_t count = 0;
    const char *key = "", *list = "";
    for (size_t i = 0; i < json.n;) {
        struct arena scratch = { 0 };
        size_t end = scalar_end(json, i);
        if (end) {
            bool line = strstr(list, "lines\"") || strcmp(list, "\"extras\"") == 0 ||
                        strcmp(list, "\"prices\"") == 0;
            each(t, &scratch, known, changed(&scratch, json, i, end), key, line);
            count++;
            i = end;
        } else if ((end = key_end(json, i))) {
            key = arena_text_n(&t->arena, json.p + i, end - i);
            if (json.p[end + 2] == '[' && strcmp(key, "\"marks\"") != 0) list = key;
            i = end;
        } else {
            i++;
        }
        arena_clear(&scratch);
    }
    return count;
}

static size_t seen;

static void is_caught(struct place_of *t, struct arena *scratch,
                      struct known_rows *known, struct str json, const char *key,
                      bool line)
{
    /* a seal that does not hold is a finding, which every 16th field shows in full */
    bool caught = seal_check(json) != SEAL_HOLDS;
    (void)line;
    if (seen++ % 16 == 0)
        caught = caught && check_of(t, scratch, known, json).finding.count > 0;
    if (!caught) {
        print_error("a change of %s passes\n", key);
        fail();
    }
}

static void no_field_of_any_answer_can_change(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(answers); k++) {
        struct place_of t;
        enter(&t);
        struct str json = answer_of(&t, answers[k].word);
        struct check whole = check_of(&t, &t.arena, NULL, json);
        if (whole.finding.count)
            print_error("%s: %s: %s: %s\n", answers[k].name, whole.finding.item->where,
                        whole.finding.item->field, whole.finding.item->detail);
        assert_int_equal(whole.finding.count, 0);
        assert_int_equal(whole.stale.count, 0);
        assert_int_equal(whole.recomputed, whole.lines);
        assert_true(whole.lines > 0);
        size_t n = change_all(&t, json, is_caught, whole.known);
        print_message("%s: %zu fields, each one's change is caught\n", answers[k].name,
                      n);
        assert_true(n > 8 * whole.lines);
        leave(&t);
    }
}

/* What the second evaluator sees without the seal: all of a line, and sums. */
static const char *const proven_keys[] = {
    "\"quantity\"",      "\"divided_by\"", "\"usd_per_unit\"", "\"per\"",
    "\"usd\"",           "\"source\"",     "\"as_of\"",        "\"trust\"",
    "\"dimension\"",     "\"mean_usd\"",   "\"mean\"",         "\"usd_per_month\"",
    "\"idle_quantity\"", "\"discount\"",
};

static struct str sealed(struct arena *a, struct str json)
{
    char *bytes = NULL;
    size_t size = 0;
    const char *seal = strstr(json.p, ",\n  \"seal\"");
    assert_non_null(seal);
    char *open = arena_printf(a, "%.*s\n}\n", (int)(seal - json.p), json.p);
    FILE *f = open_memstream(&bytes, &size);
    assert_non_null(f);
    seal_write(f, str_of(open));
    fclose(f);
    char *text = arena_text_n(a, bytes, size);
    free(bytes);
    return str_of(text);
}

static void is_seen_without_the_seal(struct place_of *t, struct arena *scratch,
                                     struct known_rows *known, struct str json,
                                     const char *key, bool line)
{
    bool proven = false, plan = strstr(json.p, "bedplan.plan/1") != NULL;
    for (size_t i = 0; i < COUNT(proven_keys); i++)
        proven = proven || (strcmp(key, proven_keys[i]) == 0 &&
                            (line || (plan && strncmp(key, "\"mean", 5) == 0)));
    if (!proven || !strstr(json.p, ",\n  \"seal\"")) return;
    /* a stated price has no row */
    if (strstr(json.p, "\"qtated in") || strstr(json.p, "\"as_of\": 7") ||
        strstr(json.p, "\"trust\": 7"))
        return;
    struct check c = check_of(t, scratch, known, sealed(scratch, json));
    seen++;
    assert_int_equal(c.seal, SEAL_HOLDS);
    if (c.finding.count + c.stale.count > 0) return;
    print_error("a sealed change of %s passes\n", key);
    fail();
}

/* Percentiles by month have a mean of their own: of paths, not of lines. */
static struct str without_months(struct arena *a, struct str json)
{
    const char *from = strstr(json.p, "  \"budget\": {"), *to;
    if (!from) return json;
    to = strstr(from, "  \"sensitivity\"");
    assert_non_null(to);
    return sealed(a,
                  str_of(arena_printf(a, "%.*s%s", (int)(from - json.p), json.p, to)));
}

static void a_forged_seal_does_not_help(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(answers); k++) {
        struct place_of t;
        if (answers[k].stated) continue;
        enter(&t);
        struct str json = without_months(&t.arena, answer_of(&t, answers[k].word));
        struct check whole = check_of(&t, &t.arena, NULL, json);
        assert_int_equal(whole.finding.count, 0);
        seen = 0;
        change_all(&t, json, is_seen_without_the_seal, whole.known);
        print_message("%s: %zu fields follow from the lines\n", answers[k].name, seen);
        assert_true(seen >= 8 * whole.lines);
        leave(&t);
    }
}

static void a_missing_seal_and_a_key_twice_are_found(void **state)
{
    struct place_of t;
    (void)state;
    enter(&t);
    struct str json = answer_of(&t, answers[0].word);
    const char *seal = strstr(json.p, ",\n  \"seal\"");
    char *bare = arena_printf(&t.arena, "%.*s\n}\n", (int)(seal - json.p), json.p);
    struct check c = check_of(&t, &t.arena, NULL, str_of(bare));
    assert_int_equal(c.finding.count, 1);
    assert_string_equal(c.finding.item[0].field, "seal");
    const char *twice = strstr(json.p, "\"requests\": 3001");
    assert_non_null(twice);
    char *text = arena_printf(&t.arena, "%.*s\"requests\": 1, %s",
                              (int)(twice - json.p), json.p, twice);
    c = check_of(&t, &t.arena, NULL, sealed(&t.arena, str_of(text)));
    assert_int_equal(c.finding.count, 1);
    assert_string_equal(c.finding.item[0].detail, "stands twice");
    leave(&t);
}

static void what_is_no_answer_is_refused(void **state)
{
    static const char *const row[] = {
        "",
        "[]",
        "7",
        "{\"schema\":\"other/1\"}",
        "{\"schema\":\"bedplan.price/1\",",
        "{\"schema\":\"bedplan.price/1\"}",
    };
    struct place_of t;
    (void)state;
    enter(&t);
    for (size_t i = 0; i < COUNT(row); i++) {
        struct check c = { .app = &t.app };
        struct err e = { 0 };
        assert_ok(app_catalog(&t.app, &c.catalog, &t.err), t.err);
        assert_int_equal(check_document(&c, str_of(row[i]), &e), ERR_INPUT);
    }
    char deep[400];
    memset(deep, '[', sizeof deep);
    struct check c = { .app = &t.app };
    struct err e = { 0 };
    assert_int_equal(check_document(&c, (struct str){ deep, sizeof deep }, &e),
                     ERR_INPUT);
    assert_non_null(strstr(e.msg, "deeper"));
    leave(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_field_of_any_answer_can_change),
        cmocka_unit_test(a_forged_seal_does_not_help),
        cmocka_unit_test(a_missing_seal_and_a_key_twice_are_found),
        cmocka_unit_test(what_is_no_answer_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
