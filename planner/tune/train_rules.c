#include "train_rules.h"

#include <string.h>

#include "str.h"

static const char *const format_name[TRAIN_FORMATS] = {
    "unknown", "prompt-completion", "converse",      "claude",
    "text",    "image-caption",     "reinforcement",
};

const char *train_format_name(enum train_format f)
{
    return format_name[f];
}

enum train_format train_format_named(const char *name)
{
    for (int f = 1; f < TRAIN_FORMATS; f++)
        if (strcmp(name, format_name[f]) == 0) return (enum train_format)f;
    return TRAIN_UNKNOWN;
}

const char *train_method_name(enum train_method m)
{
    static const char *const name[] = { "fine-tuning", "continued-pre-training",
                                        "distillation", "reinforcement" };
    return name[m];
}

/* Gigabytes are counted as 10^9 bytes, the stricter reading of the page. */
#define MB 1000000
#define GB 1000000000

#define PREPARE    "AWS user guide, model-customization-prepare, mid 2026"
#define NOVA_GUIDE "Nova user guide, fine-tune-prepare-data-understanding, mid 2026"
#define DISTIL     "AWS user guide, distillation-prepare-datasets, mid 2026"
#define REWARD     "AWS user guide, reinforcement-fine-tuning, mid 2026"

/* clang-format off */
#define NOVA_TEXT .method = METHOD_FINE_TUNING, .format = TRAIN_CONVERSE, .sample_tokens = 32000, \
        .records_min = 8, .records_max = 20000, .nova = true, .source = NOVA_GUIDE
#define LLAMA .method = METHOD_FINE_TUNING, .sample_tokens = 16000, .records_min = 100, \
        .records_max = 10000, .together_max = 10000, .source = PREPARE
#define STUDENT .method = METHOD_DISTILLATION, .format = TRAIN_CONVERSE, .records_max = 15000, \
        .answer_optional = true, .source = DISTIL
#define RFT .method = METHOD_REINFORCEMENT, .format = TRAIN_REWARD, .records_min = 100, \
        .records_max = 20000, .answer_optional = true, .source = REWARD

