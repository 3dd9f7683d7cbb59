internal import Foundation
internal import Realtime

/// A file that is read whole, whatever it is: a device without an end and a pipe without a writer too.
enum BoundedFile {
  /// Time without a byte after which a pipe counts as forgotten.
  private static let silenceMillisecondsMax: Int32 = 2_000

  static func read(_ path: String, byteCountMax: Int) throws(CommandError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else {
      throw CommandError("\(path): cannot be read: \(systemText(errno)); check the path")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16_384)
    while true {
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = unsafe poll(&request, 1, silenceMillisecondsMax)
      if ready < 0 && errno == EINTR && !StopSignals.isStopping { continue }
      guard ready > 0 else {
        throw CommandError("\(path): cannot be read: nothing came for 2 s; expected a file")
      }
      let count = unsafe Glibc.read(descriptor, &piece, piece.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EAGAIN || errno == EINTR { continue }
        throw CommandError("\(path): cannot be read: \(systemText(errno)); expected a file")
      }
      bytes += piece[..<count]
      guard bytes.count <= byteCountMax else {
        throw CommandError(
          "\(path): found more than \(byteCountMax >> 20) MB, expected a script of commands")
      }
    }
  }
}
