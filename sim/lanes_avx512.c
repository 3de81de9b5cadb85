/* The loops over traffic, eight lanes at a time. */
#define LANES_WIDTH 8
#include "lanes_kernels.h"

LANES_DEFINE(lanes_avx512)
