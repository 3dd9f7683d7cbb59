import Loopback
import Testing
import WireProtocol

/// The report of bodies that fly without gravity, whose distance is known beforehand.
@Suite struct TravelTests {
  /// The report after a second of lockstep with torque on.
  private static func report(
    named name: String, quaternion: String, velocity: String
  ) throws -> LoopbackReport {
    try Spider.withFlyingBody(named: name, quaternion: quaternion, velocity: velocity) { path in
      let robot = try SimulatedRobot(
        robot: Spider.robot, bodyPath: path, keyframe: "flying", seed: 1, jointSpreadRadians: 0)
      var host = HostBytes(.lockstep, robot: robot)
      try host.request(.arm)
      try host.command(Array(repeating: 2048, count: 12), forMilliseconds: 1_000)
      return host.board.report
    }
  }

  @Test func distance_flyingAlongTheHeading_isSpeedTimesTime() throws {
    // The body looks along the world's y.
    let report = try Self.report(
      named: "ahead", quaternion: "0.7071068 0 0 0.7071068", velocity: "-0.1 0.5 0 0 0 0")
    #expect(abs(report.distanceMetres - 0.5) < 1e-3)
    #expect(abs(report.lateralMetres - 0.1) < 1e-3)
    #expect(abs(report.headingChangeRadians) < 1e-3)
    #expect(abs(report.torqueOnSeconds - 1) < 1e-9)
    #expect(abs(report.simulatedSeconds - 1) < 1e-9)
    #expect(report.falls == 0)
  }

  @Test func headingChange_moreThanATurn_countsTheWholeTurn() throws {
    let report = try Self.report(
      named: "turn", quaternion: "1 0 0 0", velocity: "0 0 0 0 0 7")
    #expect(abs(report.headingChangeRadians - 7) < 0.1)
  }

  @Test func falls_onItsBack_areOneHoweverLong() throws {
    let report = try Self.report(named: "back", quaternion: "0 1 0 0", velocity: "0 0 0 0 0 0")
    #expect(report.falls == 1)
  }

  @Test func falls_twoRolls_areTwo() throws {
    // Two turns in a second, and a little: upright at the start, after one and after two.
    let report = try Self.report(
      named: "roll", quaternion: "1 0 0 0", velocity: "0 0 0 12.8 0 0")
    #expect(report.falls == 2)
  }

  @Test func distance_withoutTorque_isNone() throws {
    try Spider.withFlyingBody(named: "limp", quaternion: "1 0 0 0", velocity: "1 0 0 0 0 0") {
      var robot = try SimulatedRobot(
        robot: Spider.robot, bodyPath: $0, keyframe: "flying", seed: 1)
      try robot.step(count: 100)
      var host = HostBytes(.lockstep, robot: robot)
      try host.request(.arm)
      try host.command(Array(repeating: 2048, count: 12), forMilliseconds: 500)
      try host.request(.disarm)
      try host.command(Array(repeating: 2048, count: 12), forMilliseconds: 500)
      let report = host.board.report
      #expect(abs(report.distanceMetres - 0.5) < 1e-2)
      #expect(abs(report.torqueOnSeconds - 0.5) < 1e-9)
      #expect(abs(report.simulatedSeconds - 1.5) < 1e-9)
      #expect(report.refusedRequests == 25)
    }
  }
}
