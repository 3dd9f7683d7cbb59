internal import Foundation
public import Locomotion
public import PolicyNetwork
public import RobotDescription

/// How a frozen policy does in plain simulation: no wire, no clock, no noise in its actions.
public struct Evaluation: Sendable, Equatable {
  /// Episodes.
  public var episodes = 0
  /// Episodes that ended in a fall.
  public var falls = 0
  /// Mean distance along the commanded direction, seen from the start, in metres.
  public var distanceMean = 0.0
  /// Smallest of the distances, in metres.
  public var distanceMin = 0.0
  /// Mean return.
  public var returnMean = 0.0
  /// Standard deviation of the returns.
  public var returnDeviation = 0.0
  /// Mean length of an episode, in ticks.
  public var lengthMean = 0.0

  /// Runs each of `episodes` simulations until its time is up or the body falls.
  ///
  /// - Parameters:
  ///   - task: Its configuration says how long an episode is and how it starts. Observations and
  ///     actions are those that the policy was trained with.
  ///   - command: What every episode is asked for; `nil` draws from the task's ranges.
  /// - Throws: ``TaskError``, and `ContractError` when the policy is for another robot.
  public static func run(
    _ policy: PolicyFile, task: LocomotionTask, command: VelocityCommand?, episodes: Int,
    seed: UInt64, threadCount: Int
  ) throws -> Evaluation {
    if let difference = policy.contract.firstDifference(from: task.robot) {
      throw ContractError(difference: difference)
    }
    var task = task
    task.observation = policy.contract.observation
    task.actions = policy.contract.actions
    let environments = try LeggedEnvironments(
      task: task, count: episodes, seed: seed, threadCount: threadCount, isStaggered: false)
    if let command { environments.command(command) }
    let run = EvaluationRun(environments: environments, policy: policy)
    try run.finish()
    return run.report
  }
}

/// Simulations under way in an evaluation.
private final class EvaluationRun {
  private let environments: LeggedEnvironments
  private let policy: PolicyFile
  private let actions: SliceBuffer<Float>
  private let scratch: SliceBuffer<Float>
  private var starts: [Track] = []
  private var isOver: [Bool]
  private(set) var distances: [Double]
  private var returns: [Double]
  private var lengths: [Int]
  private var falls = 0

  private struct Track {
    let position: SIMD2<Double>
    let direction: SIMD2<Double>
  }

  init(environments: LeggedEnvironments, policy: PolicyFile) {
    self.environments = environments
    self.policy = policy
    let count = environments.count
    let jointCount = environments.task.robot.jointCount
    actions = SliceBuffer(repeating: 0, count: count * jointCount)
    scratch = SliceBuffer(repeating: 0, count: count * PolicyFile.scratchCount)
    isOver = Array(repeating: false, count: count)
    distances = Array(repeating: 0, count: count)
    returns = Array(repeating: 0, count: count)
    lengths = Array(repeating: 0, count: count)
    for index in 0..<count {
      let command = environments.command(of: index)
      let (position, heading) = environments.pose(of: index)
      let speed = Double(hypot(command.forward, command.left))
      let forward = speed > 0 ? Double(command.forward) / speed : 1
      let left = speed > 0 ? Double(command.left) / speed : 0
      starts.append(
        Track(
          position: position,
          direction: SIMD2(
            heading.x * forward - heading.y * left, heading.y * forward + heading.x * left)))
    }
  }

  var report: Evaluation {
    let count = Double(environments.count)
    var report = Evaluation()
    report.episodes = environments.count
    report.falls = falls
    report.distanceMean = distances.reduce(0, +) / count
    report.distanceMin = distances.min() ?? 0
    report.returnMean = returns.reduce(0, +) / count
    let squares = returns.reduce(0) {
      $0 + ($1 - report.returnMean) * ($1 - report.returnMean)
    }
    report.returnDeviation = (squares / count).squareRoot()
    report.lengthMean = Double(lengths.reduce(0, +)) / count
    return report
  }

  func finish() throws(TaskError) {
    let count = environments.count
    while isOver.contains(false) {
      environments.concurrently(count) { act($0) }
      try environments.advance()
      for index in 0..<count where !isOver[index] {
        let track = starts[index]
        let moved = environments.pose(of: index).position - track.position
        distances[index] = moved.x * track.direction.x + moved.y * track.direction.y
      }
      environments.concurrently(count) { environments.observe(in: $0..<($0 + 1)) }
      for index in 0..<count where !isOver[index] {
        returns[index] += Double(environments.rewards[index])
        lengths[index] += 1
        let outcome = environments.outcomes[index]
        isOver[index] = outcome != .running
        if outcome == .fallen { falls += 1 }
      }
    }
  }

  private func act(_ index: Int) {
    unsafe policy.forward(
      environments.observations.base + index * policy.observationWidth,
      into: actions.base + index * policy.contract.jointCount,
      scratch: scratch.base + index * PolicyFile.scratchCount)
    environments.act(actions, in: index..<(index + 1))
  }
}
