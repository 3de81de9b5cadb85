/* AWS's config files: nothing is read outside, nothing is kept that cannot be found. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "aws_config.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct aws_config *c)
{
    int line = 0;
    for (size_t i = 0; i < c->sections; i++) {
        const struct aws_section *s = &c->section[i];
        assert(s->line > line && *s->name);
        line = s->line;
        assert(aws_config_section(c, s->kind, s->name));
        for (size_t k = 0; k < s->settings; k++) {
            const struct aws_setting *x = &s->setting[k];
            assert(x->line > line && *x->key && x->value && x->parent);
            line = x->line;
            assert(aws_section_get(s, x->parent, x->key));
            assert(utf8_valid(x->value, strlen(x->value), NULL));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int credentials = 0; credentials < 2; credentials++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct aws_config c = { 0 };
        char *bytes = arena_alloc(&a, size + 1, 1);
        memcpy(bytes, data, size);
        if (aws_config_parse(&c, "config", bytes, size, credentials, &a, &e))
            assert(e.code == ERR_INPUT && strncmp(e.msg, "config:", 7) == 0);
        else
            check(&c);
        arena_clear(&a);
    }
    return 0;
}
