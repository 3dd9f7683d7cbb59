internal import Foundation
internal import Loopback
internal import PolicyNetwork
internal import RobotControl
internal import RobotDescription
internal import RobotFiles
internal import SerialLink
internal import ServoDrivers
internal import Synchronization

/// A body of a campaign: its files and the policy that walks it.
struct CampaignBody: Sendable {
  let robot: Robot
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
  /// Violations of the table, a sentence each.
  var violations: [String] = []
}

extension CampaignCase {
  /// Ticks after which a faulted or sitting robot must be at rest: it stands still for 1 s and sits down
  /// in 1.5 s or what the slew needs, or is told to let go after 1 s; one that is heard now and then takes
  /// at most twice as long, and has five attempts to let go.
  private static let restTicksMax = 220

  /// Runs it in lockstep.
  func run(_ body: CampaignBody) throws -> CampaignOutcome {
    let virtual = try VirtualRobot(robot: body.robot, bodyPath: body.modelPath, seed: seed)
    let baud: UInt32 = 1_000_000
    switch line {
    case .board:
      return try run(LoopbackBoard(robot: virtual, clock: .lockstep), body) { path, _ in
        var bus = BoardBus(
          port: try SerialPort(path: path, baudRate: Int32(baud)), robot: body.robot)
        try bus.connect(deadlineNanoseconds: SerialPort.nowNanoseconds + 2_000_000_000)
        return bus
      }
    case .dynamixel:
      return try run(
        DynamixelLine(robot: virtual, clock: .lockstep, baudRate: baud), body
      ) { path, motionPath in
        try Self.connected(
          DynamixelBus(
            port: SerialPort(path: path, baudRate: Int32(baud)),
            imu: ImuStream(port: SerialPort(path: motionPath, baudRate: 115_200)),
            robot: body.robot))
      }
    case .feetech:
      return try run(
        FeetechLine(robot: virtual, clock: .lockstep, baudRate: baud), body
      ) { path, motionPath in
        try Self.connected(
          FeetechBus(
            port: SerialPort(path: path, baudRate: Int32(baud)),
            imu: ImuStream(port: SerialPort(path: motionPath, baudRate: 115_200)),
            robot: body.robot))
      }
    }
  }

  private static func connected<Bus: ServoLineBus & ~Copyable>(
    _ bus: consuming Bus
  ) throws -> Bus {
    var bus = bus
    _ = try bus.connect(setsUp: true)
    return bus
  }

  private func run<
    Device: LoopbackDevice & SendableMetatype & ~Copyable, Bus: ServoBus & ~Copyable
  >(
    _ device: consuming Device, _ body: CampaignBody, _ connect: (String, String) throws -> Bus
  ) throws -> CampaignOutcome {
    let peer = try LockstepPeer(device, faults: faults, seed: seed)
    var outcome = CampaignOutcome()
    do {
      var loop = try loop(connect(peer.path, peer.motionPath), body)
      walk(&loop, body.command, peer, &outcome)
    } catch {
      // A fault before the robot was armed: it never moved.
      outcome.hasArmed = false
    }
    let report = try peer.stop()
    outcome.goalsOutside = report.goalsOutsideLimits + report.goalsOutsideSlew
    if outcome.goalsOutside > 0 {
      outcome.violations.append("\(outcome.goalsOutside) goals outside limits or slew")
    }
    if !outcome.hasArmed && report.commands > 0 {
      outcome.violations.append("a robot that was not armed got \(report.commands) commands")
    }
    return outcome
  }

  private func loop<Bus: ServoBus & ~Copyable>(
    _ bus: consuming Bus, _ body: CampaignBody
  ) throws -> ControlLoop<Bus> {
    var configuration = LoopConfiguration()
    // In lockstep an answer takes as long as its physics; a lost one costs this much.
    configuration.exchangeShareMax = 1.5
    let controller = try Controller(
      robot: body.robot, policy: body.policy, configuration: configuration)
    var loop = ControlLoop(
      bus: bus, controller: controller, robot: body.robot, configuration: configuration)
    try loop.arm(deadlineNanoseconds: SerialPort.nowNanoseconds + 2_000_000_000)
    return loop
  }

