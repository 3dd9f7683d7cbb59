internal import WireProtocol

/// Errors that a servo reports, with the same bits for every kind of servo.
///
/// The bits are those of ``ServoErrorBit``, and of a board's `health`, one lower.
public struct ServoErrors: Equatable, Sendable, BitwiseCopyable {
  /// A bit for each error.
  public let rawValue: UInt8

  /// Makes errors from their bits.
  @_noAllocation
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// No error.
  public static var none: ServoErrors { @_noAllocation get { ServoErrors(rawValue: 0) } }

  private init(_ error: ServoErrorBit) { rawValue = error.mask }

  /// Supply voltage outside the servo's limits.
  public static var supply: ServoErrors { ServoErrors(.supply) }
  /// Temperature above the servo's limit.
  public static var overheating: ServoErrors { ServoErrors(.temperature) }
  /// Current too high.
  public static var current: ServoErrors { ServoErrors(.current) }
  /// Load too high for too long.
  public static var overload: ServoErrors { ServoErrors(.overload) }

  /// True when there is no error.
  public var isEmpty: Bool { @_noAllocation get { rawValue == 0 } }
  /// True when it has all errors of another value.
  public func contains(_ other: ServoErrors) -> Bool { rawValue & other.rawValue == other.rawValue }
}

extension ServoErrors: CustomStringConvertible {
  private static let allNames = [
    "supply", "encoder", "overheating", "current", "shock", "overload", "an error without a name",
  ]

  /// Names of the errors, in the order of their bits.
  var names: [String] {
    Self.allNames.indices.filter { rawValue >> UInt8($0) & 1 == 1 }.map { Self.allNames[$0] }
  }

  /// The errors in words; empty when there is none.
  public var description: String { names.joined(separator: ", ") }
}
