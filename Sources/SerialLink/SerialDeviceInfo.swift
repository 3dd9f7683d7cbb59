internal import CSerialPort

/// A serial device of this machine.
public struct SerialDeviceInfo: Equatable, Sendable {
  /// Descriptor of a USB adapter.
  public struct USB: Equatable, Sendable {
    /// Vendor and product, as in `0403:6014`.
    public let vendor: UInt16
    /// The vendor's number for the product.
    public let product: UInt16
    /// Serial number, which tells adapters of one kind apart; `nil` for those without.
    public let serialNumber: String?

    /// Makes a descriptor.
    public init(vendor: UInt16, product: UInt16, serialNumber: String?) {
      self.vendor = vendor
      self.product = product
      self.serialNumber = serialNumber
    }
  }

  /// Its file, such as `/dev/ttyUSB0`.
  public let path: String
  /// The maker's description.
  public let description: String
  /// USB descriptor; `nil` for other devices.
  public let usb: USB?

  /// Makes the description of a device.
  public init(path: String, description: String, usb: USB?) {
    self.path = path
    self.description = description
    self.usb = usb
  }

  /// All devices, by path.
  public static func all() -> [SerialDeviceInfo] {
    var found: UnsafeMutablePointer<OpaquePointer?>?
    guard unsafe sp_list_ports(&found) == SP_OK, let list = unsafe found else { return [] }
    defer { unsafe sp_free_port_list(list) }
    var devices: [SerialDeviceInfo] = []
    var next = unsafe list
    while let port = unsafe next.pointee {
      unsafe devices.append(SerialDeviceInfo(port))
      unsafe next += 1
    }
    return devices.sorted { $0.path < $1.path }
  }

  private init(_ port: OpaquePointer) {
    func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String? {
      unsafe pointer.map { unsafe String(cString: $0) }
    }
    path = unsafe text(sp_get_port_name(port)) ?? ""
    description = unsafe text(sp_get_port_description(port)) ?? ""
    var vendor: Int32 = 0
    var product: Int32 = 0
    let isUSB = unsafe sp_get_port_usb_vid_pid(port, &vendor, &product) == SP_OK
    usb =
      isUSB
      ? USB(
        vendor: UInt16(truncatingIfNeeded: vendor), product: UInt16(truncatingIfNeeded: product),
        serialNumber: unsafe text(sp_get_port_usb_serial(port))) : nil
  }

  /// Time for which an FTDI adapter holds received bytes back, in milliseconds; `nil` for others.
  ///
  /// It makes an exchange with servos that much longer. The kernel's first value is 16.
  public var latencyTimerMilliseconds: Int? {
    guard let name = path.split(separator: "/").last else { return nil }
    let text = SystemFile.contents(of: "/sys/bus/usb-serial/devices/\(name)/latency_timer")
    return Int(text.filter { !$0.isWhitespace })
  }

  /// The udev rule that makes an FTDI adapter deliver bytes after 1 ms.
  public static var latencyRule: String {
    #"ACTION=="add", SUBSYSTEM=="usb-serial", DRIVER=="ftdi_sio", ATTR{latency_timer}="1""#
  }
}

/// Name of a port by the descriptor of its USB adapter, which stays when the device's name changes.
///
/// `usb:0403:6014`, or `usb:0403:6014:FT4TFUPA` where there are several.
struct USBPortName: Equatable {
  let vendor: UInt16
  let product: UInt16
  let serialNumber: String?

  /// Prefix of such names.
  static let prefix = "usb:"

  /// `nil` for a text of another form.
  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 3 || parts.count == 4, parts[0] == "usb", parts[1].count == 4,
      parts[2].count == 4, let vendor = UInt16(parts[1], radix: 16),
      let product = UInt16(parts[2], radix: 16), parts.count == 3 || !parts[3].isEmpty
    else { return nil }
    self.vendor = vendor
    self.product = product
    serialNumber = parts.count == 4 ? String(parts[3]) : nil
  }

  /// Path of the only device with this name.
  func path(among devices: [SerialDeviceInfo], asked text: String) throws(SerialOpenError) -> String
  {
    let those = devices.filter { device in
      guard let usb = device.usb, usb.vendor == vendor, usb.product == product else { return false }
      return serialNumber == nil || usb.serialNumber == serialNumber
    }
    guard let device = those.first else { throw .noSuchAdapter(name: text) }
    guard those.count == 1 else {
      throw .severalAdapters(name: text, paths: those.map(\.path))
    }
    return device.path
  }

  /// Path of a port that may have such a name.
  static func path(of text: String) throws(SerialOpenError) -> String {
    guard text.hasPrefix(prefix) else { return text }
    guard let name = USBPortName(text) else { throw .notAdapterName(name: text) }
    return try name.path(among: SerialDeviceInfo.all(), asked: text)
  }
}
