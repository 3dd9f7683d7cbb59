import Loopback
import Realtime
import RobotDescription
import SerialLink
import ServoDrivers
import Testing
import WireProtocol

/// Faults that are valid on the wire: what a host reads while they last.
@Suite struct InjectedFaultTests {
  /// A host's readings on each line.
  private struct Readings {
    var board: [BusSample] = []
    var dynamixel: [BusSample] = []
    var feetech: [BusSample] = []

    var all: [[BusSample]] { [board, dynamixel, feetech] }
  }

  /// Reads each line some times, while its joints move, before and while a fault lasts.
  private static func readings(
    _ fault: LoopbackFault, count: Int = 6
  ) throws -> (before: Readings, meanwhile: Readings) {
    var (before, meanwhile) = (Readings(), Readings())
    let board = try ThreeLines.board()
    (before.board, meanwhile.board) = try read(try ThreeLines.bus(board), count) {
      board.change { $0.befall(fault, isOn: true) }
    }
    try board.stop()
    let dynamixel = try ThreeLines.dynamixel()
    (before.dynamixel, meanwhile.dynamixel) = try read(try ThreeLines.bus(dynamixel), count) {
      dynamixel.change { $0.befall(fault, isOn: true) }
    }
    try dynamixel.stop()
    let feetech = try ThreeLines.feetech()
    (before.feetech, meanwhile.feetech) = try read(try ThreeLines.bus(feetech), count) {
      feetech.change { $0.befall(fault, isOn: true) }
    }
    try feetech.stop()
    return (before, meanwhile)
  }

  private static func read<Bus: ServoBus & ~Copyable>(
    _ bus: consuming Bus, _ count: Int, _ befall: () -> Void
  ) throws -> ([BusSample], [BusSample]) {
    var sample = BusSample()
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    let pose = sample.robot.jointAngles
    try bus.arm(at: pose, into: &sample, deadlineNanoseconds: farDeadline())
    var goals = pose
    func move(_ bus: inout Bus) throws -> [BusSample] {
      var samples: [BusSample] = []
      for _ in 0..<count {
        for joint in 0..<12 { goals[joint] += joint % 3 == 1 ? 0.05 : 0.01 }
        try bus.write(goals, deadlineNanoseconds: farDeadline())
        try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
        samples.append(sample)
      }
      return samples
    }
    let before = try move(&bus)
    befall()
    let meanwhile = try move(&bus)
    return (before, meanwhile)
  }

  private static func angles(_ sample: BusSample) -> [Float] {
    (0..<12).map { sample.robot.jointAngles[$0] }
  }

  @Test func moving_withoutAFault_isRead() throws {
    let (before, meanwhile) = try Self.readings(LoopbackFault(kind: .drop))
    for samples in before.all + meanwhile.all {
      for (one, next) in zip(samples, samples.dropFirst()) {
        #expect(Self.angles(one) != Self.angles(next))
        #expect(zip(Self.angles(one), Self.angles(next)).allSatisfy { abs($0 - $1) < 0.2 })
      }
    }
  }

  @Test(arguments: 0..<6) func implausiblePose_oneServo_saysThatItIsFarAway(seed: UInt64) throws {
    let (before, meanwhile) = try Self.readings(
      LoopbackFault(kind: .implausiblePose, id: 4, seed: seed), count: 3)
    for (last, samples) in zip(before.all.map(\.last), meanwhile.all) {
      let last = try #require(last)
      for sample in samples {
        let off = zip(Self.angles(sample), Self.angles(last)).map { abs($0 - $1) }
        #expect(off[3] > 1.9)
        #expect(off.indices.allSatisfy { $0 == 3 || off[$0] < 0.4 })
      }
    }
  }

  @Test func frozenJoints_standStillWhileTheBodyMoves() throws {
    let (_, meanwhile) = try Self.readings(LoopbackFault(kind: .frozenJoints))
    for samples in meanwhile.all {
      #expect(Set(samples.map(Self.angles)).count == 1)
      #expect(Set(samples.map { $0.robot.jointVelocities[1] }).count == 1)
    }
  }

  @Test func randomJoints_areElsewhereEachTime() throws {
    let (_, meanwhile) = try Self.readings(LoopbackFault(kind: .randomJoints))
    for samples in meanwhile.all {
      for (one, next) in zip(samples, samples.dropFirst()) {
        let far = zip(Self.angles(one), Self.angles(next)).count { abs($0 - $1) > 0.3 }
        #expect(far >= 6)
        #expect(Self.angles(one).allSatisfy { abs($0) <= 3.15 })
      }
    }
  }

