#include "CAllocationCounter.h"

#include <errno.h>
#include <stddef.h>

// glibc's own entry points, so that the stand-ins need no dlsym (which allocates).
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static _Thread_local uint64_t total;

uint64_t allocationCounterThreadTotal(void) { return total; }

// The Swift runtime's hooks; Swift Testing sets both when it starts.
extern _Atomic(void *) _swift_willThrow;
extern _Atomic(void *) _swift_willThrowTypedImpl;

void allocationCounterDetachThrowHook(void) {
  _swift_willThrow = NULL;
  _swift_willThrowTypedImpl = NULL;
}

void *malloc(size_t byteCount) {
  total += 1;
  return __libc_malloc(byteCount);
}

void *calloc(size_t count, size_t byteCount) {
  total += 1;
  return __libc_calloc(count, byteCount);
}

void *realloc(void *pointer, size_t byteCount) {
  total += 1;
  return __libc_realloc(pointer, byteCount);
}

void *aligned_alloc(size_t alignment, size_t byteCount) {
  total += 1;
  return __libc_memalign(alignment, byteCount);
}

int posix_memalign(void **pointer, size_t alignment, size_t byteCount) {
  total += 1;
  *pointer = __libc_memalign(alignment, byteCount);
  return *pointer ? 0 : ENOMEM;
}
