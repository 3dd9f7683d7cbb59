import Loopback
import Testing
import WireProtocol

@Suite struct SimulatedBoardTests {
  private static func host(
    _ clock: LoopbackClock, keyframe: String = "resting", seed: UInt64 = 1
  ) throws -> HostBytes {
    let robot = try SimulatedRobot(
      robot: Spider.robot, bodyPath: Spider.bodyPath, keyframe: keyframe, seed: seed,
      jointSpreadRadians: seed == 1 ? 0 : 0.05)
    return HostBytes(clock, robot: robot)
  }

  private static let standing = Spider.ticks(leg: Spider.standingLegTicks)

  /// A host whose robot stands in real time, its last command just sent.
  private static func standingHost() throws -> HostBytes {
    var host = try host(.realTime)
    try host.request(.arm)
    try host.command(standing, forMilliseconds: 1_000)
    try host.command(standing)
    return host
  }

  @Test func hello_spider_saysItsJoints() throws {
    var host = try Self.host(.realTime)
    let frame = try #require(try host.request(.hello))
    let identity = try BoardIdentity(decoding: frame)
    #expect(identity.jointCount == 12)
    // zlib.crc32 over the twelve names in the order of sim/robots/spider.yaml.
    #expect(identity.jointNamesHash == 0xE2FC_6EE6)
    #expect(identity.controlPeriodMicroseconds == 5_000)
  }

  @Test func readState_atStart_isTheRestingPose() throws {
    var host = try Self.host(.realTime)
    let state = try host.state()
    #expect(state.sample.ticks == Spider.ticks(leg: Spider.restingLegTicks))
    #expect(state.flags == BoardFlags(rawValue: 0))
    #expect(state.faults == BoardFaults(rawValue: 0))
  }

  @Test func readState_afterASecondAtRest_isLevel() throws {
    var host = try Self.host(.realTime)
    try host.wait(milliseconds: 1_000)
    let gravity = try host.state().sample.gravity
    #expect(abs(gravity.x) < 200)
    #expect(abs(gravity.y) < 200)
    #expect(gravity.z < -16_300)
  }

  @Test func readState_realTime_physicsIsBroughtUpToNow() throws {
    var host = try Self.host(.realTime)
    host.now = 17_000
    #expect(try host.state().timeMicroseconds == 17_000)
    #expect(host.board.report.simulatedSeconds == 0.015)
  }

  @Test func command_standingForASecond_raisesTheTorso() throws {
    let host = try Self.standingHost()
    #expect(host.board.simulatedRobot.torsoHeightMetres > 0.045)
    #expect(host.board.report.commands == 51)
    #expect(host.board.report.watchdogHolds == 0)
  }

  @Test func disarm_standing_sinksOntoTheBelly() throws {
    var host = try Self.standingHost()
    try host.request(.disarm)
    try host.wait(milliseconds: 1_000)
    #expect(host.board.simulatedRobot.torsoHeightMetres < 0.03)
  }

