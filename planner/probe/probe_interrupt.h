#ifndef PROBE_INTERRUPT_H
#define PROBE_INTERRUPT_H

/* Ctrl-C while a probe runs: counted instead of deadly. */

#include <signal.h>

#include "client.h"

/* From here on SIGINT, SIGTERM and SIGHUP (unless they were ignored) count up what is
 * returned and wake the client. */
const volatile sig_atomic_t *probe_interrupt_catch(struct client *c);
/* As it was before. */
void probe_interrupt_release(void);

#endif
