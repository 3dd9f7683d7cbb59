internal import Glibc

/// Files of the kernel's own, such as those below `/proc`.
enum SystemFile {
  /// The most bytes that are read of a file.
  private static let byteCountMax = 1 << 20

  /// The text of a file; empty for a missing one.
  static func contents(of path: String) -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while contents.count < byteCountMax {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      guard count > 0 else { break }
      contents += chunk.prefix(count)
    }
    return String(decoding: contents, as: UTF8.self)
  }
}
