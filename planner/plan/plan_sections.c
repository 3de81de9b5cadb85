#include "plan_config.h"
#include "tune_ask.h"

#include <string.h>

#define ROUTINGS "auto|in-region|geo|global"

/* clang-format off */
#define PLAN(T, f)      OPT_FIELD(struct plan_settings, T, f)
#define ACCOUNT(T, f)   OPT_FIELD(struct account_settings, T, f)
#define WORKLOAD(T, f)  OPT_FIELD(struct workload_settings, T, f)
#define REQUIRE(T, f)   OPT_FIELD(struct require_settings, T, f)
#define CANDIDATE(T, f) OPT_FIELD(struct candidate_settings, T, f)
#define BUDGET(T, f)    OPT_FIELD(struct budget_settings, T, f)
#define RAG(T, f)       OPT_FIELD(struct rag_settings, T, f)
#define GUARD(T, f)     OPT_FIELD(struct guardrail_settings, T, f)
#define EVALUATE(T, f)  OPT_FIELD(struct evaluate_settings, T, f)
#define LINE(T, f)      OPT_FIELD(struct line_settings, T, f)
#define PROMPTS(T, f)   OPT_FIELD(struct prompts_settings, T, f)

#define TEXT(k, u, p, at, h)           { .type = OPT_TEXT, .key = k, .unit = u, .preset = p, .offset = at, .help = h }
#define INT(k, u, lo_, hi_, p, at, h)  { .type = OPT_INT, .key = k, .unit = u, .lo = lo_, .hi = hi_, .preset = p, .offset = at, .help = h }
#define REAL(k, u, lo_, hi_, p, at, h) { .type = OPT_REAL, .key = k, .unit = u, .lo = lo_, .hi = hi_, .preset = p, .offset = at, .help = h }
#define RATIO(k, lo_, hi_, p, at, h)   { .type = OPT_RATIO, .key = k, .unit = "", .lo = lo_, .hi = hi_, .preset = p, .offset = at, .help = h }
#define SPREAD(k, lo_, hi_, p, at, h)  { .type = OPT_SPREAD, .key = k, .unit = "", .lo = lo_, .hi = hi_, .preset = p, .offset = at, .help = h }
#define CHOICE(k, c, p, at, h)         { .type = OPT_CHOICE, .key = k, .unit = "", .choices = c, .preset = p, .offset = at, .help = h }

static const struct opt plan_opts[] = {
    TEXT("name", "", "plan", PLAN(const char *, name), "what the plan is called in tables and reports"),
    TEXT("region", "REGION", "us-east-1", PLAN(const char *, region), "AWS region to price and to buy in"),
    { .type = OPT_DATE, .key = "start", .unit = "DATE", .preset = NULL, .offset = PLAN(int64_t, start_unix_s),
      .help = "first day, UTC; without it the first day of next month" },
    INT("months", "months", 1, 60, "12", PLAN(int64_t, months), "how far ahead to plan"),
    INT("paths", "paths", 32, 1048576, "4096", PLAN(int64_t, paths), "demand paths; a P99 needs at least 299"),
    INT("seed", "", 0, 9e15, "1", PLAN(int64_t, seed), "seed of every random stream"),
    CHOICE("routing", ROUTINGS, "auto", PLAN(int, routing), "auto: in-region where offered, else the geography's profile, never global"),
};

static const struct opt account_opts[] = {
    { .type = OPT_PPM, .key = "discount", .unit = "", .preset = "0%", .offset = ACCOUNT(int32_t, discount_ppm),
      .help = "private pricing, taken off once a line" },
    TEXT("currency", "CODE", NULL, ACCOUNT(const char *, currency), "money is also shown in this currency, such as EUR; AWS prices and all sums stay USD"),
    REAL("currency_per_usd", "", 1e-6, 1e6, NULL, ACCOUNT(double, currency_per_usd), "what one USD is worth in it: your rate, there is no built-in one"),
    { .type = OPT_DATE, .key = "currency_date", .unit = "DATE", .preset = NULL, .offset = ACCOUNT(int64_t, currency_date_unix_s),
      .help = "the day of that rate; it is printed beside every converted figure" },
};

