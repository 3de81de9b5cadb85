#include "check.h"

#include <stdlib.h>

#include "commands.h"
#include "help.h"
#include "str.h"
#include "topics.h"

static void every_option_table_passes_its_audit(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct app_options scratch = { 0 };
    assert_ok(opt_check(app_opts, app_opt_count, &scratch, &a, &e), e);
    for (size_t i = 0; i < command_count; i++) {
        const struct command *c = commands[i];
        void *settings = arena_alloc(&a, 1, c->settings_bytes + 1);
        if (opt_check(c->opts, c->opt_count, settings, &a, &e)) {
            print_error("%s: %s\n", c->name, e.msg);
            fail();
        }
    }
    arena_clear(&a);
}

/* The command's options and those of every command share one command line. */
static void no_command_redefines_an_option_of_every_command(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        for (size_t k = 0; k < commands[i]->opt_count; k++) {
            const struct opt *o = &commands[i]->opts[k];
            for (size_t n = 0; n < app_opt_count; n++) {
                if (strcmp(o->key, app_opts[n].key) == 0 ||
                    (o->letter && o->letter == app_opts[n].letter)) {
                    print_error("%s: --%s\n", commands[i]->name, o->key);
                    fail();
                }
            }
        }
    }
}

static void every_command_says_what_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        const struct command *c = commands[i];
        print_message("%s\n", c->name);
        assert_non_null(c->usage);
        assert_non_null(c->summary);
        assert_non_null(c->run);
        assert_true(strlen(c->summary) <= 66); /* one line of 80 columns in --help */
        assert_false(text_ends(c->summary, "."));
        assert_true(c->opt_count == 0 || c->settings_bytes > 0);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(c->name, commands[k]->name);
        const char *blank = strchr(c->name, ' ');
        if (!blank) continue;
        if (command_leader(c)) continue;
        struct arena a = { 0 };
        char *group = arena_text_n(&a, c->name, (size_t)(blank - c->name));
        assert_non_null(command_group_find(group));
        arena_clear(&a);
    }
}

static void finds_every_command_by_its_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct str second;
        struct str first = str_cut(str_of(commands[i]->name), ' ', &second);
        const char *word[] = { arena_text_n(&a, first.p, first.n),
                               second.n ? second.p : "x", "x" };
        const struct command *c = NULL;
        size_t used = 0;
        assert_ok(command_find(&c, &used, word, COUNT(word), &a, &e), e);
        assert_ptr_equal(c, commands[i]);
        assert_int_equal(used, second.n ? 2 : 1);
        arena_clear(&a);
    }
}

/* Every line of help fits the columns asked for, save words that are longer and the
 * lines of usage and examples, which are copied whole. */
static void help_fits_eighty_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *f = open_memstream(&text, &size);
        assert_non_null(f);
        help_command(commands[i], 80, f);
        assert_int_equal(fclose(f), 0);
        char *examples = strstr(text, "\nexamples\n");
        if (examples) *examples = '\0';
        for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
            if (strlen(line) <= 80 || text_starts(line, "usage: ")) continue;
            print_error("%s\n", line);
            fail();
        }
        free(text);
    }
}

/* Each status that an error can end in is explained. */
static void every_exit_status_is_explained(void **state)
{
    (void)state;
    static const enum err_code codes[] = { OK,
#define X(code, status, text) code,
                                           ERR_LIST(X)
#undef X
    };
    const struct topic *t = topic_find("exit-codes");
    assert_non_null(t);
    for (size_t i = 0; i < COUNT(codes); i++) {
        char line[16];
        snprintf(line, sizeof line, "\n  %3d  ", err_exit_status(codes[i]));
        if (!strstr(t->text, line)) print_error("status%s\n", line);
        assert_non_null(strstr(t->text, line));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_table_passes_its_audit),
        cmocka_unit_test(no_command_redefines_an_option_of_every_command),
        cmocka_unit_test(every_command_says_what_it_is),
        cmocka_unit_test(finds_every_command_by_its_words),
        cmocka_unit_test(help_fits_eighty_columns),
        cmocka_unit_test(every_exit_status_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
