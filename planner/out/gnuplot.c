#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plot_private.h"

/* What gnuplot prints goes to memory, not to pipes: with one pipe only, its input,
 * neither side can wait for the other. */
struct run {
    int in[2]; /* the pipe: gnuplot's end, ours */
    int out, errors;
    pid_t pid;
};

static const char *program(void)
{
    const char *named = getenv("BEDPLAN_GNUPLOT");
    return named && *named ? named : "gnuplot";
}

static void shut(int *fd)
{
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

static enum err_code run_open(struct run *r, struct err *e)
{
    *r = (struct run){ .in = { -1, -1 }, .out = -1, .errors = -1 };
    int ends[2];
    r->out = memfd_create("plot", MFD_CLOEXEC);
    r->errors = memfd_create("errors", MFD_CLOEXEC);
    if (r->out < 0 || r->errors < 0 || pipe2(ends, O_CLOEXEC))
        return err_set(e, ERR_PLOT, "gnuplot: %s", strerror(errno));
    r->in[0] = ends[0];
    r->in[1] = ends[1];
    return OK;
}

static void run_close(struct run *r)
{
    shut(&r->in[0]);
    shut(&r->in[1]);
    shut(&r->out);
    shut(&r->errors);
}

/* -d: the plot must not depend on somebody's ~/.gnuplot. */
static enum err_code start(struct run *r, struct err *e)
{
    char *argv[] = { "gnuplot", "-d", "-", NULL };
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, r->in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, r->out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, r->errors, STDERR_FILENO);
    int why = posix_spawnp(&r->pid, program(), &files, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    shut(&r->in[0]);
    if (why == ENOENT)
        return err_set(e, ERR_PLOT,
                       "%s was not found; install it (apt-get install gnuplot-nox) or "
                       "name it in BEDPLAN_GNUPLOT",
                       program());
    if (why) return err_set(e, ERR_PLOT, "%s: %s", program(), strerror(why));
    return OK;
}

/* False when gnuplot stopped reading: its own words say why. */
static bool feed(struct run *r, const char *script, size_t size)
{
    while (size > 0) {
        ssize_t n = write(r->in[1], script, size);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) break;
        script += n;
        size -= (size_t)n;
    }
    shut(&r->in[1]);
    return size == 0;
}

static void collect(struct buf *out, int fd)
{
    char bytes[16384];
    off_t at = 0;
    for (ssize_t n; (n = pread(fd, bytes, sizeof bytes, at)) > 0; at += n)
        buf_add(out, bytes, (size_t)n);
}

/* The line that says what went wrong: gnuplot prints the script's line and a caret
 * first, then "line N: what". */
static enum err_code complain(const struct run *r, int status, struct err *e)
{
    struct buf said = { .max = 4096 };
    collect(&said, r->errors);
    struct str best = STR(""), rest = { said.p, said.n };
    while (rest.n) {
        struct str line = str_trim(str_cut(rest, '\n', &rest));
        bool placed = line.n > 5 && memcmp(line.p, "line ", 5) == 0;
        if (placed || best.n == 0) best = line;
    }
    if (WIFSIGNALED(status)) {
        err_set(e, ERR_PLOT, "%s was killed by signal %d", program(), WTERMSIG(status));
    } else {
        err_set(e, ERR_PLOT, "%s failed with status %d%s%.*s", program(),
                WEXITSTATUS(status), best.n ? ": " : "", STR_ARG(best));
    }
    buf_clear(&said);
    return e->code;
}

enum err_code gnuplot_run(struct buf *out, const char *script, size_t size,
                          struct err *e)
{
    struct run r;
    if (run_open(&r, e) || start(&r, e)) goto done;
    bool fed = feed(&r, script, size);
    int status = 0;
    while (waitpid(r.pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (status != 0) {
        complain(&r, status, e);
        goto done;
    }
    collect(out, r.out);
    if (!fed || out->n == 0 || out->overflow)
        err_set(e, ERR_PLOT, "%s drew nothing", program());
done:
    run_close(&r);
    return e->code;
}
