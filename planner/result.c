#include "result.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "text.h"

enum { PIPE_COLUMNS = 100, LEAST_COLUMNS = 40, MOST_COLUMNS = 1000 };

static int terminal_columns(bool terminal)
{
    struct winsize size = { 0 };
    int64_t n = 0;
    const char *columns = getenv("COLUMNS");
    struct err ignored = { 0 };
    if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) n = size.ws_col;
    if (n == 0 && columns && text_int(&n, columns, 1, 100000, &ignored)) n = 0;
    if (n == 0) n = PIPE_COLUMNS;
    if (n < LEAST_COLUMNS) n = LEAST_COLUMNS;
    return (int)(n < MOST_COLUMNS ? n : MOST_COLUMNS);
}

static bool may_colour(void)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return !(no && *no) && term && *term && strcmp(term, "dumb") != 0;
}

/* What a signal handler must remove. It may run at any time, so the text is whole
 * before the flag says so. */
static char unfinished[sizeof((struct file_out *)0)->temporary];
static volatile sig_atomic_t is_unfinished;

void result_abandon_on_signal(void)
{
    if (is_unfinished) unlink(unfinished);
}

/* No signal may come between the file and the note of it. */
static enum err_code open_file(struct result *r, const char *path, struct err *e)
{
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    if (file_out_open(&r->file, path, e) == OK) {
        memcpy(unfinished, r->file.temporary, sizeof unfinished);
        is_unfinished = unfinished[0] != '\0';
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return e->code;
}

enum err_code result_open(struct result *r, struct app *app, const char *path,
                          struct err *e)
{
    *r = (struct result){ .to_file = path && strcmp(path, "-") != 0 };
    if (r->to_file && open_file(r, path, e)) return e->code;
    bool terminal = !r->to_file && isatty(STDOUT_FILENO);
    app->out = r->to_file ? r->file.stream : stdout;
    app->columns = terminal_columns(terminal);
    app->colour = terminal && may_colour();
    return OK;
}

/* What errno said when the buffer was written may be long gone; the pipe still knows.
 */
static bool reader_is_gone(void)
{
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
    return poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

/* Whether a command that ended with `code` has said something worth keeping. */
static bool has_answered(enum err_code code)
{
    int status = err_exit_status(code);
    return status != 2 && status != 8 && status != 70;
}

static enum err_code close_stdout(enum err_code code, struct err *e)
{
    errno = 0;
    bool failed = fflush(stdout) != 0;
    int why = errno;
    if (!failed && !ferror(stdout)) return code;
    if (!has_answered(code) && code != ERR_IO) return code;
    *e = (struct err){ 0 }; /* an answer that was not written is no answer */
    if (why == EPIPE || reader_is_gone())
        return err_set(e, ERR_PIPE, "%s", err_text(ERR_PIPE));
    return err_set(e, ERR_IO, "standard output: %s",
                   why ? strerror(why) : "write failed");
}

static enum err_code close_file(struct result *r, enum err_code code, struct err *e)
{
    if (code != OK && (!has_answered(code) || ftell(r->file.stream) == 0)) {
        file_out_abandon(&r->file);
        return code;
    }
    struct err late = { 0 };
    if (file_out_commit(&r->file, &late)) {
        *e = late;
        return e->code;
    }
    return code;
}

enum err_code result_close(struct result *r, enum err_code code, struct err *e)
{
    if (!r->to_file) return close_stdout(code, e);
    code = close_file(r, code, e);
    is_unfinished = 0;
    return code;
}
