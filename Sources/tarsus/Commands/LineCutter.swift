/// Cuts a stream of bytes into lines of a bounded length.
struct LineCutter {
  /// A line, or why there is none.
  enum Line: Equatable {
    case whole([UInt8])
    /// It was longer than it may be: none of it counts.
    case tooLong
  }

  private let byteCountMax: Int
  private var line: [UInt8] = []
  private var isTooLong = false

  init(byteCountMax: Int) { self.byteCountMax = byteCountMax }

  /// Takes what came; the lines that it ends, without the empty ones.
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

  /// The line that the end of the stream ends.
  mutating func end() -> Line? {
    defer {
      line.removeAll(keepingCapacity: true)
      isTooLong = false
    }
    if isTooLong { return .tooLong }
    return line.isEmpty ? nil : .whole(line)
  }
}
