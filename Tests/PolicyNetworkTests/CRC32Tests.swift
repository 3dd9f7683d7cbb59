import PolicyNetwork
import Testing

struct CRC32Tests {
  private func checksum(_ parts: [[UInt8]]) -> UInt32 {
    var checksum = CRC32()
    for part in parts { unsafe part.withUnsafeBytes { unsafe checksum.add($0) } }
    return checksum.value
  }

  @Test func value_checkString_isTheStandardsCheckValue() {
    #expect(checksum([Array("123456789".utf8)]) == 0xCBF4_3926)
  }

  @Test func value_noBytes_isZero() {
    #expect(checksum([]) == 0)
    #expect(checksum([[]]) == 0)
  }

  @Test func add_inParts_isTheSameAsAtOnce() {
    #expect(checksum([Array("1234".utf8), [], Array("56789".utf8)]) == 0xCBF4_3926)
  }
}
