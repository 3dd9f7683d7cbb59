// The C boundary to the clock, the scheduler and signals.
//
// Every function that can fail returns a negative errno. Functions that a tick calls are marked
// with REALTIME_SAFE. Their bodies are in Scheduling.c and Signals.c: some need GNU extensions, and
// a header with these does not agree with Swift's own Glibc module.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define REALTIME_SAFE __attribute__((swift_attr("@_noAllocation")))

// Clock and scheduling: Scheduling.c

/// Nanoseconds on the monotonic clock.
REALTIME_SAFE uint64_t realtimeMonotonicNanoseconds(void);

/// Nanoseconds since 1970 by the time of day, which may be set.
uint64_t realtimeWallNanoseconds(void);

/// Sleeps until a time on the monotonic clock; returns 0 then, or -EINTR as soon as a signal was
/// handled.
REALTIME_SAFE int32_t realtimeSleep(uint64_t deadlineNanoseconds);

/// Gives the calling thread a real-time priority (SCHED_FIFO, 1 to 99).
int32_t realtimeSetPriority(int32_t priority);

/// Pins the calling thread to one processor, counted from 0.
int32_t realtimeKeepProcessor(int32_t processor);

/// Starts a thread of ordinary priority; its name has at most 15 bytes.
///
/// It may run on the processors that were allowed before `realtimeKeepProcessor`, and no signal to
/// the process interrupts it.
int32_t realtimeStartThread(
    const char *name, void *(*work)(void *), void *context, uintptr_t *thread);

/// Waits for the end of a thread.
void realtimeJoinThread(uintptr_t thread);

/// Lets a thread end by itself.
void realtimeDetachThread(uintptr_t thread);

/// Keeps idle processors out of deep sleep until the process ends.
int32_t realtimeHoldIdleLatency(void);

/// Spins on every processor at the lowest priority until the process ends: a host lends an idle
/// processor of a virtual machine to others, and returns it milliseconds too late.
int32_t realtimeKeepProcessorsAwake(void);

/// Runs a program's work with 1 MB of stack, for its threads as well; when the limit of the main
/// thread (`ulimit -s`) cannot be raised, on a thread of its own, which then receives all signals.
void realtimeRunWithRoom(void *(*work)(void *), void *context);

/// Touches up to 256 kB of the calling thread's stack, so that later calls wait for no page; less
/// when its limit leaves less.
void realtimeTouchStack(void);

/// Locks the memory that the process has now, so that it is not paged out.
int32_t realtimeLockMemory(void);

// Signals: Signals.c

/// Counts SIGINT and SIGTERM from now on instead of ending the process, and SIGHUP unless it is
/// ignored, as under `nohup`; SIGQUIT counts twice, and SIGXCPU (`ulimit -t`) the first time.
/// System calls are not restarted. A signal wakes one thread that has it unblocked: the main
/// thread, not those of Swift's pool.
int32_t realtimeInstallStopSignals(void);

/// The number of stop signals since `realtimeInstallStopSignals`.
REALTIME_SAFE int32_t realtimeStopCount(void);

/// Records SIGTSTP (Ctrl-Z) from now on instead of pausing the process, unless it is ignored.
int32_t realtimeInstallSuspendSignal(void);

/// True when SIGTSTP has come and `realtimeSuspend` has not been called since.
REALTIME_SAFE int32_t realtimeWantsSuspension(void);

/// Pauses the process as SIGTSTP does; returns when it is continued.
int32_t realtimeSuspend(void);

/// Lets writes without a reader, and beyond the largest size of a file (`ulimit -f`), fail instead
/// of ending the process.
void realtimeLetWritesFail(void);
