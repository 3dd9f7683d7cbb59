import Foundation
import ParallelArrays
import RobotDescription
import Testing

@testable import Locomotion

@Suite struct ObservationTests {
  private static func expectEqual(
    _ found: some Collection<Float>, _ expected: [Float],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    #expect(
      zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(found) against \(expected)",
      sourceLocation: sourceLocation)
  }

  @Test func observation_standing_isWhatTheLayoutSays() throws {
    let environments = try Spider.environments(
      try Spider.task { $0.forwardRange = 0.15...0.15 })
    let zeros = [Float](repeating: 0, count: Spider.jointCount)
    let expected: [Float] = [0, 0, 0] + [0, 0, -1] + zeros + zeros + zeros + [0.15, 0, 0]
    Self.expectEqual(environments.observation(of: 0), expected)
  }

  @Test func observation_turningRolledBody_gyroAndGravityAreInItsFrame() throws {
    let environments = try Spider.environments(try Spider.task())
    environments.roll(0.3, of: 0)
    for axis in 0..<3 { environments.setVelocity(3 + axis, to: Double(axis + 1), of: 0) }
    environments.observe(in: 0..<1)
    let observation = environments.observation(of: 0)
    // The left side is up when the body rolls to the right: down is then partly to the right.
    Self.expectEqual(
      observation[0..<6], [0.25, 0.5, 0.75, 0, -Float(sin(0.3)), -Float(cos(0.3))])
  }

  @Test func observation_movedJoint_isItsOffsetAndRate() throws {
    let environments = try Spider.environments(try Spider.task())
    environments.setPosition(7 + 4, to: -0.4, of: 0)
    environments.setVelocity(6 + 4, to: 2, of: 0)
    environments.observe(in: 0..<1)
    let observation = environments.observation(of: 0)
    var offsets = [Float](repeating: 0, count: 24)
    offsets[4] = 0.1
    offsets[12 + 4] = 0.1
    Self.expectEqual(observation[6..<30], offsets)
  }

  @Test func observation_slewedAction_isTheOneInForce() throws {
    let environments = try Spider.environments(try Spider.task { $0.actionScale = 0.4 })
    let actions = SliceBuffer<Float>(repeating: 0, count: Spider.jointCount)
    actions[0] = 5
    actions[1] = 0.25
    environments.act(actions, in: 0..<1)
    environments.observe(in: 0..<1)
    // 8 rad/s at 50 Hz let the first joint go 0.16 rad.
    Self.expectEqual(environments.observation(of: 0)[30..<33], [0.4, 0.25, 0])
  }

  @Test func observation_history_holdsTheLastTicksOldestFirst() throws {
    let width = 6 + 3 * Spider.jointCount + 3
    let one = try Spider.environments(try Spider.task())
    let three = try Spider.environments(try Spider.task { $0.historyCount = 3 })
    let first = Array(one.observation(of: 0).prefix(width))
    #expect(Array(three.observation(of: 0).prefix(3 * width)) == first + first + first)
    var seen = [first, first, first]
    let actions = SliceBuffer<Float>(repeating: 0.5, count: Spider.jointCount)
    for _ in 0..<4 {
      for environments in [one, three] { try environments.tick(actions) }
      seen = seen.dropFirst() + [Array(one.observation(of: 0).prefix(width))]
      #expect(Array(three.observation(of: 0).prefix(3 * width)) == seen.flatMap { $0 })
    }
  }
}
