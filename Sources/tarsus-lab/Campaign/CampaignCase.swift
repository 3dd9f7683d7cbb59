internal import Foundation
internal import Loopback
internal import RobotControl
internal import RobotFiles

/// One run of a campaign: a body on a line, and its injected faults.
struct CampaignCase: Sendable {
  let number: Int
  let body: String
  let line: BusSettings.LineProtocol
  let faults: [LoopbackFault]
  let seed: UInt64

  static let bodies = ["spider", "walker"]
  /// From arming to the order to sit down: 2 s to stand up, 3 s to walk.
  static let walkSeconds = 5.0

  /// All faults, singly and in pairs, on all bodies and lines; then again at other moments.
  ///
  /// - Parameter seed: Seed of the campaign, which decides all its cases.
  static func withFaults(count: Int, seed: UInt64) -> [CampaignCase] {
    let kinds = LoopbackFault.Kind.allCases
    let singles = kinds.map { [$0] }
    let pairs = kinds.indices.flatMap { first in
      kinds.indices.dropFirst(first + 1).map { [kinds[first], kinds[$0]] }
    }
    let combinations = (singles + pairs).flatMap { kinds in
      bodies.flatMap { body in
        BusSettings.LineProtocol.allCases.compactMap { line in
          kinds.allSatisfy { isKnown($0, on: line) } ? (kinds, body, line) : nil
        }
      }
    }
    return (0..<count).map { number in
      let (kinds, body, line) = combinations[number % combinations.count]
      let own = seed &* 1_000_003 &+ UInt64(number)
      var random = SeededRandom(seed: own)
      return CampaignCase(
        number: number, body: body, line: line,
        faults: kinds.map { fault($0, body: body, &random) }, seed: own)
    }
  }

  /// Walks without injected faults, on all bodies and lines, of pushed bodies that differ from
  /// their models.
  static func healthy(count: Int, seed: UInt64) -> [CampaignCase] {
    let places = bodies.flatMap { body in BusSettings.LineProtocol.allCases.map { (body, $0) } }
    return (0..<count).map { number in
      let (body, line) = places[number % places.count]
      return CampaignCase(
        number: number, body: body, line: line, faults: [],
        seed: seed &* 1_000_003 &+ UInt64(number))
    }
  }

  private static func isKnown(
    _ kind: LoopbackFault.Kind, on line: BusSettings.LineProtocol
  ) -> Bool {
    switch line {
    case .board: SimulatedBoard.knows(kind)
    case .dynamixel: SimulatedDynamixelLine.knows(kind)
    case .feetech: SimulatedFeetechLine.knows(kind)
    }
  }

  /// Draws a fault at a random moment between the first tick and the end of the walk.
  private static func fault(
    _ kind: LoopbackFault.Kind, body: String, _ random: inout SeededRandom
  ) -> LoopbackFault {
    let moment = Double.random(in: 0.1...4.5, using: &random)
    // Another tool has left them before the host connects.
    let from = kind == .leftoverSettings ? 0 : moment
    // A port that is gone stays gone: in lockstep no time passes without a host.
    let seconds =
      kind == .portGone
      ? Double.infinity : [0.04, 0.1, 0.4, 1, 2].randomElement(using: &random) ?? 1
    return LoopbackFault(
      kind: kind, from: from, to: from + seconds,
      chance: [0.05, 0.3, 1].randomElement(using: &random) ?? 1,
      id: UInt8.random(in: 1...(body == "walker" ? 10 : 12), using: &random),
      delayMilliseconds: Double.random(in: 1...40, using: &random))
  }

  /// The supervisor's faults that a lasting injected fault must cause, and the ticks allowed.
  ///
  /// `nil` when the supervisor may coast over the injected fault.
  static func expectation(
    of fault: LoopbackFault, on line: BusSettings.LineProtocol, periodSeconds: Double
  ) -> (faults: Set<Fault>, ticks: Int)? {
    let ticks = (fault.to - fault.from) / periodSeconds
    switch fault.kind {
    // Four reads in a row without an answer.
    case .drop where fault.chance == 1 && ticks >= 10,
      .truncate where fault.chance == 1 && ticks >= 10 && line == .board,
      .corrupt where fault.chance == 1 && ticks >= 10 && line != .feetech:
      return ([.robotSilent, .watchdogTripped, .jointSilent], 8)
    // Six readings in a row of one servo.
    case .silentServo where ticks >= 15: return ([.jointSilent, .robotSilent], 12)
    // Four readings in a row; a board reports temperatures once a second.
    case .lowSupply where ticks >= 8: return ([.supplyLow], 8)
    case .hotServo where ticks >= 80 || (line != .board && ticks >= 8):
      return ([.servoHot], line == .board ? 80 : 8)
    // A restarted servo has no torque; one servo is read per tick, all within a dozen.
    case .servoReboot: return ([.torqueLost, .servoError, .watchdogTripped], 20)
    case .brownOut:
      return ([.torqueLost, .robotSilent, .watchdogTripped, .refused, .servoError], 20)
    // 25 samples.
    case .frozenIMU where ticks >= 40: return ([.imuFrozen], 30)
    case .portGone: return ([.lineGone], 4)
    // Four implausible readings, or every other one for a while.
    case .gyroRange where ticks >= 10: return ([.imuImplausible], 8)
    case .gravityLength where ticks >= 10: return ([.imuImplausible, .imuSilent], 8)
    case .randomJoints where ticks >= 40: return ([.jointImplausible], 30)
    // A false pose within the joint's range is away from its target for a second.
    case .implausiblePose where ticks >= 80: return ([.jointImplausible, .jointBlocked], 70)
    // 25 samples after a target has moved.
    case .frozenJoints where ticks >= 80: return ([.jointsFrozen, .jointBlocked], 60)
    // Shorter or rarer than that, they may be coasted over; a new kind has to be decided here.
    case .drop, .corrupt, .truncate, .silentServo, .lowSupply, .hotServo, .frozenIMU, .gyroRange,
      .gravityLength, .randomJoints, .implausiblePose, .frozenJoints:
      return nil
    case .delay, .duplicate, .wrongID, .flip, .echo, .leftoverSettings: return nil
    }
  }
}
