/// The CRC-32 of zlib, Ethernet and MCAP.
///
/// Polynomial 0xEDB88320 reflected, start value and final XOR 0xFFFFFFFF. Its value over
/// `123456789` is 0xCBF43926.
public struct CRC32: Equatable, Sendable {
  private var register: UInt32 = .max

  /// Makes the checksum of no bytes, which is 0.
  @_noAllocation
  public init() {}

  /// The checksum of the bytes taken so far.
  public var value: UInt32 { @_noAllocation get { ~register } }

  /// Takes one more byte.
  @_noAllocation
  public mutating func update(_ byte: UInt8) {
    register ^= UInt32(byte)
    register = (register >> 4) ^ Self.remainder(ofNibble: register & 0xF)
    register = (register >> 4) ^ Self.remainder(ofNibble: register & 0xF)
  }

  /// Takes bytes one after the other.
  @_noAllocation
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    // Not over a range: builds without optimisation, as tests are, run this several times as fast.
    var index = 0
    while index < bytes.count {
      update(unsafe bytes[index])
      index &+= 1
    }
  }

  /// The checksum of bytes that lie together.
  @_noAllocation
  public static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var checksum = CRC32()
    unsafe checksum.update(bytes)
    return checksum.value
  }

  /// The remainder of four bits, as a switch: sixteen words of flash and no memory.
  @_noAllocation
  private static func remainder(ofNibble nibble: UInt32) -> UInt32 {
    switch nibble {
    case 0x0: 0x0000_0000
    case 0x1: 0x1DB7_1064
    case 0x2: 0x3B6E_20C8
    case 0x3: 0x26D9_30AC
    case 0x4: 0x76DC_4190
    case 0x5: 0x6B6B_51F4
    case 0x6: 0x4DB2_6158
    case 0x7: 0x5005_713C
    case 0x8: 0xEDB8_8320
    case 0x9: 0xF00F_9344
    case 0xA: 0xD6D6_A3E8
    case 0xB: 0xCB61_B38C
    case 0xC: 0x9B64_C2B0
    case 0xD: 0x86D3_D2D4
    case 0xE: 0xA00A_E278
    default: 0xBDBD_F21C
    }
  }
}
