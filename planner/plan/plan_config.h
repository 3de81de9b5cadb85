#ifndef PLANNER_PLAN_CONFIG_H
#define PLANNER_PLAN_CONFIG_H

/* plan.ini: what is known, section by section. Every key is a row of an option
 * table, from which --help, the manual and plan.ini.example are made. */

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "ini.h"
#include "opt.h"

struct plan_settings {
    const char *name, *region;
    int64_t start_unix_s, months, paths, seed;
    int routing; /* enum routing */
};

struct account_settings {
    int32_t discount_ppm;
    const char *currency; /* "EUR"; NULL: USD only */
    double currency_per_usd;
    int64_t currency_date_unix_s;
};

struct workload_settings {
    const char *name;
    int line;
    double requests_per_day, level_uncertainty, season_uncertainty;
    struct opt_spread growth_per_month, length_drift_per_month, shock_factor;
    double shocks_per_year, shock_days;
    const char *usage, *trace, *input_tokens, *output_tokens;
    const char *profile, *attachments, *choose;
    double cached_share;
    int cache_ttl; /* index into "5m|1h" */
    int64_t cache_prefixes, max_tokens;
};

struct require_settings {
    const char *name;
    int line;
    const char *input;
    int64_t context_window;
    double throttled, ttft_p95_ms, quality;
    const char *evaluation, *quality_metric; /* a saved one, and which of its scores */
};

struct candidate_settings {
    const char *name;
    int line;
    const char *workload, *model, *purchase, *region, *dataset;
    int routing;
    int tuned; /* enum tuned */
    int64_t training_tokens, epochs, retrain_every_months, reasoning_tokens;
    double unit_input_tpm, unit_output_tpm, input_scale, output_scale;
    double ttft_ms, tpot_ms; /* how long a reservation is held; 0, 0: not stated */
    const char *import_architecture;
    int64_t import_copies;
    const char *route_to, *route_usage, *route_fee_per_1k_usd; /* NULL: not stated */
    struct opt_spread route_share;
};
enum tuned { TUNED_NO, TUNED_FINE_TUNING, TUNED_CONTINUED, TUNED_DISTILLATION };

struct budget_settings {
    double monthly_usd, quarterly_usd, yearly_usd, spent_to_date_usd;
    int64_t fiscal_year_start; /* month, 1 = January */
};

/* What sections beside a workload begin with: their name, "" when they have none, and
 * the workload they belong to. NULL: all of them, or the whole plan. */
struct section_head {
    const char *name;
    int line;
    const char *workload;
};

/* A line of the bill at a price that the plan states. */
struct line_settings {
    struct section_head head;
    double monthly_usd, once_usd, usd_per_1k_requests, input_tokens;
    const char *source, *billed_by;
};

enum rag_parser { PARSER_DEFAULT, PARSER_MODEL, PARSER_DATA_AUTOMATION };
enum rag_chunking {
    CHUNK_DEFAULT,
    CHUNK_FIXED,
    CHUNK_HIERARCHICAL,
    CHUNK_SEMANTIC,
    CHUNK_NONE
};
enum rag_store {
    STORE_NONE,
    STORE_OPENSEARCH_SERVERLESS,
    STORE_OPENSEARCH_NEXTGEN,
    STORE_OPENSEARCH_CLUSTER,
    STORE_S3_VECTORS,
    STORE_MANAGED,
    STORE_AURORA,
    STORE_PINECONE,
    STORE_REDIS,
    STORE_MONGODB,
    STORE_NEPTUNE
};

