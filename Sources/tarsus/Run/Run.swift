public import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import PolicyNetwork
internal import Realtime
internal import RobotControl
internal import RobotDescription
internal import RobotFiles
internal import SerialLink
internal import ServoDrivers
internal import Telemetry

/// `tarsus run`: stands the robot up, lets a policy walk it, and sits it down.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stands the robot up, lets a policy walk it, and sits it down.",
    discussion: """
      The robot moves only after it is armed: by --arm, or by a key on the terminal. Ctrl-C, SIGTERM
      and a closed terminal (except under nohup) sit the robot down and end with 0; a second one, or
      Ctrl-\\, switches torque off at once. Ctrl-Z sits the robot down before the program pauses; it
      continues unarmed. When the port is lost and a user is at the terminal, the command searches
      for the port again, and waits for a key, unless keyboard or standard input steers.

      Commands are clamped to the range of the policy's training, and accelerate by
      0.5 m/s² and 2 rad/s² at most. They come from --command, or from:
        script:FILE  lines of seconds and forward,left,turn; at the time of the
          last line, which may be '8 end', the robot sits down
        keyboard  hold w or s (forward, back), a or d (turn), q or e (aside): a
          press or repeat adds a fifth, any other key keeps the velocity; the
          robot stops a second after the last key. Space stops, x sits down
        gamepad[:DEVICE]  hold button 4, the left shoulder: left stick to walk,
          right stick to turn; button 1 sits down. A pad that is silent for 3 s
          counts as out of range: move a stick. For other pads, a minus reverses
          an axis:
          gamepad:/dev/input/js0,hold=4,sit=1,forward=1,left=0,turn=3,quiet=3
        stdin  lines such as {"forward": 0.1, "left": 0, "yaw_rate": 0.3}, or
          {"sit": true}
        udp:[ADDRESS:]PORT  the same in datagrams; on addresses other than
          127.0.0.1, and when TARSUS_TOKEN is set (16 bytes or more), signed
          with it, as in sim/send_command.py
      stdin and udp need a command every half second: without one the robot
      stops, and after five more seconds it sits down.

      Example:
        tarsus run spider.tarsus --robot sim/robots/spider.yaml --port spider.port \\
          --command 0.15,0,0 --duration 15 --arm
      """)

  @Argument(help: "A policy file, made by 'tarsus-lab freeze'.")
  var policy: String
  @Option(help: "The robot file.")
  var robot: String
  @Option(
    help: ArgumentHelp(
      "The serial port: a device, usb:VENDOR:PRODUCT, or a loopback's link; without it that of "
        + "the robot file."
    ))
  var port: String?
  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp(
      "The devices on the port: board, dynamixel or feetech; without it those of the robot file.",
      valueName: "protocol"))
  var lineProtocol: LineProtocol?
  @Option(help: "The port of the IMU, which a line of servos needs.")
  var imuPort: String?
  @Option(help: "Bits per second of the IMU.")
  var imuBaud: Int32?
  @Option(parsing: .unconditional, help: "\(VelocityCommand.argumentHelp).")
  var command: VelocityCommand = VelocityCommand()
  @Option(help: "The source of commands: see above.", transform: CommandSource.init)
  var commands: CommandSource = .constant
  @Option(help: "Seconds to walk; without it, until Ctrl-C.")
  var duration: Double?
  @Option(help: "Bits per second of the line.")
  var baud: Int32?
  @Option(help: "Consecutive missed deadlines that end the walk.")
  var missedDeadlines: Int = LoopConfiguration().missedDeadlinesMax
  @Option(
    help:
      "Seconds to search for a robot that is not there or silent: its power may be off."
  )
  var wait: Double = 0
  @Option(help: "The processor to pin the run to, counted from 0.")
  var cpu: Int32?
  @Option(help: "Write every tick to an MCAP file, for 'tarsus log', Foxglove and PlotJuggler.")
  var log: String?
  @Flag(help: "Replace a file at the path of --log.")
  var force = false
  @Flag(help: "Arm the robot at once: it stands up.")
  var arm = false
  @Flag(help: "Do not wait for the clock between ticks: for a loopback started with --lockstep.")
  var unpaced = false
  @OptionGroup var output: FigureOptions

  func validate() throws {
    try Failure.check("--duration", seconds: duration, to: 1e6)
    try Failure.check("--wait", wait, in: 0...86_400)
    try Failure.check("--baud", baud: baud)
    try Failure.check("--imu-baud", baud: imuBaud)
  }

  func run() throws {
    StopSignals.install()
    let setup = try Failure.loadSetup(robot)
    let robot = setup.robot
    let bus = try busSettings(setup.bus)
    try Policy.with(path: policy) { policy in
      try Policy.refuse(policy.contract, differingFrom: robot)
      var configuration = LoopConfiguration()
      configuration.missedDeadlinesMax = missedDeadlines
      // In lockstep the robot answers when its physics is computed, however long that takes.
      if unpaced { configuration.exchangeShareMax = 100 }
      do throws(ConfigurationError) {
        try configuration.validate()
      } catch {
        throw Failure.report(error, Failure.wrongUse)
      }
      let search = RobotSearch(setup: setup, settings: bus, waitSeconds: wait)
      switch bus.lineProtocol {
      case .board: try walk(policy, robot, configuration) { try search.board() }
      case .dynamixel:
        try walk(policy, robot, configuration) { try search.servos() as DynamixelBus }
      case .feetech:
        try walk(policy, robot, configuration) { try search.servos() as FeetechBus }
      }
    }
  }

  /// Finds the robot, arms it and walks; again after a lost port or a pause, when a user is there.
  private func walk<Bus: TickingBus & ~Copyable>(
    _ policy: PolicyFile, _ robot: Robot, _ configuration: LoopConfiguration,
    _ find: () throws -> Bus
  ) throws {
    StopSignals.installSuspension()
    var bus = try find()
    var feed: CommandFeed?
    var keys = commands == .keyboard ? Terminal() : nil
    var isArmed = arm
    for attempt in 1... {
      // A user who stops it before it moves does not want it to move.
      guard !StopSignals.isStopping else { return }
      if !isArmed { try waitForKey() }
      StopSignals.suspendIfWanted()
      guard !StopSignals.isStopping else { return }
      var commands = try feed ?? self.feed(policy.contract)
      // Commands to the last walk no longer count.
      if attempt > 1 { commands.beginArming() }
      let recorder = try recorder(policy, attempt: attempt)
      var session = RunSession(
        loop: ControlLoop(
          bus: bus, controller: try controller(robot, policy, configuration), robot: robot,
          configuration: configuration, recorder: recorder?.tap),
        robot: robot, isPaced: !unpaced, cpu: cpu, recorder: recorder)
      let (end, report) = session.run(commands: &commands, durationSeconds: duration)
      // A report that cannot be written hides no reason, and stops no search for the robot.
      let printed = Result { try output.print(report) }
      withExtendedLifetime(keys) {}
      switch end {
      case .done: return try printed.get()
      case .notArmed(let reason, let isRefusal):
        throw Failure.report(reason, isRefusal ? Failure.refused : Failure.failed)
      case .faulted(let fault, let reason):
        let failure = Failure.report(reason, Failure.failed)
        guard fault == .lineGone, Terminal.isThere, self.commands.leavesTheKeysAlone else {
          throw failure
        }
        // Closes its ports, which are opened again.
        _ = consume session
        bus = try findAgain(find, after: failure)
      case .suspended:
        _ = consume session
        // Another reader of the terminal, and the key that arms, get their keys.
        commands.pause()
        keys = nil
        note("paused: the robot sits and its torque is off; it moves only after it is armed again")
        StopSignals.suspend()
        bus = try find()
        keys = self.commands == .keyboard ? Terminal() : nil
      }
      feed = commands
      isArmed = false
    }
  }

  /// Searches for the robot until it is back, with growing pauses.
  ///
  /// - Throws: `failure` when the user ends the search; the refusal of a robot that is back and not
  ///   as expected.
  private func findAgain<Bus: TickingBus & ~Copyable>(
    _ find: () throws -> Bus, after failure: ExitCode
  ) throws -> Bus {
    var pause = Self.pauseMinNanoseconds
    while true {
      note("searching for the robot again in \(Double(pause) / 1e9) s; Ctrl-C ends it")
      MonotonicClock.machine.sleep(until: MonotonicClock.machine.nowNanoseconds + pause)
      StopSignals.suspendIfWanted()
      guard !StopSignals.isStopping else { throw failure }
      do {
        return try find()
      } catch let code as ExitCode where code == Failure.refused {
        throw code
      } catch {
        guard !StopSignals.isStopping else { throw failure }
      }
      pause = min(2 * pause, Self.pauseMaxNanoseconds)
    }
  }

  private static let pauseMinNanoseconds: UInt64 = 500_000_000
  private static let pauseMaxNanoseconds: UInt64 = 8_000_000_000

  /// Waits until a user arms the robot.
  private func waitForKey() throws {
    guard commands.leavesTheKeysAlone || commands == .keyboard, let terminal = Terminal() else {
      throw Failure.report(
        "not armed: the robot moves only after it is armed; expected --arm, or a terminal on "
          + "which a key is pressed", Failure.refused)
    }
    note("the robot answers; press a to arm it: it will stand up. Ctrl-C ends it")
    while let key = terminal.key() {
      // Keys that were typed before this moment do not steer.
      if key == UInt8(ascii: "a") { return Terminal.forgetKeys() }
    }
    if !StopSignals.isStopping { throw Failure.report("not armed", Failure.refused) }
  }

  /// Opens the log, if one is wanted; later walks get logs of their own.
  private func recorder(_ policy: PolicyFile, attempt: Int) throws -> FlightRecorder? {
    guard var log else { return nil }
    if attempt > 1 {
      log = freeLog(log, from: attempt)
      note("the log of this walk is \(log)")
    }
    let contract = policy.contract
    do throws(FlightRecorderError) {
      return try FlightRecorder(
        path: log, isReplacing: force,
        description: FlightDescription(
          body: contract.body.description,
          jointNames: (0..<contract.jointCount).map { contract.jointNames[$0].description },
          controlPeriodMicroseconds: contract.controlPeriodMicroseconds,
          policyChecksum: policy.checksum, stateNames: ControlState.allCases.map { "\($0)" },
          faults: Dictionary(
            uniqueKeysWithValues: Fault.allCases.map { ($0.rawValue, $0.description) })),
        clock: .machine, wallNanoseconds: WallClock.nowNanoseconds)
    } catch {
      throw Failure.report(error, error.isOccupied ? Failure.wrongUse : Failure.failed)
    }
  }

  /// The first numbered name at which no file would be lost, for the log of a later walk.
  private func freeLog(_ log: String, from attempt: Int) -> String {
    let file = URL(fileURLWithPath: log)
    let kind = file.pathExtension.isEmpty ? "" : ".\(file.pathExtension)"
    let name = file.deletingPathExtension().lastPathComponent
    func path(_ number: Int) -> String {
      file.deletingLastPathComponent().appendingPathComponent("\(name)-\(number)\(kind)").path
    }
    let numbers = attempt..<(attempt + Self.logsMax)
    let free = numbers.first { force || (try? OutputFile.checkFree(path($0))) != nil }
    return path(free ?? attempt)
  }

  private static let logsMax = 1_000

  /// Opens the source of commands.
  private func feed(_ contract: PolicyContract) throws -> CommandFeed {
    let nearest = contract.commands.nearest(to: command)
    if nearest != command {
      note(
        "--command \(command.defaultValueDescription): the policy was trained for less, "
          + "and is asked for \(nearest.defaultValueDescription)")
    }
    do throws(CommandError) {
      var key: CommandKey?
      if case .udp = commands { key = try .ofEnvironment() }
      return try CommandFeed(
        commands, constant: command, range: contract.commands, key: key)
    } catch {
      throw Failure.report(error, Failure.wrongUse)
    }
  }

  /// The connection of the robot file, with the options over it.
  private func busSettings(_ settings: BusSettings) throws -> BusSettings {
    var settings = settings
    settings.lineProtocol = lineProtocol ?? settings.lineProtocol
    settings.baud = baud ?? settings.baud
    settings.port = port ?? settings.port
    settings.imuPort = imuPort ?? settings.imuPort
    settings.imuBaud = imuBaud ?? settings.imuBaud
    if settings.port == nil {
      throw Failure.report(
        "port: found none, expected --port, or 'port' under 'bus' in \(robot)", Failure.wrongUse)
    }
    if settings.lineProtocol != .board && settings.imuPort == nil {
      throw Failure.report(
        "IMU: found no port, expected --imu-port, or 'imu_port' under 'bus' in \(robot): "
          + "a line of \(settings.lineProtocol) servos has none behind it", Failure.wrongUse)
    }
    return settings
  }

  private func controller(
    _ robot: Robot, _ policy: PolicyFile, _ configuration: LoopConfiguration
  ) throws -> Controller {
    do {
      return try Controller(
        robot: robot, policy: policy, configuration: configuration, clock: .machine)
    } catch {
      throw Failure.report(error, Failure.refused)
    }
  }
}

/// The devices on the line between host and robot.
typealias LineProtocol = BusSettings.LineProtocol

extension BusSettings.LineProtocol: ExpressibleByArgument {}