  @Test func arm_atRest_holdsThePresentPose() throws {
    var host = try Self.host(.realTime)
    let before = try host.state().sample.ticks
    try host.request(.arm)
    try host.wait(milliseconds: 50)
    for (now, then) in zip(try host.state().sample.ticks, before) { #expect(abs(now - then) < 33) }
  }

  @Test func watchdog_justBelowTimeout_follows() throws {
    var host = try Self.standingHost()
    try host.wait(milliseconds: 95)
    host.now += 4_999
    #expect(try host.state().flags == .torqueOn)
  }

  @Test func watchdog_100MillisecondsOfSilence_holdsAndStands() throws {
    var host = try Self.standingHost()
    try host.wait(milliseconds: 100)
    #expect(try host.state().flags == .torqueOn.union(.watchdogHolding))
    try host.wait(milliseconds: 900)
    #expect(host.board.simulatedRobot.torsoHeightMetres > 0.045)
    #expect(host.board.report.watchdogHolds == 1)
    #expect(host.board.report.watchdogLimps == 0)
  }

  @Test func watchdog_1100MillisecondsOfSilence_goesLimpAndSinks() throws {
    var host = try Self.standingHost()
    try host.wait(milliseconds: 1_100)
    #expect(try host.state().flags == .watchdogLimp)
    try host.wait(milliseconds: 1_000)
    #expect(host.board.simulatedRobot.torsoHeightMetres < 0.03)
    #expect(host.board.report.watchdogLimps == 1)
  }

  @Test func advance_twoSecondsAtOnce_makes20MillisecondsAndCountsTheRest() throws {
    var host = try Self.host(.realTime)
    try host.board.advance(toMicroseconds: 2_000_000)
    #expect(host.board.report.simulatedSeconds == 0.02)
    #expect(host.board.report.skippedMicroseconds == 1_980_000)
    #expect(host.board.nextStepNanoseconds == 2_005_000_000)
  }

  @Test func advance_twoSecondsAtOnce_watchdogSeesNoSilence() throws {
    var host = try Self.standingHost()
    host.now += 2_000_000
    #expect(try host.state().flags == .torqueOn)
    try host.wait(milliseconds: 79)
    #expect(try host.state().flags == .torqueOn)
    try host.wait(milliseconds: 1)
    #expect(try host.state().flags == .torqueOn.union(.watchdogHolding))
  }

  @Test func advance_20MillisecondsAtATime_skipsNothing() throws {
    var host = try Self.host(.realTime)
    for call in 1...50 { try host.board.advance(toMicroseconds: UInt64(call) * 20_000) }
    #expect(host.board.report.simulatedSeconds == 1)
    #expect(host.board.report.skippedMicroseconds == 0)
  }

  @Test func lockstep_noCommand_timeStandsStill() throws {
    var host = try Self.host(.lockstep)
    try host.request(.arm)
    try host.wait(milliseconds: 5_000)
    let state = try host.state()
    #expect(state.timeMicroseconds == 0)
    #expect(state.flags == .torqueOn)
    #expect(host.board.report.simulatedSeconds == 0)
  }

  @Test func lockstep_command_advancesOneControlPeriod() throws {
    var host = try Self.host(.lockstep)
    try host.request(.arm)
    try host.command(Self.standing)
    #expect(try host.state().timeMicroseconds == 20_000)
    #expect(host.board.report.simulatedSeconds == 0.02)
  }

  @Test func lockstep_refusedCommand_advancesOneControlPeriod() throws {
    var host = try Self.host(.lockstep)
    let frame = try #require(try host.command(Self.standing))
    #expect(try BoardRefusal(decoding: frame).code == .notArmed)
    #expect(try host.state().timeMicroseconds == 20_000)
    #expect(host.board.report.refusedRequests == 1)
    #expect(host.board.report.commands == 0)
  }

  @Test func lockstep_sameBytesTwice_givesTheSameBytes() throws {
    var first = try Self.host(.lockstep, seed: 7)
    var second = try Self.host(.lockstep, seed: 7)
    try Self.wave(&first)
    try Self.wave(&second)
    #expect(first.received.count > 3_000)
    #expect(first.received == second.received)
  }

  @Test func lockstep_anotherSeed_givesOtherBytes() throws {
    var first = try Self.host(.lockstep, seed: 7)
    var second = try Self.host(.lockstep, seed: 8)
    try Self.wave(&first)
    try Self.wave(&second)
    #expect(first.received != second.received)
  }

  /// Stands up and swings the coxae for a second.
  private static func wave(_ host: inout HostBytes) throws {
    try host.request(.hello)
    try host.request(.arm)
    for tick in 0..<50 {
      _ = try host.state()
      var goals = standing
      for coxa in stride(from: 0, to: 12, by: 3) { goals[coxa] += tick % 20 < 10 ? 150 : -150 }
      try host.command(goals)
    }
  }

  @Test func receive_flippedBit_isCountedAsBadFrame() throws {
    var host = try Self.host(.lockstep)
    // hello with sequence 1 as in firmware-proto/PROTOCOL.md, its checksum off by one bit.
    try host.send([0xA5, 0x5A, 0x01, 0x01, 0x01, 0x00, 0x00, 0x61, 0x0B])
    #expect(host.board.report.badFrames == 1)
    #expect(host.board.report.frames == 0)
  }
}
