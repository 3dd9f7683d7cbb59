internal import ParallelArrays

/// Samples of all environments between two updates; every shape begins `[time, environment]`.
final class Rollout {
  let timeCount: Int
  let environmentCount: Int
  let observationWidth: Int
  let actionWidth: Int
  /// Observations as the task gives them.
  let observations: SliceBuffer<Float>
  /// Observations as the networks see them: normalised and clipped.
  let normalised: SliceBuffer<Float>
  /// Actions as drawn, unbounded.
  let actions: SliceBuffer<Float>
  /// The actor's outputs behind the actions: means, or log-probabilities of discrete actions.
  let outputs: SliceBuffer<Float>
  /// Logarithms of the actions' standard deviations; unused for discrete actions.
  let logStandardDeviations: SliceBuffer<Float>
  /// `log π(a|s)` of the actions under the policy that drew them.
  let logProbabilities: SliceBuffer<Float>
  /// Rewards as the task gives them.
  let rewards: SliceBuffer<Float>
  /// `true` when the step terminated or truncated its episode.
  let isDone: SliceBuffer<Bool>
  /// Bootstrap value: the critic's value of a truncated episode's last observation; 0 elsewhere.
  let bootstrapValues: SliceBuffer<Float>
  /// The critic's value before the step.
  let values: SliceBuffer<Float>
  let advantages: SliceBuffer<Float>
  /// Targets of the critic.
  let returns: SliceBuffer<Float>
  /// `true` when the step's return is known; the learner uses no other steps.
  let isUsable: SliceBuffer<Bool>
  /// Bootstrap values after the last step: `[environment]`.
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
    logStandardDeviations = SliceBuffer(repeating: 0, count: count * actorWidth)
    logProbabilities = SliceBuffer(repeating: 0, count: count)
    rewards = SliceBuffer(repeating: 0, count: count)
    isDone = SliceBuffer(repeating: false, count: count)
    bootstrapValues = SliceBuffer(repeating: 0, count: count)
    values = SliceBuffer(repeating: 0, count: count)
    advantages = SliceBuffer(repeating: 0, count: count)
    returns = SliceBuffer(repeating: 0, count: count)
    isUsable = SliceBuffer(repeating: true, count: count)
    lastValues = SliceBuffer(repeating: 0, count: environmentCount)
  }
}
