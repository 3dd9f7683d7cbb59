// Apart from the rest: the kernel's own terminal headers, which know any speed, and the C library's
// do not go together.
#include "CTerminal.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>

int ioctl(int descriptor, unsigned long request, ...);

int32_t terminalSetSpeed(int32_t descriptor, uint32_t bitsPerSecond) {
  struct termios2 settings;
  if (ioctl(descriptor, TCGETS2, &settings) != 0) return -errno;
  settings.c_cflag &= ~(CBAUD | CBAUD << IBSHIFT);
  settings.c_cflag |= BOTHER | BOTHER << IBSHIFT;
  settings.c_ispeed = settings.c_ospeed = bitsPerSecond;
  return ioctl(descriptor, TCSETS2, &settings) == 0 ? 0 : -errno;
}

uint32_t terminalSpeed(int32_t descriptor) {
  struct termios2 settings;
  return ioctl(descriptor, TCGETS2, &settings) == 0 ? settings.c_ospeed : 0;
}
