/* Settings files: whatever loads can be written out and loads again as the same. */
#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ini.h"
#include "str.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct ini *ini)
{
    int line = 0, section_line = 0;
    for (size_t i = 0; i < ini->section_count; i++) {
        assert(ini->sections[i].section[0]);
        assert(ini->sections[i].line > section_line);
        section_line = ini->sections[i].line;
    }
    for (size_t i = 0; i < ini->count; i++) {
        const struct ini_entry *entry = &ini->entry[i];
        assert(entry->key[0] && !strpbrk(entry->key, "\n"));
        assert(entry->line > line && entry->section_line < entry->line);
        line = entry->line;
        struct str value = str_of(entry->value), trimmed = str_trim(value);
        assert(value.n == trimmed.n && !strchr(entry->value, '\n'));
        assert(utf8_valid(value.p, value.n, NULL));
    }
}

/* The same settings as text; a value in one piece, where it fits a line. */
static bool write_out(struct buf *b, const struct ini *ini)
{
    size_t next = 0;
    for (size_t i = 0; i < ini->section_count; i++) {
        const struct ini_section *s = &ini->sections[i];
        if (strlen(s->section) + strlen(s->name) > 40) return false;
        buf_printf(b, "[%s %s]\n", s->section, s->name);
        for (; next < ini->count && ini->entry[next].section_line == s->line; next++) {
            const struct ini_entry *entry = &ini->entry[next];
            if (strlen(entry->key) + strlen(entry->value) > 190) return false;
            /* no blank: "k =;v" has the value ";v", "k = ;v" has none */
            buf_printf(b, "%s=%s\n", entry->key, entry->value);
        }
    }
    assert(next == ini->count);
    return !b->overflow;
}

static void load_again(const struct ini *ini, struct arena *a)
{
    struct buf b = { .max = 1 << 20 };
    struct ini again = { 0 };
    struct err e = { 0 };
    if (write_out(&b, ini)) {
        assert(ini_load(&again, "again.ini", b.p, b.n, a, &e) == OK);
        assert(again.count == ini->count && again.section_count == ini->section_count);
        for (size_t i = 0; i < ini->count; i++) {
            assert(strcmp(again.entry[i].key, ini->entry[i].key) == 0);
            assert(strcmp(again.entry[i].value, ini->entry[i].value) == 0);
            assert(strcmp(again.entry[i].section, ini->entry[i].section) == 0);
            assert(strcmp(again.entry[i].name, ini->entry[i].name) == 0);
        }
    }
    buf_clear(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct ini ini = { 0 };
    struct err e = { 0 };
    if (ini_load(&ini, "plan.ini", (const char *)data, size, &a, &e)) {
        assert(e.code == ERR_INPUT && strncmp(e.msg, "plan.ini:", 9) == 0);
        assert(!ini.path);
    } else {
        check(&ini);
        load_again(&ini, &a);
    }
    arena_clear(&a);
    return 0;
}
