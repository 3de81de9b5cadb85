/* Prompt templates and GetPrompt answers: no bytes upset the readers; the parts of a
 * template are its text; what is read is written, read and written again the same; and
 * samples of any bytes fill it or are refused. The first byte picks the reader. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "prompt_length.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_template(const char *p, size_t n, struct arena *a)
{
    struct err e = { 0 };
    struct template t;
    struct prompt_names names = { 0 };
    size_t at = 0;
    if (template_parse(&t, &names, (struct str){ p, n }, a, &e)) {
        assert(strncmp(e.msg, "line ", 5) == 0);
        return;
    }
    for (size_t i = 0; i < t.parts; i++) {
        const struct template_part *k = &t.part[i];
        bool variable = k->variable >= 0;
        assert(k->at == at && (size_t)(variable ? k->variable : 0) <= names.count);
        assert(k->text.p == p + at + (variable ? 2 : 0));
        at += k->text.n + (variable ? 4 : 0);
    }
    assert(at == n);
}

static void check_prompt(const char *p, size_t n, struct arena *a)
{
    struct err e = { 0 };
    struct prompt one, two;
    struct prompt_length l;
    if (prompt_read_any(&one, "f", p, n, a, &e)) {
        assert(e.code == ERR_INPUT);
        return;
    }
    struct str first = prompt_write(&one, a);
    assert(prompt_read(&two, first.p, first.n, a, &e) == OK);
    struct str again = prompt_write(&two, a);
    assert(first.n == again.n && memcmp(first.p, again.p, first.n) == 0);
    if (prompt_length_of(&l, &one, NULL, a, &e) == OK)
        assert(l.mean_bytes >= (double)l.fixed_bytes);
}

static void check_samples(const char *p, size_t n, struct arena *a)
{
    struct err e = { 0 };
    struct prompt prompt;
    struct prompt_samples s;
    struct prompt_length l;
    if (prompt_samples_parse(&s, "s", p, n, a, &e)) return;
    assert(s.rows > 0);
    if (prompt_of_text(&prompt, STR("say {{a}} and {{b}}"), a, &e)) return;
    if (prompt_length_of(&l, &prompt, &s, a, &e)) return;
    assert(l.mean_bytes >= (double)l.fixed_bytes && l.texts == s.rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    if (size == 0) return 0;
    const char *p = (const char *)data + 1;
    if (data[0] % 3 == 0) check_template(p, size - 1, &a);
    if (data[0] % 3 == 1) check_prompt(p, size - 1, &a);
    if (data[0] % 3 == 2) check_samples(p, size - 1, &a);
    arena_clear(&a);
    return 0;
}
