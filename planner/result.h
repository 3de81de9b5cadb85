#ifndef PLANNER_RESULT_H
#define PLANNER_RESULT_H

/* Where a command's result goes: stdout, or the file of -o. */

#include "app.h"
#include "file.h"

struct result {
    struct file_out file;
    bool to_file;
};

/* Sets app->out, app->columns and app->colour. `path` NULL or "-": stdout.
 * Errors: ERR_IO. */
NODISCARD enum err_code result_open(struct result *r, struct app *app, const char *path,
                                    struct err *e);

/* `code` is the command's. A file is kept on success and when the answer itself is
 * the failure (a gate, a partial result); never after a bad input or a local failure,
 * and never empty in place of an answer.
 * Returns: `code`, or ERR_IO, or ERR_PIPE when the reader of stdout is gone. */
NODISCARD enum err_code result_close(struct result *r, enum err_code code,
                                     struct err *e);

/* For a signal handler: the unfinished file is removed. */
void result_abandon_on_signal(void);

#endif
