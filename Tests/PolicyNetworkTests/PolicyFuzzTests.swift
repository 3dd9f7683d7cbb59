import PolicyNetwork
import RobotDescription
import SeededRandomness
import Testing

/// Bytes from outside never trap: files that are wrong inside but right in length and checksum.
struct PolicyFuzzTests {
  private static let numbers: [UInt32] = [
    0, 1, 2, 15, 16, 17, 31, 32, 33, 255, 256, 1023, 1024, 1025, 65_535, 65_536, 0x7FFF_FFFF,
    0x8000_0000, 0xFFFF_FFFF, Float.nan.bitPattern, Float.infinity.bitPattern,
    Float.greatestFiniteMagnitude.bitPattern, Float(-1).bitPattern, Float(100).bitPattern,
  ]

  private static func mutate(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      // Two of three changes fall on the fields before the numbers.
      let end = random.next() % 3 == 0 ? bytes.count - 4 : min(248, bytes.count - 4)
      switch random.next() % 8 {
      case 0..<3:
        bytes[Int.random(in: 16..<end, using: &random)] = UInt8.random(in: 0...255, using: &random)
      case 3..<7:
        let place = Int.random(in: 4..<(end / 4), using: &random) * 4
        bytes.put(numbers.randomElement(using: &random) ?? 0, at: place)
      default:
        let count = Int.random(in: 260...(bytes.count + 40), using: &random)
        bytes = Array((bytes + [UInt8](repeating: 0, count: 40)).prefix(count))
      }
    }
    bytes.seal()
  }

  /// `true` when the bytes are accepted as a policy, which must then run.
  private static func isTaken(_ bytes: [UInt8], _ scratch: inout [Float]) -> Bool {
    do {
      try withPolicy(bytes) { policy in
        _ = policy.contract.firstDifference(from: RobotSamples.robot(jointCount: 1))
        var action = JointValues(repeating: 0)
        var actionSpan = action.mutableSpan
        var scratchSpan = scratch.mutableSpan
        let observation = [Float](repeating: 1, count: policy.observationWidth)
        policy.forward(observation.span, into: &actionSpan, scratch: &scratchSpan)
      }
      return true
    } catch {
      return false
    }
  }

  @Test func read_twentyThousandResealedMutations_neverTraps() throws {
    let original = try SamplePolicy.tiny().file()
    var random = SeededRandom(seed: 8)
    var scratch = [Float](repeating: 0, count: 2 * PolicyFile.widthMax)
    var takenCount = 0
    for _ in 0..<20_000 {
      var bytes = original
      Self.mutate(&bytes, &random)
      if Self.isTaken(bytes, &scratch) { takenCount += 1 }
    }
    // Names, provenance and numbers may change; most fields may not.
    #expect((1000..<15_000).contains(takenCount))
  }

  @Test func read_mutationsOfADeepPolicy_neverTrap() throws {
    let original = try SamplePolicy.small().file()
    var random = SeededRandom(seed: 9)
    var scratch = [Float](repeating: 0, count: 2 * PolicyFile.widthMax)
    var takenCount = 0
    for _ in 0..<500 {
      var bytes = original
      Self.mutate(&bytes, &random)
      if Self.isTaken(bytes, &scratch) { takenCount += 1 }
    }
    #expect((20..<450).contains(takenCount))
  }

  @Test func read_noise_neverTraps() {
    var random = SeededRandom(seed: 10)
    for _ in 0..<2000 {
      var bytes = Array("TSPOLICY".utf8) + [1, 0, 0, 0, 0, 0, 0, 0]
      bytes += (0..<Int.random(in: 4...400, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      bytes.seal()
      #expect(refusal(of: bytes) != nil)
    }
  }
}
