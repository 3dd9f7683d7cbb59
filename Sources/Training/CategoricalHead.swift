internal import Locomotion
internal import ParallelArrays

/// Discrete actions: the actor's outputs are logits.
final class CategoricalHead: PolicyHead {
  private let count: Int

  init(model: ActorCritic) { count = model.actorWidth }

  func beginRollout(_ noise: SliceBuffer<RandomSource>) {}

  func prepare(_ head: HeadWorkspace) {}

  func draw(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, environments: Range<Int>,
    noise: SliceBuffer<RandomSource>, into rollout: Rollout, sample: Int
  ) {
    for (row, environment) in environments.enumerated() {
      let logProbabilities = logProbabilities(networks, row)
      let choice = Categorical.draw(logProbabilities, noise[environment].uniform())
      rollout.actions[sample + row] = Float(choice)
      rollout.logProbabilities[sample + row] = logProbabilities[choice]
      for index in 0..<count {
        rollout.outputs[(sample + row) * count + index] = logProbabilities[index]
      }
    }
  }

  func score(
    _ actions: UnsafePointer<Float>, _ networks: ActorCriticWorkspace, _ head: HeadWorkspace,
    rows: Int
  ) {
    for row in 0..<rows {
      let logProbabilities = logProbabilities(networks, row)
      head.logProbabilities[row] = logProbabilities[unsafe Int(actions[row])]
      head.entropies[row] = Categorical.entropy(logProbabilities)
    }
  }

  func backward(
    _ actions: UnsafePointer<Float>, _ networks: ActorCriticWorkspace, _ head: HeadWorkspace,
    rows: Int, lossGradients: LossGradients, into gradient: SliceBuffer<Float>
  ) {
    for row in 0..<rows {
      let logProbabilities = logProbabilities(networks, row)
      let entropy = Categorical.entropy(logProbabilities)
      let choice = unsafe Int(actions[row])
      for logit in 0..<count {
        networks.outputGradients[row * networks.outputStride + logit] =
          lossGradients.logProbability[row]
          * Categorical.gradient(logProbabilities, choice: choice, in: logit)
          + lossGradients.entropy[row]
          * Categorical.entropyGradient(logProbabilities, entropy: entropy, in: logit)
      }
    }
  }

  func drawScores(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, rows: Int,
    random: inout RandomSource
  ) {
    for row in 0..<rows {
      let logProbabilities = logProbabilities(networks, row)
      let choice = Categorical.draw(logProbabilities, random.uniform())
      for logit in 0..<count {
        networks.outputGradients[row * networks.outputStride + logit] =
          Categorical.gradient(logProbabilities, choice: choice, in: logit)
      }
    }
  }

  func divergence(
    from rollout: Rollout, sample: Int, _ networks: ActorCriticWorkspace, _ head: HeadWorkspace,
    rows: Int
  ) -> Float {
    (0..<rows).reduce(Float(0)) { sum, row in
      let old = (0..<count).map { rollout.outputs[(sample + row) * count + $0] }
      return sum + Categorical.divergence(old: old, new: logProbabilities(networks, row))
    }
  }

  func mode(
    _ networks: ActorCriticWorkspace, rows: Int, into actions: SliceBuffer<Float>, first: Int
  ) {
    for row in 0..<rows {
      let logProbabilities = logProbabilities(networks, row)
      let best = logProbabilities.indices.max { logProbabilities[$0] < logProbabilities[$1] }
      actions[first + row] = Float(best ?? 0)
    }
  }

  private func logProbabilities(_ networks: ActorCriticWorkspace, _ row: Int) -> [Float] {
    var logits = (0..<count).map { networks.outputs[row * networks.outputStride + $0] }
    Categorical.normalise(&logits)
    return logits
  }
}
