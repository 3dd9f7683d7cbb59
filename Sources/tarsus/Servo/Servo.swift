internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import RobotFiles
internal import SerialLink
internal import ServoDrivers
internal import WireProtocol

/// `tarsus servo`: shows single servos and sets them up.
struct Servo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds servos on a line, shows them, and sets them up.",
    discussion: """
      The commands work on hardware and on a loopback alike. They write the EEPROM of a servo only
      after you answer yes, or with --yes.

      Example:
        tarsus servo ports
        tarsus servo scan --port /dev/ttyUSB0 --protocol dynamixel
        tarsus servo monitor 1-12 --port /dev/ttyUSB0 --protocol dynamixel
        tarsus servo monitor 1-12 --port /dev/ttyACM0 --protocol feetech --behind-board
        tarsus servo check --robot robot.yaml --port /dev/ttyUSB0 --protocol dynamixel
      """,
    subcommands: [
      ServoPorts.self, ServoScan.self, ServoMonitor.self, ServoRead.self, ServoWrite.self,
      ServoSetID.self, ServoSetBaud.self, ServoCalibrate.self, ServoCheck.self,
    ])
}

/// The line of servos that a tool works on.
struct ServoLineOptions: ParsableArguments {
  @Option(help: "The serial port: a device, usb:VENDOR:PRODUCT, or a loopback's link.")
  var port: String
  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp("The kind of servos: dynamixel or feetech.", valueName: "protocol"))
  var lineProtocol: LineProtocol
  @Flag(help: "The port is a board's, and the servos are behind it.")
  var behindBoard = false
  @Option(help: "Bits per second of the line.")
  var baud: Int32 = 1_000_000
  @OptionGroup var output: FigureOptions

  var json: Bool { output.json }

  func validate() throws {
    if lineProtocol == .board {
      throw ValidationError(
        "--protocol: found board, expected dynamixel or feetech, and --behind-board for servos "
          + "behind a board")
    }
    try Failure.check("--baud", baud: baud)
  }

  /// Opens the port, at the baud rate of the option unless another is given.
  func open<Link: ServoLink & ~Copyable>(baud: Int32? = nil) throws -> Link {
    do {
      return Link(port: try SerialPort(path: port, baudRate: baud ?? self.baud, clock: .machine))
    } catch {
      throw Failure.report(error, Failure.failed)
    }
  }

  /// Refuses IDs that no servo has: the highest addresses all servos.
  func check<Link: ServoLink & ~Copyable>(_ ids: [UInt8], for kind: Link.Type) throws {
    guard let wrong = ids.first(where: { $0 > Link.family.idMax }) else { return }
    throw Failure.report(
      "servo: found ID \(wrong), expected 0 to \(Link.family.idMax)", Failure.wrongUse)
  }

  /// Refuses a servo whose torque is on: its EEPROM cannot be written then.
  func checkTorqueOff<Link: ServoLink & ~Copyable>(_ id: UInt8, on link: inout Link) throws {
    let isHolding = try naming(id) { () throws(ServoRequestError) in
      try link.read(Link.kind[.torqueEnable], of: id) != 0
    }
    guard isHolding else { return }
    throw Failure.report(
      "servo \(id): it holds; its EEPROM can be written only while torque is off: 'tarsus servo "
        + "write \(id) torque_enable 0\(behindBoard ? " --behind-board" : "")' switches it off",
      Failure.refused)
  }

  /// Shows that the adapter echoes.
  func tellOfEcho() { note("port \(port): \(LineNote.echoes)") }

  /// Calls a function, and adds the servo to its errors.
  func naming<Result>(
    _ id: UInt8, _ body: () throws(ServoRequestError) -> Result
  ) throws -> Result {
    do throws(ServoRequestError) {
      return try body()
    } catch {
      throw failure(id, error)
    }
  }

  /// Shows an error of a servo.
  func failure(_ id: UInt8, _ error: ServoRequestError) -> ExitCode {
    if case .bus(let error) = error {
      return Failure.report("port \(port): \(error)", Failure.failed)
    }
    return Failure.report("servo \(id): \(error)", Failure.failed)
  }
}

/// A command on a line of servos of any kind.
protocol ServoTool: ParsableCommand {
  var line: ServoLineOptions { get }

  /// Opens the port and does the work of the command.
  func work<Link: ServoLink & ~Copyable>(_ kind: Link.Type) throws
}

extension ServoTool {
  func run() throws {
    StopSignals.install()
    switch (line.lineProtocol, line.behindBoard) {
    case (.feetech, false): try work(FeetechLink.self)
    case (.feetech, true): try work(BoardServoLink<FeetechLink>.self)
    case (_, false): try work(DynamixelLink.self)
    case (_, true): try work(BoardServoLink<DynamixelLink>.self)
    }
  }
}

/// The consent of the user before EEPROM is written.
struct Consent: ParsableArguments {
  @Flag(help: "Write without asking.")
  var yes = false

  /// Asks on the terminal; without one the answer is no.
  func ask(_ question: String) throws {
    if yes { return }
    guard Self.canAsk else {
      throw Failure.report(
        "\(question): nobody to ask, since standard input is not a terminal; use --yes",
        Failure.wrongUse)
    }
    try Self.confirm(question)
  }

  /// True when standard input is a terminal.
  static var canAsk: Bool { isatty(STDIN_FILENO) == 1 }

  /// Asks the user at the terminal.
  static func confirm(_ question: String) throws {
    StandardStreams.ask("\(question)? [y/N] ")
    guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
      throw Failure.report("nothing was written", Failure.failed)
    }
  }
}

/// IDs of servos on the command line: `3`, `1-12` or `1,4,7-9`.
struct ServoIDs: ExpressibleByArgument {
  /// Each ID once, in the order given.
  let ids: [UInt8]

  init?(argument: String) {
    guard let ids: [UInt8] = numberList(argument, to: 253) else { return nil }
    var seen: Set<UInt8> = []
    self.ids = ids.filter { seen.insert($0).inserted }
  }
}
