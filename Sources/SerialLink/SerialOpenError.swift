internal import Realtime

/// Failure to open a serial port; each case has the path as the caller gave it.
public enum SerialOpenError: Error, Equatable, Sendable {
  /// No file has this name, or its device is gone.
  case notFound(path: String)
  /// This user may not open the device.
  case permissionDenied(path: String, PortPermission)
  /// Another program has the port; its process where that is known.
  case busy(path: String, holderProcess: Int32?)
  /// The path is no serial port.
  case notSerialPort(path: String)
  /// The device does not support this baud rate.
  case unsupportedBaudRate(path: String, baudRate: Int32)
  /// No USB adapter has this name.
  case noSuchAdapter(name: String)
  /// More than one USB adapter has this name.
  case severalAdapters(name: String, paths: [String])
  /// The name of a USB adapter has another form.
  case notAdapterName(name: String)
  /// The system refused with this error number.
  case failed(path: String, errorNumber: Int32)
}

extension SerialOpenError: CustomStringConvertible {
  /// One sentence: the operation, the fact and, where there is one, the cure.
  public var description: String {
    switch self {
    case .notFound(let path):
      """
      open \(path): no such port; start a loopback \
      ("tarsus-lab loopback spider --link spider.port") or look for a device \
      ("ls /dev/ttyUSB* /dev/ttyACM*")
      """
    case .permissionDenied(let path, let permission):
      "open \(path): permission denied; \(permission.cure)"
    case .busy(let path, let holderProcess?):
      "open \(path): in use by process \(holderProcess); stop it first"
    case .busy(let path, nil):
      """
      open \(path): in use by another process; find it ("sudo fuser -v \(path)") and stop it first
      """
    case .notSerialPort(let path):
      """
      open \(path): not a serial port; give a device such as /dev/ttyUSB0 or the link of a loopback
      """
    case .unsupportedBaudRate(let path, let baudRate):
      "open \(path): the device does not support \(baudRate) baud; choose a rate that it does"
    case .noSuchAdapter(let name):
      "open \(name): no such USB adapter; 'tarsus servo ports' lists those that are there"
    case .severalAdapters(let name, let paths):
      "open \(name): \(paths.joined(separator: " and ")) are such adapters; add the serial number "
        + "of one, as 'tarsus servo ports' shows it, or name the device"
    case .notAdapterName(let name):
      "open \(name): expected usb:VENDOR:PRODUCT or usb:VENDOR:PRODUCT:SERIAL, with four "
        + "hexadecimal digits each, such as usb:0403:6014"
    case .failed(let path, let errorNumber):
      "open \(path): \(systemText(errorNumber))"
    }
  }
}
