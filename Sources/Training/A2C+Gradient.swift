internal import Foundation
internal import ParallelArrays

// The gradient of the loss: each slice adds up that of its samples, and the slices are summed.
extension A2C {
  /// Computes the gradient over a minibatch.
  ///
  /// - Parameter minibatch: Places in ``order``.
  /// - Returns: `false` when no sample of the minibatch has a return to learn from.
  func computeGradient(
    _ rollout: Rollout, _ minibatch: Range<Int>, concurrently: (Int, (Int) -> Void) -> Void
  ) -> Bool {
    let usableCount = minibatch.reduce(0) { $0 + (rollout.isUsable[Int(order[$1])] ? 1 : 0) }
    guard usableCount > 0 else { return false }
    let perSample = 1 / Float(usableCount)
    concurrently(slices.count) { index in
      let rows = Self.part(index, of: slices.count, count: minibatch.count)
      addGradient(
        slices[index], rollout,
        (minibatch.lowerBound + rows.lowerBound)..<(minibatch.lowerBound + rows.upperBound),
        perSample: perSample)
    }
    sumGradients()
    return true
  }

  /// Computes the gradient of the critic alone over consecutive samples of the rollout.
  ///
  /// - Returns: `false` when no sample has a return to learn from.
  func computeCriticGradient(
    _ rollout: Rollout, _ samples: Range<Int>, concurrently: (Int, (Int) -> Void) -> Void
  ) -> Bool {
    let usableCount = samples.reduce(0) { $0 + (rollout.isUsable[$1] ? 1 : 0) }
    guard usableCount > 0 else { return false }
    let perSample = 1 / Float(usableCount)
    concurrently(slices.count) { index in
      let slice = slices[index]
      let part = Self.part(index, of: slices.count, count: samples.count)
      let first = samples.lowerBound + part.lowerBound
      let input = unsafe UnsafePointer(
        rollout.normalised.base + first * rollout.observationWidth)
      slice.begin()
      unsafe slice.networks.forwardCritic(input, rows: part.count)
      for row in 0..<part.count {
        let sample = first + row
        valueLoss(
          slice, rollout, row: row, sample: sample,
          weight: rollout.isUsable[sample] ? perSample : 0)
      }
      unsafe slice.networks.backwardCritic(input, rows: part.count, into: slice.gradient)
    }
    sumGradients()
    return true
  }

  private func addGradient(
    _ slice: GradientSlice, _ rollout: Rollout, _ places: Range<Int>, perSample: Float
  ) {
    let rows = places.count
    let input: UnsafePointer<Float>
    let actions: UnsafePointer<Float>
    if configuration.minibatches == 1 {
      unsafe input = UnsafePointer(
        rollout.normalised.base + places.lowerBound * rollout.observationWidth)
      unsafe actions = UnsafePointer(
        rollout.actions.base + places.lowerBound * rollout.actionWidth)
    } else {
      slice.copySamples(rollout, order, places)
      unsafe input = UnsafePointer(slice.input.base)
      unsafe actions = UnsafePointer(slice.actions.base)
    }
    slice.begin()
    unsafe slice.networks.forward(input, rows: rows)
    head.prepare(slice.head)
    unsafe head.score(actions, slice.networks, slice.head, rows: rows)
    for row in 0..<rows {
      let sample = Int(order[places.lowerBound + row])
      let weight = rollout.isUsable[sample] ? perSample : 0
      policyLoss(slice, rollout, row: row, sample: sample, weight: weight)
      entropyLoss(slice, row: row, weight: weight)
      valueLoss(slice, rollout, row: row, sample: sample, weight: weight)
    }
    unsafe head.backward(
      actions, slice.networks, slice.head, rows: rows, lossGradients: slice.lossGradients,
      into: slice.gradient)
    unsafe slice.networks.backward(input, rows: rows, into: slice.gradient)
    for optimiser in optimisers {
      unsafe optimiser.gatherCurvature(slice, input, places: places)
    }
  }

  /// − A · log π(a|s), or PPO's clipped form of it, and its derivative in `log π(a|s)`.
  private func policyLoss(
    _ slice: GradientSlice, _ rollout: Rollout, row: Int, sample: Int, weight: Float
  ) {
    let advantage = rollout.advantages[sample]
    let logProbability = slice.head.logProbabilities[row]
    guard configuration.clip > 0 else {
      slice.policyLoss -= weight * advantage * logProbability
      slice.lossGradients.logProbability[row] = -weight * advantage
      return
    }
    let ratio = exp(logProbability - rollout.logProbabilities[sample])
    let clipped = min(max(ratio, 1 - configuration.clip), 1 + configuration.clip)
    let isClipped = clipped * advantage < ratio * advantage
    slice.policyLoss -= weight * (isClipped ? clipped : ratio) * advantage
    slice.lossGradients.logProbability[row] = isClipped ? 0 : -weight * ratio * advantage
  }

  /// − c_entropy · H(π), and its derivative in H.
  private func entropyLoss(_ slice: GradientSlice, row: Int, weight: Float) {
    slice.entropy += weight * slice.head.entropies[row]
    slice.lossGradients.entropy[row] = -weight * configuration.entropyWeight
  }

  /// c_value · (R − V(s))², and its derivative in V(s).
  private func valueLoss(
    _ slice: GradientSlice, _ rollout: Rollout, row: Int, sample: Int, weight: Float
  ) {
    let error = slice.networks.value(row) - rollout.returns[sample]
    slice.valueLoss += weight * error * error
    slice.networks.setValueGradient(weight * configuration.valueWeight * 2 * error, row)
  }

  private func sumGradients() {
    let first = slices[0].gradient
    for index in 0..<gradient.count { gradient[index] = first[index] }
    for slice in slices.dropFirst() {
      let part = slice.gradient
      for index in 0..<gradient.count { gradient[index] += part[index] }
    }
  }
}
