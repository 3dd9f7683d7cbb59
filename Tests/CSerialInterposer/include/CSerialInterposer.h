// Lets the real libserialport open pseudo terminals, which upstream holds to be out of scope: this
// target stands in front of the few system calls by which it would notice.
#pragma once

/// The number of answers to libserialport in place of the system.
int serialInterposerAnswerCount(void);

/// Bits per second that a terminal is set to, standard or not; -1 when it cannot tell.
int serialInterposerBaudRate(int descriptor);
