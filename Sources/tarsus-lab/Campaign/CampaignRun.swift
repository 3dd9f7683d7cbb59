internal import CommandSupport
internal import Foundation
internal import Loopback
internal import PolicyNetwork
internal import Realtime
internal import RobotControl
internal import RobotDescription
internal import RobotFiles
internal import SerialLink
internal import ServoDrivers
internal import WireProtocol

/// A body of a campaign: its files and the policy that walks it.
struct CampaignBody: Sendable {
  let setup: RobotSetup
  var robot: Robot { setup.robot }
  let modelPath: String
  let policy: PolicyFile
  let command: VelocityCommand
}

/// Result of one run.
struct CampaignOutcome: Sendable {
  var fault: Fault?
  /// Simulated time at which the supervisor detected the fault.
  var faultSeconds = 0.0
  /// Ticks from the fault until torque was off, or the run was given up.
  var ticksToTheEnd = 0
  var goalsOutside = 0
  var hasArmed = true
  /// Reason when the robot was not armed.
  var reason = ""
  /// `true` when a body without an injected fault fell.
  var hasFallen = false
  /// `true` when the loop reports that torque is off.
  var isAtRest = false
  /// Wrong reactions of the supervisor, a sentence each.
  var violations: [String] = []
}

extension CampaignCase {
  /// Time in which a faulted or sitting robot must come to rest.
  ///
  /// It slows down in 0.3 s, stands still for 1 s and sits down in 1.5 s or as the slew needs, or
  /// gets the command for torque off after 1 s. A robot with an intermittent line takes at most
  /// twice as long, and gets that command five times.
  private static let restSeconds = 4.8

  /// Runs the case in lockstep.
  func run(_ body: CampaignBody) throws -> CampaignOutcome {
    // Its servos have the gain for their kind.
    let robot = body.setup.simulatedRobot(servos: line.servos ?? .dynamixel)
    let simulated = try SimulatedRobot(
      robot: robot, bodyPath: body.modelPath, seed: seed,
      variation: faults.isEmpty ? BodyVariation(seed: seed) : nil)
    let baud: UInt32 = 1_000_000
    func port(_ path: String) throws -> SerialPort {
      try SerialPort(path: path, baudRate: Int32(baud), clock: .machine)
    }
    func imu(_ path: String) throws -> ImuStream {
      ImuStream(port: try SerialPort(path: path, baudRate: 115_200, clock: .machine))
    }
    switch line {
    case .board:
      return try run(SimulatedBoard(robot: simulated, clock: .lockstep), body) { path, _ in
        var bus = BoardBus(port: try port(path), robot: body.robot)
        try bus.connect(deadlineNanoseconds: MonotonicClock.machine.nowNanoseconds + 2_000_000_000)
        // Settings that another tool has left are checked as in a run.
        guard let family = try bus.servoFamily() else { return bus }
        var fixes: [ServoFix] = []
        return try bus.withServosReady(family, of: robot, fixes: &fixes)
      }
    case .dynamixel:
      let device = try SimulatedDynamixelLine(robot: simulated, clock: .lockstep, baudRate: baud)
      return try run(device, body) { path, imuPath in
        var bus = DynamixelBus(port: try port(path), imu: try imu(imuPath), robot: robot)
        _ = try bus.connect(setsUp: true)
        return bus
      }
    case .feetech:
      let device = try SimulatedFeetechLine(robot: simulated, clock: .lockstep, baudRate: baud)
      return try run(device, body) { path, imuPath in
        var bus = FeetechBus(port: try port(path), imu: try imu(imuPath), robot: robot)
        _ = try bus.connect(setsUp: true)
        return bus
      }
    }
  }

  private func run<
    Device: LoopbackDevice & SendableMetatype & ~Copyable, Bus: TickingBus & ~Copyable
  >(
    _ device: consuming Device, _ body: CampaignBody, _ connect: (String, String) throws -> Bus
  ) throws -> CampaignOutcome {
    let peer = try LoopbackThread(device, faults: faults, seed: seed, clock: .machine)
    let period = Double(body.robot.controlPeriodSeconds)
    var outcome = CampaignOutcome()
    do {
      var runner = try runner(connect(peer.path, peer.imuPath), body)
      walk(&runner, body.command, period, &outcome)
    } catch {
      // A fault before the robot was armed: it never moved.
      outcome.hasArmed = false
      outcome.reason = "\(error)"
    }
    let report = try peer.stop()
    outcome.goalsOutside = report.goalsOutsideLimits + report.goalsOutsideSlew
    if outcome.goalsOutside > 0 {
      outcome.violations.append("\(outcome.goalsOutside) goals outside limits or slew")
    }
    if outcome.isAtRest && report.isTorqueOn {
      outcome.violations.append("the loop reports torque off, and the servos' torque is on")
    }
    if faults.isEmpty { judgeHealth(&outcome, falls: report.falls) }
    if !outcome.hasArmed && report.commands > 0 {
      outcome.violations.append("a robot that was not armed got \(report.commands) commands")
    }
    return outcome
  }

