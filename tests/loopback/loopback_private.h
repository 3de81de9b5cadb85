#ifndef TESTS_LOOPBACK_PRIVATE_H
#define TESTS_LOOPBACK_PRIVATE_H

#include "loopback.h"
#include "str.h"

enum loopback_mark { MARK_NOTHING, MARK_HEADERS, MARK_FIRST, MARK_LAST, MARK_END };
enum loopback_act { ACT_WRITE, ACT_FINISH, ACT_CLOSE, ACT_RESET, ACT_HANG };

/* The bytes up to `end` leave at `at_us`, then comes the act. */
struct loopback_step {
    int64_t at_us;
    size_t end;
    enum loopback_act act;
    unsigned marks; /* 1U << enum loopback_mark, stamped when the bytes are written */
};

/* An answer as bytes and times; made once for equal answers. */
struct loopback_script {
    struct loopback_answer answer;
    bool stream;
    struct buf bytes;
    struct loopback_step *step;
    size_t steps, capacity;
};

void loopback_script_make(struct loopback_script *out, const struct loopback_answer *a,
                          bool stream);
void loopback_script_clear(struct loopback_script *s);

#endif
