public import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Loopback
internal import Realtime
public import RobotFiles
public import WireProtocol

/// `tarsus-lab loopback`: the robot as it is seen from the wire.
struct LoopbackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loopback",
    abstract: "Plays the robot on a pseudo terminal: its board or servos, and its simulated body.",
    discussion: """
      Runs until Ctrl-C and then says what came over the line and how far the body went.

      A file of faults is a list: kind, from and to in seconds, chance for each answer, id,
      delay_milliseconds. Each that was injected is counted. Kinds:
        of answers  drop, corrupt, delay, duplicate, truncate, wrong_id; flip: two to four bits of
                    what it says, with a right checksum
        of servo id silent_servo, servo_reboot, hot_servo; implausible_pose: whole turns away, or
                    beyond its limits; leftover_settings: homing offset, position and torque limits,
                    gain, mode or phase as another tool leaves them; from: 0 has them there before
                    the host connects
        of servos   frozen_joints: where they were; random_joints: elsewhere each time
        of the IMU  frozen_imu; gyro_range: at full scale; gravity_length: gravity of length 2, a
                    quaternion of length 0.5
        of all      low_supply, brown_out, port_gone; echo: adapters send back what they are sent

        - { kind: corrupt, chance: 0.01 }
        - { kind: silent_servo, id: 4, from: 8, to: 8.1 }

      Example:
        tarsus-lab loopback spider --link spider.port &
        tarsus run spider.tarsus --robot sim/robots/spider.yaml --port spider.port \\
          --command 0.15,0,0 --duration 15 --arm
      """)

  @Argument(help: "The body.")
  var body: String = "spider"
  @Option(help: "A symbolic link to make to the pseudo terminal.")
  var link: String
  @Option(
    help: "Servos on the line that drive nothing, beside the robot's: for 'tarsus bench bus'.")
  var spares: Int = 0
  @Option(help: "A symbolic link to make to the IMU's line, which a line of servos has.")
  var imuLink: String?
  @Flag(
    help: "The IMU is as from the factory, for 'tarsus imu set-up': 10 Hz at 9600 bit/s.")
  var imuNew = false
  @Flag(help: "Let time pass only when a command arrives: a run is then the same every time.")
  var lockstep = false
  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp("What is on the line: board, dynamixel or feetech.", valueName: "protocol"))
  var lineProtocol: LineProtocol = .board
  @Option(help: "The servos behind a board: dynamixel, unless it is feetech.")
  var servos: ServoFamily?
  @Option(help: "Bits per second of a line of servos, and what they are set to.")
  var baud: UInt32 = 1_000_000
  @Option(help: "A YAML file of faults to inject; see the help of the command.")
  var faults: String?
  @Flag(help: "Dynamixel servos are silent to fast sync reads, as older firmware is.")
  var noFastSyncRead = false
  @Flag(
    help: "Send back on every line what the host sends, as one-wire adapters do.")
  var echo = false
  @Option(help: "Decides the pose in which the robot is found.")
  var seed: UInt64 = 0
  @Flag(help: "Print the report as JSON.")
  var json = false

  func validate() throws {
    if !(0...32).contains(spares) {
      throw ValidationError("--spares: found \(spares), expected 0 to 32")
    }
    if servos != nil && lineProtocol != .board {
      throw ValidationError(
        "--servos: these are behind a board; leave it out with another --protocol")
    }
    if noFastSyncRead && lineProtocol != .dynamixel {
      throw ValidationError(
        "--no-fast-sync-read: only Dynamixel servos have such reads; leave it out, or choose --protocol "
          + "dynamixel")
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
      throw ConfigurationError(
        place: self.faults ?? "",
        problem: "found \(unknown.kind.rawValue), which a line of servos has and a board has not; "
          + "choose --protocol dynamixel or feetech")
    }
    if lockstep && faults.contains(where: { $0.kind == .portGone }) {
      throw ConfigurationError(
        place: self.faults ?? "",
        problem: "found port_gone with --lockstep, where no time passes without a host")
    }
    var server = LoopbackServer(
      device: device, terminal: try PseudoTerminal(link: link),
      imu: try imuLink.map { try PseudoTerminal(link: $0) }, faults: faults, seed: seed)
    // The robot is never late; below the priority of a control loop.
    if !lockstep {
      _ = RealtimeThread.takePriority(40)
      RealtimeThread.touchStack()
      _ = RealtimeThread.lockMemory()
    }
    note("\(body) on \(link) (\(server.path)); Ctrl-C ends it")
    let report = LoopbackFigures(try server.run(until: { StopSignals.isStopping }, on: .machine))
    try Report.print(json ? try Report.json(report) : report.text)
  }
}

/// What is on the line between host and robot.
typealias LineProtocol = BusSettings.LineProtocol

extension BusSettings.LineProtocol: ExpressibleByArgument {}

extension ServoFamily: ExpressibleByArgument {}

/// What `loopback` prints.
struct LoopbackFigures: Codable {
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
  /// Whether a servo held torque at the end.
  let isTorqueOn: Bool
  let watchdogHolds: Int
  let watchdogLimps: Int
  let skippedMicroseconds: UInt64
  let replyDelayMaxMicroseconds: UInt64
  let goalsOutsideLimits: Int
  let goalsOutsideSlew: Int
  let stopAfterSilenceMilliseconds: Double
  /// How often each kind was injected.
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
