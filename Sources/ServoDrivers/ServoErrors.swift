/// What a servo reports as wrong with itself, the same for every kind of servo.
///
/// The bits are those of a board's `health` as well, one lower.
public struct ServoErrors: Equatable, Sendable, BitwiseCopyable {
  /// A bit for each error.
  public let rawValue: UInt8

  /// Errors by their bits.
  @_noAllocation
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// None.
  public static var none: ServoErrors { @_noAllocation get { ServoErrors(rawValue: 0) } }

  /// Those of a Dynamixel's hardware error status: it has shock where others have current.
  @_noAllocation
  init(dynamixel bits: UInt8) {
    // Supply, heat and overload stand where they are.
    var own = bits & 0b10_0101
    if bits & 1 << 3 != 0 { own |= 1 << 1 }
    if bits & 1 << 4 != 0 { own |= 1 << 4 }
    if bits & ~0b11_1101 != 0 { own |= 1 << 6 }
    rawValue = own
  }

  /// Those of a Feetech servo's answer.
  @_noAllocation
  init(feetech bits: UInt8) {
    var own = bits & 0b10_1111
    if bits & ~0b10_1111 != 0 { own |= 1 << 6 }
    rawValue = own
  }

  /// The supply is beyond the servo's limits.
  public static var supply: ServoErrors { ServoErrors(rawValue: 1 << 0) }
  /// It is too hot.
  public static var heat: ServoErrors { ServoErrors(rawValue: 1 << 2) }
  /// It draws too much current.
  public static var current: ServoErrors { ServoErrors(rawValue: 1 << 3) }
  /// It worked too hard for too long.
  public static var overload: ServoErrors { ServoErrors(rawValue: 1 << 5) }

  /// Whether there is none.
  public var isEmpty: Bool { @_noAllocation get { rawValue == 0 } }
  /// Whether all of another value are there.
  public func contains(_ other: ServoErrors) -> Bool { rawValue & other.rawValue == other.rawValue }
}

extension ServoErrors: CustomStringConvertible {
  private static let names = [
    "supply", "encoder", "heat", "current", "shock", "overload", "an error without a name",
  ]

  /// The errors in words; empty when there is none.
  public var description: String {
    Self.names.indices.filter { rawValue >> UInt8($0) & 1 == 1 }.map { Self.names[$0] }
      .joined(separator: ", ")
  }
}
