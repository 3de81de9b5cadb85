#include "check.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog_db_private.h"
#include "file.h"

/* data/catalog/ with one thing wrong in it: the message says file and line. */

static const char *const names[] = {
    "sources.csv",     "models.csv",   "conflicts.csv", "prices.csv",
    "provisioned.csv", "tuning.csv",   "other.csv",     "import_units.csv",
    "quotas.csv",      "burndown.csv", "rules.csv",     "aliases.csv",
};

/* `text` with the first `what` replaced; all of it when `what` is not there. */
/* Returns the line where it was replaced, 0 when nowhere. */
static int write_changed(const char *path, const char *text, const char *what,
                         const char *by)
{
    FILE *f = fopen(path, "wb");
    const char *at = what ? strstr(text, what) : NULL;
    int line = 0;
    assert_non_null(f);
    if (at) {
        for (const char *p = text; p < at; p++)
            line += *p == '\n';
        line++;
        fwrite(text, 1, (size_t)(at - text), f);
        fputs(by, f);
        text = at + strlen(what);
    }
    fputs(text, f);
    fclose(f);
    return line;
}

static enum err_code load(const char *folder, struct err *e)
{
    struct arena a = { 0 };
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    enum err_code code = catalog_migrate(db, e);
    if (!code) code = catalog_load(db, folder, &a, e);
    if (code) { /* nothing half-loaded */
        struct err none = { 0 };
        int64_t rows = -1;
        assert_ok(db_int(&rows, db, "SELECT count(*) FROM source", &none), none);
        assert_int_equal(rows, 0);
    }
    sqlite3_close(db);
    arena_clear(&a);
    return code;
}

static void loads_what_is_shipped(void **state)
{
    struct err e = { 0 };
    (void)state;
    assert_ok(load("data/catalog", &e), e);
}

static void names_the_line_of_a_mistake(void **state)
{
    static const struct {
        const char *file, *what, *by, *message;
    } row[] = {
        { "prices.csv", "amazon.rerank-v1:0,,*,query", "amazon.rerank-v9:0,,*,query",
          "model: no model 'amazon.rerank-v9:0' in models.csv" },
        { "prices.csv", "query,0.001,1,aws-pricing-page-2026-07-24",
          "query,0.001,1,aws-page", "source: no source 'aws-page' in sources.csv" },
        { "prices.csv", "query,0.001,1,", "query,0.001x,1,",
          "usd: '0.001x' is not a price" },
        { "prices.csv", "query,0.001,1,", "query,0.001,60,",
          "usd: per is 1, 1000 or 1000000, not '60'" },
        { "prices.csv", "query,0.001,1,", "hour,0.001,1,",
          "CHECK constraint failed: unit IN ('token', 'image', "
          "'second', 'generation',    'request', 'query', 'video')" },
        { "prices.csv",
          ",query,,query,0.001,1,aws-pricing-page-2026-07-24,2026-07-24,A",
          ",query,,query,0.001,1,aws-pricing-page-2026-07-24,July,A",
          "CHECK constraint failed: as_of" },
        { "models.csv", "Jamba 1.5 Large,AI21 Labs,yes", "Jamba 1.5 Large,AI21 Labs,ja",
          "in_text: 'ja' is not yes, no or blank" },
        { "models.csv", ",256000,256000,", ",256000,many,", "max_output: " },
        { "models.csv", "amazon.nova-lite-v1:0:24k,amazon.nova-lite-v1:0,",
          "amazon.nova-lite-v1:0:24k,amazon.nova-light-v1:0,",
          "amazon.nova-lite-v1:0:24k is a variant of "
          "amazon.nova-light-v1:0, which is no model or itself a variant" },
        { "models.csv", "ai21.j2-ultra-v1,", "ai21.j2-mid-v1,",
          "UNIQUE constraint failed: model.id" },
        { "sources.csv", "id,text", "id,words", "no column 'text'" },
        { "quotas.csv", "in-region,no,*,300000", "anywhere,no,*,300000",
          "CHECK constraint failed: routing IN ('in-region', 'geo', "
          "'global')" },
        { "burndown.csv", ",1,aws", ",0,aws",
          "CHECK constraint failed: times BETWEEN 1 AND 100" },
    };
    char folder[] = "/tmp/t_catalog_load_XXXXXX", path[96], want[256];
    struct arena a = { 0 };
    (void)state;
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        int line = 0;
        for (size_t k = 0; k < COUNT(names); k++) {
            bool hit = strcmp(names[k], row[i].file) == 0;
            char *text = NULL;
            size_t size = 0;
            snprintf(path, sizeof path, "data/catalog/%s", names[k]);
            assert_ok(file_read(&text, &size, path, 1 << 24, &a, &e), e);
            if (hit) assert_non_null(strstr(text, row[i].what));
            snprintf(path, sizeof path, "%s/%s", folder, names[k]);
            line += write_changed(path, text, hit ? row[i].what : NULL, row[i].by);
        }
        assert_int_equal(load(folder, &e), ERR_INPUT);
        const char *at = e.msg + strlen(folder) + 1;
        snprintf(want, sizeof want, "%s:%d: %s", row[i].file, line, row[i].message);
        if (strncmp(at, want, strlen(want)) != 0) /* a mistake of no one line */
            snprintf(want, sizeof want, "%s: %s", row[i].file, row[i].message);
        if (strncmp(at, want, strlen(want)) != 0) {
            print_error("row %zu: '%s'\nwanted '%s'\n", i, at, want);
            fail();
        }
    }
    for (size_t k = 0; k < COUNT(names); k++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[k]);
        remove(path);
    }
    rmdir(folder);
    arena_clear(&a);
}

static void says_which_file_is_missing(void **state)
{
    struct err e = { 0 };
    (void)state;
    assert_int_equal(load("/nowhere", &e), ERR_INPUT);
    assert_string_equal(e.msg, "/nowhere/sources.csv: No such file or directory");
}

static void migrates_once(void **state)
{
    struct err e = { 0 };
    sqlite3 *db = NULL;
    int64_t version = 0, tables = 0;
    (void)state;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_ok(catalog_migrate(db, &e), e);
    assert_ok(catalog_migrate(db, &e), e);
    assert_ok(db_int(&version, db, "PRAGMA user_version", &e), e);
    assert_int_equal(version, catalog_schema_version());
    assert_ok(db_int(&tables, db,
                     "SELECT count(*) FROM sqlite_schema WHERE type='table'", &e),
              e);
    assert_int_equal(tables, 18);
    sqlite3_close(db);
}

static void migrates_no_strangers_file(void **state)
{
    static const struct {
        const char *sql, *message;
    } row[] = {
        { "CREATE TABLE theirs (x)", "not a bedplan catalog" },
        { "PRAGMA application_id = 5", "not a bedplan catalog" },
        { "PRAGMA user_version = 7", "schema 7 is newer than this program's 3" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        sqlite3 *db = NULL;
        assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, row[i].sql, NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(catalog_migrate(db, &e), ERR_DB);
        assert_string_equal(e.msg, row[i].message);
        sqlite3_close(db);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_what_is_shipped),
        cmocka_unit_test(names_the_line_of_a_mistake),
        cmocka_unit_test(says_which_file_is_missing),
        cmocka_unit_test(migrates_once),
        cmocka_unit_test(migrates_no_strangers_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
