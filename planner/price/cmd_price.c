#include <string.h>

#include "quote.h"

/* The price lists' own limit: an amount that no count of one request exceeds. */
#define MOST 1e15

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct price_settings, T, f)
static const struct opt opts[] = {
    { .key = "region", .type = OPT_TEXT, .offset = AT(const char *, region), .unit = "R",
      .preset = "us-east-1",
      .help = "region that is called; else AWS_REGION, AWS_DEFAULT_REGION" },
    { .key = "input", .type = OPT_INT, .offset = AT(int64_t, input), .unit = "tokens",
      .preset = "0", .lo = 0, .hi = MOST,
      .help = "input tokens of a request, without cached ones" },
    { .key = "output", .type = OPT_INT, .offset = AT(int64_t, output), .unit = "tokens",
      .preset = "0", .lo = 0, .hi = MOST, .help = "output tokens of a request" },
    { .key = "cache_read", .type = OPT_INT, .offset = AT(int64_t, cache_read),
      .unit = "tokens", .preset = "0", .lo = 0, .hi = MOST,
      .help = "input tokens of a request that come from the cache" },
    { .key = "cache_write", .type = OPT_INT, .offset = AT(int64_t, cache_write),
      .unit = "tokens", .preset = "0", .lo = 0, .hi = MOST,
      .help = "input tokens of a request that go into the cache" },
    { .key = "cache_ttl", .type = OPT_CHOICE, .offset = AT(int, cache_ttl), .unit = "T",
      .choices = "5m|30m|1h", .preset = "5m", .hi = 2,
      .help = "how long written tokens are kept; unsaid, what the model sells" },
    { .key = "images", .type = OPT_INT, .offset = AT(int64_t, images), .unit = "N",
      .preset = "0", .lo = 0, .hi = MOST, .help = "images that a request generates" },
    { .key = "image_quality", .type = OPT_TEXT, .offset = AT(const char *, image_quality),
      .unit = "Q", .help = "which of several image prices: standard, premium, …" },
    { .key = "image_size", .type = OPT_TEXT, .offset = AT(const char *, image_size),
      .unit = "WxH", .help = "which of several image prices: the size in pixels" },
    { .key = "attach_image", .type = OPT_LIST, .offset = AT(struct opt_list, attach_image),
      .unit = "WxH", .help = "an image in the request; WxH*N for several, WxH@3.2MB with its file's size" },
    { .key = "attach_pdf", .type = OPT_LIST, .offset = AT(struct opt_list, attach_pdf),
      .unit = "PAGES", .help = "a PDF in the request; PAGES*N for several" },
    { .key = "pdf_text", .type = OPT_FLAG, .offset = AT(bool, pdf_text), .unit = "",
      .help = "only the text of a PDF is read (Converse without citations)" },
    { .key = "attach_video", .type = OPT_LIST, .offset = AT(struct opt_list, attach_video),
      .unit = "S", .help = "a video of S seconds in the request" },
    { .key = "attach_document", .type = OPT_LIST, .offset = AT(struct opt_list, attach_document),
      .unit = "CHARS", .help = "a document that becomes text (csv, docx, html, md, txt, xlsx) in the request" },
    { .key = "guardrail", .type = OPT_TEXT, .offset = AT(const char *, guardrail),
      .unit = "POLICIES", .help = "content, topics, words, pii, regex, grounding, reasoning, attack; both sides, or topics:input" },
    { .key = "guardrail_api", .type = OPT_CHOICE, .offset = AT(int, guardrail_api), .unit = "A",
      .choices = "inline|apply|checks", .preset = "inline", .hi = 2,
      .help = "with the model, ApplyGuardrail or InvokeGuardrailChecks" },
    { .key = "input_chars", .type = OPT_INT, .offset = AT(int64_t, input_chars),
      .unit = "N", .preset = "0", .lo = 0, .hi = MOST,
      .help = "characters of the prompt that a guardrail judges; else 4 a token" },
    { .key = "output_chars", .type = OPT_INT, .offset = AT(int64_t, output_chars),
      .unit = "N", .preset = "0", .lo = 0, .hi = MOST,
      .help = "characters of the answer that a guardrail judges; else 4 a token" },
    { .key = "grounding_chars", .type = OPT_INT, .offset = AT(int64_t, grounding_chars),
      .unit = "N", .preset = "0", .lo = 0, .hi = MOST,
      .help = "characters of the source that grounding compares with" },
    { .key = "unit", .type = OPT_LIST, .offset = AT(struct opt_list, unit),
      .unit = "DIMENSION=N",
      .help = "N of any other dimension that the model's prices name" },
    { .key = "requests", .letter = 'n', .type = OPT_INT, .offset = AT(int64_t, requests),
      .unit = "N", .preset = "1", .lo = 0, .hi = MOST, .help = "how many such requests" },
    { .key = "tier", .type = OPT_CHOICE, .offset = AT(int, tier), .unit = "T",
      .choices = "standard|priority|flex|batch|latency-optimized|ultrafast",
      .preset = "standard", .hi = TIER_ULTRAFAST, .help = "service tier" },
    { .key = "routing", .type = OPT_CHOICE, .offset = AT(int, routing), .unit = "R",
      .choices = "default|in-region|geo|global", .preset = "default",
      .hi = ROUTING_GLOBAL,
      .help = "in-region where sold so, else the geography; global when asked" },
    { .key = "at", .type = OPT_DATE, .offset = AT(int64_t, at_unix_s), .unit = "DATE",
      .help = "the prices of that day instead of today's" },
    { .key = "discount", .type = OPT_PPM, .offset = AT(int32_t, discount_ppm),
      .unit = "%", .preset = "0%", .help = "private pricing: taken off each line once" },
    { .key = "explain", .type = OPT_FLAG, .offset = AT(bool, explain), .unit = "",
      .help = "each line's arithmetic, source, and the rule that chose its row" },
    { .key = "range", .type = OPT_FLAG, .offset = AT(bool, range), .unit = "",
      .help = "the interval that all plausible readings of the prices span" },
    { .key = "strict", .type = OPT_FLAG, .offset = AT(bool, strict), .unit = "",
      .help = "refuse marked prices and requests with a warning (exit 3)" },
};
#undef AT
/* clang-format on */

