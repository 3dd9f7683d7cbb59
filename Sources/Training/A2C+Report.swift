internal import Foundation
internal import ParallelArrays

// The figures of an update; the divergence also steers the next learning rate.
extension A2C {
  /// Fills in the figures that an update has once all its steps are made.
  func measure(
    _ rollout: Rollout, into report: inout UpdateReport,
    concurrently: (Int, (Int) -> Void) -> Void
  ) {
    report.kl = measureKL(rollout, concurrently: concurrently)
    report.explainedVariance = explainedVariance(rollout)
    report.standardDeviation = meanStandardDeviation(rollout)
  }

  /// Mean KL divergence of the updated policy from the one that drew the rollout, in nats.
  private func measureKL(
    _ rollout: Rollout, concurrently: (Int, (Int) -> Void) -> Void
  ) -> Float {
    concurrently(slices.count) { index in
      let slice = slices[index]
      let rows = Self.part(index, of: slices.count, count: rollout.sampleCount)
      unsafe slice.networks.forwardActor(
        UnsafePointer(rollout.normalised.base + rows.lowerBound * rollout.observationWidth),
        rows: rows.count)
      head.prepare(slice.head)
      slice.kl = head.divergence(
        from: rollout, sample: rows.lowerBound, slice.networks, slice.head, rows: rows.count)
    }
    return slices.reduce(0) { $0 + $1.kl } / Float(rollout.sampleCount)
  }

  /// Share of the returns' variance that the critic predicted: 1 − variance(R − V) / variance(R).
  func explainedVariance(_ rollout: Rollout) -> Float {
    let usable = (0..<rollout.sampleCount).filter { rollout.isUsable[$0] }
    func variance(_ value: (Int) -> Float) -> Float {
      let count = Float(usable.count)
      let mean = usable.reduce(Float(0)) { $0 + value($1) / count }
      return usable.reduce(Float(0)) {
        $0 + (value($1) - mean) * (value($1) - mean) / count
      }
    }
    let total = variance { rollout.returns[$0] }
    guard total > 0 else { return 0 }
    return 1 - variance { rollout.returns[$0] - rollout.values[$0] } / total
  }

  /// Mean standard deviation of the actions in the rollout's last tick; 0 for discrete actions.
  func meanStandardDeviation(_ rollout: Rollout) -> Float {
    guard !model.logStandardDeviations.isEmpty else { return 0 }
    let count = rollout.environmentCount * rollout.actionWidth
    let first = (rollout.timeCount - 1) * count
    return (first..<(first + count)).reduce(Float(0)) {
      $0 + exp(rollout.logStandardDeviations[$1]) / Float(count)
    }
  }
}
