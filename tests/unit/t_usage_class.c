#include "check.h"

#include <string.h>

#include "usage_class.h"

#define AB "AmazonBedrock"
#define FM "AmazonBedrockFoundationModels"

/* Usage types of AWS's own records (facts on the Price List, 2026-05 to 2026-09). */
static void reads_what_a_usage_type_is_a_price_of(void **state)
{
    static const struct {
        const char *code, *usage, *unit, *dimension, *scope;
        int32_t per;
        bool long_context;
    } row[] = {
        { AB, "USE1-NovaMicro-input-tokens", "1K tokens", "input", "", 1000, false },
        { AB, "USE1-NovaMicro-output-tokens-batch", "1K tokens", "batch_output", "",
          1000, false },
        { AB, "USE1-NovaMicro-cache-read-input-token-count", "1K tokens", "cache_read",
          "", 1000, false },
        { AB, "USE1-NovaMicro-cache-write-input-token-count-custom-model", "1K tokens",
          "custom_model_cache_write_5m", "", 1000, false },
        { AB, "USE1-Nova2.0Lite-input-tokens-flex", "1K tokens", "flex_input", "", 1000,
          false },
        { AB, "USE1-gpt-oss-120b-output-tokens-priority", "1M tokens",
          "priority_output", "", 1000000, false },
        { AB, "USE1-NovaPro-input-tokens-latency-optimized", "1K tokens",
          "latency_optimized_input", "", 1000, false },
        { AB, "USE1-Claude4.6Sonnet-output-tokens-cross-region-global", "1K tokens",
          "output", "global", 1000, false },
        { AB, "USE1-openai.gpt-oss-120b-mantle-input-tokens-standard", "1K tokens",
          "input", "", 1000, false },
        { FM, "USE1-MP:USE1_InputTokenCount-Units", "Units", "input", "geo/in-region",
          1000000, false },
        { FM, "USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units", "Units",
          "cache_write_1h", "global", 1000000, false },
        { FM, "USE1-MP:USE1_CacheWriteInputTokenCount-Units", "1M tokens",
          "cache_write_5m", "geo/in-region", 1000000, false },
        { FM, "USE1-MP:USE1_OutputTokenCount_Global_Batch-Units", "Units",
          "batch_output", "global", 1000000, false },
        { FM, "USE1-MP:USE1_MillionBatchInputTokens-Units", "Units", "batch_input",
          "geo/in-region", 1000000, false },
        { FM, "USE1-MP:USE1_cache_write_tokens_1h_global_standard-Units", "Units",
          "cache_write_1h", "global", 1000000, false },
        { FM, "USE1-MP:USE1_cache_write_tokens_30m_standard-Units", "Units",
          "cache_write_30m", "geo/in-region", 1000000, false },
        { FM, "USE1-MP:USE1_cache_read_tokens_standard-Units", "Units", "cache_read",
          "geo/in-region", 1000000, false },
        { FM, "USW2-MP:USW2_input_tokens_long_ctx_global_standard-Units", "Units",
          "input", "global", 1000000, true },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct usage_class c;
        size_t prefix = 0;
        const char *rest = usage_rest(row[i].usage, &prefix);
        struct usage_words w = { row[i].code, rest, "", "", "", row[i].unit, "", "" };
        usage_classify(&c, &w);
        assert_int_equal(prefix, 4);
        assert_int_equal(c.family, USAGE_TOKEN);
        assert_string_equal(c.dimension, row[i].dimension);
        assert_string_equal(c.scope, row[i].scope);
        assert_int_equal(c.per, row[i].per);
        assert_int_equal(c.long_context, row[i].long_context);
    }
}

