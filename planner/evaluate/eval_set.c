#include "eval_set.h"

#include <assert.h>
#include <string.h>

#include "eval_record.h"
#include "intern.h"
#include "train_lines.h"

/* Files being read, and where each prompt is. */
struct reading {
    struct eval_set *set;
    struct eval_reader reader;
    struct intern keys; /* of prompts; in a conversation of all turns so far */
    size_t *item_of;    /* [key] index + 1 */
    size_t capacity;
    int64_t lines;
};

static size_t find_model(const struct eval_set *s, const char *name)
{
    size_t m = 0;
    while (m < s->models && strcmp(s->model[m], name) != 0)
        m++;
    return m;
}

/* Every item has room for model_capacity responses. */
static void widen(struct eval_set *s)
{
    size_t before = s->model_capacity, all = s->items + s->variants;
    s->model = arena_grow(s->arena, s->model, &s->model_capacity, s->models + 1,
                          sizeof *s->model);
    for (size_t i = 0; i < all; i++) {
        struct eval_response *old = s->item[i].response;
        s->item[i].response =
            ARENA_NEW(s->arena, struct eval_response, s->model_capacity);
        if (before) memcpy(s->item[i].response, old, before * sizeof *old);
    }
}

size_t eval_set_model(struct eval_set *s, const char *name)
{
    size_t m = find_model(s, name);
    if (m < s->models) return m;
    assert(s->models < EVAL_MODELS_MAX);
    if (s->models == s->model_capacity) widen(s);
    s->model[m] = arena_text(s->arena, name);
    s->models++;
    return m;
}

size_t eval_set_answered(const struct eval_set *s, size_t model)
{
    size_t n = 0;
    for (size_t i = 0; i < s->items; i++)
        n += s->item[i].response[model].text != NULL;
    return n;
}

size_t eval_set_referenced(const struct eval_set *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->items; i++)
        n += s->item[i].references > 0;
    return n;
}

static struct eval_item *add_item(struct reading *r, const struct eval_turn *t)
{
    struct eval_set *s = r->set;
    s->item =
        arena_grow(s->arena, s->item, &s->item_capacity, s->items + 1, sizeof *s->item);
    struct eval_item *item = &s->item[s->items++];
    *item = (struct eval_item){
        .prompt = t->prompt,
        .reference = t->reference,
        .references = t->references,
        .category = t->category,
        .pair = t->pair,
        .turn = 1,
        .perturbation = t->perturbation,
        .original = t->original,
        .original_item = SIZE_MAX,
        .file = r->reader.file,
        .line = r->reader.line,
    };
    item->response = ARENA_NEW(s->arena, struct eval_response, s->model_capacity + 1);
    return item;
}

/* The item of a key seen before, or NULL. */
static struct eval_item *known_item(struct reading *r, const char *key,
                                    uint32_t *number)
{
    uint32_t k = intern(&r->keys, key);
    r->item_of = arena_grow(r->set->arena, r->item_of, &r->capacity, (size_t)k + 1,
                            sizeof *r->item_of);
    *number = k;
    return r->item_of[k] ? &r->set->item[r->item_of[k] - 1] : NULL;
}

static const char *where(const struct reading *r, const struct eval_item *item)
{
    return arena_printf(r->set->arena, "line %lld of %s", (long long)item->line,
                        r->set->path[item->file]);
}

static bool same_texts(const struct eval_item *item, const struct eval_turn *t)
{
    if (item->references != t->references) return false;
    for (size_t i = 0; i < t->references; i++)
        if (strcmp(item->reference[i], t->reference[i]) != 0) return false;
    return true;
}

/* What two lines say of one prompt must agree; what one leaves out the other fills in.
 */
static void join(struct reading *r, struct eval_item *item, const struct eval_turn *t)
{
    struct {
        const char *key, **old;
        const char *now;
    } part[] = { { "category", &item->category, t->category },
                 { "pair", &item->pair, t->pair } };
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        if (!*part[i].old) *part[i].old = part[i].now;
        if (part[i].now && strcmp(*part[i].old, part[i].now) != 0)
            eval_fault(&r->reader, true, EVAL_NOWHERE,
                       "another %s than %s gives the prompt", part[i].key,
                       where(r, item));
    }
    if (!item->references) {
        item->reference = t->reference;
        item->references = t->references;
    }
    if (t->references && !same_texts(item, t))
        eval_fault(&r->reader, true, EVAL_NOWHERE,
                   "another reference than %s gives the prompt", where(r, item));
}

static void put_said(struct reading *r, size_t index, const struct eval_turn *t)
{
    struct eval_set *s = r->set;
    for (size_t i = 0; i < t->says; i++) {
        const struct eval_said *said = &t->said[i];
        if (s->models == EVAL_MODELS_MAX && find_model(s, said->model) == s->models) {
            eval_fault(&r->reader, true, said->column, "more than %d models",
                       EVAL_MODELS_MAX);
            continue;
        }
        size_t m = eval_set_model(s, said->model);
        struct eval_item *item = &s->item[index];
        if (item->response[m].text)
            eval_fault(&r->reader, false, said->column,
                       "left out: '%.60s' has a response to this prompt already, "
                       "from %s",
                       said->model, where(r, item));
        else
            item->response[m] = said->response;
    }
}

/* What names a prompt among all. A changed one is named by what it was before: a prompt
 * without numbers is still itself with them in words. Separators of fields are no part
 * of a text that people write. */
static const char *key_of(const struct reading *r, const struct eval_record *record,
                          const struct eval_turn *t, const char *before)
{
    struct arena *a = r->set->arena;
    if (record->conversation) return arena_printf(a, "%s\x1f%s", before, t->prompt);
    if (!t->perturbation) return t->prompt;
    return arena_printf(a, "\x1e%d\x1f%s", (int)t->perturbation, t->original);
}

