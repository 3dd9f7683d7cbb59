#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <linux/serial.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static uint64_t monotonicNanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static struct timespec timespecFrom(uint64_t nanoseconds) {
  struct timespec time = {
    .tv_sec = (time_t)(nanoseconds / 1000000000u), .tv_nsec = (long)(nanoseconds % 1000000000u)};
  return time;
}

// Returns the `revents` of a descriptor, or 0 at the deadline.
static int32_t waitUntilReady(
    int32_t descriptor, int16_t events, uint64_t deadlineNanoseconds) {
  uint64_t now = monotonicNanoseconds();
  struct timespec rest = timespecFrom(deadlineNanoseconds > now ? deadlineNanoseconds - now : 0);
  struct pollfd request = {.fd = descriptor, .events = events};
  int ready = ppoll(&request, 1, &rest, NULL);
  return ready < 0 ? -errno : ready == 0 ? 0 : request.revents;
}

int64_t terminalRead(
    int32_t descriptor, void *bytes, size_t capacity, uint64_t deadlineNanoseconds) {
  do {
    int32_t events = waitUntilReady(descriptor, POLLIN, deadlineNanoseconds);
    if (events <= 0) return events;
    ssize_t count = read(descriptor, bytes, capacity);
    if (count > 0) return count;
    if (count < 0 && errno != EAGAIN) return -errno;
    // With VMIN = 0 a terminal reads 0 bytes when it is empty too; only poll tells a hang-up.
    if (events & (POLLHUP | POLLERR | POLLNVAL)) return -EIO;
  } while (monotonicNanoseconds() < deadlineNanoseconds);
  return 0;
}

int64_t terminalWrite(
    int32_t descriptor, const void *bytes, size_t byteCount, uint64_t deadlineNanoseconds) {
  do {
    ssize_t count = write(descriptor, bytes, byteCount);
    if (count > 0) return count;
    if (count < 0 && errno != EAGAIN) return -errno;
    int32_t events = waitUntilReady(descriptor, POLLOUT, deadlineNanoseconds);
    if (events <= 0) return events;
    if (events & (POLLHUP | POLLERR | POLLNVAL)) return -EIO;
  } while (monotonicNanoseconds() < deadlineNanoseconds);
  return 0;
}

int32_t terminalMakeRaw(int32_t descriptor) {
  struct termios settings;
  if (tcgetattr(descriptor, &settings) != 0) return -errno;
  cfmakeraw(&settings);
  settings.c_cflag |= CLOCAL | CREAD;
  return tcsetattr(descriptor, TCSANOW, &settings) == 0 ? 0 : -errno;
}

int32_t terminalSetExclusive(int32_t descriptor) {
  return ioctl(descriptor, TIOCEXCL) == 0 ? 0 : -errno;
}

int32_t terminalClearExclusive(int32_t descriptor) {
  return ioctl(descriptor, TIOCNXCL) == 0 ? 0 : -errno;
}

int32_t terminalSetLowLatency(int32_t descriptor) {
  struct serial_struct settings;
  if (ioctl(descriptor, TIOCGSERIAL, &settings) != 0) return -errno;
  settings.flags |= ASYNC_LOW_LATENCY;
  return ioctl(descriptor, TIOCSSERIAL, &settings) == 0 ? 0 : -errno;
}

int32_t terminalLock(int32_t descriptor) {
  return flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : -errno;
}

// Locks of the open file: a process that opens and closes the terminal elsewhere keeps them.
int32_t terminalMarkHeld(int32_t descriptor) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  return fcntl(descriptor, F_OFD_SETLK, &lock) == 0 ? 0 : -errno;
}

int32_t terminalIsHeld(const char *path) {
  int descriptor = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  // Refused since a host has it for itself: then the other end is there as well.
  if (descriptor < 0) return errno == EBUSY ? 1 : errno == ENOENT || errno == EIO ? 0 : -errno;
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  int32_t result = fcntl(descriptor, F_OFD_GETLK, &lock) == 0 ? lock.l_type != F_UNLCK : -errno;
  close(descriptor);
  return result;
}

struct TerminalPair terminalOpenPair(void) {
  const int flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
  struct TerminalPair pair = {.master = -1, .slave = -1};
  char path[64];
  pair.master = posix_openpt(flags);
  if (pair.master < 0 || grantpt(pair.master) != 0 || unlockpt(pair.master) != 0 ||
      ioctl(pair.master, TIOCGPTN, &pair.number) != 0 ||
      ptsname_r(pair.master, path, sizeof path) != 0) {
    pair.error = -errno;
  } else {
    pair.slave = open(path, flags);
    pair.error = pair.slave < 0 ? -errno : terminalMakeRaw(pair.slave);
    if (pair.error == 0) pair.error = terminalMakeRaw(pair.master);
  }
  if (pair.error != 0) {
    if (pair.slave >= 0) close(pair.slave);
    if (pair.master >= 0) close(pair.master);
    pair.master = pair.slave = -1;
  }
  return pair;
}
