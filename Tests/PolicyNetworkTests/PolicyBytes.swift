import PolicyNetwork
import WireProtocol

/// Runs `body` with the policy that `bytes` hold.
func withPolicy<Result>(
  _ bytes: [UInt8], _ body: (PolicyFile) throws -> Result
) throws -> Result {
  try unsafe bytes.withUnsafeBytes { try unsafe body(PolicyFile(validating: $0)) }
}

/// Reason for which `bytes` are refused; `nil` when they are accepted.
func refusal(of bytes: [UInt8]) -> PolicyFileError? {
  unsafe bytes.withUnsafeBytes { (bytes) -> PolicyFileError? in
    do throws(PolicyFileError) {
      _ = try unsafe PolicyFile(validating: bytes)
      return nil
    } catch {
      return error
    }
  }
}

extension [UInt8] {
  /// Writes a number at a byte offset, little-endian.
  mutating func put<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    for index in 0..<(Number.bitWidth / 8) {
      self[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
    }
  }

  mutating func put(_ number: Float, at offset: Int) { put(number.bitPattern, at: offset) }

  /// The number at a byte offset, little-endian.
  func number<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number {
    (0..<(Number.bitWidth / 8)).reduce(0) { $0 | Number(self[offset + $1]) << (8 * $1) }
  }

  func float(at offset: Int) -> Float { Float(bitPattern: number(at: offset, as: UInt32.self)) }

  /// Makes length and checksum right again after a change.
  mutating func seal() {
    put(UInt32(count), at: 12)
    put(unsafe dropLast(4).withUnsafeBytes { unsafe CRC32.checksum($0) }, at: count - 4)
  }
}
