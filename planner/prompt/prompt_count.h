#ifndef PROMPT_COUNT_H
#define PROMPT_COUNT_H

/* Tokens of a prompt's samples, counted by CountTokens, which is free. */

#include "prompt.h"
#include "prompt_ask.h"

/* Draws s->count_tokens samples (each as likely as the next; the same seed draws the
 * same), has them counted and sets ask->bytes_per_token and ask->counted. With
 * s->dry_run the first question is shown instead. Tools are left out of the questions:
 * their bytes are taken to be like the texts'.
 * Errors: ERR_USAGE no model; ERR_INPUT; those of the client. Owns: the app's arena. */
NODISCARD enum err_code prompt_count(struct prompt_ask *ask, const struct prompt *p,
                                     const struct prompt_settings *s, struct app *app,
                                     struct err *e);

#endif
