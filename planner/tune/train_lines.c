#include "train_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 20 };

enum err_code train_lines_open(struct train_lines *l, const char *path, struct err *e)
{
    *l = (struct train_lines){ .path = path };
    l->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (l->fd < 0) return err_set(e, ERR_INPUT, "%s: %s", path, strerror(errno));
    return OK;
}

/* Reads on behind what is there. Returns: false at the end and on failure. */
static bool more(struct train_lines *l)
{
    if (l->ended) return false;
    if (l->from > 0) {
        memmove(l->buffer, l->buffer + l->from, l->to - l->from);
        l->to -= l->from;
        l->from = 0;
    }
    if (l->capacity - l->to < READ_BYTES) {
        size_t wanted = l->capacity ? l->capacity * 2 : 2 * READ_BYTES;
        char *grown = realloc(l->buffer, wanted);
        if (!grown) abort(); /* as an arena: no memory, no answer */
        l->buffer = grown;
        l->capacity = wanted;
    }
    ssize_t n;
    do
        n = read(l->fd, l->buffer + l->to, READ_BYTES);
    while (n < 0 && errno == EINTR);
    if (n <= 0) {
        l->ended = true;
        l->failure = n < 0 ? errno : 0;
        return false;
    }
    l->to += (size_t)n;
    l->bytes += n;
    return true;
}

/* The rest of a line that is too long. */
static void skip_line(struct train_lines *l)
{
    do {
        char *feed = memchr(l->buffer + l->from, '\n', l->to - l->from);
        l->from = feed ? (size_t)(feed + 1 - l->buffer) : l->to;
        if (feed) return;
    } while (more(l));
}

bool train_lines_next(struct train_lines *l, struct str *line, bool *too_long)
{
    size_t looked = 0;
    *too_long = false;
    for (;;) {
        char *start = l->buffer ? l->buffer + l->from : NULL;
        char *feed = l->to > l->from + looked
                         ? memchr(start + looked, '\n', l->to - l->from - looked)
                         : NULL;
        looked = l->to - l->from;
        if (feed) {
            *line = (struct str){ start, (size_t)(feed - start) };
            l->from += line->n + 1;
            *too_long = line->n > TRAIN_LINE_MAX;
            if (*too_long) *line = STR("");
            break;
        }
        if (looked > TRAIN_LINE_MAX) {
            *too_long = true;
            skip_line(l);
            *line = STR("");
            break;
        }
        if (more(l)) continue;
        if (looked == 0) return false;
        *line = (struct str){ l->buffer + l->from, looked };
        l->from = l->to;
        break;
    }
    l->number++;
    return true;
}

enum err_code train_lines_close(struct train_lines *l, struct err *e)
{
    free(l->buffer);
    l->buffer = NULL;
    if (l->fd > STDIN_FILENO) close(l->fd);
    if (l->failure)
        return err_set(e, ERR_INPUT, "%s: %s", l->path, strerror(l->failure));
    return OK;
}
