#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "dispatch.h"
#include "gsl_quiet.h"
#include "result.h"

/* Dies of the signal, as the caller expects, but leaves no half-written file. */
static void on_signal(int number)
{
    result_abandon_on_signal();
    signal(number, SIG_DFL);
    raise(number);
}

static void set_signals(void)
{
    static const int deadly[] = { SIGINT, SIGTERM, SIGHUP };
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of a write, not a death */
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++) {
        struct sigaction before;
        struct sigaction ours = { .sa_handler = on_signal };
        /* nohup and shells in the background have chosen to ignore some */
        if (sigaction(deadly[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(deadly[i], &ours, NULL);
    }
}

int main(int argc, char **argv)
{
    struct arena arena = { 0 };
    struct err e = { 0 };
    set_signals();
    sim_quiet_gsl();
    enum err_code code = dispatch(argc, argv, (int64_t)time(NULL), &arena, &e);
    arena_clear(&arena);
    if (code != OK && code != ERR_PIPE) fprintf(stderr, "bedplan: %s\n", e.msg);
    return err_exit_status(code);
}
