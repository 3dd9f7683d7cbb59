/// CRC-32 of zlib and Ethernet: reflected polynomial 0xEDB88320, all ones in and out.
public struct CRC32: Sendable {
  private var state: UInt32 = .max

  /// Starts with no bytes.
  public init() {}

  /// The checksum of the bytes added so far.
  public var value: UInt32 {
    @_noAllocation
    get { ~state }
  }

  /// Adds bytes, one bit at a time: a policy file is read once, and a table costs flash.
  @_noAllocation
  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    for index in 0..<bytes.count {
      state ^= UInt32(unsafe bytes[index])
      // Not a range: builds that are not optimised, as tests are, run this six times as fast.
      var bit = 0
      while bit < 8 {
        state = (state >> 1) ^ (0xEDB8_8320 & (0 &- (state & 1)))
        bit &+= 1
      }
    }
  }
}
