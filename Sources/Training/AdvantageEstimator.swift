internal import ParallelArrays

/// Advantages and returns of a rollout, from its rewards and the critic's estimates.
enum AdvantageEstimator {
  /// Fills in the rollout's advantages, returns and ``Rollout/isUsable``.
  ///
  /// With δ = r + γ V(s′) − V(s), all but `montecarlo` are sums Σ (γ λ)ᵏ δ over the rest of the
  /// episode: λ is 0 for `td` and 1 for `nstep`. The return of a truncated episode goes on with the
  /// bootstrap value of its last observation; that of a terminated episode ends.
  ///
  /// - Parameter rewardScale: Multiplies the rewards.
  static func estimate(
    _ rollout: Rollout, _ kind: EstimatorKind, discount: Float, lambda: Float, rewardScale: Float
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
  }

  private static func errors(
    _ rollout: Rollout, _ environment: Int, discount: Float, lambda: Float, rewardScale: Float
  ) {
    var advantage: Float = 0
    var nextValue = rollout.lastValues[environment]
    for time in (0..<rollout.timeCount).reversed() {
      let index = time * rollout.environmentCount + environment
      let isDone = rollout.isDone[index]
      let future = isDone ? rollout.bootstrapValues[index] : nextValue
      let error =
        rewardScale * rollout.rewards[index] + discount * future - rollout.values[index]
      advantage = error + (isDone ? 0 : discount * lambda * advantage)
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
      if rollout.isDone[index] {
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

extension Rollout {
  /// Makes the advantages the returns: REINFORCE without a baseline.
  func replaceAdvantagesByReturns() {
    for index in 0..<sampleCount { advantages[index] = returns[index] }
  }

  /// Brings the advantages of the usable samples to mean 0 and standard deviation 1.
  ///
  /// - Parameter max: Largest size of a normalised advantage; 0 limits none.
  func normaliseAdvantages(max sizeMax: Float) {
    let usable = (0..<sampleCount).filter { isUsable[$0] }
    guard !usable.isEmpty else { return }
    let count = Float(usable.count)
    let mean = usable.reduce(Float(0)) { $0 + advantages[$1] / count }
    let variance = usable.reduce(Float(0)) {
      let difference = advantages[$1] - mean
      return $0 + difference * difference / count
    }
    let factor = 1 / (variance.squareRoot() + 1e-8)
    let largest = sizeMax > 0 ? sizeMax : .infinity
    for index in usable {
      let normalised = (advantages[index] - mean) * factor
      advantages[index] = min(max(normalised, -largest), largest)
    }
  }
}
