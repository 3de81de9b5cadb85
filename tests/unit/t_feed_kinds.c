#include "offer_file.h"

#include "catalog.h"

static struct catalog *open_at(int64_t at_unix_s)
{
    struct catalog *c = NULL;
    struct err e = { 0 };
    assert_ok(catalog_open_overlaid(&c, NULL, overlay, at_unix_s, &e), e);
    return c;
}

static size_t conflicts_of(const char *model)
{
    struct arena a = { 0 };
    struct conflict *k = NULL;
    struct err e = { 0 };
    size_t count = 0;
    struct catalog *c = open_at(DATE_UNKNOWN);
    assert_ok(catalog_conflicts(&k, &count, c, model, &a, &e), e);
    catalog_close(c);
    arena_clear(&a);
    return count;
}

/* Of `model` in `region` when the day is `now`: 1e-12 USD, or -1. */
static int64_t pusd_of(const char *model, const char *region, const char *dimension,
                       int64_t now_unix_s, char source[static 160])
{
    struct arena a = { 0 };
    struct price_row *rows = NULL;
    struct err e = { 0 };
    struct model m = { 0 };
    size_t count = 0;
    struct catalog *c = open_at(DATE_UNKNOWN);
    assert_ok(catalog_model(&m, NULL, c, model, &a, &e), e);
    assert_ok(catalog_prices(&rows, &count, c, m.id, &a, &e), e);
    struct price_offer offer = catalog_offer(&m, region);
    struct price_pick p =
        choose_row(rows, count, &offer, ROUTING_IN_REGION, dimension, "", now_unix_s);
    int64_t pusd = p.row ? p.row->rate.pusd : -1;
    snprintf(source, 160, "%s", p.row ? p.row->source : "");
    catalog_close(c);
    arena_clear(&a);
    return pusd;
}

/* Images, video and speech in the words of the list at the catalog's own prices (AWS's
 * page of 2026-07-24): each is taken, bills, and contradicts nothing. */
static void agrees_with_the_catalog_on_images_video_and_speech(void **state)
{
    static const struct {
        const char *code;
        struct sku sku;
        const char *id, *dimension;
    } row[] = {
        { "AmazonBedrock",
          { "A", "NovaCanvas-T2I-1024-Standard", "Nova Canvas", "image", "0.04", NULL },
          "amazon.nova-canvas-v1:0",
          "image_output:standard:up to 1024 x 1024" },
        { "AmazonBedrock",
          { "B", "NovaCanvas-I2I-2048-Premium", "Nova Canvas", "image", "0.08", NULL },
          "amazon.nova-canvas-v1:0",
          "image_output:premium:up to 2048 x 2048" },
        { "AmazonBedrock",
          { "C", "NovaReel-T2V-Medfps-HDRes", "Nova Reel", "video", "0.08", NULL },
          "amazon.nova-reel-v1:1",
          "video_output" },
        { "AmazonBedrockService",
          { "D", "Ray-V2-Medfps-HDRes", "Ray v2", "Second", "1.5", NULL },
          "luma.ray-v2:0",
          "video_output_second:720p, 24 fps" },
        { "AmazonBedrockService",
          { "E", "Ray-V2-Medfps-StandardRes", "Ray v2", "Second", "0.75", NULL },
          "luma.ray-v2:0",
          "video_output_second:540p, 24 fps" },
        { "AmazonBedrockFoundationModels",
          { "F", "inputVideoSecond-Units", "Pegasus v1.2", "seconds", "0.00049", NULL },
          "twelvelabs.pegasus-1-2-v1:0",
          "video_input_second" },
        { "AmazonBedrockFoundationModels",
          { "G", "created_image-Units", "Stable Diffusion 3.5 Large v1.0", "image",
            "0.08", NULL },
          "stability.sd3-5-large-v1:0",
          "image_output" },
        { "AmazonBedrock",
          { "H", "NovaSonic-input-speech-tokens", "Nova Sonic", "1K tokens", "0.0034",
            NULL },
          "amazon.nova-sonic-v1:0",
          "input_speech_tokens" },
        { "AmazonBedrock",
          { "I", "NovaMultimodalEmbeddings-input-audio-second", "", "Seconds",
            "0.00014", NULL },
          "amazon.nova-2-multimodal-embeddings-v1:0",
          "audio_input_second" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct feed_result r;
        struct err e;
        char source[160];
        size_t before = conflicts_of(row[i].id);
        offer_write(row[i].code, "2026-11-01", "USE1", "us-east-1", &row[i].sku, 1);
        assert_ok(import(&r, &e), e);
        assert_int_equal(r.added, 1);
        assert_int_equal(r.skipped, 0);
        assert_int_equal(conflicts_of(row[i].id), before);
        assert_true(pusd_of(row[i].id, "us-east-1", row[i].dimension, NOW, source) > 0);
        assert_non_null(strstr(source, "AWS Price List"));
        forget_imports(state);
    }
}

#define T(f) cmocka_unit_test_teardown(f, forget_imports)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(agrees_with_the_catalog_on_images_video_and_speech),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
