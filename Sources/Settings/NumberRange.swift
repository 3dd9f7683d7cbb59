/// The numbers that a setting may have.
public struct NumberRange<Number: Comparable & Sendable>: Sendable {
  /// The range in words, such as `0 to below 1`.
  public let text: String
  private let lower: Number
  private let isLowerIncluded: Bool
  private let upper: Number
  private let isUpperIncluded: Bool

  /// `false` for numbers outside and for what is not a number.
  public func contains(_ number: Number) -> Bool {
    (isLowerIncluded ? number >= lower : number > lower)
      && (isUpperIncluded ? number <= upper : number < upper)
  }

  /// Both ends are included.
  public static func from(_ lower: Number, to upper: Number) -> NumberRange {
    NumberRange(
      text: "\(short(lower)) to \(short(upper))", lower: lower, isLowerIncluded: true,
      upper: upper, isUpperIncluded: true)
  }

  /// The upper end is not included.
  public static func from(_ lower: Number, below upper: Number) -> NumberRange {
    NumberRange(
      text: "\(short(lower)) to below \(short(upper))", lower: lower, isLowerIncluded: true,
      upper: upper, isUpperIncluded: false)
  }

  /// The lower end is not included.
  public static func above(_ lower: Number, to upper: Number) -> NumberRange {
    NumberRange(
      text: "above \(short(lower)), up to \(short(upper))", lower: lower, isLowerIncluded: false,
      upper: upper, isUpperIncluded: true)
  }

  /// A number as people write it: whole ones without a point.
  private static func short(_ number: Number) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension NumberRange where Number: FloatingPoint {
  /// Any finite number from `lower` on.
  public static func from(_ lower: Number) -> NumberRange {
    NumberRange(
      text: "\(short(lower)) or more", lower: lower, isLowerIncluded: true,
      upper: .greatestFiniteMagnitude, isUpperIncluded: true)
  }

  /// Any finite number above `lower`.
  public static func above(_ lower: Number) -> NumberRange {
    NumberRange(
      text: "above \(short(lower))", lower: lower, isLowerIncluded: false,
      upper: .greatestFiniteMagnitude, isUpperIncluded: true)
  }

  /// Any finite number.
  public static var finite: NumberRange {
    NumberRange(
      text: "any number", lower: -.greatestFiniteMagnitude, isLowerIncluded: true,
      upper: .greatestFiniteMagnitude, isUpperIncluded: true)
  }
}

extension NumberRange where Number: FixedWidthInteger {
  /// Any number from `lower` on.
  public static func from(_ lower: Number) -> NumberRange {
    NumberRange(
      text: "\(lower) or more", lower: lower, isLowerIncluded: true, upper: .max,
      isUpperIncluded: true)
  }
}
