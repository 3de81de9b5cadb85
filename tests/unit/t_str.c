#include "check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "splitmix.h"
#include "str.h"
#include "utf8.h"

/* ---- str, buf ---- */

static void trims_white_space_of_every_kind(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        { " \t\n\r\f\va b \t", "a b" },
        { "", "" },
        { " \n ", "" },
        { "x", "x" },
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_true(str_eq(str_trim(str_of(rows[i][0])), rows[i][1]));
    struct str none = { NULL, 0 };
    assert_int_equal(str_trim(none).n, 0);
    assert_true(str_eq(none, ""));
    assert_false(str_eq(none, "x"));
    assert_false(str_eq(STR("ab"), "a"));
    assert_false(str_eq(STR("ab"), "abc"));
}

static void cuts_at_the_first_separator(void **state)
{
    (void)state;
    static const struct {
        const char *text, *first, *rest;
    } row[] = {
        { "a,b,c", "a", "b,c" }, { ",b", "", "b" }, { "a,", "a", "" },
        { "a", "a", "" },        { "", "", "" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct str rest = STR("untouched");
        assert_true(str_eq(str_cut(str_of(row[i].text), ',', &rest), row[i].first));
        assert_true(str_eq(rest, row[i].rest));
    }
    struct str rest = { NULL, 0 }, first = str_cut(rest, ',', &rest);
    assert_int_equal(first.n + rest.n, 0);
    rest = STR("a|b||c"); /* the usual loop sees three pieces and a hole */
    int pieces = 0;
    while (rest.n) {
        str_cut(rest, '|', &rest);
        pieces++;
    }
    assert_int_equal(pieces, 4);
}

static void compares_beginnings_and_ends(void **state)
{
    (void)state;
    assert_true(text_starts("global.anthropic", "global."));
    assert_false(text_starts("glob", "global."));
    assert_true(text_ends("trace.csv.gz", ".gz"));
    assert_false(text_ends("gz", ".gz"));
    assert_true(text_ends("x", ""));
    assert_true(text_ends(".gz", ".gz"));
}

static void builds_text_up_to_its_maximum(void **state)
{
    (void)state;
    struct buf b = { .max = 1000 };
    for (int i = 0; i < 100; i++)
        buf_printf(&b, "%d,", i); /* 10 × 2 + 90 × 3 = 290 bytes */
    assert_int_equal(b.n, 290);
    assert_int_equal(strlen(b.p), 290);
    buf_printf(&b, "%0710d", 7); /* exactly full, and longer than the small buffer */
    assert_int_equal(b.n, 1000);
    assert_false(b.overflow);
    buf_add(&b, NULL, 0);
    assert_false(b.overflow);
    buf_text(&b, "x");
    assert_true(b.overflow);
    assert_int_equal(b.n, 1000); /* dropped whole */
    buf_clear(&b);
    assert_null(b.p);
    assert_int_equal(b.max, 1000);

    for (int n = 505; n < 520; n++) { /* around the size of the small buffer */
        buf_printf(&b, "%0*d", n, 7);
        assert_int_equal(b.n, n);
        assert_string_equal(b.p + n - 3, "007");
        assert_int_equal(strspn(b.p, "0"), n - 1);
        buf_clear(&b);
    }
    buf_text(&b, "12345");
    buf_printf(&b, "%0996d", 7);
    assert_true(b.overflow);
    assert_string_equal(b.p, "12345");
    buf_text(&b, "6"); /* would fit, but the text has a hole now */
    assert_string_equal(b.p, "12345");
    buf_clear(&b);
}

/* ---- UTF-8 ---- */

static void knows_utf_8(void **state)
{
    (void)state;
    /* Source: The Unicode Standard 15, section 3.9, table 3-7, and around its edges */
    static const struct {
        const char *text;
        size_t bytes;
    } row[] = {
        { "a", 1 },
        { "\x7f", 1 },
        { "\xc2\x80", 2 },
        { "\xdf\xbf", 2 },
        { "\xe0\xa0\x80", 3 },
        { "\xed\x9f\xbf", 3 },
        { "\xee\x80\x80", 3 },
        { "\xef\xbf\xbd", 3 },
        { "\xf0\x90\x80\x80", 4 },
        { "\xf4\x8f\xbf\xbf", 4 },
        { "", 0 },
        { "\x80", 0 },
        { "\xc1\xbf", 0 },         /* overlong */
        { "\xe0\x9f\xbf", 0 },     /* overlong */
        { "\xf0\x8f\xbf\xbf", 0 }, /* overlong */
        { "\xed\xa0\x80", 0 },     /* a surrogate */
        { "\xf4\x90\x80\x80", 0 }, /* beyond U+10FFFF */
        { "\xf5\x80\x80\x80", 0 },
        { "\xc2", 0 },
        { "\xe2\x82", 0 },
        { "\xe2\x82z", 0 },
        { "\xf0\x9f\x98", 0 },
    };
    for (size_t i = 0; i < COUNT(row); i++)
        assert_int_equal(utf8_char(row[i].text, strlen(row[i].text)), row[i].bytes);
    size_t bad = 77;
    assert_true(utf8_valid("caf\xc3\xa9 \xf0\x9f\x98\x80", 10, &bad));
    assert_int_equal(bad, 77);
    assert_false(utf8_valid("caf\xc3\xa9 \xf0\x9f\x98\x80", 9, &bad));
    assert_int_equal(bad, 6);
    assert_true(utf8_valid("a\0b", 3, NULL));
    assert_false(utf8_valid("\xff"
                            "a",
                            2, &bad));
    assert_int_equal(bad, 0);
}

/* ---- arena ---- */

static void arena_things_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct arena a = { 0 };
    uint64_t seed = 20260222;
    unsigned char *thing[500];
    size_t bytes[500];
    for (size_t i = 0; i < COUNT(thing); i++) {
        bytes[i] = (size_t)next_size(&seed, 5); /* up to 100 kB, larger than a chunk */
        thing[i] = arena_alloc(&a, bytes[i], 1);
        assert_int_equal((uintptr_t)thing[i] % _Alignof(max_align_t), 0);
        for (size_t k = 0; k < bytes[i]; k++)
            if (thing[i][k]) fail_msg("byte %zu of thing %zu is not zero", k, i);
        memset(thing[i], (int)(i % 251 + 1), bytes[i]);
    }
    for (size_t i = 0; i < COUNT(thing); i++)
        for (size_t k = 0; k < bytes[i]; k++)
            if (thing[i][k] != i % 251 + 1) fail_msg("thing %zu was overwritten", i);
    arena_clear(&a);
    assert_null(a.last);
    assert_string_equal(arena_text(&a, "again"), "again");
    arena_clear(&a);
}

