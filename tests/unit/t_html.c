#include "check.h"

#include <stdlib.h>

#include "html.h"

static const struct table_column columns[] = {
    { .key = "name", .heading = "Name", .align = LEFT, .min_width = 4 },
    { .key = "p95_usd", .heading = "P95 <$>", .align = RIGHT },
};

/* A page with everything on it; the caller frees. */
static char *page(void)
{
    struct arena a = { 0 };
    struct table t;
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    assert_non_null(f);
    table_init(&t, "Candidates & prices", columns, COUNT(columns), &a);
    const char **r = table_row(&t);
    r[0] = "<script>alert('x')</script>";
    r[1] = "1,234.57";
    r = table_row(&t);
    r[0] = "titan";
    t.dim[1] = true;
    table_note(&t, "5 %% of \"paths\"");
    html_begin(f, "Plan <support>", "from 2026-12-01, 12 months");
    html_heading(f, "Cost & risk");
    html_paragraph(f, "%d paths, %s", 4096, "seed <1>");
    html_svg(f, "<svg id='s'></svg>", "Cost \"per\" month");
    html_table(f, &t);
    html_end(f, "bedplan plan x.ini --report 'a&b.html'");
    assert_int_equal(fclose(f), 0);
    arena_clear(&a);
    return text;
}

static void every_text_is_escaped(void **state)
{
    (void)state;
    char *html = page();
    static const char *const has[] = {
        "<title>Plan &lt;support&gt;</title>",
        "<h1>Plan &lt;support&gt;</h1>",
        "<h2>Cost &amp; risk</h2>",
        "<p>4096 paths, seed &lt;1&gt;</p>",
        "aria-label=\"Cost &quot;per&quot; month\"",
        "<td>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</td>",
        "<caption>Candidates &amp; prices</caption>",
        "<th scope=\"col\" class=\"n\">P95 &lt;$&gt;</th>",
        "<li>5 % of &quot;paths&quot;</li>",
        "--report &#39;a&amp;b.html&#39;</footer>",
    };
    for (size_t i = 0; i < COUNT(has); i++) {
        if (!strstr(html, has[i])) print_error("missing: %s\n", has[i]);
        assert_non_null(strstr(html, has[i]));
    }
    free(html);
}

static void nothing_runs_and_nothing_is_fetched(void **state)
{
    (void)state;
    char *html = page();
    static const char *const forbidden[] = { "<script", "http:",   "https:", "src=",
                                             "href=",   "@import", "url(" };
    for (size_t i = 0; i < COUNT(forbidden); i++)
        assert_null(strstr(html, forbidden[i]));
    assert_non_null(strstr(html, "default-src 'none'"));
    assert_non_null(strstr(html, "prefers-color-scheme:dark"));
    assert_non_null(strstr(html, "@media print"));
    free(html);
}

static void charts_are_kept_and_tables_are_whole(void **state)
{
    (void)state;
    char *html = page();
    assert_non_null(strstr(html, "<svg id='s'></svg>"));
    assert_non_null(strstr(html, "<tr class=\"dim\"><td>titan</td>"
                                 "<td class=\"n\">–</td></tr>"));
    assert_non_null(strstr(html, "<td class=\"n\">1,234.57</td>"));
    free(html);
}

/* Each element that is opened is closed, in order. */
static void elements_nest(void **state)
{
    (void)state;
    static const char *const empty[] = { "meta", "!doctype" };
    char *html = page(), open[64][16];
    size_t depth = 0;
    for (const char *p = strchr(html, '<'); p; p = strchr(p + 1, '<')) {
        char name[16] = "";
        bool closes = p[1] == '/';
        size_t n = strcspn(p + 1 + closes, " >\n");
        assert_true(n < sizeof name);
        memcpy(name, p + 1 + closes, n);
        bool skip = false;
        for (size_t i = 0; i < COUNT(empty); i++)
            skip = skip || strcmp(name, empty[i]) == 0;
        if (skip) continue;
        if (!closes) {
            assert_true(depth < COUNT(open));
            memcpy(open[depth++], name, sizeof name);
        } else {
            assert_true(depth > 0);
            assert_string_equal(open[--depth], name);
        }
    }
    assert_int_equal(depth, 0);
    free(html);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_is_escaped),
        cmocka_unit_test(nothing_runs_and_nothing_is_fetched),
        cmocka_unit_test(charts_are_kept_and_tables_are_whole),
        cmocka_unit_test(elements_nest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
