#include "check.h"

#include <stdlib.h>

#include "table.h"

static const struct table_column columns[] = {
    { .key = "model", .heading = "Model", .align = LEFT, .min_width = 8 },
    { .key = "p95_usd", .heading = "P95 $", .align = RIGHT },
    { .key = "region", .heading = "Region", .align = LEFT, .droppable = true },
    { .key = "source", .heading = "Source", .align = LEFT, .droppable = true },
};

/* Widths of the columns below: 25, 8, 9 and 11; 59 with the gaps. */
static void fill(struct table *t, struct arena *a)
{
    table_init(t, "Candidates", columns, COUNT(columns), a);
    const char **r = table_row(t);
    r[0] = "amazon.nova-lite-v1:0 été";
    r[1] = "1,234.57";
    r[2] = "us-east-1";
    r[3] = "price list";
    r = table_row(t);
    r[0] = "meta, \"llama\"";
    r[1] = NULL;
    r[2] = "eu|west";
    r[3] = "p\tq";
    t->dim[1] = true;
    table_note(t, "%d of %d candidates are feasible", 1, 2);
}

static char *printed(const struct table *t, enum table_format format, int width,
                     bool colour)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    assert_non_null(f);
    table_print(t, format, width, colour, f);
    assert_int_equal(fclose(f), 0);
    return text;
}

static void assert_prints(enum table_format format, int width, bool colour,
                          const char *want)
{
    struct arena a = { 0 };
    struct table t;
    fill(&t, &a);
    char *got = printed(&t, format, width, colour);
    assert_string_equal(got, want);
    free(got);
    arena_clear(&a);
}

static void aligns_by_characters_not_bytes(void **state)
{
    (void)state;
    assert_prints(TABLE_TEXT, 80, false,
                  "Candidates\n"
                  "\n"
                  "Model                         P95 $  Region     Source\n"
                  "─────────────────────────  ────────  ─────────  ──────────\n"
                  "amazon.nova-lite-v1:0 été  1,234.57  us-east-1  price list\n"
                  "meta, \"llama\"                     -  eu|west    p q\n"
                  "\n"
                  "1 of 2 candidates are feasible\n");
}

static void shortens_names_before_it_drops_columns(void **state)
{
    (void)state;
    assert_prints(TABLE_TEXT, 48, false,
                  "Candidates\n"
                  "\n"
                  "Model               P95 $  Region     Source\n"
                  "───────────────  ────────  ─────────  ──────────\n"
                  "amazon.nova-li…  1,234.57  us-east-1  price list\n"
                  "meta, \"llama\"           -  eu|west    p q\n"
                  "\n"
                  "1 of 2 candidates are feasible\n");
}

static void drops_the_last_droppable_column_and_says_so(void **state)
{
    (void)state;
    assert_prints(TABLE_TEXT, 40, false,
                  "Candidates\n"
                  "\n"
                  "Model                   P95 $  Region\n"
                  "───────────────────  ────────  ─────────\n"
                  "amazon.nova-lite-v…  1,234.57  us-east-1\n"
                  "meta, \"llama\"               -  eu|west\n"
                  "\n"
                  "1 of 2 candidates are feasible\n"
                  "not shown for lack of width: Source\n"
                  "  (--format csv has every column)\n");
}

static void sets_rows_apart_only_in_colour(void **state)
{
    (void)state;
    assert_prints(
        TABLE_TEXT, 80, true,
        "\033[1mCandidates\033[0m\n"
        "\n"
        "\033[1mModel                         P95 $  Region     Source\033[0m\n"
        "─────────────────────────  ────────  ─────────  ──────────\n"
        "amazon.nova-lite-v1:0 été  1,234.57  us-east-1  price list\n"
        "\033[2mmeta, \"llama\"                     -  eu|west    p q\033[0m\n"
        "\n"
        "1 of 2 candidates are feasible\n");
}

