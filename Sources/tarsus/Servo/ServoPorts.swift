internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import SerialLink
internal import ServoDrivers

/// `tarsus servo ports`: lists the serial devices of this machine.
struct ServoPorts: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ports",
    abstract: "Lists the serial devices of this machine.",
    discussion: """
      A USB adapter can be named by its vendor and product, as usb:0403:6014 or, if there are
      several, usb:0403:6014:SERIAL: such a name stays when the device's does not. With --echo a few
      bytes go out on each, which no servo takes for a request.

      Example:
        tarsus servo ports --json
      """)

  @Flag(help: "Detect adapters that echo the bytes sent to them, as one-wire adapters do.")
  var echo = false
  @OptionGroup var output: FigureOptions

  func run() throws {
    let devices = SerialDeviceInfo.all()
    if output.json {
      try Report.print(
        json: devices.map { DeviceFigures($0, echoes: echo ? EchoTest.echoes($0.path) : nil) })
      return
    }
    if devices.isEmpty {
      note("no serial device; is the adapter plugged in, and its driver loaded?")
    }
    for device in devices {
      try Report.print(
        [device.path, device.usbName, device.description].compactMap(\.self)
          .joined(separator: "  "))
      if let milliseconds = device.latencyTimerMilliseconds, milliseconds > 1 {
        try Report.print(
          "    hands bytes over every \(milliseconds) ms; Tarsus asks for less if it may; "
            + "for other programs this goes into /etc/udev/rules.d/99-ftdi.rules:\n"
            + "    \(SerialDeviceInfo.latencyRule)")
      }
      if echo, EchoTest.echoes(device.path) == true { try Report.print("    \(LineNote.echoes)") }
    }
  }
}

extension SerialDeviceInfo {
  /// The adapter's name for `--port`; `nil` for a device that is not on USB.
  fileprivate var usbName: String? {
    usb.map { usb in
      String(format: "usb:%04x:%04x", usb.vendor, usb.product)
        + (usb.serialNumber.map { ":\($0)" } ?? "")
    }
  }
}

private struct DeviceFigures: Encodable {
  let path: String
  let description: String
  let usb: String?
  let latencyTimerMilliseconds: Int?
  /// True when the adapter echoes; `nil` when unknown.
  let echoes: Bool?

  init(_ device: SerialDeviceInfo, echoes: Bool?) {
    path = device.path
    description = device.description
    usb = device.usbName
    latencyTimerMilliseconds = device.latencyTimerMilliseconds
    self.echoes = echoes
  }
}
