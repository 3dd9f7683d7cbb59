public import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Loopback
internal import Realtime
public import RobotFiles
internal import Settings
public import WireProtocol

/// `tarsus-lab loopback`: simulates the robot on a serial line.
struct LoopbackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loopback",
    abstract: "Simulates the robot on a pseudo terminal: its board or servos, and its body.",
    discussion: """
      Runs until Ctrl-C, then reports the traffic on the line and the distance that the body went.

      A file of injected faults is a list: kind, from and to in seconds, chance for each answer, id,
      delay_milliseconds. The report counts every injection. Kinds:
        of answers  drop, corrupt, delay, duplicate, truncate, wrong_id; flip: two to four bits of
                    the content, with a valid checksum
        of servo id silent_servo, servo_reboot, hot_servo; implausible_pose: whole turns away, or
                    beyond its limits; leftover_settings: homing offset, position and torque limits,
                    gain, mode or phase as another tool leaves them; with from: 0 they are present
                    when the host connects
        of servos   frozen_joints: the last angles; random_joints: new angles each time
        of the IMU  frozen_imu; gyro_range: at full scale; gravity_length: gravity of length 2, a
                    quaternion of length 0.5
        of all      low_supply, brown_out, port_gone; echo: adapters return every byte

        - { kind: corrupt, chance: 0.01 }
        - { kind: silent_servo, id: 4, from: 8, to: 8.1 }

      Example:
        tarsus-lab loopback spider --link spider.port &
        tarsus run spider.tarsus --robot sim/robots/spider.yaml --port spider.port \\
          --command 0.15,0,0 --duration 15 --arm
      """)

  @Argument(help: "The body.")
  var body: String = "spider"
  @Option(help: "Symbolic link to create to the pseudo terminal.")
  var link: String
  @Option(
    help: "Additional servos without a joint on the line: for 'tarsus bench bus'.")
  var spares: Int = 0
  @Option(help: "Symbolic link to create to the IMU's line, beside a line of servos.")
  var imuLink: String?
  @Flag(
    help: "The IMU has its factory settings, for 'tarsus imu set-up': 10 Hz at 9600 bit/s.")
  var imuNew = false
  @Flag(help: "Advance time only when a command arrives: runs are then repeatable.")
  var lockstep = false
  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp("Devices on the line: board, dynamixel or feetech.", valueName: "protocol"))
  var lineProtocol: LineProtocol = .board
  @Option(help: "Kind of servos behind a board: dynamixel (default) or feetech.")
  var servos: ServoFamily?
  @Option(help: "Bits per second of a line of servos, and the servos' setting.")
  var baud: UInt32 = 1_000_000
  @Option(help: "A YAML file of faults to inject; see the help of the command.")
  var faults: String?
  @Flag(help: "Dynamixel servos do not answer fast sync reads, like older firmware.")
  var noFastSyncRead = false
  @Flag(
    help: "Return every byte of the host on every line, like one-wire adapters.")
  var echo = false
  @Option(help: "Seed of the robot's pose at the start.")
  var seed: UInt64 = 0
  @OptionGroup var output: FigureOptions

  func validate() throws {
    try Failure.check("--spares", spares, in: 0...32)
    if servos != nil && lineProtocol != .board {
      throw ValidationError(
        "--servos: these are behind a board; leave it out with another --protocol")
    }
    if noFastSyncRead && lineProtocol != .dynamixel {
      throw ValidationError(
        "--no-fast-sync-read: only Dynamixel servos have such reads; leave it out, or choose "
          + "--protocol dynamixel")
    }
  }

  func run() throws {
    StopSignals.install()
    try Failure.reporting {
      let files = try BodyFiles(body: body)
      let setup = try RobotFile.loadSetup(path: files.robotPath)
      let robot = setup.simulatedRobot(servos: lineProtocol.servos ?? servos ?? .dynamixel)
      do {
        let simulated = try SimulatedRobot(robot: robot, bodyPath: files.modelPath, seed: seed)
        let clock: LoopbackClock = lockstep ? .lockstep : .realTime
        let imu = SimulatedIMU(isNew: imuNew)
        switch lineProtocol {
        case .board:
          try serve(SimulatedBoard(robot: simulated, clock: clock, servos: servos ?? .dynamixel))
        case .dynamixel:
          try serve(
            SimulatedDynamixelLine(
              robot: simulated, clock: clock, baudRate: baud, spareCount: spares, imu: imu,
              knowsFastReads: !noFastSyncRead))
        case .feetech:
          try serve(
            SimulatedFeetechLine(
              robot: simulated, clock: clock, baudRate: baud, spareCount: spares, imu: imu))
        }
      } catch let error as LoopbackError {
        throw Failure.report(error, Failure.failed)
      } catch let error as PseudoTerminalError {
        throw Failure.report(error, Failure.failed)
      }
    }
  }

  private func serve<Device: LoopbackDevice & ~Copyable>(_ device: consuming Device) throws {
    let faults =
      (try faults.map { try FaultFile.load(path: $0) } ?? [])
      + (echo ? [LoopbackFault(kind: .echo)] : [])
    if let unknown = faults.first(where: { !Device.knows($0.kind) }) {
      throw SettingsError(
        path: self.faults ?? "", line: nil, subject: "kind", found: unknown.kind.rawValue,
        expected: "a fault that a board has",
        cure: "choose --protocol dynamixel or feetech for those of a line of servos")
    }
    if lockstep && faults.contains(where: { $0.kind == .portGone }) {
      throw SettingsError(
        path: self.faults ?? "", line: nil, subject: "kind", found: "port_gone",
        expected: "another fault with --lockstep, where no time passes without a host")
    }
    var server = LoopbackServer(
      device: device, terminal: try PseudoTerminal(link: link),
      imu: try imuLink.map { try PseudoTerminal(link: $0) }, faults: faults, seed: seed)
    // The robot is punctual; its priority is below that of a control loop.
    if !lockstep {
      _ = RealtimeThread.takePriority(40)
      RealtimeThread.touchStack()
      _ = RealtimeThread.lockMemory()
    }
    note("\(body) on \(link) (\(server.path)); Ctrl-C ends it")
    try output.print(
      LoopbackFigures(try server.run(until: { StopSignals.isStopping }, on: .machine)))
  }
}

