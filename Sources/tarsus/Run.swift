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
  @Option(parsing: .unconditional, help: "Velocity: forward m/s, left m/s, turn rad/s.")
  var command: VelocityCommand = VelocityCommand()
  @Option(help: "Seconds to walk; without it, until Ctrl-C.")
  var duration: Double?
  @Option(help: "Bits per second; a pseudo terminal ignores it.")
  var baud: Int32 = 1_000_000
  @Flag(help: "Do not wait for the clock between ticks: for a loopback started with --lockstep.")
  var unpaced = false
  @Flag(help: "Print the report as JSON.")
  var json = false

  func validate() throws {
    if let duration, !(duration > 0 && duration < 1e6) {
      throw ValidationError("--duration: found \(duration), expected seconds above 0")
    }
    if baud <= 0 { throw ValidationError("--baud: found \(baud), expected bits per second") }
  }

  func run() throws {
    let robot = try loadRobot()
    let bytes = try loadPolicy()
    try unsafe bytes.withUnsafeBytes { bytes in
      let policy = try unsafe verified(bytes)
      var configuration = LoopConfiguration()
      // In lockstep the robot answers when its physics has been computed, however long that takes.
      if unpaced { configuration.exchangeShareMax = 100 }
      let controller = try controller(robot, policy, configuration)
      let bus = try connect(robot)
      var session = RunSession(
        loop: ControlLoop(
          bus: bus, controller: controller, robot: robot, configuration: configuration),
        robot: robot, isPaced: !unpaced)
      let report = session.run(command: command, durationSeconds: duration)
      print(json ? try report.json() : report.text)
      if let fault = report.fault { throw Failure.report(fault, Failure.failed) }
    }
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

  private func connect(_ robot: Robot) throws -> BoardBus {
    do {
      let serial = try SerialPort(path: port, baudRate: baud)
      var bus = BoardBus(port: serial, robot: robot)
      do {
        try bus.connect(deadlineNanoseconds: realtimeMonotonicNanoseconds() + 2_000_000_000)
      } catch {
        let isOther: Bool
        if case .bus = error { isOther = false } else { isOther = true }
        throw Failure.report(
          "port \(port): \(error)", isOther ? Failure.refused : Failure.failed)
      }
      return bus
    } catch let error as SerialOpenError {
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
