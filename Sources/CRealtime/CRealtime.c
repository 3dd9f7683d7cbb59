#define _GNU_SOURCE
#include "CRealtime.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <linux/serial.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
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

__attribute__((noinline)) void realtimeTouchStack(void) {
  enum { pageSize = 4096, byteCount = 256 * 1024 };
  volatile uint8_t room[byteCount];
  for (size_t index = 0; index < byteCount; index += pageSize) room[index] = 0;
}

int32_t realtimeLockMemory(void) { return mlockall(MCL_CURRENT) == 0 ? 0 : -errno; }

// Returns the `revents` of a descriptor, or 0 at the deadline.
static int32_t waitUntilReady(
    int32_t descriptor, int16_t events, uint64_t deadlineNanoseconds) {
  uint64_t now = realtimeMonotonicNanoseconds();
  struct timespec rest = timespecFrom(deadlineNanoseconds > now ? deadlineNanoseconds - now : 0);
  struct pollfd request = {.fd = descriptor, .events = events};
  int ready = ppoll(&request, 1, &rest, NULL);
  return ready < 0 ? -errno : ready == 0 ? 0 : request.revents;
}

int64_t realtimeRead(
    int32_t descriptor, void *bytes, size_t capacity, uint64_t deadlineNanoseconds) {
  do {
    int32_t events = waitUntilReady(descriptor, POLLIN, deadlineNanoseconds);
    if (events <= 0) return events;
    ssize_t count = read(descriptor, bytes, capacity);
    if (count > 0) return count;
    if (count < 0 && errno != EAGAIN) return -errno;
    // With VMIN = 0 a terminal reads 0 bytes when it is empty too; only poll tells a hang-up.
    if (events & (POLLHUP | POLLERR | POLLNVAL)) return -EIO;
  } while (realtimeMonotonicNanoseconds() < deadlineNanoseconds);
  return 0;
}

int64_t realtimeWrite(
    int32_t descriptor, const void *bytes, size_t byteCount, uint64_t deadlineNanoseconds) {
  do {
    ssize_t count = write(descriptor, bytes, byteCount);
    if (count > 0) return count;
    if (count < 0 && errno != EAGAIN) return -errno;
    int32_t events = waitUntilReady(descriptor, POLLOUT, deadlineNanoseconds);
    if (events <= 0) return events;
    if (events & (POLLHUP | POLLERR | POLLNVAL)) return -EIO;
  } while (realtimeMonotonicNanoseconds() < deadlineNanoseconds);
  return 0;
}

int32_t realtimeMakeRaw(int32_t descriptor) {
  struct termios settings;
  if (tcgetattr(descriptor, &settings) != 0) return -errno;
  cfmakeraw(&settings);
  settings.c_cflag |= CLOCAL | CREAD;
  return tcsetattr(descriptor, TCSANOW, &settings) == 0 ? 0 : -errno;
}

int32_t realtimeSetExclusive(int32_t descriptor) {
  return ioctl(descriptor, TIOCEXCL) == 0 ? 0 : -errno;
}

int32_t realtimeClearExclusive(int32_t descriptor) {
  return ioctl(descriptor, TIOCNXCL) == 0 ? 0 : -errno;
}

int32_t realtimeSetLowLatency(int32_t descriptor) {
  struct serial_struct settings;
  if (ioctl(descriptor, TIOCGSERIAL, &settings) != 0) return -errno;
  settings.flags |= ASYNC_LOW_LATENCY;
  return ioctl(descriptor, TIOCSSERIAL, &settings) == 0 ? 0 : -errno;
}

int32_t realtimeLock(int32_t descriptor) {
  return flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : -errno;
}

struct RealtimePseudoTerminal realtimeOpenPseudoTerminal(void) {
  const int flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
  struct RealtimePseudoTerminal pair = {.master = -1, .slave = -1};
  char path[64];
  pair.master = posix_openpt(flags);
  if (pair.master < 0 || grantpt(pair.master) != 0 || unlockpt(pair.master) != 0 ||
      ioctl(pair.master, TIOCGPTN, &pair.number) != 0 ||
      ptsname_r(pair.master, path, sizeof path) != 0) {
    pair.error = -errno;
  } else {
    pair.slave = open(path, flags);
    pair.error = pair.slave < 0 ? -errno : realtimeMakeRaw(pair.slave);
    if (pair.error == 0) pair.error = realtimeMakeRaw(pair.master);
  }
  if (pair.error != 0) {
    if (pair.slave >= 0) close(pair.slave);
    if (pair.master >= 0) close(pair.master);
    pair.master = pair.slave = -1;
  }
  return pair;
}

static volatile sig_atomic_t stopSignalTotal;

static void countStopSignal(int signal) {
  (void)signal;
  // Two threads may each handle a signal at once, so the count is atomic too.
  __atomic_fetch_add(&stopSignalTotal, 1, __ATOMIC_RELAXED);
}

int32_t realtimeInstallStopSignals(void) {
  struct sigaction action = {.sa_handler = countStopSignal};
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGINT, &action, NULL) != 0 || sigaction(SIGTERM, &action, NULL) != 0) {
    return -errno;
  }
  return 0;
}

int32_t realtimeStopSignalCount(void) {
  return __atomic_load_n(&stopSignalTotal, __ATOMIC_RELAXED);
}
