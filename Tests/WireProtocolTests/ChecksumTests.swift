import Testing
import WireProtocol

@Suite struct ChecksumTests {
  func crc16(_ bytes: [UInt8]) -> UInt16 {
    var crc = CRC16()
    for byte in bytes { crc.update(byte) }
    return crc.value
  }

  func crc32(_ parts: [[UInt8]]) -> UInt32 {
    var crc = CRC32()
    for part in parts { unsafe part.withUnsafeBytes { unsafe crc.update($0) } }
    return crc.value
  }

  @Test func crc16_checkString_isTheCatalogueValue() {
    #expect(crc16(Array("123456789".utf8)) == 0xFEE8)
  }

  @Test func crc16_dynamixelPing_isTheManualValue() {
    #expect(crc16(hex("FF FF FD 00 01 03 00 01")) == 0x4E19)
  }

  @Test func crc16_dynamixelSyncWrite_isTheManualValue() {
    let packet = hex("FF FF FD 00 FE 11 00 83 74 00 04 00 01 96 00 00 00 02 AA 00 00 00")
    #expect(crc16(packet) == 0x8782)
  }

  @Test func crc16_everyByteAfterEveryFirstByte_equalsTheBitwiseDefinition() {
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max {
        let bytes = [first, second, 0x5A]
        #expect(crc16(bytes) == bitwiseCRC16(bytes))
      }
    }
  }

  @Test func crc32_checkString_isTheStandardsCheckValue() {
    #expect(crc32([Array("123456789".utf8)]) == 0xCBF4_3926)
  }

  @Test func crc32_noBytes_isZero() {
    #expect(crc32([]) == 0)
    #expect(crc32([[]]) == 0)
  }

  @Test func crc32_inParts_isTheSameAsAtOnce() {
    #expect(crc32([Array("1234".utf8), [], Array("56789".utf8)]) == 0xCBF4_3926)
  }

  @Test func crc32_everyByteAfterEveryFirstByte_equalsTheBitwiseDefinition() {
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max {
        #expect(crc32([[first, second]]) == bitwiseCRC32([first, second]))
      }
    }
  }

  @Test func jointNamesHash_checkString_isTheCatalogueValue() {
    var hash = JointNamesHash()
    hash.append("123456789".utf8.span)
    #expect(hash.value == 0xCBF4_3926)
  }

  @Test func jointNamesHash_twoNames_isCRC32OfTheNamesJoinedByZero() {
    var hash = JointNamesHash()
    hash.append("left_hip".utf8.span)
    hash.append("left_knee".utf8.span)
    #expect(hash.value == 0xF8D2_C26B)
  }

  @Test func jointNamesHash_noNames_isZero() {
    #expect(JointNamesHash().value == 0)
  }

  @Test func jointNamesHash_otherCutOfTheSameLetters_differs() {
    var one = JointNamesHash()
    one.append("ab".utf8.span)
    one.append("c".utf8.span)
    var other = JointNamesHash()
    other.append("a".utf8.span)
    other.append("bc".utf8.span)
    #expect(one != other)
  }
}
