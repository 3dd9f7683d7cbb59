/// Injection of faults: which are on, and their effect on answers.
///
/// The same seed and the same traffic give the same faults.
struct FaultPlan {
  /// Number of injections of each kind.
  private(set) var counts: [LoopbackFault.Kind: Int] = [:]
  private let faults: [LoopbackFault]
  private var isOn: [Bool]
  private var random: SeededRandom

  init(_ faults: [LoopbackFault], seed: UInt64) {
    self.faults = faults.enumerated().map { index, fault in
      var fault = fault
      fault.seed &+= seed &* 31 &+ UInt64(index)
      return fault
    }
    isOn = Array(repeating: false, count: faults.count)
    random = SeededRandom(seed: seed)
  }

  /// True when there are no faults.
  var isEmpty: Bool { faults.isEmpty }

  /// Advances the plan to a simulated time.
  ///
  /// - Returns: Faults of device or port that begin or end now.
  mutating func changes(at seconds: Double) -> [(fault: LoopbackFault, isOn: Bool)] {
    var changes: [(fault: LoopbackFault, isOn: Bool)] = []
    for (index, fault) in faults.enumerated() {
      let isNow = seconds >= fault.from && seconds < fault.to
      guard isNow != isOn[index] else { continue }
      isOn[index] = isNow
      guard !fault.kind.isOfAnswers else { continue }
      if isNow { counts[fault.kind, default: 0] += 1 }
      changes.append((fault, isNow))
    }
    return changes
  }

  /// Applies the faults that are on to one answer.
  ///
  /// - Parameters:
  ///   - renumber: Gives the answer another servo's ID; `nil` when it has no ID.
  ///   - flip: Flips bits of its content, at places from 0; `nil` when it has no content.
  /// - Returns: No answer, one or two.
  mutating func befall(
    _ reply: LoopbackReplies.Reply, renumber: ([UInt8]) -> [UInt8]?,
    flip: ([UInt8], [Int]) -> [UInt8]?
  ) -> [LoopbackReplies.Reply] {
    var replies = [reply]
    for (index, fault) in faults.enumerated() where isOn[index] && fault.kind.isOfAnswers {
      guard let last = replies.last, !last.bytes.isEmpty, random.unit() < fault.chance else {
        continue
      }
      if fault.kind == .wrongID {
        guard let other = renumber(last.bytes) else { continue }
        replies[replies.count - 1].bytes = other
      }
      if fault.kind == .flip {
        let places = (0..<(2 + random.below(3))).map { _ in random.below(1 << 20) }
        guard let flipped = flip(last.bytes, places) else { continue }
        replies[replies.count - 1].bytes = flipped
      }
      counts[fault.kind, default: 0] += 1
      switch fault.kind {
      case .drop: replies.removeLast()
      case .corrupt:
        let bit = random.below(8 * last.bytes.count)
        replies[replies.count - 1].bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      case .delay:
        replies[replies.count - 1].dueNanoseconds += UInt64(fault.delayMilliseconds * 1e6)
      case .duplicate: replies.append(last)
      case .truncate:
        replies[replies.count - 1].bytes.removeLast(1 + random.below(last.bytes.count))
      case .wrongID, .flip, .silentServo, .servoReboot, .hotServo, .lowSupply, .brownOut,
        .frozenIMU,
        .portGone, .echo, .implausiblePose, .frozenJoints, .randomJoints, .gyroRange,
        .gravityLength, .leftoverSettings:
        break
      }
    }
    return replies
  }
}