static const struct opt workload_opts[] = {
    REAL("requests_per_day", "requests", 0, 1e12, NULL, WORKLOAD(double, requests_per_day), "median at the start, over a whole week"),
    RATIO("level_uncertainty", 0, 5, "0%", WORKLOAD(double, level_uncertainty), "standard deviation of that level: how sure you are of it"),
    SPREAD("growth_per_month", -0.99, 10, "0%", WORKLOAD(struct opt_spread, growth_per_month), "median growth +- its standard deviation, compounded hourly"),
    TEXT("usage", "NAME|FILE", NULL, WORKLOAD(const char *, usage), "a usage summary: lengths and burstiness of real traffic"),
    TEXT("trace", "FILE", NULL, WORKLOAD(const char *, trace), "the same from a trace (CSV: time, input and output tokens)"),
    TEXT("input_tokens", "LAW", NULL, WORKLOAD(const char *, input_tokens), "or a stated law: lognormal mean 1155 p95 3500"),
    TEXT("output_tokens", "LAW", NULL, WORKLOAD(const char *, output_tokens), "likewise: constant 200, uniform 10 400, gamma mean 200 cv 0.8"),
    TEXT("profile", "", "flat", WORKLOAD(const char *, profile), "flat, office-hours (Mon-Fri 08-18 UTC weigh 1, the rest 0.15), 168 weights from Monday 00:00, or a file of them"),
    RATIO("season_uncertainty", 0, 5, "0%", WORKLOAD(double, season_uncertainty), "standard deviation of the profile's strength around 1"),
    SPREAD("length_drift_per_month", -0.9, 1, "0%", WORKLOAD(struct opt_spread, length_drift_per_month), "how prompts and answers grow +- its standard deviation"),
    REAL("shocks_per_year", "", 0, 12, "0", WORKLOAD(double, shocks_per_year), "launches, outages elsewhere: days on which demand jumps"),
    SPREAD("shock_factor", 0.01, 100, "1.5", WORKLOAD(struct opt_spread, shock_factor), "median demand on such days against a plain one"),
    REAL("shock_days", "days", 0, 365, "3", WORKLOAD(double, shock_days), "how long a shock lasts"),
    RATIO("cached_share", 0, 1, "0%", WORKLOAD(double, cached_share), "of input tokens that could be read from a prompt cache"),
    CHOICE("cache_ttl", "5m|1h", "5m", WORKLOAD(int, cache_ttl), "how long a cached prefix lives after its last use"),
    INT("cache_prefixes", "", 1, 1e9, "1", WORKLOAD(int64_t, cache_prefixes), "prefixes that share the cached tokens; hits follow from their rate"),
    INT("max_tokens", "tokens", 1, 1e7, NULL, WORKLOAD(int64_t, max_tokens), "what each request reserves of the quota for its answer"),
    TEXT("attachments", "", NULL, WORKLOAD(const char *, attachments), "image 900x900 20%, pdf 3 pages 5%, pdf 3 pages images 5%, video 30 s 1%, document 9000 chars 10%: share of requests that carry one; 900x900@3.2MB*4 with the size of the file, and four of them"),
    TEXT("choose", "NAME", NULL, WORKLOAD(const char *, choose), "the candidate that the budget counts; without it the cheapest"),
};

