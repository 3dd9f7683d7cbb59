internal import CTerminal
internal import Glibc
public import Realtime

/// An open serial port, a device or a pseudo terminal; it closes when the value is destroyed.
///
/// The port is raw, 8N1, without flow control, and exclusive to this program: others that ask for
/// its lock, and on a device others that are not root, are refused. It discards bytes received
/// before it was opened. One thread may read while another writes.
public struct SerialPort: ~Copyable {
  /// Means of opening the port; bytes then go through its descriptor either way.
  package enum Transport: Sendable {
    /// libserialport, for devices with a baud rate.
    case device
    /// POSIX termios: libserialport takes no pseudo terminals.
    case pseudoTerminal
  }

  /// Bytes dropped at open before the rest counts as fresh; a pty holds half as many.
  private static let staleByteCountMax = 1 << 17

  private let file: PortFile?
  private let device: SerialDevice?
  private let descriptor: Int32
  /// The clock of all deadlines on this port.
  public let clock: MonotonicClock
  /// Baud rate at which it was opened.
  public let baudRate: Int32

  /// Opens, locks and configures a port.
  ///
  /// - Parameters:
  ///   - path: A device, a pseudo terminal, or a symbolic link to one; or a USB adapter by vendor,
  ///     product and, where there are several, serial number: `usb:0403:6014:FT4TFUPA`.
  ///   - baudRate: Bits per second; a pseudo terminal is as fast with any.
  ///   - clock: Clock of the deadlines.
  /// - Throws: ``SerialOpenError``; `busy` names the process that has the port.
  public init(
    path: String, baudRate: Int32, clock: MonotonicClock
  ) throws(SerialOpenError) {
    try self.init(path: path, baudRate: baudRate, clock: clock, transport: nil)
  }

  /// Opens a port by a given transport, so that tests reach libserialport.
  package init(
    path: String, baudRate: Int32, clock: MonotonicClock, transport: Transport?
  ) throws(SerialOpenError) {
    self.clock = clock
    self.baudRate = baudRate
    let file = try PortFile(path: USBPortName.path(of: path))
    let device: SerialDevice?
    let descriptor: Int32
    switch transport ?? (file.isPseudoTerminal ? .pseudoTerminal : .device) {
    case .pseudoTerminal:
      // No TIOCEXCL here: a loopback keeps the port open, so the mark of a host that was killed
      // would shut out every later one. The lock goes with its process.
      try Self.check(terminalMakeRaw(file.descriptor), path)
      // Nothing is slower or faster for it, but a loopback can tell a wrong one.
      try Self.check(terminalSetSpeed(file.descriptor, UInt32(max(1, baudRate))), path)
      descriptor = file.descriptor
      device = nil
    case .device:
      let opened = try SerialDevice(devicePath: file.devicePath, baudRate: baudRate, path: path)
      try Self.check(terminalSetExclusive(opened.descriptor), path)
      // Adapters that cannot be asked for it stay as they are: it is their timer that tells.
      _ = terminalSetLowLatency(opened.descriptor)
      descriptor = opened.descriptor
      device = consume opened
    }
    try Self.discardInput(descriptor, path)
    self.file = consume file
    self.device = device
    self.descriptor = descriptor
  }

  /// Takes an open descriptor that stays the caller's, so that fuzzers need no device.
  package init(descriptor: Int32, clock: MonotonicClock) {
    self.clock = clock
    self.descriptor = descriptor
    file = nil
    device = nil
    baudRate = 0
  }

  /// Writes all bytes before the deadline.
  ///
  /// Real-time safe: allocates nothing and returns by the deadline.
  ///
  /// - Parameter deadlineNanoseconds: Absolute, on ``clock``.
  /// - Throws: ``SerialError``: `timedOut`, `disconnected` or `failed`.
  @_noAllocation
  public borrowing func write(
    _ bytes: borrowing Span<UInt8>, deadlineNanoseconds: UInt64
  ) throws(SerialError) {
    try unsafe bytes.withUnsafeBytes { (bytes) throws(SerialError) in
      try unsafe write(bytes, deadlineNanoseconds: deadlineNanoseconds)
    }
  }

  /// Writes all bytes of a part of a buffer before the deadline.
  @_noAllocation
  public borrowing func write(
    _ bytes: UnsafeRawBufferPointer, deadlineNanoseconds: UInt64
  ) throws(SerialError) {
    let deadline = clock.machineNanoseconds(at: deadlineNanoseconds)
    var written = 0
    while written < bytes.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
      let result = unsafe terminalWrite(
        descriptor, rest.baseAddress, rest.count, deadline)
      if result > 0 {
        written += Int(result)
      } else if result == 0 {
        throw .timedOut(byteCount: written, expectedByteCount: bytes.count)
      } else if result != -Int64(EINTR) {
        throw SerialError(.write, errorNumber: Int32(-result))
      }
    }
  }

  /// Reads received bytes, waiting for the first until the deadline.
  ///
  /// Real-time safe: allocates nothing and returns by the deadline, or at once after a hang-up.
  ///
  /// - Parameters:
  ///   - bytes: Not empty; filled from the front.
  ///   - deadlineNanoseconds: Absolute, on ``clock``; in the past it takes only bytes at hand.
  /// - Returns: The number of bytes read; 0 when none came before the deadline.
  /// - Throws: ``SerialError``: `disconnected` or `failed`.
  @_noAllocation
  public borrowing func read(
    into bytes: inout MutableSpan<UInt8>, deadlineNanoseconds: UInt64
  ) throws(SerialError) -> Int {
    precondition(!bytes.isEmpty, "SerialPort.read needs room for at least one byte")
    let descriptor = descriptor
    let deadline = clock.machineNanoseconds(at: deadlineNanoseconds)
    while true {
      let result = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe terminalRead(descriptor, buffer.baseAddress, buffer.count, deadline)
      }
      if result >= 0 { return Int(result) }
      if result != -Int64(EINTR) {
        throw SerialError(.read, errorNumber: Int32(-result))
      }
    }
  }

  /// Drops the driver's queue, then the bytes that the kernel held behind it.
  private static func discardInput(
    _ descriptor: Int32, _ path: String
  ) throws(SerialOpenError) {
    try check(tcflush(descriptor, TCIFLUSH) == 0 ? 0 : -errno, path)
    var stale: [UInt8] = Array(repeating: 0, count: 4096)
    var discardedByteCount = 0
    while discardedByteCount < staleByteCountMax {
      let byteCount = unsafe terminalRead(descriptor, &stale, stale.count, 0)
      try check(Int32(byteCount), path)
      if byteCount == 0 { break }
      discardedByteCount += Int(byteCount)
    }
  }

  private static func check(_ result: Int32, _ path: String) throws(SerialOpenError) {
    if result < 0 { throw .failed(path: path, errorNumber: -result) }
  }
}
