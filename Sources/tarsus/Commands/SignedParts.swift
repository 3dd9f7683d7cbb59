/// The parts of a signed datagram.
struct SignedParts: Equatable {
  let signature: [UInt8]
  /// The signed bytes.
  let signed: [UInt8]
  let counter: UInt64
  let milliseconds: UInt64
  let payload: [UInt8]

  private static let mark = Array("tarsus1 ".utf8)
  private static let signatureDigitCount = 64

  /// - Returns: `nil` when the datagram has another form.
  init?(_ datagram: [UInt8]) {
    guard datagram.starts(with: Self.mark) else { return nil }
    let rest = datagram.dropFirst(Self.mark.count)
    guard rest.count > Self.signatureDigitCount,
      let signature = Self.bytes(ofHex: rest.prefix(Self.signatureDigitCount)),
      rest.dropFirst(Self.signatureDigitCount).first == UInt8(ascii: " ")
    else { return nil }
    let signed = rest.dropFirst(Self.signatureDigitCount + 1)
    let fields = signed.split(
      separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count == 3, let counter = Self.number(fields[0]),
      let milliseconds = Self.number(fields[1])
    else { return nil }
    self.signature = signature
    self.signed = Array(signed)
    self.counter = counter
    self.milliseconds = milliseconds
    payload = Array(fields[2])
  }

  /// A number of decimal digits only.
  private static func number(_ text: ArraySlice<UInt8>) -> UInt64? {
    guard text.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else { return nil }
    return UInt64(String(decoding: text, as: UTF8.self))
  }

  private static func bytes(ofHex text: ArraySlice<UInt8>) -> [UInt8]? {
    let digits = text.compactMap { digit -> UInt8? in
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
      default: nil
      }
    }
    guard digits.count == text.count else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
