#include "check.h"

#include <stdio.h>
#include <string.h>

#include "offer_stream.h"

/* Shapes of AWS's bulk files and of GetProducts, shortened. */
static const char bulk[] =
    "{\"formatVersion\":\"v1.0\",\"offerCode\":\"AmazonBedrock\",\"version\":"
    "\"20260901205051\",\"publicationDate\":\"2026-09-01T20:50:51Z\",\"products\":{"
    "\"AAA\":{\"sku\":\"AAA\",\"productFamily\":\"Amazon Bedrock\",\"attributes\":{"
    "\"usagetype\":\"USE1-NovaMicro-input-tokens\",\"regionCode\":\"us-east-1\","
    "\"model\":\"Nova Micro\",\"x\":{\"deep\":[1,{\"y\":null}]}}},"
    "\"BBB\":{\"sku\":\"BBB\",\"attributes\":{\"usagetype\":\"u\\u00e9\\\"\"}}},"
    "\"terms\":{\"OnDemand\":{\"AAA\":{\"AAA.T\":{\"offerTermCode\":\"T\",\"sku\":"
    "\"AAA\",\"effectiveDate\":\"2026-04-01T00:00:00Z\",\"priceDimensions\":{"
    "\"AAA.T.R\":{\"rateCode\":\"AAA.T.R\",\"description\":\"d\",\"beginRange\":\"0\","
    "\"endRange\":\"Inf\",\"unit\":\"1K tokens\",\"pricePerUnit\":{\"USD\":"
    "\"0.0000350000\"},\"appliesTo\":[]}},\"termAttributes\":{}}}},\"Reserved\":{"
    "\"BBB\":{\"BBB.T\":{\"sku\":\"BBB\",\"priceDimensions\":{\"BBB.T.R\":{\"unit\":"
    "\"hour\",\"pricePerUnit\":{\"USD\":\"2.5\"}}}}}}}}";

/* Every event as a line of text. */
struct log {
    char text[4096];
    size_t n;
    int products, prices, documents;
};

static enum err_code on_product(void *to, const struct offer_header *h,
                                const struct offer_product *p, struct err *e)
{
    struct log *l = to;
    (void)e;
    l->products++;
    l->n += (size_t)snprintf(l->text + l->n, sizeof l->text - l->n, "%s %s %s %s\n",
                             h->code, p->sku, p->attribute[OFFER_USAGE_TYPE],
                             p->attribute[OFFER_MODEL]);
    return OK;
}

static enum err_code on_price(void *to, const struct offer_header *h,
                              const struct offer_price *p, struct err *e)
{
    struct log *l = to;
    (void)h;
    (void)e;
    l->prices++;
    l->n +=
        (size_t)snprintf(l->text + l->n, sizeof l->text - l->n, "%s %s %s %s %s %d\n",
                         p->sku, p->key, p->unit, p->usd, p->effective, p->on_demand);
    return OK;
}

static enum err_code on_document(void *to, const struct offer_header *h, struct err *e)
{
    struct log *l = to;
    (void)e;
    l->documents++;
    l->n += (size_t)snprintf(l->text + l->n, sizeof l->text - l->n, "end %s %s\n",
                             h->code, h->published);
    return OK;
}

static enum err_code read_pieces(struct log *l, const char *text, size_t n, size_t step,
                                 struct err *e)
{
    struct offer_header header = { { 0 }, { 0 }, { 0 } };
    struct offer_sink sink = { l, on_product, on_price, on_document };
    return offer_stream_bytes(&header, text, n, step, &sink, e);
}

static void reads_products_and_prices(void **state)
{
    struct log l = { { 0 }, 0, 0, 0, 0 };
    struct err e = { 0 };
    (void)state;
    assert_ok(read_pieces(&l, bulk, strlen(bulk), 7, &e), e);
    assert_string_equal(l.text,
                        "AmazonBedrock AAA USE1-NovaMicro-input-tokens Nova Micro\n"
                        "AmazonBedrock BBB u\xc3\xa9\" \n"
                        "AAA AAA.T.R 1K tokens 0.0000350000 2026-04-01T00:00:00Z 1\n"
                        "BBB BBB.T.R hour 2.5  0\n");
}

