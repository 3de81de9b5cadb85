#ifndef BASE_ERR_H
#define BASE_ERR_H

/* Failures: every kind declared once, with the program's exit status for it. */

/* X(code, exit status, default text) */
/* clang-format off */
#define ERR_LIST(X)                                                        \
    X(ERR_GATE,         1, "a gate failed")                                \
    X(ERR_USAGE,        2, "bad command line")                             \
    X(ERR_INPUT,        2, "input is malformed")                           \
    X(ERR_RANGE,        2, "value is out of range")                        \
    X(ERR_NOT_FOUND,    2, "no such thing")                                \
    X(ERR_UNPRICED,     3, "something could not be priced")                \
    X(ERR_SAMPLES,      3, "too few samples for what was asked")           \
    X(ERR_CREDENTIALS,  4, "credentials missing or refused")               \
    X(ERR_NET,          5, "network or service failed")                    \
    X(ERR_CAP,          6, "the spend cap stopped the run")                \
    X(ERR_INFEASIBLE,   7, "nothing meets the constraints")                \
    X(ERR_IO,           8, "file or pipe failed")                          \
    X(ERR_DB,           8, "database failed")                              \
    X(ERR_PLOT,         8, "gnuplot failed")                               \
    X(ERR_PIPE,         0, "the reader closed the pipe")                   \
    X(ERR_NUMERIC,     70, "numerical method did not converge")            \
    X(ERR_INTERNAL,    70, "internal error")                               \
    X(ERR_INTERRUPTED, 130, "interrupted")
/* clang-format on */

enum err_code {
    OK = 0,
#define X(code, status, text) code,
    ERR_LIST(X)
#undef X
};

/* Filled by the function that fails, owned by the caller, never allocated:
 * running out of memory must not stop us from saying so. */
struct err {
    enum err_code code;
    char msg[512];
};

#define NODISCARD    __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))

/* Record a failure and return `code`, so that a caller can write
 * `return err_set(e, ERR_INPUT, "...")`. An `e` that already holds a failure
 * is left alone: the first cause wins. */
enum err_code err_set(struct err *e, enum err_code code, const char *fmt, ...)
    PRINTF(3, 4);

/* Put context in front of a recorded failure ("plan.ini:14: ") and return its
 * code unchanged. */
enum err_code err_wrap(struct err *e, const char *fmt, ...) PRINTF(2, 3);

/* The program's exit status for `code`; 0 for OK. */
int err_exit_status(enum err_code code);

/* The default text of `code`; "ok" for OK. */
const char *err_text(enum err_code code);

#endif