/* `key` names the prompt among all. Returns: the item's index. */
static size_t put_turn(struct reading *r, const struct eval_turn *t, const char *key)
{
    uint32_t number;
    struct eval_item *item = known_item(r, key, &number);
    if (!item) {
        item = add_item(r, t);
        r->item_of[number] = r->set->items;
    } else {
        bool here = item->file == r->reader.file;
        if (here && !t->says)
            eval_fault(&r->reader, false, EVAL_NOWHERE,
                       "left out: the prompt of %s again", where(r, item));
        join(r, item, t);
    }
    size_t index = (size_t)(item - r->set->item);
    put_said(r, index, t);
    return index;
}

static void put_record(struct reading *r, const struct eval_record *record)
{
    struct eval_set *s = r->set;
    const char *key = "";
    size_t before = s->items;
    for (size_t i = 0; i < record->turns; i++) {
        const struct eval_turn *t = &record->turn[i];
        key = key_of(r, record, t, key);
        size_t index = put_turn(r, t, key);
        if (!record->conversation || index < before) continue;
        if (index == before) s->conversations++;
        s->item[index].conversation = s->conversations;
        s->item[index].turn = (int)i + 1;
    }
}

static void read_line(struct reading *r, struct str line, bool too_long)
{
    struct eval_record record;
    struct str rest = r->reader.line == 1 ? str_without_bom(line) : line;
    if (rest.n < line.n)
        eval_fault(&r->reader, false, 0, "a byte-order mark: a Bedrock job refuses it");
    r->reader.skipped = line.n - rest.n;
    if (too_long) {
        eval_fault(&r->reader, true, EVAL_NOWHERE, "a line over %d MB",
                   TRAIN_LINE_MAX >> 20);
        return;
    }
    if (!str_trim(rest).n) {
        eval_fault(&r->reader, false, EVAL_NOWHERE, "an empty line");
        return;
    }
    r->lines++;
    if (eval_record_read(&record, &r->reader, rest)) put_record(r, &record);
}

static enum err_code read_file(struct reading *r, int file, struct err *e)
{
    struct train_lines lines;
    struct str line;
    bool too_long;
    r->reader.file = file;
    if (train_lines_open(&lines, r->set->path[file], e)) return e->code;
    while (train_lines_next(&lines, &line, &too_long)) {
        r->reader.line = lines.number;
        read_line(r, line, too_long);
    }
    return train_lines_close(&lines, e);
}

/* Changed prompts go behind the others, each with the place of its original. */
static void part_variants(struct reading *r)
{
    struct eval_set *s = r->set;
    struct eval_item *sorted = ARENA_NEW(s->arena, struct eval_item, s->items + 1);
    size_t *place = ARENA_NEW(s->arena, size_t, s->items + 1), n = 0;
    for (int changed = 0; changed < 2; changed++)
        for (size_t i = 0; i < s->items; i++) {
            if ((s->item[i].perturbation != PERTURB_NONE) != (bool)changed) continue;
            sorted[n] = s->item[i];
            place[i] = n++;
            s->variants += (size_t)changed;
        }
    s->item = sorted;
    s->item_capacity = s->items + 1;
    s->items -= s->variants;
    for (size_t i = s->items; i < n; i++) {
        uint32_t key = intern(&r->keys, sorted[i].original);
        size_t known = key < r->capacity ? r->item_of[key] : 0;
        if (known) sorted[i].original_item = place[known - 1];
    }
}

/* A Bedrock job would refuse more and longer prompts. */
static void judge_limits(struct reading *r)
{
    const struct eval_set *s = r->set;
    r->reader.line = 0;
    r->reader.file = 0;
    if (s->items > EVAL_JOB_PROMPTS)
        eval_fault(&r->reader, false, EVAL_NOWHERE,
                   "%zu prompts: a Bedrock evaluation job takes %d", s->items,
                   EVAL_JOB_PROMPTS);
    for (size_t i = 0; i < s->items; i++) {
        const struct eval_item *item = &s->item[i];
        r->reader.file = item->file;
        r->reader.line = item->line;
        if (strlen(item->prompt) > EVAL_JOB_PROMPT_BYTES)
            eval_fault(&r->reader, false, EVAL_NOWHERE,
                       "a prompt of %zu bytes: a Bedrock evaluation job takes %d",
                       strlen(item->prompt), EVAL_JOB_PROMPT_BYTES);
        if (item->turn == EVAL_JOB_TURNS + 1)
            eval_fault(&r->reader, false, EVAL_NOWHERE,
                       "more than %d turns: a Bedrock evaluation job takes no more",
                       EVAL_JOB_TURNS);
    }
}

enum err_code eval_set_read(struct eval_set *out, const char *const *path, size_t paths,
                            struct arena *a, struct err *e)
{
    *out = (struct eval_set){ .path = path, .paths = paths, .arena = a };
    struct reading reading = { .set = out, .keys = { .arena = a } };
    reading.reader = (struct eval_reader){ .set = out, .tape = { .arena = a } };
    for (size_t f = 0; f < paths; f++)
        if (read_file(&reading, (int)f, e)) return e->code;
    if (out->fatal)
        return err_set(e, ERR_INPUT, "%s%s: %lld fault%s, nothing is scored", path[0],
                       paths > 1 ? " and the others" : "", (long long)out->fatal,
                       out->fatal == 1 ? "" : "s");
    if (!reading.lines)
        return err_set(e, ERR_INPUT, "%s: no line at all%s", path[0],
                       paths > 1 ? ", nor in the others" : "");
    part_variants(&reading);
    judge_limits(&reading);
    return OK;
}
