/// The input of this execution; script and peer take from it in turn.
nonisolated(unsafe) var fields = Fields(nil, 0)

/// Takes an input apart, number by number; behind its end there are zeros.
@safe
struct Fields {
  private let start: UnsafePointer<UInt8>?
  private let count: Int
  private var next = 0

  init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    unsafe self.start = start
    self.count = count
  }

  /// True when only zeros are left.
  var isOver: Bool { next >= count }

  mutating func byte() -> UInt8 {
    guard next < count, let start = unsafe start else { return 0 }
    defer { next += 1 }
    return unsafe start[next]
  }

  mutating func word() -> UInt16 { UInt16(byte()) | UInt16(byte()) << 8 }

  mutating func long() -> UInt32 { UInt32(word()) | UInt32(word()) << 16 }

  /// Any number, not a number and the infinite ones among them.
  mutating func float() -> Float { Float(bitPattern: long()) }

  /// At most so many bytes; fewer where the input ends.
  mutating func bytes(_ countMax: Int) -> [UInt8] {
    let taken = min(countMax, count - next)
    return (0..<taken).map { _ in byte() }
  }

  /// All that is left.
  mutating func rest() -> [UInt8] { bytes(count) }
}
