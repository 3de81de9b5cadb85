#include "check.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "plot_private.h"

static const double x3[] = { 0, 1, 2 }, y3[] = { 412.37, 1257.5, 24566.25 },
                    lo3[] = { 300, 1000, 20000 }, hi3[] = { 500, 1700, 33000 };
static const char *const names[] = { "nova-micro · on-demand, in-region",
                                     "it's 100% {_}^x · batch",
                                     "titan-text · provisioned, 6 months, 3 units" };
static const struct plot_series bars = { .name = "mean",
                                         .style = PLOT_BARS,
                                         .x = x3,
                                         .y = y3,
                                         .lo = lo3,
                                         .hi = hi3,
                                         .count = 3 };
static const struct plot_mark budget = { 0, 1700, "budget 1,700" };
static const struct plot by_candidate = {
    .title = "Cost 'per' month",
    .y_label = "USD per month",
    .category = names,
    .categories = 3,
    .series = &bars,
    .series_count = 1,
    .h_line = &budget,
    .h_lines = 1,
    .y_from_zero = true,
};

static const struct plot_series line = {
    .name = "spend", .style = PLOT_LINE, .x = x3, .y = y3, .count = 3
};
static const struct plot one_line = { .title = "Spend",
                                      .series = &line,
                                      .series_count = 1 };

static const char *script_of(const struct plot *p, struct arena *a)
{
    struct err e = { 0 };
    struct plot_page page;
    struct buf b = { .max = 1 << 20 };
    assert_ok(plot_layout(&page, p, a, &e), e);
    plot_script(&b, &page, PLOT_SVG);
    const char *text = arena_text(a, b.p);
    buf_clear(&b);
    return text;
}

