#include "check.h"

#include <stdlib.h>

#include "csv.h"
#include "splitmix.h"

struct fixture {
    struct arena arena;
    struct err e;
    struct csv *csv;
};

static enum err_code open_text(struct fixture *f, const char *text)
{
    f->e = (struct err){ 0 };
    return csv_open(&f->csv, "x.csv", text, strlen(text), &f->arena, &f->e);
}

/* All rows as one text, "field|field\n", with the line in front. */
static char *all_rows(struct fixture *f, const char *text)
{
    struct csv_row row = { 0 };
    bool more = true;
    char *out = arena_text(&f->arena, "");
    if (open_text(f, text)) return f->e.msg;
    for (;;) {
        if (csv_next(f->csv, &row, &more, &f->e)) return f->e.msg;
        if (!more) return out;
        out = arena_printf(&f->arena, "%s%d:", out, (int)row.line);
        for (size_t i = 0; i < row.count; i++)
            out = arena_printf(&f->arena, "%s%s%s", out, i ? "|" : "", row.field[i]);
        out = arena_printf(&f->arena, "%s;", out);
    }
}

static void reads_what_rfc_4180_allows(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *rows;
    } row[] = {
        { "a,b\n1,2\n", "2:1|2;" },
        { "a,b\r\n1,2\r\n3,4", "2:1|2;3:3|4;" },
        { "\xef\xbb\xbf"
          "a,b\n1,2",
          "2:1|2;" }, /* the mark that Excel writes */
        { "a,b\n\"1,5\",\"say \"\"hi\"\"\"\n", "2:1,5|say \"hi\";" },
        { "a,b\n\"two\nlines\",x\n7,8\n", "2:two\nlines|x;4:7|8;" },
        { "a,b\n\n\r\n,\n\n", "4:|;" }, /* blank lines are skipped, empty fields kept */
        { "a,b\n  1 , 2\n", "2:  1 | 2;" }, /* blanks belong to the field */
        { "a\n\"\"\n", "2:;" },
        { "a,b", "" },
    };
    for (size_t i = 0; i < COUNT(row); i++)
        assert_string_equal(all_rows(f, row[i].text), row[i].rows);
}

static void refuses_with_the_line(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *message;
    } row[] = {
        { "", "x.csv:1: no header" },
        { "\n\n", "x.csv:3: no header" },
        { "a,b,c,c\n", "x.csv:1: column 'c' is there twice" },
        { "a,b,a\n", "x.csv:1: column 'a' is there twice" },
        { "a,b\n1,2\n3\n", "x.csv:3: 1 fields, but the header has 2" },
        { "a,b\n1,2,3\n", "x.csv:2: 3 fields, but the header has 2" },
        { "a,b\n1,x\"y\n", "x.csv:2: a quote in the wrong place" },
        { "a,b\n1,\"x\"y\n", "x.csv:2: a quote in the wrong place" },
        { "a,b\n1,2\n3,\"4\n5,6\n",
          "x.csv:3: a quoted field that begins here never ends" },
        { "a,b\n1,2\r3,4\n", "x.csv:2: a carriage return without a line feed" },
        { "a,b\n1,2\r3,4", "x.csv:2: a carriage return without a line feed" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        assert_string_equal(all_rows(f, row[i].text), row[i].message);
        assert_int_equal(f->e.code, ERR_INPUT);
    }
}

static void refuses_a_nul_byte(void **state)
{
    struct fixture *f = *state;
    static const char text[] = "a,b\n1,2\n3\0,4\n";
    struct csv_row row = { 0 };
    bool more = false;
    assert_ok(csv_open(&f->csv, "x.csv", text, sizeof text - 1, &f->arena, &f->e),
              f->e);
    assert_ok(csv_next(f->csv, &row, &more, &f->e), f->e);
    assert_int_equal(csv_next(f->csv, &row, &more, &f->e), ERR_INPUT);
    assert_string_equal(f->e.msg, "x.csv:3: a NUL byte");
    assert_string_equal(row.field[1], "2"); /* untouched */
}

