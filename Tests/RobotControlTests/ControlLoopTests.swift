import CAllocationCounter
import PolicyNetwork
import Realtime
@testable import RobotControl
import RobotDescription
import SerialLink
import ServoDrivers
import Testing
import WireProtocol

@Suite struct ControlLoopTests {
  private let script = Script()

  private func disarmedLoop(_ policy: PolicyFile = Pair.still) throws -> ControlLoop<ScriptedBus> {
    let configuration = LoopConfiguration()
    let controller = try Controller(
      robot: Pair.robot(), policy: policy, configuration: configuration, clock: .machine)
    return ControlLoop(
      bus: ScriptedBus(script: script), controller: controller, robot: Pair.robot(),
      configuration: configuration)
  }

  /// A loop whose policy is about to take over; what led there is forgotten.
  private func runningLoop(_ policy: PolicyFile = Pair.still) throws -> ControlLoop<ScriptedBus> {
    var loop = try disarmedLoop(policy)
    try loop.arm(deadlineNanoseconds: 1)
    for _ in 0..<(Pair.standUpTicks + Pair.settleTicks) { loop.step(at: 0) }
    _ = script.takeCalls()
    return loop
  }

  @Test func arm_answeringRobot_readsThenSwitchesTorqueOn() throws {
    var loop = try disarmedLoop()
    try loop.arm(deadlineNanoseconds: 7)
    #expect(
      script.takeCalls() == [
        .read(deadlineNanoseconds: 7), .read(deadlineNanoseconds: 7),
        .arm(deadlineNanoseconds: 7),
      ])
    #expect(loop.controller.state == .standingUp)
    #expect(loop.isTorqueOff == false)
  }

  @Test func arm_readUnanswered_throwsAndNothingIsSwitchedOn() throws {
    script.readError = .silent
    var loop = try disarmedLoop()
    #expect(throws: ArmingError.bus(.silent)) { try loop.arm(deadlineNanoseconds: 7) }
    #expect(script.takeCalls().allSatisfy { $0 == .read(deadlineNanoseconds: 7) })
    #expect(loop.controller.state == .disarmed)
  }

  @Test func arm_aReadUnanswered_isAskedAgain() throws {
    script.missedReadsAtFirst = 2
    var loop = try disarmedLoop()
    try loop.arm(deadlineNanoseconds: 7)
    #expect(loop.controller.state == .standingUp)
  }

  @Test func arm_failsAndDisarmToo_triesAgain() throws {
    script.armError = .refusedByServo(id: 5)
    script.disarmError = .silent
    var loop = try disarmedLoop()
    #expect(throws: ArmingError.bus(.refusedByServo(id: 5))) {
      try loop.arm(deadlineNanoseconds: 7)
    }
    // Torque may have come on: it goes off again, in a period's share each.
    #expect(
      script.takeCalls().suffix(4) == [
        .arm(deadlineNanoseconds: 7), .disarm(deadlineNanoseconds: 10_000_007),
        .disarm(deadlineNanoseconds: 20_000_007), .disarm(deadlineNanoseconds: 30_000_007),
      ])
    #expect(loop.controller.state == .disarmed)
  }

  @Test func arm_refused_throwsAndStaysDisarmed() throws {
    script.armError = .refused(.unknownKind)
    var loop = try disarmedLoop()
    #expect(throws: ArmingError.bus(.refused(.unknownKind))) {
      try loop.arm(deadlineNanoseconds: 7)
    }
    #expect(loop.controller.state == .disarmed)
  }

  @Test func step_disarmed_leavesTheBusAlone() throws {
    var loop = try disarmedLoop()
    for _ in 0..<10 { loop.step(at: 0) }
    #expect(script.takeCalls().isEmpty)
  }

  @Test func step_running_readsThenWritesWithinTheSharesOfThePeriod() throws {
    var loop = try runningLoop()
    loop.step(at: 5_000_000)
    // Half of 20 ms each.
    #expect(
      script.takeCalls() == [
        .read(deadlineNanoseconds: 15_000_000), .write(deadlineNanoseconds: 25_000_000),
      ])
  }

  @Test func step_running_writesThePolicysTargets() throws {
    var loop = try runningLoop(Pair.obedient)
    loop.follow(VelocityCommand(forward: 0.125))
    for _ in 0..<13 { loop.step(at: 0) }
    #expect(script.written[0] == Pair.standing + 0.125)
    #expect(script.written[1] == Pair.standing + 0.125)
  }

  @Test func step_readUnanswered_coastsOnTheLastSample() throws {
    var loop = try runningLoop()
    script.sample.robot.gyro.x = 9
    script.readError = .silent
    loop.step(at: 0)
    #expect(loop.sample.robot.gyro.x == 0)
    #expect(loop.controller.state == .running)
    #expect(script.takeCalls().last == .write(deadlineNanoseconds: 20_000_000))
  }

  @Test func step_watchdogHolds_isClearedBeforeItSitsDown() throws {
    var loop = try runningLoop()
    script.sample.hasWatchdogTripped = true
    loop.step(at: 0)
    #expect(loop.controller.fault == .watchdogTripped)
    // It may be a damaged answer that says so.
    #expect(script.takeCalls() == [.read(deadlineNanoseconds: 10_000_000)])
    loop.step(at: 0)
    #expect(
      script.takeCalls() == [
        .read(deadlineNanoseconds: 10_000_000), .clearWatchdog(deadlineNanoseconds: 20_000_000),
        .write(deadlineNanoseconds: 20_000_000),
      ])
    script.sample.hasWatchdogTripped = false
    for _ in 0...Pair.sitDownTicks { loop.step(at: 0) }
    #expect(loop.isTorqueOff == true)
    #expect(abs(script.written[0] - Pair.resting) < 1e-6)
  }

  @Test func step_watchdogTripsAgainAndAgain_isClearedFiveTimes() throws {
    var loop = try runningLoop()
    script.sample.hasWatchdogTripped = true
    for _ in 0..<20 { loop.step(at: 0) }
    let clears = script.takeCalls().filter { $0 == .clearWatchdog(deadlineNanoseconds: 20_000_000) }
    #expect(clears.count == 5)
  }

  @Test func step_watchdogHasSwitchedTorqueOff_isNotSwitchedOnAgain() throws {
    var loop = try runningLoop()
    script.sample.hasWatchdogTripped = true
    script.sample.isTorqueOn = false
    for _ in 0..<20 { loop.step(at: 0) }
    let calls = script.takeCalls()
    #expect(!calls.contains(.clearWatchdog(deadlineNanoseconds: 20_000_000)))
  }

  @Test(arguments: [BusError.silent, .malformedReply])
  func step_fourReadsUnanswered_robotIsSilent(_ error: BusError) throws {
    var loop = try runningLoop()
    script.readError = error
    for _ in 0..<3 { loop.step(at: 0) }
    #expect(loop.controller.state == .running)
    loop.step(at: 0)
    #expect(loop.controller.fault == .robotSilent)
  }

  @Test(arguments: [BusError.disconnected, .line(.failed(.read, errorNumber: 9))])
  func step_lineFailsToRead_lineIsGoneAtOnce(_ error: BusError) throws {
    var loop = try runningLoop()
    script.readError = error
    loop.step(at: 0)
    #expect(loop.controller.fault == .lineGone)
  }

  @Test func step_lineFailsToWrite_lineIsGoneAtOnce() throws {
    var loop = try runningLoop()
    script.writeError = .line(.failed(.write, errorNumber: 5))
    loop.step(at: 0)
    #expect(loop.controller.fault == .lineGone)
  }

  @Test func step_robotSits_torqueGoesOffOnce() throws {
    var loop = try runningLoop()
    loop.sitDown()
    for _ in 0..<(Pair.stopTicks + Pair.sitDownTicks + 10) { loop.step(at: 0) }
    #expect(loop.isTorqueOff == true)
    #expect(loop.controller.state == .disarmed)
    let disarms = script.takeCalls().filter { $0 == .disarm(deadlineNanoseconds: 20_000_000) }
    #expect(disarms.count == 1)
  }

  @Test func step_disarmFails_isCountedAndTriedAgain() throws {
    var loop = try runningLoop()
    script.disarmError = .silent
    loop.sitDown()
    for _ in 0...(Pair.stopTicks + Pair.sitDownTicks) { loop.step(at: 0) }
    #expect(loop.failedTorqueOffs == 1)
    #expect(loop.isTorqueOff == false)
    #expect(loop.controller.fault == .robotSilent)
    script.disarmError = nil
    for _ in 0...Pair.sitDownTicks { loop.step(at: 0) }
    #expect(loop.isTorqueOff == true)
  }

  @Test func switchTorqueOff_running_switchesTorqueOffAtOnce() throws {
    var loop = try runningLoop()
    loop.switchTorqueOff(at: 5_000_000)
    #expect(script.takeCalls() == [.disarm(deadlineNanoseconds: 15_000_000)])
    #expect(loop.isTorqueOff == true)
    #expect(loop.controller.state == .disarmed)
  }

  @Test func switchTorqueOff_lineGone_isCountedAndFaults() throws {
    var loop = try runningLoop()
    script.disarmError = .disconnected
    for _ in 0..<3 { loop.switchTorqueOff(at: 0) }
    #expect(loop.failedTorqueOffs == 3)
    #expect(loop.isTorqueOff == false)
    #expect(loop.controller.fault == .lineGone)
  }

  @Test func isOver_fromArmingToTorqueOff_onlyAtTheEnd() throws {
    var loop = try runningLoop()
    #expect(loop.isOver == false)
    loop.sitDown()
    for _ in 0..<(Pair.stopTicks + Pair.sitDownTicks) {
      #expect(loop.isOver == false)
      loop.step(at: 0)
    }
    loop.step(at: 0)
    #expect(loop.isTorqueOff == true)
    #expect(loop.isOver == true)
  }

  @Test func isOver_lineGone_afterFiveAttemptsToSwitchTorqueOff() throws {
    var loop = try runningLoop()
    script.readError = .disconnected
    script.disarmError = .disconnected
    for _ in 0..<4 { loop.step(at: 0) }
    #expect(loop.controller.fault == .lineGone)
    #expect(loop.isOver == false)
    loop.step(at: 0)
    #expect(loop.failedTorqueOffs == 5)
    #expect(loop.isOver == true)
    #expect(loop.isTorqueOff == false)
  }

  /// Only the reading may have failed: torque is switched off if possible.
  @Test func isOver_lineGoneForReadingAlone_switchesTorqueOff() throws {
    var loop = try runningLoop()
    script.readError = .disconnected
    loop.step(at: 0)
    #expect(loop.controller.fault == .lineGone)
    #expect(loop.isTorqueOff == true)
    #expect(loop.isOver == true)
  }

  @Test func write_notTakenInTime_isSilenceAndTheLineIsThere() throws {
    #expect(Fault(.line(.timedOut(byteCount: 3, expectedByteCount: 60))) == .robotSilent)
    #expect(Fault(.line(.failed(.write, errorNumber: 5))) == .lineGone)
  }

  @Test func isOver_torqueThatDoesNotGoOff_afterFiveAttempts() throws {
    var loop = try runningLoop()
    script.readError = .silent
    script.disarmError = .silent
    var ticks = 0
    while !loop.isOver, ticks < 1_000 {
      #expect(loop.failedTorqueOffs < 5)
      loop.step(at: 0)
      ticks += 1
    }
    #expect(loop.failedTorqueOffs == 5)
    #expect(loop.isTorqueOff == false)
    // Three ticks are coasted over; after a second of holding there are five attempts.
    #expect(ticks == 3 + 50 + 5)
  }

  @Test func switchTorqueOff_firstAttemptsFail_succeedsInTheEnd() throws {
    var loop = try runningLoop()
    script.disarmError = .disconnected
    loop.switchTorqueOff(at: 0)
    script.disarmError = nil
    loop.switchTorqueOff(at: 1)
    #expect(loop.isTorqueOff == true)
    #expect(loop.isOver == true)
  }

  @Test func arm_afterAFault_clearsWhatFailed() throws {
    var loop = try runningLoop()
    script.disarmError = .disconnected
    loop.switchTorqueOff(at: 0)
    try loop.arm(deadlineNanoseconds: 1)
    #expect(loop.failedTorqueOffs == 0)
    #expect(loop.controller.state == .standingUp)
  }

  @Test func step_tenThousandTicksWithMissedReads_allocatesNothing() throws {
    var loop = try runningLoop(Pair.obedient)
    script.recordsCalls = false
    script.missedReadPeriod = 7
    let command = VelocityCommand(forward: 0.1)
    allocationCounterDetachThrowHook()
    loop.step(at: 0)
    let before = allocationCounterThreadTotal()
    for _ in 0..<10_000 {
      loop.follow(command)
      loop.step(at: 0)
    }
    let allocationCount = allocationCounterThreadTotal() - before
    #expect(allocationCount == 0)
    #expect(loop.controller.statistics.coastedTicks > 1_400)
    #expect(loop.controller.state == .running)
  }
}
