#ifndef SIM_GSL_QUIET_H
#define SIM_GSL_QUIET_H

/* GSL calls abort() on an error unless told not to; its callers map every status. */
void sim_quiet_gsl(void);

#endif
