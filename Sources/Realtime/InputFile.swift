internal import Glibc

/// Reads whole files up to a size, so that a device or a disk image in their place fills no memory.
public enum InputFile {
  /// Reads the bytes of a file.
  ///
  /// - Throws: ``FileError``; `tooLong` as soon as there are more bytes than `byteCountMax`.
  public static func bytes(path: String, byteCountMax: Int) throws(FileError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, reason: .system(errno)) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: pieceByteCount)
    while true {
      let count = unsafe read(descriptor, &piece, piece.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(path: path, reason: .system(errno))
      }
      guard bytes.count + count <= byteCountMax else {
        throw FileError(path: path, reason: .tooLong(byteCountMax: byteCountMax))
      }
      bytes += piece[..<count]
    }
  }

  private static let pieceByteCount = 1 << 16
}