static const struct opt require_opts[] = {
    TEXT("input", "", "text", REQUIRE(const char *, input), "modalities a model must read: text,image,document,video,speech"),
    INT("context_window", "tokens", 0, 1e9, "0", REQUIRE(int64_t, context_window), "smallest window that will do"),
    RATIO("throttled", 0, 1, "0.1%", REQUIRE(double, throttled), "largest share of requests that may be refused"),
    REAL("ttft_p95_ms", "ms", 0, 1e7, NULL, REQUIRE(double, ttft_p95_ms), "time to first token; judged when a probe result exists"),
    RATIO("quality", 0, 1, NULL, REQUIRE(double, quality), "smallest mean score, also written quality >= 0.80; judged by the evaluation named"),
    TEXT("evaluation", "NAME", NULL, REQUIRE(const char *, evaluation), "a saved one that has the candidates' models; see 'bedplan evaluate list'"),
    TEXT("quality_metric", "METRIC", NULL, REQUIRE(const char *, quality_metric), "which of its scores, such as f1 or Builtin.Correctness; may be left out when there is one"),
};

static const struct opt candidate_opts[] = {
    TEXT("workload", "NAME", NULL, CANDIDATE(const char *, workload), "which workload it serves; may be left out when there is one"),
    TEXT("model", "MODEL", NULL, CANDIDATE(const char *, model), "AWS model id, or a profile id such as us.amazon.nova-lite-v1:0"),
    TEXT("purchase", "", NULL, CANDIDATE(const char *, purchase), "on-demand, batch N%, flex N%, priority N%, latency-optimized, provisioned, reserved, deployment, import; global, geo or in-region before a token option; without it on-demand, or deployment and provisioned for a custom model"),
    TEXT("region", "REGION", NULL, CANDIDATE(const char *, region), "when it is not the plan's"),
    CHOICE("routing", ROUTINGS, "auto", CANDIDATE(int, routing), "when it is not the plan's"),
    CHOICE("tuned", "no|fine-tuning|continued-pre-training|distillation", "no", CANDIDATE(int, tuned), "a custom model: training and storage are billed, hosting is a deployment or model units"),
    TEXT("dataset", "FILE", NULL, CANDIDATE(const char *, dataset), "training file; its tokens are counted as 'tune check' counts them"),
    INT("training_tokens", "tokens", 0, 1e15, "0", CANDIDATE(int64_t, training_tokens), "or their number, of one epoch"),
    INT("epochs", "", 1, 1000, "1", CANDIDATE(int64_t, epochs), "passes over the training data"),
    INT("retrain_every_months", "months", 0, 60, "0", CANDIDATE(int64_t, retrain_every_months), "0: trained once, at the start"),
    REAL("unit_input_tpm", "tokens/min", 0, 1e12, "0", CANDIDATE(double, unit_input_tpm), "what one model unit reads: AWS does not publish it; your account team's number or a probe's"),
    REAL("unit_output_tpm", "tokens/min", 0, 1e12, "0", CANDIDATE(double, unit_output_tpm), "what one model unit writes; without both the answer is the rate a unit would have to deliver"),
    REAL("input_scale", "ratio", 0.01, 100, "1", CANDIDATE(double, input_scale), "its tokenizer's input tokens against the workload's"),
    REAL("output_scale", "ratio", 0.01, 100, "1", CANDIDATE(double, output_scale), "likewise for answers"),
    INT("reasoning_tokens", "tokens", 0, 1e7, "0", CANDIDATE(int64_t, reasoning_tokens), "billed output tokens a request that nobody reads"),
    REAL("ttft_ms", "ms", 0, 1e7, "0", CANDIDATE(double, ttft_ms), "its time to the first token; with tpot_ms it says how long a request holds what max_tokens reserves"),
    REAL("tpot_ms", "ms", 0, 1e6, "0", CANDIDATE(double, tpot_ms), "its time per output token; without both a reservation returns at once"),
    TEXT("import_architecture", "", NULL, CANDIDATE(const char *, import_architecture), "of an imported model, for its custom model units: Llama 3.1 8B 128K"),
    INT("import_copies", "copies", 1, 10000, "1", CANDIDATE(int64_t, import_copies), "model copies that run while there is traffic"),
    TEXT("route_to", "MODEL", NULL, CANDIDATE(const char *, route_to), "a prompt router: this model, of the same family, answers what `model` does not"),
    SPREAD("route_share", 0, 1, NULL, CANDIDATE(struct opt_spread, route_share), "of requests that `model` answers, and how sure that is: 60% +- 15%"),
    TEXT("route_usage", "NAME", NULL, CANDIDATE(const char *, route_usage), "or imported usage that counts both models' requests, which measures the share"),
    TEXT("route_fee_per_1k_usd", "USD", NULL, CANDIDATE(const char *, route_fee_per_1k_usd), "the router's fee for a thousand requests: no source names one now"),
};

