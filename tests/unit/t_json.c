#include "check.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <cJSON.h>

#include "arena.h"
#include "json.h"
#include "splitmix.h"

struct fixture {
    char *text;
    size_t size;
    FILE *f;
    struct json *json;
    struct err e;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (!f) return 1;
    f->f = open_memstream(&f->text, &f->size);
    f->json = json_open(f->f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    if (f->f) fclose(f->f);
    free(f->text);
    free(f);
    return 0;
}

static const char *closed(struct fixture *f)
{
    assert_ok(json_close(f->json, &f->e), f->e);
    fclose(f->f);
    f->f = NULL;
    return f->text;
}

static void writes_in_order_indented_by_two(void **state)
{
    struct fixture *f = *state;
    struct json *j = f->json;
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.price/1");
    json_array(j, "lines");
    json_object(j, NULL);
    json_text(j, "dimension", "input");
    json_int(j, "quantity", INT64_MIN);
    json_rate(j, "usd_per_unit", (struct usd_rate){ 35000000000, 1000 });
    json_usd(j, "usd", (struct usd){ -8750 });
    json_end(j);
    json_int(j, NULL, 7);
    json_end(j);
    json_array(j, "marks");
    json_end(j);
    json_object(j, "options");
    json_end(j);
    json_bool(j, "strict", false);
    json_null(j, "tier");
    json_text(j, "region", NULL);
    json_end(j);
    assert_string_equal(closed(f), "{\n"
                                   "  \"schema\": \"bedplan.price/1\",\n"
                                   "  \"lines\": [\n"
                                   "    {\n"
                                   "      \"dimension\": \"input\",\n"
                                   "      \"quantity\": -9223372036854775808,\n"
                                   "      \"usd_per_unit\": 0.035,\n"
                                   "      \"usd\": -0.00000875\n"
                                   "    },\n"
                                   "    7\n"
                                   "  ],\n"
                                   "  \"marks\": [],\n"
                                   "  \"options\": {},\n"
                                   "  \"strict\": false,\n"
                                   "  \"tier\": null,\n"
                                   "  \"region\": null\n"
                                   "}\n");
}

static void writes_empty_things_in_empty_things(void **state)
{
    struct fixture *f = *state;
    json_array(f->json, NULL);
    json_array(f->json, NULL);
    json_array(f->json, NULL);
    json_end(f->json);
    json_end(f->json);
    json_object(f->json, NULL);
    json_end(f->json);
    json_end(f->json);
    assert_string_equal(closed(f), "[\n  [\n    []\n  ],\n  {}\n]\n");
}

static void writes_the_shortest_real_that_reads_back(void **state)
{
    struct fixture *f = *state;
    static const struct {
        double value;
        const char *text;
    } row[] = {
        { 0.1, "0.1" },
        { 2.385, "2.385" },
        { -0.0, "-0" },
        { 1e21, "1e+21" },
        { 1.0 / 3, "0.3333333333333333" },
        { 0.1 + 0.2, "0.30000000000000004" },
        { 4.9e-324, "4.94065645841247e-324" },
        { 123456789012345680.0, "1.2345678901234568e+17" },
        { (double)NAN, "null" },
        { (double)INFINITY, "null" },
        { -(double)INFINITY, "null" },
    };
    char want[1000] = "[";
    json_array(f->json, NULL);
    for (size_t i = 0; i < COUNT(row); i++) {
        size_t n = strlen(want);
        json_real(f->json, NULL, row[i].value);
        snprintf(want + n, sizeof want - n, "%s\n  %s", i ? "," : "", row[i].text);
    }
    json_end(f->json);
    strcat(want, "\n]\n");
    assert_string_equal(closed(f), want);
}

static void any_real_reads_back(void **state)
{
    struct fixture *f = *state;
    uint64_t seed = 20260222;
    double value[2000];
    json_array(f->json, NULL);
    for (size_t i = 0; i < COUNT(value); i++) {
        do {
            uint64_t bits = next_bits(&seed);
            memcpy(&value[i], &bits, sizeof bits);
        } while (!isfinite(value[i]));
        json_real(f->json, NULL, value[i]);
    }
    json_end(f->json);
    cJSON *array = cJSON_Parse(closed(f));
    assert_int_equal(cJSON_GetArraySize(array), COUNT(value));
    size_t i = 0;
    for (const cJSON *item = array->child; item; item = item->next, i++)
        assert_memory_equal(&item->valuedouble, &value[i], sizeof value[i]);
    cJSON_Delete(array);
}

static void writes_estimates_without_false_digits(void **state)
{
    struct fixture *f = *state;
    static const struct {
        double value;
        int digits;
        const char *text;
    } row[] = {
        { 12345678.9, 4, "12350000" }, { 0.000123456, 3, "0.000123" },
        { 2.385, 4, "2.385" },         { 2.385, 1, "2" },
        { -9.996, 3, "-10" },          { 0, 3, "0" },
        { (double)NAN, 3, "null" },
    };
    char want[400] = "[";
    json_array(f->json, NULL);
    for (size_t i = 0; i < COUNT(row); i++) {
        size_t n = strlen(want);
        json_estimate(f->json, NULL, row[i].value, row[i].digits);
        snprintf(want + n, sizeof want - n, "%s\n  %s", i ? "," : "", row[i].text);
    }
    json_end(f->json);
    strcat(want, "\n]\n");
    assert_string_equal(closed(f), want);
}

/* cJSON is the other implementation. */
static void escapes_what_must_be(void **state)
{
    struct fixture *f = *state;
    static const char text[] =
        "quote \" slash \\ / tab \t line \n bell \x07 caf\xc3\xa9";
    json_object(f->json, NULL);
    json_text(f->json, text, text);
    json_end(f->json);
    cJSON *object = cJSON_Parse(closed(f));
    assert_non_null(object);
    assert_string_equal(object->child->string, text);
    assert_string_equal(object->child->valuestring, text);
    cJSON_Delete(object);
}

static void replaces_bytes_that_are_not_utf_8(void **state)
{
    struct fixture *f = *state;
    json_text(f->json, NULL, "a\xff\xc3\xa9\xe2\x82z");
    assert_string_equal(closed(f),
                        "\"a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbdz\"\n");
}

static void reports_a_full_disk(void **state)
{
    struct fixture *f = *state;
    FILE *full = fopen("/dev/full", "w");
    struct json *j = json_open(full);
    json_array(j, NULL);
    for (int i = 0; i < 10000; i++)
        json_int(j, NULL, i);
    json_end(j);
    assert_int_equal(json_close(j, &f->e), ERR_IO);
    assert_string_equal(f->e.msg, "writing JSON: No space left on device");
    fclose(full);
    closed(f);
}

static void reports_a_reader_that_went_away(void **state)
{
    struct fixture *f = *state;
    int ends[2];
    struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
    sigaction(SIGPIPE, &ignore, &before);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    FILE *out = fdopen(ends[1], "w");
    struct json *j = json_open(out);
    json_int(j, NULL, 7);
    assert_int_equal(json_close(j, &f->e), ERR_PIPE);
    fclose(out);
    sigaction(SIGPIPE, &before, NULL);
    closed(f);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(writes_in_order_indented_by_two),
        TEST(writes_empty_things_in_empty_things),
        TEST(writes_the_shortest_real_that_reads_back),
        TEST(any_real_reads_back),
        TEST(writes_estimates_without_false_digits),
        TEST(escapes_what_must_be),
        TEST(replaces_bytes_that_are_not_utf_8),
        TEST(reports_a_full_disk),
        TEST(reports_a_reader_that_went_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
