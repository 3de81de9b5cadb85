#include "eval_record.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "json_scan.h"
#include "text.h"

void eval_fault(struct eval_reader *r, bool fatal, size_t at, const char *fmt, ...)
{
    struct eval_set *s = r->set;
    int64_t *total = fatal ? &s->fatal : &s->warnings;
    char text[240];
    va_list ap;
    if (++*total > EVAL_ISSUES_SHOWN) return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    s->issue = arena_grow(s->arena, s->issue, &s->issue_capacity, s->issues + 1,
                          sizeof *s->issue);
    s->issue[s->issues++] = (struct eval_issue){
        .file = r->file,
        .line = r->line,
        .column = at == EVAL_NOWHERE ? 0 : r->skipped + at + 1,
        .fatal = fatal,
        .what = arena_text(s->arena, text),
    };
}

static size_t at(const struct eval_reader *r, uint32_t node)
{
    return r->tape.node[node].at;
}

static enum tape_type type(const struct eval_reader *r, uint32_t node)
{
    return r->tape.node[node].type;
}

/* What the value of a key should be and is not. */
static void wrong_type(struct eval_reader *r, uint32_t node, const char *key,
                       const char *want)
{
    eval_fault(r, true, at(r, node), "'%s' is %s, not %s", key,
               tape_type_text(type(r, node)), want);
}

/* The text of a node, without its escapes. */
static bool read_text(const char **out, struct eval_reader *r, uint32_t node,
                      const char *key)
{
    struct str raw = tape_raw(&r->tape, node);
    if (type(r, node) != TAPE_TEXT) {
        wrong_type(r, node, key, "a text");
        return false;
    }
    if (raw.n > EVAL_TEXT_MAX) {
        eval_fault(r, true, at(r, node), "'%s' has %zu bytes: at most %d are taken",
                   key, raw.n, EVAL_TEXT_MAX);
        return false;
    }
    char *text = arena_text_n(r->set->arena, raw.p, raw.n);
    long n = r->tape.node[node].escaped ? json_unescape(text, raw) : (long)raw.n;
    if (n < 0 || memchr(text, '\0', (size_t)n)) {
        eval_fault(r, true, at(r, node), "'%s' holds a NUL character", key);
        return false;
    }
    text[n] = '\0';
    *out = text;
    return true;
}

/* 0 where the object has no such key, or null. */
static uint32_t member(const struct eval_reader *r, uint32_t object, const char *key)
{
    uint32_t node = tape_member(&r->tape, object, key);
    return node && type(r, node) != TAPE_NULL ? node : 0;
}

/* An optional text: `*out` stays NULL without it. */
static bool read_optional(const char **out, struct eval_reader *r, uint32_t object,
                          const char *key)
{
    uint32_t node = member(r, object, key);
    return !node || read_text(out, r, node, key);
}

static bool read_number(double *out, struct eval_reader *r, uint32_t object,
                        const char *key, double hi)
{
    uint32_t node = member(r, object, key);
    struct err ignored = { 0 };
    char text[40];
    if (!node) return true;
    struct str raw = tape_raw(&r->tape, node);
    if (type(r, node) != TAPE_NUMBER) {
        wrong_type(r, node, key, "a number");
        return false;
    }
    snprintf(text, sizeof text, "%.*s", raw.n < 39 ? (int)raw.n : 39, raw.p);
    if (raw.n < 39 && text_real(out, text, 0, hi, &ignored) == OK) return true;
    eval_fault(r, true, at(r, node), "'%s' is not in 0 to %g", key, hi);
    return false;
}

static bool read_count(int64_t *out, struct eval_reader *r, uint32_t object,
                       const char *key)
{
    double value = -1;
    if (!read_number(&value, r, object, key, 1e12)) return false;
    if (value >= 0 && floor(value) < value) {
        eval_fault(r, true, at(r, member(r, object, key)), "'%s' is not a whole number",
                   key);
        return false;
    }
    *out = (int64_t)value;
    return true;
}