  /// A robot without an injected fault must walk to the end, unless a push has thrown it over.
  private func judgeHealth(_ outcome: inout CampaignOutcome, falls: Int) {
    if !outcome.hasArmed { outcome.violations.append("false alarm: not armed: \(outcome.reason)") }
    guard let fault = outcome.fault else { return }
    let hasFallen = falls > 0 || fault == .falling || fault == .tilted
    outcome.hasFallen = hasFallen
    if !hasFallen {
      outcome.violations.append("false alarm: fault \(fault.rawValue), \(fault.description)")
    }
  }

  private func runner<Bus: TickingBus & ~Copyable>(
    _ bus: consuming Bus, _ body: CampaignBody
  ) throws -> LoopRunner<Bus> {
    var configuration = LoopConfiguration()
    // In lockstep an answer takes as long as its physics, and a lost one costs this much. Without
    // losses a busy machine may be slow.
    configuration.exchangeShareMax = faults.isEmpty ? 100 : 1.5
    let controller = try Controller(
      robot: body.robot, policy: body.policy, configuration: configuration, clock: .machine)
    var runner = LoopRunner(
      loop: ControlLoop(
        bus: bus, controller: controller, robot: body.robot, configuration: configuration),
      periodNanoseconds: UInt64(body.robot.controlPeriodMicroseconds) * 1_000, pace: .lockstep)
    try runner.arm(deadlineNanoseconds: MonotonicClock.machine.nowNanoseconds + 2_000_000_000)
    return runner
  }

  private func walk<Bus: TickingBus & ~Copyable>(
    _ runner: inout LoopRunner<Bus>, _ command: VelocityCommand, _ period: Double,
    _ outcome: inout CampaignOutcome
  ) {
    let walkTicks = Int(Self.walkSeconds / period)
    let restTicks = Int(Self.restSeconds / period)
    var ticks = 0
    var runningTicksAtFault: UInt64 = 0
    var faultedTicks = 0
    while !runner.isOver, ticks < walkTicks + restTicks, faultedTicks < restTicks {
      if runner.loop.controller.state == .faulted { faultedTicks += 1 }
      runner.wait()
      runner.tick(LoopOrders(command: command, mustSit: ticks >= walkTicks))
      ticks += 1
      if outcome.fault == nil, let fault = runner.loop.controller.fault {
        outcome.fault = fault
        outcome.faultSeconds = Double(ticks) * period
        runningTicksAtFault = runner.loop.controller.statistics.runningTicks
      }
    }
    outcome.ticksToTheEnd = faultedTicks
    outcome.isAtRest = runner.loop.isTorqueOff
    if !runner.isOver {
      outcome.violations.append("not at rest after \(ticks) ticks: \(runner.loop.controller.state)")
    }
    if outcome.fault != nil, runner.loop.controller.statistics.runningTicks > runningTicksAtFault {
      outcome.violations.append("the policy was followed after the fault")
    }
    let hasFallen = outcome.fault == .falling || outcome.fault == .tilted
    if !hasFallen { checkExpectations(&outcome, period) }
  }

  /// Checks that a lasting fault was detected in time, and a single one as the right fault.
  private func checkExpectations(_ outcome: inout CampaignOutcome, _ period: Double) {
    guard let first = faults.min(by: { $0.from < $1.from }),
      let expected = Self.expectation(of: first, on: line, periodSeconds: period)
    else { return }
    let last = first.from + Double(expected.ticks) * period
    // A fault near the end of the walk is not judged: the robot may sit by then.
    guard last < Self.walkSeconds - 0.2 else { return }
    guard let fault = outcome.fault else {
      outcome.violations.append("\(first.kind.rawValue): no fault was detected")
      return
    }
    if outcome.faultSeconds > last + 2 * period {
      outcome.violations.append(
        String(
          format: "%@ from %.2f s on: detected at %.2f s", first.kind.rawValue, first.from,
          outcome.faultSeconds))
    }
    if faults.count == 1, !expected.faults.contains(fault) {
      outcome.violations.append("\(first.kind.rawValue): detected fault \(fault.rawValue)")
    }
  }
}
