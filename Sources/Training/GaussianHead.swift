internal import Foundation
internal import Locomotion
internal import ParallelArrays

/// Continuous actions: a normal distribution around each of the actor's outputs.
///
/// The unbounded action is kept and scored; only what goes to the body is limited.
final class GaussianHead: PolicyHead {
  private let model: ActorCritic
  private let width: Int
  private let deviation: any DeviationModel

  init(model: ActorCritic, exploration: ExplorationKind, environmentCount: Int) {
    self.model = model
    width = model.actorWidth
    deviation =
      switch exploration {
      case .free: FreeDeviation(model: model)
      case .stateDependent:
        StateDependentDeviation(model: model, environmentCount: environmentCount)
      }
  }

  func beginRollout(_ noise: SliceBuffer<RandomSource>) { deviation.beginRollout(noise) }

  func prepare(_ head: HeadWorkspace) { deviation.prepare(head) }

  func draw(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, environments: Range<Int>,
    noise: SliceBuffer<RandomSource>, into rollout: Rollout, sample: Int
  ) {
    let rows = environments.count
    let actions = unsafe rollout.actions.base + sample * width
    unsafe deviation.drawNoise(
      networks, head, environments: environments, noise: noise, into: actions)
    for row in 0..<rows {
      for action in 0..<width {
        let mean = networks.outputs[row * networks.outputStride + action]
        unsafe actions[row * width + action] += mean
        let index = (sample + row) * width + action
        rollout.outputs[index] = mean
        rollout.logDeviations[index] = head.logDeviations[row * width + action]
      }
    }
    unsafe scoreWithDeviations(actions, networks, head, rows: rows)
    for row in 0..<rows { rollout.logProbabilities[sample + row] = head.logProbabilities[row] }
  }

  func score(
    _ actions: UnsafePointer<Float>, _ networks: ActorCriticWorkspace, _ head: HeadWorkspace,
    rows: Int
  ) {
    deviation.fill(networks, head, rows: rows)
    unsafe scoreWithDeviations(actions, networks, head, rows: rows)
  }

  private func scoreWithDeviations(
    _ actions: UnsafePointer<Float>, _ networks: ActorCriticWorkspace, _ head: HeadWorkspace,
    rows: Int
  ) {
    for row in 0..<rows {
      var logProbability: Float = 0
      var entropy: Float = 0
      for action in 0..<width {
        let gaussian = gaussian(networks, head, row: row, action: action)
        logProbability += unsafe gaussian.logProbability(of: actions[row * width + action])
        entropy += gaussian.entropy
      }
      head.logProbabilities[row] = logProbability
      head.entropies[row] = entropy
    }
  }

  func backward(
    _ actions: UnsafePointer<Float>, _ networks: ActorCriticWorkspace, _ head: HeadWorkspace,
    rows: Int, slopes: LossSlopes, into gradient: SliceBuffer<Float>
  ) {
    for row in 0..<rows {
      for action in 0..<width {
        let gaussian = gaussian(networks, head, row: row, action: action)
        let slope = unsafe gaussian.gradient(at: actions[row * width + action])
        networks.outputGradients[row * networks.outputStride + action] =
          slopes.logProbability[row] * slope.mean
        head.deviationGradients[row * width + action] =
          slopes.logProbability[row] * slope.logDeviation + slopes.entropy[row]
      }
    }
    deviation.backward(networks, head, rows: rows, into: gradient)
  }

  func drawScores(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, rows: Int,
    random: inout RandomSource
  ) {
    for row in 0..<rows {
      for action in 0..<width {
        networks.outputGradients[row * networks.outputStride + action] =
          random.normals().0 * head.inverseDeviations[row * width + action]
      }
    }
  }

  func divergence(
    from rollout: Rollout, sample: Int, _ networks: ActorCriticWorkspace, _ head: HeadWorkspace,
    rows: Int
  ) -> Float {
    deviation.fill(networks, head, rows: rows)
    var sum: Float = 0
    for row in 0..<rows {
      for action in 0..<width {
        let index = (sample + row) * width + action
        let old = Gaussian(mean: rollout.outputs[index], logDeviation: rollout.logDeviations[index])
        sum += gaussian(networks, head, row: row, action: action).divergence(from: old)
      }
    }
    return sum
  }

  func likeliest(
    _ networks: ActorCriticWorkspace, rows: Int, into actions: SliceBuffer<Float>, first: Int
  ) {
    for row in 0..<rows {
      for action in 0..<width {
        actions[(first + row) * width + action] =
          networks.outputs[row * networks.outputStride + action]
      }
    }
  }

  @inline(__always)
  private func gaussian(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, row: Int, action: Int
  ) -> Gaussian {
    Gaussian(
      mean: networks.outputs[row * networks.outputStride + action],
      logDeviation: head.logDeviations[row * width + action],
      inverseDeviation: head.inverseDeviations[row * width + action])
  }
}
