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

/// What became of one run.
struct CampaignOutcome: Sendable {
  var fault: Fault?
  /// Simulated time at which the fault was found.
  var faultSeconds = 0.0
  /// Ticks from the fault until torque was off, or the robot was given up.
  var ticksToTheEnd = 0
  var goalsOutside = 0
  var hasArmed = true
  /// Why it was not armed.
  var reason = ""
  /// Whether a body in which nothing went wrong fell.
  var hasFallen = false
  /// Whether the loop says that torque is off.
  var isAtRest = false
  /// Violations of the table, a sentence each.
  var violations: [String] = []
}

extension CampaignCase {
  /// In which a faulted or sitting robot must come to rest: it slows down in 0.3 s, stands still for 1 s
  /// and sits down in 1.5 s or what the slew needs, or is told to let go after 1 s; one that is heard now and then takes at
  /// most twice as long, and has five attempts to let go.
  private static let restSeconds = 4.8

  /// Runs it in lockstep.
  func run(_ body: CampaignBody) throws -> CampaignOutcome {
    // Its servos have the gain of their own kind.
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
        // Settings that another tool has left are looked at as in a run.
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
      outcome.violations.append("the loop has let go, and the servos hold")
    }
    if faults.isEmpty { judgeHealth(&outcome, falls: report.falls) }
    if !outcome.hasArmed && report.commands > 0 {
      outcome.violations.append("a robot that was not armed got \(report.commands) commands")
    }
    return outcome
  }

  /// A robot in which nothing went wrong is to walk to the end, unless a push has thrown it over.
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
    // In lockstep an answer takes as long as its physics; a lost one costs this much. Where none is lost,
    // a busy machine may take its time.
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
    outcome.isAtRest = runner.loop.hasLetGo
    if !runner.isOver {
      outcome.violations.append("not at rest after \(ticks) ticks: \(runner.loop.controller.state)")
    }
    if outcome.fault != nil, runner.loop.controller.statistics.runningTicks > runningTicksAtFault {
      outcome.violations.append("the policy was followed after the fault")
    }
    let hasFallen = outcome.fault == .falling || outcome.fault == .tilted
    if !hasFallen { checkExpectations(&outcome, period) }
  }

  /// Whether lasting faults of the robot were found in time; one alone has to end in its own.
  private func checkExpectations(_ outcome: inout CampaignOutcome, _ period: Double) {
    guard let first = faults.min(by: { $0.from < $1.from }),
      let expected = Self.expectation(of: first, on: line, periodSeconds: period)
    else { return }
    let last = first.from + Double(expected.ticks) * period
    // What another one has stopped before is not walked into; what comes at the end meets no walk.
    guard last < Self.walkSeconds - 0.2 else { return }
    guard let fault = outcome.fault else {
      outcome.violations.append("\(first.kind.rawValue): no fault was found")
      return
    }
    if outcome.faultSeconds > last + 2 * period {
      outcome.violations.append(
        String(
          format: "%@ from %.2f s on: found at %.2f s", first.kind.rawValue, first.from,
          outcome.faultSeconds))
    }
    if faults.count == 1, !expected.faults.contains(fault) {
      outcome.violations.append("\(first.kind.rawValue): found fault \(fault.rawValue)")
    }
  }
}
