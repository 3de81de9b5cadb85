#include "check.h"

#include "attach.h"

static struct attach_tokens image(enum attach_family f, int64_t width, int64_t height)
{
    struct err e = { 0 };
    struct attach_tokens t;
    assert_ok(attach_image(&t, f, width, height, &e), e);
    assert_true(t.low <= t.likely && t.likely <= t.high);
    if (t.known && !t.estimate) assert_true(t.low == t.high);
    return t;
}

static void counts_claude_patches_as_published(void **state)
{
    (void)state;
    /* Anthropic, "Vision", table of sizes for both tiers */
    static const struct {
        int64_t width, height, standard, high;
    } rows[] = {
        { 200, 200, 64, 64 },       { 1000, 1000, 1296, 1296 },
        { 1092, 1092, 1521, 1521 }, { 1920, 1080, 1560, 2691 },
        { 2000, 1500, 1564, 3888 }, { 3840, 2160, 1560, 4784 },
        { 1075, 1520, 1551, 2145 }, /* A4 at 130 dpi, upright */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t w = rows[i].width, h = rows[i].height;
        assert_int_equal(image(ATTACH_CLAUDE, w, h).likely, rows[i].standard);
        assert_int_equal(image(ATTACH_CLAUDE_HIGH, w, h).likely, rows[i].high);
        /* turning a picture changes nothing */
        assert_int_equal(image(ATTACH_CLAUDE, h, w).likely, rows[i].standard);
    }
    assert_false(image(ATTACH_CLAUDE, 640, 480).estimate);
}

static void never_exceeds_claudes_limits(void **state)
{
    (void)state;
    for (int64_t w = 1; w <= 8000; w += 397)
        for (int64_t h = 1; h <= 8000; h += 401) {
            assert_in_range(image(ATTACH_CLAUDE, w, h).likely, 1, 1568);
            assert_in_range(image(ATTACH_CLAUDE_HIGH, w, h).likely, 1, 4784);
        }
}

