internal import Foundation
public import Locomotion
internal import PolicyNetwork
internal import RobotDescription

/// Trains a policy: collects rollouts in many simulations and learns from each with A2C.
public final class Trainer {
  /// Parts into which a batch is cut for the threads; a fixed number, so that the number of
  /// threads does not change a result.
  static let sliceCount = 8

  /// The task that is learned.
  public let task: LocomotionTask
  /// Settings of the learner.
  public let configuration: LearnerConfiguration
  /// Decides everything random.
  public let seed: UInt64
  /// Environment steps after which training is complete.
  public let stepsMax: Int
  /// Environment steps so far.
  public internal(set) var steps = 0

  let environments: LeggedEnvironments
  let model: ActorCritic
  let learner: A2C
  var normaliser: ObservationNormaliser
  /// Where the noise of each simulation's actions comes from.
  let noise: SliceBuffer<RandomSource>
  let rollout: Rollout
  private let workers: [Worker]
  private let actions: SliceBuffer<Float>
  private var normaliserNumbers: [Float]

  /// Networks for a slice of the simulations, and for a single observation.
  private struct Worker {
    let environments: Range<Int>
    let actor: NetworkWorkspace
    let critic: NetworkWorkspace
    let single: SliceBuffer<Float>
    let singleCritic: NetworkWorkspace
  }

  /// Makes the simulations and an untrained policy.
  ///
  /// - Parameters:
  ///   - stepsMax: Environment steps of the whole training, which set the pace of every decay.
  ///   - threadCount: 0 takes every processor; it changes no result.
  public init(
    task: LocomotionTask, configuration: LearnerConfiguration, seed: UInt64, stepsMax: Int,
    threadCount: Int
  ) throws {
    try configuration.validate()
    self.task = task
    self.configuration = configuration
    self.seed = seed
    self.stepsMax = stepsMax
    let count = configuration.environmentCount
    let observationWidth = task.observation.width
    let actionWidth = task.robot.jointCount
    environments = try LeggedEnvironments(
      task: task, count: count, seed: seed, threadCount: threadCount, isStaggered: true)
    let model = ActorCritic(
      observationWidth: observationWidth, actionWidth: actionWidth,
      hiddenWidths: configuration.hiddenWidths, activation: .tanh,
      logDeviation: configuration.logDeviationStart, seed: seed)
    self.model = model
    learner = A2C(model: model, configuration: configuration, sliceCount: Self.sliceCount)
    normaliser = ObservationNormaliser(width: observationWidth)
    normaliserNumbers = normaliser.numbers
    noise = SliceBuffer(repeating: RandomSource(seed: seed, stream: 0), count: count)
    for index in 0..<count {
      noise[index] = RandomSource(seed: ~seed, stream: UInt64(index))
    }
    rollout = Rollout(
      timeCount: configuration.ticksPerUpdate, environmentCount: count,
      observationWidth: observationWidth, actionWidth: actionWidth)
    actions = SliceBuffer(repeating: 0, count: count * actionWidth)
    let width = count / Self.sliceCount
    workers = (0..<Self.sliceCount).map {
      Worker(
        environments: ($0 * width)..<(($0 + 1) * width),
        actor: NetworkWorkspace(shape: model.actor, rowsMax: width),
        critic: NetworkWorkspace(shape: model.critic, rowsMax: width),
        single: SliceBuffer(repeating: 0, count: observationWidth),
        singleCritic: NetworkWorkspace(shape: model.critic, rowsMax: 1))
    }
  }

  /// Threads that share the work.
  public var threadCount: Int { environments.threadCount }

  /// Collects one rollout and learns from it.
  public func update() throws -> TrainingProgress {
    normaliserNumbers = normaliser.numbers
    for index in 0..<rollout.logDeviations.count {
      rollout.logDeviations[index] = model.parameters[model.logDeviations.lowerBound + index]
    }
    for time in 0..<rollout.timeCount {
      environments.concurrently(workers.count) { act(workers[$0], time: time) }
      try environments.advance()
      environments.concurrently(workers.count) { observe(workers[$0], time: time) }
    }
    let done = min(1, Float(steps) / Float(max(1, stepsMax)))
    let target =
      configuration.divergenceTarget * (1 - done * (1 - configuration.divergenceFinalShare))
    let report = learner.update(rollout, divergenceTarget: target) {
      environments.concurrently($0, $1)
    }
    steps += rollout.sampleCount
    try checkFinite(report)
    let rows = unsafe UnsafeBufferPointer(
      start: rollout.observations.base, count: rollout.observations.count)
    normaliser.add(unsafe rows.span)
    return TrainingProgress(
      steps: steps, stepsMax: stepsMax, episodes: environments.takeEpisodes(), report: report)
  }

