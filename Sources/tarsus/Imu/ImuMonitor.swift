internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import ServoDrivers

/// `tarsus imu monitor`: shows the readings of an IMU live.
struct ImuMonitor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monitor",
    abstract: "Shows the readings of an IMU until Ctrl-C.",
    discussion: """
      For a level body, down is 0 0 -1; nose down, its first number is above 0. The last number of
      the rate is above 0 while the body turns to the left.

      Example:
        tarsus imu monitor --port /dev/ttyUSB1
      """)

  @OptionGroup var line: ImuLineOptions
  @Option(help: "Bits per second.")
  var baud: Int32 = 115_200
  @Flag(help: "Show one reading and end.")
  var once = false
  @OptionGroup var output: FigureOptions

  func validate() throws { try Failure.check("--baud", baud: baud) }

  func run() throws {
    StopSignals.install()
    guard var link = try line.open(baud: baud) else {
      throw Failure.report("port \(line.port): it does not support \(baud) bit/s", Failure.failed)
    }
    repeat {
      let reading = try line.naming { () throws(BusError) in
        try link.listen(nanoseconds: Self.periodNanoseconds)
      }
      let figures = ImuFigures(reading, hertz: reading.hertz(over: Self.periodNanoseconds))
      guard !reading.frames.isEmpty || StopSignals.isStopping else {
        throw Failure.report(
          "port \(line.port): \(reading.byteCount == 0 ? "nothing" : "nothing readable") came at "
            + "\(baud) bit/s; check power and wires, or find and set the IMU up with 'tarsus imu "
            + "set-up'",
          Failure.failed)
      }
      try output.print(figures)
    } while !once && !StopSignals.isStopping
  }

  /// The duration of a reading: enough for an IMU that sends once a second.
  private static let periodNanoseconds: UInt64 = 1_100_000_000
}

/// The readings of an IMU.
private struct ImuFigures: Figures {
  let hertz: Double
  let contents: String
  let radiansPerSecond: [Float]?
  /// The direction of gravity in the frame of the body.
  let down: [Float]?

  init(_ reading: ImuLink.Reading, hertz: Double) {
    self.hertz = hertz
    contents = reading.contents
    radiansPerSecond = reading.angularRate.map { [$0.x, $0.y, $0.z] }
    down = reading.down.map { [$0.x, $0.y, $0.z] }
  }

  var text: String {
    func text(_ numbers: [Float]?) -> String {
      guard let numbers else { return "not sent" }
      return numbers.map { String(format: "%6.2f", $0) }.joined(separator: " ")
    }
    return String(format: "%3.0f Hz", hertz)
      + "  rate (rad/s) \(text(radiansPerSecond))  down \(text(down))  (\(contents))"
  }
}
