#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum err_code err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    if (e->code != OK) return e->code;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(e->msg, sizeof e->msg, fmt, ap);
    va_end(ap);
    e->code = code;
    return code;
}

enum err_code err_wrap(struct err *e, const char *fmt, ...)
{
    char front[sizeof e->msg];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(front, sizeof front, fmt, ap);
    va_end(ap);
    if (n <= 0) return e->code;
    size_t used = (size_t)n < sizeof front ? (size_t)n : sizeof front - 1;
    size_t kept = strlen(e->msg);
    if (kept > sizeof e->msg - 1 - used) kept = sizeof e->msg - 1 - used;
    memmove(e->msg + used, e->msg, kept);
    memcpy(e->msg, front, used);
    e->msg[used + kept] = '\0';
    return e->code;
}

static const struct {
    int status;
    const char *text;
} kinds[] = { { 0, "ok" },
#define X(code, status, text) { status, text },
              ERR_LIST(X)
#undef X
};

int err_exit_status(enum err_code code)
{
    return kinds[code].status;
}

const char *err_text(enum err_code code)
{
    return kinds[code].text;
}
