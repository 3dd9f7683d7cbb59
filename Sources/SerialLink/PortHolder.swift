internal import Glibc

/// Finds the process that keeps a port from being opened, for the message that refuses it.
package enum PortHolder {
  /// The process that holds the advisory lock of a file.
  ///
  /// A loopback has its own pseudo terminal open but not locked, so this names the host.
  package static func processLocking(_ path: String) -> Int32? {
    guard let status = status(of: path) else { return nil }
    let device = "\(hex(major(status.st_dev))):\(hex(minor(status.st_dev))):\(status.st_ino)"
    for line in SystemFile.contents(of: "/proc/locks").split(separator: "\n") {
      // "1: FLOCK  ADVISORY  WRITE 4711 00:1a:5 0 EOF"
      let fields = line.split(separator: " ")
      if fields.count >= 6, fields[1] == "FLOCK", fields[5] == device { return Int32(fields[4]) }
    }
    return nil
  }

  /// A process, of those this user may inspect, that has a device open.
  package static func processOpening(_ path: String) -> Int32? {
    guard let device = status(of: path) else { return nil }
    for process in entries(of: "/proc").compactMap({ Int32($0) }) {
      for descriptor in entries(of: "/proc/\(process)/fd") {
        guard let file = status(of: "/proc/\(process)/fd/\(descriptor)") else { continue }
        if file.st_dev == device.st_dev && file.st_ino == device.st_ino { return process }
      }
    }
    return nil
  }

  private static func status(of path: String) -> stat? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status : nil
  }

  private static func entries(of path: String) -> [String] {
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }

  private static func hex(_ number: dev_t) -> String {
    (number < 16 ? "0" : "") + String(number, radix: 16)
  }

  // glibc's `major` and `minor` are macros that Swift does not see.
  private static func major(_ device: dev_t) -> dev_t {
    (device >> 8) & 0xFFF | (device >> 32) & ~0xFFF
  }

  private static func minor(_ device: dev_t) -> dev_t {
    device & 0xFF | (device >> 12) & 0xFFFF_FF00
  }
}