static const struct opt rag_opts[] = {
    TEXT("workload", "NAME", NULL, RAG(const char *, head.workload), "whose requests it answers; may be left out when there is one workload"),
    INT("documents", "documents", 0, 1e12, "0", RAG(int64_t, documents), "in the corpus at the start; 0: nothing is ingested"),
    INT("document_tokens", "tokens", 0, 1e9, "0", RAG(int64_t, document_tokens), "of a mean document"),
    REAL("document_pages", "pages", 0, 1e6, "0", RAG(double, document_pages), "of a mean document, for a parser that is paid by the page"),
    RATIO("growth_per_month", 0, 10, "0%", RAG(double, growth_per_month), "new documents each month"),
    RATIO("resync_share", 0, 10, "0%", RAG(double, resync_share), "of the documents changed and read again each month"),
    CHOICE("parser", "default|foundation-model|data-automation", "default", RAG(int, parser), "default is free; a foundation model reads and writes every document, Data Automation is paid by the page"),
    TEXT("parser_model", "MODEL", NULL, RAG(const char *, parser_model), "the foundation model that parses"),
    INT("parser_input_tokens", "tokens", 0, 1e9, "0", RAG(int64_t, parser_input_tokens), "it reads of one document, page images too; 0: document_tokens"),
    INT("parser_output_tokens", "tokens", 0, 1e9, "0", RAG(int64_t, parser_output_tokens), "it writes of one document; 0: document_tokens"),
    CHOICE("chunking", "default|fixed|hierarchical|semantic|none", "default", RAG(int, chunking), "default: about 300 tokens at sentence ends"),
    INT("chunk_tokens", "tokens", 0, 8192, "0", RAG(int64_t, chunk_tokens), "of one chunk (a child, of hierarchical ones); 0: 300 by default chunking"),
    RATIO("overlap", 0, 0.99, "0%", RAG(double, overlap), "of fixed chunks with their neighbours"),
    INT("overlap_tokens", "tokens", 0, 8192, "0", RAG(int64_t, overlap_tokens), "of the children of hierarchical chunks"),
    INT("parent_tokens", "tokens", 0, 8192, "0", RAG(int64_t, parent_tokens), "of a hierarchical parent, which goes into the prompt instead of its child"),
    INT("semantic_buffer", "sentences", 0, 1, "0", RAG(int64_t, semantic_buffer), "on each side, that semantic chunking embeds with each sentence"),
    TEXT("embedding", "MODEL", NULL, RAG(const char *, embedding), "model that embeds chunks and questions"),
    INT("dimensions", "", 1, 16384, "1024", RAG(int64_t, dimensions), "of a vector"),
    CHOICE("vectors", "float32|binary", "float32", RAG(int, vectors), "how a dimension is kept: 4 bytes, or 1 bit"),
    INT("metadata_bytes", "bytes", 0, 1e9, "0", RAG(int64_t, metadata_bytes), "kept beside each vector; 0: its chunk at 4 bytes a token"),
    CHOICE("store", "none|opensearch-serverless|opensearch-nextgen|opensearch-cluster|s3-vectors|managed|aurora|pinecone|redis|mongodb|neptune", "none", RAG(int, store), "where vectors are kept; managed: a Managed Knowledge Base, which embeds, parses and reranks for nothing"),
    REAL("store_gb", "GB", 0, 1e9, "0", RAG(double, store_gb), "at the start; 0: vectors x (dimensions and metadata), 1e9 bytes a GB"),
    REAL("store_monthly_usd", "USD", 0, 9e6, "0", RAG(double, store_monthly_usd), "the store's own price, called or not; needed where no source names one"),
    REAL("ocu", "OCU", 0, 1e6, "0", RAG(double, ocu), "OpenSearch units, around the clock; 0: 2, the smallest classic production collection"),
    REAL("ocu_hour_usd", "USD", 0, 1000, "0", RAG(double, ocu_hour_usd), "of one unit, when it is not the catalog's"),
    REAL("gb_per_ocu", "GB", 0, 1e6, "0", RAG(double, gb_per_ocu), "one unit holds: no source says it; 0: the units stay as they are"),
    REAL("store_usd_per_1k_queries", "USD", 0, 9e6, "0", RAG(double, store_usd_per_1k_queries), "the store's price by the query, where it has one"),
    REAL("retrievals_per_request", "", 0, 1000, "1", RAG(double, retrievals_per_request), "how many requests ask the knowledge base: 0.6 for six in ten"),
    INT("query_tokens", "tokens", 0, 1e6, "0", RAG(int64_t, query_tokens), "of a question as it is embedded; 0: the workload's mean input"),
    INT("results", "chunks", 1, 100, "5", RAG(int64_t, results), "that go into the prompt"),
    INT("template_tokens", "tokens", 0, 1e6, "0", RAG(int64_t, template_tokens), "of the instructions around them"),
    TEXT("rerank", "MODEL", NULL, RAG(const char *, rerank), "model that sorts what was found, paid by the query"),
    INT("rerank_candidates", "chunks", 0, 1000, "0", RAG(int64_t, rerank_candidates), "that it sorts; 0: as many as results"),
    INT("decompose", "questions", 0, 100, "0", RAG(int64_t, decompose), "that the candidate's own model makes of one, each retrieved for itself; 0: none"),
    INT("decompose_tokens", "tokens", 0, 1e6, "0", RAG(int64_t, decompose_tokens), "of the instructions of that call, beside the question"),
};

