#include "plan_example.h"

#include <string.h>

#include "plan_config.h"

/* plan.ini.example: a real workload, and models of six providers that could serve it.
 * Comments come from the option tables; what the example leaves alone stands there
 * with its preset, commented out. */

struct setting {
    const char *key, *value;
};
struct example_section {
    const char *section, *name, *comment;
    struct setting setting[12];
};

static const struct example_section example[] = {
    { "plan",
      "",
      NULL,
      { { "name", "support-assistant" },
        { "region", "us-east-1" },
        { "start", "2026-12-01" },
        { "months", "12" },
        { "paths", "4096" },
        { "seed", "1" } } },
    { "account", "", NULL, { { "discount", "0%" } } },
    { "workload",
      "chat",
      "real traffic: the Azure LLM inference trace of 2023, conversation",
      { { "requests_per_day", "250000" },
        { "level_uncertainty", "5%" },
        { "growth_per_month", "6% +- 4%" },
        { "usage", "data/usage/azure-llm-2023-conv.json" },
        { "profile", "office-hours" },
        { "season_uncertainty", "10%" },
        { "length_drift_per_month", "0% +- 1%" },
        { "shocks_per_year", "2" },
        { "shock_factor", "1.5 +- 0.3" },
        { "max_tokens", "1024" },
        { "choose", "nova-lite on-demand" } } },
    { "require",
      "chat",
      NULL,
      { { "input", "text" },
        { "context_window", "32000" },
        { "throttled", "0.1%" },
        { "ttft_p95_ms", "1200" } } },
    { "candidate",
      "nova-micro",
      NULL,
      { { "model", "amazon.nova-micro-v1:0" }, { "purchase", "on-demand" } } },
    { "candidate",
      "nova-lite",
      NULL,
      { { "model", "amazon.nova-lite-v1:0" },
        { "purchase", "on-demand, batch 20%, provisioned" } } },
    { "candidate",
      "nova-pro",
      NULL,
      { { "model", "amazon.nova-pro-v1:0" },
        { "purchase", "on-demand, provisioned 6-month" } } },
    { "candidate",
      "nova-2-lite",
      NULL,
      { { "model", "amazon.nova-2-lite-v1:0" },
        { "purchase", "on-demand, global on-demand" } } },
    { "candidate",
      "claude-haiku",
      "its tokenizer may differ from the trace's: see output_scale",
      { { "model", "anthropic.claude-haiku-4-5-20251001-v1:0" },
        { "purchase", "geo on-demand, global on-demand" } } },
    { "candidate",
      "llama-70b",
      NULL,
      { { "model", "meta.llama3-3-70b-instruct-v1:0" }, { "purchase", "on-demand" } } },
    { "candidate",
      "mistral-large",
      NULL,
      { { "model", "mistral.mistral-large-3-675b-instruct" },
        { "purchase", "on-demand" } } },
    { "candidate",
      "gpt-oss",
      "a reasoning model also bills tokens that nobody reads",
      { { "model", "openai.gpt-oss-120b-1:0" },
        { "purchase", "on-demand, flex" },
        { "reasoning_tokens", "200" } } },
    { "candidate",
      "deepseek",
      NULL,
      { { "model", "deepseek.v3.2" }, { "purchase", "on-demand" } } },
    { "candidate",
      "claude-3-haiku",
      "familiar names that are gone: the plan says so",
      { { "model", "anthropic.claude-3-haiku-20240307-v1:0" },
        { "purchase", "on-demand" } } },
    { "candidate",
      "titan-express",
      NULL,
      { { "model", "amazon.titan-text-express-v1" }, { "purchase", "on-demand" } } },
    { "candidate",
      "tuned-micro",
      "a custom model: hosted on demand, or on model units",
      { { "model", "amazon.nova-micro-v1:0" },
        { "tuned", "fine-tuning" },
        { "training_tokens", "5M" },
        { "epochs", "2" },
        { "retrain_every_months", "3" },
        { "purchase", "deployment, provisioned" } } },
    { "budget", "", NULL, { { "monthly_usd", "1700" } } },
};

