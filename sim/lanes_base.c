/* The loops over traffic, two lanes: SSE2, NEON at a time. */
#define LANES_WIDTH 2
#include "lanes_kernels.h"

LANES_DEFINE(lanes_base)
