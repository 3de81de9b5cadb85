#include "check.h"

#include <stdbool.h>
#include <stdlib.h>

#include "opt.h"

struct settings {
    const char *region;
    int64_t input_tokens, months, start;
    double cached_share, temperature;
    struct opt_spread growth;
    int32_t discount_ppm;
    bool json;
    int tier;
    struct opt_list attach;
};

#define FIELD(T, f) OPT_FIELD(struct settings, T, f)

/* clang-format off */
static const struct opt opts[] = {
    { .key = "region", .unit = "R", .preset = "us-east-1", .type = OPT_TEXT, .letter = 'r',
      .help = "AWS region to price and to size for", .offset = FIELD(const char *, region) },
    { .key = "input", .unit = "tokens", .preset = "1k", .type = OPT_INT, .letter = 'i',
      .hi = 1e18, .help = "input tokens of a request", .offset = FIELD(int64_t, input_tokens) },
    { .key = "months", .unit = "", .preset = "12", .type = OPT_INT, .lo = 1, .hi = 60,
      .help = "how far ahead to plan", .offset = FIELD(int64_t, months) },
    { .key = "start", .unit = "", .type = OPT_DATE, .help = "first day of the plan",
      .offset = FIELD(int64_t, start) },
    { .key = "cached_share", .unit = "", .type = OPT_RATIO, .lo = 0, .hi = 1,
      .help = "share of input that could be cached", .offset = FIELD(double, cached_share) },
    { .key = "temperature", .unit = "", .preset = "0.7", .type = OPT_REAL, .lo = -5, .hi = 5,
      .help = "sampling temperature", .offset = FIELD(double, temperature) },
    { .key = "growth_per_month", .unit = "", .type = OPT_SPREAD, .lo = -1, .hi = 10,
      .help = "growth and its spread", .offset = FIELD(struct opt_spread, growth) },
    { .key = "discount", .unit = "", .type = OPT_PPM, .help = "private pricing",
      .offset = FIELD(int32_t, discount_ppm) },
    { .key = "json", .unit = "", .type = OPT_FLAG, .letter = 'j', .help = "print JSON",
      .offset = FIELD(bool, json) },
    { .key = "tier", .unit = "", .preset = "standard", .type = OPT_CHOICE,
      .choices = "standard|priority|flex|latency-optimized", .help = "service tier",
      .offset = FIELD(int, tier) },
    { .key = "attach_image", .unit = "WxH", .preset = "100x100", .type = OPT_LIST,
      .letter = 'a', .help = "image sent with a request", .offset = FIELD(struct opt_list, attach) },
};
/* clang-format on */

/* A second table behind the first, as a command's behind the program's. */
struct common {
    bool quiet, help;
    const char *region;
};
static const struct opt more[] = {
    { .key = "quiet",
      .unit = "",
      .help = "say less",
      .type = OPT_FLAG,
      .letter = 'q',
      .offset = OPT_FIELD(struct common, bool, quiet) },
    { .key = "help",
      .unit = "",
      .help = "print help",
      .type = OPT_FLAG,
      .offset = OPT_FIELD(struct common, bool, help) },
    { .key = "region",
      .unit = "",
      .help = "hidden by the first table's",
      .type = OPT_TEXT,
      .offset = OPT_FIELD(struct common, const char *, region) },
};

struct fixture {
    struct arena arena;
    struct err e;
    struct settings s;
    struct common common;
    bool given[COUNT(opts)];
    struct opt_list rest;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (!f) return 1;
    opt_presets(opts, COUNT(opts), &f->s, &f->arena);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_clear(&f->arena);
    free(f);
    return 0;
}

/* Parses words that are separated by one space ("" between two spaces). */
static enum err_code parse(struct fixture *f, const char *line)
{
    char *word[20] = { arena_text(&f->arena, "bedplan") };
    int n = 1;
    char *copy = arena_text(&f->arena, line);
    while (*line && copy)
        word[n++] = strsep(&copy, " ");
    struct opt_table tables[] = {
        { opts, COUNT(opts), &f->s, f->given },
        { more, COUNT(more), &f->common, NULL },
    };
    f->e = (struct err){ 0 };
    f->rest = (struct opt_list){ 0 };
    return opt_parse(tables, COUNT(tables), n, word, &f->rest, &f->arena, &f->e);
}

static size_t row_of(const char *key)
{
    return (size_t)(opt_find(opts, COUNT(opts), key) - opts);
}

/* ---- tests ---- */

static void presets_are_set_as_a_user_would_write_them(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(f->s.region, "us-east-1");
    assert_int_equal(f->s.input_tokens, 1000);
    assert_close(f->s.temperature, 0.7, 1e-15);
    assert_int_equal(f->s.attach.count, 1);
    assert_null(opt_find(opts, COUNT(opts), "regio"));
    assert_ptr_equal(opt_find(opts, COUNT(opts), "region"), &opts[0]);
    assert_ptr_equal(opt_find(opts, COUNT(opts), "months"), &opts[2]);
}

