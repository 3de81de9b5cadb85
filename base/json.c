#include "json.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_gen.h>

#include "arena.h"
#include "utf8.h"

/* yajl's own limit is 128; a level of its stack stays free for the top. */
enum { MAX_DEPTH = 120 };

struct json {
    struct arena arena; /* holds this struct too */
    yajl_gen gen;
    FILE *f;
    int failed_errno; /* of the first write that failed */
    int depth;
    bool is_array[MAX_DEPTH];
    /* An opened object or array that has nothing in it yet is not written: yajl
     * breaks the line inside empty ones. */
    bool pending;
};

static void *gen_malloc(void *arena, size_t bytes)
{
    return arena_alloc(arena, bytes, 1);
}

static void gen_free(void *arena, void *p)
{
    (void)arena, (void)p;
}

static void *gen_realloc(void *arena, void *p, size_t bytes)
{
    (void)p;
    assert(!p); /* yajl grows only the buffer that our print call-back replaces */
    return gen_malloc(arena, bytes);
}

static void print(void *to, const char *text, size_t n)
{
    struct json *j = to;
    errno = 0;
    if (fwrite(text, 1, n, j->f) != n && !j->failed_errno)
        j->failed_errno = errno ? errno : EIO;
}

static void must(yajl_gen_status status)
{
    assert(status == yajl_gen_status_ok);
    (void)status;
}

struct json *json_open(FILE *f)
{
    struct arena arena = { 0 };
    struct json *j = ARENA_NEW(&arena, struct json, 1);
    j->arena = arena;
    j->f = f;
    yajl_alloc_funcs memory = { gen_malloc, gen_realloc, gen_free, &j->arena };
    j->gen = yajl_gen_alloc(&memory);
    assert(j->gen);
    yajl_gen_config(j->gen, yajl_gen_beautify, 1);
    yajl_gen_config(j->gen, yajl_gen_indent_string, "  ");
    yajl_gen_config(j->gen, yajl_gen_print_callback, print, j);
    return j;
}

enum err_code json_close(struct json *j, struct err *e)
{
    assert(j->depth == 0 && !j->pending);
    errno = 0;
    if (fflush(j->f) && !j->failed_errno) j->failed_errno = errno ? errno : EIO;
    if (ferror(j->f) && !j->failed_errno) j->failed_errno = EIO;
    int failed = j->failed_errno;
    struct arena arena = j->arena;
    yajl_gen_free(j->gen);
    arena_clear(&arena);
    if (failed)
        return err_set(e, failed == EPIPE ? ERR_PIPE : ERR_IO, "writing JSON: %s",
                       strerror(failed));
    return OK;
}

/* A text whose malformed bytes became U+FFFD: file names need not be UTF-8. */
static void string(struct json *j, const char *text)
{
    size_t n = strlen(text);
    if (utf8_valid(text, n, NULL)) {
        must(yajl_gen_string(j->gen, (const unsigned char *)text, n));
        return;
    }
    struct buf b = { .max = 3 * n };
    for (size_t at = 0, step; at < n; at += step) {
        step = utf8_char(text + at, n - at);
        if (step)
            buf_add(&b, text + at, step);
        else
            buf_text(&b, "\xef\xbf\xbd"), step = 1;
    }
    must(yajl_gen_string(j->gen, (const unsigned char *)b.p, b.n));
    buf_clear(&b);
}

static void open_pending(struct json *j)
{
    if (!j->pending) return;
    j->pending = false;
    must(j->is_array[j->depth - 1] ? yajl_gen_array_open(j->gen)
                                   : yajl_gen_map_open(j->gen));
}

/* What comes before every value. */
static void begin(struct json *j, const char *key)
{
    assert(!key == (j->depth == 0 || j->is_array[j->depth - 1]));
    open_pending(j);
    if (key) string(j, key);
}

static void push(struct json *j, const char *key, bool is_array)
{
    begin(j, key);
    assert(j->depth < MAX_DEPTH);
    j->is_array[j->depth++] = is_array;
    j->pending = true;
}

void json_object(struct json *j, const char *key)
{
    push(j, key, false);
}

void json_array(struct json *j, const char *key)
{
    push(j, key, true);
}

void json_end(struct json *j)
{
    assert(j->depth > 0);
    bool is_array = j->is_array[--j->depth];
    if (j->pending) {
        j->pending = false;
        must(yajl_gen_number(j->gen, is_array ? "[]" : "{}", 2));
    } else {
        must(is_array ? yajl_gen_array_close(j->gen) : yajl_gen_map_close(j->gen));
    }
}

static void number(struct json *j, const char *key, const char *digits)
{
    begin(j, key);
    must(yajl_gen_number(j->gen, digits, strlen(digits)));
}

void json_text(struct json *j, const char *key, const char *text)
{
    begin(j, key);
    if (text)
        string(j, text);
    else
        must(yajl_gen_null(j->gen));
}

void json_int(struct json *j, const char *key, int64_t value)
{
    begin(j, key);
    must(yajl_gen_integer(j->gen, value));
}

void json_bool(struct json *j, const char *key, bool value)
{
    begin(j, key);
    must(yajl_gen_bool(j->gen, value));
}

void json_null(struct json *j, const char *key)
{
    json_text(j, key, NULL);
}

void json_real(struct json *j, const char *key, double value)
{
    char digits[32];
    if (!isfinite(value)) {
        json_null(j, key);
        return;
    }
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        double back = strtod(digits, NULL);
        if (!(back < value) && !(back > value)) break;
    }
    number(j, key, digits);
}

void json_estimate(struct json *j, const char *key, double value, int digits)
{
    char rounded[40];
    assert(digits >= 1 && digits <= 17);
    if (isfinite(value)) {
        snprintf(rounded, sizeof rounded, "%.*e", digits - 1, value);
        value = strtod(rounded, NULL);
    }
    json_real(j, key, value); /* 12350000, where "%.4g" would say 1.235e+07 */
}

void json_usd(struct json *j, const char *key, struct usd amount)
{
    char digits[USD_TEXT];
    number(j, key, usd_text(digits, amount));
}

void json_rate(struct json *j, const char *key, struct usd_rate rate)
{
    char digits[USD_TEXT];
    number(j, key, usd_rate_text(digits, rate));
}