static void reads_hourly_and_customization_records(void **state)
{
    static const struct {
        const char *code, *usage, *feature, *unit;
        enum usage_family family;
        const char *scheme, *kind, *commitment, *method, *item;
        int32_t per;
    } row[] = {
        { AB, "NovaMicro-ProvisionedThroughput-6months-ModelUnits",
          "Provisioned Throughput Inference - 6 months", "hour", USAGE_UNIT,
          "model unit", "base", "6-month", NULL, NULL, 1 },
        { AB, "Llama3-1-70B-ProvisionedThroughput-NoCommit-ModelUnits",
          "Provisioned Throughput Inference - Custom - no commit", "hour", USAGE_UNIT,
          "model unit", "custom", "none", NULL, NULL, 1 },
        { FM, "ProvisionedThroughput_6MonthsCommit_ModelUnits_Usage-Units", "", "Units",
          USAGE_UNIT, "model unit", "base", "6-month", NULL, NULL, 1 },
        { FM, "Reserved_3Month_OutputTPM_Geo-Units", "", "Units", USAGE_UNIT,
          "reserved tier geo/in-region", "output TPM", "3-month", NULL, NULL, 1 },
        { FM, "Reserved_1Month_InputTPM_Global-Units", "", "hour", USAGE_UNIT,
          "reserved tier global", "input TPM", "1-month", NULL, NULL, 1 },
        { AB, "NovaMicro-Customization-Training", "Model Customization", "1K tokens",
          USAGE_TUNING, NULL, NULL, NULL, "fine-tuning", "training", 1000 },
        { AB, "NovaMicro-Customization-Storage", "Model Customization", "Model/month",
          USAGE_TUNING, NULL, NULL, NULL, "any", "storage", 1 },
        { AB, "NovaCanvas-Customization-Training", "Model Customization", "Images",
          USAGE_TUNING, NULL, NULL, NULL, "fine-tuning", "training", 1 },
        { AB, "Nova2.0Lite-RFT-Training-Hours", "Model Customization", "hour",
          USAGE_TUNING, NULL, NULL, NULL, "reinforcement fine-tuning", "training", 1 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct usage_class c;
        struct usage_words w = {
            row[i].code, row[i].usage, row[i].feature, "", "", row[i].unit, "", ""
        };
        usage_classify(&c, &w);
        assert_int_equal(c.family, row[i].family);
        assert_int_equal(c.per, row[i].per);
        if (row[i].scheme) {
            assert_string_equal(c.scheme, row[i].scheme);
            assert_string_equal(c.kind, row[i].kind);
            assert_string_equal(c.commitment, row[i].commitment);
        } else {
            assert_string_equal(c.method, row[i].method);
            assert_string_equal(c.item, row[i].item);
        }
    }
}

static void knows_the_services_around_models(void **state)
{
    static const char *const row[][3] = {
        { "Guardrail-ContentPolicyUnitsConsumed", "Guardrails",
          "content filter (text)" },
        { "Guardrail-ContentPolicyImageUnitsConsumed", "Guardrails",
          "content filter (image)" },
        { "Guardrail-TopicPolicyUnitsConsumed", "Guardrails", "denied topics" },
        { "Guardrail-SensitiveInformationPolicyPaidUnitsConsumed", "Guardrails",
          "sensitive information filter (PII)" },
        { "Guardrail-SensitiveInformationPolicyFreeUnitsConsumed", "Guardrails",
          "sensitive information filter (regex)" },
        { "Guardrail-WordPolicyUnitsConsumed", "Guardrails", "word filter" },
        { "Guardrail-ContextualGroundingPolicyUnitsConsumed", "Guardrails",
          "contextual grounding check" },
        { "Guardrail-AutomatedReasoningPolicyUnitsConsumed", "Guardrails",
          "automated reasoning check" },
        { "GuardrailChecks-ContentFilterCheckUnitsConsumed", "Guardrails",
          "InvokeGuardrailChecks content" },
        { "GuardrailChecks-PromptAttackCheckUnitsConsumed", "Guardrails",
          "InvokeGuardrailChecks prompt attack" },
        { "Guardrail-SomethingNew", "Guardrails", "" },
        { "Flows-NodeTransitions", "Flows", "" },
        { "Knowledge-Base:Retrieve", "Knowledge Bases", "" },
        { "Llama-CustomModelImport-Inference-v1:0", "Custom Model Import",
          "inference v1.0" },
        { "CustomModelImport-Storage", "Custom Model Import", "storage" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct usage_class c;
        struct usage_words w = { AB, row[i][0], "", "", "", "anything", "", "" };
        usage_classify(&c, &w);
        assert_int_equal(c.family, USAGE_OTHER);
        assert_string_equal(c.service, row[i][1]);
        assert_string_equal(c.item ? c.item : "", row[i][2]);
    }
}

/* Usage types and units of images, video and speech, as public readers of the list
 * quote them (2026-05 to 2026-09). The dimensions are those of data/catalog/prices.csv.
 */
static void reads_images_video_and_speech(void **state)
{
    static const struct {
        const char *code, *usage, *inference, *media, *published, *dimension, *unit,
            *scope;
    } row[] = {
        { AB, "NovaCanvas-T2I-1024-Premium", "T2I 1024 Premium", "", "image",
          "image_output:premium:up to 1024 x 1024", "image", "" },
        { AB, "NovaCanvas-I2I-2048-Standard", "", "", "image",
          "image_output:standard:up to 2048 x 2048", "image", "" },
        { AB, "TitanImageGeneratorG1-T2I-512-Standard", "T2I 512 Standard", "", "image",
          "image_output:standard:<512x512", "image", "" },
        { AB, "TitanImageGeneratorG1-I2I-1024-Premium", "", "", "Images",
          "image_output:premium:>512x512", "image", "" },
        { AB, "NovaReel-T2V-Medfps-HDRes", "T2V Medium fps HD Resolution", "", "video",
          "video_output", "video", "" },
        { AB, "NovaReel-I2V-Lowfps-SDRes", "", "", "video", "video_output:sd, low fps",
          "video", "" },
        { AB, "Ray-V2-Medfps-HDRes", "Video", "", "Second",
          "video_output_second:720p, 24 fps", "second", "" },
        { AB, "Ray-V2-Medfps-StandardRes", "Video", "", "Second",
          "video_output_second:540p, 24 fps", "second", "" },
        { FM, "inputVideoSecond-Units", "", "", "seconds", "video_input_second",
          "second", "geo/in-region" },
        { FM, "inputVideoSecond_Global-Units", "", "", "seconds", "video_input_second",
          "second", "global" },
        { FM, "inputAudioSecond-Units", "", "", "Units", "audio_input_second", "second",
          "geo/in-region" },
        { FM, "created_image-Units", "", "", "image", "image_output", "image",
          "geo/in-region" },
        { FM, "Created_image-Units", "", "", "Units", "image_output", "image",
          "geo/in-region" },
        { FM, "InputImageCount-Units", "", "", "Units", "image_input", "image",
          "geo/in-region" },
        { FM, "search_units-Units", "", "", "Search Units", "query", "query",
          "geo/in-region" },
        { AB, "NovaMultimodalEmbeddings-input-image", "", "Document image ",
          "Images Processed", "image_input:document", "image", "" },
        { AB, "NovaMultimodalEmbeddings-input-image-batch", "", "Standard image ",
          "Images Processed", "batch_image_input:standard", "image", "" },
        { AB, "Nova2.0Omni-input-audio-token-count", "Input Audio Token Count", "",
          "1K tokens", "input_audio_tokens", "token", "" },
        { AB, "Nova2.0Omni-output-image-token-count", "Output Image Token Count", "",
          "1K tokens", "output_image_tokens", "token", "" },
        { AB, "NovaSonic-input-speech-tokens", "", "", "1K tokens",
          "input_speech_tokens", "token", "" },
        { AB, "moonshotai.kimi-k2.5-input", "", "", "1K tokens", "input", "token", "" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct usage_class c;
        struct usage_words w = { .code = row[i].code,
                                 .usage = row[i].usage,
                                 .feature = "",
                                 .inference = row[i].inference,
                                 .tier = "",
                                 .unit = row[i].published,
                                 .about = "",
                                 .media = row[i].media };
        usage_classify(&c, &w);
        assert_string_equal(c.dimension, row[i].dimension);
        assert_int_equal(c.family, USAGE_TOKEN);
        assert_string_equal(c.unit, row[i].unit);
        assert_string_equal(c.scope, row[i].scope);
        assert_true(c.per > 0);
    }
}

static void leaves_alone_what_it_does_not_know(void **state)
{
    static const char *const row[] = {
        "",
        "NovaCanvas-T2I-1024-Standard",
        "NovaMicro-ProvisionedThroughput-9months-ModelUnits",
        "NovaMicro-ProvisionedThroughput-1month-Tokens",
        "Reserved_2Month_InputTPM-Units",
        "Something-New",
        "Something-Medfps-HDRes",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct usage_class c;
        struct usage_words w = { AB, row[i], "", "", "", "1K tokens", "", "" };
        usage_classify(&c, &w);
        assert_int_equal(c.family, USAGE_UNCLASSIFIED);
    }
}

static void takes_the_unit_from_the_record_only(void **state)
{
    static const struct {
        const char *code, *unit;
        int32_t per;
    } row[] = {
        { AB, "1K tokens", 1000 },
        { AB, "1M tokens", 1000000 },
        { AB, "Units", 0 },
        { AB, "furlong", 0 },
        { AB, "hour", 0 },
        { FM, "units", 1000000 },
        { AB, "", 0 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct usage_class c;
        struct usage_words w = { row[i].code, "X-input-tokens", "", "",
                                 "",          row[i].unit,      "", "" };
        usage_classify(&c, &w);
        assert_int_equal(c.family, USAGE_TOKEN);
        assert_int_equal(c.per, row[i].per);
    }
}

static void cuts_the_region_code_off(void **state)
{
    static const struct {
        const char *usage, *rest;
        size_t prefix;
    } row[] = {
        { "APN1-NovaLite-input-tokens", "NovaLite-input-tokens", 4 },
        { "UGW1-MP:UGW1_X-Units", "X-Units", 4 },
        { "USE1-MP:USW2_X-Units", "USW2_X-Units", 4 },
        { "NovaLite-input-tokens", "NovaLite-input-tokens", 0 },
        { "Guardrail-x", "Guardrail-x", 0 },
        { "", "", 0 },
        { "USE1", "USE1", 0 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        size_t prefix = 99;
        assert_string_equal(usage_rest(row[i].usage, &prefix), row[i].rest);
        assert_int_equal(prefix, row[i].prefix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_a_usage_type_is_a_price_of),
        cmocka_unit_test(reads_hourly_and_customization_records),
        cmocka_unit_test(knows_the_services_around_models),
        cmocka_unit_test(reads_images_video_and_speech),
        cmocka_unit_test(leaves_alone_what_it_does_not_know),
        cmocka_unit_test(takes_the_unit_from_the_record_only),
        cmocka_unit_test(cuts_the_region_code_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
