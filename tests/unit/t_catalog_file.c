#include "check.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "catalog.h"
#include "catalog_bytes.h"
#include "catalog_facts.h"

/* Files given with --catalog: good ones, and every way in which one is not ours. */

static char path[64];

static int write_good(void **state)
{
    struct embedded_catalog good = embedded_catalog();
    (void)state;
    strcpy(path, "/tmp/t_catalog_XXXXXX");
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "wb");
    size_t n = fwrite(good.bytes, 1, good.size, f);
    return fclose(f) != 0 || n != good.size;
}

static int remove_file(void **state)
{
    (void)state;
    return remove(path);
}

static void change(const char *sql)
{
    sqlite3 *db = NULL;
    char *message = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        print_error("%s: %s\n", sql, message);
        fail();
    }
    sqlite3_close(db);
}

/* Opens the file, which must be refused with `message` behind its path. */
static void refused(const char *message)
{
    struct err e = { 0 };
    struct catalog *c = NULL;
    assert_int_equal(catalog_open(&c, path, &e), ERR_DB);
    assert_null(c);
    assert_true(strncmp(e.msg, path, strlen(path)) == 0);
    assert_string_equal(e.msg + strlen(path), message);
}

static void opens_a_file_of_its_own(void **state)
{
    struct err e = { 0 };
    struct catalog *c = NULL;
    struct arena a = { 0 };
    struct catalog_age age = { 0 };
    struct model m = { 0 };
    (void)state;
    change("UPDATE model SET max_output = 4321 WHERE id = 'amazon.nova-lite-v1:0'");
    assert_ok(catalog_open(&c, path, &e), e);
    assert_ok(catalog_age(&age, c, &a, &e), e);
    assert_int_equal(age.models, 233);
    assert_ok(catalog_model(&m, NULL, c, "amazon.nova-lite-v1:0", &a, &e), e);
    assert_int_equal(m.max_output, 4321);
    catalog_close(c);
    arena_clear(&a);
}

/* One file of each schema that was shipped. */
static void opens_every_version(void **state)
{
    static const char *const files[] = { "tests/fuzz/seeds/catalog/catalog-v1.db",
                                         "tests/fuzz/seeds/catalog/catalog-v2.db" };
    (void)state;
    for (size_t i = 0; i < COUNT(files); i++) {
        struct err e = { 0 };
        struct catalog *c = NULL;
        struct arena a = { 0 };
        struct model m = { 0 };
        assert_ok(catalog_open(&c, files[i], &e), e);
        assert_ok(catalog_model(&m, NULL, c, "amazon.nova-micro-v1:0", &a, &e), e);
        assert_int_equal(m.context_window, 128000);
        catalog_close(c);
        arena_clear(&a);
    }
}

static void refuses_what_is_not_a_catalog(void **state)
{
    static const struct {
        const char *sql, *message;
    } row[] = {
        { "PRAGMA application_id = 77", ": not a bedplan catalog" },
        { "PRAGMA user_version = 9",
          ": schema 9 is newer than this program, which knows 3" },
        { "PRAGMA user_version = 0", ": schema 0" },
        { "CREATE TABLE more (x)", ": not a bedplan catalog: its tables differ" },
        { "DROP TABLE rule", ": not a bedplan catalog: its tables differ" },
        { "CREATE TRIGGER t AFTER INSERT ON note BEGIN SELECT 1; END",
          ": not a bedplan catalog: its tables differ" },
        { "ALTER TABLE price RENAME TO cost; CREATE VIEW price AS SELECT * FROM cost",
          ": not a bedplan catalog: its tables differ" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        assert_int_equal(write_good(NULL), 0);
        change(row[i].sql);
        refused(row[i].message);
        remove(path);
    }
    write_good(NULL);
}

static void refuses_rows_that_break_a_rule(void **state)
{
    (void)state;
    change("PRAGMA ignore_check_constraints = ON; UPDATE price SET rate_pusd = -1"
           " WHERE id = 7");
    refused(": corrupt: CHECK constraint failed in price");
}

static void refuses_rows_that_point_nowhere(void **state)
{
    (void)state;
    change("UPDATE burndown SET source_id = 999999"
           " WHERE model_key = (SELECT min(model_key) FROM burndown)");
    refused(": corrupt: a row of burndown points nowhere");
}

static void refuses_a_file_that_is_cut_off(void **state)
{
    struct err e = { 0 };
    struct catalog *c = NULL;
    (void)state;
    assert_int_equal(truncate(path, 100001), 0);
    assert_int_equal(catalog_open(&c, path, &e), ERR_DB);
    assert_int_equal(truncate(path, 40), 0);
    e = (struct err){ 0 };
    assert_int_equal(catalog_open(&c, path, &e), ERR_DB);
    assert_int_equal(truncate(path, 0), 0);
    refused(": not a bedplan catalog");
}

static void refuses_a_text_file(void **state)
{
    FILE *f = fopen(path, "wb");
    (void)state;
    for (int i = 0; i < 4000; i++)
        fputs("input,output\n", f);
    fclose(f);
    refused(": file is not a database");
}

static void says_that_a_file_is_missing(void **state)
{
    struct err e = { 0 };
    struct catalog *c = NULL;
    (void)state;
    assert_int_equal(catalog_open(&c, "/nowhere/catalog.db", &e), ERR_DB);
    assert_string_equal(e.msg, "/nowhere/catalog.db: unable to open database file");
}

/* Every page is damaged in turn: refused, or read without harm. */
static void survives_damage_anywhere(void **state)
{
    enum { PAGE = 4096 };
    struct embedded_catalog good = embedded_catalog();
    uint64_t seed = 20261122;
    (void)state;
    for (size_t page = 0; page < good.size / PAGE; page += 3) {
        struct err e = { 0 };
        struct catalog *c = NULL;
        FILE *f = fopen(path, "r+b");
        for (int i = 0; i < 8; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            fseek(f, (long)(page * PAGE + seed % PAGE), SEEK_SET);
            fputc((int)(seed >> 56), f);
        }
        fclose(f);
        if (catalog_open(&c, path, &e) == OK) {
            struct arena a = { 0 };
            struct finding *found = NULL;
            size_t count = 0;
            if (catalog_verify(&found, &count, c, 0, &a, &e))
                assert_int_equal(e.code, ERR_DB);
            arena_clear(&a);
        } else {
            assert_int_equal(e.code, ERR_DB);
        }
        catalog_close(c);
        f = fopen(path, "r+b"); /* whole again */
        fseek(f, (long)(page * PAGE), SEEK_SET);
        fwrite(good.bytes + page * PAGE, 1, PAGE, f);
        fclose(f);
    }
}

int main(void)
{
#define ON_A_FILE(test) cmocka_unit_test_setup_teardown(test, write_good, remove_file)
    const struct CMUnitTest tests[] = {
        ON_A_FILE(opens_a_file_of_its_own),
        cmocka_unit_test(opens_every_version),
        ON_A_FILE(refuses_what_is_not_a_catalog),
        ON_A_FILE(refuses_rows_that_break_a_rule),
        ON_A_FILE(refuses_rows_that_point_nowhere),
        ON_A_FILE(refuses_a_file_that_is_cut_off),
        ON_A_FILE(refuses_a_text_file),
        cmocka_unit_test(says_that_a_file_is_missing),
        ON_A_FILE(survives_damage_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