static const struct opt guardrail_opts[] = {
    TEXT("workload", "NAME", NULL, GUARD(const char *, head.workload), "whose texts it judges; without it every workload's"),
    TEXT("policies", "", NULL, GUARD(const char *, policies), "content, topics, words, pii, regex, grounding, reasoning, attack; both sides, or topics:input, pii:output"),
    CHOICE("api", "inline|apply|checks", "inline", GUARD(int, api), "called with the model, by ApplyGuardrail, or by InvokeGuardrailChecks, which have prices of their own"),
    INT("input_chars", "characters", 0, 1e9, "0", GUARD(int64_t, input_chars), "of a prompt that are judged; 0: all of it, by its tokens"),
    INT("output_chars", "characters", 0, 1e9, "0", GUARD(int64_t, output_chars), "of an answer; 0: by its tokens"),
    REAL("chars_per_token", "", 0.1, 100, "4", GUARD(double, chars_per_token), "what stands for characters where they are not stated"),
    INT("grounding_chars", "characters", 0, 1e9, "0", GUARD(int64_t, grounding_chars), "of the source that grounding compares with, where it is not in the prompt"),
    INT("reasoning_policies", "policies", 1, 1000, "1", GUARD(int64_t, reasoning_policies), "of automated reasoning: each is charged"),
    REAL("images", "images", 0, 1000, "0", GUARD(double, images), "of a mean request, that the content filter judges"),
    RATIO("blocked", 0, 0.99, "0%", GUARD(double, blocked), "of requests stopped before a model: they pay for the guardrail alone"),
};