static const struct train_rules rules[] = {
    { .models = "amazon.nova-micro-v1", NOVA_TEXT },
    { .models = "amazon.nova-lite-v1", NOVA_TEXT, .images = 10, .videos = 1 },
    { .models = "amazon.nova-pro-v1", NOVA_TEXT, .images = 10, .videos = 1 },
    { .models = "amazon.nova-2-lite-v1", NOVA_TEXT, .images = 10, .videos = 1 },
    { .models = "amazon.titan-text-premier-v1", .method = METHOD_FINE_TUNING, .format = TRAIN_PAIRS,
      .sample_tokens = 4096, .records_max = 20000, .together_max = 20000, .file_bytes = GB,
      .validation_bytes = 100 * MB, .source = PREPARE },
    { .models = "amazon.titan-text-express-v1", .method = METHOD_FINE_TUNING, .format = TRAIN_PAIRS,
      .sample_tokens = 4096, .records_max = 10000, .file_bytes = GB, .validation_bytes = 100 * MB,
      .source = PREPARE },
    { .models = "amazon.titan-text-lite-v1", .method = METHOD_FINE_TUNING, .format = TRAIN_PAIRS,
      .sample_tokens = 4096, .records_max = 10000, .file_bytes = GB, .validation_bytes = 100 * MB,
      .source = PREPARE },
    { .models = "amazon.titan-text-express-v1", .method = METHOD_PRETRAINING, .format = TRAIN_TEXT,
      .sample_tokens = 4096, .records_max = 100000, .file_bytes = GB, .validation_bytes = 100 * MB,
      .source = PREPARE },
    { .models = "amazon.titan-text-lite-v1", .method = METHOD_PRETRAINING, .format = TRAIN_TEXT,
      .sample_tokens = 4096, .records_max = 100000, .file_bytes = GB, .validation_bytes = 100 * MB,
      .source = PREPARE },
    { .models = "amazon.titan-image-generator-v", .method = METHOD_FINE_TUNING, .format = TRAIN_CAPTION,
      .records_min = 5, .records_max = 10000, .prompt_chars_min = 3, .prompt_chars_max = 1024,
      .images = 1, .source = PREPARE },
    { .models = "amazon.titan-embed-image-v", .method = METHOD_FINE_TUNING, .format = TRAIN_CAPTION,
      .records_min = 1000, .records_max = 500000, .prompt_chars_max = 2560, .images = 1,
      .source = PREPARE },
    { .models = "amazon.nova-canvas-v1", .method = METHOD_FINE_TUNING, .format = TRAIN_CAPTION,
      .images = 1, .source = "AWS samples, custom-models; limits were not found" },
    { .models = "anthropic.claude-3-haiku-20240307-v1", .method = METHOD_FINE_TUNING,
      .format = TRAIN_CLAUDE, .sample_tokens = 32000, .records_min = 32, .records_max = 10000,
      .validation_max = 1000, .together_max = 10000, .file_bytes = 10LL * GB, .validation_bytes = GB,
      .source = PREPARE },
    { .models = "cohere.command", .method = METHOD_FINE_TUNING, .format = TRAIN_PAIRS,
      .sample_tokens = 4096 + 2048, .records_max = 10000, .validation_max = 1000, .source = PREPARE },
    { .models = "meta.llama3-1-", LLAMA, .format = TRAIN_PAIRS },
    { .models = "meta.llama3-2-11b", LLAMA, .format = TRAIN_CONVERSE, .images = 1 },
    { .models = "meta.llama3-2-90b", .method = METHOD_FINE_TUNING, .format = TRAIN_CONVERSE,
      .sample_tokens = 10000, .records_min = 100, .records_max = 10000, .together_max = 10000,
      .images = 1, .source = PREPARE },
    { .models = "meta.llama3-2-", LLAMA, .format = TRAIN_CONVERSE },
    { .models = "meta.llama3-3-70b", LLAMA, .format = TRAIN_CONVERSE },
    { .models = "amazon.nova-micro-v1", STUDENT, .nova = true },
    { .models = "amazon.nova-lite-v1", STUDENT, .nova = true },
    { .models = "amazon.nova-pro-v1", STUDENT, .nova = true },
    { .models = "meta.llama3-1-8b", STUDENT, .single_turn = true },
    { .models = "meta.llama3-1-70b", STUDENT, .single_turn = true },
    { .models = "meta.llama3-2-1b", STUDENT, .single_turn = true },
    { .models = "meta.llama3-2-3b", STUDENT, .single_turn = true },
    { .models = "meta.llama3-3-70b", STUDENT, .single_turn = true },
    { .models = "amazon.nova-2-lite-v1", RFT },
    { .models = "openai.gpt-oss-20b", RFT },
    { .models = "qwen.qwen3-32b", RFT },
};

#define NONE __builtin_nan("")
#define TUNE METHOD_FINE_TUNING

