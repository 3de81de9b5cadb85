#ifndef BASE_JSON_H
#define BASE_JSON_H

/* JSON out, in order, over yajl: objects open and close, money keeps its digits. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "err.h"
#include "usd.h"

struct json;

/* Writes to `f` (not owned), indented by two spaces, a newline at the end.
 * A mistake in nesting is an assert; trouble with `f` is reported by json_close(). */
struct json *json_open(FILE *f);
NODISCARD enum err_code json_close(struct json *j, struct err *e);

/* `key` NULL inside arrays and at the top. */
void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
void json_end(struct json *j);

void json_text(struct json *j, const char *key, const char *text); /* NULL: null */
void json_int(struct json *j, const char *key, int64_t value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);
/* With the fewest of 15, 16 or 17 significant digits that read back equal; null when
 * not finite. */
void json_real(struct json *j, const char *key, double value);
/* At most `digits` significant digits, for estimates. */
void json_estimate(struct json *j, const char *key, double value, int digits);
/* Exact decimal digits, as numbers. */
void json_usd(struct json *j, const char *key, struct usd amount);
void json_rate(struct json *j, const char *key, struct usd_rate rate);

#endif
