#define _GNU_SOURCE
#include "CRealtime.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static struct timespec timespecFrom(uint64_t nanoseconds) {
  struct timespec time = {
    .tv_sec = (time_t)(nanoseconds / 1000000000u), .tv_nsec = (long)(nanoseconds % 1000000000u)};
  return time;
}

uint64_t realtimeMonotonicNanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t realtimeWallNanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int32_t realtimeSleep(uint64_t deadlineNanoseconds) {
  struct timespec deadline = timespecFrom(deadlineNanoseconds);
  return -clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, NULL);
}

int32_t realtimeSetPriority(int32_t priority) {
  struct sched_param parameters = {.sched_priority = priority};
  return sched_setscheduler(0, SCHED_FIFO, &parameters) == 0 ? 0 : -errno;
}

static int32_t keepProcessor(int32_t processor) {
  if (processor < 0 || processor >= CPU_SETSIZE) return -EINVAL;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  return sched_setaffinity(0, sizeof set, &set) == 0 ? 0 : -errno;
}

// The processors of the threads that are started; none before a thread kept to one.
static cpu_set_t allowedBefore;

int32_t realtimeKeepProcessor(int32_t processor) {
  if (CPU_COUNT(&allowedBefore) == 0) {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return -errno;
    allowedBefore = allowed;
  }
  return keepProcessor(processor);
}

int32_t realtimeStartThread(
    const char *name, void *(*work)(void *), void *context, uintptr_t *thread) {
  if (strlen(name) > 15) return -ERANGE;
  pthread_attr_t attributes;
  int error = pthread_attr_init(&attributes);
  if (error != 0) return -error;
  const struct sched_param none = {.sched_priority = 0};
  error = pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
  // Without a policy of its own glibc would take the caller's all the same.
  if (error == 0) error = pthread_attr_setschedpolicy(&attributes, SCHED_OTHER);
  if (error == 0) error = pthread_attr_setschedparam(&attributes, &none);
  if (error == 0 && CPU_COUNT(&allowedBefore) > 0)
    error = pthread_attr_setaffinity_np(&attributes, sizeof allowedBefore, &allowedBefore);
  sigset_t all, before;
  sigfillset(&all);
  // Those of a thread's own mistakes stay: Swift says where they were made.
  const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
  for (size_t index = 0; index < sizeof own / sizeof *own; index++) sigdelset(&all, own[index]);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t started;
  if (error == 0) error = pthread_create(&started, &attributes, work, context);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  if (error != 0) return -error;
  pthread_setname_np(started, name);
  *thread = started;
  return 0;
}

void realtimeJoinThread(uintptr_t thread) { pthread_join(thread, NULL); }

void realtimeDetachThread(uintptr_t thread) { pthread_detach(thread); }

int32_t realtimeHoldIdleLatency(void) {
  // The kernel forgets the wish when the descriptor closes, so it stays open.
  static int descriptor = -1;
  if (descriptor >= 0) return 0;
  descriptor = open("/dev/cpu_dma_latency", O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return -errno;
  const int32_t microseconds = 0;
  if (write(descriptor, &microseconds, sizeof microseconds) == sizeof microseconds) return 0;
  int32_t error = -errno;
  close(descriptor);
  descriptor = -1;
  return error;
}

// Not a pause instruction: a hypervisor lends the processor to others for many of those.
static void *spin(void *processor) {
  const struct sched_param none = {.sched_priority = 0};
  if (sched_setscheduler(0, SCHED_IDLE, &none) != 0) return NULL;
  if (keepProcessor((int32_t)(intptr_t)processor) != 0) return NULL;
  for (volatile uint32_t count = 0;; count++) {}
}

int32_t realtimeKeepProcessorsAwake(void) {
  static bool isDone = false;
  if (isDone) return 0;
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return -errno;
  for (int32_t processor = 0; processor < CPU_SETSIZE; processor++) {
    if (!CPU_ISSET(processor, &allowed)) continue;
    uintptr_t thread;
    int32_t error =
        realtimeStartThread("tarsus-awake", spin, (void *)(intptr_t)processor, &thread);
    if (error != 0) return error;
    pthread_detach(thread);
  }
  isDone = true;
  return 0;
}

void realtimeRunWithRoom(void *(*work)(void *), void *context) {
  enum { needed = 1024 * 1024 };
  struct rlimit limit;
  pthread_attr_t attributes;
  if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= needed ||
      pthread_attr_init(&attributes) != 0) {
    work(context);
    return;
  }
  // Threads begin with what the limit was at the start.
  pthread_attr_setstacksize(&attributes, needed);
  pthread_setattr_default_np(&attributes);
  // The first of two limits is a user's own, and the main thread's stack grows up to what it is
  // now.
  limit.rlim_cur = limit.rlim_max < needed ? limit.rlim_max : needed;
  pthread_t thread;
  if ((setrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur >= needed) ||
      pthread_create(&thread, &attributes, work, context) != 0) {
    work(context);
  } else {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    pthread_join(thread, NULL);
  }
  pthread_attr_destroy(&attributes);
}

// Bytes of stack below a place on it, as far as its limit goes.
static size_t stackBelow(const volatile uint8_t *place) {
  pthread_attr_t attributes;
  void *lowest;
  size_t byteCount;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
  int error = pthread_attr_getstack(&attributes, &lowest, &byteCount);
  pthread_attr_destroy(&attributes);
  uintptr_t here = (uintptr_t)place, end = (uintptr_t)lowest;
  return error == 0 && here > end ? here - end : 0;
}

// Grows the stack page by page, as deep calls do.
__attribute__((noinline)) static void descend(size_t byteCount) {
  enum { pageSize = 4096 };
  volatile uint8_t room[pageSize];
  room[0] = 0;
  if (byteCount > pageSize) descend(byteCount - pageSize);
  // After the call, so that it is one.
  room[1] = 0;
}

void realtimeTouchStack(void) {
  enum { wanted = 256 * 1024, spare = 96 * 1024 };
  // A small limit may be the user's first one of two; the main thread's stack grows up to what it
  // is now.
  struct rlimit limit;
  if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < limit.rlim_max &&
      limit.rlim_cur < 4 * wanted) {
    limit.rlim_cur = limit.rlim_max < 4 * wanted ? limit.rlim_max : 4 * wanted;
    setrlimit(RLIMIT_STACK, &limit);
  }
  volatile uint8_t here = 0;
  size_t below = stackBelow(&here);
  if (below > spare) descend(below - spare < wanted ? below - spare : wanted);
}

int32_t realtimeLockMemory(void) { return mlockall(MCL_CURRENT) == 0 ? 0 : -errno; }