static bool read_usd(struct eval_response *out, struct eval_reader *r, uint32_t object)
{
    struct err why = { 0 };
    struct usd_rate rate;
    struct usd_acc sum = { 0 };
    double value;
    uint32_t node = member(r, object, "usd");
    if (!node) return true;
    if (!read_number(&value, r, object, "usd", 1e6)) return false;
    struct str raw = tape_raw(&r->tape, node);
    const char *text = arena_text_n(r->set->arena, raw.p, raw.n);
    if (usd_rate_parse(&rate, text, 1, &why) || usd_acc_add(&sum, 1, rate, &why) ||
        usd_round(&out->usd, sum, &why)) {
        eval_fault(r, true, at(r, node), "'usd': %s", why.msg);
        return false;
    }
    out->priced = true;
    return true;
}

/* What is measured of a response, as Converse writes it. */
static bool read_measures(struct eval_response *out, struct eval_reader *r,
                          uint32_t object)
{
    bool good = read_number(&out->confidence, r, object, "confidence", 1);
    uint32_t usage = member(r, object, "usage"), times = member(r, object, "metrics");
    good = read_usd(out, r, object) && good;
    if (usage && type(r, usage) != TAPE_OBJECT) {
        wrong_type(r, usage, "usage", "an object");
        good = false;
    } else if (usage) {
        good = read_count(&out->input_tokens, r, usage, "inputTokens") && good;
        good = read_count(&out->output_tokens, r, usage, "outputTokens") && good;
    }
    if (times && type(r, times) != TAPE_OBJECT) {
        wrong_type(r, times, "metrics", "an object");
        good = false;
    } else if (times) {
        good = read_number(&out->latency_ms, r, times, "latencyMs", 1e9) && good;
    }
    return good;
}

static struct eval_said *add_said(struct eval_reader *r, struct eval_turn *t,
                                  uint32_t node)
{
    t->said = arena_grow(r->set->arena, t->said, &t->said_capacity, t->says + 1,
                         sizeof *t->said);
    struct eval_said *said = &t->said[t->says++];
    *said =
        (struct eval_said){ .response = EVAL_RESPONSE(NULL), .column = at(r, node) };
    return said;
}

/* A required text. */
static bool read_required(const char **out, struct eval_reader *r, uint32_t object,
                          const char *key)
{
    uint32_t node = tape_member(&r->tape, object, key);
    if (node) return read_text(out, r, node, key);
    eval_fault(r, true, at(r, object), "'%s' is missing", key);
    return false;
}

static bool has_name(struct eval_reader *r, const struct eval_said *said)
{
    if (said->model && str_trim(str_of(said->model)).n) return true;
    eval_fault(r, true, said->column, "a response without a 'modelIdentifier'");
    return false;
}

/* "modelResponses" of a prompt. */
static bool read_responses(struct eval_turn *t, struct eval_reader *r, uint32_t object)
{
    uint32_t list = member(r, object, "modelResponses");
    bool good = true;
    if (!list) return true;
    if (type(r, list) != TAPE_ARRAY) {
        wrong_type(r, list, "modelResponses", "an array");
        return false;
    }
    for (uint32_t i = list + 1; i < r->tape.node[list].end; i = r->tape.node[i].end) {
        if (type(r, i) != TAPE_OBJECT) {
            wrong_type(r, i, "modelResponses", "an array of objects");
            return false;
        }
        struct eval_said *said = add_said(r, t, i);
        bool both = read_required(&said->response.text, r, i, "response");
        both = read_required(&said->model, r, i, "modelIdentifier") && both;
        good = both && has_name(r, said) && good;
        good = read_measures(&said->response, r, i) && good;
    }
    return good;
}

/* A content list of Bedrock, [{"text": "…"}, …], as one text. */
static bool read_content(const char **out, struct eval_reader *r, uint32_t object,
                         const char *key)
{
    struct arena *a = r->set->arena;
    uint32_t list = type(r, object) == TAPE_OBJECT ? member(r, object, "content") : 0;
    const char *whole = NULL;
    if (!list || type(r, list) != TAPE_ARRAY) {
        eval_fault(r, true, at(r, object), "'%s' wants {\"content\": [{\"text\": …}]}",
                   key);
        return false;
    }
    for (uint32_t i = list + 1; i < r->tape.node[list].end; i = r->tape.node[i].end) {
        const char *text = NULL;
        if (type(r, i) != TAPE_OBJECT) {
            wrong_type(r, i, "content", "an array of objects");
            return false;
        }
        if (!read_required(&text, r, i, "text")) return false;
        whole = whole ? arena_printf(a, "%s\n%s", whole, text) : text;
    }
    if (!whole) eval_fault(r, true, at(r, list), "'%s' without any text", key);
    *out = whole;
    return whole != NULL;
}

