import Locomotion
import Testing

@testable import Training

@Suite struct GeneralizedAdvantageTests {
  private static let environmentCount = 3
  private static let timeCount = 20
  private static let discount: Float = 0.9

  /// A rollout of random numbers, and what the estimator makes of it.
  private struct Sample {
    var rewards: [Float] = []
    var ended: [Bool] = []
    var values: [Float] = []
    var lastValues: [Float] = []

    init(seed: UInt64, endShare: Float) {
      var random = RandomSource(seed: seed, stream: 0)
      for _ in 0..<(timeCount * environmentCount) {
        rewards.append(random.normals().0)
        values.append(random.normals().0)
        ended.append(random.uniform() < endShare)
      }
      for _ in 0..<environmentCount { lastValues.append(random.normals().0) }
    }

    func estimate(lambda: Float) -> (advantages: [Double], returns: [Double]) {
      let advantages = SliceBuffer<Float>(repeating: .nan, count: rewards.count)
      let returns = SliceBuffer<Float>(repeating: .nan, count: rewards.count)
      let ends = SliceBuffer(repeating: false, count: ended.count)
      for (index, isEnd) in ended.enumerated() { ends[index] = isEnd }
      GeneralizedAdvantage.estimate(
        rewards: SliceBuffer(rewards), ended: ends, values: SliceBuffer(values),
        lastValues: SliceBuffer(lastValues), discount: discount, lambda: lambda,
        advantages: advantages, returns: returns)
      return (
        advantages.elements.map { Double($0) }, returns.elements.map { Double($0) }
      )
    }
  }

  private static func areClose(_ left: [Double], _ right: [Double]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) < 1e-4 }
  }

  @Test(arguments: [0, 0.5, 0.95, 1] as [Float], [1, 2, 3] as [UInt64])
  func estimate_randomEnds_equalsTheDefinition(lambda: Float, seed: UInt64) {
    let sample = Sample(seed: seed, endShare: 0.15)
    let expected = Oracle.advantages(
      rewards: sample.rewards.map { Double($0) }, ended: sample.ended,
      values: sample.values.map { Double($0) }, lastValues: sample.lastValues.map { Double($0) },
      discount: Double(Self.discount), lambda: Double(lambda))
    #expect(Self.areClose(sample.estimate(lambda: lambda).advantages, expected))
  }

  @Test func estimate_lambdaOne_returnIsTheDiscountedSumOfRewards() {
    let sample = Sample(seed: 4, endShare: 0)
    let returns = sample.estimate(lambda: 1).returns
    for environment in 0..<Self.environmentCount {
      var expected = Double(sample.lastValues[environment])
      for time in (0..<Self.timeCount).reversed() {
        let index = time * Self.environmentCount + environment
        expected = Double(sample.rewards[index]) + Double(Self.discount) * expected
        #expect(abs(returns[index] - expected) < 1e-4)
      }
    }
  }

  @Test func estimate_lambdaZero_advantageIsTheErrorOfOneStep() {
    let sample = Sample(seed: 5, endShare: 0)
    let following = sample.values.dropFirst(Self.environmentCount) + sample.lastValues
    let expected = zip(zip(sample.rewards, sample.values), following).map {
      Double($0.0 + Self.discount * $1 - $0.1)
    }
    #expect(Self.areClose(sample.estimate(lambda: 0).advantages, expected))
  }

  @Test func estimate_everyStepEnds_returnIsTheRewardAlone() {
    let sample = Sample(seed: 6, endShare: 2)
    #expect(
      Self.areClose(sample.estimate(lambda: 0.95).returns, sample.rewards.map { Double($0) }))
  }

  @Test func estimate_end_hidesWhatComesAfterIt() {
    var sample = Sample(seed: 7, endShare: 0)
    let last = 10 * Self.environmentCount + 1
    sample.ended[last] = true
    let before = sample.estimate(lambda: 0.95)
    for time in 11..<Self.timeCount { sample.rewards[time * Self.environmentCount + 1] += 100 }
    sample.lastValues[1] += 100
    let after = sample.estimate(lambda: 0.95)
    for time in 0...10 {
      let index = time * Self.environmentCount + 1
      #expect(after.advantages[index] == before.advantages[index])
    }
  }
}
