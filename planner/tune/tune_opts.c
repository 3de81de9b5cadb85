#include "proof.h"
#include "tune_ask.h"

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct tune_settings, T, f)
#define TEXT(k, u, p, at, h)           { .type = OPT_TEXT, .key = k, .unit = u, .preset = p, .offset = at, .help = h }
#define INT(k, u, lo_, hi_, p, at, h)  { .type = OPT_INT, .key = k, .unit = u, .lo = lo_, .hi = hi_, .preset = p, .offset = at, .help = h }
#define REAL(k, u, lo_, hi_, p, at, h) { .type = OPT_REAL, .key = k, .unit = u, .lo = lo_, .hi = hi_, .preset = p, .offset = at, .help = h }

const struct opt tune_opts[TUNE_OPTS] = {
    { .key = "method", .type = OPT_CHOICE, .offset = AT(int, method), .unit = "M", .choices = TRAIN_METHODS,
      .preset = "fine-tuning", .hi = METHOD_REINFORCEMENT, .help = "customization method" },
    { .key = "region", .letter = 'r', .type = OPT_TEXT, .offset = AT(const char *, region), .unit = "R",
      .preset = "us-east-1", .help = "region of the job and of the hosting" },
    TEXT("dataset", "FILE", NULL, AT(const char *, dataset), "training file, counted as 'tune check' counts it"),
    INT("training_tokens", "N", 1, 1e15, NULL, AT(int64_t, training_tokens), "or its tokens, of one epoch"),
    INT("epochs", "N", 1, 1000, NULL, AT(int64_t, epochs), "passes over the data; else the model's default"),
    { .key = "start", .type = OPT_DATE, .unit = "DATE", .offset = AT(int64_t, start_unix_s),
      .help = "first day of hosting; else the first of next month" },
    { .key = "customized", .type = OPT_DATE, .unit = "DATE", .offset = AT(int64_t, customized_unix_s),
      .help = "of a model that exists already: when it was customized; else today" },
    INT("months", "N", 1, 60, "12", AT(int64_t, months), "how long the model is to serve"),
    INT("retrain_every_months", "N", 0, 60, "0", AT(int64_t, retrain_every_months), "0: trained once"),
    REAL("requests_per_day", "N", 0, 1e12, NULL, AT(double, requests_per_day), "calls, over a whole week"),
    INT("input_tokens", "N", 1, 1e7, NULL, AT(int64_t, input_tokens), "of a call to the tuned model, which needs no examples"),
    INT("output_tokens", "N", 0, 1e7, NULL, AT(int64_t, output_tokens), "of an answer"),
    TEXT("profile", "P", "flat", AT(const char *, profile), "when calls come: flat, office-hours, or a file of 168 weights"),
    REAL("unit_input_tpm", "N", 1, 1e12, NULL, AT(double, unit_input_tpm), "what one model unit reads a minute; AWS does not publish it"),
    REAL("unit_output_tpm", "N", 1, 1e12, NULL, AT(double, unit_output_tpm), "what one model unit writes a minute"),
    REAL("monthly_usd", "USD", 0, 1e9, NULL, AT(double, monthly_usd), "a budget: the delete-by date is when idle hosting has used it up"),
    TEXT("import_architecture", "A", NULL, AT(const char *, import_architecture), "host by Custom Model Import: Llama 3.1 8B 128K"),
    INT("import_copies", "N", 1, 10000, "1", AT(int64_t, import_copies), "copies that run while there are calls, where --copy-rpm is not known"),
    { .key = "discount", .type = OPT_PPM, .offset = AT(int32_t, discount_ppm), .unit = "", .preset = "0%",
      .help = "private pricing, taken off once a line" },
    TEXT("plan", "FILE", NULL, AT(const char *, plan), "a plan.ini: the argument is its tuned candidate, and it says what no option does"),
    PROOF_OPTION(AT(bool, explain)),
    /* of [tune NAME] too, to the end */
    { .key = "hp", .type = OPT_LIST, .offset = AT(struct opt_list, hp), .unit = "NAME=VALUE",
      .help = "a hyperparameter, by its name in the API; may be repeated" },
    TEXT("training_rate", "USD", NULL, AT(const char *, training_rate), "what you were told training costs per 1,000 tokens, image or hour: 0.002, or 0.001..0.004"),
    TEXT("teacher", "M", NULL, AT(const char *, teacher), "distillation: the model that answers the prompts"),
    INT("prompts", "N", 1, 15000, NULL, AT(int64_t, prompts), "distillation: prompts; else the dataset's records"),
    INT("prompt_tokens", "N", 1, 1e7, NULL, AT(int64_t, prompt_tokens), "distillation: tokens of a prompt; else the dataset's mean"),
    INT("response_tokens", "N", 1, 1e7, NULL, AT(int64_t, response_tokens), "distillation: tokens of a teacher's answer"),
    { .key = "from_logs", .type = OPT_FLAG, .offset = AT(bool, from_logs), .unit = "",
      .help = "distillation: the dataset has the teacher's answers, from invocation logs" },
    INT("training_hours", "H", 1, 1e6, NULL, AT(int64_t, training_hours), "reinforcement: hours of one training, which is what is billed"),
    REAL("data_hours", "H", 0, 1e6, NULL, AT(double, data_hours), "people's hours to prepare the data, once"),
    REAL("tuning_hours", "H", 0, 1e6, NULL, AT(double, tuning_hours), "people's hours for each training"),
    REAL("evaluation_hours", "H", 0, 1e6, NULL, AT(double, evaluation_hours), "people's hours to evaluate each trained model"),
    REAL("hourly_usd", "USD", 0, 1e5, NULL, AT(double, hourly_usd), "what such an hour costs; without it people are not counted"),
    { .key = "hosting", .type = OPT_CHOICE, .offset = AT(int, hosting), .unit = "H", .choices = "cheapest|deployment|none|1-month|6-month|mix|import",
      .preset = "cheapest", .hi = HOSTING_KINDS, .help = "how to host: by token, by model units of a commitment, imported" },
    REAL("copy_rpm", "N", 1e-3, 1e9, NULL, AT(double, copy_rpm), "calls a minute that one copy answers: copies follow the calls"),
    TEXT("prompted", "M", NULL, AT(const char *, prompted), "instead: a larger model, prompted with examples"),
    INT("few_shot_tokens", "N", 0, 1e7, "0", AT(int64_t, few_shot_tokens), "of those examples, the same in every call"),
    { .key = "cache_ttl", .type = OPT_CHOICE, .offset = AT(int, cache_ttl), .unit = "T", .choices = "5m|1h|none", .preset = "5m",
      .hi = 2, .help = "how long the cached examples live after a call" },
    TEXT("rag", "M", NULL, AT(const char *, rag), "instead: a model that reads retrieved passages"),
    INT("rag_tokens", "N", 0, 1e7, "0", AT(int64_t, rag_tokens), "of those passages, in each call"),
    REAL("rag_monthly_usd", "USD", 0, 9e6, "0", AT(double, rag_monthly_usd), "what retrieval costs a month: index, storage, embeddings"),
    REAL("rag_usd_per_1k", "USD", 0, 9e6, "0", AT(double, rag_usd_per_1k), "and for 1,000 calls: queries, reranking"),
};
/* clang-format on */
