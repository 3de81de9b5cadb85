#ifndef EVALUATE_EVAL_RECORD_H
#define EVALUATE_EVAL_RECORD_H

/* One line of an evaluation dataset, taken apart. */

#include "eval_set.h"
#include "json_tape.h"

/* What a model said, by name. */
struct eval_said {
    const char *model;
    struct eval_response response;
    size_t column; /* where it starts */
};

struct eval_turn {
    const char *prompt, *category, *pair, *original;
    enum perturbation perturbation;
    const char *const *reference;
    size_t references;
    struct eval_said *said;
    size_t says, said_capacity;
};

struct eval_record {
    struct eval_turn *turn; /* one, unless it is a conversation */
    size_t turns, capacity;
    bool conversation;
};

/* The reader's state: what it found wrong goes to `set`. */
struct eval_reader {
    struct eval_set *set;
    struct json_tape tape;
    int file;
    int64_t line;
    size_t skipped; /* bytes of the line before what is read */
};

/* Judges `line`, of any bytes. Texts are copied to the set's arena.
 * Returns: false when the line is malformed, each fault of it an issue of the set. */
bool eval_record_read(struct eval_record *out, struct eval_reader *r, struct str line);

/* `at`: bytes before it in the line; NOWHERE: the line as a whole. */
#define EVAL_NOWHERE SIZE_MAX
void eval_fault(struct eval_reader *r, bool fatal, size_t at, const char *fmt, ...)
    PRINTF(4, 5);

#endif
