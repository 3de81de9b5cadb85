#include "model_words.h"

#include <string.h>

#include "date.h"
#include "str.h"

const char *words_modalities(const enum answer modality[MODALITY_COUNT],
                             struct arena *a)
{
    const char *words = NULL;
    bool known = false;
    for (int i = 0; i < MODALITY_COUNT; i++) {
        if (modality[i] == UNKNOWN) continue;
        /* these two are a no for every model there is */
        if (i != MODALITY_EMBEDDING && i != MODALITY_DOCUMENT) known = true;
        if (modality[i] != YES) continue;
        words = arena_printf(a, "%s%s%s", words ? words : "", words ? " " : "",
                             modality_text((enum modality)i));
    }
    return words || !known ? words : "";
}

const char *words_endpoint(const struct model *m)
{
    if (m->runtime == YES) return m->mantle == YES ? "runtime mantle" : "runtime";
    return m->mantle == YES ? "mantle" : NULL;
}

const char *words_date(int64_t unix_s, struct arena *a)
{
    char text[DATE_TEXT];
    return unix_s == DATE_UNKNOWN ? NULL : arena_text(a, date_text(text, unix_s));
}

const char *words_state(const struct model *m, int64_t now_unix_s, struct arena *a)
{
    const char *state = model_lifecycle(m, now_unix_s);
    const char *eol = words_date(m->eol_unix_s, a);
    if (!eol) return state;
    if (strcmp(state, "ended") == 0) return arena_printf(a, "ended %s", eol);
    if (now_unix_s < m->eol_unix_s) return arena_printf(a, "%s until %s", state, eol);
    return state;
}

static const struct {
    unsigned mark;
    char letter;
} letters[] = {
    { MARK_REGION_ASSUMED, 'r' }, { MARK_CONFLICT, 'x' }, { MARK_SUSPICIOUS, '?' },
    { MARK_TRUST_C, 'C' },        { MARK_ESTIMATE, '~' },
};
enum { LETTERS = sizeof letters / sizeof *letters };

const char *words_marks(unsigned marks, struct arena *a)
{
    char text[LETTERS + 1] = { 0 };
    size_t n = 0;
    for (size_t i = 0; i < LETTERS; i++)
        if (marks & letters[i].mark) text[n++] = letters[i].letter;
    return n ? arena_text(a, text) : "";
}

const char *words_marks_key(unsigned marks, struct arena *a)
{
    const char *key = "";
    for (size_t i = 0; i < LETTERS; i++) {
        if (!(marks & letters[i].mark)) continue;
        key = arena_printf(a, "%s%s%c %s", key, *key ? ", " : "", letters[i].letter,
                           mark_text(letters[i].mark));
    }
    return key;
}

/* The same price for another count of units; exact, because only multiplied. */
static struct usd_rate for_million(struct usd_rate rate)
{
    return (struct usd_rate){ .pusd = rate.pusd * (1000000 / rate.per),
                              .per = 1000000 };
}

static const struct price_row *token_row(const struct price_row *row)
{
    if (!row || strcmp(row->unit, "token") != 0) return NULL;
    return row->rate.pusd <= INT64_MAX / (1000000 / row->rate.per) ? row : NULL;
}

const char *words_rate(const struct price_row *row, int32_t per, struct arena *a)
{
    char text[USD_TEXT];
    if (!row) return NULL;
    struct usd_rate rate = per == 1000000 ? for_million(row->rate) : row->rate;
    return arena_text(a, usd_rate_text(text, rate));
}

enum err_code list_price(struct list_price *out, struct catalog *c,
                         const struct model *m, const char *region,
                         enum routing routing, int64_t at_unix_s, struct arena *a,
                         struct err *e)
{
    struct price_offer offer = catalog_offer(m, region);
    struct price_row *rows = NULL;
    struct tariff tariff = { 0 };
    struct err refused = { 0 };
    size_t count = 0;
    *out = (struct list_price){ 0 };
    if (catalog_prices(&rows, &count, c, m->id, a, e)) return e->code;
    if (tariff_pick(&tariff, m->id, rows, count, &offer, routing, TIER_STANDARD,
                    at_unix_s, &refused)) {
        return OK; /* not sold there in this way: no price to list */
    }
    out->routed = true;
    out->routing = tariff.routing;
    out->input = tariff.pick[TOKEN_INPUT];
    out->output = tariff.pick[TOKEN_OUTPUT];
    out->input.row = token_row(out->input.row);
    out->output.row = token_row(out->output.row);
    return OK;
}