static void numbers_have_thousands_marks_and_few_digits(void **state)
{
    (void)state;
    static const struct {
        double v, step;
        const char *text;
    } row[] = {
        { 0, 500, "0" },
        { 1500, 500, "1,500" },
        { 12345.678, 0.1, "12,345.7" },
        { -0.025, 0.005, "-0.025" },
        { -0.0001, 0.5, "0.0" },
        { 1e6, 5e5, "1.0M" },
        { 1.5e6, 5e5, "1.5M" },
        { 1234567, 1, "1,234,567" },
        { 25e6, 5e6, "25M" },
        { 2.5e9, 5e8, "2.5G" },
        { 0.0025, 0.0005, "0.0025" },
        { 3e20, 1e20, "3e+20" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        char text[PLOT_NUMBER];
        plot_number(text, row[i].v, row[i].step);
        assert_string_equal(text, row[i].text);
    }
}

static void a_loose_axis_ends_on_round_ticks(void **state)
{
    (void)state;
    static const struct {
        double lo, hi, axis_lo, axis_hi;
        size_t ticks;
    } row[] = {
        { 0, 32673, 0, 40000, 5 },
        { 0, 1700, 0, 2000, 5 },
        { 0, 0, 0, 1, 6 },
        { 5, 5, 4.4, 5.6, 7 },
        { -3, 7, -4, 8, 7 },
        { 0, 1e-9, 0, 1e-9, 6 },
        { 1e18, 1e18, 9e17, 1.1e18, 5 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct plot_axis a;
        plot_axis_linear(&a, row[i].lo, row[i].hi, true, 6);
        assert_close(a.lo, row[i].axis_lo, 1e-9);
        assert_close(a.hi, row[i].axis_hi, 1e-9);
        assert_int_equal(a.ticks, row[i].ticks);
    }
}

/* Whatever the range: ticks ascend, lie on the axis, are 2 to 64, and no label repeats.
 */
static void ticks_lie_on_their_axis(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 3000; i++) {
        struct plot_axis a;
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        double exponent = (double)(seed >> 40) / (1 << 24) * 24 - 12;
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        double ratio = pow(10, (double)(seed >> 40) / (1 << 24) * 9);
        double lo = pow(10, exponent), hi = lo * (1 + ratio);
        if (i % 3 == 0) plot_axis_linear(&a, lo, hi, false, 6);
        if (i % 3 == 1) plot_axis_log(&a, lo, hi);
        if (i % 3 == 2) plot_axis_time(&a, 1.7e9, 1.7e9 + 60 * ratio, 12);
        assert_in_range(a.ticks, 1, PLOT_TICKS);
        for (size_t k = 0; k < a.ticks; k++) {
            assert_true(a.tick[k].at >= a.lo - 1e-9 * fabs(a.hi));
            assert_true(a.tick[k].at <= a.hi + 1e-9 * fabs(a.hi));
            if (k == 0) continue;
            assert_true(a.tick[k].at > a.tick[k - 1].at);
            if (i % 3 != 2)
                assert_string_not_equal(a.tick[k].label, a.tick[k - 1].label);
        }
    }
}

static void time_is_labelled_by_calendar_months(void **state)
{
    (void)state;
    /* 2026-12-01 to 2027-12-01 */
    struct plot_axis a;
    plot_axis_time(&a, 1796083200, 1827619200, 13);
    assert_int_equal(a.ticks, 13);
    assert_string_equal(a.tick[0].label, "Dec");
    assert_string_equal(a.tick[0].second, "2026");
    assert_string_equal(a.tick[1].label, "Jan");
    assert_string_equal(a.tick[1].second, "2027");
    assert_string_equal(a.tick[2].second, "");
    assert_true(a.tick[3].at == 1803859200); /* 2027-03-01 */
}

/* gnuplot reads nothing in these strings but the doubled quote. */
static void words_are_quoted(void **state)
{
    (void)state;
    struct arena a = { 0 };
    const char *script = script_of(&by_candidate, &a);
    assert_non_null(strstr(script, "set label 'Cost ''per'' month' at"));
    assert_non_null(strstr(script, "set label 'it''s 100% {_}^x · batch' at"));
    assert_non_null(strstr(script, "noenhanced"));
    arena_clear(&a);
}

static void data_keep_all_their_digits(void **state)
{
    (void)state;
    struct arena a = { 0 };
    const char *script = script_of(&one_line, &a);
    /* %.17g of 412.37 */
    assert_non_null(strstr(script, "$d0 << EOD\n0 412.37 412.37 412.37\n"
                                   "1 1257.5 1257.5 1257.5\n"));
    arena_clear(&a);
}

static void long_names_lay_the_bars_down(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct plot_page page;
    assert_ok(plot_layout(&page, &by_candidate, &a, &e), e);
    assert_true(page.sideways);
    assert_true(plot_py(&page, 0) < plot_py(&page, 2)); /* the first on top */

    static const char *const brief[] = { "Nova", "Haiku", "Titan" };
    struct plot upright = by_candidate;
    upright.category = brief;
    assert_ok(plot_layout(&page, &upright, &a, &e), e);
    assert_false(page.sideways);
    assert_true(plot_py(&page, 0) > plot_py(&page, 2000));
    arena_clear(&a);
}

/* Names at line ends stay readable: a text's height apart, on the page. */
static void names_of_lines_do_not_overlap(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct plot_series s[12];
    double y[12][3];
    for (size_t k = 0; k < 12; k++) {
        for (size_t i = 0; i < 3; i++)
            y[k][i] = 100 + 0.01 * (double)(k * i);
        s[k] = line;
        s[k].y = y[k];
    }
    struct plot p = { .series = s, .series_count = 12, .y_from_zero = true };
    struct plot_page page;
    assert_ok(plot_layout(&page, &p, &a, &e), e);
    double last = -100;
    size_t found = 0;
    for (size_t i = 0; i < page.labels; i++) {
        if (strcmp(page.label[i].text, "spend") != 0) continue;
        found++;
        assert_true(page.label[i].y - last >= PLOT_TEXT);
        assert_true(page.label[i].y >= 0 && page.label[i].y < page.height);
        last = page.label[i].y;
    }
    assert_int_equal(found, 12);
    arena_clear(&a);
}

static void what_is_not_finite_is_left_out(void **state)
{
    (void)state;
    struct arena a = { 0 };
    const double y[] = { 1, (double)NAN, 3 },
                 bad[] = { (double)NAN, (double)INFINITY, (double)NAN };
    struct plot_series s = line;
    s.y = y;
    struct plot p = one_line;
    p.series = &s;
    const char *script = script_of(&p, &a);
    assert_non_null(strstr(script, "EOD\n0 1 1 1\n\n2 3 3 3\nEOD\n"));

    s.y = bad;
    struct plot_page page;
    struct err e = { 0 };
    assert_int_equal(plot_layout(&page, &p, &a, &e), ERR_PLOT);
    assert_string_equal(e.msg, "nothing to draw in 'Spend'");
    arena_clear(&a);
}

/* ---- with gnuplot ---- */

static char folder[] = "/tmp/t_plot.XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN); /* as main does */
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const made[] = { "a.svg", "a.png", "a.pdf", "fake" };
    for (size_t i = 0; i < COUNT(made); i++)
        unlink(made[i]);
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1; /* nothing else is there */
}

static int real_gnuplot(void **state)
{
    (void)state;
    return unsetenv("BEDPLAN_GNUPLOT");
}

static void the_same_chart_is_the_same_bytes(void **state)
{
    (void)state;
    static const char *const path[] = { "a.svg", "a.png" };
    for (size_t i = 0; i < COUNT(path); i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        char *first = NULL, *second = NULL;
        size_t n = 0, m = 0;
        assert_ok(plot_write(&by_candidate, path[i], &e), e);
        assert_ok(file_read(&first, &n, path[i], 1 << 24, &a, &e), e);
        assert_ok(plot_write(&by_candidate, path[i], &e), e);
        assert_ok(file_read(&second, &m, path[i], 1 << 24, &a, &e), e);
        assert_int_equal(n, m);
        assert_memory_equal(first, second, n);
        assert_memory_equal(first, i ? "\x89PNG" : "<?xm", 4);
        arena_clear(&a);
    }
}

