internal import Foundation
internal import Locomotion
internal import ParallelArrays

/// Continuous actions: a normal distribution around each of the actor's outputs.
///
/// The unbounded action is kept and scored; the task limits the action for the body.
final class GaussianHead: PolicyHead {
  private let model: ActorCritic
  private let width: Int
  private let standardDeviations: any StandardDeviationModel

  init(model: ActorCritic, exploration: ExplorationKind, environmentCount: Int) {
    self.model = model
    width = model.actorWidth
    standardDeviations =
      switch exploration {
      case .free: FreeStandardDeviation(model: model)
      case .stateDependent:
        StateDependentStandardDeviation(model: model, environmentCount: environmentCount)
      }
  }

  func beginRollout(_ noise: SliceBuffer<RandomSource>) { standardDeviations.beginRollout(noise) }

  func prepare(_ head: HeadWorkspace) { standardDeviations.prepare(head) }

  func draw(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, environments: Range<Int>,
    noise: SliceBuffer<RandomSource>, into rollout: Rollout, sample: Int
  ) {
    let rows = environments.count
    let actions = unsafe rollout.actions.base + sample * width
    unsafe standardDeviations.drawNoise(
      networks, head, environments: environments, noise: noise, into: actions)
    for row in 0..<rows {
      for action in 0..<width {
        let mean = networks.outputs[row * networks.outputStride + action]
        unsafe actions[row * width + action] += mean
        let index = (sample + row) * width + action
        rollout.outputs[index] = mean
        rollout.logStandardDeviations[index] = head.logStandardDeviations[row * width + action]
      }
    }
    unsafe scoreWithDeviations(actions, networks, head, rows: rows)
    for row in 0..<rows { rollout.logProbabilities[sample + row] = head.logProbabilities[row] }
  }

  func score(
    _ actions: UnsafePointer<Float>, _ networks: ActorCriticWorkspace, _ head: HeadWorkspace,
    rows: Int
  ) {
    standardDeviations.fill(networks, head, rows: rows)
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
    rows: Int, lossGradients: LossGradients, into gradient: SliceBuffer<Float>
  ) {
    for row in 0..<rows {
      for action in 0..<width {
        let gaussian = gaussian(networks, head, row: row, action: action)
        let slope = unsafe gaussian.gradient(at: actions[row * width + action])
        networks.outputGradients[row * networks.outputStride + action] =
          lossGradients.logProbability[row] * slope.mean
        head.logStandardDeviationGradients[row * width + action] =
          lossGradients.logProbability[row] * slope.logStandardDeviation
          + lossGradients.entropy[row]
      }
    }
    standardDeviations.backward(networks, head, rows: rows, into: gradient)
  }

  func drawScores(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, rows: Int,
    random: inout RandomSource
  ) {
    for row in 0..<rows {
      for action in 0..<width {
        networks.outputGradients[row * networks.outputStride + action] =
          random.normals().0 * head.inverseStandardDeviations[row * width + action]
      }
    }
  }

  func divergence(
    from rollout: Rollout, sample: Int, _ networks: ActorCriticWorkspace, _ head: HeadWorkspace,
    rows: Int
  ) -> Float {
    standardDeviations.fill(networks, head, rows: rows)
    var sum: Float = 0
    for row in 0..<rows {
      for action in 0..<width {
        let index = (sample + row) * width + action
        let old = Gaussian(
          mean: rollout.outputs[index], logStandardDeviation: rollout.logStandardDeviations[index])
        sum += gaussian(networks, head, row: row, action: action).divergence(from: old)
      }
    }
    return sum
  }

  func mode(
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
      logStandardDeviation: head.logStandardDeviations[row * width + action],
      inverseStandardDeviation: head.inverseStandardDeviations[row * width + action])
  }
}
