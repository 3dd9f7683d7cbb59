import Foundation
import Locomotion
import ParallelArrays
import Testing

@testable import Training

/// The learner's gradient against central differences of the oracle's loss.
@Suite struct GradientTests {
  /// Central differences of `loss` in each parameter.
  private static func differences(
    _ parameters: [Double], _ loss: ([Double]) -> Double
  ) -> [Double] {
    let step = 1e-6
    var parameters = parameters
    return parameters.indices.map { index in
      let value = parameters[index]
      defer { parameters[index] = value }
      parameters[index] = value + step
      let above = loss(parameters)
      parameters[index] = value - step
      return (above - loss(parameters)) / (2 * step)
    }
  }

  private static func expectGradient(
    _ small: SmallLearner, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let batch = small.batch
    let held = small.parameters
    let expected = differences(held) { small.oracle.loss($0, batch, held: held) }
    small.update()
    let largest = expected.map(abs).max() ?? 0
    #expect(largest > 0.01, sourceLocation: sourceLocation)
    for (index, slope) in expected.enumerated() {
      let found = Double(small.learner.gradient[index])
      // A thousandth of the number itself, or of a thousandth of the largest where it nearly is 0.
      let tolerance = 1e-3 * max(abs(slope), 1e-3 * largest)
      #expect(
        abs(found - slope) <= tolerance, "parameter \(index): \(found) against \(slope)",
        sourceLocation: sourceLocation)
    }
  }

  /// Few samples and numbers, for the sake of the differences in each.
  private static func learner(
    _ head: SmallLearner.Head, privilegedWidth: Int = 0,
    _ change: (inout LearnerConfiguration) -> Void = { _ in }
  ) -> SmallLearner {
    SmallLearner(head, privilegedWidth: privilegedWidth, seed: 2) {
      $0.environmentCount = 3
      $0.ticksPerUpdate = 3
      $0.hiddenWidths = [3, 3]
      change(&$0)
    }
  }

  /// A network and a head.
  struct Architecture: Sendable {
    var head: SmallLearner.Head
    var trunk: Trunk
    var activation: HiddenActivation

    static let all = SmallLearner.Head.allCases.flatMap { head in
      Trunk.allCases.flatMap { trunk in
        HiddenActivation.allCases.map {
          Architecture(head: head, trunk: trunk, activation: $0)
        }
      }
    }
  }

  @Test(arguments: [true, false])
  func update_numbersForTheCriticAlone_gradientEqualsFiniteDifferences(isPrivileged: Bool) {
    Self.expectGradient(
      Self.learner(.free, privilegedWidth: 1) { $0.privilegedCritic = isPrivileged })
  }

  @Test(arguments: Architecture.all)
  func update_anyNetworkAndHead_gradientEqualsFiniteDifferences(architecture: Architecture) {
    Self.expectGradient(
      Self.learner(architecture.head) {
        $0.trunk = architecture.trunk
        $0.activation = architecture.activation
      })
  }

  @Test(arguments: Architecture.all)
  func update_clippedRatios_gradientEqualsFiniteDifferences(architecture: Architecture) {
    let small = Self.learner(architecture.head) {
      $0.trunk = architecture.trunk
      $0.activation = architecture.activation
      $0.clip = 0.2
    }
    // Ratios from 0.6 to 1.7, so that samples of either sign fall on either side.
    var random = RandomSource(seed: 4, stream: 0)
    var cutOffCount = 0
    for (sample, advantage) in small.batch.samples.map(\.advantage).enumerated() {
      let change = random.uniform(in: -0.5...0.5)
      small.rollout.logProbabilities[sample] += change
      let ratio = Double(exp(-change))
      cutOffCount += (advantage > 0 ? ratio > 1.2 : ratio < 0.8) ? 1 : 0
    }
    #expect((1..<small.rollout.sampleCount).contains(cutOffCount))
    Self.expectGradient(small)
  }

  @Test(arguments: EstimatorKind.allCases, [true, false])
  func update_anyEstimator_gradientEqualsFiniteDifferences(
    estimator: EstimatorKind, baseline: Bool
  ) {
    Self.expectGradient(
      Self.learner(.free) {
        $0.estimator = estimator
        $0.baseline = baseline
        $0.advantageNormalisation = false
      })
  }

  @Test(arguments: SmallLearner.Head.allCases)
  func update_clippedAction_hasNoGradientInThePolicy(head: SmallLearner.Head) {
    let small = Self.learner(head) {
      $0.clip = 0.2
      $0.entropyWeight = 0
      $0.baseline = false
      $0.advantageNormalisation = false
    }
    // Every action is twice as likely as when drawn, and was good: none may become more likely.
    for sample in 0..<small.rollout.sampleCount {
      small.rollout.logProbabilities[sample] -= log(2)
      small.rollout.isDone[sample] = true
      small.rollout.bootstrapValues[sample] = 0
      small.rollout.rewards[sample] = 1
    }
    let report = small.update()
    let policy = 0..<small.model.logStandardDeviations.upperBound
    #expect(policy.allSatisfy { small.learner.gradient[$0] == 0 })
    #expect(abs(report.policyLoss + 1.2) < 1e-5)
  }

  @Test(arguments: [2, 4, 8], SmallLearner.Head.allCases)
  func update_slices_sumToTheGradientOfTheWholeBatch(sliceCount: Int, head: SmallLearner.Head) {
    for trunk in Trunk.allCases {
      let whole = SmallLearner(head, seed: 3) { $0.trunk = trunk }
      let sliced = SmallLearner(head, sliceCount: sliceCount, seed: 3) { $0.trunk = trunk }
      whole.update()
      sliced.update()
      let largest = whole.learner.gradient.doubles.map(abs).max() ?? 0
      #expect(largest > 0.01)
      #expect(
        areClose(
          whole.learner.gradient.doubles, sliced.learner.gradient.doubles, 2e-6 * max(1, largest)))
    }
  }

  @Test(arguments: SmallLearner.Head.allCases, Trunk.allCases)
  func update_onceMore_leavesNothingOfTheGradientBefore(head: SmallLearner.Head, trunk: Trunk) {
    // The same learner, once fresh and once after another step of another loss, at equal numbers.
    let fresh = SmallLearner(head) { $0.trunk = trunk }
    let used = SmallLearner(head) { $0.trunk = trunk }
    let start = used.model.parameters.elements
    for index in 0..<used.rollout.sampleCount { used.rollout.rewards[index] *= -100 }
    used.update()
    for index in start.indices { used.model.parameters[index] = start[index] }
    for index in 0..<used.rollout.sampleCount {
      used.rollout.rewards[index] = fresh.rollout.rewards[index]
    }
    fresh.update()
    used.update()
    #expect(fresh.learner.gradient.elements == used.learner.gradient.elements)
  }
}
