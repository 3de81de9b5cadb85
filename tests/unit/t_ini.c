#include "check.h"

#include <stdlib.h>

#include "ini.h"

struct fixture {
    struct arena arena;
    struct err e;
    struct ini ini;
};

static enum err_code load(struct fixture *f, const char *text)
{
    f->e = (struct err){ 0 };
    f->ini = (struct ini){ 0 };
    return ini_load(&f->ini, "plan.ini", text, strlen(text), &f->arena, &f->e);
}

static void keeps_sections_names_keys_values_and_lines(void **state)
{
    struct fixture *f = *state;
    static const struct ini_entry want[] = {
        { "plan", "", "name", "support-assistant", 3, 2 },
        { "plan", "", "months", "12", 5, 2 },
        { "workload", "chat", "growth", "6% +- 4%", 8, 7 },
        { "workload", "long name", "model", "amazon.nova-lite-v1:0", 12, 11 },
    };
    assert_ok(load(f, "; what we know\n"
                      "[plan]\n"
                      "name = support-assistant\n"
                      "# a comment too\n"
                      "months=12\r\n"
                      "\n"
                      "[workload chat] ; the big one\n"
                      "growth = 6% +- 4%   ; see the manual\n"
                      "\n"
                      "[empty]\n"
                      "[ workload  long name ]\n"
                      "model = amazon.nova-lite-v1:0"),
              f->e);
    assert_int_equal(f->ini.count, COUNT(want));
    for (size_t i = 0; i < COUNT(want); i++) {
        const struct ini_entry *got = &f->ini.entry[i];
        assert_string_equal(got->section, want[i].section);
        assert_string_equal(got->name, want[i].name);
        assert_string_equal(got->key, want[i].key);
        assert_string_equal(got->value, want[i].value);
        assert_int_equal(got->line, want[i].line);
        assert_int_equal(got->section_line, want[i].section_line);
    }
    assert_int_equal(f->ini.section_count, 4);
    assert_string_equal(f->ini.sections[2].section, "empty");
    assert_int_equal(f->ini.sections[2].line, 10);
    assert_string_equal(f->ini.path, "plan.ini");
}

static void reads_values(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *value;
    } row[] = {
        { "k = a;b", "a;b" }, /* a comment needs white space before it */
        { "k = a ;b", "a" },
        { "k = a\t; b", "a" },
        { "k =", "" },
        { "k = ; nothing", "" },
        { "k = a = b", "a = b" },
        { "k = # hash", "# hash" },
        { "k = \"quoted\"", "\"quoted\"" },
        { "k = one\n  two ; said\n\tthree", "one two three" },
        { "k = one\n\n; between\n  ; and this\n two\n", "one two" },
        { "k = one\n  = two\n  B = 3",
          "one = two B = 3" }, /* neither can be a setting */
        { "k =\n 1 2 3\n 4 5 6\n", "1 2 3 4 5 6" },
        { "  k = indented, but nothing stands above it", "indented, but nothing stands "
                                                         "above it" },
        { "k = caf\xc3\xa9", "caf\xc3\xa9" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        char *text = arena_printf(&f->arena, "[s]\n%s", row[i].text);
        assert_ok(load(f, text), f->e);
        assert_int_equal(f->ini.count, 1);
        assert_string_equal(f->ini.entry[0].key, "k");
        assert_string_equal(f->ini.entry[0].value, row[i].value);
        assert_int_equal(f->ini.entry[0].line, 2);
    }
}

static void refuses_with_the_line(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *message;
    } row[] = {
        { "k = 1\n", "plan.ini:1: 'k' stands before any [section]" },
        { "[s]\n\nmonths\n", "plan.ini:3: 'months' has no '='" },
        { "[s]\nmonths: 12\n", "plan.ini:2: 'months: 12' has no '='" },
        { "[s]\na: b = 12\n", "plan.ini:2: 'a: b = 12' is not 'key = value'" },
        { "[s]\n= 12\n", "plan.ini:2: '= 12' is not 'key = value'" },
        { "[s]\nk ; = 12\n", "plan.ini:2: not 'key = value'" },
        { "[s]\nk = 1\nj = 2\nk = 3\n", "plan.ini:4: 'k' is already at line 2" },
        { "[a b]\n[c]\n[a  b]\n", "plan.ini:3: [a  b] is already at line 1" },
        { "[s\nk = 1\n", "plan.ini:1: a section must end in ']'" },
        { "[s] k = 1\n", "plan.ini:1: 'k = 1' behind a section's ']'" },
        { "[]\n", "plan.ini:1: a section without a name" },
        { "[a ; b]\n", "plan.ini:1: not 'key = value'" },
        { "[1234567890123456789012345678901234567890123456789x]\n",
          "plan.ini:1: a section's name is longer than 49 bytes" },
        { "[s]\nk = 1\n  j = 2\n",
          "plan.ini:3: white space before 'j = 2' makes it part "
          "of 'k' above; remove it" },
        { "[s]\nk = 1\n a_0=\n",
          "plan.ini:3: white space before 'a_0=' makes it part of 'k' "
          "above; remove it" },
        { "[s]\nk = 1\n [t]\n",
          "plan.ini:3: white space before '[t]' makes it part of 'k' "
          "above; remove it" },
        { "[s]\nk = \xff\n", "plan.ini:2: bytes that are not UTF-8" },
        { "[s]\nk = \xc0\xaf\n",
          "plan.ini:2: bytes that are not UTF-8" }, /* overlong */
        { "[s]\nk = \xed\xa0\x80\n",
          "plan.ini:2: bytes that are not UTF-8" }, /* half */
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        assert_int_equal(load(f, row[i].text), ERR_INPUT);
        assert_string_equal(f->e.msg, row[i].message);
        assert_null(f->ini.path); /* untouched */
    }
}