static void svg_for_a_page_has_its_words_and_its_own_ids(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    char *svg = NULL, *other = NULL;
    assert_ok(plot_svg(&svg, &by_candidate, &a, &e), e);
    assert_ok(plot_svg(&other, &one_line, &a, &e), e);
    assert_memory_equal(svg, "<svg", 4);
    assert_non_null(strstr(svg, "it's 100% {_}^x · batch"));
    assert_non_null(strstr(svg, "font-weight=\"bold\""));
    assert_null(strstr(svg, ":Bold"));
    assert_null(strstr(svg, "<title>"));
    const char *id = strstr(svg, " id='c"), *other_id = strstr(other, " id='c");
    assert_non_null(id);
    assert_non_null(other_id);
    assert_memory_not_equal(id, other_id, 14);
    arena_clear(&a);
}

static void an_unknown_ending_is_refused(void **state)
{
    (void)state;
    struct err e = { 0 };
    assert_int_equal(plot_write(&by_candidate, "a.jpg", &e), ERR_USAGE);
    assert_string_equal(e.msg, "a.jpg: a chart's name must end in .svg, .png or .pdf");
}

static void says_how_to_get_gnuplot(void **state)
{
    (void)state;
    struct err e = { 0 };
    setenv("BEDPLAN_GNUPLOT", "no-such-gnuplot", 1);
    assert_int_equal(plot_write(&by_candidate, "a.svg", &e), ERR_PLOT);
    assert_string_equal(e.msg,
                        "no-such-gnuplot was not found; install it (apt-get install "
                        "gnuplot-nox) or name it in BEDPLAN_GNUPLOT");
}

/* A gnuplot that says and does what `lines` of shell tell it. */
static void fake(const char *lines)
{
    FILE *f = fopen("fake", "w");
    assert_non_null(f);
    fprintf(f, "#!/bin/sh\n%s\n", lines);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod("fake", 0700), 0);
    setenv("BEDPLAN_GNUPLOT", "./fake", 1);
}

static void tells_what_gnuplot_complains_about(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *message;
    } row[] = {
        { "cat >/dev/null; echo 'plot x' >&2; echo '     ^' >&2;"
          "echo '  line 3: undefined variable' >&2; exit 1",
          "./fake failed with status 1: line 3: undefined variable" },
        { "echo no display >&2; exit 9", "./fake failed with status 9: no display" },
        { "exit 1", "./fake failed with status 1" },
        { "kill -9 $$", "./fake was killed by signal 9" },
        { "cat >/dev/null", "./fake drew nothing" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        unlink("a.svg");
        fake(row[i].lines);
        assert_int_equal(plot_write(&by_candidate, "a.svg", &e), ERR_PLOT);
        assert_string_equal(e.msg, row[i].message);
        assert_int_equal(access("a.svg", F_OK), -1); /* nothing half-written */
    }
}

/* More script than a pipe holds, and a program that reads none of it. */
static void a_gnuplot_that_stops_reading_blocks_nothing(void **state)
{
    (void)state;
    enum { POINTS = 20000 };
    double *x = calloc(POINTS, sizeof *x);
    assert_non_null(x);
    for (size_t i = 0; i < POINTS; i++)
        x[i] = (double)i / 7;
    struct plot_series s = { .style = PLOT_LINE, .x = x, .y = x, .count = POINTS };
    struct plot p = { .title = "much", .series = &s, .series_count = 1 };
    struct err e = { 0 };
    fake("head -c 100 >/dev/null; exit 3");
    assert_int_equal(plot_write(&p, "a.svg", &e), ERR_PLOT);
    assert_string_equal(e.msg, "./fake failed with status 3");
    e = (struct err){ 0 };
    fake("exec <&-; seq 300000");
    assert_int_equal(plot_write(&p, "a.svg", &e), ERR_PLOT);
    assert_string_equal(e.msg, "./fake drew nothing");
    free(x);
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    struct err e = { 0 };
    assert_int_equal(plot_write(&by_candidate, "nowhere/a.svg", &e), ERR_IO);
    assert_non_null(strstr(e.msg, "nowhere/a.svg"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_thousands_marks_and_few_digits),
        cmocka_unit_test(a_loose_axis_ends_on_round_ticks),
        cmocka_unit_test(ticks_lie_on_their_axis),
        cmocka_unit_test(time_is_labelled_by_calendar_months),
        cmocka_unit_test(words_are_quoted),
        cmocka_unit_test(data_keep_all_their_digits),
        cmocka_unit_test(long_names_lay_the_bars_down),
        cmocka_unit_test(names_of_lines_do_not_overlap),
        cmocka_unit_test(what_is_not_finite_is_left_out),
        cmocka_unit_test_teardown(the_same_chart_is_the_same_bytes, real_gnuplot),
        cmocka_unit_test_teardown(svg_for_a_page_has_its_words_and_its_own_ids,
                                  real_gnuplot),
        cmocka_unit_test_teardown(an_unknown_ending_is_refused, real_gnuplot),
        cmocka_unit_test_teardown(says_how_to_get_gnuplot, real_gnuplot),
        cmocka_unit_test_teardown(tells_what_gnuplot_complains_about, real_gnuplot),
        cmocka_unit_test_teardown(a_gnuplot_that_stops_reading_blocks_nothing,
                                  real_gnuplot),
        cmocka_unit_test_teardown(a_full_disk_is_an_error, real_gnuplot),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
