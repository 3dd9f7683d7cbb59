#define _GNU_SOURCE
#include "CRealtime.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

// Two threads may each handle a signal at once, so that these are atomic.
static int32_t stopTotal;
static bool hasSuspendSignal;

static void countStop(int signal) {
  __atomic_fetch_add(&stopTotal, signal == SIGQUIT ? 2 : 1, __ATOMIC_RELAXED);
}

// It comes again with each second of processor time beyond the limit (`ulimit -t`).
static void countLimit(int signal) {
  static bool isCounted;
  if (!__atomic_exchange_n(&isCounted, true, __ATOMIC_RELAXED)) countStop(signal);
}

static void noteSuspendSignal(int signal) {
  (void)signal;
  __atomic_store_n(&hasSuspendSignal, true, __ATOMIC_RELAXED);
}

// Returns a negative errno; with `unlessIgnored`, a signal that the process was started to ignore
// stays ignored.
static int32_t handle(int signal, void (*handler)(int), bool unlessIgnored) {
  struct sigaction before, action = {.sa_handler = handler};
  sigemptyset(&action.sa_mask);
  if (unlessIgnored) {
    if (sigaction(signal, NULL, &before) != 0) return -errno;
    if (before.sa_handler == SIG_IGN) return 0;
  }
  return sigaction(signal, &action, NULL) == 0 ? 0 : -errno;
}

int32_t realtimeInstallStopSignals(void) {
  const int always[] = {SIGINT, SIGTERM, SIGQUIT};
  for (size_t index = 0; index < sizeof always / sizeof *always; index++) {
    int32_t result = handle(always[index], countStop, false);
    if (result != 0) return result;
  }
  int32_t result = handle(SIGXCPU, countLimit, true);
  return result != 0 ? result : handle(SIGHUP, countStop, true);
}

int32_t realtimeStopCount(void) { return __atomic_load_n(&stopTotal, __ATOMIC_RELAXED); }

int32_t realtimeInstallSuspendSignal(void) { return handle(SIGTSTP, noteSuspendSignal, true); }

int32_t realtimeWantsSuspension(void) {
  return __atomic_load_n(&hasSuspendSignal, __ATOMIC_RELAXED) ? 1 : 0;
}

int32_t realtimeSuspend(void) {
  int32_t result = handle(SIGTSTP, SIG_DFL, false);
  if (result != 0) return result;
  __atomic_store_n(&hasSuspendSignal, false, __ATOMIC_RELAXED);
  // The process stops here until SIGCONT.
  kill(getpid(), SIGTSTP);
  return handle(SIGTSTP, noteSuspendSignal, false);
}

void realtimeLetWritesFail(void) {
  handle(SIGPIPE, SIG_IGN, false);
  handle(SIGXFSZ, SIG_IGN, false);
}
