import Loopback
import Realtime
import RobotDescription
import SerialLink
import ServoDrivers
import Testing
import WireProtocol

/// The board's driver with replies that are on the line before it asks.
@Suite final class BoardBusTests {
  private let device: PseudoTerminal

  init() throws { device = try PseudoTerminal(link: nil) }

  private func bus() throws -> BoardBus {
    BoardBus(
      port: try SerialPort(path: device.path, baudRate: 1_000_000, clock: .machine),
      robot: Spider.robot)
  }

  private func send(_ bytes: [UInt8]) throws {
    let count = try device.write(bytes.span, deadlineNanoseconds: farDeadline())
    #expect(count == bytes.count)
  }

  private static func encoded(_ encode: (inout MutableSpan<UInt8>) -> Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: BoardProtocol.frameByteCountMax)
    var span = bytes.mutableSpan
    let count = encode(&span)
    return Array(bytes[..<count])
  }

  private static func state(
    sequence: UInt16, supplyMillivolts: UInt16 = 5_000,
    faults: BoardFaults = BoardFaults(rawValue: 0)
  ) -> [UInt8] {
    var sample = BoardSample(jointCount: 12)
    sample.supplyMillivolts = supplyMillivolts
    let state = BoardState(
      timeMicroseconds: 0, flags: .torqueOn, faults: faults, badFrameCount: 0, sample: sample)
    return encoded { state.encode(sequence: sequence, into: &$0) }
  }

  private static func health(sequence: UInt16, silent: Int, celsius: UInt8 = 0) -> [UInt8] {
    var health = BoardHealth(jointCount: 12)
    health.isSilent[silent] = true
    health.celsius[3] = celsius
    return encoded { health.encode(sequence: sequence, into: &$0) }
  }

  @Test func read_replyFollowedByNoise_isFound() throws {
    var bus = try bus()
    // More than the decoder holds besides the reply.
    try send(Self.state(sequence: 1, supplyMillivolts: 5_000) + Array(repeating: 0x00, count: 150))
    var sample = BusSample()
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect(sample.supplyMillivolts == 5_000)
  }

  @Test func read_lateReplyBefore_isLeftBehind() throws {
    var bus = try bus()
    try send(
      Self.state(sequence: 0, supplyMillivolts: 1_000)
        + Self.state(sequence: 1, supplyMillivolts: 2_000)
        + Self.state(sequence: 2, supplyMillivolts: 3_000))
    var sample = BusSample()
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect(sample.supplyMillivolts == 2_000)
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect(sample.supplyMillivolts == 3_000)
  }

  @Test func read_replyBehindTooMuchNoise_isNotWaitedFor() throws {
    var bus = try bus()
    // 4096 bytes are taken in one exchange, at most 512 at a time.
    try send(
      Array(repeating: 0xA5, count: 4_700) + Self.state(sequence: 1, supplyMillivolts: 5_000))
    var sample = BusSample()
    #expect(throws: BusError.silent) {
      try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    }
    #expect(bus.statistics.missedReplies == 1)
  }

  @Test func read_stateOfAnotherJointCount_isMalformedAndLeavesTheSample() throws {
    var bus = try bus()
    let state = BoardState(
      timeMicroseconds: 0, flags: .torqueOn, faults: BoardFaults(rawValue: 0), badFrameCount: 0,
      sample: BoardSample(jointCount: 11))
    try send(Self.encoded { state.encode(sequence: 1, into: &$0) })
    var sample = BusSample()
    sample.supplyMillivolts = 4_321
    #expect(throws: BusError.malformedReply) {
      try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    }
    #expect(sample.supplyMillivolts == 4_321)
  }

  @Test func read_servoSilent_countsTheReadingsOfThatJoint() throws {
    var bus = try bus()
    try send(
      Self.state(sequence: 1, faults: .servoSilent) + Self.health(sequence: 2, silent: 7)
        + Self.state(sequence: 3, faults: .servoSilent)
        + Self.health(sequence: 4, silent: 7, celsius: 61) + Self.state(sequence: 5))
    var sample = BusSample()
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect(sample.jointAges[7] == 1 && sample.jointAges[6] == 0)
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect(sample.jointAges[7] == 2 && sample.hottestServoCelsius == 61)
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect(sample.jointAges[7] == 0)
  }

  @Test func read_boardThatCannotSayWhichServoIsSilent_meansAnyAndIsAskedOnce() throws {
    var bus = try bus()
    let refusal = BoardRefusal(code: .unknownKind, kindCode: BoardMessageKind.readHealth.code)
    try send(
      Self.state(sequence: 1, faults: .servoSilent)
        + Self.encoded { refusal.encode(sequence: 2, into: &$0) }
        + Self.state(sequence: 3, faults: .servoSilent))
    var sample = BusSample()
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect((0..<12).allSatisfy { sample.jointAges[$0] == 2 })
    #expect(bus.statistics.missedReplies == 0)
  }

  @Test func read_servoSilentAndNoneNamed_meansAny() throws {
    var bus = try bus()
    // Of a robot with other joints, and of one whose servos all answer.
    let others = BoardHealth(jointCount: 11)
    let none = BoardHealth(jointCount: 12)
    try send(
      Self.state(sequence: 1, faults: .servoSilent)
        + Self.encoded { others.encode(sequence: 2, into: &$0) }
        + Self.state(sequence: 3, faults: .servoSilent)
        + Self.encoded { none.encode(sequence: 4, into: &$0) })
    var sample = BusSample()
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect((0..<12).allSatisfy { sample.jointAges[$0] == 1 })
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect((0..<12).allSatisfy { sample.jointAges[$0] == 2 })
  }

  @Test func read_servoIsSilent_isAsHotAsItWas() throws {
    var bus = try bus()
    try send(
      Self.state(sequence: 1, faults: .servoSilent)
        + Self.health(sequence: 2, silent: 7, celsius: 61)
        + Self.state(sequence: 3, faults: .servoSilent)
        + Self.health(sequence: 4, silent: 3, celsius: 0))
    var sample = BusSample()
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect(sample.jointAges[3] == 1 && sample.jointAges[7] == 0)
    #expect(sample.hottestServoCelsius == 61)
  }

  @Test(arguments: [BoardFaults.imuSilent, .imuAbsent])
  func read_imuNotHeard_keepsItsValuesAndCountsTheirAge(fault: BoardFaults) throws {
    var bus = try bus()
    try send(
      Self.state(sequence: 1, supplyMillivolts: 5_000, faults: fault)
        + Self.state(sequence: 2, faults: fault) + Self.state(sequence: 3))
    var sample = BusSample()
    sample.robot.gyro = SIMD3(1, 2, 3)
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect(sample.imuAge == 1)
    #expect(sample.robot.gyro == SIMD3(1, 2, 3))
    #expect(sample.supplyMillivolts == 5_000)
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect(sample.imuAge == 2)
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect(sample.imuAge == 0)
    #expect(sample.robot.gyro != SIMD3(1, 2, 3))
  }

  @Test(arguments: [BoardFaults.servoBusAbsent, .servoError, BoardFaults(rawValue: 1 << 15)])
  func read_servosInTroubleOrAnUnknownFault_isAnError(fault: BoardFaults) throws {
    var bus = try bus()
    // A servo's error is asked after, in a request of its own.
    try send(
      Self.state(sequence: 1, faults: .commandTimeout) + Self.state(sequence: 2, faults: fault)
        + Self.encoded { BoardHealth(jointCount: 12).encode(sequence: 3, into: &$0) })
    var sample = BusSample()
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect(!sample.hasServoError)
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect(sample.hasServoError)
  }

  @Test func read_servoInError_isNamedWithItsCause() throws {
    var bus = try bus()
    var health = BoardHealth(jointCount: 12)
    health.errorBits[7] = 1 << 5
    try send(
      Self.state(sequence: 1, faults: .servoError)
        + Self.encoded { health.encode(sequence: 2, into: &$0) }
        + Self.state(sequence: 3, faults: .servoError) + Self.state(sequence: 4))
    var sample = BusSample()
    for _ in 0..<2 {
      try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
      #expect(sample.servoErrors[7].description == "overload" && sample.servoErrors[6].isEmpty)
    }
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect(sample.servoErrors[7].isEmpty && !sample.hasServoError)
  }

  @Test func arm_refused_saysTheCode() throws {
    var bus = try bus()
    let refusal = BoardRefusal(code: .unknownKind, kindCode: BoardMessageKind.arm.code)
    try send(
      Self.state(sequence: 1, supplyMillivolts: 5_000)
        + Self.health(sequence: 2, silent: 0, celsius: 44)
        + Self.encoded { refusal.encode(sequence: 3, into: &$0) })
    var sample = BusSample()
    #expect(throws: BusError.refused(.unknownKind)) {
      try bus.arm(
        at: sample.robot.jointAngles, into: &sample, deadlineNanoseconds: farDeadline())
    }
    #expect(sample.hottestServoCelsius == 44)
  }

  @Test func connect_periodThatTheWatchdogDoesNotOutlastTwice_isRefusedUnasked() throws {
    var robot = Spider.robot
    robot.controlPeriodMicroseconds = 50_001
    var bus = BoardBus(
      port: try SerialPort(path: device.path, baudRate: 1_000_000, clock: .machine), robot: robot)
    let refusal = BoardConnectError.controlPeriodMicroseconds(robot: 50_001, max: 50_000)
    #expect(throws: refusal) { try bus.connect(deadlineNanoseconds: farDeadline()) }
    #expect(refusal.description.contains("set control_rate_hz to 20 or more"))
    var asked = [UInt8](repeating: 0, count: 16)
    var span = asked.mutableSpan
    #expect(try device.read(into: &span, deadlineNanoseconds: 0) == 0)
  }

  @Test func connect_longestPeriod_isTaken() throws {
    let peer = try BoardPeer(.lockstep)
    var robot = Spider.robot
    robot.controlPeriodMicroseconds = 50_000
    var bus = BoardBus(
      port: try SerialPort(path: peer.path, baudRate: 1_000_000, clock: .machine), robot: robot)
    try bus.connect(deadlineNanoseconds: farDeadline())
    try peer.stop()
  }

  @Test func connect_boardWithOtherJointNames_isRefused() throws {
    let peer = try BoardPeer(.lockstep)
    var robot = Robot(
      body: Label("spider"), controlPeriodMicroseconds: 20_000, supplyMinMillivolts: 3_800)
    // The same joints, the other way round.
    for joint in (0..<12).reversed() { _ = robot.append(Spider.robot[joint: joint]) }
    var bus = BoardBus(
      port: try SerialPort(path: peer.path, baudRate: 1_000_000, clock: .machine), robot: robot)
    // zlib.crc32 over the twelve names, zero bytes between them, in each order.
    #expect(throws: BoardConnectError.jointNames(board: 0xE2FC_6EE6, robot: 0x02AB_C7A3)) {
      try bus.connect(deadlineNanoseconds: farDeadline())
    }
    try peer.stop()
  }

  @Test func connect_boardWithMoreJoints_isRefused() throws {
    let peer = try BoardPeer(.lockstep)
    var robot = Robot(
      body: Label("spider"), controlPeriodMicroseconds: 20_000, supplyMinMillivolts: 3_800)
    for joint in 0..<11 { _ = robot.append(Spider.robot[joint: joint]) }
    var bus = BoardBus(
      port: try SerialPort(path: peer.path, baudRate: 1_000_000, clock: .machine), robot: robot)
    #expect(throws: BoardConnectError.jointCount(board: 12, robot: 11)) {
      try bus.connect(deadlineNanoseconds: farDeadline())
    }
    try peer.stop()
  }
}
