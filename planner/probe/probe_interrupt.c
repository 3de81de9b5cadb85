#include "probe_interrupt.h"

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
enum { SIGNALS = sizeof signals / sizeof *signals };

/* What a signal handler can reach. */
static volatile sig_atomic_t interrupts;
static struct client *volatile waiting;
static struct sigaction before[SIGNALS];

static void on_interrupt(int number)
{
    (void)number;
    interrupts = interrupts + 1;
    if (waiting) client_wake(waiting);
}

const volatile sig_atomic_t *probe_interrupt_catch(struct client *c)
{
    struct sigaction ours = { .sa_handler = on_interrupt };
    interrupts = 0;
    waiting = c;
    for (int i = 0; i < SIGNALS; i++) {
        sigaction(signals[i], NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN) sigaction(signals[i], &ours, NULL);
    }
    return &interrupts;
}

void probe_interrupt_release(void)
{
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &before[i], NULL);
    waiting = NULL;
}
