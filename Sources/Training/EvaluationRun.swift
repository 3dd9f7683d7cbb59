internal import Foundation
public import Locomotion
internal import ParallelArrays
internal import PolicyNetwork
internal import RobotDescription

/// What looks on at an evaluation, before each tick: at simulations whose first episode has ended, a
/// later one is seen.
public typealias EvaluationWatch = (_ environments: any WatchedEnvironments) -> Void

/// Simulations under way in an evaluation.
final class EvaluationRun {
  private let environments: any WatchedEnvironments
  private let tracks: [Track]
  private var isOver: [Bool]
  private var tally = EpisodeTally()
  private var distances: [Double]
  private var returns: [Double]

  /// Where a body started, and the direction in which it was asked to go.
  private struct Track {
    let position: SIMD2<Double>
    let direction: SIMD2<Double>
  }

  init(_ environments: any WatchedEnvironments) {
    self.environments = environments
    let count = environments.count
    isOver = Array(repeating: false, count: count)
    distances = Array(repeating: 0, count: count)
    returns = Array(repeating: 0, count: count)
    let commanded = environments.commanded
    tracks = commanded.map { commanded in (0..<count).map { Self.track(commanded, $0) } } ?? []
  }

  /// Runs every simulation to the end of its first episode.
  ///
  /// - Parameters:
  ///   - watch: Sees the simulations before each tick.
  ///   - act: Hands one simulation its action.
  func report(
    watch: EvaluationWatch?, _ act: (Int) -> Void
  ) throws(TaskError) -> Evaluation {
    let count = environments.count
    while isOver.contains(false) {
      watch?(environments)
      environments.concurrently(count) { act($0) }
      try environments.advance()
      measureDistances()
      environments.concurrently(count) { environments.observe(in: $0..<($0 + 1)) }
      for index in 0..<count where !isOver[index] {
        returns[index] += Double(environments.rewards[index])
        isOver[index] = environments.outcomes[index] != .running
        if isOver[index] { tally.add(environments.lastEpisode(of: index)) }
      }
    }
    return figures
  }

  private var figures: Evaluation {
    let count = Double(environments.count)
    var figures = Evaluation()
    figures.episodes = environments.count
    figures.falls = tally.falls
    figures.distanceMean = distances.reduce(0, +) / count
    figures.distanceMin = distances.min() ?? 0
    figures.returnMean = returns.reduce(0, +) / count
    let squares = returns.reduce(0) {
      $0 + ($1 - figures.returnMean) * ($1 - figures.returnMean)
    }
    figures.returnDeviation = (squares / count).squareRoot()
    figures.lengthMean = Double(tally.ticks) / count
    if let commanded = environments.commanded {
      figures.motion = MotionEvaluation(tally, massKilograms: commanded.massKilograms)
    }
    return figures
  }

  /// Before the observation, which begins new episodes.
  private func measureDistances() {
    guard let commanded = environments.commanded else { return }
    for index in 0..<environments.count where !isOver[index] {
      let track = tracks[index]
      let moved = commanded.pose(of: index).position - track.position
      distances[index] = moved.x * track.direction.x + moved.y * track.direction.y
    }
  }

  private static func track(_ environments: any CommandedEnvironments, _ index: Int) -> Track {
    let command = environments.command(of: index)
    let (position, heading) = environments.pose(of: index)
    let speed = Double(hypot(command.forward, command.left))
    let forward = speed > 0 ? Double(command.forward) / speed : 1
    let left = speed > 0 ? Double(command.left) / speed : 0
    return Track(
      position: position,
      direction: SIMD2(
        heading.x * forward - heading.y * left, heading.y * forward + heading.x * left))
  }
}

/// The actor of a policy file, for each simulation by itself.
final class FrozenActor {
  private let policy: PolicyFile
  private let environments: any Environments
  private let actions: SliceBuffer<Float>
  private let scratch: SliceBuffer<Float>

  init(policy: PolicyFile, environments: any Environments) {
    self.policy = policy
    self.environments = environments
    actions = SliceBuffer(
      repeating: 0, count: environments.count * environments.actionSpace.width)
    scratch = SliceBuffer(repeating: 0, count: environments.count * PolicyFile.scratchCount)
  }

  func act(_ index: Int) {
    unsafe policy.forward(
      environments.observations.base + index * environments.observationWidth,
      into: actions.base + index * policy.contract.jointCount,
      scratch: scratch.base + index * PolicyFile.scratchCount)
    environments.act(actions, in: index..<(index + 1))
  }
}

/// The actor of a trainer, for each simulation by itself.
final class TrainedActor {
  private let trainer: Trainer
  private let environments: any Environments
  private let networks: [ActorCriticWorkspace]
  private let inputs: SliceBuffer<Float>
  private let actions: SliceBuffer<Float>

  init(trainer: Trainer, environments: any Environments) {
    self.trainer = trainer
    self.environments = environments
    networks = (0..<environments.count).map { _ in
      ActorCriticWorkspace(model: trainer.policy, rowsMax: 1)
    }
    inputs = SliceBuffer(
      repeating: 0, count: environments.count * environments.observationWidth)
    actions = SliceBuffer(
      repeating: 0, count: environments.count * environments.actionSpace.width)
  }

  func act(_ index: Int) {
    let width = environments.observationWidth
    let observations = environments.observations
    for column in 0..<width {
      inputs[index * width + column] = ObservationNormaliser.normalised(
        observations[index * width + column], mean: trainer.normaliserNumbers[column],
        factor: trainer.normaliserNumbers[width + column])
    }
    unsafe networks[index].forwardActor(UnsafePointer(inputs.base + index * width), rows: 1)
    trainer.learner.head.likeliest(networks[index], rows: 1, into: actions, first: index)
    environments.act(actions, in: index..<(index + 1))
  }
}
