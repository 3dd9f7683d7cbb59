// Counts heap allocations of the calling thread by standing in front of malloc and its kin.
#pragma once
#include <stdint.h>

/// Allocations made by the calling thread since it started: malloc, calloc, realloc and aligned.
uint64_t allocationCounterThreadTotal(void);