  @Test func gyroRange_isTheMostThatTheWireCanSay() throws {
    let (_, meanwhile) = try Self.readings(LoopbackFault(kind: .gyroRange), count: 2)
    let gyro = meanwhile.all.map { $0.last?.robot.gyro ?? .zero }
    #expect(gyro[0].min() > 32.7)
    #expect(gyro[1].min() > 34.8 && gyro[2].min() > 34.8)
  }

  @Test func gravityLength_behindABoard_isTwo() throws {
    let board = try ThreeLines.board()
    var bus = try ThreeLines.bus(board)
    board.change { $0.befall(LoopbackFault(kind: .gravityLength), isOn: true) }
    var sample = BusSample()
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    let gravity = sample.robot.gravity
    #expect(abs((gravity * gravity).sum().squareRoot() - 2) < 0.01)
    try board.stop()
  }

  @Test func gravityLength_ofASensorOfItsOwn_isAQuaternionThatIsNone() throws {
    let peer = try ThreeLines.feetech()
    var bus = try ThreeLines.bus(peer)
    peer.change { $0.befall(LoopbackFault(kind: .gravityLength), isOn: true) }
    var sample = BusSample()
    // Readings from before the fault may still be on the line.
    _ = try? bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    try bus.read(
      into: &sample, deadlineNanoseconds: patientDeadline())
    #expect(sample.imuAge > 0)
    #expect(sample.jointAges[0] == 0, "the servos are heard all the same")
    try peer.stop()
  }

  /// All registers of a servo, but for those that tell how it is now.
  private static func settings<Link: ServoLink & ~Copyable>(
    _ link: inout Link, of id: UInt8
  ) throws -> [String: Int32] {
    var settings: [String: Int32] = [:]
    for register in Link.kind.registers {
      if case .readOnly = register.access { continue }
      settings["\(register.name)"] = try link.read(register, of: id)
    }
    return settings
  }

  /// The settings that differ between the servo that a fault befell and one that was spared.
  private static func leftovers<Link: ServoLink & ~Copyable>(
    _ kind: Link.Type, _ path: String
  ) throws -> [String: Int32] {
    var link = Link(port: try ThreeLines.port(path))
    let spared = try settings(&link, of: 5)
    return try settings(&link, of: 4).filter { $0.key != "id" && spared[$0.key] != $0.value }
  }

  @Test func leftoverSettings_areThereBeforeTheHostConnects() throws {
    var names: Set<String> = []
    for seed in 0..<8 as Range<UInt64> {
      let faults = [LoopbackFault(kind: .leftoverSettings, id: 4)]
      let feetech = try ThreeLines.feetech(faults: faults, seed: seed)
      let found = try Self.leftovers(FeetechLink.self, feetech.path)
      try feetech.stop()
      #expect(!found.isEmpty)
      names.formUnion(found.keys)
      let again = try ThreeLines.feetech(faults: faults, seed: seed)
      #expect(try Self.leftovers(FeetechLink.self, again.path) == found)
      try again.stop()
      let dynamixel = try ThreeLines.dynamixel(faults: faults, seed: seed)
      let others = try Self.leftovers(DynamixelLink.self, dynamixel.path)
      try dynamixel.stop()
      #expect(!others.isEmpty)
      names.formUnion(others.keys)
      let board = try ThreeLines.board(faults: faults, seed: seed)
      #expect(try Self.leftovers(BoardServoLink<DynamixelLink>.self, board.path) == others)
      try board.stop()
    }
    #expect(
      names.isSuperset(of: [
        "homing_offset", "min_position_limit", "max_position_limit", "torque_limit", "phase",
        "p_coefficient", "operating_mode", "drive_mode", "pwm_limit", "position_p_gain",
      ]))
  }
}

/// Damage that a checksum does not see.
@Suite struct FlippedBitsTests {
  private static let places = [3, 77, 1_009, 40_003]

  /// The number of bits that differ in some bytes.
  private static func turned(_ one: [UInt8], _ other: [UInt8], _ range: Range<Int>) -> Int {
    range.reduce(0) { $0 + (one[$1] ^ other[$1]).nonzeroBitCount }
  }

