// The vector table, the way from reset to main, and SysTick.
#include "CStartup.h"

extern uint32_t stackTop, dataStart, dataEnd, dataLoad, bssStart, bssEnd;
int main(int argc, char **argv);

static volatile uint32_t ticks;

uint32_t tickCount(void) { return ticks; }

static void sysTickHandler(void) { ticks = ticks + 1; }

void restart(void) {
  registerWrite(0xE000ED0C, 0x05FA0004);
  for (;;) {
  }
}

// A Swift trap is a fault too.
static void faultHandler(void) { restart(); }

void resetHandler(void) {
  // Full access to the floating-point unit, before any code that may use it.
  registerWrite(0xE000ED88, registerRead(0xE000ED88) | 0xFu << 20);
  __asm volatile("dsb\n isb");
  const uint32_t *from = &dataLoad;
  for (uint32_t *to = &dataStart; to < &dataEnd;) *to++ = *from++;
  for (uint32_t *to = &bssStart; to < &bssEnd;) *to++ = 0;
  main(0, 0);
  restart();
}

// The system exceptions; no device interrupt is enabled.
__attribute__((section(".vectors"), used)) static void *const vectors[16] = {
    &stackTop,    resetHandler, faultHandler, faultHandler, faultHandler, faultHandler,
    faultHandler, 0,            0,            0,            0,            faultHandler,
    faultHandler, 0,            faultHandler, sysTickHandler,
};