  private func walk<Bus: ServoBus & ~Copyable>(
    _ loop: inout ControlLoop<Bus>, _ command: VelocityCommand,
    _ peer: LockstepPeer<some LoopbackDevice & ~Copyable>, _ outcome: inout CampaignOutcome
  ) {
    let period = 1e-6 * Double(20_000)
    var ticks = 0
    var runningTicksAtFault: UInt64 = 0
    var ticksAtRest = 0
    while ticks < Self.ticks + Self.restTicksMax {
      if loop.controller.state == .disarmed { break }
      if loop.controller.state == .faulted {
        if loop.hasLetGo || loop.controller.fault == .lineGone || loop.failedLetGos >= 5 { break }
        ticksAtRest += 1
        if ticksAtRest > Self.restTicksMax { break }
      }
      if ticks >= Self.ticks { loop.sitDown() }
      loop.follow(command)
      loop.step(at: SerialPort.nowNanoseconds)
      ticks += 1
      if outcome.fault == nil, let fault = loop.controller.fault {
        outcome.fault = fault
        outcome.faultSeconds = Double(ticks) * period
        runningTicksAtFault = loop.controller.statistics.runningTicks
      }
    }
    outcome.ticksToTheEnd = ticksAtRest
    let state = loop.controller.state
    let isAtRest =
      state == .disarmed
      || state == .faulted
        && (loop.hasLetGo || loop.controller.fault == .lineGone || loop.failedLetGos >= 5)
    if !isAtRest { outcome.violations.append("not at rest after \(ticks) ticks: \(state)") }
    if outcome.fault != nil, loop.controller.statistics.runningTicks > runningTicksAtFault {
      outcome.violations.append("the policy was followed after the fault")
    }
    checkExpectations(&outcome, hasFallen: outcome.fault == .falling || outcome.fault == .tilted)
  }

  /// Whether lasting faults of the robot were found in time; one alone has to end in its own.
  private func checkExpectations(_ outcome: inout CampaignOutcome, hasFallen: Bool) {
    guard let first = faults.min(by: { $0.from < $1.from }), !hasFallen else { return }
    guard let expected = Self.expectation(of: first, on: line) else { return }
    let last = first.from + Double(expected.ticks) / 50
    // What another one has stopped before is not walked into; what comes at the end meets no walk.
    guard last < Double(Self.ticks) / 50 - 0.2 else { return }
    guard let fault = outcome.fault else {
      outcome.violations.append("\(first.kind.rawValue): no fault was found")
      return
    }
    if outcome.faultSeconds > last + 0.04 {
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

/// A loopback in lockstep on a thread of its own.
private final class LockstepPeer<Device: LoopbackDevice & SendableMetatype & ~Copyable>:
  @unchecked Sendable
{
  let path: String
  let motionPath: String
  private var server: LoopbackServer<Device>
  private var failure: LoopbackError?
  private let isStopping = Atomic(false)
  private let hasEnded = DispatchSemaphore(value: 0)

  init(_ device: consuming Device, faults: [LoopbackFault], seed: UInt64) throws {
    server = LoopbackServer(
      device: device, terminal: try PseudoTerminal(link: nil),
      motion: try PseudoTerminal(link: nil), faults: faults, seed: seed)
    path = server.path
    motionPath = server.motionPath ?? ""
    Thread.detachNewThread { self.serve() }
  }

  /// Ends serving; says what happened.
  func stop() throws -> LoopbackReport {
    isStopping.store(true, ordering: .releasing)
    hasEnded.wait()
    if let failure { throw failure }
    return server.report
  }

  private func serve() {
    do throws(LoopbackError) {
      try server.run(until: { isStopping.load(ordering: .acquiring) })
    } catch {
      failure = error
    }
    hasEnded.signal()
  }
}
