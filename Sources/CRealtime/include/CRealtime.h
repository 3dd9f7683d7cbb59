// The C boundary to the clock, pseudo terminals, descriptors with deadlines and signals.
//
// Every function that can fail returns a negative errno. Deadlines are absolute and on the
// monotonic clock. Functions that a tick calls vouch for themselves with REALTIME_SAFE. The bodies
// stand in CRealtime.c: some need GNU extensions, and a header that asks for those does not agree
// with Swift's own Glibc module.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define REALTIME_SAFE __attribute__((swift_attr("@_noAllocation")))

/// Nanoseconds on the monotonic clock.
REALTIME_SAFE uint64_t realtimeMonotonicNanoseconds(void);

/// Sleeps until the deadline; returns 0 then, or -EINTR as soon as a signal was handled.
REALTIME_SAFE int32_t realtimeSleep(uint64_t deadlineNanoseconds);

/// Reads what is there, waiting for the first byte; returns 0 at the deadline and -EIO after a
/// hang-up. The descriptor is a non-blocking terminal.
REALTIME_SAFE int64_t realtimeRead(
    int32_t descriptor, void *bytes, size_t capacity, uint64_t deadlineNanoseconds);

/// Writes what fits, waiting for room; returns 0 at the deadline and -EIO after a hang-up. The
/// descriptor is a non-blocking terminal.
REALTIME_SAFE int64_t realtimeWrite(
    int32_t descriptor, const void *bytes, size_t byteCount, uint64_t deadlineNanoseconds);

/// Runs the calling thread before all ordinary ones (SCHED_FIFO, priority 1 to 99).
int32_t realtimeSetPriority(int32_t priority);

/// Keeps the calling thread on one processor, counted from 0.
int32_t realtimeKeepProcessor(int32_t processor);

/// Starts a thread that stands back behind the caller; its name has at most 15 bytes.
///
/// It is of ordinary priority, on the processors that were allowed before `realtimeKeepProcessor`, and no
/// signal to the process interrupts it.
int32_t realtimeStartThread(
    const char *name, void *(*work)(void *), void *context, uintptr_t *thread);

/// Waits for the end of a thread.
void realtimeJoinThread(uintptr_t thread);

/// Keeps idle processors from sleeping deeply, until the process ends.
int32_t realtimeHoldIdleLatency(void);

/// Spins on every processor whenever nothing else runs there, until the process ends: a host lends an idle
/// processor of a virtual machine to others, and gives it back milliseconds too late.
int32_t realtimeKeepProcessorsAwake(void);

/// Gives the calling thread 256 kB of stack now, so that no call waits for them later.
void realtimeTouchStack(void);

/// Keeps the memory that the process has now from being paged out.
int32_t realtimeLockMemory(void);

/// Makes a terminal raw: 8 data bits, no parity, no echo, no translation, no flow control.
int32_t realtimeMakeRaw(int32_t descriptor);

/// Sets the speed of a terminal, any number of bits per second.
int32_t realtimeSetSpeed(int32_t descriptor, uint32_t bitsPerSecond);

/// The speed of a terminal, in bits per second; of a pseudo terminal's master, that of the other
/// end. 0 when it cannot be told.
REALTIME_SAFE uint32_t realtimeSpeed(int32_t descriptor);

/// Refuses further opens of a terminal by others than root, until its last descriptor closes.
int32_t realtimeSetExclusive(int32_t descriptor);

/// Allows further opens again; they stay refused otherwise while another descriptor is open.
int32_t realtimeClearExclusive(int32_t descriptor);

/// Asks a serial device to hand over what it received at once; pseudo terminals refuse.
int32_t realtimeSetLowLatency(int32_t descriptor);

/// Takes the advisory lock of an open file; returns -EWOULDBLOCK when another one holds it.
int32_t realtimeLock(int32_t descriptor);

/// Both ends of a pseudo terminal; the slave is also `/dev/pts/<number>`.
struct RealtimePseudoTerminal {
  int32_t master;
  int32_t slave;
  int32_t number;
  /// 0, or the negative errno of what failed; then nothing is open.
  int32_t error;
};

/// Makes a pseudo terminal, raw and non-blocking at both ends.
struct RealtimePseudoTerminal realtimeOpenPseudoTerminal(void);

/// Counts SIGINT and SIGTERM from now on instead of dying of them; system calls are not restarted.
/// A signal wakes one thread that has it unblocked: the main thread, not those of Swift's pool.
int32_t realtimeInstallStopSignals(void);

/// How many SIGINT and SIGTERM came since `realtimeInstallStopSignals`.
REALTIME_SAFE int32_t realtimeStopSignalCount(void);