static void every_type_is_read(void **state)
{
    struct fixture *f = *state;
    assert_ok(parse(f,
                    "--region eu-west-1 --input 250_000 --start 2026-12-01 "
                    "--cached-share 35% --temperature 1.5e-1 --growth-per-month 6%+-4% "
                    "--discount 12.5% --json --tier flex"),
              f->e);
    assert_string_equal(f->s.region, "eu-west-1");
    assert_int_equal(f->s.input_tokens, 250000);
    assert_int_equal(f->s.start, 1796083200); /* date -u -d 2026-12-01 +%s */
    assert_close(f->s.cached_share, 0.35, 1e-15);
    assert_close(f->s.temperature, 0.15, 1e-15);
    assert_close(f->s.growth.middle, 0.06, 1e-15);
    assert_close(f->s.growth.spread, 0.04, 1e-15);
    assert_int_equal(f->s.discount_ppm, 125000);
    assert_true(f->s.json);
    assert_int_equal(f->s.tier, 2);
    assert_int_equal(f->rest.count, 0);
}

static void a_value_may_be_written_in_each_usual_way(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *line;
        int64_t input_tokens;
    } row[] = {
        { "--input=7", 7 },   { "--input 7", 7 },      { "-i 7", 7 },  { "-i7", 7 },
        { "-i=7", 7 },        { "--inp 7", 7 },        { "-ji 7", 7 }, { "-qji7", 7 },
        { "--in=7 x -j", 7 }, { "-i 3 --input 7", 7 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        f->s.input_tokens = 0;
        assert_ok(parse(f, row[i].line), f->e);
        assert_int_equal(f->s.input_tokens, row[i].input_tokens);
    }
    assert_ok(parse(f, "--attach_image 5x5"), f->e); /* '_' for '-' */
    assert_ok(parse(f, "--region="), f->e);
    assert_string_equal(f->s.region, "");
    assert_ok(parse(f, "--region a=b"), f->e);
    assert_string_equal(f->s.region, "a=b");
}

static void a_value_may_be_negative_or_a_dash(void **state)
{
    struct fixture *f = *state;
    assert_ok(parse(f, "--temperature -2.385 --growth-per-month -3%+-1% --region -"),
              f->e);
    assert_close(f->s.temperature, -2.385, 1e-15);
    assert_close(f->s.growth.middle, -0.03, 1e-15);
    assert_string_equal(f->s.region, "-");
    assert_ok(parse(f, "-r -- x"), f->e); /* as getopt has it */
    assert_string_equal(f->s.region, "--");
    assert_string_equal(f->rest.text[0], "x");
    assert_ok(parse(f, "--region --no-such-flag"), f->e);
    assert_string_equal(f->s.region, "--no-such-flag");
}

static void what_is_no_flag_is_positional(void **state)
{
    struct fixture *f = *state;
    static const char *const want[] = {
        "amazon.nova-lite-v1:0", "-", "", "--json", "-5", "--"
    };
    assert_ok(parse(f, "amazon.nova-lite-v1:0 -q -  -- --json -5 --"), f->e);
    assert_int_equal(f->rest.count, COUNT(want));
    for (size_t i = 0; i < COUNT(want); i++)
        assert_string_equal(f->rest.text[i], want[i]);
    assert_true(f->common.quiet);
    assert_false(f->s.json);
    assert_ok(parse(f, ""), f->e);
    assert_int_equal(f->rest.count, 0);
}

static void what_was_given_is_known(void **state)
{
    struct fixture *f = *state;
    assert_ok(parse(f, "--months 7 -j --quiet"), f->e);
    for (size_t i = 0; i < COUNT(opts); i++)
        assert_int_equal(f->given[i], i == row_of("months") || i == row_of("json"));
}

static void a_list_adds_up_and_replaces_the_preset(void **state)
{
    struct fixture *f = *state;
    assert_ok(parse(f, "-a 900x900 --attach-image 1x2 x --att=3x4"), f->e);
    assert_int_equal(f->s.attach.count, 3);
    assert_string_equal(f->s.attach.text[0], "900x900");
    assert_string_equal(f->s.attach.text[2], "3x4");
    /* from a file, entries only add up */
    assert_ok(opt_set(&opts[row_of("attach_image")], &f->s, "5x6", &f->arena, &f->e),
              f->e);
    assert_int_equal(f->s.attach.count, 4);
}

static void the_first_table_wins(void **state)
{
    struct fixture *f = *state;
    assert_ok(parse(f, "--region x --regi y"), f->e); /* nor is "--regi" ambiguous */
    assert_string_equal(f->s.region, "y");
    assert_null(f->common.region);
}

