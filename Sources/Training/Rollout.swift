internal import Locomotion

/// What the simulations went through between two updates; every shape begins `[time, environment]`.
final class Rollout {
  let timeCount: Int
  let environmentCount: Int
  /// Observations as the robot makes them.
  let observations: SliceBuffer<Float>
  /// The same, normalised and clipped: what the networks see.
  let normalised: SliceBuffer<Float>
  /// Actions as they were drawn, unbounded.
  let actions: SliceBuffer<Float>
  /// Means from which the actions were drawn.
  let means: SliceBuffer<Float>
  /// Logarithms of the deviations from which they were drawn: `[action]`.
  let logDeviations: SliceBuffer<Float>
  let rewards: SliceBuffer<Float>
  let ended: SliceBuffer<Bool>
  let values: SliceBuffer<Float>
  let advantages: SliceBuffer<Float>
  let returns: SliceBuffer<Float>
  /// The critic's estimate after the last step: `[environment]`.
  let lastValues: SliceBuffer<Float>

  var sampleCount: Int { timeCount * environmentCount }

  init(timeCount: Int, environmentCount: Int, observationWidth: Int, actionWidth: Int) {
    self.timeCount = timeCount
    self.environmentCount = environmentCount
    let count = timeCount * environmentCount
    observations = SliceBuffer(repeating: 0, count: count * observationWidth)
    normalised = SliceBuffer(repeating: 0, count: count * observationWidth)
    actions = SliceBuffer(repeating: 0, count: count * actionWidth)
    means = SliceBuffer(repeating: 0, count: count * actionWidth)
    logDeviations = SliceBuffer(repeating: 0, count: actionWidth)
    rewards = SliceBuffer(repeating: 0, count: count)
    ended = SliceBuffer(repeating: false, count: count)
    values = SliceBuffer(repeating: 0, count: count)
    advantages = SliceBuffer(repeating: 0, count: count)
    returns = SliceBuffer(repeating: 0, count: count)
    lastValues = SliceBuffer(repeating: 0, count: environmentCount)
  }
}
