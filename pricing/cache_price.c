#include "cache_price.h"

enum { MOST_PER = 1000000 };

/* USD of a million units, in 1e-12 */
static i128 of_million(struct usd_rate r)
{
    return (i128)r.pusd * (MOST_PER / r.per);
}

int cache_life_s(enum token_kind write)
{
    return write == TOKEN_CACHE_WRITE_5M    ? 300
           : write == TOKEN_CACHE_WRITE_30M ? 1800
           : write == TOKEN_CACHE_WRITE_1H  ? 3600
                                            : 0;
}

int64_t cache_break_even_uses(struct usd_rate input, struct usd_rate read,
                              struct usd_rate write)
{
    i128 more = of_million(write) - of_million(read);  /* of the first use */
    i128 saved = of_million(input) - of_million(read); /* by each use */
    if (saved <= 0) return more < saved ? 1 : 0;
    if (more < 0) return 1;
    i128 uses = more / saved + 1;
    return uses > INT64_MAX ? 0 : (int64_t)uses;
}

bool cache_break_even_share(double *share, struct usd_rate input, struct usd_rate read,
                            struct usd_rate write)
{
    i128 w = of_million(write), r = of_million(read), p = of_million(input);
    *share = 0;
    if (w <= p) return true;
    if (r >= p) return false;
    *share = (double)(w - p) / (double)(w - r);
    return true;
}

enum token_kind cache_write_kind(const struct price_pick *pick, bool hour)
{
    if (!pick[TOKEN_CACHE_READ].row) return TOKEN_KINDS;
    if (hour)
        return pick[TOKEN_CACHE_WRITE_1H].row ? TOKEN_CACHE_WRITE_1H : TOKEN_KINDS;
    if (pick[TOKEN_CACHE_WRITE_5M].row) return TOKEN_CACHE_WRITE_5M;
    return pick[TOKEN_CACHE_WRITE_30M].row ? TOKEN_CACHE_WRITE_30M : TOKEN_KINDS;
}