static void reads_the_same_in_pieces_of_any_size(void **state)
{
    struct log whole = { { 0 }, 0, 0, 0, 0 };
    struct err e = { 0 };
    (void)state;
    assert_ok(read_pieces(&whole, bulk, strlen(bulk), sizeof bulk, &e), e);
    for (size_t step = 1; step < 200; step++) {
        struct log l = { { 0 }, 0, 0, 0, 0 };
        assert_ok(read_pieces(&l, bulk, strlen(bulk), step, &e), e);
        assert_string_equal(l.text, whole.text);
    }
}

static void refuses_a_file_cut_off_anywhere(void **state)
{
    (void)state;
    for (size_t n = 0; n < strlen(bulk); n++) {
        struct log l = { { 0 }, 0, 0, 0, 0 };
        struct err e = { 0 };
        assert_int_equal(read_pieces(&l, bulk, n, 64, &e), ERR_INPUT);
        assert_true(strstr(e.msg, "cut off") || strstr(e.msg, "no JSON"));
    }
}

/* A document in a string, its product before its service code, as the API answers. */
static void reads_answers_of_get_products(void **state)
{
    static const char text[] =
        "{\"FormatVersion\":\"aws_v1\",\"PriceList\":[\"{\\\"product\\\":{"
        "\\\"attributes"
        "\\\":{\\\"usagetype\\\":\\\"U\\\"},\\\"sku\\\":\\\"CCC\\\"},"
        "\\\"serviceCode\\\":"
        "\\\"AmazonBedrock\\\",\\\"terms\\\":{\\\"OnDemand\\\":{\\\"CCC.T\\\":{"
        "\\\"priceDimensions\\\":{\\\"CCC.T.R\\\":{\\\"unit\\\":\\\"hour\\\","
        "\\\"pricePerUnit\\\":{\\\"USD\\\":\\\"30.25\\\"}}},\\\"sku\\\":\\\"CCC\\\","
        "\\\"effectiveDate\\\":\\\"2026-04-01T00:00:00Z\\\"}}},\\\"publicationDate\\\":"
        "\\\"2026-05-04T23:53:04Z\\\"}\",{\"product\":{\"sku\":\"DDD\",\"attributes\":{"
        "}},"
        "\"serviceCode\":\"AmazonBedrockService\"}]}";
    struct log l = { { 0 }, 0, 0, 0, 0 };
    struct err e = { 0 };
    (void)state;
    assert_ok(read_pieces(&l, text, strlen(text), 11, &e), e);
    assert_string_equal(l.text, " CCC U \n"
                                "CCC CCC.T.R hour 30.25 2026-04-01T00:00:00Z 1\n"
                                "end AmazonBedrock 2026-05-04T23:53:04Z\n"
                                " DDD  \n"
                                "end AmazonBedrockService \n");
}

static void refuses_hostile_documents(void **state)
{
    static char deep[4000], endless[3 << 20];
    struct log l = { { 0 }, 0, 0, 0, 0 };
    struct err e = { 0 };
    (void)state;
    memset(deep, '[', sizeof deep);
    assert_int_equal(read_pieces(&l, deep, sizeof deep, 512, &e), ERR_INPUT);
    assert_string_equal(e.msg, "more than 24 levels deep");
    e = (struct err){ 0 };
    memset(endless, 'a', sizeof endless);
    memcpy(endless, "{\"offerCode\":\"", 14);
    assert_int_equal(read_pieces(&l, endless, sizeof endless, 1 << 16, &e), ERR_INPUT);
    assert_string_equal(e.msg, "a text of more than 1048576 bytes");
    assert_int_equal(l.products + l.prices, 0);
}

static void skips_what_has_another_shape(void **state)
{
    static const char *const row[] = {
        "[]",
        "{}",
        "{\"products\":[1,2]}",
        "{\"products\":{\"A\":3}}",
        "{\"terms\":{\"OnDemand\":{\"A\":[{\"B\":{}}]}}}",
        "{\"PriceList\":{\"a\":1}}",
        "{\"products\":\"x\",\"terms\":null,\"offerCode\":{\"a\":{}}}",
        "7",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct log l = { { 0 }, 0, 0, 0, 0 };
        struct err e = { 0 };
        assert_ok(read_pieces(&l, row[i], strlen(row[i]), 3, &e), e);
        assert_int_equal(l.products + l.prices + l.documents, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_products_and_prices),
        cmocka_unit_test(reads_the_same_in_pieces_of_any_size),
        cmocka_unit_test(refuses_a_file_cut_off_anywhere),
        cmocka_unit_test(reads_answers_of_get_products),
        cmocka_unit_test(refuses_hostile_documents),
        cmocka_unit_test(skips_what_has_another_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
