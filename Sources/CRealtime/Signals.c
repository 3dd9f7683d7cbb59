#define _GNU_SOURCE
#include "CRealtime.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

// Two threads may each handle a signal at once, so that these are atomic.
static int32_t stopTotal;
static bool hasSuspendSignal;

static void countStop(int signal) {
  __atomic_fetch_add(&stopTotal, signal == SIGQUIT ? 2 : 1, __ATOMIC_RELAXED);
}

// A terminal that closes says so twice, its shell and then the kernel, and perhaps after Ctrl-C: it
// asks for a stop, and never for more.
static void countHangUp(int signal) {
  int32_t none = 0;
  (void)signal;
  __atomic_compare_exchange_n(&stopTotal, &none, 1, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

// `timeout` and some supervisors send it to the process and again to its group: one wish.
static void countTermination(int signal) {
  static int64_t lastMilliseconds;
  struct timespec now = {0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  int64_t milliseconds = now.tv_sec * 1000 + now.tv_nsec / 1000000;
  int64_t before = __atomic_exchange_n(&lastMilliseconds, milliseconds, __ATOMIC_RELAXED);
  if (before == 0 || milliseconds - before > 100) countStop(signal);
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
  const struct {
    int signal;
    void (*handler)(int);
    bool unlessIgnored;
  } stops[] = {
    {SIGINT, countStop, false},   {SIGQUIT, countStop, false}, {SIGTERM, countTermination, false},
    {SIGHUP, countHangUp, true}, {SIGXCPU, countLimit, true},
  };
  for (size_t index = 0; index < sizeof stops / sizeof *stops; index++) {
    int32_t result = handle(stops[index].signal, stops[index].handler, stops[index].unlessIgnored);
    if (result != 0) return result;
  }
  return 0;
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
