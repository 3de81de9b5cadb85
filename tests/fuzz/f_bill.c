/* Bills and saved answers, whatever the bytes: sums never go backwards, a seal that is
 * put on holds, and numbers read by hand are numbers. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bill_file.h"
#include "proof_check.h"
#include "seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_bill(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    struct bill_file b;
    char path[64];
    int fd = memfd_create("f_bill", 0);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size) abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (bill_file_read(&b, path, &a, &e) == OK) {
        int64_t rows = b.foreign;
        for (size_t i = 0; i < b.count; i++)
            rows += b.row[i].rows;
        assert(rows == b.read);
    } else {
        assert(e.msg[0]);
    }
    close(fd);
    arena_clear(&a);
}

static void seal_any(struct str text)
{
    char *bytes = NULL, seal[SEAL_TEXT];
    size_t n = 0;
    seal_of(seal, text);
    assert(strlen(seal) == SEAL_TEXT - 1);
    (void)seal_check(text);
    FILE *f = open_memstream(&bytes, &n);
    if (!f) abort();
    seal_write(f, STR("{\"a\": 1.50, \"b\": [\"x\"]}"));
    fclose(f);
    assert(seal_check((struct str){ bytes, n }) == SEAL_HOLDS);
    free(bytes);
}

static void read_number(struct str text)
{
    struct longhand x, y;
    char shown[LONGHAND_DIGITS + 3];
    if (!longhand_read(&x, text)) return;
    longhand_text(shown, &x);
    assert(longhand_read(&y, str_of(shown)));
    assert(longhand_equal(&x, &y));
}

/* A document of any shape is checked without harm, and a changed one never passes. */
static void check_any(struct str text)
{
    static struct catalog *catalog; /* opened once: it is only read */
    struct arena a = { 0 };
    struct app app = { .arena = &a, .columns = 100, .catalog = catalog };
    struct check c = { .app = &app };
    struct err e = { 0 };
    if (!catalog && catalog_open(&catalog, NULL, &e)) abort();
    c.catalog = app.catalog = catalog;
    if (check_document(&c, text, &e) == OK)
        assert(c.seal == SEAL_HOLDS || c.finding.count > 0);
    arena_clear(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    if (size == 0) return 0; /* no pointer to look at */
    seal_any(text);
    read_number(text);
    read_bill(data, size);
    check_any(text);
    return 0;
}