/* RFC 4180: fields with a comma or a quote are quoted, quotes doubled. */
static void writes_csv_with_keys_and_plain_numbers(void **state)
{
    (void)state;
    assert_prints(TABLE_CSV, 20, true,
                  "model,p95_usd,region,source\n"
                  "amazon.nova-lite-v1:0 été,1234.57,us-east-1,price list\n"
                  "\"meta, \"\"llama\"\"\",,eu|west,p\tq\n");
}

static void writes_tsv_without_tabs_in_cells(void **state)
{
    (void)state;
    assert_prints(TABLE_TSV, 20, true,
                  "model\tp95_usd\tregion\tsource\n"
                  "amazon.nova-lite-v1:0 été\t1234.57\tus-east-1\tprice list\n"
                  "meta, \"llama\"\t\teu|west\tp q\n");
}

static void writes_markdown_with_escaped_bars(void **state)
{
    (void)state;
    assert_prints(TABLE_MD, 20, true,
                  "### Candidates\n"
                  "\n"
                  "| Model | P95 $ | Region | Source |\n"
                  "| --- | ---: | --- | --- |\n"
                  "| amazon.nova-lite-v1:0 été | 1,234.57 | us-east-1 | price list |\n"
                  "| meta, \"llama\" | - | eu\\|west | p q |\n"
                  "\n"
                  "- 1 of 2 candidates are feasible\n");
}

/* Names and numbers of csv: only marks of thousands go. */
static void keeps_commas_that_are_no_thousands_marks(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *want;
    } row[] = {
        { "1,234", "1234" },
        { "~12,345 [9,870, 15,600]", "\"~12345 [9870, 15600]\"" },
        { "1,2345", "\"1,2345\"" },
        { "p50, 123", "\"p50, 123\"" },
    };
    static const struct table_column one[] = { { .key = "n", .align = RIGHT } };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct arena a = { 0 };
        struct table t;
        table_init(&t, NULL, one, 1, &a);
        table_row(&t)[0] = row[i].cell;
        char *got = printed(&t, TABLE_CSV, 80, false);
        assert_string_equal(got, arena_printf(&a, "n\n%s\n", row[i].want));
        free(got);
        arena_clear(&a);
    }
}

static uint64_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return *state >> 33;
}

/* Any table whose columns may all give way fits any width that its least widths and
 * its columns that stay allow: here 8 + 2 + 8 = 18. */
static void fits_every_width_it_can(void **state)
{
    (void)state;
    uint64_t seed = 20261122;
    for (int i = 0; i < 500; i++) {
        struct arena a = { 0 };
        struct table t;
        table_init(&t, NULL, columns, COUNT(columns), &a);
        for (int r = 0; r < 7; r++) {
            const char **cell = table_row(&t);
            cell[0] = arena_printf(&a, "%0*d", 1 + (int)(next(&seed) % 60), 7);
            cell[1] = arena_printf(&a, "%0*d", 1 + (int)(next(&seed) % 8), 7);
            cell[2] = arena_printf(&a, "%0*d", 1 + (int)(next(&seed) % 30), 7);
        }
        int width = 18 + (int)(next(&seed) % 100);
        char *got = printed(&t, TABLE_TEXT, width, false);
        for (char *line = strtok(got, "\n"); line; line = strtok(NULL, "\n")) {
            int n = 0;
            for (const char *p = line; *p; p++)
                n += ((unsigned char)*p & 0xc0) != 0x80;
            if (strncmp(line, "  (--format", 11) && n > width && strchr(line, '7')) {
                print_error("%d > %d: %s\n", n, width, line);
                fail();
            }
        }
        free(got);
        arena_clear(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aligns_by_characters_not_bytes),
        cmocka_unit_test(shortens_names_before_it_drops_columns),
        cmocka_unit_test(drops_the_last_droppable_column_and_says_so),
        cmocka_unit_test(sets_rows_apart_only_in_colour),
        cmocka_unit_test(writes_csv_with_keys_and_plain_numbers),
        cmocka_unit_test(writes_tsv_without_tabs_in_cells),
        cmocka_unit_test(writes_markdown_with_escaped_bars),
        cmocka_unit_test(keeps_commas_that_are_no_thousands_marks),
        cmocka_unit_test(fits_every_width_it_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
