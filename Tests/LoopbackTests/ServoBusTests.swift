import CAllocationCounter
import Foundation
import Loopback
import PolicyNetwork
import Realtime
import RobotControl
import RobotDescription
import SerialLink
import ServoDrivers
import Testing
import WireProtocol

/// The drivers of servo lines against the loopback's servos, in lockstep.
@Suite struct ServoBusTests {
  private static let still = LoopOrders(command: VelocityCommand())

  private static func sat<Bus: TickingBus & ~Copyable>(
    _ walk: consuming LoopRunner<Bus>
  ) -> LoopRunner<Bus> {
    walk.tick(
      LoopOrders(command: VelocityCommand(), mustSit: true), count: SpiderLoop.sitDownTicks)
    return walk
  }

  @Test func connect_newServos_reportsWhatItSets() throws {
    let peer = try ThreeLines.dynamixel()
    var bus = try ThreeLines.unconnectedBus(peer)
    let fixes = try bus.connect(setsUp: true)
    #expect(fixes.count == 24)
    let lines = fixes.map { "\($0.joint) \($0.register.name) \($0.found) \($0.set)" }
    #expect(lines.first == "front_left_coxa return_delay_time 250 0")
    #expect(lines.contains { $0.hasSuffix("position_p_gain 400 800") })
    let again = try bus.connect(setsUp: true)
    #expect(again.isEmpty)
    try peer.stop()
  }

  @Test func connect_newFeetechServos_reportsWhatItSets() throws {
    let peer = try ThreeLines.feetech()
    var bus = try ThreeLines.unconnectedBus(peer)
    let fixes = try bus.connect(setsUp: true)
    // Their gain is the factory's.
    #expect(fixes.map { "\($0.register.name)" } == Array(repeating: "return_delay_time", count: 12))
    let again = try bus.connect(setsUp: true)
    #expect(again.isEmpty)
    try peer.stop()
  }

