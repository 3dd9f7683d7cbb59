internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import RobotFiles
internal import SerialLink
internal import ServoDrivers
internal import WireProtocol

/// `tarsus servo`: looks at single servos and sets them up.
struct Servo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds servos on a line, looks at them, and sets them up.",
    discussion: """
      Works on hardware and on a loopback alike. What a servo keeps without supply is written only
      when you have said yes, or with --yes.

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

/// The line that a tool looks at.
struct ServoLineOptions: ParsableArguments {
  @Option(help: "The serial port: a device, usb:VENDOR:PRODUCT, or a loopback's link.")
  var port: String
  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp("What the servos are: dynamixel or feetech.", valueName: "protocol"))
  var lineProtocol: LineProtocol
  @Flag(help: "The port is a board's, and the servos are behind it.")
  var behindBoard = false
  @Option(help: "Bits per second of the line.")
  var baud: Int32 = 1_000_000
  @Flag(help: "Print the figures as JSON.")
  var json = false

  func validate() throws {
    if lineProtocol == .board {
      throw ValidationError(
        "--protocol: found board, expected dynamixel or feetech, and --behind-board for servos "
          + "behind a board")
    }
    try Failure.check("--baud", baud: baud)
  }

  /// Opens the port, at another speed than the option's where one is given.
  func open<Link: ServoLink & ~Copyable>(baud: Int32? = nil) throws -> Link {
    do {
      return Link(port: try SerialPort(path: port, baudRate: baud ?? self.baud, clock: .machine))
    } catch {
      throw Failure.report(error, Failure.failed)
    }
  }

  /// Refuses numbers that no servo has: the highest of all is everybody's.
  func check<Link: ServoLink & ~Copyable>(_ ids: [UInt8], for kind: Link.Type) throws {
    guard let wrong = ids.first(where: { $0 > Link.family.idMax }) else { return }
    throw Failure.report(
      "servo: found number \(wrong), expected 0 to \(Link.family.idMax)", Failure.wrongUse)
  }

  /// Says that the adapter sends back what it is sent.
  func tellOfEcho() { note("port \(port): \(LineNote.echoes)") }

  /// Does something to one servo, which an error then names.
  func naming<Result>(
    _ id: UInt8, _ body: () throws(ServoRequestError) -> Result
  ) throws -> Result {
    do throws(ServoRequestError) {
      return try body()
    } catch {
      throw failure(id, error)
    }
  }

  /// Tells why something with a servo went wrong.
  func failure(_ id: UInt8, _ error: ServoRequestError) -> ExitCode {
    if case .bus(let error) = error {
      return Failure.report("port \(port): \(error)", Failure.failed)
    }
    return Failure.report("servo \(id): \(error)", Failure.failed)
  }
}

/// A command on a line of servos, the same for every kind.
protocol ServoTool: ParsableCommand {
  var line: ServoLineOptions { get }

  /// Opens the line's port and does its work there.
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

/// The answer to a question before what a servo keeps is written.
struct Consent: ParsableArguments {
  @Flag(help: "Write without asking.")
  var yes = false

  /// Asks on the terminal; without one the answer is no.
  func ask(_ question: String) throws {
    if yes { return }
    guard Self.canAsk else {
      throw Failure.report(
        "\(question): nobody to ask, since standard input is no terminal; say --yes",
        Failure.wrongUse)
    }
    try Self.confirm(question)
  }

  /// Whether somebody is at the terminal.
  static var canAsk: Bool { isatty(STDIN_FILENO) == 1 }

  /// Asks whoever is at the terminal.
  static func confirm(_ question: String) throws {
    StandardStreams.ask("\(question)? [y/N] ")
    guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
      throw Failure.report("nothing was written", Failure.failed)
    }
  }
}

/// Numbers of servos, as `3` or `1-12` or `1,4,7-9`.
struct ServoNumbers: ExpressibleByArgument {
  let numbers: [UInt8]

  init?(argument: String) {
    var numbers: [UInt8] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt8($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
        first <= last, last <= 253
      else { return nil }
      numbers += first...last
    }
    // Each once, in the order given.
    var seen: Set<UInt8> = []
    self.numbers = numbers.filter { seen.insert($0).inserted }
  }
}