/// Devices on the line between host and robot.
typealias LineProtocol = BusSettings.LineProtocol

extension BusSettings.LineProtocol: ExpressibleByArgument {}

extension ServoFamily: ExpressibleByArgument {}

/// Report of `loopback`.
struct LoopbackFigures: Codable, Figures {
  let frames: Int
  let badFrames: Int
  let refusedRequests: Int
  let commands: Int
  let distanceMetres: Double
  let lateralMetres: Double
  let headingChangeRadians: Double
  let falls: Int
  let simulatedSeconds: Double
  let torqueOnSeconds: Double
  /// `true` when a servo's torque was on at the end.
  let isTorqueOn: Bool
  let watchdogHolds: Int
  let watchdogLimps: Int
  let skippedMicroseconds: UInt64
  let replyDelayMaxMicroseconds: UInt64
  let goalsOutsideLimits: Int
  let goalsOutsideSlew: Int
  let stopAfterSilenceMilliseconds: Double
  /// Number of injections of each kind.
  let faults: [String: Int]

  init(_ report: LoopbackReport) {
    frames = report.frames
    badFrames = report.badFrames
    refusedRequests = report.refusedRequests
    commands = report.commands
    distanceMetres = report.distanceMetres
    lateralMetres = report.lateralMetres
    headingChangeRadians = report.headingChangeRadians
    falls = report.falls
    simulatedSeconds = report.simulatedSeconds
    torqueOnSeconds = report.torqueOnSeconds
    isTorqueOn = report.isTorqueOn
    watchdogHolds = report.watchdogHolds
    watchdogLimps = report.watchdogLimps
    skippedMicroseconds = report.skippedMicroseconds
    replyDelayMaxMicroseconds = report.replyDelayMaxMicroseconds
    goalsOutsideLimits = report.goalsOutsideLimits
    goalsOutsideSlew = report.goalsOutsideSlew
    stopAfterSilenceMilliseconds = report.stopAfterSilenceMilliseconds
    faults = Dictionary(uniqueKeysWithValues: report.faults.map { ($0.key.rawValue, $0.value) })
  }

  var text: String {
    String(
      format: "walked %.2f m (%.2f m aside, turned %.2f rad), %d falls; %d frames, %d damaged",
      distanceMetres, lateralMetres, headingChangeRadians, falls, frames, badFrames)
  }
}
