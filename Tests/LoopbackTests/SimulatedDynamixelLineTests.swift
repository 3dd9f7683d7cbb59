import Loopback
import Testing
import WireProtocol

/// Dynamixel servos as they are seen from their line.
@Suite struct SimulatedDynamixelLineTests {
  private static func host(_ clock: LoopbackClock = .lockstep) throws -> DynamixelHost {
    let robot = try SimulatedRobot(robot: Spider.robot, bodyPath: Spider.bodyPath, seed: 1)
    return DynamixelHost(
      line: try SimulatedDynamixelLine(robot: robot, clock: clock, baudRate: 1_000_000))
  }

  @Test func init_speedThatNoServoHas_isRefused() throws {
    let error = #expect(throws: LoopbackError.self) {
      let robot = try SimulatedRobot(robot: Spider.robot, bodyPath: Spider.bodyPath, seed: 1)
      _ = try SimulatedDynamixelLine(robot: robot, clock: .lockstep, baudRate: 123_456)
    }
    #expect(error?.description.contains("1000000") == true)
  }

  @Test func ping_all_answersInTurnWithModelAndFirmware() throws {
    var host = try Self.host()
    let answers = try host.send(Dynamixel.broadcastID, .ping)
    #expect(answers.map(\.id) == Array(1...12))
    #expect(answers.allSatisfy { $0.error == 0 && $0.data == [0xB0, 0x04, 52] })
    #expect(try host.send(77, .ping).isEmpty)
  }

  @Test func read_position_isThatOfTheJoint() throws {
    var host = try Self.host()
    let answer = try #require(try host.read(3, 132, 4))
    let sensed = host.line.simulatedRobot.sense().positionTicks[2]
    #expect(DynamixelHost.number(answer) == Int32(sensed))
  }

  /// Writes that are refused, with the reason, while the torque is on.
  @Test(
    arguments: [
      (132, [1, 0, 0, 0], 7), (7, [9], 7), (84, [0xFF, 0xFF], 4), (84, [1], 5), (85, [1], 5),
      (116, [0x88, 0x13, 0, 0], 6), (64, [2], 4), (600, [1], 5),
    ] as [(Int, [UInt8], UInt8)])
  func write_thatMayNotBe_isRefusedAndChangesNothing(
    address: Int, data: [UInt8], expected: UInt8
  ) throws {
    var host = try Self.host()
    #expect(try host.write(5, 64, [1])?.error == 0)
    let before = try host.read(5, 0, 116)
    #expect(try host.write(5, address, data)?.error == expected)
    #expect(try host.read(5, 0, 116) == before)
    #expect(host.line.report.refusedRequests == 1)
  }

  @Test func goals_severalBetweenTwoStepsOfPhysics_areEachJudged() throws {
    var host = try Self.host(.realTime)
    let start = try host.positions()
    try host.goals(start)
    try host.torque(1)
    // Two steps of 0.12 rad each are within the slew of 0.16 rad a tick, together they would not
    // be.
    for count in 1...2 { try host.goals(start.map { $0 + 78 * Int32(count) }) }
    #expect(host.line.report.goalsOutsideSlew == 0)
    // Far out, and back before anything could move.
    try host.goals(start.map { $0 + 1_000 })
    try host.goals(start)
    #expect(host.line.report.goalsOutsideSlew == 24)
  }

  @Test func write_whatIsKept_isTakenWithoutTorque() throws {
    var host = try Self.host()
    #expect(try host.write(5, 7, [40])?.id == 5)
    #expect(try host.send(40, .ping).first?.id == 40)
    #expect(try host.send(5, .ping).isEmpty)
  }

  @Test(arguments: [(0, 1, 0, 0), (1, 1, 1, 0), (2, 1, 1, 1)])
  func statusLevel_saysWhatIsAnswered(level: UInt8, ping: Int, read: Int, write: Int) throws {
    var host = try Self.host()
    try host.write(5, 68, [level])
    #expect(try host.send(5, .ping).count == ping)
    #expect(try host.send(5, .read, [132, 0, 4, 0]).count == read)
    #expect(try host.send(5, .write, [65, 0, 1]).count == write)
  }

  @Test func action_preparedWrites_areMadeTogether() throws {
    var host = try Self.host()
    for id in [2, 3] as [UInt8] {
      #expect(try host.send(id, .regWrite, [84, 0, 0x2C, 0x01]).first?.error == 0)
      #expect(try host.read(id, 84, 2) == [0x90, 0x01])
      #expect(try host.read(id, 69, 1) == [1])
    }
    #expect(try host.send(Dynamixel.broadcastID, .action).isEmpty)
    for id in [2, 3] as [UInt8] {
      #expect(try host.read(id, 84, 2) == [0x2C, 0x01])
      #expect(try host.read(id, 69, 1) == [0])
    }
    #expect(try host.send(2, .action).first?.error == 1)
  }

  @Test func syncRead_oneIsMissing_theOthersAnswerInTheOrderAsked() throws {
    var host = try Self.host()
    let answers = try host.send(
      Dynamixel.broadcastID, .syncRead, [132, 0, 4, 0, 7, 99, 2])
    #expect(answers.map(\.id) == [7, 2])
  }

  @Test func fastSyncRead_oneIsMissing_theAnswerEndsBeforeIt() throws {
    var host = try Self.host()
    let whole = try host.bytes(Dynamixel.broadcastID, .fastSyncRead, [132, 0, 4, 0, 7, 3, 2])
    #expect(whole.count == 8 + 3 * 8)
    let cut = try host.bytes(Dynamixel.broadcastID, .fastSyncRead, [132, 0, 4, 0, 7, 3, 99, 2])
    #expect(cut.count == 8 + 2 * 8)
    var decoder = DynamixelDecoder()
    for byte in cut { decoder.push(byte) }
    #expect(decoder.nextPacket() == nil)
    #expect(decoder.partialAnswer(1, dataByteCount: 4)?.id == 3)
    #expect(decoder.partialAnswer(2, dataByteCount: 4) == nil)
  }

  @Test func syncWrite_goals_moveTheRobotByOnePeriodEach() throws {
    var host = try Self.host()
    try host.torque(1)
    let start = try host.positions()
    for _ in 0..<25 { try host.goals(start.map { $0 + 150 }) }
    #expect(abs(host.line.report.simulatedSeconds - 0.5) < 1e-9)
    #expect(host.line.report.commands == 25)
    let moved = zip(try host.positions(), start).map { $0 - $1 }
    #expect(moved.count { $0 > 50 } >= 8)
  }

  @Test func torqueOn_goalOfLongAgo_isGoneTo() throws {
    var host = try Self.host(.realTime)
    let start = try host.positions()
    try host.write(1, 116, [0, 9, 0, 0])
    try host.torque(1)
    try host.pass(milliseconds: 500)
    #expect(abs(start[0] - 2_304) > 150)
    #expect(abs(try host.positions()[0] - 2_304) < 100)
  }

  @Test func watchdog_silence_holdsAndRefusesGoalsUntilCleared() throws {
    var host = try Self.host(.realTime)
    for id in 1...12 as ClosedRange<UInt8> { try host.write(id, 98, [5]) }
    try host.torque(1)
    try host.pass(milliseconds: 90)
    #expect(try host.read(5, 98, 1) == [5])
    try host.pass(milliseconds: 120)
    #expect(try host.read(5, 98, 1) == [0xFF])
    #expect(try host.read(5, 64, 1) == [1])
    #expect(try host.write(5, 116, [0, 8, 0, 0])?.error == 4)
    #expect(try host.write(5, 98, [0])?.error == 0)
    #expect(try host.write(5, 116, [0, 8, 0, 0])?.error == 0)
  }

  @Test(arguments: [(UInt8(3), 60.0...80.0), (0, 390...400)])
  func report_goalsUnderWayAsTheHostFallsSilent_saysForHowLong(
    watchdog: UInt8, milliseconds: ClosedRange<Double>
  ) throws {
    var host = try Self.host(.realTime)
    // 156 ticks per second, so that the goal is not reached.
    try host.write(1, 112, [10, 0, 0, 0])
    try host.write(1, 98, [watchdog])
    try host.write(1, 64, [1])
    try host.write(1, 116, [0, 4, 0, 0])
    try host.pass(milliseconds: 400)
    #expect(milliseconds.contains(host.line.report.stopAfterSilenceMilliseconds))
  }

  @Test func overload_thatLasts_letsGoUntilReboot() throws {
    var host = try Self.host(.realTime)
    // Against its stop, beyond what the joint can reach, with all the gain there is.
    try host.write(2, 84, [0xFF, 0x3F])
    try host.write(2, 64, [1])
    try host.write(2, 116, [0xFF, 0x0F, 0, 0])
    try host.pass(milliseconds: 2_500)
    #expect(try host.read(2, 70, 1) == [0x20])
    #expect(try host.read(2, 64, 1) == [0])
    #expect(try host.send(2, .ping).first?.error == 0x80)
    #expect(try host.write(2, 64, [1])?.error == 0x87)
    try host.send(2, .reboot)
    #expect(try host.send(2, .ping).first?.error == 0)
    #expect(try host.read(2, 84, 2) == [0x90, 0x01])
    #expect(try host.write(2, 64, [1])?.error == 0)
  }

  @Test func indirectData_standForOtherAddresses() throws {
    var host = try Self.host()
    for (entry, target) in [132, 133, 134, 135, 146].enumerated() {
      try host.write(4, 168 + 2 * entry, [UInt8(target), 0])
    }
    let plain = try #require(try host.read(4, 132, 4))
    let indirect = try #require(try host.read(4, 208, 5))
    #expect(Array(indirect.prefix(4)) == plain)
    #expect(try host.read(4, 146, 1) == [indirect[4]])
    for (entry, target) in [84, 85].enumerated() {
      try host.write(4, 168 + 2 * entry, [UInt8(target), 0])
    }
    #expect(try host.write(4, 208, [0x2C, 0x01])?.error == 0)
    #expect(try host.read(4, 84, 2) == [0x2C, 0x01])
    #expect(try host.write(4, 208, [0x2C])?.error == 5)
    // A new start forgets them.
    try host.send(4, .reboot)
    #expect(try host.read(4, 208, 5) == [0, 0, 0, 0, 0])
  }

  @Test func factoryReset_keepsWhatItIsToldToKeep() throws {
    var host = try Self.host()
    try host.write(5, 9, [0])
    try host.send(5, .factoryReset, [0x02])
    #expect(try host.read(5, 9, 1) == [250])
    #expect(try host.read(5, 8, 1) == [3])
    try host.send(5, .factoryReset, [0x01])
    #expect(try host.read(5, 8, 1) == [1])
    // All servos with one number could never be told apart again.
    try host.send(Dynamixel.broadcastID, .factoryReset, [0xFF])
    #expect(try host.send(Dynamixel.broadcastID, .ping).count == 12)
  }

  @Test func profile_velocity_paceTheGoal() throws {
    var host = try Self.host()
    let start = try host.positions()
    // 30 counts of 0.229 turns a minute: 469 ticks per second.
    try host.write(1, 112, [30, 0, 0, 0])
    try host.torque(1)
    for _ in 0..<10 { try host.goals(start.map { $0 + 200 }) }
    let way = DynamixelHost.number(try #require(try host.read(1, 140, 4))) - start[0]
    #expect((90...97).contains(way))
  }

  @Test(arguments: [0, 250] as [UInt8])
  func answers_onALineInRealTime_takeTheirTime(delay: UInt8) throws {
    var host = try Self.host(.realTime)
    for id in 1...12 as ClosedRange<UInt8> { try host.write(id, 9, [delay]) }
    try host.pass(milliseconds: 20)
    let ids = (1...12).map { UInt8($0) }
    let sent = host.now
    try host.bytes(Dynamixel.broadcastID, .syncRead, [126, 0, 10, 0] + ids)
    // (14 + N) bytes asked, N answers of 11 + L bytes, each after its delay: 10 µs a byte.
    let expected = (14 + 12) * 10 + 12 * ((11 + 10) * 10 + 2 * Int(delay))
    #expect(host.lastDue - sent == UInt64(expected) * 1_000)
  }
}
