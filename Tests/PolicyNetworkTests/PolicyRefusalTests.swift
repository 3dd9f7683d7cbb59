import PolicyNetwork
import Testing

struct PolicyRefusalTests {
  @Test(arguments: SpoiltField.ofContract)
  func read_badContract_namesTheField(spoilt: SpoiltField) throws { try spoilt.check() }

  @Test(arguments: SpoiltField.ofNetwork)
  func read_badNetwork_namesTheField(spoilt: SpoiltField) throws { try spoilt.check() }

  @Test func read_foreignBytes_areNotAPolicy() {
    #expect(refusal(of: []) == .notAPolicy)
    #expect(refusal(of: Array("TSPOLICY".utf8)) == .notAPolicy)
    #expect(refusal(of: [UInt8](repeating: 0, count: 1000)) == .notAPolicy)
    #expect(refusal(of: Array("TSPOLICX".utf8) + [UInt8](repeating: 1, count: 8)) == .notAPolicy)
    #expect(
      PolicyFileError.notAPolicy.description
        == "not a policy file: it does not begin with TSPOLICY; make one with "
        + "'tarsus-lab freeze'")
  }

  @Test func read_otherVersion_isUnsupported() throws {
    var bytes = try SamplePolicy.tiny().file()
    bytes.put(UInt32(1), at: 8)
    bytes.seal()
    #expect(refusal(of: bytes) == .versionUnsupported(found: 1))
    #expect(
      PolicyFileError.versionUnsupported(found: 1).description
        == "policy format 1 found, 3 expected; freeze it again")
  }

  @Test func description_newerVersion_saysThatTheProgramIsOld() {
    #expect(
      PolicyFileError.versionUnsupported(found: 4).description
        == "policy format 4 found, 3 expected; this program is older than the policy: update it; "
        + "is the file damaged, copy it again")
  }

  @Test(arguments: 16..<20)
  func read_headerAlone_isTooShort(count: Int) throws {
    var bytes = Array(try SamplePolicy.tiny().file().prefix(count))
    bytes.put(UInt32(count), at: 12)
    #expect(refusal(of: bytes) == .invalid(.byteCount))
  }

  @Test func read_truncatedAtEveryLength_isRefused() throws {
    let bytes = try SamplePolicy.small().file()
    for count in bytes.indices {
      let expected: PolicyFileError =
        count < 16 ? .notAPolicy : .byteCountMismatch(expected: bytes.count, found: count)
      #expect(refusal(of: Array(bytes[..<count])) == expected)
    }
  }

  @Test func read_truncatedAtEveryLengthAndResealed_isRefused() throws {
    let bytes = try SamplePolicy.tiny().file()
    for count in 20..<bytes.count {
      var shorter = Array(bytes[..<count])
      shorter.seal()
      #expect(refusal(of: shorter) != nil)
    }
  }

  @Test(arguments: 1...8)
  func read_longerFileResealed_isRefused(extra: Int) throws {
    var bytes = try SamplePolicy.tiny().file() + [UInt8](repeating: 0, count: extra)
    bytes.seal()
    #expect(refusal(of: bytes) == .invalid(.byteCount))
  }

  @Test func read_everyBitFlipped_isRefused() throws {
    var bytes = try SamplePolicy.tiny().file()
    for index in bytes.indices {
      for bit in 0..<8 {
        bytes[index] ^= 1 << bit
        let expected: Bool =
          switch refusal(of: bytes) {
          case .notAPolicy: index < 8
          case .versionUnsupported: (8..<12).contains(index)
          case .byteCountMismatch: (12..<16).contains(index)
          case .checksumMismatch: index >= 16
          case .invalid, .goldenMismatch, nil: false
          }
        #expect(expected, "byte \(index), bit \(bit)")
        bytes[index] ^= 1 << bit
      }
    }
  }
}
