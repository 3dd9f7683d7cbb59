internal import Foundation
public import Locomotion
internal import ParallelArrays
internal import PolicyNetwork
internal import RobotDescription

/// Watches an evaluation before each tick.
///
/// An environment whose first episode is done shows a later one.
public typealias EvaluationWatch = (_ environments: any WatchedEnvironments) -> Void

/// Runs environments to the end of their first episodes and adds up the figures.
final class EvaluationRun {
  private let environments: any WatchedEnvironments
  private let tracks: [Track]
  private var isOver: [Bool]
  private var tally = EpisodeTally()
  private var distances: [Double]
  private var returns: [Double]

  /// Start of a body and its commanded direction.
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

  /// Runs every environment to the end of its first episode.
  ///
  /// - Parameters:
  ///   - actors: One for each environment.
  ///   - watch: Called before each tick.
  func report(
    _ actors: [any SliceActor], watch: EvaluationWatch?
  ) throws(TaskError) -> Evaluation {
    let loop = RolloutLoop(environments: environments, actors: actors)
    while isOver.contains(false) {
      watch?(environments)
      try loop.run(ticks: 1, stepped: measureDistances)
      for index in 0..<environments.count where !isOver[index] {
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
    figures.returnStandardDeviation = (squares / count).squareRoot()
    figures.lengthMean = Double(tally.ticks) / count
    if let commanded = environments.commanded {
      figures.motion = MotionEvaluation(tally, massKilograms: commanded.massKilograms)
    }
    return figures
  }

  /// Called before the observation, which begins new episodes.
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

/// Acts in one environment of an evaluation, without noise.
final class EvaluationActor: SliceActor {
  private let actOnce: () -> Void

  private init(_ actOnce: @escaping () -> Void) { self.actOnce = actOnce }

  func act(tick: Int) { actOnce() }

  /// The actor of a policy file, for each environment.
  static func frozen(
    _ policy: PolicyFile, _ environments: any Environments
  ) -> [EvaluationActor] {
    let observations = environments.observations
    let width = environments.observationWidth
    let jointCount = policy.contract.jointCount
    let actions = SliceBuffer<Float>(repeating: 0, count: environments.count * jointCount)
    return (0..<environments.count).map { index in
      let scratch = SliceBuffer<Float>(repeating: 0, count: PolicyFile.scratchCount)
      return EvaluationActor {
        unsafe policy.forward(
          observations.base + index * width, into: actions.base + index * jointCount,
          scratch: scratch.base)
        environments.act(actions, in: index..<(index + 1))
      }
    }
  }

  /// The present actor of a trainer, for each environment.
  static func trained(
    _ trainer: Trainer, _ environments: any Environments
  ) -> [EvaluationActor] {
    let actions = SliceBuffer<Float>(
      repeating: 0, count: environments.count * environments.actionSpace.width)
    return (0..<environments.count).map { index in
      let networks = ActorCriticWorkspace(model: trainer.policy, rowsMax: 1)
      let input = SliceBuffer<Float>(repeating: 0, count: environments.observationWidth)
      return EvaluationActor {
        ObservationNormaliser.normalise(
          environments.observations, index..<(index + 1), numbers: trainer.normaliserNumbers,
          into: input, first: 0)
        unsafe networks.forwardActor(UnsafePointer(input.base), rows: 1)
        trainer.learner.head.mode(networks, rows: 1, into: actions, first: index)
        environments.act(actions, in: index..<(index + 1))
      }
    }
  }
}
