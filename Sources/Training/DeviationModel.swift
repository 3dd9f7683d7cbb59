internal import CBLAS
internal import Foundation
internal import Locomotion
internal import ParallelArrays

/// Where the deviations of continuous actions come from, and how noise is drawn with them.
protocol DeviationModel: AnyObject {
  /// Draws what stays the same through a rollout.
  func beginRollout(_ noise: SliceBuffer<RandomSource>)

  /// Takes the learned numbers as they are now into a slice's working memory.
  func prepare(_ head: HeadWorkspace)

  /// Fills in the deviations for the samples that `networks` has been passed forward for.
  func fill(_ networks: ActorCriticWorkspace, _ head: HeadWorkspace, rows: Int)

  /// Fills in the deviations, and draws the noise of the actions, shape `[rows, actionWidth]`.
  func drawNoise(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, environments: Range<Int>,
    noise: SliceBuffer<RandomSource>, into actions: UnsafeMutablePointer<Float>)

  /// Adds the gradient in the learned numbers, given that in the logarithms of the deviations.
  func backward(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, rows: Int,
    into gradient: SliceBuffer<Float>)
}

/// One free parameter per action; noise is drawn anew each tick.
final class FreeDeviation: DeviationModel {
  private let model: ActorCritic
  private let width: Int

  init(model: ActorCritic) {
    self.model = model
    width = model.actorWidth
  }

  func beginRollout(_ noise: SliceBuffer<RandomSource>) {}

  /// The prepared numbers are the inverse deviations, one per action.
  func prepare(_ head: HeadWorkspace) {
    for (action, index) in model.logDeviations.enumerated() {
      head.prepared[action] = exp(-model.parameters[index])
    }
  }

  func fill(_ networks: ActorCriticWorkspace, _ head: HeadWorkspace, rows: Int) {
    for row in 0..<rows {
      for action in 0..<width {
        head.logDeviations[row * width + action] =
          model.parameters[model.logDeviations.lowerBound + action]
        head.inverseDeviations[row * width + action] = head.prepared[action]
      }
    }
  }

  func drawNoise(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, environments: Range<Int>,
    noise: SliceBuffer<RandomSource>, into actions: UnsafeMutablePointer<Float>
  ) {
    fill(networks, head, rows: environments.count)
    for (row, environment) in environments.enumerated() {
      for action in stride(from: 0, to: width, by: 2) {
        let (first, second) = noise[environment].normals()
        unsafe actions[row * width + action] = first / head.prepared[action]
        if action + 1 < width {
          unsafe actions[row * width + action + 1] = second / head.prepared[action + 1]
        }
      }
    }
  }

  func backward(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, rows: Int,
    into gradient: SliceBuffer<Float>
  ) {
    for action in 0..<width {
      var sum: Float = 0
      for row in 0..<rows { sum += head.deviationGradients[row * width + action] }
      gradient[model.logDeviations.lowerBound + action] += sum
    }
  }
}

/// Noise that is a linear function of the actor's last hidden layer.
///
/// Each simulation draws the function's weights once per rollout: Raffin et al. 2021, arXiv
/// 2005.05719. The deviation of an action is then √(Σ latentᵢ² σᵢ²). No gradient goes through the latents here.
final class StateDependentDeviation: DeviationModel {
  /// Added to the variance, so that a latent of zeros has one.
  private static let varianceMin: Float = 1e-6

  private let model: ActorCritic
  private let width: Int
  private let latentWidth: Int
  /// Weights of the noise: `[environment, latent, action]`.
  private let weights: SliceBuffer<Float>

  init(model: ActorCritic, environmentCount: Int) {
    self.model = model
    width = model.actorWidth
    latentWidth = model.logDeviations.count / model.actorWidth
    weights = SliceBuffer(repeating: 0, count: environmentCount * model.logDeviations.count)
  }

  func beginRollout(_ noise: SliceBuffer<RandomSource>) {
    let count = model.logDeviations.count
    let deviations = model.logDeviations.map { exp(model.parameters[$0]) }
    for environment in 0..<noise.count {
      for index in stride(from: 0, to: count, by: 2) {
        let (first, second) = noise[environment].normals()
        weights[environment * count + index] = first * deviations[index]
        if index + 1 < count {
          weights[environment * count + index + 1] = second * deviations[index + 1]
        }
      }
    }
  }

  /// The prepared numbers are the variances of the noise weights.
  func prepare(_ head: HeadWorkspace) {
    for (index, parameter) in model.logDeviations.enumerated() {
      head.prepared[index] = exp(2 * model.parameters[parameter])
    }
  }

  func fill(_ networks: ActorCriticWorkspace, _ head: HeadWorkspace, rows: Int) {
    for index in 0..<(rows * latentWidth) {
      head.squares[index] = networks.latents[index] * networks.latents[index]
    }
    for index in 0..<(rows * width) { head.logDeviations[index] = Self.varianceMin }
    unsafe cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(width), Int32(latentWidth),
      1, head.squares.base, Int32(latentWidth), head.prepared.base, Int32(width), 1,
      head.logDeviations.base, Int32(width))
    for index in 0..<(rows * width) {
      let variance = head.logDeviations[index]
      head.logDeviations[index] = 0.5 * log(variance)
      head.inverseDeviations[index] = 1 / variance.squareRoot()
    }
  }

  func drawNoise(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, environments: Range<Int>,
    noise: SliceBuffer<RandomSource>, into actions: UnsafeMutablePointer<Float>
  ) {
    fill(networks, head, rows: environments.count)
    for (row, environment) in environments.enumerated() {
      let own = environment * model.logDeviations.count
      for action in 0..<width { unsafe actions[row * width + action] = 0 }
      for latent in 0..<latentWidth {
        let value = networks.latents[row * latentWidth + latent]
        for action in 0..<width {
          unsafe actions[row * width + action] += value * weights[own + latent * width + action]
        }
      }
    }
  }

  func backward(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, rows: Int,
    into gradient: SliceBuffer<Float>
  ) {
    // d log σ / d log σᵢ = latentᵢ² σᵢ² / variance.
    for index in 0..<(rows * width) {
      let inverse = head.inverseDeviations[index]
      head.deviationGradients[index] *= inverse * inverse
    }
    unsafe cblas_sgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, Int32(latentWidth), Int32(width), Int32(rows), 1,
      head.squares.base, Int32(latentWidth), head.deviationGradients.base, Int32(width), 0,
      head.varianceGradients.base, Int32(width))
    for (index, parameter) in model.logDeviations.enumerated() {
      gradient[parameter] += head.varianceGradients[index] * head.prepared[index]
    }
  }
}
