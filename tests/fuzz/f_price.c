/* Price text: whatever is accepted reads back as itself, and not as more than it says.
 */
#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "usd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A rate and its own text are the same rate. */
static void round_trip(const char *text, int32_t per)
{
    struct err e = { 0 };
    struct usd_rate rate = { -1, -1 }, again = { 0 };
    char out[USD_TEXT];
    enum err_code code = usd_rate_parse(&rate, text, per, &e);
    if (code) {
        assert(rate.pusd == -1 && e.msg[0] && (code == ERR_INPUT || code == ERR_RANGE));
        return;
    }
    assert(rate.pusd >= 0 && rate.per == per);
    assert(usd_rate_parse(&again, usd_rate_text(out, rate), per, &e) == OK);
    assert(again.pusd == rate.pusd);
    /* strtod() rounds, but not by more than half a unit in the 15th digit */
    double about = strtod(text, NULL) * 1e12, exact = (double)rate.pusd;
    assert(about - exact <= exact * 1e-14 && exact - about <= exact * 1e-14);
}

/* The readers of people's numbers agree with each other. */
static void readers_agree(const char *text)
{
    struct err e = { 0 }, f = { 0 };
    int64_t whole = 0;
    double real = 0, ratio = 0, middle = 0, spread = 0;
    int32_t ppm = -1;
    if (text_int(&whole, text, INT64_MIN, INT64_MAX, &e) == OK) {
        assert(text_real(&real, text, -1e300, 1e300, &f) == OK);
        assert(real == (double)whole);
    }
    f = (struct err){ 0 };
    if (text_ppm(&ppm, text, &f) == OK) {
        assert(ppm >= 0 && ppm <= 1000000);
        assert(text_ratio(&ratio, text, 0, 1, &f) == OK);
        assert(ratio == ppm / 1e6);
    }
    f = (struct err){ 0 };
    if (text_spread(&middle, &spread, text, -2, 2, &f) == OK)
        assert(middle >= -2 && middle <= 2 && spread >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (size) memcpy(text, data, size);
    text[size] = '\0';
    round_trip(text, 1);
    round_trip(text, 1000);
    round_trip(text, 1000000);
    readers_agree(text);
    free(text);
    return 0;
}
