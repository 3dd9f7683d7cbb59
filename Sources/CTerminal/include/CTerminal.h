// The C boundary to serial terminals and pseudo terminals.
//
// Every function that can fail returns a negative errno. Deadlines are absolute, on the machine's
// monotonic clock. Functions that a tick calls vouch for themselves with TERMINAL_REALTIME_SAFE.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define TERMINAL_REALTIME_SAFE __attribute__((swift_attr("@_noAllocation")))

/// Reads what is there, waiting for the first byte; returns 0 at the deadline and -EIO after a
/// hang-up. The descriptor is a non-blocking terminal.
TERMINAL_REALTIME_SAFE int64_t terminalRead(
    int32_t descriptor, void *bytes, size_t capacity, uint64_t deadlineNanoseconds);

/// Writes what fits, waiting for room; returns 0 at the deadline and -EIO after a hang-up. The
/// descriptor is a non-blocking terminal.
TERMINAL_REALTIME_SAFE int64_t terminalWrite(
    int32_t descriptor, const void *bytes, size_t byteCount, uint64_t deadlineNanoseconds);

/// Makes a terminal raw: 8 data bits, no parity, no echo, no translation, no flow control.
int32_t terminalMakeRaw(int32_t descriptor);

/// Sets the speed of a terminal, any number of bits per second.
int32_t terminalSetSpeed(int32_t descriptor, uint32_t bitsPerSecond);

/// The speed of a terminal, in bits per second; of a pseudo terminal's master, that of the other
/// end. 0 when it cannot be told.
TERMINAL_REALTIME_SAFE uint32_t terminalSpeed(int32_t descriptor);

/// Refuses further opens of a terminal by others than root, until its last descriptor closes.
int32_t terminalSetExclusive(int32_t descriptor);

/// Allows further opens again; they stay refused otherwise while another descriptor is open.
int32_t terminalClearExclusive(int32_t descriptor);

/// Asks a serial device to hand over what it received at once; pseudo terminals refuse.
int32_t terminalSetLowLatency(int32_t descriptor);

/// Takes the advisory lock of an open file; returns -EWOULDBLOCK when another one holds it.
int32_t terminalLock(int32_t descriptor);

/// Marks a terminal as in use until its last descriptor of this open closes, however that happens.
/// The mark and other locks do not disturb each other.
int32_t terminalMarkHeld(int32_t descriptor);

/// Whether somebody has marked the terminal at a path as held: 1, 0, or a negative errno.
int32_t terminalIsHeld(const char *path);

/// Both ends of a pseudo terminal; the slave is also `/dev/pts/<number>`.
struct TerminalPair {
  int32_t master;
  int32_t slave;
  int32_t number;
  /// 0, or the negative errno of what failed; then nothing is open.
  int32_t error;
};

/// Makes a pseudo terminal, raw and non-blocking at both ends.
struct TerminalPair terminalOpenPair(void);
