internal import CTerminal
internal import CSerialPort
internal import Glibc

/// An open libserialport device; it closes when the value is destroyed.
@safe
struct SerialDevice: ~Copyable {
  private let port: OpaquePointer
  /// The device's own descriptor, non-blocking.
  let descriptor: Int32

  /// Opens a device raw, 8N1, without flow control.
  ///
  /// - Parameters:
  ///   - devicePath: Free of symbolic links, which libserialport does not follow.
  ///   - path: As the caller gave it, for the error.
  init(devicePath: String, baudRate: Int32, path: String) throws(SerialOpenError) {
    let port = try unsafe Self.openPort(devicePath, path: path)
    do throws(SerialOpenError) {
      descriptor = try unsafe Self.configure(port, baudRate: baudRate, path: path)
    } catch {
      unsafe Self.close(port)
      throw error
    }
    unsafe self.port = unsafe port
  }

  deinit {
    _ = terminalClearExclusive(descriptor)
    unsafe Self.close(port)
  }

  private static func openPort(
    _ devicePath: String, path: String
  ) throws(SerialOpenError) -> OpaquePointer {
    var found: OpaquePointer?
    try unsafe check(sp_get_port_by_name(devicePath, &found), path)
    guard let port = unsafe found else {
      throw .notFound(path: path)
    }
    do throws(SerialOpenError) {
      try unsafe check(sp_open(port, SP_MODE_READ_WRITE), path)
    } catch {
      unsafe sp_free_port(port)
      throw error
    }
    return unsafe port
  }

  private static func configure(
    _ port: OpaquePointer, baudRate: Int32, path: String
  ) throws(SerialOpenError) -> Int32 {
    try unsafe check(sp_set_bits(port, 8), path)
    try unsafe check(sp_set_parity(port, SP_PARITY_NONE), path)
    try unsafe check(sp_set_stopbits(port, 1), path)
    try unsafe check(sp_set_flowcontrol(port, SP_FLOWCONTROL_NONE), path)
    // To libserialport -1 means "as it was", and 0 hangs the line up.
    guard baudRate > 0, unsafe sp_set_baudrate(port, baudRate) == SP_OK else {
      throw .unsupportedBaudRate(path: path, baudRate: baudRate)
    }
    var descriptor: Int32 = -1
    try unsafe check(sp_get_port_handle(port, &descriptor), path)
    // A driver may take the nearest speed that it has, and say nothing.
    let speed = Double(terminalSpeed(descriptor))
    guard speed == 0 || abs(speed / Double(baudRate) - 1) < 0.03 else {
      throw .unsupportedBaudRate(path: path, baudRate: baudRate)
    }
    return descriptor
  }

  private static func close(_ port: OpaquePointer) {
    unsafe sp_close(port)
    unsafe sp_free_port(port)
  }
}

/// Turns a libserialport return value into a typed error.
private func check(_ result: sp_return, _ path: String) throws(SerialOpenError) {
  switch result {
  case SP_OK:
    return
  case SP_ERR_ARG:
    // The name is no tty that the system lists, or a virtual one.
    throw .notSerialPort(path: path)
  case SP_ERR_MEM:
    throw .failed(path: path, errorNumber: ENOMEM)
  case SP_ERR_SUPP:
    throw .failed(path: path, errorNumber: ENOTSUP)
  default:
    throw .failed(path: path, errorNumber: sp_last_error_code())
  }
}
