import Testing

@testable import Exchange

@Suite struct CRC32CTests {
  /// RFC 3720, section B.4, and the check value of the catalogue of parametrised CRCs.
  private static let published: [(bytes: [UInt8], value: UInt32)] = [
    (Array("123456789".utf8), 0xE306_9283),
    ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
    ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
    ([UInt8](0..<32), 0x46DD_794E),
    ([UInt8]((0..<32).reversed()), 0x113F_DB5C),
    ([], 0),
  ]

  @Test(arguments: published)
  func checksum_publishedVector_isItsValue(bytes: [UInt8], value: UInt32) {
    #expect(CRC32C.checksum(bytes) == value)
  }

  @Test func masked_noBytes_isTheConstantAlone() {
    #expect(CRC32C.masked([]) == 0xA282_EAD8)
  }

  @Test func masked_checkString_isTurnedBy15Bits() {
    // 0xE3069283 is 0x1C60D and fifteen bits, 0x1283; changed over they are 0x2507C60D.
    #expect(CRC32C.masked(Array("123456789".utf8)) == 0x2507_C60D &+ 0xA282_EAD8)
  }
}