/* An array of texts, or of content lists. */
static bool read_references(struct eval_turn *t, struct eval_reader *r, uint32_t object,
                            bool contents)
{
    static const char key[] = "referenceResponses";
    uint32_t list = member(r, object, key);
    const char **out = NULL;
    size_t n = 0, capacity = 0;
    if (!list) return true;
    if (type(r, list) != TAPE_ARRAY) {
        wrong_type(r, list, key, "an array");
        return false;
    }
    for (uint32_t i = list + 1; i < r->tape.node[list].end; i = r->tape.node[i].end) {
        out = arena_grow(r->set->arena, out, &capacity, n + 1, sizeof *out);
        bool good =
            contents ? read_content(&out[n], r, i, key) : read_text(&out[n], r, i, key);
        if (!good) return false;
        n++;
    }
    t->reference = out;
    t->references = n;
    return true;
}

static bool read_reference(struct eval_turn *t, struct eval_reader *r, uint32_t object)
{
    const char *one = NULL;
    if (!read_optional(&one, r, object, "referenceResponse") ||
        !read_references(t, r, object, false))
        return false;
    if (!one) return true;
    if (t->references) {
        eval_fault(r, true, at(r, object),
                   "both 'referenceResponse' and 'referenceResponses': keep one");
        return false;
    }
    const char **out = ARENA_NEW(r->set->arena, const char *, 1);
    *out = one;
    t->reference = out;
    t->references = 1;
    return true;
}

/* The texts that were retrieved for an answer. */
static bool read_passages(struct eval_response *out, struct eval_reader *r,
                          uint32_t output)
{
    uint32_t got = member(r, output, "retrievedPassages");
    uint32_t list =
        got && type(r, got) == TAPE_OBJECT ? member(r, got, "retrievalResults") : 0;
    const char **text = NULL;
    size_t capacity = 0;
    if (!list) return true;
    if (type(r, list) != TAPE_ARRAY) {
        wrong_type(r, list, "retrievalResults", "an array");
        return false;
    }
    for (uint32_t i = list + 1; i < r->tape.node[list].end; i = r->tape.node[i].end) {
        uint32_t content = type(r, i) == TAPE_OBJECT ? member(r, i, "content") : 0;
        if (!content || type(r, content) != TAPE_OBJECT) {
            eval_fault(r, true, at(r, i), "a passage without its 'content'");
            return false;
        }
        text =
            arena_grow(r->set->arena, text, &capacity, out->passages + 1, sizeof *text);
        if (!read_required(&text[out->passages], r, content, "text")) return false;
        out->passages++;
    }
    out->passage = text;
    return true;
}

/* "output" of a turn. */
static bool read_output(struct eval_turn *t, struct eval_reader *r, uint32_t turn)
{
    uint32_t output = member(r, turn, "output");
    if (!output) return true;
    if (type(r, output) != TAPE_OBJECT) {
        wrong_type(r, output, "output", "an object");
        return false;
    }
    struct eval_said *said = add_said(r, t, output);
    if (!read_required(&said->response.text, r, output, "text") ||
        !read_optional(&said->model, r, output, "modelIdentifier"))
        return false;
    if (!said->model &&
        !read_optional(&said->model, r, output, "knowledgeBaseIdentifier"))
        return false;
    return has_name(r, said) && read_measures(&said->response, r, output) &&
           read_passages(&said->response, r, output);
}

static struct eval_turn *add_turn(struct eval_record *out, struct eval_reader *r)
{
    out->turn = arena_grow(r->set->arena, out->turn, &out->capacity, out->turns + 1,
                           sizeof *out->turn);
    struct eval_turn *t = &out->turn[out->turns++];
    *t = (struct eval_turn){ 0 };
    return t;
}

