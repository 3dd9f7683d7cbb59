import WireProtocol

/// The bytes written in hexadecimal, with or without spaces.
func hex(_ text: String) -> [UInt8] {
  let digits = text.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// The bytes an encoder writes.
func encoded(_ encode: (inout MutableSpan<UInt8>) -> Int) -> [UInt8] {
  var bytes = [UInt8](repeating: 0xEE, count: 512)
  var span = bytes.mutableSpan
  let count = encode(&span)
  return Array(bytes[..<count])
}

/// The frames in a stream, pushed byte by byte; with `endBurst` the line then falls silent.
func frames(in bytes: [UInt8], endBurst: Bool = false) -> [BoardFrame] {
  var decoder = BoardFrameDecoder()
  return decoder.frames(in: bytes, endBurst: endBurst)
}

extension BoardFrameDecoder {
  mutating func frames(in bytes: [UInt8], endBurst: Bool = false) -> [BoardFrame] {
    var frames: [BoardFrame] = []
    for byte in bytes {
      push(byte)
      while let frame = nextFrame() { frames.append(frame) }
    }
    if endBurst {
      self.endBurst()
      while let frame = nextFrame() { frames.append(frame) }
    }
    return frames
  }
}

/// A whole frame made without the encoder under test.
func handmadeFrame(
  version: UInt8 = 1, kind: UInt8, sequence: UInt16, payload: [UInt8] = []
) -> [UInt8] {
  let body: [UInt8] =
    [
      0xA5, 0x5A, version, kind, UInt8(truncatingIfNeeded: sequence), UInt8(sequence >> 8),
      UInt8(payload.count),
    ] + payload
  let crc = bitwiseCRC16(body)
  return body + [UInt8(truncatingIfNeeded: crc), UInt8(crc >> 8)]
}

/// The CRC-16 bit by bit, as its definition says.
func bitwiseCRC16(_ bytes: [UInt8]) -> UInt16 {
  var crc: UInt16 = 0
  for byte in bytes {
    crc ^= UInt16(byte) << 8
    for _ in 0..<8 { crc = crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x8005 }
  }
  return crc
}

/// The CRC-32 bit by bit, as its definition says.
func bitwiseCRC32(_ bytes: [UInt8]) -> UInt32 {
  var crc = UInt32.max
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
  }
  return ~crc
}

/// The exchange worked out in firmware-proto/PROTOCOL.md, made with an independent program.
enum Golden {
  static let hello = hex("A5 5A 01 01 01 00 00 60 0B")
  static let helloReply = hex(
    "A5 5A 01 81 01 00 14 01 02 01 02 6B C2 D2 F8 D0 07 00 00 60 E3 16 00 00 00 00 00 AA 51")
  static let arm = hex("A5 5A 01 04 02 00 00 5C 4F")
  static let armReply = hex("A5 5A 01 84 02 00 00 63 CF")
  static let readState = hex("A5 5A 01 02 03 00 00 4B B7")
  static let state = hex(
    """
    A5 5A 01 82 03 00 24 80 84 1E 00 00 00 00 00 01 00 00 00 00 0A 00 EC FF 2C 01
    00 00 00 00 00 C0 E8 1C 02 00 08 F1 FF 00 04 1E 00 B3 FC
    """)
  static let command = hex("A5 5A 01 03 04 00 05 02 0A 08 E8 03 D7 3F")
  static let disarm = hex("A5 5A 01 05 05 00 00 30 5B")
  static let disarmReply = hex("A5 5A 01 85 05 00 00 0F DB")
  static let commandAfterDisarm = hex("A5 5A 01 03 06 00 05 02 0A 08 E8 03 DB 1F")
  static let refusal = hex("A5 5A 01 FF 06 00 02 01 03 F9 EC")
  static let readRegister = hex("A5 5A 01 06 07 00 04 03 84 00 04 59 5A")
  static let registerValue = hex("A5 5A 01 86 07 00 04 00 08 00 00 82 EF")
  static let writeRegister = hex("A5 5A 01 07 08 00 05 03 54 00 20 03 B0 4E")
  static let writeRegisterReply = hex("A5 5A 01 87 08 00 00 EB F3")
  static let readHealth = hex("A5 5A 01 08 09 00 00 C3 3F")
  static let health = hex("A5 5A 01 88 09 00 05 02 29 00 00 01 FC AA")

  static let all = [
    hello, helloReply, arm, armReply, readState, state, command, disarm, disarmReply,
    commandAfterDisarm, refusal, readRegister, registerValue, writeRegister, writeRegisterReply,
    readHealth, health,
  ]

  static let sample: BoardSample = {
    var sample = BoardSample(jointCount: 2)
    sample.gyro = BoardVector(x: 10, y: -20, z: 300)
    sample.gravity = BoardVector(x: 0, y: 0, z: -16384)
    sample.supplyMillivolts = 7400
    sample.positionTicks[0] = 2048
    sample.positionTicks[1] = 1024
    sample.velocityTicksPerSecond[0] = -15
    sample.velocityTicksPerSecond[1] = 30
    return sample
  }()

  /// The first joint's servo at 41 °C, the second's silent.
  static let healthMessage: BoardHealth = {
    var health = BoardHealth(jointCount: 2)
    health.celsius[0] = 41
    health.isSilent[1] = true
    return health
  }()

  static let commandMessage: BoardCommand = {
    var goals = BoardProtocol.JointValues(repeating: 0)
    goals[0] = 2058
    goals[1] = 1000
    return BoardCommand(jointCount: 2, goalTicks: goals)
  }()

  static let identity = BoardIdentity(
    firmwareVersion: 0x0102, jointCount: 2, jointNamesHash: 0xF8D2_C26B,
    controlPeriodMicroseconds: 2_000, uptimeMicroseconds: 1_500_000)

  static let stateMessage = BoardState(
    timeMicroseconds: 2_000_000, flags: .torqueOn, faults: BoardFaults(rawValue: 0),
    badFrameCount: 0, sample: sample)
}
