// Register addresses of the STM32F405, reference manual RM0090, and of the Cortex-M4.

enum SysTick {
  static let control: UInt32 = 0xE000_E010
  static let reload: UInt32 = 0xE000_E014
  static let value: UInt32 = 0xE000_E018
}

enum Flash {
  static let access: UInt32 = 0x4002_3C00
}

enum ClockControl {
  static let control: UInt32 = 0x4002_3800
  static let pll: UInt32 = 0x4002_3804
  static let configuration: UInt32 = 0x4002_3808
  static let ahb1Enable: UInt32 = 0x4002_3830
  static let apb2Enable: UInt32 = 0x4002_3844
}

enum PortA {
  static let mode: UInt32 = 0x4002_0000
  static let pull: UInt32 = 0x4002_000C
  static let alternateHigh: UInt32 = 0x4002_0024
}

enum USART1 {
  static let status: UInt32 = 0x4001_1000
  static let data: UInt32 = 0x4001_1004
  static let baudRate: UInt32 = 0x4001_1008
  static let control1: UInt32 = 0x4001_100C
}