void json_words(struct json *j, const char *key, const char *words)
{
    json_array(j, key);
    struct str rest = str_of(words);
    while (rest.n) {
        char word[64];
        struct str one = str_cut(rest, ' ', &rest);
        size_t n = one.n < sizeof word ? one.n : sizeof word - 1;
        memcpy(word, one.p, n);
        word[n] = '\0';
        json_text(j, NULL, word);
    }
    json_end(j);
}

static void words_or_null(struct json *j, const char *key, const char *words)
{
    if (words)
        json_words(j, key, words);
    else
        json_null(j, key);
}

static void count_or_null(struct json *j, const char *key, int64_t count)
{
    if (count)
        json_int(j, key, count);
    else
        json_null(j, key);
}

static void answer_or_null(struct json *j, const char *key, enum answer answer)
{
    if (answer == UNKNOWN)
        json_null(j, key);
    else
        json_bool(j, key, answer == YES);
}

static const char *text_or_null(const char *text)
{
    return *text ? text : NULL;
}

/* The unknown ones among what a model may take in. */
static void json_unknown_inputs(struct json *j, const struct model *m)
{
    json_array(j, "unknown_input_modalities");
    for (int i = 0; i < MODALITY_COUNT; i++)
        if (m->input[i] == UNKNOWN) json_text(j, NULL, modality_text((enum modality)i));
    json_end(j);
}

void json_model(struct json *j, const struct model *m, int64_t now_unix_s,
                struct arena *a)
{
    bool tunable_known = *m->tunable || m->fine_tuning != UNKNOWN;
    json_text(j, "id", m->id);
    json_text(j, "name", text_or_null(m->name));
    json_text(j, "provider", m->provider);
    json_text(j, "variant_of", text_or_null(m->variant_of));
    words_or_null(j, "input_modalities", words_modalities(m->input, a));
    json_unknown_inputs(j, m);
    words_or_null(j, "output_modalities", words_modalities(m->output, a));
    count_or_null(j, "context_window", m->context_window);
    count_or_null(j, "max_output", m->max_output);
    answer_or_null(j, "streaming", m->streaming);
    json_text(j, "endpoint", words_endpoint(m));
    words_or_null(j, "tunable", tunable_known ? m->tunable : NULL);
    answer_or_null(j, "provisioned", m->provisioned);
    json_text(j, "lifecycle", model_lifecycle(m, now_unix_s));
    json_text(j, "launch_date", words_date(m->launch_unix_s, a));
    json_text(j, "legacy_date", words_date(m->legacy_unix_s, a));
    json_text(j, "extended_access_date", words_date(m->extended_unix_s, a));
    json_text(j, "eol_date", words_date(m->eol_unix_s, a));
    words_or_null(j, "regions", text_or_null(m->regions));
    json_words(j, "profiles", m->profiles);
    count_or_null(j, "cache_min_tokens", m->cache_min_tokens);
    json_text(j, "class", text_or_null(m->class_));
}

void json_trust(struct json *j, enum trust trust)
{
    static const char *const text[] = { "A", "B", "C" };
    json_text(j, "trust", text[trust]);
}

void json_marks(struct json *j, unsigned marks)
{
    json_array(j, "marks");
    for (size_t i = 0; i < LETTERS; i++)
        if (marks & letters[i].mark) json_text(j, NULL, mark_text(letters[i].mark));
    json_end(j);
}

static void json_mtok(struct json *j, const char *key, const struct price_row *row)
{
    if (row)
        json_rate(j, key, for_million(row->rate));
    else
        json_null(j, key);
}

void json_list_price(struct json *j, const struct list_price *p)
{
    json_text(j, "routing", p->routed ? routing_text(p->routing) : NULL);
    json_mtok(j, "input_usd_per_mtok", p->input.row);
    json_mtok(j, "output_usd_per_mtok", p->output.row);
    json_marks(j, p->input.marks | p->output.marks);
}
