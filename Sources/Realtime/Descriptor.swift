internal import Glibc

/// Writing to open file descriptors.
public enum Descriptor {
  /// Writes all bytes, in as many calls as the system wants.
  ///
  /// - Returns: The number of bytes that were written, and 0 or the number of the error that ended
  ///   it.
  public static func write(
    _ bytes: [UInt8], to descriptor: Int32
  ) -> (byteCount: Int, errorNumber: Int32) {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes[written...].withUnsafeBytes { rest in
        unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      }
      if count > 0 {
        written += count
      } else if count == 0 {
        return (written, EIO)
      } else if errno != EINTR {
        return (written, errno)
      }
    }
    return (written, 0)
  }
}