static void refuses_more_columns_than_anybody_has(void **state)
{
    struct fixture *f = *state;
    char *wide = malloc(5000);
    memset(wide, ',', 4999);
    wide[4999] = '\0';
    assert_int_equal(open_text(f, wide), ERR_INPUT);
    assert_string_equal(f->e.msg, "x.csv:1: more than 4096 columns");
    free(wide);
}

static void finds_columns_by_name(void **state)
{
    struct fixture *f = *state;
    assert_ok(open_text(f, "timestamp,input tokens,\"a,b\"\n"), f->e);
    assert_int_equal(csv_column(f->csv, "timestamp"), 0);
    assert_int_equal(csv_column(f->csv, "a,b"), 2);
    assert_int_equal(csv_column(f->csv, "input_tokens"), -1);
}

static void keeps_the_rows_that_were_read_before(void **state)
{
    struct fixture *f = *state;
    struct csv_row first = { 0 }, second = { 0 };
    bool more = false;
    assert_ok(open_text(f, "a,b\n2.385,x\n7,y\n"), f->e);
    assert_ok(csv_next(f->csv, &first, &more, &f->e), f->e);
    assert_ok(csv_next(f->csv, &second, &more, &f->e), f->e);
    assert_string_equal(first.field[0], "2.385");
    assert_string_equal(second.field[1], "y");
}

/* Whatever csv_put() wrote, csv_next() reads. Two columns: a lone empty field would
 * be a blank line. */
static void reads_back_what_it_wrote(void **state)
{
    struct fixture *f = *state;
    static const char letters[] = "ab ,\"\r\n;\t\xc3\xa9'0";
    uint64_t seed = 20260222;
    for (int round = 0; round < 20000; round++) {
        char field[2][12], *text = NULL;
        size_t size = 0;
        for (int i = 0; i < 2; i++) {
            size_t n = (size_t)next_below(&seed, 11);
            for (size_t k = 0; k < n; k++)
                field[i][k] = letters[next_below(&seed, sizeof letters - 1)];
            field[i][n] = '\0';
        }
        FILE *out = open_memstream(&text, &size);
        fputs("x,y\r\n", out);
        csv_put(out, field[0], ',');
        putc(',', out);
        csv_put(out, field[1], ',');
        fputs("\r\n", out);
        fclose(out);
        struct csv_row row = { 0 };
        bool more = false;
        assert_ok(open_text(f, text), f->e);
        assert_ok(csv_next(f->csv, &row, &more, &f->e), f->e);
        assert_true(more);
        assert_string_equal(row.field[0], field[0]);
        assert_string_equal(row.field[1], field[1]);
        assert_ok(csv_next(f->csv, &row, &more, &f->e), f->e);
        assert_false(more);
        free(text);
        arena_clear(&f->arena);
    }
}

static void quotes_only_what_needs_it(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        char separator;
        const char *written;
    } row[] = {
        { "plain text", ',', "plain text" }, { "", ',', "" },
        { "a,b", ',', "\"a,b\"" },           { "a,b", '\t', "a,b" },
        { "a\tb", '\t', "\"a\tb\"" },        { "5\" disk", ',', "\"5\"\" disk\"" },
        { "trail ", ',', "\"trail \"" },     { "x ", ',', "\"x \"" },
        { " lead", ',', "\" lead\"" },       { "two\nlines", ',', "\"two\nlines\"" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        csv_put(out, row[i].text, row[i].separator);
        fclose(out);
        assert_string_equal(text, row[i].written);
        free(text);
    }
}

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct fixture));
    return *state == NULL;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_clear(&f->arena);
    free(f);
    return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_what_rfc_4180_allows), TEST(refuses_with_the_line),
        TEST(refuses_a_nul_byte),         TEST(refuses_more_columns_than_anybody_has),
        TEST(finds_columns_by_name),      TEST(keeps_the_rows_that_were_read_before),
        TEST(reads_back_what_it_wrote),   cmocka_unit_test(quotes_only_what_needs_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
