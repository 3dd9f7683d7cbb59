import Foundation
import Locomotion
import Testing

@testable import Training

@Suite struct CategoricalTests {
  /// Logits small, far apart, and so large that their exponentials overflow.
  private static let logits: [[Float]] = [
    [0.3, -1.2, 0.8, 0], [0, 0], [5], [-30, 2, 1], [1_000, 999, 990], [-1_000, -1_001],
  ]

  private static func normalised(_ logits: [Float]) -> [Float] {
    var logits = logits
    Categorical.normalise(&logits)
    return logits
  }

  /// Probabilities in double precision, relative to the largest.
  private static func probabilities(_ logits: [Double]) -> [Double] {
    let largest = logits.max() ?? 0
    let weights = logits.map { exp($0 - largest) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  private static func entropy(_ logits: [Double]) -> Double {
    probabilities(logits).reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) }
  }

  @Test(arguments: logits) func normalise_anyLogits_areLogProbabilities(logits: [Float]) {
    let found = Self.normalised(logits).map { exp(Double($0)) }
    #expect(abs(found.reduce(0, +) - 1) < 1e-5)
    #expect(areClose(found, Self.probabilities(logits.map { Double($0) }), 1e-5))
  }

  @Test(arguments: logits) func entropy_anyLogits_isItsDefinition(logits: [Float]) {
    let found = Categorical.entropy(Self.normalised(logits))
    #expect(abs(Double(found) - Self.entropy(logits.map { Double($0) })) < 1e-5)
  }

  @Test func divergence_fromOldToNew_isItsDefinition() {
    let old: [Float] = [0.3, -1.2, 0.8]
    let new: [Float] = [-0.5, 0.4, 1]
    let before = Self.probabilities(old.map { Double($0) })
    let after = Self.probabilities(new.map { Double($0) })
    let expected = zip(before, after).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
    let found = Categorical.divergence(old: Self.normalised(old), new: Self.normalised(new))
    #expect(expected > 0.1)
    #expect(abs(Double(found) - expected) < 1e-6)
  }

  @Test(arguments: logits) func divergence_samePolicy_isZero(logits: [Float]) {
    let policy = Self.normalised(logits)
    #expect(Categorical.divergence(old: policy, new: policy) == 0)
  }

  @Test(arguments: 0..<3) func gradients_anyLogit_equalFiniteDifferences(logit: Int) {
    let logits = [0.3, -1.2, 0.8]
    let step = 1e-5
    func difference(_ function: ([Double]) -> Double) -> Double {
      var above = logits
      var below = logits
      above[logit] += step
      below[logit] -= step
      return (function(above) - function(below)) / (2 * step)
    }
    let policy = Self.normalised(logits.map { Float($0) })
    for choice in 0..<3 {
      let expected = difference { log(Self.probabilities($0)[choice]) }
      let found = Categorical.gradient(policy, choice: choice, in: logit)
      #expect(abs(Double(found) - expected) < 1e-5)
    }
    let found = Categorical.entropyGradient(
      policy, entropy: Categorical.entropy(policy), in: logit)
    #expect(abs(Double(found) - difference(Self.entropy)) < 1e-5)
  }

  @Test func draw_numbersFromZeroToOne_takeEachChoiceByItsShare() {
    let probabilities: [Float] = [0.2, 0.5, 0.05, 0.25]
    let policy = probabilities.map { log($0) }
    var counts = [0, 0, 0, 0]
    for index in 0..<1_000 { counts[Categorical.draw(policy, (Float(index) + 0.5) / 1_000)] += 1 }
    #expect(counts == [200, 500, 50, 250])
  }

  @Test func draw_endsOfTheRange_takeFirstAndLast() {
    let policy = Self.normalised([0.3, -1.2, 0.8])
    #expect(Categorical.draw(policy, 0) == 0)
    #expect(Categorical.draw(policy, 1 - 0x1p-24) == 2)
  }

  @Test func draw_choiceThatNeverHappens_isNotTaken() {
    let policy = Self.normalised([-200, 0, 0])
    #expect(Categorical.draw(policy, 0) == 1)
  }
}
