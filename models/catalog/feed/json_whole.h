#ifndef CATALOG_FEED_JSON_WHOLE_H
#define CATALOG_FEED_JSON_WHOLE_H

/* Documents small enough to be held whole. Only files of this folder include this. */

struct cJSON;
struct arena;
struct feed_input;

#include "err.h"
#include "usd.h"

/* Errors: ERR_INPUT larger than 64 MB, or no JSON, with the byte. The caller deletes.
 */
NODISCARD enum err_code json_read_whole(struct cJSON **out, struct feed_input *in,
                                        struct arena *a, struct err *e);

/* The text of a key, or "". */
const char *json_get_text(const struct cJSON *object, const char *key);

/* A number of USD for one unit, as the price of a million: exact to the 15 digits that
 * a JSON number has. Errors: ERR_INPUT, ERR_RANGE as usd_rate_parse(). */
NODISCARD enum err_code json_usd_each(struct usd_rate *out, double usd, struct err *e);

#endif