  /// Draws actions for a slice and sends them to its servos.
  private func act(_ worker: Worker, time: Int) {
    let width = task.observation.width
    let actionWidth = task.robot.jointCount
    let first = time * rollout.environmentCount + worker.environments.lowerBound
    for (row, environment) in worker.environments.enumerated() {
      let source = environment * width
      let target = (first + row) * width
      for column in 0..<width {
        let observed = environments.observations[source + column]
        rollout.observations[target + column] = observed
        rollout.normalised[target + column] = normalised(observed, column)
      }
    }
    let rows = worker.environments.count
    let parameters = unsafe UnsafePointer(model.parameters.base)
    let input = unsafe UnsafePointer(rollout.normalised.base + first * width)
    unsafe worker.actor.forward(parameters, input, rows: rows)
    unsafe worker.critic.forward(parameters, input, rows: rows)
    for (row, environment) in worker.environments.enumerated() {
      let sample = first + row
      rollout.values[sample] = worker.critic.output[row]
      for action in stride(from: 0, to: actionWidth, by: 2) {
        let (first, second) = noise[environment].normals()
        draw(action, first, sample: sample, row: row, worker: worker)
        if action + 1 < actionWidth {
          draw(action + 1, second, sample: sample, row: row, worker: worker)
        }
      }
    }
    environments.act(actions, in: worker.environments)
  }

  /// Draws one action around its mean and keeps it unbounded: only the body's targets are limited.
  private func draw(_ action: Int, _ normal: Float, sample: Int, row: Int, worker: Worker) {
    let actionWidth = task.robot.jointCount
    let deviation = exp(rollout.logDeviations[action])
    let mean = worker.actor.output[row * actionWidth + action]
    let drawn = mean + deviation * normal
    rollout.actions[sample * actionWidth + action] = drawn
    actions[(worker.environments.lowerBound + row) * actionWidth + action] = drawn
  }

  /// Takes in what a tick brought to a slice.
  private func observe(_ worker: Worker, time: Int) {
    environments.observe(in: worker.environments)
    for environment in worker.environments {
      let index = time * rollout.environmentCount + environment
      let outcome = environments.outcomes[environment]
      rollout.rewards[index] = environments.rewards[environment]
      rollout.ended[index] = outcome != .running
      if outcome == .timeUp {
        // The episode was cut off: add what the critic thinks it would still have earned.
        let future = value(of: environments.finalObservations, environment, worker)
        rollout.rewards[index] += configuration.discount * future
      }
      if time == rollout.timeCount - 1 {
        rollout.lastValues[environment] = value(
          of: environments.observations, environment, worker)
      }
    }
  }

  /// The critic's estimate for one observation of shape `[environment, width]`.
  private func value(
    of observations: SliceBuffer<Float>, _ environment: Int, _ worker: Worker
  ) -> Float {
    let width = task.observation.width
    for column in 0..<width {
      worker.single[column] = normalised(observations[environment * width + column], column)
    }
    unsafe worker.singleCritic.forward(
      UnsafePointer(model.parameters.base), worker.single.base, rows: 1)
    return worker.singleCritic.output[0]
  }

  private func normalised(_ observed: Float, _ column: Int) -> Float {
    ObservationNormaliser.normalised(
      observed, mean: normaliserNumbers[column],
      factor: normaliserNumbers[task.observation.width + column])
  }

  private func checkFinite(_ report: A2C.Report) throws(TrainingError) {
    let terms = [
      ("the policy's loss", report.policyLoss), ("the critic's loss", report.valueLoss),
      ("the gradient", report.gradientNorm), ("the divergence", report.divergence),
    ]
    for (name, value) in terms where !value.isFinite {
      throw .diverged(step: steps, term: name)
    }
  }
}