static void refuses_a_nul_byte(void **state)
{
    struct fixture *f = *state;
    static const char text[] = "[s]\nk = 1\0 2\n";
    assert_int_equal(
        ini_load(&f->ini, "plan.ini", text, sizeof text - 1, &f->arena, &f->e),
        ERR_INPUT);
    assert_string_equal(f->e.msg, "plan.ini:2: a NUL byte");
}

/* inih would cut the line at 199 bytes and read the rest as a line of its own. */
static void reads_199_bytes_a_line_and_refuses_200(void **state)
{
    struct fixture *f = *state;
    char value[200];
    memset(value, 'v', sizeof value - 1);
    value[195] = '\0'; /* "k = " and 195 */
    assert_ok(load(f, arena_printf(&f->arena, "[s]\nk = %s\nj = 2\n", value)), f->e);
    assert_int_equal(strlen(f->ini.entry[0].value), 195);
    assert_string_equal(f->ini.entry[1].value, "2");
    assert_ok(load(f, arena_printf(&f->arena, "[s]\nk = %s\r\nj = 2\r\n", value)),
              f->e);
    assert_int_equal(strlen(f->ini.entry[0].value), 195);
    assert_int_equal(load(f, arena_printf(&f->arena, "[s]\nk = %sv\nj = 2\n", value)),
                     ERR_INPUT);
    assert_string_equal(f->e.msg, "plan.ini:2: the line is longer than 199 bytes; "
                                  "continue it on an indented line");
}

static void joins_168_weights_from_many_lines(void **state)
{
    struct fixture *f = *state;
    char *text = arena_text(&f->arena, "[s]\nprofile = 0.5");
    char *want = arena_text(&f->arena, "0.5");
    for (int i = 1; i < 168; i++) {
        text = arena_printf(&f->arena, "%s\n  %d.25", text, i);
        want = arena_printf(&f->arena, "%s %d.25", want, i);
    }
    assert_ok(load(f, text), f->e);
    assert_string_equal(f->ini.entry[0].value, want);
}

static void refuses_more_settings_than_it_can_compare(void **state)
{
    struct fixture *f = *state;
    char *text = malloc(200000), *p = text + sprintf(text, "[s]\n");
    for (int i = 0; i <= 10000; i++)
        p += sprintf(p, "k%d =\n", i);
    assert_int_equal(load(f, text), ERR_INPUT);
    assert_string_equal(f->e.msg, "plan.ini:10002: more than 10000 settings");
    p = text;
    for (int i = 0; i <= 10000; i++)
        p += sprintf(p, "[k%d]\n", i);
    assert_int_equal(load(f, text), ERR_INPUT);
    assert_string_equal(f->e.msg, "plan.ini:10001: more than 10000 sections");
    free(text);
}

static void reads_the_edges_of_what_is_allowed(void **state)
{
    struct fixture *f = *state;
    assert_ok(ini_load(&f->ini, "plan.ini", NULL, 0, &f->arena, &f->e), f->e);
    assert_int_equal(f->ini.count + f->ini.section_count, 0);
    assert_ok(load(f, "\xef\xbb\xbf[s]\nk = 1\n"), f->e);
    assert_string_equal(f->ini.sections[0].section, "s");
    static const char title[] = "1234567890123456789012345678901234567890123456789";
    assert_ok(load(f, arena_printf(&f->arena, "[%s]\n", title)),
              f->e); /* 49 bytes fit */
    assert_string_equal(f->ini.sections[0].section, title);
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
        TEST(keeps_sections_names_keys_values_and_lines),
        TEST(reads_values),
        TEST(refuses_with_the_line),
        TEST(refuses_a_nul_byte),
        TEST(reads_199_bytes_a_line_and_refuses_200),
        TEST(joins_168_weights_from_many_lines),
        TEST(refuses_more_settings_than_it_can_compare),
        TEST(reads_the_edges_of_what_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
