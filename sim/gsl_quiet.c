#include "gsl_quiet.h"

#include <gsl/gsl_errno.h>

void sim_quiet_gsl(void)
{
    gsl_set_error_handler_off();
}
