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
  @Option(help: "The serial port: a device such as /dev/ttyUSB0, or a loopback's link.")
  var port: String
  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp("What is on the port: board, dynamixel or feetech.", valueName: "protocol"))
  var lineProtocol: LineProtocol = .board
  @Option(help: "The port of the motion sensor, which a line of servos needs.")
  var imuPort: String?
  @Option(help: "Bits per second of the motion sensor; a pseudo terminal ignores it.")
  var imuBaud: Int32 = 115_200
  @Option(parsing: .unconditional, help: "Velocity: forward m/s, left m/s, turn rad/s.")
  var command: VelocityCommand = VelocityCommand()
  @Option(help: "Seconds to walk; without it, until Ctrl-C.")
  var duration: Double?
  @Option(help: "Bits per second; a pseudo terminal ignores it.")
  var baud: Int32 = 1_000_000
  @Option(help: "Seconds to go on looking for servos that do not answer: their power may be off.")
  var wait: Double = 0
  @Flag(help: "Do not wait for the clock between ticks: for a loopback started with --lockstep.")
  var unpaced = false
  @Flag(help: "Print the report as JSON.")
  var json = false

  func validate() throws {
    if let duration, !(duration > 0 && duration < 1e6) {
      throw ValidationError("--duration: found \(duration), expected seconds above 0")
    }
    if lineProtocol != .board && imuPort == nil {
      throw ValidationError(
        "--protocol \(lineProtocol): found no --imu-port, expected the port of the motion sensor")
    }
    if !(0...86_400).contains(wait) {
      throw ValidationError("--wait: found \(wait), expected seconds, 0 to 86400")
    }
    if imuBaud <= 0 {
      throw ValidationError("--imu-baud: found \(imuBaud), expected bits per second")
    }
    if baud <= 0 { throw ValidationError("--baud: found \(baud), expected bits per second") }
  }

  func run() throws {
    _ = realtimeInstallStopSignals()
    let robot = try loadRobot()
    let bytes = try loadPolicy()
    try unsafe bytes.withUnsafeBytes { bytes in
      let policy = try unsafe verified(bytes)
      var configuration = LoopConfiguration()
      // In lockstep the robot answers when its physics has been computed, however long that takes.
      if unpaced { configuration.exchangeShareMax = 100 }
      let controller = try controller(robot, policy, configuration)
      switch lineProtocol {
      case .board: try walk(connectBoard(robot), controller, robot, configuration)
      case .dynamixel:
        try walk(connectServos(robot) as DynamixelBus, controller, robot, configuration)
      case .feetech: try walk(connectServos(robot) as FeetechBus, controller, robot, configuration)
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
    print(json ? try report.json() : report.text)
    if let fault = report.fault { throw Failure.report(fault, Failure.failed) }
  }

  private func loadRobot() throws -> Robot {
    do {
      return try RobotFile.load(path: robot)
    } catch {
      throw Failure.report(error, Failure.wrongUse)
    }
  }

  private func loadPolicy() throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: policy) else {
      throw Failure.report(
        "policy \(policy): no such file; make one with 'tarsus-lab freeze'", Failure.wrongUse)
    }
    return [UInt8](data)
  }

  private func verified(_ bytes: UnsafeRawBufferPointer) throws -> PolicyFile {
    do {
      return try unsafe PolicyFile(verifying: bytes)
    } catch {
      throw Failure.report("policy \(policy): \(error)", Failure.refused)
    }
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

  /// Looks for the servos, again and again for as long as ``wait`` says while one is silent.
  private func connectServos<Bus: ServoLineBus & ~Copyable>(_ robot: Robot) throws -> Bus {
    let imu = ImuStream(port: try openPort(imuPort ?? "", baud: imuBaud))
    var bus = Bus(port: try openPort(port, baud: baud), imu: imu, robot: robot)
    let end = realtimeMonotonicNanoseconds() + UInt64(wait * 1e9)
    var shown: ServoConnectError?
    while true {
      do throws(ServoConnectError) {
        show(try bus.connect(setsUp: true))
        return bus
      } catch {
        guard case .servo(_, _, .silent) = error, realtimeMonotonicNanoseconds() < end,
          realtimeStopSignalCount() == 0
        else { throw refusal(error) }
        if error != shown {
          FileHandle.standardError.write(Data("\(error); looking again\n".utf8))
        }
        shown = error
      }
    }
  }

  private func show(_ fixes: [ServoFix]) {
    for fix in fixes {
      FileHandle.standardError.write(
        Data("\(fix.joint): \(fix.register) was \(fix.found), set to \(fix.set)\n".utf8))
    }
  }

  private func refusal(_ error: ServoConnectError) -> any Error {
    let isOther: Bool
    if case .model = error { isOther = true } else { isOther = false }
    return Failure.report("port \(port): \(error)", isOther ? Failure.refused : Failure.failed)
  }

  private func connectBoard(_ robot: Robot) throws -> BoardBus {
    var bus = BoardBus(port: try openPort(port, baud: baud), robot: robot)
    do throws(BoardConnectError) {
      try bus.connect(deadlineNanoseconds: realtimeMonotonicNanoseconds() + 2_000_000_000)
    } catch {
      let isOther: Bool
      if case .bus = error { isOther = false } else { isOther = true }
      throw Failure.report("port \(port): \(error)", isOther ? Failure.refused : Failure.failed)
    }
    return bus
  }

  private func openPort(_ path: String, baud: Int32) throws -> SerialPort {
    do {
      return try SerialPort(path: path, baudRate: baud)
    } catch {
      throw Failure.report(error, Failure.failed)
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
enum LineProtocol: String, ExpressibleByArgument, CaseIterable {
  case board
  case dynamixel
  case feetech
}
