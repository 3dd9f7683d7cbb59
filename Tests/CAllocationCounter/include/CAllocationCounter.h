// Counts heap allocations of the calling thread by standing in front of malloc and its kin.
#pragma once
#include <stdint.h>

/// Allocations made by the calling thread since it started: malloc, calloc, realloc and aligned.
uint64_t allocationCounterThreadTotal(void);

/// Takes Swift Testing's hook off every Swift throw, in this process, for good: it keeps a
/// backtrace of each error, and the memory for it would count as the thrower's.
void allocationCounterDetachThrowHook(void);
