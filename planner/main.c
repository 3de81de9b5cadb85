#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "dispatch.h"
#include "gsl_quiet.h"

int main(int argc, char **argv)
{
    struct arena arena = { 0 };
    struct err e = { 0 };
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of a write, not a death */
    sim_quiet_gsl();
    enum err_code code = dispatch(argc, argv, (int64_t)time(NULL), &arena, &e);
    arena_clear(&arena);
    if (code != OK && code != ERR_PIPE) fprintf(stderr, "bedplan: %s\n", e.msg);
    return err_exit_status(code);
}
