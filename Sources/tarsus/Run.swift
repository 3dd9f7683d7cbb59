public import ArgumentParser
internal import CRealtime
internal import Foundation
internal import PolicyNetwork
internal import RobotControl
public import RobotDescription
internal import RobotFiles
internal import SerialLink
internal import ServoDrivers

/// `tarsus run`: stands the robot up, lets the policy walk it, sits it down.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stands the robot up, lets a policy walk it, and sits it down.",
    discussion: """
      Ctrl-C sits the robot down and ends with 0; a second one switches torque off at once.

      Example:
        tarsus run spider.tarsus --robot sim/robots/spider.yaml --port spider.port \\
          --command 0.15,0,0 --duration 15
      """)

  @Argument(help: "A policy file, made by 'tarsus-lab freeze'.")
  var policy: String
  @Option(help: "The robot's servo map.")
  var robot: String
  @Option(
    help: ArgumentHelp(
      "The serial port: a device, usb:VENDOR:PRODUCT, or a loopback's link; without it the robot file's."
    ))
  var port: String?
  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp(
      "What is on the port: board, dynamixel or feetech; without it what the robot file says.",
      valueName: "protocol"))
  var lineProtocol: LineProtocol?
  @Option(help: "The port of the motion sensor, which a line of servos needs.")
  var imuPort: String?
  @Option(help: "Bits per second of the motion sensor.")
  var imuBaud: Int32?
  @Option(parsing: .unconditional, help: "Velocity: forward m/s, left m/s, turn rad/s.")
  var command: VelocityCommand = VelocityCommand()
  @Option(help: "Seconds to walk; without it, until Ctrl-C.")
  var duration: Double?
  @Option(help: "Bits per second of the line.")
  var baud: Int32?
  @Option(help: "Seconds to go on looking for a robot that does not answer: its power may be off.")
  var wait: Double = 0
  @Flag(help: "Do not wait for the clock between ticks: for a loopback started with --lockstep.")
  var unpaced = false
  @Flag(help: "Print the report as JSON.")
  var json = false

  func validate() throws {
    if let duration, !(duration > 0 && duration < 1e6) {
      throw ValidationError("--duration: found \(duration), expected seconds above 0")
    }
    if !(0...86_400).contains(wait) {
      throw ValidationError("--wait: found \(wait), expected seconds, 0 to 86400")
    }
    try Failure.check("--baud", baud: baud)
    try Failure.check("--imu-baud", baud: imuBaud)
  }

  func run() throws {
    _ = realtimeInstallStopSignals()
    let setup = try Failure.loadSetup(robot)
    let robot = setup.robot
    let bus = try busSettings(setup.bus)
    try Policy.with(path: policy) { policy in
      try Policy.refuse(policy.contract, differingFrom: robot)
      var configuration = LoopConfiguration()
      // In lockstep the robot answers when its physics has been computed, however long that takes.
      if unpaced { configuration.exchangeShareMax = 100 }
      let controller = try controller(robot, policy, configuration)
      let search = RobotSearch(robot: robot, settings: bus, waitSeconds: wait)
      switch bus.lineProtocol {
      case .board: try walk(search.board(), controller, robot, configuration)
      case .dynamixel: try walk(search.servos() as DynamixelBus, controller, robot, configuration)
      case .feetech: try walk(search.servos() as FeetechBus, controller, robot, configuration)
      }
    }
  }

  private func walk<Bus: ServoBus & ~Copyable>(
    _ bus: consuming Bus, _ controller: consuming Controller, _ robot: Robot,
    _ configuration: LoopConfiguration
  ) throws {
    // Whoever stops it before it moves does not want it to move.
    guard realtimeStopSignalCount() == 0 else { return }
    var session = RunSession(
      loop: ControlLoop(
        bus: bus, controller: controller, robot: robot, configuration: configuration),
      robot: robot, isPaced: !unpaced)
    let report = session.run(command: command, durationSeconds: duration)
    if json { try printJSON(report) } else { print(report.text) }
    if let fault = report.fault { throw Failure.report(fault, Failure.failed) }
  }

  /// What the robot file says, with the options over it.
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
        "motion sensor: found no port, expected --imu-port, or 'imu_port' under 'bus' in \(robot): "
          + "a line of \(settings.lineProtocol) servos has none behind it", Failure.wrongUse)
    }
    return settings
  }

  private func controller(
    _ robot: Robot, _ policy: PolicyFile, _ configuration: LoopConfiguration
  ) throws -> Controller {
    do {
      try configuration.validate()
    } catch {
      throw Failure.report(error, Failure.wrongUse)
    }
    do {
      return try Controller(robot: robot, policy: policy, configuration: configuration)
    } catch {
      throw Failure.report(error, Failure.refused)
    }
  }
}

extension VelocityCommand: ExpressibleByArgument {
  /// Reads `0.15,0,0`.
  public init?(argument: String) { self.init(text: argument) }

  /// How the help writes a velocity.
  public var defaultValueDescription: String { "\(forward),\(left),\(yawRate)" }
}

/// What is on the line between host and robot.
typealias LineProtocol = BusSettings.LineProtocol

extension BusSettings.LineProtocol: ExpressibleByArgument {}
