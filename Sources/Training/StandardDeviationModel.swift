internal import CBLAS
internal import Foundation
internal import Locomotion
internal import ParallelArrays

/// Standard deviations of continuous actions, and the noise that is drawn with them.
protocol StandardDeviationModel: AnyObject {
  /// Draws the noise that is constant through a rollout.
  func beginRollout(_ noise: SliceBuffer<RandomSource>)

  /// Copies the present parameters into a slice's working memory.
  func prepare(_ head: HeadWorkspace)

  /// Fills in the standard deviations after a forward pass of `networks`.
  func fill(_ networks: ActorCriticWorkspace, _ head: HeadWorkspace, rows: Int)

  /// Fills in the standard deviations and draws the actions' noise: `[rows, actionWidth]`.
  func drawNoise(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, environments: Range<Int>,
    noise: SliceBuffer<RandomSource>, into actions: UnsafeMutablePointer<Float>)

  /// Adds the gradient in the parameters, from that in the logarithms of the standard deviations.
  func backward(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, rows: Int,
    into gradient: SliceBuffer<Float>)
}

/// One free parameter per action; noise is drawn in each tick.
final class FreeStandardDeviation: StandardDeviationModel {
  private let model: ActorCritic
  private let width: Int

  init(model: ActorCritic) {
    self.model = model
    width = model.actorWidth
  }

  func beginRollout(_ noise: SliceBuffer<RandomSource>) {}

  /// Prepares the inverse standard deviation of each action.
  func prepare(_ head: HeadWorkspace) {
    for (action, index) in model.logStandardDeviations.enumerated() {
      head.prepared[action] = exp(-model.parameters[index])
    }
  }

  func fill(_ networks: ActorCriticWorkspace, _ head: HeadWorkspace, rows: Int) {
    for row in 0..<rows {
      for action in 0..<width {
        head.logStandardDeviations[row * width + action] =
          model.parameters[model.logStandardDeviations.lowerBound + action]
        head.inverseStandardDeviations[row * width + action] = head.prepared[action]
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
      for row in 0..<rows { sum += head.logStandardDeviationGradients[row * width + action] }
      gradient[model.logStandardDeviations.lowerBound + action] += sum
    }
  }
}

/// Noise that is a linear function of the actor's last hidden layer (gSDE).
///
/// Each environment draws the function's weights once per rollout: Raffin et al. 2021, arXiv
/// 2005.05719. The standard deviation of an action is then √(Σ latentᵢ² σᵢ²). Its gradient stops at
/// the latents.
final class StateDependentStandardDeviation: StandardDeviationModel {
  /// Added to the variance, so that it is above 0 for latents of zero.
  private static let varianceMin: Float = 1e-6

  private let model: ActorCritic
  private let width: Int
  private let latentWidth: Int
  /// Noise weights: `[environment, latent, action]`.
  private let weights: SliceBuffer<Float>

  init(model: ActorCritic, environmentCount: Int) {
    self.model = model
    width = model.actorWidth
    latentWidth = model.logStandardDeviations.count / model.actorWidth
    weights = SliceBuffer(repeating: 0, count: environmentCount * model.logStandardDeviations.count)
  }

  func beginRollout(_ noise: SliceBuffer<RandomSource>) {
    let count = model.logStandardDeviations.count
    let deviations = model.logStandardDeviations.map { exp(model.parameters[$0]) }
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

  /// Prepares the variance of each noise weight.
  func prepare(_ head: HeadWorkspace) {
    for (index, parameter) in model.logStandardDeviations.enumerated() {
      head.prepared[index] = exp(2 * model.parameters[parameter])
    }
  }

  func fill(_ networks: ActorCriticWorkspace, _ head: HeadWorkspace, rows: Int) {
    for index in 0..<(rows * latentWidth) {
      head.squares[index] = networks.latents[index] * networks.latents[index]
    }
    for index in 0..<(rows * width) { head.logStandardDeviations[index] = Self.varianceMin }
    unsafe cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(width), Int32(latentWidth),
      1, head.squares.base, Int32(latentWidth), head.prepared.base, Int32(width), 1,
      head.logStandardDeviations.base, Int32(width))
    for index in 0..<(rows * width) {
      let variance = head.logStandardDeviations[index]
      head.logStandardDeviations[index] = 0.5 * log(variance)
      head.inverseStandardDeviations[index] = 1 / variance.squareRoot()
    }
  }

  func drawNoise(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, environments: Range<Int>,
    noise: SliceBuffer<RandomSource>, into actions: UnsafeMutablePointer<Float>
  ) {
    fill(networks, head, rows: environments.count)
    for (row, environment) in environments.enumerated() {
      let own = environment * model.logStandardDeviations.count
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
      let inverse = head.inverseStandardDeviations[index]
      head.logStandardDeviationGradients[index] *= inverse * inverse
    }
    unsafe cblas_sgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, Int32(latentWidth), Int32(width), Int32(rows), 1,
      head.squares.base, Int32(latentWidth), head.logStandardDeviationGradients.base, Int32(width),
      0,
      head.varianceGradients.base, Int32(width))
    for (index, parameter) in model.logStandardDeviations.enumerated() {
      gradient[parameter] += head.varianceGradients[index] * head.prepared[index]
    }
  }
}
