#include "commit_ask.h"

#include <string.h>

#include "date.h"
#include "str.h"
#include "text.h"
#include "usd.h"

enum { MOST_MONTHS = 120, HOUR_S = 3600 };

int ask_decimals(int64_t pusd)
{
    int decimals = 12;
    for (; decimals > 0 && pusd % 10 == 0; decimals--)
        pusd /= 10;
    return decimals;
}

enum err_code ask_price_parse(struct ask_price *out, const char *option,
                              const char *text, struct err *e)
{
    struct usd_rate rate;
    struct err why = { 0 };
    if (strcmp(text, "none") == 0) {
        *out = (struct ask_price){ 0 };
        return OK;
    }
    if (usd_rate_parse(&rate, text, 1, &why))
        return err_set(e, ERR_USAGE, "%s: %s; give USD or none", option, why.msg);
    *out = (struct ask_price){ true, rate.pusd };
    return OK;
}

/* The part before the next ':', copied; what follows in *rest, NULL at the end. */
static char *cut(const char **rest, struct arena *a)
{
    const char *from = *rest, *colon = strchr(from, ':');
    *rest = colon ? colon + 1 : NULL;
    return arena_text_n(a, from, colon ? (size_t)(colon - from) : strlen(from));
}

/* "4380" or "6mo" */
static enum err_code read_length(struct ask_term *t, const char *text, bool dated,
                                 struct arena *a, struct err *e)
{
    int64_t n = 0;
    if (!text_ends(text, "mo")) {
        if (text_int(&t->hours, text, 1, COMMIT_MAX_HOURS, e))
            return err_wrap(e, "hours: ");
        return OK;
    }
    if (!dated)
        return err_set(e, ERR_USAGE,
                       "a length in calendar months, '%s', wants --start DATE", text);
    if (text_int(&n, arena_text_n(a, text, strlen(text) - 2), 1, MOST_MONTHS, e))
        return err_wrap(e, "months: ");
    t->months = (int)n;
    return OK;
}

/* "0,744,1416" */
static enum err_code read_starts(struct ask_term *t, const char *text, struct arena *a,
                                 struct err *e)
{
    size_t capacity = 0;
    struct str rest = str_of(text);
    while (rest.n > 0) {
        struct str one = str_cut(rest, ',', &rest);
        int64_t hour = 0;
        if (text_int(&hour, arena_text_n(a, one.p, one.n), 0, COMMIT_MAX_HOURS, e))
            return err_wrap(e, "start: ");
        if (t->at_count && hour <= t->at[t->at_count - 1])
            return err_set(e, ERR_USAGE, "starts must increase, and %lld follows %lld",
                           (long long)hour, (long long)t->at[t->at_count - 1]);
        t->at = arena_grow(a, t->at, &capacity, t->at_count + 1, sizeof *t->at);
        t->at[t->at_count++] = hour;
    }
    return t->at_count ? OK : err_set(e, ERR_USAGE, "at= wants hours: at=0,744,1416");
}

static enum err_code read_every(struct ask_term *t, const char *text, bool dated,
                                struct arena *a, struct err *e)
{
    if (text_starts(text, "at=")) return read_starts(t, text + 3, a, e);
    if (strcmp(text, "month") == 0) {
        if (!dated)
            return err_set(e, ERR_USAGE, "starts by the month want --start DATE");
        t->each_month = true;
        return OK;
    }
    if (text_int(&t->every, text, 1, COMMIT_MAX_HOURS, e))
        return err_wrap(e, "start every: ");
    return OK;
}

static enum err_code read_term(struct ask_term *t, const char *text, bool dated,
                               struct arena *a, struct err *e)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return err_set(e, ERR_USAGE, "expected NAME=HOURS:USD[:START_EVERY]");
    t->name = arena_text_n(a, text, (size_t)(equals - text));
    t->every = 1;
    const char *rest = equals + 1;
    char *length = cut(&rest, a), *price = rest ? cut(&rest, a) : NULL;
    if (!price)
        return err_set(e, ERR_USAGE, "no price; expected NAME=HOURS:USD[:START_EVERY]");
    if (read_length(t, length, dated, a, e)) return e->code;
    if (text_ends(price, "/h")) {
        t->by_hour = true;
        price[strlen(price) - 2] = '\0';
    }
    struct usd_rate rate;
    if (usd_rate_parse(&rate, price, 1, e)) return e->code;
    t->price = (struct ask_price){ true, rate.pusd };
    return rest ? read_every(t, rest, dated, a, e) : OK;
}

enum err_code ask_terms_parse(struct ask_term **out, const struct opt_list *texts,
                              bool dated, struct arena *a, struct err *e)
{
    struct ask_term *t = ARENA_NEW(a, struct ask_term, texts->count + 1);
    for (size_t i = 0; i < texts->count; i++) {
        struct err why = { 0 };
        if (read_term(&t[i], texts->text[i], dated, a, &why))
            return err_set(e, ERR_USAGE, "--term %s: %s", texts->text[i], why.msg);
        for (size_t k = 0; k < i; k++)
            if (strcmp(t[i].name, t[k].name) == 0)
                return err_set(e, ERR_USAGE, "--term %s: the name is there twice",
                               t[i].name);
    }
    *out = t;
    return OK;
}

/* An hour, or a date on the hour. */
static enum err_code read_hour(int64_t *out, const char *text, bool dated,
                               int64_t start_unix_s, struct err *e)
{
    int64_t at_unix_s = 0;
    if (text[0] == '\0' || text[0] == '-' || !strchr(text, '-'))
        return text_int(out, text, 0, COMMIT_MAX_HOURS, e);
    if (!dated) return err_set(e, ERR_USAGE, "a date wants --start DATE");
    if (date_parse(&at_unix_s, NULL, text, e)) return e->code;
    if (at_unix_s < start_unix_s)
        return err_set(e, ERR_USAGE, "'%s' is before --start", text);
    *out = (at_unix_s - start_unix_s + HOUR_S - 1) / HOUR_S;
    return OK;
}

