internal import Locomotion

/// Generalized advantage estimation.
///
/// Schulman et al. 2015, arXiv 1506.02438.
enum GeneralizedAdvantage {
  /// Fills in advantages and the returns that the critic is to learn.
  ///
  /// All have the shape `[time, environment]`, but `lastValues`, which has `[environment]`.
  ///
  /// - Parameters:
  ///   - rewards: With γ · V(final observation) added where the time was up: an episode that is cut
  ///     off has a future, one that ended in a fall has none.
  ///   - ended: Whether the episode ended with the step, either way.
  ///   - values: The critic's estimate before the step.
  ///   - lastValues: Its estimate after the last step.
  static func estimate(
    rewards: SliceBuffer<Float>, ended: SliceBuffer<Bool>, values: SliceBuffer<Float>,
    lastValues: SliceBuffer<Float>, discount: Float, lambda: Float,
    advantages: SliceBuffer<Float>, returns: SliceBuffer<Float>
  ) {
    let environmentCount = lastValues.count
    let timeCount = rewards.count / environmentCount
    for environment in 0..<environmentCount {
      var advantage: Float = 0
      var nextValue = lastValues[environment]
      for time in (0..<timeCount).reversed() {
        let index = time * environmentCount + environment
        let future: Float = ended[index] ? 0 : discount
        let error = rewards[index] + future * nextValue - values[index]
        advantage = error + future * lambda * advantage
        advantages[index] = advantage
        returns[index] = advantage + values[index]
        nextValue = values[index]
      }
    }
  }
}
