#ifndef TUNE_TRAIN_RULES_H
#define TUNE_TRAIN_RULES_H

/* What each model trains on: format, limits, hyperparameters.
 * Source: AWS Bedrock user guide, model-customization-prepare and custom-models-hp;
 * Nova user guide, fine-tune-prepare-data-understanding (pages as of mid 2026). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum train_format {
    TRAIN_UNKNOWN,
    TRAIN_PAIRS,    /* {"prompt", "completion"} */
    TRAIN_CONVERSE, /* bedrock-conversation-2024 */
    TRAIN_CLAUDE,   /* {"system", "messages"} with plain texts */
    TRAIN_TEXT,     /* {"input"}: continued pre-training */
    TRAIN_CAPTION,  /* {"image-ref", "caption"} */
    TRAIN_REWARD,   /* messages up to the user's, reference_answer, anything else */
    TRAIN_FORMATS
};
const char *train_format_name(enum train_format f);
/* TRAIN_UNKNOWN when there is none of this name. */
enum train_format train_format_named(const char *name);

enum train_method {
    METHOD_FINE_TUNING,
    METHOD_PRETRAINING,
    METHOD_DISTILLATION,
    METHOD_REINFORCEMENT,
    METHOD_COUNT
};
#define TRAIN_METHODS "fine-tuning|continued-pre-training|distillation|reinforcement"
const char *train_method_name(enum train_method m);

/* Characters a token, as AWS plans its limits: a sample may have six times as many
 * characters as its limit has tokens. */
enum { TRAIN_CHARS_PER_TOKEN = 6 };

/* 0 and NULL: AWS states none, or it was not found. */
struct train_rules {
    const char *models; /* beginning of the ids */
    enum train_method method;
    enum train_format format;
    int64_t sample_tokens;
    int64_t records_min, records_max; /* training */
    int64_t validation_max, together_max;
    int64_t file_bytes, validation_bytes;
    int prompt_chars_min, prompt_chars_max;
    int images, videos; /* a record may have */
    bool nova;          /* its reserved words, file names, any schemaVersion */
    bool single_turn, answer_optional;
    const char *source;
};

/* The rules of a model (as a job or the catalog names it: a context suffix such as
 * ":128k" is part of some ids) and method; NULL: none are known. */
const struct train_rules *train_rules_of(const char *model, enum train_method method);

/* A hyperparameter as CreateModelCustomizationJob names it. */
struct hyperparameter {
    const char *models;
    enum train_method method;
    const char *name;
    double min, max, preset; /* NAN: none */
    bool whole;
};
/* The i-th of a model and method; NULL behind the last. */
const struct hyperparameter *hyperparameter_of(const char *model,
                                               enum train_method method, size_t i);

#endif