static void mistakes_are_explained(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *line;
        enum err_code code;
        const char *message;
    } row[] = {
        { "--inptu 7", ERR_USAGE, "unknown option --inptu, did you mean '--input'?" },
        { "--cachd-share=7", ERR_USAGE,
          "unknown option --cachd-share, did you mean '--cached-share'?" },
        { "--budget 7", ERR_USAGE, "unknown option --budget" },
        { "--=7", ERR_USAGE, "unknown option --" },
        { "-x", ERR_USAGE, "unknown option -x" },
        { "-xj", ERR_USAGE, "unknown option -x in -xj" },
        { "--regoin x", ERR_USAGE,
          "unknown option --regoin, did you mean '--region'?" },
        { "-jx", ERR_USAGE, "unknown option -x in -jx" },
        { "-5", ERR_USAGE, "unknown option -5" },
        { "--t flex", ERR_USAGE, "option --t is ambiguous: --temperature or --tier" },
        { "--json=yes", ERR_USAGE, "option --json takes no value" },
        { "-j=yes", ERR_USAGE, "option -j takes no value" },
        { "x --input", ERR_USAGE, "option --input needs a value" },
        { "-i", ERR_USAGE, "option -i needs a value" },
        { "--region --json", ERR_USAGE,
          "option --region needs a value; if it is '--json', write --region=--json" },
        { "--months 99", ERR_RANGE, "--months must be 1 to 60, not '99'" },
        { "--inp x", ERR_INPUT,
          "--input must be a whole number such as 250000 or 250k, not 'x'" },
        { "-i -5", ERR_RANGE, "-i must be 0 to 1000000000000000000, not '-5'" },
        { "--start soon", ERR_INPUT,
          "--start: 'soon' is not a date such as 2026-12-01" },
        { "--tier flx", ERR_INPUT,
          "--tier must be standard, priority, flex or latency-optimized, not 'flx', "
          "did you "
          "mean 'flex'?" },
        { "--discount 101%", ERR_RANGE, "--discount must be 0% to 100%, not '101%'" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        assert_int_equal(parse(f, row[i].line), row[i].code);
        assert_string_equal(f->e.msg, row[i].message);
    }
    assert_int_equal(f->s.input_tokens, 1000); /* the preset: nothing got through */
    assert_int_equal(f->s.months, 12);
    assert_int_equal(f->s.tier, 0);
}

static void a_file_names_the_key(void **state)
{
    struct fixture *f = *state;
    const struct opt *o = &opts[row_of("cached_share")];
    assert_int_equal(opt_set(o, &f->s, "135%", &f->arena, &f->e), ERR_RANGE);
    assert_string_equal(f->e.msg, "cached_share must be 0% to 100%, not '135%'");
    f->e = (struct err){ 0 };
    assert_ok(opt_set(&opts[row_of("json")], &f->s, "off", &f->arena, &f->e), f->e);
    assert_false(f->s.json);
    assert_int_equal(opt_set(&opts[row_of("json")], &f->s, "maybe", &f->arena, &f->e),
                     ERR_INPUT);
    assert_string_equal(f->e.msg, "json must be yes or no, not 'maybe'");
}

/* Bounds are doubles, which have no INT64_MAX: beyond it means none. */
static void bounds_beyond_int64_are_none(void **state)
{
    struct fixture *f = *state;
    struct opt o = opts[row_of("months")];
    o.lo = -1e300;
    o.hi = 1e300;
    assert_ok(opt_set(&o, &f->s, "9223372036854775807", &f->arena, &f->e), f->e);
    assert_int_equal(f->s.months, INT64_MAX);
    assert_ok(opt_set(&o, &f->s, "-9223372036854775808", &f->arena, &f->e), f->e);
    assert_int_equal(f->s.months, INT64_MIN);
}

static char *help(int columns, void (*write)(const struct opt *, size_t, int, FILE *))
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    write(opts, COUNT(opts), columns, out);
    fclose(out);
    return text;
}

static void help_fits_any_terminal(void **state)
{
    (void)state;
    for (int columns = 40; columns <= 200; columns++) {
        char *text = help(columns, opt_help), *rest = text;
        for (char *line; (line = strsep(&rest, "\n"));)
            if (strlen(line) > (size_t)columns)
                fail_msg("%zu columns, not %d: %s", strlen(line), columns, line);
        free(text);
    }
}

static void help_is_laid_out_in_two_columns(void **state)
{
    (void)state;
    char *text = help(66, opt_help);
    const char *want =
        "  -r, --region R               AWS region to price and to size for\n"
        "                               [default us-east-1]\n"
        "  -i, --input N                input tokens of a request [tokens;\n"
        "                               default 1k]\n"
        "      --months N               how far ahead to plan [default 12]\n"
        "      --start DATE             first day of the plan\n";
    text[strlen(want)] = '\0';
    assert_string_equal(text, want);
    free(text);
}