/* A knowledge base. 0 or NULL: not stated. */
struct rag_settings {
    struct section_head head;
    /* the documents, and how they change */
    int64_t documents, document_tokens;
    double document_pages, growth_per_month, resync_share;
    int parser; /* enum rag_parser */
    const char *parser_model;
    int64_t parser_input_tokens, parser_output_tokens;
    int chunking; /* enum rag_chunking */
    int64_t chunk_tokens, overlap_tokens, parent_tokens, semantic_buffer;
    double overlap;
    const char *embedding;
    int64_t dimensions, metadata_bytes;
    int vectors; /* index into "float32|binary" */
    int store;   /* enum rag_store */
    double store_gb, store_monthly_usd, ocu, ocu_hour_usd, gb_per_ocu,
        store_usd_per_1k_queries;
    /* the questions */
    double retrievals_per_request;
    int64_t query_tokens, results, template_tokens, rerank_candidates;
    const char *rerank;
    int64_t decompose, decompose_tokens;
};

struct guardrail_settings {
    struct section_head head;
    const char *policies;
    int api; /* enum guard_api */
    double chars_per_token, blocked, images;
    int64_t input_chars, output_chars, grounding_chars, reasoning_policies;
};

/* A look at the answers' quality, run by run. */
struct evaluate_settings {
    struct section_head head;
    int64_t prompts, prompt_tokens, response_tokens, reference_tokens;
    const char *metrics, *judge;
    int64_t custom_metrics, judge_template_tokens, judge_output_tokens, human_tasks;
    int64_t every_months;
    bool each_retrain, own_responses;
};

/* A workload's prompt as a template. 0 or NULL: not stated. */
struct prompts_settings {
    struct section_head head;
    const char *prompt, *samples;
    double bytes_per_token;
    double flow_transitions, flow_usd_per_1k;
    double optimize_per_month, optimize_usd_per_1k_tokens;
};

/* What 'tune plan' is told of a tuned candidate beside its own keys. */
struct tune_settings;
struct tune_section {
    const char *name; /* the candidate's */
    int line;
    struct tune_settings *settings;
};

struct plan_config {
    const char *path;
    int region_line; /* of [plan] region; 0 when it is the preset */
    struct plan_settings plan;
    struct account_settings account;
    struct budget_settings budget;
    bool has_budget;
    struct workload_settings *workload;
    struct require_settings *require; /* require[i] belongs to workload[i] */
    struct candidate_settings *candidate;
    size_t workloads, candidates;
    const struct line_settings *line;
    size_t lines;
    const struct rag_settings *rag;
    size_t rags;
    const struct guardrail_settings *guardrail;
    size_t guardrails;
    const struct evaluate_settings *evaluate;
    size_t evaluates;
    const struct prompts_settings *prompts;
    size_t prompts_count;
    const struct tune_section *tune;
    size_t tunes;
};

/* The tables, for generators and the audit. */
struct plan_section {
    const char *section, *help;
    bool named;  /* "[workload NAME]" */
    bool beside; /* settings begin with a section_head, and the name may be left out */
    const struct opt *opts;
    size_t opt_count;
    size_t settings_bytes;
};
extern const struct plan_section plan_sections[];
extern const size_t plan_section_count;
const struct plan_section *plan_section_find(const char *section); /* or NULL */

/* "rag kb", or "rag" without a name. Owns: the arena. */
const char *plan_head_text(const struct section_head *h, const char *section,
                           struct arena *a);

/* Read and check one file. `now_unix_s` gives the preset of `start`: the first day of
 * the next month. Errors: ERR_IO, ERR_INPUT, ERR_RANGE, ERR_NOT_FOUND with
 * "PATH:LINE: …". Owns: the arena. */
NODISCARD enum err_code plan_config_read(struct plan_config *out, const char *path,
                                         int64_t now_unix_s, struct arena *a,
                                         struct err *e);

/* The 168 weights of "flat", "office-hours", 168 numbers, or a file with 168 numbers;
 * scaled to mean 1. Errors: ERR_INPUT, ERR_RANGE. */
NODISCARD enum err_code plan_profile(double weight[168], const char *text,
                                     const char *beside, struct arena *a,
                                     struct err *e);

/* `file` as seen from the folder of `beside`. */
const char *plan_path_beside(const char *beside, const char *file, struct arena *a);

#endif
