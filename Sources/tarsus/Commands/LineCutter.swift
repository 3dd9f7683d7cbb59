/// Splits a stream of bytes into lines of a bounded length.
struct LineCutter {
  /// A line, or an error in its place.
  enum Line: Equatable {
    case whole([UInt8])
    /// The line was too long, and is dropped.
    case tooLong
  }

  private let byteCountMax: Int
  private var line: [UInt8] = []
  private var isTooLong = false

  init(byteCountMax: Int) { self.byteCountMax = byteCountMax }

  /// Takes bytes, and returns the lines that they complete, without empty ones.
  mutating func take(_ bytes: some Sequence<UInt8>) -> [Line] {
    var lines: [Line] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        if let line = end() { lines.append(line) }
      } else if line.count < byteCountMax {
        line.append(byte)
      } else {
        isTooLong = true
      }
    }
    return lines
  }

  /// Returns the last line at the end of the stream.
  mutating func end() -> Line? {
    defer {
      line.removeAll(keepingCapacity: true)
      isTooLong = false
    }
    if isTooLong { return .tooLong }
    return line.isEmpty ? nil : .whole(line)
  }
}
