/// A short name stored inline: at most 31 bytes of UTF-8, no heap.
public struct Label: Equatable, Sendable {
  /// The longest name, in bytes.
  public static let byteCountMax = 31

  private var bytes: InlineArray<31, UInt8>
  /// The name's length in bytes.
  public private(set) var byteCount: Int

  /// The empty name.
  public init() {
    bytes = .init(repeating: 0)
    byteCount = 0
  }

  /// Makes a name of up to 31 bytes; `nil` when there are more.
  public init?(utf8 source: Span<UInt8>) {
    self.init()
    guard source.count <= Self.byteCountMax else { return nil }
    for index in source.indices { bytes[index] = source[index] }
    byteCount = source.count
  }

  /// Makes a name from a literal; more than 31 bytes are a programming error.
  public init(_ literal: StaticString) {
    self.init()
    precondition(literal.utf8CodeUnitCount <= Self.byteCountMax, "a label holds at most 31 bytes")
    for index in 0..<literal.utf8CodeUnitCount {
      bytes[index] = unsafe literal.utf8Start[index]
    }
    byteCount = literal.utf8CodeUnitCount
  }

  /// The byte at `index`, which is in `0..<byteCount`.
  @_noAllocation
  public func byte(at index: Int) -> UInt8 { bytes[index] }

  /// `true` when the name contains control characters, which a terminal would obey.
  public var hasControlBytes: Bool {
    for index in 0..<byteCount where bytes[index] < 0x20 || bytes[index] == 0x7F { return true }
    return false
  }

  /// `true` when two names have the same bytes.
  @_noAllocation
  public static func == (left: Label, right: Label) -> Bool {
    guard left.byteCount == right.byteCount else { return false }
    for index in 0..<left.byteCount where left.bytes[index] != right.bytes[index] { return false }
    return true
  }
}

#if !hasFeature(Embedded)
  extension Label: CustomStringConvertible {
    /// Makes a name from a string; `nil` when it is longer than 31 bytes of UTF-8.
    public init?(_ text: String) {
      self.init(utf8: Array(text.utf8).span)
    }

    /// The name as a string.
    public var description: String {
      String(decoding: (0..<byteCount).map { bytes[$0] }, as: UTF8.self)
    }
  }
#endif
