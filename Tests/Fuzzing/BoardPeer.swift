import RobotDescription
import WireProtocol

/// A board with servos that go at once where they are sent.
final class BoardPeer: Peer {
  private var decoder = BoardFrameDecoder()
  private var positions = Array(repeating: Int16(2048), count: FuzzRobot.jointCount)
  private var isTorqueOn = false
  private var count: UInt16 = 0
  private var servos = ServoMemory(.dynamixel)

  override func hear(_ request: UnsafeRawBufferPointer) {
    for byte in request {
      decoder.push(byte)
      while let frame = decoder.nextFrame() { answer(frame) }
    }
  }

  private func answer(_ frame: BoardFrame) {
    let sequence = littleEndian(frame.sequence)
    switch frame.kind {
    case .hello: reply([1, 0x81] + sequence + identity)
    case .readState: reply([1, 0x82] + sequence + state)
    case .command:
      guard let command = try? BoardCommand(decoding: frame) else { fatalError("no command") }
      guard command.jointCount == FuzzRobot.jointCount else { fatalError("other joints") }
      for joint in 0..<FuzzRobot.jointCount {
        Watch.goal(joint, ticks: Int(command.goalTicks[joint]))
        if isTorqueOn { positions[joint] = command.goalTicks[joint] }
      }
      // Not answered, unless the input refuses it.
      if fields.byte() & 0x1F == 1 { reply([1, 0xFF] + sequence + [fields.byte(), 3]) }
    case .arm:
      isTorqueOn = true
      for joint in 0..<FuzzRobot.jointCount where !Watch.isTorqueOn[joint] {
        Watch.torque(joint, isOn: true)
      }
      reply([1, 0x84] + sequence)
    case .disarm:
      isTorqueOn = false
      for joint in 0..<FuzzRobot.jointCount { Watch.torque(joint, isOn: false) }
      reply([1, 0x85] + sequence)
    case .readHealth: reply([1, 0x88] + sequence + [2, 30, 0, 31, 0])
    case .readRegister, .writeRegister: answerRegister(frame, sequence)
    default: fatalError("the host sent a frame of kind \(frame.kindCode)")
    }
  }

  private func answerRegister(_ frame: BoardFrame, _ sequence: [UInt8]) {
    guard let access = try? BoardRegisterAccess(decoding: frame) else { fatalError("no access") }
    guard let joint = FuzzRobot.joint(id: access.id) else {
      return reply([1, 0xFF] + sequence + [8, frame.kindCode])
    }
    if let bits = access.newBits {
      let bytes = (0..<access.byteCount).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
      servos.write(bytes, at: Int(access.address), joint)
      return reply([1, 0x87] + sequence)
    }
    reply([1, 0x86] + sequence + servos.read(Int(access.address), access.byteCount, joint))
  }

  private func reply(_ fields: [UInt8]) { reply(fields, frame: BoardWire.frame) }

  private var identity: [UInt8] {
    let hash = FuzzRobot.jointNamesHash
    return [1, 2, 1, UInt8(FuzzRobot.jointCount)] + littleEndian(UInt16(hash & 0xFFFF))
      + littleEndian(UInt16(hash >> 16)) + [0xD0, 7, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 0]
  }

  /// Level, with a gyro whose last digit is noise.
  private var state: [UInt8] {
    count &+= 1
    var state: [UInt8] = littleEndian(count) + [0, 0, 0, 0, 0, 0, isTorqueOn ? 1 : 0, 0, 0, 0, 0]
    state += littleEndian(count & 3) + [0, 0, 0, 0] + [0, 0, 0, 0, 0x00, 0xC0]
    state += littleEndian(5_000) + [UInt8(FuzzRobot.jointCount)]
    for position in positions { state += littleEndian(UInt16(bitPattern: position)) + [0, 0] }
    return state
  }
}
