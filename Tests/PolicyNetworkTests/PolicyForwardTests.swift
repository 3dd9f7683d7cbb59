import CAllocationCounter
import Foundation
import PolicyNetwork
import RobotDescription
import SeededRandomness
import Testing

struct PolicyForwardTests {
  static func forward(_ policy: PolicyFile, _ observation: [Float]) -> [Float] {
    var action = [Float](repeating: 77, count: policy.contract.jointCount + 1)
    var scratch = [Float](repeating: .nan, count: PolicyFile.scratchCount)
    var actionSpan = action.mutableSpan
    var scratchSpan = scratch.mutableSpan
    policy.forward(observation.span, into: &actionSpan, scratch: &scratchSpan)
    return action
  }

  /// The same actor the plain way, in double precision, from the numbers and not from the file.
  static func oracle(
    _ sample: SamplePolicy, layers: [(outputCount: Int, (Double) -> Double)], _ input: [Float]
  ) -> [Double] {
    let width = input.count
    let clip = Double(sample.description.normaliserClip)
    var values = (0..<width).map {
      let mean = Double(sample.normaliser[$0])
      let factor = Double(sample.normaliser[width + $0])
      return max(-clip, min(clip, (Double(input[$0]) - mean) * factor))
    }
    var parameters = sample.parameters[...]
    for (outputCount, activation) in layers {
      let rows = (0..<outputCount).map { _ in
        let row = parameters.prefix(values.count)
        parameters = parameters.dropFirst(values.count)
        return zip(row, values).reduce(0) { $0 + Double($1.0) * $1.1 }
      }
      let biases = parameters.prefix(outputCount)
      parameters = parameters.dropFirst(outputCount)
      values = zip(rows, biases).map { activation($0 + Double($1)) }
    }
    return values
  }

  @Test func forward_randomObservations_agreesWithDoublePrecision() throws {
    let sample = SamplePolicy.small()
    var random = SeededRandom(seed: 6)
    try withPolicy(sample.file()) { policy in
      for _ in 0..<240 {
        let observation = (0..<24).map { _ in random.float(in: -6...6) }
        let expected = Self.oracle(
          sample,
          layers: [
            (17, { $0 > 0 ? $0 : expm1($0) }), (8, { tanh($0) }), (5, { max(0, $0) }), (2, { $0 }),
          ], observation)
        let action = Self.forward(policy, observation)
        for joint in 0..<2 { #expect(abs(Double(action[joint]) - expected[joint]) < 1e-5) }
      }
    }
  }

  @Test func forward_wideLayers_agreesWithDoublePrecision() throws {
    var sample = SamplePolicy.small(seed: 7)
    sample = SamplePolicy(
      contract: sample.description.contract,
      layers: [
        LayerShape(outputCount: 1024, activation: .tanh),
        LayerShape(outputCount: 2, activation: .identity),
      ], seed: 7)
    try withPolicy(sample.file()) { policy in
      let observation = Array(sample.goldenObservations[0..<24])
      let expected = Self.oracle(sample, layers: [(1024, { tanh($0) }), (2, { $0 })], observation)
      let action = Self.forward(policy, observation)
      for joint in 0..<2 { #expect(abs(Double(action[joint]) - expected[joint]) < 1e-5) }
    }
  }

  @Test func forward_longerAction_leavesTheRestAlone() throws {
    let sample = SamplePolicy.small()
    try withPolicy(sample.file()) { policy in
      #expect(Self.forward(policy, Array(sample.goldenObservations[0..<24]))[2] == 77)
    }
  }

  @Test func forward_observationBeyondTheClip_isThatOfTheClip() throws {
    let sample = SamplePolicy.tiny()
    try withPolicy(sample.file()) { policy in
      let far = Self.forward(policy, [1e30, -1e30, .infinity])
      #expect(far == Self.forward(policy, [1e3, -1e3, 1e3]))
    }
  }

  @Test(arguments: 0..<24)
  func forward_notANumberAnywhere_reachesTheAction(place: Int) throws {
    let sample = SamplePolicy.small()
    try withPolicy(sample.file()) { policy in
      var observation = Array(sample.goldenObservations[0..<24])
      observation[place] = .nan
      #expect(Self.forward(policy, observation).map(\.isNaN) == [true, true, false])
    }
  }

  @Test func verifyGolden_writtenFile_passes() throws {
    try withPolicy(SamplePolicy.small(goldenCount: 40).file()) { policy in
      var scratch = [Float](repeating: .nan, count: PolicyFile.scratchCount)
      var span = scratch.mutableSpan
      try policy.verifyGolden(scratch: &span)
    }
  }

  @Test func verifyGolden_changedWeight_namesTheFirstPair() throws {
    var bytes = try SamplePolicy.tiny().file()
    bytes.put(bytes.float(at: 384) + 0.5, at: 384)
    bytes.seal()
    #expect(throws: PolicyFileError.goldenMismatch(pair: 0)) { try Self.verify(bytes) }
  }

  @Test(arguments: [0, 9, 15])
  func verifyGolden_lastBitOfAnAction_namesThePair(pair: Int) throws {
    var bytes = try SamplePolicy.tiny().file()
    bytes[512 + 16 * pair + 12] ^= 1
    bytes.seal()
    #expect(throws: PolicyFileError.goldenMismatch(pair: pair)) { try Self.verify(bytes) }
  }

  static func verify(_ bytes: [UInt8]) throws {
    try withPolicy(bytes) { policy in
      var scratch = [Float](repeating: 0, count: PolicyFile.scratchCount)
      var span = scratch.mutableSpan
      try policy.verifyGolden(scratch: &span)
    }
  }

  @Test func allocationCounter_oneArray_counts() {
    let before = allocationCounterThreadTotal()
    let array = [Int](repeating: 1, count: Int.random(in: 1000...1001))
    let after = allocationCounterThreadTotal()
    #expect(array.count >= 1000)
    #expect(after > before)
  }

  @Test func forward_tenThousandTimes_allocatesNothing() throws {
    let sample = SamplePolicy.tiny()
    try withPolicy(sample.file()) { policy in
      var action = [Float](repeating: 0, count: 1)
      var scratch = [Float](repeating: 0, count: PolicyFile.scratchCount)
      var actionSpan = action.mutableSpan
      var scratchSpan = scratch.mutableSpan
      let observation: [Float] = [0.1, 0.2, 0.3]
      // Builds that are not optimised make the metadata of their vectors on the first call.
      policy.forward(observation.span, into: &actionSpan, scratch: &scratchSpan)
      let before = allocationCounterThreadTotal()
      for _ in 0..<10_000 {
        policy.forward(observation.span, into: &actionSpan, scratch: &scratchSpan)
      }
      let after = allocationCounterThreadTotal()
      #expect(after == before)
    }
  }
}