static const struct opt evaluate_opts[] = {
    TEXT("workload", "NAME", NULL, EVALUATE(const char *, head.workload), "whose answers are looked at; without it every workload's"),
    INT("prompts", "prompts", 1, 1e9, "100", EVALUATE(int64_t, prompts), "of a run; Bedrock's own sets have 100, a job takes 1,000 of yours"),
    INT("every_months", "months", 0, 60, "0", EVALUATE(int64_t, every_months), "a run each so many months; 0: at the start alone"),
    { .type = OPT_FLAG, .key = "each_retrain", .unit = "", .offset = EVALUATE(bool, each_retrain), .help = "a run with each retraining of a custom model too" },
    TEXT("metrics", "", NULL, EVALUATE(const char *, metrics), "Accuracy, Robustness (asks six times), Toxicity, which are free, or a judge's: Correctness, Completeness, Faithfulness, Helpfulness, Coherence, Relevance, FollowingInstructions, …"),
    INT("custom_metrics", "metrics", 0, 10, "0", EVALUATE(int64_t, custom_metrics), "of your own, that the judge judges too"),
    TEXT("judge", "MODEL", NULL, EVALUATE(const char *, judge), "the model that judges"),
    INT("judge_template_tokens", "tokens", 0, 1e6, "0", EVALUATE(int64_t, judge_template_tokens), "of its instructions: count the prompts that AWS publishes"),
    INT("judge_output_tokens", "tokens", 0, 1e6, "0", EVALUATE(int64_t, judge_output_tokens), "it writes to explain a score"),
    INT("prompt_tokens", "tokens", 0, 1e9, "0", EVALUATE(int64_t, prompt_tokens), "of a prompt; 0: the workload's mean"),
    INT("response_tokens", "tokens", 0, 1e9, "0", EVALUATE(int64_t, response_tokens), "of an answer; 0: the workload's mean"),
    INT("reference_tokens", "tokens", 0, 1e9, "0", EVALUATE(int64_t, reference_tokens), "of the right answer, which the judge reads too"),
    INT("human_tasks", "tasks", 0, 1e9, "0", EVALUATE(int64_t, human_tasks), "of a run that people look at"),
    { .type = OPT_FLAG, .key = "own_responses", .unit = "", .offset = EVALUATE(bool, own_responses), .help = "answers that are there already are judged: nothing is generated" },
};

static const struct opt prompts_opts[] = {
    TEXT("workload", "NAME", NULL, PROMPTS(const char *, head.workload), "whose requests it makes; may be left out when there is one workload"),
    TEXT("prompt", "NAME|FILE", NULL, PROMPTS(const char *, prompt), "a prompt that was added, support or support:3, or a template's file; what comes before its cache points, or its first variable, is cached where the model can"),
    TEXT("samples", "FILE", NULL, PROMPTS(const char *, samples), "values of its variables, CSV or JSON lines: they give the input lengths; without it the workload's own inputs are the values, and the template's fixed part is added"),
    REAL("bytes_per_token", "bytes", 0, 20, "0", PROMPTS(double, bytes_per_token), "of this prompt, counted once; 0: 4, a guess that may be off by 30%"),
    REAL("flow_transitions", "transitions", 0, 1e6, "0", PROMPTS(double, flow_transitions), "nodes of a flow that a mean request passes"),
    REAL("flow_usd_per_1k", "USD", 0, 9e6, "0", PROMPTS(double, flow_usd_per_1k), "of a thousand transitions, when it is not the catalog's"),
    REAL("optimize_per_month", "", 0, 1e6, "0", PROMPTS(double, optimize_per_month), "how often OptimizePrompt rewrites the template"),
    REAL("optimize_usd_per_1k_tokens", "USD", 0, 9e6, "0", PROMPTS(double, optimize_usd_per_1k_tokens), "its price: no source names one now"),
};

static const struct opt line_opts[] = {
    TEXT("workload", "NAME", NULL, LINE(const char *, head.workload), "which workload it comes with; without it the only one, or with several the whole plan"),
    REAL("monthly_usd", "USD", 0, 9e6, "0", LINE(double, monthly_usd), "owed every month, called or not"),
    REAL("once_usd", "USD", 0, 9e6, "0", LINE(double, once_usd), "paid in the first month"),
    REAL("usd_per_1k_requests", "USD", 0, 9e6, "0", LINE(double, usd_per_1k_requests), "paid by the request"),
    REAL("input_tokens", "tokens", 0, 1e7, "0", LINE(double, input_tokens), "what it adds to every prompt of the workload"),
    TEXT("source", "", NULL, LINE(const char *, source), "where the price comes from, as it shall be printed"),
    TEXT("billed_by", "", NULL, LINE(const char *, billed_by), "whose invoice it stands on"),
};

