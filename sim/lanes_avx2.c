/* The loops over traffic, four lanes at a time. */
#define LANES_WIDTH 4
#include "lanes_kernels.h"

LANES_DEFINE(lanes_avx2)
