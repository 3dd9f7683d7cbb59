import Foundation
import Locomotion
import PolicyNetwork

@testable import Training

/// The actor-critic the plain way, sample by sample in double precision.
struct Oracle {
  let model: ActorCritic
  let configuration: LearnerConfiguration
  let isDiscrete: Bool

  private static func activate(_ activation: Activation, _ sum: Double) -> Double {
    switch activation {
    case .identity: sum
    case .tanh: tanh(sum)
    case .elu: sum > 0 ? sum : expm1(sum)
    case .relu: max(0, sum)
    }
  }

  /// Outputs of each layer for one sample, in a network whose parameters begin at `shape.start`:
  /// weights, then biases.
  static func layers(
    _ shape: NetworkShape, _ parameters: [Double], _ input: [Double]
  ) -> [[Double]] {
    var layers: [[Double]] = []
    var next = shape.start
    for width in shape.widths.dropFirst() {
      // A row may hold more than the network sees.
      let values = layers.last ?? Array(input.prefix(shape.inputWidth))
      let biases = next + width * values.count
      let isLast = layers.count == shape.widths.count - 2
      layers.append(
        (0..<width).map { row in
          var sum = parameters[biases + row]
          for (column, value) in values.enumerated() {
            sum += parameters[next + row * values.count + column] * value
          }
          return isLast ? sum : activate(shape.activation, sum)
        })
      next = biases + width
    }
    return layers
  }

  /// The outputs of the last layer.
  static func forward(_ shape: NetworkShape, _ parameters: [Double], _ input: [Double]) -> [Double]
  {
    layers(shape, parameters, input).last ?? []
  }

  /// The critic's value of one sample.
  func value(_ parameters: [Double], _ input: [Double]) -> Double {
    if let critic = model.critic { return Self.forward(critic, parameters, input)[0] }
    return Self.forward(model.actor, parameters, input)[model.actorWidth]
  }

  /// The policy for one sample.
  ///
  /// - Parameter held: Parameters behind the latents of state-dependent standard deviations, whose
  ///   gradient stops there.
  func policy(_ parameters: [Double], _ input: [Double], held: [Double]) -> OraclePolicy {
    let outputs = Array(Self.forward(model.actor, parameters, input)[..<model.actorWidth])
    if isDiscrete { return OraclePolicy(logits: outputs) }
    let learned = Array(parameters[model.logStandardDeviations])
    switch configuration.exploration {
    case .free: return .gaussian(means: outputs, deviations: learned.map { exp($0) })
    case .stateDependent:
      let latents = Self.layers(model.actor, held, input).dropLast().last ?? []
      let variances = outputs.indices.map { action in
        latents.enumerated().reduce(1e-6) { sum, latent in
          let weight = exp(learned[latent.offset * outputs.count + action])
          return sum + latent.element * latent.element * weight * weight
        }
      }
      return .gaussian(means: outputs, deviations: variances.map { $0.squareRoot() })
    }
  }
}

/// A policy for one observation, in double precision.
enum OraclePolicy {
  case gaussian(means: [Double], deviations: [Double])
  case categorical(probabilities: [Double])

  init(logits: [Double]) {
    let weights = logits.map { exp($0) }
    let total = weights.reduce(0, +)
    self = .categorical(probabilities: weights.map { $0 / total })
  }

  func logProbability(of action: [Double]) -> Double {
    switch self {
    case .gaussian(let means, let deviations):
      means.indices.reduce(0) { sum, index in
        let score = (action[index] - means[index]) / deviations[index]
        return sum + log(exp(-score * score / 2) / (deviations[index] * (2 * .pi).squareRoot()))
      }
    case .categorical(let probabilities): log(probabilities[Int(action[0])])
    }
  }

  /// In nats.
  var entropy: Double {
    switch self {
    case .gaussian(_, let deviations):
      deviations.reduce(0) { $0 + log($1 * (2 * .pi * M_E).squareRoot()) }
    case .categorical(let probabilities): probabilities.reduce(0) { $0 - $1 * log($1) }
    }
  }

  /// Kullback-Leibler divergence from `old` to this one, in nats.
  func divergence(from old: OraclePolicy) -> Double {
    switch (old, self) {
    case (.gaussian(let oldMeans, let oldDeviations), .gaussian(let means, let deviations)):
      means.indices.reduce(0) { sum, index in
        let variance = deviations[index] * deviations[index]
        let oldVariance = oldDeviations[index] * oldDeviations[index]
        let shift = oldMeans[index] - means[index]
        return sum + log(deviations[index] / oldDeviations[index])
          + (oldVariance + shift * shift) / (2 * variance) - 0.5
      }
    case (.categorical(let old), .categorical(let new)):
      zip(old, new).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
    default: .nan
    }
  }
}
