import PolicyNetwork
import Testing

/// A change of the tiny policy, its length and checksum made right again, and the field at fault.
struct SpoiltField: Sendable, CustomTestStringConvertible {
  enum Value: Sendable {
    case byte(UInt8)
    case whole(UInt32)
    case real(Float)
  }

  let what: String
  let offset: Int
  let value: Value
  let field: PolicyFileError.Field

  var testDescription: String { "\(what): \(value)" }

  init(_ what: String, at offset: Int, _ value: Value, _ field: PolicyFileError.Field) {
    self.what = what
    self.offset = offset
    self.value = value
    self.field = field
  }

  func check() throws {
    var bytes = try SamplePolicy.tiny().file()
    switch value {
    case .byte(let byte): bytes[offset] = byte
    case .whole(let number): bytes.put(number, at: offset)
    case .real(let number): bytes.put(number, at: offset)
    }
    bytes.seal()
    #expect(refusal(of: bytes) == .invalid(field))
  }

  /// Fields of the contract and the provenance.
  static let ofContract: [SpoiltField] = [
    SpoiltField("body length", at: 16, .byte(32), .name),
    SpoiltField("joint name length", at: 56, .byte(255), .name),
    SpoiltField("task length", at: 156, .byte(32), .name),
    SpoiltField("commit length", at: 204, .byte(32), .name),
    SpoiltField("period", at: 48, .whole(0), .joints),
    SpoiltField("joint count", at: 52, .whole(0), .joints),
    SpoiltField("joint count", at: 52, .whole(33), .joints),
    SpoiltField("joint count", at: 52, .whole(.max), .joints),
    SpoiltField("pose", at: 88, .real(.nan), .joints),
    SpoiltField("pose", at: 88, .real(1.75), .joints),
    SpoiltField("pose", at: 88, .real(-1.25), .joints),
    SpoiltField("scale", at: 92, .real(0), .joints),
    SpoiltField("scale", at: 92, .real(-1), .joints),
    SpoiltField("scale", at: 92, .real(.nan), .joints),
    SpoiltField("scale", at: 92, .real(.infinity), .joints),
    SpoiltField("lower limit", at: 96, .real(-101), .joints),
    SpoiltField("lower limit", at: 96, .real(.nan), .joints),
    SpoiltField("upper limit", at: 100, .real(101), .joints),
    SpoiltField("upper limit", at: 100, .real(.nan), .joints),
    SpoiltField("slew", at: 104, .real(0), .joints),
    SpoiltField("slew", at: 104, .real(.nan), .joints),
    SpoiltField("slew", at: 104, .real(.infinity), .joints),
    SpoiltField("gain", at: 108, .whole(66_336), .joints),
  ]

  /// Fields of the observation, the layers and the numbers.
  static let ofNetwork: [SpoiltField] = [
    SpoiltField("term count", at: 112, .whole(0), .observation),
    SpoiltField("term count", at: 112, .whole(9), .observation),
    SpoiltField("term count", at: 112, .whole(.max), .observation),
    SpoiltField("history", at: 116, .whole(0), .observation),
    SpoiltField("history", at: 116, .whole(17), .observation),
    SpoiltField("history that the layers do not take", at: 116, .whole(2), .layers),
    SpoiltField("gait period", at: 120, .whole(65_536), .observation),
    SpoiltField("term", at: 124, .whole(0), .observation),
    SpoiltField("clock without a period", at: 124, .whole(7), .observation),
    SpoiltField("term", at: 124, .whole(8), .observation),
    SpoiltField("term", at: 124, .whole(257), .observation),
    SpoiltField("term scale", at: 128, .real(.nan), .observation),
    SpoiltField("term scale", at: 128, .real(-.infinity), .observation),
    SpoiltField("command", at: 132, .real(.nan), .commands),
    SpoiltField("command, lower above standing", at: 136, .real(0.1), .commands),
    SpoiltField("command, upper below standing", at: 152, .real(-0.1), .commands),
    SpoiltField("command", at: 152, .real(.infinity), .commands),
    SpoiltField("layer count", at: 252, .whole(0), .layers),
    SpoiltField("layer count", at: 252, .whole(9), .layers),
    SpoiltField("layer count", at: 252, .whole(.max), .layers),
    SpoiltField("layer inputs", at: 256, .whole(4), .layers),
    SpoiltField("layer inputs", at: 256, .whole(0), .layers),
    SpoiltField("layer inputs", at: 256, .whole(1025), .layers),
    SpoiltField("layer outputs", at: 260, .whole(2), .layers),
    SpoiltField("layer outputs", at: 260, .whole(0), .layers),
    SpoiltField("layer outputs", at: 260, .whole(.max), .layers),
    SpoiltField("activation", at: 264, .whole(4), .layers),
    SpoiltField("activation", at: 264, .whole(256), .layers),
    SpoiltField("clip", at: 268, .real(0), .normaliser),
    SpoiltField("clip", at: 268, .real(-1), .normaliser),
    SpoiltField("clip", at: 268, .real(.nan), .normaliser),
    SpoiltField("golden count", at: 272, .whole(15), .golden),
    SpoiltField("golden count", at: 272, .whole(65_537), .golden),
    SpoiltField("golden count", at: 272, .whole(17), .byteCount),
    SpoiltField("normaliser mean", at: 320, .real(.nan), .normaliser),
    SpoiltField("normaliser factor", at: 332, .real(.infinity), .normaliser),
    SpoiltField("weight", at: 388, .real(-.infinity), .layers),
    SpoiltField("bias", at: 448, .real(.nan), .layers),
    SpoiltField("golden observation", at: 512, .real(.nan), .golden),
    SpoiltField("golden action", at: 524, .real(.infinity), .golden),
  ]
}