/* Shown, and commented out. */
static const struct example_section unused[] = {
    { "rag",
      "kb",
      NULL,
      { { "documents", "40000" },
        { "document_tokens", "2100" },
        { "resync_share", "5%" },
        { "chunking", "fixed" },
        { "chunk_tokens", "512" },
        { "overlap", "20%" },
        { "embedding", "amazon.titan-embed-text-v2:0" },
        { "store", "opensearch-serverless" },
        { "query_tokens", "45" },
        { "rerank", "cohere.rerank-v3-5:0" },
        { "rerank_candidates", "25" } } },
    { "guardrails",
      "",
      NULL,
      { { "policies", "content, topics:input, pii" }, { "blocked", "2%" } } },
    { "evaluate",
      "",
      NULL,
      { { "prompts", "250" },
        { "every_months", "3" },
        { "each_retrain", "yes" },
        { "metrics", "Robustness, Correctness, Helpfulness" },
        { "judge", "amazon.nova-pro-v1:0" },
        { "judge_template_tokens", "650" },
        { "judge_output_tokens", "180" } } },
    { "prompts",
      "support",
      NULL,
      { { "prompt", "support:3" }, { "samples", "tickets.csv" } } },
    { "tune",
      "tuned-micro",
      NULL,
      { { "data_hours", "40" },
        { "evaluation_hours", "16" },
        { "hourly_usd", "95" },
        { "prompted", "amazon.nova-pro-v1:0" },
        { "few_shot_tokens", "2500" } } },
    { "line",
      "cache",
      NULL,
      { { "monthly_usd", "214.62" }, { "source", "our offer of 2026-11" } } },
};
enum {
    SECTIONS = sizeof example / sizeof *example,
    UNUSED = sizeof unused / sizeof *unused,
    COMMENT_COLUMNS = 92
};

static const char *value_of(const struct example_section *s, const char *key)
{
    for (size_t i = 0; i < sizeof s->setting / sizeof *s->setting; i++)
        if (s->setting[i].key && strcmp(s->setting[i].key, key) == 0)
            return s->setting[i].value;
    return NULL;
}

static void comment(FILE *f, const char *text)
{
    for (struct str rest = str_of(text), line; rest.n;) {
        size_t n = rest.n;
        if (n > COMMENT_COLUMNS) {
            n = COMMENT_COLUMNS;
            while (n > 1 && rest.p[n] != ' ')
                n--;
        }
        line = str_trim((struct str){ rest.p, n });
        fprintf(f, "; %.*s\n", STR_ARG(line));
        rest = str_trim((struct str){ rest.p + n, rest.n - n });
    }
}

/* The first section of a kind explains every key; later ones only say what they set. */
static void print_explained(const struct example_section *s,
                            const struct plan_section *p, bool off, FILE *f)
{
    for (size_t i = 0; i < p->opt_count; i++) {
        const struct opt *o = &p->opts[i];
        const char *value = value_of(s, o->key);
        fputc('\n', f);
        comment(f, o->help);
        if (value)
            fprintf(f, "%s%s = %s\n", off ? ";" : "", o->key, value);
        else
            fprintf(f, ";%s = %s\n", o->key, o->preset ? o->preset : "");
    }
}

static void print_plain(const struct example_section *s, FILE *f)
{
    for (size_t i = 0; i < sizeof s->setting / sizeof *s->setting; i++)
        if (s->setting[i].key)
            fprintf(f, "%s = %s\n", s->setting[i].key, s->setting[i].value);
}

static void print_section(const struct example_section *s, bool first, FILE *f)
{
    const struct plan_section *p = plan_section_find(s->section);
    bool off = s >= unused && s < unused + UNUSED;
    fputc('\n', f);
    if (first) comment(f, p->help);
    if (s->comment) comment(f, s->comment);
    fprintf(f, "%s[%s%s%s]\n", off ? ";" : "", s->section, *s->name ? " " : "",
            s->name);
    if (first)
        print_explained(s, p, off, f);
    else
        print_plain(s, f);
}

void plan_example_print(FILE *f)
{
    fprintf(
        f,
        "; What is known about a workload and its candidates. Only [plan], one "
        "workload\n"
        "; and one candidate are needed; a key that is left out has the value shown.\n"
        "; bedplan plan plan.ini.example\n");
    for (size_t i = 0; i < SECTIONS; i++) {
        bool first = true;
        for (size_t k = 0; k < i; k++)
            first &= strcmp(example[k].section, example[i].section) != 0;
        print_section(&example[i], first, f);
    }
    fputs("\n; What this plan does without.\n", f);
    for (size_t i = 0; i < UNUSED; i++)
        print_section(&unused[i], true, f);
}