  @Test func connect_missingServo_isNamed() throws {
    let other = Spider.robot(ids: [6: 77])
    let dynamixel = try ThreeLines.dynamixel()
    var bus = try ThreeLines.unconnectedBus(dynamixel, robot: other)
    let error = #expect(throws: ServoConnectError.self) {
      _ = try bus.connect(setsUp: true)
    }
    #expect(error == .servo(joint: "rear_right_coxa", id: 77, .silent))
    _ = try dynamixel.stop()
    let feetech = try ThreeLines.feetech()
    var second = try ThreeLines.unconnectedBus(feetech, robot: Spider.robot(ids: [6: 77], gain: 32))
    let refusal = #expect(throws: ServoConnectError.self) {
      _ = try second.connect(setsUp: true)
    }
    #expect(refusal == .servo(joint: "rear_right_coxa", id: 77, .silent))
    _ = try feetech.stop()
  }

  @Test func trainedPolicy_overEachLine_comesAsFarAsOverTheBoard() throws {
    let policy = try SpiderPolicy.trained()
    let ticks = 500
    let board = try LoopbackThread(seed: 0)
    var spider = try SpiderLoop(path: board.path, policy: policy)
    spider.command = VelocityCommand(forward: 0.15)
    spider.walk(ticks: ticks)
    let expected = try board.stop().distanceMetres
    #expect(expected > 1)

    let dynamixel = try ThreeLines.dynamixel(bodySeed: 0)
    let bus = try ThreeLines.bus(dynamixel)
    let walk = Self.sat(try ThreeLines.walking(bus, policy: policy, ticks: ticks))
    #expect(walk.loop.controller.state == .disarmed && walk.loop.controller.fault == nil)
    #expect(walk.loop.controller.statistics.coastedTicks == 0 && walk.loop.isTorqueOff)
    let first = try dynamixel.stop()
    #expect(first.falls == 0 && first.badFrames == 0 && first.refusedRequests == 0)
    #expect(abs(first.distanceMetres / expected - 1) < 0.1)

    let feetech = try ThreeLines.feetech(bodySeed: 0)
    let other = try ThreeLines.bus(feetech)
    let second = Self.sat(try ThreeLines.walking(other, policy: policy, ticks: ticks))
    #expect(second.loop.controller.state == .disarmed && second.loop.controller.fault == nil)
    #expect(second.loop.controller.statistics.coastedTicks == 0 && second.loop.isTorqueOff)
    let report = try feetech.stop()
    #expect(report.falls == 0 && report.badFrames == 0 && report.refusedRequests == 0)
    #expect(abs(report.distanceMetres / expected - 1) < 0.1)
  }

  @Test func tick_overALineOfServos_allocatesNothing() throws {
    let policy = SpiderPolicy.still
    let peer = try ThreeLines.dynamixel()
    let bus = try ThreeLines.bus(peer)
    var walk = try ThreeLines.walking(bus, policy: policy, ticks: 10)
    allocationCounterDetachThrowHook()
    var before = allocationCounterThreadTotal()
    for _ in 0..<1_000 {
      walk.wait()
      walk.tick(Self.still)
    }
    #expect(allocationCounterThreadTotal() == before)
    #expect(walk.loop.controller.statistics.runningTicks == 1_010)
    try peer.stop()

    let feetech = try ThreeLines.feetech()
    let second = try ThreeLines.bus(feetech)
    var other = try ThreeLines.walking(second, policy: policy, ticks: 10)
    before = allocationCounterThreadTotal()
    for _ in 0..<1_000 {
      other.wait()
      other.tick(Self.still)
    }
    #expect(allocationCounterThreadTotal() == before)
    #expect(other.loop.controller.statistics.runningTicks == 1_010)
    _ = try feetech.stop()
  }

  @Test(arguments: 1...12) func read_oneServoGone_theOthersReportInTheSameTick(id: UInt8) throws {
    let peer = try ThreeLines.dynamixel()
    var bus = try ThreeLines.bus(peer)
    var sample = BusSample()
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect((0..<12).allSatisfy { sample.jointAges[$0] == 0 })
    peer.change { $0.befall(LoopbackFault(kind: .silentServo, id: id), isOn: true) }
    for age in 1...3 as ClosedRange<UInt8> {
      try bus.read(into: &sample, deadlineNanoseconds: patientDeadline())
      #expect((0..<12).map { sample.jointAges[$0] } == (1...12).map { $0 == id ? age : 0 })
    }
    #expect(bus.statistics.partialReplies == 3)
    #expect((0..<12).map { bus.statistics.missedByJoint[$0] } == (1...12).map { $0 == id ? 3 : 0 })
    peer.change { $0.befall(LoopbackFault(kind: .silentServo, id: id), isOn: false) }
    try bus.read(into: &sample, deadlineNanoseconds: patientDeadline())
    #expect((0..<12).allSatisfy { sample.jointAges[$0] == 0 })
    try peer.stop()
  }

  @Test func arm_aServoThatNeverAnswered_isNotSentAnywhere() throws {
    let peer = try ThreeLines.feetech()
    var bus = try ThreeLines.bus(peer)
    peer.change { $0.befall(LoopbackFault(kind: .silentServo, id: 4), isOn: true) }
    var sample = BusSample()
    #expect(throws: BusError.silent) {
      try bus.read(
        into: &sample, deadlineNanoseconds: MonotonicClock.machine.nowNanoseconds + 50_000_000)
    }
    // Whatever stands at the head of the line: its pose was never read.
    #expect(throws: BusError.self) {
      try bus.arm(at: sample.robot.jointAngles, into: &sample, deadlineNanoseconds: farDeadline())
    }
    try peer.stop()
  }

  @Test func read_oneFeetechServoGone_keepsWhatTheOthersSay() throws {
    let peer = try ThreeLines.feetech()
    var bus = try ThreeLines.bus(peer)
    var sample = BusSample()
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    peer.change { $0.befall(LoopbackFault(kind: .silentServo, id: 4), isOn: true) }
    for age in 1...3 as ClosedRange<UInt8> {
      try bus.read(into: &sample, deadlineNanoseconds: patientDeadline())
      #expect(sample.jointAges[3] == age)
      #expect((0..<12).allSatisfy { $0 == 3 || sample.jointAges[$0] == 0 })
    }
    peer.change { $0.befall(LoopbackFault(kind: .silentServo, id: 4), isOn: false) }
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect(sample.jointAges[3] == 0)
    #expect(bus.statistics.partialReplies == 3)
    #expect((0..<12).allSatisfy { bus.statistics.missedByJoint[$0] == ($0 == 3 ? 3 : 0) })
    try peer.stop()
  }

  @Test func tick_badLine_walksOnAndSendsNoWrongGoals() throws {
    let kinds: [LoopbackFault.Kind] = [.drop, .corrupt, .duplicate, .truncate, .wrongID]
    let faults = kinds.map { LoopbackFault(kind: $0, chance: 0.01) }
    let feetech = try ThreeLines.feetech(faults: faults)
    let bus = try ThreeLines.bus(feetech)
    let walk = Self.sat(
      try ThreeLines.walking(bus, policy: SpiderPolicy.trained(), ticks: 100, exchangePeriods: 3))
    #expect(walk.loop.controller.fault == nil && walk.loop.isTorqueOff)
    let statistics = walk.loop.busStatistics
    #expect(statistics.partialReplies > 20 && statistics.checksumErrors > 10)
    let report = try feetech.stop()
    #expect(report.goalsOutsideLimits == 0 && report.falls == 0)
    #expect(kinds.allSatisfy { report.faults[$0, default: 0] > 10 })

    let dynamixel = try ThreeLines.dynamixel(faults: faults)
    let other = try ThreeLines.bus(dynamixel)
    let second = Self.sat(
      try ThreeLines.walking(other, policy: SpiderPolicy.trained(), ticks: 100, exchangePeriods: 3))
    #expect(second.loop.controller.fault == nil && second.loop.isTorqueOff)
    let counts = second.loop.busStatistics
    #expect(counts.partialReplies > 0 && counts.checksumErrors > 0)
    let result = try dynamixel.stop()
    #expect(result.goalsOutsideLimits == 0 && result.falls == 0)
  }

  @Test func tick_oneServoGone_isAFaultAfterFiveTicks() throws {
    let peer = try ThreeLines.feetech()
    let bus = try ThreeLines.bus(peer)
    // 100 ms for an exchange, of which the silent servo takes all.
    var walk = try ThreeLines.walking(
      bus, policy: SpiderPolicy.still, ticks: 10, exchangePeriods: 5)
    peer.change { $0.befall(LoopbackFault(kind: .silentServo, id: 4), isOn: true) }
    walk.tick(Self.still, count: 5)
    #expect(walk.loop.controller.fault == nil)
    walk.tick(Self.still, count: 1)
    #expect(walk.loop.controller.fault == .jointSilent)
    try peer.stop()
  }

  /// Ticks of a standing robot from an injected fault until the supervisor finds one.
  private static func ticksToAFault<
    Device: LoopbackDevice & SendableMetatype & ~Copyable, Bus: TickingBus & ~Copyable
  >(
    _ kind: LoopbackFault.Kind, _ peer: LoopbackThread<Device>, _ bus: consuming Bus
  ) throws -> (ticks: Int, fault: Fault?) {
    var walk = try ThreeLines.walking(bus, policy: SpiderPolicy.still, ticks: 10)
    #expect(walk.loop.controller.fault == nil)
    peer.change { $0.befall(LoopbackFault(kind: kind, id: 4), isOn: true) }
    var ticks = 0
    while walk.loop.controller.fault == nil && ticks < 100 {
      walk.tick(still, count: 1)
      ticks += 1
    }
    let report = try peer.stop()
    #expect(report.goalsOutsideLimits == 0 && report.goalsOutsideSlew == 0)
    return (ticks, walk.loop.controller.fault)
  }

  private static func onEveryLine(
    _ kind: LoopbackFault.Kind
  ) throws -> [(ticks: Int, fault: Fault?)] {
    let board = try ThreeLines.board()
    let dynamixel = try ThreeLines.dynamixel()
    let feetech = try ThreeLines.feetech()
    return [
      try ticksToAFault(kind, board, try ThreeLines.unconnectedBus(board)),
      try ticksToAFault(kind, dynamixel, try ThreeLines.bus(dynamixel)),
      try ticksToAFault(kind, feetech, try ThreeLines.bus(feetech)),
    ]
  }

  @Test func tick_hotServo_isAFaultOnEveryLine() throws {
    let found = try Self.onEveryLine(.hotServo)
    #expect(found.allSatisfy { $0.fault == .servoHot })
    // A board is asked once a second; one reading may be wrong.
    #expect(found[0].ticks <= 54 && found[1].ticks == 4 && found[2].ticks == 4)
  }

  @Test func tick_lowSupply_isAFaultOnEveryLine() throws {
    let found = try Self.onEveryLine(.lowSupply)
    #expect(found.allSatisfy { $0.fault == .supplyLow && $0.ticks == 4 })
  }

  @Test func tick_silentServoBehindABoard_isAFaultAfterFiveTicks() throws {
    let peer = try ThreeLines.board()
    let bus = try ThreeLines.unconnectedBus(peer)
    let found = try Self.ticksToAFault(.silentServo, peer, bus)
    #expect(found.fault == .jointSilent && found.ticks == 6)
  }

  /// Lets a servo find itself too hot as soon as it works.
  private static func spoil<Link: ServoLink & ~Copyable>(
    _ kind: Link.Type, _ register: String, path: String
  ) throws {
    var link = Link(port: try ThreeLines.port(path))
    let limit = try #require(Link.kind.register(named: register))
    try link.write(25, to: limit, of: 4)
  }

  private static let overheatingOfFour = ": servo 4 (rear_left_coxa): overheating"

  @Test func tick_servoTooHot_isAFaultOnEveryLine() throws {
    // After it was made ready: a run does not begin with such a limit.
    let peer = try ThreeLines.dynamixel()
    do {
      _ = try ThreeLines.bus(peer)
    }
    try Self.spoil(DynamixelLink.self, "temperature_limit", path: peer.path)
    let walk = try ThreeLines.walking(
      try ThreeLines.unconnectedBus(peer), policy: SpiderPolicy.still, ticks: 0)
    #expect(walk.loop.controller.fault == .servoError)
    #expect(walk.loop.controller.faultReason?.hasSuffix(Self.overheatingOfFour) == true)
    try peer.stop()

    let feetech = try ThreeLines.feetech()
    do {
      _ = try ThreeLines.bus(feetech)
    }
    try Self.spoil(FeetechLink.self, "max_temperature_limit", path: feetech.path)
    let other = try ThreeLines.walking(
      try ThreeLines.unconnectedBus(feetech), policy: SpiderPolicy.still, ticks: 0)
    #expect(other.loop.controller.fault == .servoError)
    #expect(other.loop.controller.faultReason?.hasSuffix(Self.overheatingOfFour) == true)
    _ = try feetech.stop()

    let board = try ThreeLines.board()
    try Self.spoil(
      BoardServoLink<DynamixelLink>.self, "temperature_limit", path: board.path)
    let third = try ThreeLines.unconnectedBus(board)
    let last = try ThreeLines.walking(third, policy: SpiderPolicy.still, ticks: 0)
    #expect(last.loop.controller.fault == .servoError)
    #expect(last.loop.controller.faultReason?.hasSuffix(Self.overheatingOfFour) == true)
    _ = try board.stop()
  }

  @Test func tick_servoStartedAnew_isAFault() throws {
    let peer = try ThreeLines.dynamixel()
    let bus = try ThreeLines.bus(peer)
    var walk = try ThreeLines.walking(bus, policy: SpiderPolicy.still, ticks: 10)
    peer.change { $0.befall(LoopbackFault(kind: .servoReboot, id: 4), isOn: true) }
    walk.tick(Self.still, count: 1)
    #expect(walk.loop.controller.fault == .torqueLost)
    // The others sit down and switch torque off; its torque is off already.
    walk.tick(Self.still, count: 76)
    #expect(walk.loop.isTorqueOff == true)
    try peer.stop()

    let feetech = try ThreeLines.feetech()
    let second = try ThreeLines.bus(feetech)
    var other = try ThreeLines.walking(second, policy: SpiderPolicy.still, ticks: 10)
    feetech.change { $0.befall(LoopbackFault(kind: .servoReboot, id: 4), isOn: true) }
    // One servo is asked each tick.
    other.tick(Self.still, count: 12)
    #expect(other.loop.controller.fault == .torqueLost)
    _ = try feetech.stop()
  }
}