static const struct opt budget_opts[] = {
    REAL("monthly_usd", "USD", 0, 9e9, "0", BUDGET(double, monthly_usd), "limit of any one month; 0: none"),
    REAL("quarterly_usd", "USD", 0, 9e9, "0", BUDGET(double, quarterly_usd), "limit of any fiscal quarter; 0: none"),
    REAL("yearly_usd", "USD", 0, 9e9, "0", BUDGET(double, yearly_usd), "limit of any fiscal year; 0: none"),
    INT("fiscal_year_start", "month", 1, 12, "1", BUDGET(int64_t, fiscal_year_start), "month in which the fiscal year begins"),
    REAL("spent_to_date_usd", "USD", 0, 9e9, "0", BUDGET(double, spent_to_date_usd), "already spent in the fiscal year of the start"),
};
/* clang-format on */

#define SECTION(name_, named_, opts_, type, help_)                                     \
    {                                                                                  \
        .section = name_, .named = named_, .opts = opts_,                              \
        .opt_count = sizeof opts_ / sizeof *opts_, .settings_bytes = sizeof(type),     \
        .help = help_                                                                  \
    }

#define BESIDE(name_, opts_, type, help_)                                              \
    {                                                                                  \
        .section = name_, .named = true, .beside = true, .opts = opts_,                \
        .opt_count = sizeof opts_ / sizeof *opts_, .settings_bytes = sizeof(type),     \
        .help = help_                                                                  \
    }

const struct plan_section plan_sections[] = {
    SECTION("plan", false, plan_opts, struct plan_settings,
            "where, when, how far, how finely"),
    SECTION("account", false, account_opts, struct account_settings,
            "what you have agreed with AWS"),
    SECTION("workload", true, workload_opts, struct workload_settings,
            "what is asked of a model"),
    SECTION("require", true, require_opts, struct require_settings,
            "what a model must do for the workload of that name"),
    SECTION("candidate", true, candidate_opts, struct candidate_settings,
            "a model and the ways to buy it"),
    SECTION("budget", false, budget_opts, struct budget_settings,
            "limits; the plan says how likely they break, and when"),
    BESIDE("rag", rag_opts, struct rag_settings,
           "a knowledge base: what it takes in, where it is kept, what it adds to "
           "prompts"),
    BESIDE("guardrails", guardrail_opts, struct guardrail_settings,
           "what judges prompts and answers, by units of 1,000 characters"),
    BESIDE("evaluate", evaluate_opts, struct evaluate_settings,
           "how often the answers are looked at, how many, and by whom"),
    BESIDE("prompts", prompts_opts, struct prompts_settings,
           "a template of 'bedplan prompt': lengths, caching and versions of a "
           "workload's prompts"),
    { .section = "tune",
      .named = true,
      .opts = tune_opts + TUNE_OPTS - TUNE_SECTION_OPTS,
      .opt_count = TUNE_SECTION_OPTS,
      .settings_bytes = sizeof(struct tune_settings),
      .help = "of the tuned candidate of that name, for 'bedplan tune plan': people, "
              "the job, what it competes with" },
    BESIDE("line", line_opts, struct line_settings,
           "something else on the bill, at a price you state; no discount applies"),
};
const size_t plan_section_count = sizeof plan_sections / sizeof *plan_sections;

const struct plan_section *plan_section_find(const char *section)
{
    for (size_t i = 0; i < plan_section_count; i++)
        if (strcmp(plan_sections[i].section, section) == 0) return &plan_sections[i];
    return NULL;
}
