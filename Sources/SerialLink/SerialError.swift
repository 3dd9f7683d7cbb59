internal import Glibc
internal import Realtime

/// Failure of a read or write on an open serial port.
///
/// It is a plain value, so that throwing it inside a tick allocates nothing.
public enum SerialError: Error, Equatable, Sendable, BitwiseCopyable {
  /// The failed operation.
  public enum Operation: Sendable, BitwiseCopyable {
    case read, write
  }

  /// The deadline passed when `byteCount` of `expectedByteCount` bytes were written.
  case timedOut(byteCount: Int, expectedByteCount: Int)
  /// The device was unplugged, or the other end of a pseudo terminal closed.
  case disconnected(Operation)
  /// The system refused with this error number.
  case failed(Operation, errorNumber: Int32)

  /// Makes an error from an error number; those of a vanished device are a disconnection.
  @_noAllocation
  init(_ operation: Operation, errorNumber: Int32) {
    switch errorNumber {
    case EIO, ENXIO, ENODEV: self = .disconnected(operation)
    default: self = .failed(operation, errorNumber: errorNumber)
    }
  }
}

extension SerialError: CustomStringConvertible {
  /// One sentence: the operation, the fact and, where there is one, the cure.
  public var description: String {
    switch self {
    case .timedOut(let byteCount, let expectedByteCount):
      """
      serial write: the line took \(byteCount) of \(expectedByteCount) bytes before the deadline; \
      lower the control rate or raise the baud rate
      """
    case .disconnected(let operation):
      """
      serial \(operation): the other end is gone; plug the device in, or start the loopback, and \
      start again
      """
    case .failed(let operation, let errorNumber):
      "serial \(operation): \(systemText(errorNumber))"
    }
  }
}
