#define _GNU_SOURCE
#include "CSerialInterposer.h"

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Where libserialport looks a terminal up, and the driver that it is told to be behind it.
static const char lookupPrefix[] = "/sys/class/tty/pts/";
static const char devicePath[] = "../../devices/platform/serial8250/tty";

static int answerCount;

int serialInterposerAnswerCount(void) { return __atomic_load_n(&answerCount, __ATOMIC_RELAXED); }

int serialInterposerBaudRate(int descriptor) {
  struct termios2 settings;
  return ioctl(descriptor, TCGETS2, &settings) == 0 ? (int)settings.c_ospeed : -1;
}

static int isLookup(const char *path) {
  if (strncmp(path, lookupPrefix, sizeof lookupPrefix - 1) != 0) return 0;
  __atomic_fetch_add(&answerCount, 1, __ATOMIC_RELAXED);
  return 1;
}

int lstat(const char *restrict path, struct stat *restrict status) {
  if (!isLookup(path)) return fstatat(AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
  memset(status, 0, sizeof *status);
  status->st_mode = S_IFLNK | 0777;
  return 0;
}

// What lstat was called in libraries built against glibc before 2.33.
int __lxstat(int version, const char *path, struct stat *status) {
  (void)version;
  return lstat(path, status);
}

ssize_t readlink(const char *restrict path, char *restrict target, size_t capacity) {
  if (!isLookup(path)) return readlinkat(AT_FDCWD, path, target, capacity);
  size_t byteCount = sizeof devicePath - 1;
  if (byteCount > capacity) byteCount = capacity;
  memcpy(target, devicePath, byteCount);
  return (ssize_t)byteCount;
}

// A pseudo terminal has no modem lines; these read as RTS and DTR on and take any setting.
int ioctl(int descriptor, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  int result = (int)syscall(SYS_ioctl, descriptor, request, argument);
  if (result == 0 || (errno != ENOTTY && errno != EINVAL)) return result;
  switch (request) {
    case TIOCMGET:
      *(int *)argument = TIOCM_RTS | TIOCM_DTR;
      return 0;
    case TIOCMSET:
    case TIOCMBIS:
    case TIOCMBIC:
      return 0;
    default:
      return result;
  }
}