static void arena_copies_and_prints_text(void **state)
{
    (void)state;
    struct arena a = { 0 };
    assert_string_equal(arena_text_n(&a, "region=us", 6), "region");
    assert_string_equal(arena_text_n(&a, NULL, 0), "");
    char *longer = arena_printf(&a, "%070000d", 7);
    assert_int_equal(strlen(longer), 70000);
    assert_string_equal(arena_printf(&a, "%s", ""), "");
    arena_clear(&a);
}

static void arena_arrays_grow_and_keep_what_they_had(void **state)
{
    (void)state;
    struct arena a = { 0 };
    size_t capacity = 0, moves = 0;
    int64_t *array = NULL;
    for (size_t i = 0; i < 10000; i++) {
        int64_t *before = array;
        array = arena_grow(&a, array, &capacity, i + 1, sizeof *array);
        moves += before != array;
        array[i] = (int64_t)i * 7;
    }
    for (size_t i = 0; i < 10000; i++)
        assert_int_equal(array[i], (int64_t)i * 7);
    assert_int_equal(moves, 11); /* 16, 32, … 16384: amortised */
    arena_clear(&a);
}

static jmp_buf out_of_memory;
static size_t wanted;

static void jump(size_t wanted_bytes)
{
    wanted = wanted_bytes;
    longjmp(out_of_memory, 1);
}

static void arena_says_when_memory_is_exhausted(void **state)
{
    (void)state;
    struct arena a = { .on_exhausted = jump };
    struct arena *volatile kept = &a;
    size_t capacity = 0;
    if (setjmp(out_of_memory) == 0) {
        arena_alloc(kept, SIZE_MAX / 4, 8); /* the product overflows */
        fail();
    }
    assert_true(wanted == SIZE_MAX);
    wanted = 0;
    if (setjmp(out_of_memory) == 0) {
        arena_grow(kept, NULL, &capacity, SIZE_MAX, 1); /* doubling would overflow */
        fail();
    }
    assert_true(wanted == SIZE_MAX);
    assert_string_equal(arena_text(kept, "still of use"), "still of use");
    arena_clear(kept);
}

static void arena_without_a_handler_ends_the_program_with_70(void **state)
{
    (void)state;
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        struct arena a = { 0 };
        close(2); /* the message */
        arena_alloc(&a, SIZE_MAX / 4, 8);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 70);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trims_white_space_of_every_kind),
        cmocka_unit_test(cuts_at_the_first_separator),
        cmocka_unit_test(compares_beginnings_and_ends),
        cmocka_unit_test(builds_text_up_to_its_maximum),
        cmocka_unit_test(knows_utf_8),
        cmocka_unit_test(arena_things_are_zeroed_aligned_and_apart),
        cmocka_unit_test(arena_copies_and_prints_text),
        cmocka_unit_test(arena_arrays_grow_and_keep_what_they_had),
        cmocka_unit_test(arena_says_when_memory_is_exhausted),
        cmocka_unit_test(arena_without_a_handler_ends_the_program_with_70),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
