internal import ParallelArrays

/// Advantages and returns of a rollout, from its rewards and the critic's estimates.
enum AdvantageEstimator {
  /// Fills in the rollout's advantages, returns and ``Rollout/isUsable``.
  ///
  /// With δ = r + γ V(s′) − V(s), all but `montecarlo` are sums Σ (γ λ)ᵏ δ over the rest of the
  /// episode: λ is 0 for `td` and 1 for `nstep`. An episode that was cut off has a future, which
  /// is the critic's estimate of its last observation; one that ended has none.
  ///
  /// - Parameters:
  ///   - rewardScale: Multiplies the rewards.
  ///   - usesBaseline: Without it the advantages are the returns.
  static func estimate(
    _ rollout: Rollout, _ kind: EstimatorKind, discount: Float, lambda: Float, rewardScale: Float,
    usesBaseline: Bool
  ) {
    for environment in 0..<rollout.environmentCount {
      switch kind {
      case .td, .nstep, .gae:
        let lambda: Float = kind == .gae ? lambda : kind == .td ? 0 : 1
        errors(
          rollout, environment, discount: discount, lambda: lambda, rewardScale: rewardScale)
      case .montecarlo:
        sums(rollout, environment, discount: discount, rewardScale: rewardScale)
      }
    }
    guard !usesBaseline else { return }
    for index in 0..<rollout.sampleCount { rollout.advantages[index] = rollout.returns[index] }
  }

  private static func errors(
    _ rollout: Rollout, _ environment: Int, discount: Float, lambda: Float, rewardScale: Float
  ) {
    var advantage: Float = 0
    var nextValue = rollout.lastValues[environment]
    for time in (0..<rollout.timeCount).reversed() {
      let index = time * rollout.environmentCount + environment
      let hasEnded = rollout.hasEnded[index]
      let future = hasEnded ? rollout.cutOffValues[index] : nextValue
      let error =
        rewardScale * rollout.rewards[index] + discount * future - rollout.values[index]
      advantage = error + (hasEnded ? 0 : discount * lambda * advantage)
      rollout.advantages[index] = advantage
      rollout.returns[index] = advantage + rollout.values[index]
      rollout.isUsable[index] = true
      nextValue = rollout.values[index]
    }
  }

  private static func sums(
    _ rollout: Rollout, _ environment: Int, discount: Float, rewardScale: Float
  ) {
    var sum: Float = 0
    var seesEnd = false
    for time in (0..<rollout.timeCount).reversed() {
      let index = time * rollout.environmentCount + environment
      if rollout.hasEnded[index] {
        sum = 0
        seesEnd = true
      }
      sum = rewardScale * rollout.rewards[index] + discount * sum
      rollout.returns[index] = sum
      rollout.advantages[index] = sum - rollout.values[index]
      rollout.isUsable[index] = seesEnd
    }
  }
}
