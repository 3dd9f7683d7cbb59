internal import ParallelArrays

/// What the simulations went through between two updates; every shape begins `[time, environment]`.
final class Rollout {
  let timeCount: Int
  let environmentCount: Int
  let observationWidth: Int
  let actionWidth: Int
  /// Observations as the task makes them.
  let observations: SliceBuffer<Float>
  /// The same, normalised and clipped: what the networks see.
  let normalised: SliceBuffer<Float>
  /// Actions as they were drawn, unbounded.
  let actions: SliceBuffer<Float>
  /// What the actor gave to draw them from: means, or log-probabilities of the choices.
  let outputs: SliceBuffer<Float>
  /// Logarithms of the deviations with which they were drawn; unused for choices.
  let logDeviations: SliceBuffer<Float>
  /// `log π(a|s)` of the actions when they were drawn.
  let logProbabilities: SliceBuffer<Float>
  /// Rewards as the task gives them.
  let rewards: SliceBuffer<Float>
  /// Whether the episode ended with the step, either way.
  let hasEnded: SliceBuffer<Bool>
  /// The critic's estimate of the last observation where an episode was cut off; 0 elsewhere.
  let cutOffValues: SliceBuffer<Float>
  /// The critic's estimate before the step.
  let values: SliceBuffer<Float>
  let advantages: SliceBuffer<Float>
  /// What the critic is to learn.
  let returns: SliceBuffer<Float>
  /// Whether the step's return is known; only such steps are learned from.
  let isUsable: SliceBuffer<Bool>
  /// The critic's estimate after the last step: `[environment]`.
  let lastValues: SliceBuffer<Float>

  var sampleCount: Int { timeCount * environmentCount }

  init(
    timeCount: Int, environmentCount: Int, observationWidth: Int, actionWidth: Int, actorWidth: Int
  ) {
    self.timeCount = timeCount
    self.environmentCount = environmentCount
    self.observationWidth = observationWidth
    self.actionWidth = actionWidth
    let count = timeCount * environmentCount
    observations = SliceBuffer(repeating: 0, count: count * observationWidth)
    normalised = SliceBuffer(repeating: 0, count: count * observationWidth)
    actions = SliceBuffer(repeating: 0, count: count * actionWidth)
    outputs = SliceBuffer(repeating: 0, count: count * actorWidth)
    logDeviations = SliceBuffer(repeating: 0, count: count * actorWidth)
    logProbabilities = SliceBuffer(repeating: 0, count: count)
    rewards = SliceBuffer(repeating: 0, count: count)
    hasEnded = SliceBuffer(repeating: false, count: count)
    cutOffValues = SliceBuffer(repeating: 0, count: count)
    values = SliceBuffer(repeating: 0, count: count)
    advantages = SliceBuffer(repeating: 0, count: count)
    returns = SliceBuffer(repeating: 0, count: count)
    isUsable = SliceBuffer(repeating: true, count: count)
    lastValues = SliceBuffer(repeating: 0, count: environmentCount)
  }
}
