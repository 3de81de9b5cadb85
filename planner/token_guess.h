#ifndef PLANNER_TOKEN_GUESS_H
#define PLANNER_TOKEN_GUESS_H

/* Tokens of a text that nobody has counted: one guess for the whole program, and said
 * wherever it is used. Tokenizers of one language differ by up to 30 %, and other
 * languages take more; CountTokens, which is free, knows. */

enum { TOKEN_GUESS_BYTES = 4, TOKEN_GUESS_ERROR_PERCENT = 30 };

#endif
