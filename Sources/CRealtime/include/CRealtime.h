// The C boundary to the clock, the scheduler and signals.
//
// Every function that can fail returns a negative errno. Functions that a tick calls vouch for
// themselves with REALTIME_SAFE. The bodies stand in Scheduling.c and Signals.c: some need GNU
// extensions, and a header that asks for those does not agree with Swift's own Glibc module.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define REALTIME_SAFE __attribute__((swift_attr("@_noAllocation")))

// Clock and scheduling: Scheduling.c

/// Nanoseconds on the monotonic clock.
REALTIME_SAFE uint64_t realtimeMonotonicNanoseconds(void);

/// Nanoseconds since 1970 on the clock on the wall, which may be set.
uint64_t realtimeWallNanoseconds(void);

/// Sleeps until a time on the monotonic clock; returns 0 then, or -EINTR as soon as a signal was
/// handled.
REALTIME_SAFE int32_t realtimeSleep(uint64_t deadlineNanoseconds);

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

/// Lets a thread end by itself.
void realtimeDetachThread(uintptr_t thread);

/// Keeps idle processors from sleeping deeply, until the process ends.
int32_t realtimeHoldIdleLatency(void);

/// Spins on every processor whenever nothing else runs there, until the process ends: a host lends an idle
/// processor of a virtual machine to others, and gives it back milliseconds too late.
int32_t realtimeKeepProcessorsAwake(void);

/// Runs a program's work with 1 MB of stack, for its threads as well: where the limit of the main thread
/// (`ulimit -s`) cannot be raised so far, on a thread of its own, to which all signals to the process go
/// then.
void realtimeRunWithRoom(void *(*work)(void *), void *context);

/// Gives the calling thread up to 256 kB of stack now, so that no call waits for them later; less where
/// its limit leaves less.
void realtimeTouchStack(void);

/// Keeps the memory that the process has now from being paged out.
int32_t realtimeLockMemory(void);

// Signals: Signals.c

/// Counts SIGINT and SIGTERM from now on instead of dying of them, and SIGHUP unless it is ignored, as
/// under `nohup`; SIGQUIT counts twice, and SIGXCPU (`ulimit -t`) the first time. System calls are not restarted.
/// A signal wakes one thread that has it unblocked: the main thread, not those of Swift's pool.
int32_t realtimeInstallStopSignals(void);

/// How many stops were asked for since `realtimeInstallStopSignals`.
REALTIME_SAFE int32_t realtimeStopCount(void);

/// Notes SIGTSTP (Ctrl-Z) from now on instead of stopping the process, unless it is ignored.
int32_t realtimeInstallSuspendSignal(void);

/// Whether a SIGTSTP has come that `realtimeSuspend` has not followed yet.
REALTIME_SAFE int32_t realtimeWantsSuspension(void);

/// Stops the process as SIGTSTP would have done; returns once it is continued.
int32_t realtimeSuspend(void);

/// Lets writes to a reader that is gone, and those beyond the largest size of a file (`ulimit -f`), fail
/// instead of ending the process.
void realtimeLetWritesFail(void);