static bool read_turns(struct eval_record *out, struct eval_reader *r, uint32_t list)
{
    bool good = true;
    out->conversation = true;
    if (type(r, list) != TAPE_ARRAY) {
        wrong_type(r, list, "conversationTurns", "an array");
        return false;
    }
    for (uint32_t i = list + 1; i < r->tape.node[list].end; i = r->tape.node[i].end) {
        struct eval_turn *t = add_turn(out, r);
        uint32_t prompt = type(r, i) == TAPE_OBJECT ? member(r, i, "prompt") : 0;
        if (!prompt) {
            eval_fault(r, true, at(r, i), "a turn without its 'prompt'");
            good = false;
            continue;
        }
        good = read_content(&t->prompt, r, prompt, "prompt") && good;
        good = read_references(t, r, i, true) && good;
        good = read_output(t, r, i) && good;
    }
    if (!out->turns) eval_fault(r, true, at(r, list), "a conversation without a turn");
    return good && out->turns;
}

/* How a prompt was changed, and from what. */
static bool read_change(struct eval_turn *t, struct eval_reader *r)
{
    const char *kind = NULL;
    if (!read_optional(&kind, r, 0, "perturbation") ||
        !read_optional(&t->original, r, 0, "original"))
        return false;
    if (!kind && !t->original) return true;
    uint32_t node = tape_member(&r->tape, 0, kind ? "perturbation" : "original");
    if (!kind || !t->original) {
        eval_fault(r, true, at(r, node),
                   "'perturbation' and 'original' belong together");
        return false;
    }
    t->perturbation = perturbation_named(kind);
    if (t->perturbation != PERTURB_NONE && t->perturbation < PERTURBATIONS) return true;
    eval_fault(r, true, at(r, node),
               "'perturbation' is '%.40s': there are lower-case, "
               "typos, numbers-to-words, upper-case, whitespace",
               kind);
    return false;
}

static bool read_prompt(struct eval_record *out, struct eval_reader *r)
{
    struct eval_turn *t = add_turn(out, r);
    bool good = read_required(&t->prompt, r, 0, "prompt");
    good = read_reference(t, r, 0) && good;
    good = read_optional(&t->category, r, 0, "category") && good;
    good = read_optional(&t->pair, r, 0, "pair") && good;
    good = read_change(t, r) && good;
    good = read_responses(t, r, 0) && good;
    if (good && !str_trim(str_of(t->prompt)).n) {
        eval_fault(r, true, at(r, tape_member(&r->tape, 0, "prompt")),
                   "an empty prompt");
        return false;
    }
    return good;
}

/* A key twice in one object: which of them counts is anybody's guess. */
static bool keys_once(struct eval_reader *r)
{
    const struct json_tape *t = &r->tape;
    for (uint32_t o = 0; o < t->count; o++) {
        if (type(r, o) != TAPE_OBJECT) continue;
        size_t keys = 0;
        for (uint32_t i = o + 1; i < t->node[o].end; i = t->node[i + 1].end) {
            struct str key = tape_raw(t, i);
            char name[40];
            if (key.n >= sizeof name || ++keys > 64) continue;
            snprintf(name, sizeof name, "%.*s", STR_ARG(key));
            if (tape_member(t, o, name) == i + 1) continue;
            eval_fault(r, true, at(r, i), "'%s' twice", name);
            return false;
        }
    }
    return true;
}

bool eval_record_read(struct eval_record *out, struct eval_reader *r, struct str line)
{
    struct tape_fault fault;
    *out = (struct eval_record){ 0 };
    if (!json_tape_read(&r->tape, line.p, line.n, &fault)) {
        eval_fault(r, true, fault.at, "%s", fault.what);
        return false;
    }
    if (type(r, 0) != TAPE_OBJECT) {
        eval_fault(r, true, 0, "the line is %s, not one object",
                   tape_type_text(type(r, 0)));
        return false;
    }
    if (!keys_once(r)) return false;
    uint32_t turns = tape_member(&r->tape, 0, "conversationTurns");
    return turns ? read_turns(out, r, turns) : read_prompt(out, r);
}
