internal import Locomotion
internal import ParallelArrays

/// A slice of the simulations: draws its actions and takes in what they bring.
final class RolloutWorker {
  private let environments: any Environments
  private let range: Range<Int>
  private let head: any PolicyHead
  private let noise: SliceBuffer<RandomSource>
  /// Actions of all simulations: `[environment, actionWidth]`.
  private let actions: SliceBuffer<Float>
  private let networks: ActorCriticWorkspace
  private let headWorkspace: HeadWorkspace
  /// Means, then factors, of the observation normaliser: the trainer keeps them current.
  private let normaliser: SliceBuffer<Float>
  /// Normalised observations outside the rollout: `[rows, observationWidth]`.
  private let input: SliceBuffer<Float>
  // The protocol's buffers, taken out once: a tick reads them number by number.
  private let observed: SliceBuffer<Float>
  private let lastObserved: SliceBuffer<Float>
  private let rewards: SliceBuffer<Float>
  private let outcomes: SliceBuffer<EpisodeOutcome>

  init(
    environments: any Environments, range: Range<Int>, model: ActorCritic, head: any PolicyHead,
    noise: SliceBuffer<RandomSource>, actions: SliceBuffer<Float>, normaliser: SliceBuffer<Float>
  ) {
    self.environments = environments
    self.range = range
    self.head = head
    self.noise = noise
    self.actions = actions
    self.normaliser = normaliser
    networks = ActorCriticWorkspace(model: model, rowsMax: range.count)
    headWorkspace = HeadWorkspace(model: model, rowsMax: range.count)
    input = SliceBuffer(repeating: 0, count: range.count * environments.observationWidth)
    observed = environments.observations
    lastObserved = environments.finalObservations
    rewards = environments.rewards
    outcomes = environments.outcomes
  }

  /// Draws actions and hands them to the simulations.
  func act(_ rollout: Rollout, time: Int) {
    let width = rollout.observationWidth
    let first = time * rollout.environmentCount + range.lowerBound
    for index in 0..<(range.count * width) {
      rollout.observations[first * width + index] = observed[range.lowerBound * width + index]
    }
    normalise(observed, range, into: rollout.normalised, first: first)
    unsafe networks.forward(
      UnsafePointer(rollout.normalised.base + first * width), rows: range.count)
    if time == 0 { head.prepare(headWorkspace) }
    head.draw(
      networks, headWorkspace, environments: range, noise: noise, into: rollout, sample: first)
    for row in 0..<range.count { rollout.values[first + row] = networks.value(row) }
    let actionWidth = rollout.actionWidth
    for index in 0..<(range.count * actionWidth) {
      actions[range.lowerBound * actionWidth + index] =
        rollout.actions[first * actionWidth + index]
    }
    environments.act(actions, in: range)
  }

  /// Takes in what a tick brought.
  func observe(_ rollout: Rollout, time: Int) {
    environments.observe(in: range)
    for environment in range {
      let index = time * rollout.environmentCount + environment
      let outcome = outcomes[environment]
      rollout.rewards[index] = rewards[environment]
      rollout.hasEnded[index] = outcome != .running
      rollout.cutOffValues[index] = 0
      guard outcome == .truncated else { continue }
      estimate(lastObserved, environment..<(environment + 1))
      rollout.cutOffValues[index] = networks.value(0)
    }
  }

  /// Asks the critic about the simulations as the rollout leaves them.
  func estimateLast(_ rollout: Rollout) {
    estimate(observed, range)
    for (row, environment) in range.enumerated() {
      rollout.lastValues[environment] = networks.value(row)
    }
  }

  private func estimate(_ observations: SliceBuffer<Float>, _ range: Range<Int>) {
    normalise(observations, range, into: input, first: 0)
    unsafe networks.forwardCritic(UnsafePointer(input.base), rows: range.count)
  }

  /// Normalises the observations of some simulations into rows from `first` on.
  private func normalise(
    _ observations: SliceBuffer<Float>, _ range: Range<Int>, into rows: SliceBuffer<Float>,
    first: Int
  ) {
    let width = environments.observationWidth
    for (row, environment) in range.enumerated() {
      for column in 0..<width {
        rows[(first + row) * width + column] = ObservationNormaliser.normalised(
          observations[environment * width + column], mean: normaliser[column],
          factor: normaliser[width + column])
      }
    }
  }
}
