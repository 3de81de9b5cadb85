#include "prompt_answer.h"
#include "proof.h"

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct prompt_settings *s = settings;
    struct prompt_answer p;
    if (args->count != 1)
        return err_set(e, ERR_USAGE, "prompt show wants one NAME or NAME:VERSION");
    if (prompt_answer_read(&p, args->text[0], s->data, app, e) ||
        prompt_answer_price(&p, s, app, e))
        return e->code;
    if (s->dry_run) return OK;
    if (app->format == FORMAT_JSON) return prompt_show_json(app, &p, s->explain, e);
    struct proof_list lines;
    if (prompt_show_text(app, &p, e) || prompt_proofs(&lines, &p, app, e))
        return e->code;
    if (s->explain) proof_text(app, &lines);
    return OK;
}

const struct command cmd_prompt_show = {
    .name = "prompt show",
    .usage = "NAME[:VERSION] [options]",
    .summary = "length, checkpoints and cost of a prompt's versions",
    .details =
        "Lengths are those of the template with the samples' values in it; `fixed` is "
        "what no variable changes, `prefix` what comes before the last cache point or, "
        "where there is none, before the first variable. Of the newest version, or the "
        "one that is named, every checkpoint is judged by the model's smallest one and "
        "its number of them.\n\n"
        "A request finds a prefix when the one before it with the same prefix came "
        "less "
        "than its life ago, which each use starts anew. How often that is follows from "
        "the workload: its rate hour by hour and its bursts (`--plan`), or Poisson "
        "arrivals at an even rate (`--requests-per-day`). Texts that stand before a "
        "point and vary are prefixes of their own, by the samples; one that a single "
        "sample has is taken as never coming back.\n\n"
        "Tokens are a guess of 4 bytes each until --bytes-per-token states them or "
        "--count-tokens has samples counted, which tells how far the guess is off.\n\n"
        "`pays from` is the smallest number of uses within one life that costs less "
        "than plain input, and `or hits` the share of requests that must find the "
        "prefix, both exactly from the rows' prices.\n\n"
        "JSON: name, model, region, routing, workload, requests_per_day, "
        "output_tokens, "
        "bytes_per_token, tokens_method, samples, versions[{version, added, type, "
        "variables[], fixed_tokens, tokens{mean, p50, p95, max}, checkpoints[{stated, "
        "role, ttl, line, column, tokens, varies, texts, served, why, hit_share}], "
        "usd_per_1k_requests{plain, cached}, usd_per_month{plain, cached}}], chosen, "
        "blocks[], cache[{ttl, write_usd_per_mtok, read_usd_per_mtok, "
        "input_usd_per_mtok, break_even_uses, break_even_hit_share, hit_share, "
        "usd_per_month}], lines[] of what the chosen version costs, a month with its "
        "checkpoints where there is a workload, else a thousand requests without any; "
        "what is not known is null.",
    .example = "bedplan prompt show support --samples tickets.csv\n"
               "bedplan prompt show support:2 -s tickets.csv -m amazon.nova-lite-v1:0 "
               "--plan plan.ini --workload chat",
    .opts = prompt_ask_opts,
    .opt_count = PROMPT_SHOW_OPTS,
    .settings_bytes = sizeof(struct prompt_settings),
    .formats = FORMATS_TABLE,
    .sealed = true,
    .run = run,
};
