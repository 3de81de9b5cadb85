#ifndef USAGE_LINE_INPUT_H
#define USAGE_LINE_INPUT_H

/* A file, plain or gzip of any number of members, read line by line in bounded memory;
 * the SHA-256 of its bytes as they are stored comes out at the end. */

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "str.h"

enum { LINE_MAX_BYTES = 16 << 20, SHA_TEXT = 65 };

struct line_input;

/* `path` "-" is stdin. Errors: ERR_INPUT cannot be opened. */
NODISCARD enum err_code line_input_open(struct line_input **out, const char *path,
                                        struct err *e);
void line_input_close(struct line_input *in);

/* Text at the start, as much as one read gives, without taking it. */
struct str line_input_peek(struct line_input *in);

/* The next line without its end, valid until the next call; `*last` when nothing
 * follows it. A line over LINE_MAX_BYTES comes as its beginning, with `*too_long`.
 * Returns: false at the end, or where reading on is not possible (see damage). */
bool line_input_next(struct line_input *in, struct str *line, bool *last,
                     bool *too_long);
int64_t line_input_number(const struct line_input *in); /* of the last line, from 1 */

/* The rest of the text as one piece. Errors: ERR_INPUT more than `max_bytes`.
 * Valid until the next call. */
NODISCARD enum err_code line_input_all(struct line_input *in, struct str *text,
                                       size_t max_bytes, struct err *e);

/* NULL, or why the file ended before its end: "gzip is damaged after 123 bytes". */
const char *line_input_damage(const struct line_input *in);

/* Bytes as stored, their hash; reads what is left. */
int64_t line_input_bytes(struct line_input *in, char sha256[SHA_TEXT]);

#endif
