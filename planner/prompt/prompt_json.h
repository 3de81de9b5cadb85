#ifndef PROMPT_JSON_H
#define PROMPT_JSON_H

/* Pieces of JSON that `prompt show` and `prompt diff` share. */

#include "json.h"
#include "prompt_answer.h"

/* Model, workload, how tokens were counted. */
void prompt_json_ask(struct json *j, const struct prompt_answer *p, struct arena *a);
void prompt_json_line(struct json *j, const char *key, const struct prompt_answer *p,
                      const struct prompt_line *l);
/* {"plain": …, "cached": …}, or null. */
void prompt_json_usd(struct json *j, const char *key, bool known, struct usd plain,
                     struct usd cached, bool hits);

#endif
