import Foundation
import Locomotion
import PolicyNetwork

@testable import Training

/// The actor-critic, its loss and its advantages the plain way, in double precision.
struct Oracle {
  let actor: NetworkShape
  let critic: NetworkShape
  let logDeviations: Range<Int>

  init(_ model: ActorCritic) {
    actor = model.actor
    critic = model.critic
    logDeviations = model.logDeviations
  }

  private static func activate(_ activation: Activation, _ sum: Double) -> Double {
    switch activation {
    case .identity: sum
    case .tanh: tanh(sum)
    case .elu: sum > 0 ? sum : expm1(sum)
    case .relu: max(0, sum)
    }
  }

  /// One sample through a network whose numbers begin at `shape.start`: weights, then biases.
  static func forward(_ shape: NetworkShape, _ parameters: [Double], _ input: [Double]) -> [Double]
  {
    var values = input
    var next = shape.start
    for (layer, width) in shape.widths.dropFirst().enumerated() {
      let isLast = layer == shape.widths.count - 2
      let biases = next + width * values.count
      values = (0..<width).map { [values] row in
        var sum = parameters[biases + row]
        for (column, value) in values.enumerated() {
          sum += parameters[next + row * values.count + column] * value
        }
        return isLast ? sum : activate(shape.activation, sum)
      }
      next = biases + width
    }
    return values
  }

  /// Advantages straight from their definition: the sum of (γλ)ˡ δ over the steps that follow.
  static func advantages(
    rewards: [Double], ended: [Bool], values: [Double], lastValues: [Double], discount: Double,
    lambda: Double
  ) -> [Double] {
    let width = lastValues.count
    func error(_ index: Int) -> Double {
      guard !ended[index] else { return rewards[index] - values[index] }
      let next = index + width
      let nextValue = next < values.count ? values[next] : lastValues[next - values.count]
      return rewards[index] + discount * nextValue - values[index]
    }
    return values.indices.map { start in
      var sum = 0.0
      var factor = 1.0
      for index in stride(from: start, to: values.count, by: width) {
        sum += factor * error(index)
        if ended[index] { break }
        factor *= discount * lambda
      }
      return sum
    }
  }

  /// What a rollout teaches: its samples in double precision, with advantages and returns.
  struct Batch {
    var inputs: [[Double]]
    var actions: [[Double]]
    var advantages: [Double]
    var returns: [Double]

    init(_ rollout: Rollout, configuration: LearnerConfiguration) {
      inputs = Self.rows(rollout.normalised, rollout.sampleCount)
      actions = Self.rows(rollout.actions, rollout.sampleCount)
      let values = rollout.values.elements.map { Double($0) }
      let raw = Oracle.advantages(
        rewards: rollout.rewards.elements.map { Double($0) }, ended: rollout.ended.elements,
        values: values, lastValues: rollout.lastValues.elements.map { Double($0) },
        discount: Double(configuration.discount), lambda: Double(configuration.lambda))
      returns = zip(raw, values).map { $0 + $1 }
      let mean = raw.reduce(0, +) / Double(raw.count)
      let variance = raw.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(raw.count)
      advantages = raw.map { ($0 - mean) / variance.squareRoot() }
    }

    private static func rows(_ buffer: SliceBuffer<Float>, _ count: Int) -> [[Double]] {
      let width = buffer.count / count
      return (0..<count).map { row in
        (0..<width).map { Double(buffer[row * width + $0]) }
      }
    }
  }

  /// − mean(A · log π(a|s)) − c_entropy · H(π).
  func policyLoss(_ parameters: [Double], _ batch: Batch, entropyWeight: Double) -> Double {
    var sum = 0.0
    for (sample, input) in batch.inputs.enumerated() {
      let means = Self.forward(actor, parameters, input)
      for (action, mean) in means.enumerated() {
        let deviation = exp(parameters[logDeviations.lowerBound + action])
        let score = (batch.actions[sample][action] - mean) / deviation
        let logProbability = -score * score / 2 - log(deviation * (2 * .pi).squareRoot())
        sum -= batch.advantages[sample] * logProbability
        sum -= entropyWeight * log(deviation * (2 * .pi * M_E).squareRoot())
      }
    }
    return sum / Double(batch.inputs.count)
  }

  /// mean((R − V(s))²).
  func valueLoss(_ parameters: [Double], _ batch: Batch) -> Double {
    let squares = zip(batch.inputs, batch.returns).map { input, target in
      let error = Self.forward(critic, parameters, input)[0] - target
      return error * error
    }
    return squares.reduce(0, +) / Double(squares.count)
  }

  /// Mean over the samples of the divergence of the new policy from the old, in nats.
  func divergence(_ old: [Double], _ new: [Double], _ batch: Batch) -> Double {
    var sum = 0.0
    for input in batch.inputs {
      let pairs = zip(Self.forward(actor, old, input), Self.forward(actor, new, input))
      for (action, (before, after)) in pairs.enumerated() {
        let oldVariance = exp(2 * old[logDeviations.lowerBound + action])
        let newVariance = exp(2 * new[logDeviations.lowerBound + action])
        let shift = (before - after) * (before - after)
        sum += (log(newVariance / oldVariance) + (oldVariance + shift) / newVariance - 1) / 2
      }
    }
    return sum / Double(batch.inputs.count)
  }
}