  @Test func flipped_boardFrame_hasARightChecksumAndOtherPayload() throws {
    var host = HostBytes(.lockstep, robot: try ThreeLines.spider())
    _ = try host.state()
    let reply = host.received
    let damaged = host.board.flipped(reply, places: Self.places)
    let flipped = try #require(damaged)
    #expect(Self.turned(reply, flipped, 7..<reply.count - 2) == 4)
    #expect(Array(flipped.prefix(7)) == Array(reply.prefix(7)))
    var decoder = BoardFrameDecoder()
    for byte in flipped { decoder.push(byte) }
    #expect(decoder.nextFrame() != nil)
    let ofAPart = host.board.flipped(Array(reply.dropLast()), places: Self.places)
    #expect(ofAPart == nil)
  }

  @Test func flipped_dynamixelAnswer_hasARightChecksum() throws {
    var host = DynamixelHost(
      line: try SimulatedDynamixelLine(
        robot: try ThreeLines.spider(), clock: .lockstep, baudRate: 1_000_000))
    let reply = try host.bytes(3, .read, [132, 0, 4, 0])
    let damaged = host.line.flipped(reply, places: Array(Self.places.prefix(2)))
    let flipped = try #require(damaged)
    #expect(Self.turned(reply, flipped, 8..<reply.count - 2) == 2)
    var decoder = DynamixelDecoder()
    for byte in flipped { decoder.push(byte) }
    #expect(decoder.nextPacket()?.id == 3)
  }

  @Test(arguments: [12, 7]) func flipped_commonAnswer_hasRightChecksums(servoCount: Int) throws {
    var host = DynamixelHost(
      line: try SimulatedDynamixelLine(
        robot: try ThreeLines.spider(), clock: .lockstep, baudRate: 1_000_000))
    let ids = (1...12).map { UInt8($0) }
    // The eighth is missing: the answer ends before it.
    if servoCount < 12 {
      host.line.befall(LoopbackFault(kind: .silentServo, id: 8), isOn: true)
    }
    let reply = try host.bytes(Dynamixel.broadcastID, .fastSyncRead, [132, 0, 4, 0] + ids)
    let damaged = host.line.flipped(reply, places: Self.places)
    let flipped = try #require(damaged)
    var decoder = DynamixelDecoder()
    for byte in flipped { decoder.push(byte) }
    var whole = DynamixelDecoder()
    for byte in reply { whole.push(byte) }
    var turned = 0
    for index in 0..<servoCount {
      let (found, sound) = (
        decoder.partialAnswer(index, dataByteCount: 4), whole.partialAnswer(index, dataByteCount: 4)
      )
      let (one, other) = (try #require(found), try #require(sound))
      #expect(one.id == other.id)
      turned += (one.error.byte ^ other.error.byte).nonzeroBitCount
      turned += (0..<4).reduce(0) { $0 + (one.data[$1] ^ other.data[$1]).nonzeroBitCount }
    }
    #expect(turned == 4)
    if servoCount == 12 { #expect(decoder.nextPacket() != nil) }
  }

  @Test func flipped_feetechAnswer_hasARightSum() throws {
    let line = try SimulatedFeetechLine(
      robot: try ThreeLines.spider(), clock: .lockstep, baudRate: 1_000_000)
    let reply: [UInt8] = [0xFF, 0xFF, 1, 4, 0, 0, 8, 0xF2]
    let damaged = line.flipped(reply, places: Array(Self.places.prefix(3)))
    let flipped = try #require(damaged)
    #expect(Self.turned(reply, flipped, 4..<7) == 3)
    var decoder = FeetechDecoder()
    for byte in flipped { decoder.push(byte) }
    #expect(decoder.nextPacket()?.id == 1)
    let ofAPart = line.flipped([0xFF, 0xFF, 1, 4, 0], places: Self.places)
    #expect(ofAPart == nil)
  }

  @Test func flip_onALine_isCountedAndPassesTheDecoder() throws {
    let peer = try ThreeLines.feetech(faults: [LoopbackFault(kind: .flip)])
    var link = FeetechLink(port: try ThreeLines.port(peer.path))
    // Two bytes of data and one of errors: the number is another, and the answer is taken.
    let found = try (0..<8).map { _ in try link.read(FeetechLink.kind[.homingOffset], of: 4) }
    #expect(Set(found).count > 3)
    let report = try peer.stop()
    #expect(report.faults == [.flip: 8])
  }
}
