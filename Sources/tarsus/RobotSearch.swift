internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import RobotDescription
internal import RobotFiles
internal import SerialLink
internal import ServoDrivers
internal import Settings
internal import WireProtocol

/// Searches for the robot at the other end of the line.
struct RobotSearch {
  let setup: RobotSetup
  private var robot: Robot { setup.robot }
  /// The connection: that of the robot file, with the options over it.
  let settings: BusSettings
  /// The end of the search for a robot that is not there or silent, whose power may be off.
  private let endNanoseconds: UInt64

  /// The pause between two searches for a port.
  private static let portPauseNanoseconds: UInt64 = 200_000_000

  init(setup: RobotSetup, settings: BusSettings, waitSeconds: Double) {
    self.setup = setup
    self.settings = settings
    endNanoseconds = MonotonicClock.machine.nowNanoseconds + UInt64(waitSeconds * 1e9)
  }

  /// The robot's board.
  func board() throws -> BoardBus {
    var bus = BoardBus(port: try open(settings.port, baud: settings.baud), robot: robot)
    do throws(BoardConnectError) {
      try untilFound(isSilence: { $0 == .bus(.silent) }) { () throws(BoardConnectError) in
        try bus.connect(deadlineNanoseconds: MonotonicClock.machine.nowNanoseconds + 2_000_000_000)
      }
    } catch {
      if case .bus = error { throw failure(error, Failure.failed) }
      throw failure(error, Failure.refused)
    }
    tell(bus.notes)
    return try withServosReady(bus)
  }

  /// Checks the servos behind a board, if the board passes requests on.
  private func withServosReady(_ board: consuming BoardBus) throws -> BoardBus {
    var bus = board
    var fixes: [ServoFix] = []
    defer { Self.tell(fixes) }
    do {
      guard let family = try bus.servoFamily() else {
        note("the board does not tell its kind of servos: their settings were not checked")
        return bus
      }
      let robot = try robot(for: family, isBehindBoard: true)
      return try bus.withServosReady(family, of: robot, fixes: &fixes)
    } catch let error as ServoConnectError {
      throw failure(error, Self.code(of: error))
    }
  }

  /// The robot with the gains of a kind of servo.
  private func robot(for family: ServoFamily, isBehindBoard: Bool) throws -> Robot {
    do throws(SettingsError) {
      return try setup.robot(servos: family, isBehindBoard: isBehindBoard)
    } catch {
      throw Failure.report(error, Failure.wrongUse)
    }
  }

  /// The robot's servos, made ready.
  func servos<Bus: DirectServoBus & ~Copyable>() throws -> Bus {
    let family = settings.lineProtocol.servos ?? .dynamixel
    let robot = try robot(for: family, isBehindBoard: false)
    let imu = ImuStream(port: try open(settings.imuPort, baud: settings.imuBaud))
    var bus = Bus(port: try open(settings.port, baud: settings.baud), imu: imu, robot: robot)
    var fixes: [ServoFix] = []
    defer { Self.tell(fixes) }
    do throws(ServoConnectError) {
      try untilFound(isSilence: Self.isSilence) { () throws(ServoConnectError) in
        try bus.connect(setsUp: true, fixes: &fixes)
      }
    } catch {
      throw failure(error, Self.code(of: error))
    }
    tell(bus.notes)
    return bus
  }

  /// Shows notes about the line.
  private func tell(_ notes: [LineNote]) {
    for line in notes { note("port \(settings.port ?? ""): \(line)") }
  }

  private static func code(of error: ServoConnectError) -> ExitCode {
    switch error {
    case .model, .setting, .gain: Failure.refused
    case .servo, .missing, .controlPeriodMicroseconds, .servoCount: Failure.failed
    }
  }

  private static func tell(_ fixes: [ServoFix]) {
    for fix in fixes {
      let register = fix.register
      note(
        "\(fix.joint): \(register.name) was \(register.text(fix.found)), set to "
          + register.text(fix.set))
    }
  }

  private static func isSilence(_ error: ServoConnectError) -> Bool {
    switch error {
    case .servo(_, _, .silent), .missing: true
    default: false
    }
  }

  /// Repeats an attempt while nobody answers, and shows each new reason once.
  private func untilFound<
    Found: ~Copyable, Reason: Error & Equatable & CustomStringConvertible
  >(
    pauseNanoseconds: UInt64 = 0, isSilence: (Reason) -> Bool,
    _ attempt: () throws(Reason) -> Found
  ) throws(Reason) -> Found {
    var shown: Reason?
    while true {
      do throws(Reason) {
        return try attempt()
      } catch {
        guard isSilence(error), MonotonicClock.machine.nowNanoseconds < endNanoseconds,
          !StopSignals.isStopping
        else { throw error }
        if error != shown { note("\(error); searching again") }
        shown = error
        MonotonicClock.machine.sleep(
          until: MonotonicClock.machine.nowNanoseconds + pauseNanoseconds)
        StopSignals.suspendIfWanted()
      }
    }
  }

  private func failure(_ error: some CustomStringConvertible, _ code: ExitCode) -> ExitCode {
    // A user who stops the search does not need its reason.
    if StopSignals.isStopping { return .success }
    return Failure.report("port \(settings.port ?? ""): \(error)", code)
  }

  private func open(_ path: String?, baud: Int32) throws -> SerialPort {
    do throws(SerialOpenError) {
      return try untilFound(
        pauseNanoseconds: Self.portPauseNanoseconds, isSilence: Self.isAbsence
      ) { () throws(SerialOpenError) in
        try SerialPort(path: path ?? "", baudRate: baud, clock: .machine)
      }
    } catch {
      if StopSignals.isStopping { throw ExitCode.success }
      throw Failure.report(error, Failure.failed)
    }
  }

  private static func isAbsence(_ error: SerialOpenError) -> Bool {
    switch error {
    case .notFound, .noSuchAdapter: true
    default: false
    }
  }
}
