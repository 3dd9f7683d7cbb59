import Realtime
import Testing

@testable import SerialLink

@Suite struct USBPortNameTests {
  private static let devices = [
    device("/dev/ttyS0", nil),
    device(
      "/dev/ttyACM0", SerialDeviceInfo.USB(vendor: 0x2E8A, product: 0x000A, serialNumber: nil)),
    device("/dev/ttyUSB0", .init(vendor: 0x0403, product: 0x6014, serialNumber: "FT1")),
    device("/dev/ttyUSB1", .init(vendor: 0x0403, product: 0x6014, serialNumber: "FT2")),
  ]

  private static func device(_ path: String, _ usb: SerialDeviceInfo.USB?) -> SerialDeviceInfo {
    SerialDeviceInfo(path: path, description: "", usb: usb)
  }

  @Test(arguments: [
    ("usb:2e8a:000a", "/dev/ttyACM0"), ("usb:2E8A:000A", "/dev/ttyACM0"),
    ("usb:0403:6014:FT2", "/dev/ttyUSB1"),
  ]) func path_oneAdapter_isFound(name: String, path: String) throws {
    let found = try #require(USBPortName(name))
    #expect(try found.path(among: Self.devices, asked: name) == path)
  }

  @Test func path_twoAdapters_namesBoth() throws {
    let name = "usb:0403:6014"
    let error = #expect(throws: SerialOpenError.self) {
      try #require(USBPortName(name)).path(among: Self.devices, asked: name)
    }
    #expect(error == .severalAdapters(name: name, paths: ["/dev/ttyUSB0", "/dev/ttyUSB1"]))
    #expect(error?.description.contains("/dev/ttyUSB0 and /dev/ttyUSB1") == true)
  }

  @Test(arguments: ["usb:0403:6014:FT3", "usb:1111:2222"])
  func path_noAdapter_saysTheCure(name: String) {
    let error = #expect(throws: SerialOpenError.self) {
      try #require(USBPortName(name)).path(among: Self.devices, asked: name)
    }
    #expect(error == .noSuchAdapter(name: name))
  }

  @Test(arguments: ["usb:", "usb:403:6014", "usb:0403", "usb:0403:60g4", "usb:0403:6014:"])
  func open_badName_isRefused(name: String) {
    #expect(throws: SerialOpenError.notAdapterName(name: name)) {
      _ = try SerialPort(path: name, baudRate: 1_000_000, clock: .machine)
    }
  }

  @Test func open_namedAdapterThatIsNotThere_isNotFound() {
    #expect(throws: SerialOpenError.noSuchAdapter(name: "usb:fffe:fffe")) {
      _ = try SerialPort(path: "usb:fffe:fffe", baudRate: 1_000_000, clock: .machine)
    }
  }
}
