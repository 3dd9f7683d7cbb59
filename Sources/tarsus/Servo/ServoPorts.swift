internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import SerialLink
internal import ServoDrivers

/// `tarsus servo ports`: the serial devices of this machine.
struct ServoPorts: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ports",
    abstract: "Lists the serial devices of this machine.",
    discussion: """
      A USB adapter can be named by what it says of itself, as usb:0403:6014 or, where there are
      several, usb:0403:6014:SERIAL: such a name stays when the device's does not. With --echo a few
      bytes go out on each, which no servo takes for a request.

      Example:
        tarsus servo ports --json
      """)

  @Flag(help: "Find out which adapters send back what they are sent, as one-wire adapters do.")
  var echo = false
  @Flag(help: "Print the devices as JSON.")
  var json = false

  func run() throws {
    let devices = SerialDeviceInfo.all()
    if json {
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
          "    hands bytes over every \(milliseconds) ms; Tarsus asks for less where it may, and for "
            + "other programs this goes into /etc/udev/rules.d/99-ftdi.rules:\n"
            + "    \(SerialDeviceInfo.latencyRule)")
      }
      if echo, EchoTest.echoes(device.path) == true { try Report.print("    \(LineNote.echoes)") }
    }
  }
}

extension SerialDeviceInfo {
  /// How `--port` names the adapter; `nil` for what is not on USB.
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
  /// Whether it sends back what it is sent; `nil` when that was not asked or cannot be told.
  let echoes: Bool?

  init(_ device: SerialDeviceInfo, echoes: Bool?) {
    path = device.path
    description = device.description
    usb = device.usbName
    latencyTimerMilliseconds = device.latencyTimerMilliseconds
    self.echoes = echoes
  }
}
