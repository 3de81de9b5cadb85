#include "biller.h"

#include <stddef.h>
#include <string.h>

#include "text.h"

static const struct biller aws = { "Amazon Bedrock", "service Amazon Bedrock" },
                           marketplace = {
                               "AWS Marketplace",
                               "under the provider, as \"… (Amazon Bedrock Edition)\", "
                               "not under Amazon Bedrock",
                           },
                           unknown = { "not known", "look at the model's card" };

/* By the beginning of an id, the longer one first. */
static const struct {
    const char *prefix;
    const struct biller *biller;
} rows[] = {
    { "openai.gpt-oss", &aws },
    { "openai.", &marketplace },
    { "meta.llama2", &marketplace },
    { "meta.", &aws },
    { "amazon.", &aws },
    { "deepseek.", &aws },
    { "mistral.", &aws },
    { "qwen.", &aws },
    { "google.gemma", &aws },
    { "anthropic.", &marketplace },
    { "cohere.", &marketplace },
    { "ai21.", &marketplace },
    { "writer.", &marketplace },
    { "stability.", &marketplace },
    { "luma.", &marketplace },
    { "twelvelabs.", &marketplace },
};

struct biller biller_of(const char *model_id)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (text_starts(model_id, rows[i].prefix)) return *rows[i].biller;
    return unknown;
}
