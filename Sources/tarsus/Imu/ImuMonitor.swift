internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import ServoDrivers

/// `tarsus imu monitor`: what the motion sensor says, live.
struct ImuMonitor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monitor",
    abstract: "Shows what a motion sensor says until Ctrl-C.",
    discussion: """
      Level and the right way up, down is 0 0 -1; nose down, its first number is above 0; turned to
      the left, the last number of the rate is.

      Example:
        tarsus imu monitor --port /dev/ttyUSB1
      """)

  @OptionGroup var line: ImuLineOptions
  @Option(help: "Bits per second.")
  var baud: Int32 = 115_200
  @Flag(help: "Look once and end.")
  var once = false
  @Flag(help: "Print the figures as JSON.")
  var json = false

  func validate() throws { try Failure.check("--baud", baud: baud) }

  func run() throws {
    StopSignals.install()
    guard var link = try line.open(baud: baud) else {
      throw Failure.report("port \(line.port): it has no speed of \(baud) bit/s", Failure.failed)
    }
    repeat {
      let reading = try line.naming { () throws(BusError) in
        try link.listen(nanoseconds: Self.periodNanoseconds)
      }
      let figures = ImuFigures(reading, hertz: reading.hertz(over: Self.periodNanoseconds))
      guard !reading.frames.isEmpty || StopSignals.isStopping else {
        throw Failure.report(
          "port \(line.port): \(reading.byteCount == 0 ? "nothing" : "nothing readable") came at \(baud) "
            + "bit/s; check power and wires, or find and set the sensor up with 'tarsus imu set-up'",
          Failure.failed)
      }
      if json { try Report.print(json: figures) } else { try Report.print(figures.text) }
    } while !once && !StopSignals.isStopping
  }

  /// Enough for a reading of a sensor that sends once a second.
  private static let periodNanoseconds: UInt64 = 1_100_000_000
}

/// What a motion sensor says.
private struct ImuFigures: Encodable {
  let hertz: Double
  let contents: String
  let radiansPerSecond: [Float]?
  /// Where down is, seen from the body.
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