/* --strict: nothing that rests on less than a proven row, nothing that would fail. */
static enum err_code check_strict(const struct quote *q, int warnings, struct err *e)
{
    for (size_t i = 0; i < q->bill.count; i++) {
        const struct bill_line *l = &q->bill.line[i];
        if (l->marks)
            return err_set(e, ERR_UNPRICED, "--strict: the price of %s is marked: %s",
                           l->dimension, quote_marks(l->marks, q->arena));
    }
    if (warnings)
        return err_set(e, ERR_UNPRICED, "--strict: %d warning%s", warnings,
                       warnings == 1 ? "" : "s");
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct price_settings *s = settings;
    struct quote q;
    struct err printing = { 0 };
    if (args->count != 1)
        return err_set(e, ERR_USAGE,
                       args->count ? "price takes one model, not '%s' too"
                                   : "price wants a MODEL%s",
                       args->count ? args->text[1] : "");
    enum err_code code = quote_ask(&q, app, args->text[0], s, e);
    /* a region that is not listed is often why a price is missing */
    int warnings = !code || code == ERR_UNPRICED ? quote_warn(app, &q) : 0;
    if (code) return code;
    code = quote_total(&q, e);
    /* an incomplete answer is shown when its interval was asked for */
    if (code && !(code == ERR_UNPRICED && s->range)) return code;
    if (!code && s->strict && check_strict(&q, warnings, e)) return e->code;
    if (quote_print(app, &q, s->explain, &printing) && !code)
        return err_set(e, printing.code, "%s", printing.msg);
    return code;
}

const struct command cmd_price = {
    .name = "price",
    .usage = "MODEL [options]",
    .summary = "what requests cost, exactly, with the source of every price",
    .details =
        "Counts are per request. Without any, the prices themselves are printed. MODEL "
        "is a model id, an inference profile's id (\"us.…\", \"global.…\") or an ARN "
        "of "
        "one.\n\n"
        "A price is never guessed: a dimension without a row for the region and the "
        "routing is named, with the nearest row, and the exit status is 3. What a "
        "price "
        "rests on is marked: \"region assumed\" (its source names none), \"conflict\" "
        "(a source disagrees), \"suspicious\" (it breaks a ratio that prices keep), "
        "\"trust C\" (one aggregator alone), \"estimate\" (the quantity is one).\n\n"
        "A request that reads more than a model's long-context limit is billed whole "
        "at "
        "the higher price; cached and attached tokens count.",
    .example =
        "bedplan price amazon.nova-lite-v1:0 --input 1155 --output 211 -n 1000\n"
        "bedplan price anthropic.claude-haiku-4-5-20251001-v1:0 --input 1000 "
        "--routing global --explain\n"
        "bedplan price amazon.titan-embed-text-v2:0 --input 512 -n 1M --tier batch "
        "--json",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct price_settings),
    .formats = FORMATS_TABLE,
    .sealed = true,
    .run = run,
};