static enum err_code read_existing(struct ask_existing *x, const char *text, bool dated,
                                   int64_t start_unix_s, struct arena *a, struct err *e)
{
    const char *rest = text;
    char *units = cut(&rest, a), *until = rest ? cut(&rest, a) : NULL;
    if (!until) return err_set(e, ERR_USAGE, "expected UNITS:UNTIL[:FROM]");
    if (text_int(&x->units, units, 1, COMMIT_MAX_LEVELS, e)) return e->code;
    if (read_hour(&x->until, until, dated, start_unix_s, e)) return e->code;
    if (rest && read_hour(&x->from, rest, dated, start_unix_s, e)) return e->code;
    if (x->until <= x->from)
        return err_set(e, ERR_USAGE, "ends at hour %lld, before it begins",
                       (long long)x->until);
    return OK;
}

enum err_code ask_existing_parse(struct ask_existing **out,
                                 const struct opt_list *texts, bool dated,
                                 int64_t start_unix_s, struct arena *a, struct err *e)
{
    struct ask_existing *x = ARENA_NEW(a, struct ask_existing, texts->count + 1);
    for (size_t i = 0; i < texts->count; i++) {
        struct err why = { 0 };
        if (read_existing(&x[i], texts->text[i], dated, start_unix_s, a, &why))
            return err_set(e, ERR_USAGE, "--existing %s: %s", texts->text[i], why.msg);
    }
    *out = x;
    return OK;
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

enum err_code ask_weights_parse(int64_t **out, const char *text, size_t scenarios,
                                struct arena *a, struct err *e)
{
    *out = NULL;
    if (!text) return OK;
    int64_t *w = ARENA_NEW(a, int64_t, scenarios), divisor = 0;
    size_t n = 0;
    struct str rest = str_of(text);
    while (rest.n > 0) {
        struct str one = str_trim(str_cut(rest, ',', &rest));
        struct usd_rate number; /* an exact decimal of twelve places */
        struct err why = { 0 };
        char *digits = arena_text_n(a, one.p, one.n);
        if (usd_rate_parse(&number, digits, 1, &why) || number.pusd == 0)
            return err_set(e, ERR_USAGE, "--weights: '%.40s' is no positive number",
                           digits);
        if (n < scenarios) w[n] = number.pusd;
        divisor = common_divisor(number.pusd, divisor);
        n++;
    }
    if (n != scenarios)
        return err_set(e, ERR_USAGE, "--weights: %zu of them for %zu column%s of units",
                       n, scenarios, scenarios == 1 ? "" : "s");
    for (size_t i = 0; i < n; i++)
        w[i] /= divisor;
    *out = w;
    return OK;
}

/* Price of one term of so many hours, exactly, in 10^-power USD. */
static enum err_code cost_of(int64_t *out, const struct ask_term *t, int64_t hours,
                             int power, struct err *e)
{
    i128 cost = (i128)t->price.pusd * (t->by_hour ? hours : 1);
    for (int i = power; i < 12; i++)
        cost /= 10; /* the caller saw to it that nothing is lost */
    if (cost > INT64_MAX)
        return err_set(e, ERR_RANGE, "term %s costs too much", t->name);
    *out = (int64_t)cost;
    return OK;
}

/* The start behind `hour`, or of the first when it is −1. */
static int64_t next_start(const struct ask_term *t, int64_t hour, int64_t start_unix_s)
{
    if (!t->each_month) return hour < 0 ? 0 : hour + t->every;
    struct date d = date_of_unix(start_unix_s + (hour < 0 ? 0 : hour) * HOUR_S);
    int64_t first = date_unix((struct date){ d.year, d.month, 1 });
    if (hour >= 0 || first < start_unix_s) first = date_add_months(first, 1);
    return (first - start_unix_s + HOUR_S - 1) / HOUR_S;
}

static int64_t calendar_hours(const struct ask_term *t, int64_t hour,
                              int64_t start_unix_s)
{
    int64_t from = start_unix_s + hour * HOUR_S;
    return (date_add_months(from, t->months) - from) / HOUR_S;
}

enum err_code ask_term_expand(struct commit_term *out, const struct ask_term *t,
                              int64_t hours, int64_t start_unix_s, int power,
                              struct arena *a, struct err *e)
{
    struct commit_term k = { .hours = t->hours, .every = t->every };
    if (!t->months && cost_of(&k.cost, t, t->hours, power, e)) return e->code;
    if (!t->months && !t->each_month && !t->at) {
        *out = k;
        return OK;
    }
    size_t n = t->at_count;
    int64_t *start = t->at;
    if (!t->at) {
        size_t capacity = 0;
        for (int64_t h = next_start(t, -1, start_unix_s); h < hours;
             h = next_start(t, h, start_unix_s)) {
            start = arena_grow(a, start, &capacity, n + 1, sizeof *start);
            start[n++] = h;
        }
        if (!start) start = ARENA_NEW(a, int64_t, 1);
    }
    k.start = start;
    k.starts = n;
    if (t->months) {
        int64_t *length = ARENA_NEW(a, int64_t, n + 1);
        int64_t *price = ARENA_NEW(a, int64_t, n + 1);
        for (size_t i = 0; i < n; i++) {
            length[i] = calendar_hours(t, start[i], start_unix_s);
            if (cost_of(&price[i], t, length[i], power, e)) return e->code;
        }
        k.length = length;
        k.price = price;
    }
    *out = k;
    return OK;
}