static void estimates_nova_images_with_bounds(void **state)
{
    (void)state;
    /* Nova user guide: about 800, 1 300, 1 800, 2 400, 2 600 */
    static const struct {
        int64_t width, height, likely, low, high;
    } rows[] = {
        { 900, 450, 800, 579, 800 },
        { 900, 900, 1300, 1157, 1600 },
        { 1400, 900, 1800, 1800, 2489 },
        { 1800, 900, 2400, 2314, 3200 },
        { 1300, 1300, 2600, 2414, 3338 },
        { 800, 400, 800, 579, 800 },
        /* half-way between 900x900 and 1400x900 */
        { 1150, 900, 1550, 1479, 2044 },
        /* twice the last published area */
        { 2600, 1300, 5200, 4829, 6677 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct attach_tokens t = image(ATTACH_NOVA, rows[i].width, rows[i].height);
        assert_true(t.known && t.estimate);
        assert_int_equal(t.likely, rows[i].likely);
        assert_int_equal(t.low, rows[i].low);
        assert_int_equal(t.high, rows[i].high);
    }
}

static void estimates_llama_tiles(void **state)
{
    (void)state;
    /* AWS docs: min(2, max(H / 560, 1)) x min(2, max(W / 560, 1)) x 1601 */
    assert_int_equal(image(ATTACH_LLAMA, 300, 200).likely, 1601);
    assert_int_equal(image(ATTACH_LLAMA, 1119, 1120).likely, 3202);
    assert_int_equal(image(ATTACH_LLAMA, 1120, 5000).likely, 6404);
    struct attach_tokens t = image(ATTACH_LLAMA, 1120, 500);
    assert_true(t.estimate);
    assert_int_equal(t.low, 1601);
    assert_int_equal(t.high, 6404);
}

static void says_unknown_where_nothing_is_published(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct attach_tokens t = image(ATTACH_UNKNOWN, 900, 900);
    assert_false(t.known);
    assert_string_equal(t.basis, "no formula is published");
    assert_ok(attach_pdf(&t, ATTACH_NOVA, 3, false, &e), e);
    assert_false(t.known);
    assert_ok(attach_video(&t, ATTACH_CLAUDE, 30, &e), e);
    assert_false(t.known);
}

static void estimates_pdf_pages_from_the_published_example(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct attach_tokens t;
    /* three pages: about 1 000 tokens of text, about 7 000 with images */
    assert_ok(attach_pdf(&t, ATTACH_CLAUDE, 3, true, &e), e);
    assert_int_equal(t.likely, 1000);
    assert_int_equal(t.low, 1000);
    assert_int_equal(t.high, 9000);
    assert_ok(attach_pdf(&t, ATTACH_CLAUDE, 3, false, &e), e);
    assert_int_equal(t.likely, 7000);
    assert_int_equal(t.low, 1000);
    assert_int_equal(t.high, 3 * (3000 + 1568));
    assert_true(t.estimate);
    assert_ok(attach_pdf(&t, ATTACH_CLAUDE_HIGH, 3, false, &e), e);
    assert_int_equal(t.high, 3 * (3000 + 4784));
}

static void counts_nova_video_frames(void **state)
{
    (void)state;
    /* Nova user guide: 10 s, 30 s, 16 minutes; Premier 20, 30 and 45 minutes */
    static const struct {
        enum attach_family family;
        int64_t seconds, tokens;
    } rows[] = {
        { ATTACH_NOVA, 10, 2880 },
        { ATTACH_NOVA, 30, 8640 },
        { ATTACH_NOVA, 960, 276480 },
        { ATTACH_NOVA, 3600, 276480 },
        { ATTACH_NOVA_PREMIER, 1200, 345600 },
        { ATTACH_NOVA_PREMIER, 1800, 518400 },
        { ATTACH_NOVA_PREMIER, 2700, 777600 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err e = { 0 };
        struct attach_tokens t;
        assert_ok(attach_video(&t, rows[i].family, rows[i].seconds, &e), e);
        assert_int_equal(t.likely, rows[i].tokens);
        assert_false(t.estimate);
    }
}

static void knows_the_family_by_the_id(void **state)
{
    (void)state;
    static const struct {
        const char *model;
        enum attach_family family;
    } rows[] = {
        { "anthropic.claude-3-haiku-20240307-v1:0", ATTACH_CLAUDE },
        { "anthropic.claude-3-5-sonnet-20241022-v2:0", ATTACH_CLAUDE },
        { "anthropic.claude-sonnet-4-20250514-v1:0", ATTACH_CLAUDE },
        { "anthropic.claude-sonnet-4-6", ATTACH_CLAUDE },
        { "anthropic.claude-haiku-4-5-20251001-v1:0", ATTACH_CLAUDE },
        { "anthropic.claude-opus-4-6-v1", ATTACH_CLAUDE },
        { "anthropic.claude-opus-4-7", ATTACH_CLAUDE_HIGH },
        { "anthropic.claude-opus-4-8", ATTACH_CLAUDE_HIGH },
        { "anthropic.claude-opus-5", ATTACH_CLAUDE_HIGH },
        { "anthropic.claude-sonnet-5-5", ATTACH_CLAUDE_HIGH },
        { "anthropic.claude-fable-5", ATTACH_CLAUDE_HIGH },
        { "anthropic.claude-haiku-6", ATTACH_UNKNOWN },
        { "anthropic.claude-v2:1", ATTACH_UNKNOWN },
        { "anthropic.claude-instant-v1", ATTACH_UNKNOWN },
        { "anthropic.claude-opus-", ATTACH_UNKNOWN },
        { "amazon.nova-lite-v1:0:300k", ATTACH_NOVA },
        { "amazon.nova-premier-v1:0", ATTACH_NOVA_PREMIER },
        { "amazon.nova-micro-v1:0", ATTACH_UNKNOWN },
        { "amazon.nova-2-lite-v1:0", ATTACH_UNKNOWN },
        { "meta.llama3-2-90b-instruct-v1:0", ATTACH_LLAMA },
        { "meta.llama4-scout-17b-instruct-v1:0", ATTACH_LLAMA },
        { "meta.llama3-3-70b-instruct-v1:0", ATTACH_UNKNOWN },
        { "mistral.pixtral-large-2502-v1:0", ATTACH_UNKNOWN },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (attach_family(rows[i].model) != rows[i].family)
            print_error("%s\n", rows[i].model);
        assert_int_equal(attach_family(rows[i].model), rows[i].family);
    }
}

static void refuses_impossible_sizes(void **state)
{
    (void)state;
    static const int64_t sizes[][2] = {
        { 0, 10 }, { 10, -1 }, { 8001, 10 }, { 10, 8001 }
    };
    struct attach_tokens t = { .likely = 77 };
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct err e = { 0 };
        assert_int_equal(attach_image(&t, ATTACH_CLAUDE, sizes[i][0], sizes[i][1], &e),
                         ERR_RANGE);
        assert_non_null(strstr(e.msg, "1 to 8000 pixels"));
    }
    struct err e = { 0 };
    assert_int_equal(attach_pdf(&t, ATTACH_CLAUDE, 601, true, &e), ERR_RANGE);
    e = (struct err){ 0 };
    assert_int_equal(attach_pdf(&t, ATTACH_CLAUDE, 0, true, &e), ERR_RANGE);
    e = (struct err){ 0 };
    assert_int_equal(attach_video(&t, ATTACH_NOVA, 86401, &e), ERR_RANGE);
    assert_int_equal(t.likely, 77);
}

static void estimates_documents_by_their_characters(void **state)
{
    (void)state;
    struct attach_tokens t;
    struct err e = { 0 };
    assert_ok(attach_document(&t, 9001, &e), e);
    assert_true(t.known && t.estimate);
    assert_int_equal(t.likely, 2251); /* 2 250.25, rounded up */
    assert_int_equal(t.low, 1575);    /* 70 % of it, down */
    assert_int_equal(t.high, 2927);   /* 130 %, up */
    assert_int_equal(attach_document(&t, 0, &e), ERR_RANGE);
    e = (struct err){ 0 };
    assert_int_equal(attach_document(&t, 1000000001, &e), ERR_RANGE);
}

static void names_every_limit_that_a_request_breaks(void **state)
{
    (void)state;
    enum { MILLION = 1000000 };
    static const struct {
        enum attach_family family;
        int64_t window;
        struct attach_item item[2];
        const char *said; /* NULL: nothing */
    } rows[] = {
        { ATTACH_CLAUDE,
          200000,
          { { ATTACH_IMAGE, 8000, 900, false, 3.75, 20 } },
          NULL },
        { ATTACH_CLAUDE,
          200000,
          { { ATTACH_IMAGE, 900, 2001, false, 0, 21 } },
          "an image of 900x2001 among more than 20" },
        { ATTACH_CLAUDE, 200000, { { ATTACH_IMAGE, 900, 2000, false, 0, 21 } }, NULL },
        /* documents count too */
        { ATTACH_CLAUDE_HIGH,
          MILLION,
          { { ATTACH_IMAGE, 2001, 9, false, 0, 20 }, { ATTACH_PDF, 1, 0, true, 0, 1 } },
          "sides must be at most 2000" },
        { ATTACH_CLAUDE_HIGH,
          MILLION,
          { { ATTACH_IMAGE, 100, 100, false, 0, 601 } },
          "601 images in a request: at most 600" },
        { ATTACH_CLAUDE,
          200000,
          { { ATTACH_IMAGE, 100, 100, false, 3.76, 1 } },
          "at most 3.75" },
        { ATTACH_CLAUDE,
          200000,
          { { ATTACH_DOCUMENT, 100, 0, false, 0, 21 } },
          "21 documents in a request: Converse takes 20" },
        { ATTACH_CLAUDE,
          200000,
          { { ATTACH_PDF, 34, 0, false, 0, 3 } },
          "102 PDF pages in a request: at most 100" },
        { ATTACH_CLAUDE, MILLION, { { ATTACH_PDF, 200, 0, false, 0, 3 } }, NULL },
        { ATTACH_CLAUDE,
          MILLION,
          { { ATTACH_PDF, 601, 0, false, 0, 1 } },
          "601 PDF pages in a request: at most 600" },
        { ATTACH_CLAUDE,
          200000,
          { { ATTACH_PDF, 3, 0, false, 4.51, 1 } },
          "a document of 4.51 MB: Converse takes 4.5" },
        { ATTACH_NOVA,
          300000,
          { { ATTACH_VIDEO, 30, 0, false, 0, 2 } },
          "2 videos in a request: at most one" },
        { ATTACH_NOVA,
          300000,
          { { ATTACH_DOCUMENT, 30, 0, false, 0, 6 } },
          "6 documents in a request: at most 5" },
        { ATTACH_NOVA,
          300000,
          { { ATTACH_DOCUMENT, 30, 0, false, 4.6, 1 } },
          "a text document of 4.6 MB" },
        { ATTACH_NOVA, 300000, { { ATTACH_PDF, 30, 0, false, 12.5, 2 } }, NULL },
        { ATTACH_NOVA,
          300000,
          { { ATTACH_PDF, 30, 0, false, 12.6, 2 } },
          "25.2 MB of attachments: at most 25" },
        { ATTACH_NOVA_PREMIER,
          MILLION,
          { { ATTACH_VIDEO, 30, 0, false, 1025, 1 } },
          "a video of 1025 MB: at most 1024" },
        /* nobody publishes these */
        { ATTACH_LLAMA, 0, { { ATTACH_IMAGE, 8000, 8000, false, 99, 99 } }, NULL },
        { ATTACH_UNKNOWN, 0, { { ATTACH_IMAGE, 8000, 8000, false, 99, 99 } }, NULL },
    };
    struct arena a = { 0 };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *out[ATTACH_LIMITS];
        size_t items = rows[i].item[1].times ? 2 : 1;
        size_t n =
            attach_limits(out, rows[i].family, rows[i].item, items, rows[i].window, &a);
        if (n != (rows[i].said != NULL) || (n && !strstr(out[0], rows[i].said)))
            fail_msg("row %zu: %zu, '%s'", i, n, n ? out[0] : "");
    }
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_claude_patches_as_published),
        cmocka_unit_test(never_exceeds_claudes_limits),
        cmocka_unit_test(estimates_nova_images_with_bounds),
        cmocka_unit_test(estimates_llama_tiles),
        cmocka_unit_test(says_unknown_where_nothing_is_published),
        cmocka_unit_test(estimates_pdf_pages_from_the_published_example),
        cmocka_unit_test(counts_nova_video_frames),
        cmocka_unit_test(knows_the_family_by_the_id),
        cmocka_unit_test(refuses_impossible_sizes),
        cmocka_unit_test(estimates_documents_by_their_characters),
        cmocka_unit_test(names_every_limit_that_a_request_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
