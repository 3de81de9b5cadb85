#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_READ_BYTES = 64 * 1024, MAX_TRIES = 100 };

static enum err_code io_error(const char *path, const char *doing, int number,
                              struct err *e)
{
    enum err_code code = number == EPIPE ? ERR_PIPE : ERR_IO;
    return err_set(e, code, "%s%s: %s", doing, path, strerror(number));
}

/* Of a regular file, or a first guess. */
static size_t expected_size(FILE *f, size_t max_bytes)
{
    struct stat st;
    size_t size = FIRST_READ_BYTES;
    if (fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= 0)
        size = (size_t)st.st_size;
    return size < max_bytes ? size : max_bytes;
}

static enum err_code read_stream(char **bytes, size_t *size, FILE *f, const char *path,
                                 size_t max_bytes, struct arena *a, struct err *e)
{
    size_t n = 0, room = 0;
    char *p = arena_grow(a, NULL, &room, expected_size(f, max_bytes) + 2, 1);
    for (;;) {
        errno = 0;
        n += fread(p + n, 1, room - 1 - n, f);
        if (ferror(f)) return io_error(path, "", errno ? errno : EIO, e);
        if (n > max_bytes)
            return err_set(e, ERR_INPUT, "%s is larger than %zu bytes", path,
                           max_bytes);
        if (feof(f)) break;
        p = arena_grow(a, p, &room, room + 1, 1);
    }
    p[n] = '\0';
    *bytes = p;
    *size = n;
    return OK;
}

enum err_code file_read(char **bytes, size_t *size, const char *path, size_t max_bytes,
                        struct arena *a, struct err *e)
{
    if (strcmp(path, "-") == 0)
        return read_stream(bytes, size, stdin, "stdin", max_bytes, a, e);
    FILE *f = fopen(path, "rbe");
    /* a file that was named and is not there is the caller's mistake, not the disk's */
    if (!f) return err_set(e, ERR_INPUT, "%s: %s", path, strerror(errno));
    enum err_code code = read_stream(bytes, size, f, path, max_bytes, a, e);
    fclose(f);
    return code;
}

/* What a symbolic link points to is replaced, not the link. */
static bool real_target(char out[PATH_MAX], const char *path)
{
    if (realpath(path, out)) return true;
    return snprintf(out, PATH_MAX, "%s", path) < PATH_MAX;
}

/* Devices and pipes cannot be renamed over: written straight. */
static bool is_special(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static int create_beside(struct file_out *f, const char *target)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        int n = snprintf(f->temporary, sizeof f->temporary, "%s.%ld-%d.tmp", target,
                         (long)getpid(), i);
        if (n < 0 || (size_t)n >= sizeof f->temporary) {
            errno = ENAMETOOLONG;
            break;
        }
        /* not mkstemp(): the file shall have the mode that umask says */
        int fd = open(f->temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST) return fd;
    }
    return -1;
}

enum err_code file_out_open(struct file_out *f, const char *path, struct err *e)
{
    char target[PATH_MAX];
    int fd = -1;
    *f = (struct file_out){ .path = path };
    if (strcmp(path, "-") == 0) {
        f->stream = stdout;
        return OK;
    }
    if (is_special(path)) {
        fd = open(path, O_WRONLY | O_CLOEXEC);
    } else if (real_target(target, path)) {
        fd = create_beside(f, target);
    } else {
        errno = ENAMETOOLONG;
    }
    if (fd >= 0) f->stream = fdopen(fd, "w");
    if (f->stream) return OK;
    int number = errno;
    if (fd >= 0) {
        close(fd);
        if (f->temporary[0]) unlink(f->temporary);
    }
    return io_error(path, "writing ", number, e);
}

/* errno of what failed, or 0. `ferror` without an errno is an earlier write's. */
static int flush(FILE *stream)
{
    errno = 0;
    if (fflush(stream)) return errno ? errno : EIO;
    return ferror(stream) ? EIO : 0;
}

/* The new file takes the old one's mode. */
static int replace(const struct file_out *f)
{
    char target[PATH_MAX];
    struct stat old;
    if (!real_target(target, f->path)) return ENAMETOOLONG;
    if (stat(target, &old) == 0 && chmod(f->temporary, old.st_mode & 07777))
        return errno;
    return rename(f->temporary, target) ? errno : 0;
}

enum err_code file_out_commit(struct file_out *f, struct err *e)
{
    FILE *stream = f->stream;
    int failed = flush(stream);
    f->stream = NULL;
    if (stream == stdout)
        return failed ? io_error("stdout", "writing ", failed, e) : OK;
    if (!failed && f->temporary[0] && fsync(fileno(stream))) failed = errno;
    if (fclose(stream) && !failed) failed = errno;
    if (!failed && f->temporary[0]) failed = replace(f);
    if (!failed) return OK;
    if (f->temporary[0]) unlink(f->temporary);
    return io_error(f->path, "writing ", failed, e);
}

void file_out_abandon(struct file_out *f)
{
    if (!f->stream || f->stream == stdout) return;
    fclose(f->stream);
    f->stream = NULL;
    if (f->temporary[0]) unlink(f->temporary);
}

enum err_code file_make_dirs(const char *path, struct err *e)
{
    char part[PATH_MAX];
    size_t n = strlen(path);
    if (n == 0) return err_set(e, ERR_IO, "the name of a directory is empty");
    if (n >= sizeof part) return io_error(path, "", ENAMETOOLONG, e);
    memcpy(part, path, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (part[i] != '/' && part[i] != '\0') continue;
        part[i] = '\0';
        struct stat st;
        if (mkdir(part, 0777) && errno != EEXIST) {
            /* above a directory that is there, one may not be allowed to write */
            int number = errno;
            if (stat(part, &st) || !S_ISDIR(st.st_mode))
                return io_error(part, "creating ", number, e);
        }
        if (i < n) part[i] = '/';
    }
    struct stat st;
    if (stat(path, &st) || !S_ISDIR(st.st_mode))
        return io_error(path, "creating ", ENOTDIR, e);
    return OK;
}