static const struct hyperparameter hyperparameters[] = {
    { "amazon.nova-canvas-v1", TUNE, "batchSize", 8, 192, 8, true },
    { "amazon.nova-canvas-v1", TUNE, "stepCount", 10, 20000, 500, true },
    { "amazon.nova-canvas-v1", TUNE, "learningRate", 1e-7, 1e-4, 1e-5, false },
    { "amazon.nova-", TUNE, "epochCount", 1, 5, 2, true },
    { "amazon.nova-", TUNE, "learningRate", 1e-6, 1e-4, 1e-5, false },
    { "amazon.nova-", TUNE, "learningRateWarmupSteps", 0, 100, 10, true },
    { "amazon.titan-text-premier-v1", TUNE, "epochCount", 1, 5, 2, true },
    { "amazon.titan-text-premier-v1", TUNE, "batchSize", 1, 1, 1, true },
    { "amazon.titan-text-premier-v1", TUNE, "learningRate", 1e-7, 1e-5, 1e-6, false },
    { "amazon.titan-text-premier-v1", TUNE, "learningRateWarmupSteps", 0, 20, 5, true },
    { "amazon.titan-text-", TUNE, "epochCount", 1, 10, 5, true },
    { "amazon.titan-text-", TUNE, "batchSize", 1, 64, 1, true },
    { "amazon.titan-text-", TUNE, "learningRate", 0, 1, 1e-5, false },
    { "amazon.titan-text-", TUNE, "learningRateWarmupSteps", 0, 250, 5, true },
    { "amazon.titan-text-", METHOD_PRETRAINING, "epochCount", 1, 10, 5, true },
    { "amazon.titan-text-", METHOD_PRETRAINING, "batchSize", 1, 64, 1, true },
    { "amazon.titan-text-", METHOD_PRETRAINING, "learningRate", 0, 1, 1e-5, false },
    { "amazon.titan-text-", METHOD_PRETRAINING, "learningRateWarmupSteps", 0, 250, 5, true },
    { "amazon.titan-image-", TUNE, "batchSize", 8, 192, 8, true },
    { "amazon.titan-image-", TUNE, "stepCount", 10, 40000, NONE, true },
    { "amazon.titan-image-", TUNE, "learningRate", 1e-7, 1, 1e-5, false },
    { "amazon.titan-embed-image-", TUNE, "epochCount", 1, 100, NONE, true },
    { "amazon.titan-embed-image-", TUNE, "batchSize", 256, 9216, 576, true },
    { "amazon.titan-embed-image-", TUNE, "learningRate", 5e-8, 1, 5e-5, false },
    { "anthropic.claude-3-haiku", TUNE, "epochCount", 1, 10, 2, true },
    { "anthropic.claude-3-haiku", TUNE, "batchSize", 4, 256, 32, true },
    { "anthropic.claude-3-haiku", TUNE, "learningRateMultiplier", 0.1, 2, 1, false },
    { "anthropic.claude-3-haiku", TUNE, "earlyStoppingThreshold", 0, 0.1, 0.001, false },
    { "anthropic.claude-3-haiku", TUNE, "earlyStoppingPatience", 1, 10, 2, true },
    { "cohere.command-light", TUNE, "batchSize", 8, 32, 8, true },
    { "cohere.command-text", TUNE, "batchSize", 8, 8, 8, true },
    { "cohere.command", TUNE, "epochCount", 1, 100, 1, true },
    { "cohere.command", TUNE, "learningRate", 5e-6, 0.1, 1e-5, false },
    { "cohere.command", TUNE, "earlyStoppingThreshold", 0, 0.1, 0.01, false },
    { "cohere.command", TUNE, "earlyStoppingPatience", 1, 10, 6, true },
    { "cohere.command", TUNE, "evalPercentage", 5, 50, 20, false },
    { "meta.llama3-", TUNE, "epochCount", 1, 10, 5, true },
    { "meta.llama3-", TUNE, "batchSize", 1, 1, 1, true },
    { "meta.llama3-", TUNE, "learningRate", 5e-6, 0.1, 1e-4, false },
    { "", METHOD_REINFORCEMENT, "epochCount", 1, 50, NONE, true },
    { "", METHOD_REINFORCEMENT, "batchSize", 16, 512, NONE, true },
    { "", METHOD_REINFORCEMENT, "learningRate", 1e-7, 1e-3, NONE, false },
    { "", METHOD_REINFORCEMENT, "trainingSamplePerPrompt", 2, 16, 4, true },
    { "", METHOD_REINFORCEMENT, "evalInterval", 1, 100, NONE, true },
};
/* clang-format on */

const struct train_rules *train_rules_of(const char *model, enum train_method method)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].method == method && text_starts(model, rules[i].models))
            return &rules[i];
    return NULL;
}

const struct hyperparameter *hyperparameter_of(const char *model,
                                               enum train_method method, size_t i)
{
    /* rows of the first id that fits: narrower beginnings stand first */
    const char *models = NULL;
    for (size_t k = 0; k < sizeof hyperparameters / sizeof *hyperparameters; k++) {
        const struct hyperparameter *h = &hyperparameters[k];
        if (h->method != method || !text_starts(model, h->models)) continue;
        if (!models) models = h->models;
        if (strcmp(models, h->models) != 0 && text_starts(models, "amazon.")) continue;
        if (i-- == 0) return h;
    }
    return NULL;
}
