#ifndef TUNE_TRAIN_WALK_H
#define TUNE_TRAIN_WALK_H

/* Inside one record: objects against the keys a format has, and its texts. */

#include "train_record.h"

struct train_walk {
    struct train_check *c;
    const struct json_tape *t;
    struct train_record *record;
    int64_t number; /* of the line */
};

/* A broken rule at a node; node 0: the record. */
void walk_fault(struct train_walk *w, enum train_rule rule, uint32_t node,
                const char *fmt, ...) PRINTF(4, 5);

struct walk_key {
    const char *name;
    enum tape_type type;
    bool required;
};

/* value[i] is the node of keys[i]; 0 when it is missing or of another type, which is
 * logged, as are keys twice and keys that are not in the list. At most 8 keys. */
void walk_object(struct train_walk *w, uint32_t object, const struct walk_key *keys,
                 size_t count, uint32_t *value);

enum text_kind { TEXT_PROMPT, TEXT_ANSWER, TEXT_SYSTEM };

/* A text of the record: judged, counted, hashed. */
void walk_text(struct train_walk *w, uint32_t node, enum text_kind kind);

#endif
