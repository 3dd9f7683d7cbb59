import Foundation
import Locomotion
import PolicyNetwork
import Testing
import Training

@testable import tarsus_lab

/// The policies in `sim/policies` walk, on commands of the whole range, and do not vibrate.
@Suite struct ShippedPolicyTests {
  /// Limits of velocity error, in m/s, and of falls for a nominal or randomised body.
  struct Bar: Sendable, CustomTestStringConvertible {
    let body: String
    var isRandomised = false
    let velocityError: Double
    let falls: Int

    var testDescription: String { body + (isRandomised ? ", randomised" : "") }

    static let all = [
      Bar(body: "spider", velocityError: 0.05, falls: 0),
      Bar(body: "spider", isRandomised: true, velocityError: 0.05, falls: 1),
      Bar(body: "walker", velocityError: 0.08, falls: 1),
      Bar(body: "walker", isRandomised: true, velocityError: 0.08, falls: 2),
    ]
  }

  /// Least mean height of the foot that is lifted least, in metres: less is dragging.
  private static let footLiftMin = 0.008

  /// Largest mean change of a target, in radians per tick: 0.07 is a swing of 1 rad in 0.3 s.
  private static let targetChangeMax = 0.07

  @Test(arguments: Bar.all) func policy_commandsOfTheWholeRange_walks(bar: Bar) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let bytes = [UInt8](
      try Data(contentsOf: folder.appending(path: "sim/policies/\(bar.body).tarsus")))
    guard case .legged(let task) = try TrainingTask(name: bar.body, configuration: nil) else {
      Issue.record("\(bar.body) has no robot")
      return
    }
    let evaluation = try unsafe bytes.withUnsafeBytes {
      try unsafe Evaluation.run(
        PolicyFile(verifying: $0),
        task: task.evaluated(seconds: 10, isRandomised: bar.isRandomised),
        command: nil, episodes: 16, seed: 4, threadCount: 0)
    }
    let motion = try #require(evaluation.motion)
    #expect(evaluation.falls <= bar.falls)
    #expect(try #require(motion.velocityErrorRMS) <= bar.velocityError)
    #expect(motion.targetChangeMean <= Self.targetChangeMax)
    #expect(try #require(motion.footLiftMean) >= Self.footLiftMin)
  }
}