static void scdoc(const struct opt *table, size_t n, int columns, FILE *out)
{
    (void)columns;
    opt_scdoc(table, n, out);
}

static void the_manual_gets_a_paragraph_for_each(void **state)
{
    (void)state;
    char *text = help(0, scdoc);
    static const char *const parts[] = {
        "*-r*, *--region* _R_\n\tAWS region to price and to size for. Default: "
        "us-east-1.\n\n",
        "*-i*, *--input* _N_\n\tInput tokens of a request (tokens). At least 0. "
        "Default: 1k.\n\n",
        "*--months* _N_\n\tHow far ahead to plan. From 1 to 60. Default: 12.\n\n",
        "*--cached-share* _SHARE_\n\tShare of input that could be cached. From 0% to "
        "100%.\n\n",
        "*-j*, *--json*\n\tPrint JSON.\n\n",
        "One of standard, priority, flex, latency-optimized. Default: standard.\n\n",
        "*--attach-image* _WxH_\n\tImage sent with a request. May be given more than "
        "once. "
        "Default: 100x100.\n\n",
    };
    for (size_t i = 0; i < COUNT(parts); i++)
        if (!strstr(text, parts[i])) fail_msg("no '%s' in:\n%s", parts[i], text);
    free(text);
}

static void the_audit_passes_a_good_table_and_finds_each_mistake(void **state)
{
    struct fixture *f = *state;
    struct settings scratch = { 0 };
    assert_ok(opt_check(opts, COUNT(opts), &scratch, &f->arena, &f->e), f->e);
    const struct opt good = opts[row_of("months")];
    struct {
        struct opt second;
        const char *message;
    } row[] = {
        { good, "months is declared twice" },
        { { .key = "Bad" }, "row 1 'Bad': bad key" },
        { { .key = "" }, "row 1 '': bad key" },
        { { .key = "a-b" }, "row 1 'a-b': bad key" },
        { { .key = "a_" }, "row 1 'a_': bad key" },
        { { .key = "_a" }, "row 1 '_a': bad key" },
        { { .key = "x", .help = "y" }, "row 1 'x': unit is NULL, not \"\"" },
        { { .key = "x", .unit = "" }, "row 1 'x': no help" },
        { { .key = "x", .unit = "", .help = "y." },
          "row 1 'x': help ends with a full stop" },
        { { .key = "x", .unit = "", .help = "y\nz" },
          "row 1 'x': help is more than one line" },
        { { .key = "x", .unit = "", .help = "y", .type = OPT_CHOICE },
          "row 1 'x': choices without OPT_CHOICE, or the other way round" },
        { { .key = "x", .unit = "", .help = "y", .choices = "a|b" },
          "row 1 'x': choices without OPT_CHOICE, or the other way round" },
        { { .key = "x", .unit = "", .help = "y", .type = OPT_REAL },
          "row 1 'x': no bounds" },
        { { .key = "x", .unit = "", .help = "y", .type = OPT_FLAG, .preset = "yes" },
          "row 1 'x': a flag with a preset cannot be unset" },
        { { .key = "x", .unit = "", .help = "y", .letter = '7' },
          "row 1 'x': bad letter" },
        { { .key = "x",
            .unit = "",
            .help = "y",
            .type = OPT_INT,
            .lo = 1,
            .hi = 3,
            .preset = "4",
            .offset = FIELD(int64_t, months) },
          "preset of x must be 1 to 3, not '4'" },
        { { .key = "x", .unit = "", .help = "y", .letter = 'm' },
          "-m is both months and x" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct opt two[] = { good, row[i].second };
        two[0].letter = 'm';
        f->e = (struct err){ 0 };
        assert_int_equal(opt_check(two, 2, &scratch, &f->arena, &f->e),
                         strncmp(row[i].message, "preset", 6) ? ERR_USAGE : ERR_RANGE);
        assert_string_equal(f->e.msg, row[i].message);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(presets_are_set_as_a_user_would_write_them),
        TEST(every_type_is_read),
        TEST(a_value_may_be_written_in_each_usual_way),
        TEST(a_value_may_be_negative_or_a_dash),
        TEST(what_is_no_flag_is_positional),
        TEST(what_was_given_is_known),
        TEST(a_list_adds_up_and_replaces_the_preset),
        TEST(the_first_table_wins),
        TEST(mistakes_are_explained),
        TEST(a_file_names_the_key),
        TEST(bounds_beyond_int64_are_none),
        TEST(help_fits_any_terminal),
        TEST(help_is_laid_out_in_two_columns),
        TEST(the_manual_gets_a_paragraph_for_each),
        TEST(the_audit_passes_a_good_table_and_finds_each_mistake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
