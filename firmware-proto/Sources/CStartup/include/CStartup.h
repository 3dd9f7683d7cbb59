// What Swift cannot say on the bare chip: volatile access, and the counter of an interrupt.
#pragma once
#include <stdint.h>

/// Reads a device register.
__attribute__((swift_attr("@_noAllocation"))) static inline uint32_t
registerRead(uint32_t address) {
  return *(volatile uint32_t *)address;
}

/// Writes a device register.
__attribute__((swift_attr("@_noAllocation"))) static inline void
registerWrite(uint32_t address, uint32_t value) {
  *(volatile uint32_t *)address = value;
}

/// Resets the chip: the board comes back disarmed, and the host sees it by the uptime.
_Noreturn void restart(void);

/// Milliseconds since SysTick was started; it wraps after 49 days.
__attribute__((swift_attr("@_noAllocation"))) uint32_t tickCount(void);
