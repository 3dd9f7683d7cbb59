internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime

/// `tarsus bench lateness`: the lateness of ticks beside cyclictest.
struct BenchLateness: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lateness",
    abstract: "Measures the lateness of ticks, in turns with cyclictest at the same priority.",
    discussion: """
      Both sleep until absolute deadlines on one thread at the priority of a run. cyclictest is in
      the package rt-tests.

      Example:
        sudo tarsus bench lateness --json
      """)

  @Option(help: "Rates in Hz.", transform: Self.numbers)
  var rates: [Double] = [50, 200, 500]
  @Option(help: "Seconds of a turn.")
  var seconds: Double = 5
  @Option(help: "Turns of either at each rate.")
  var turns: Int = 3
  @OptionGroup var output: FigureOptions

  private static func numbers(_ text: String) throws -> [Double] {
    let numbers = text.split(separator: ",").compactMap { Double($0) }
    guard !numbers.isEmpty, numbers.allSatisfy({ $0 >= 1 && $0 <= 5_000 }) else {
      throw ValidationError("--rates: found '\(text)', expected such as 50,200,500")
    }
    return numbers
  }

  func validate() throws {
    guard seconds > 0, seconds <= 3_600, turns > 0 else {
      throw ValidationError("--seconds, --turns: found \(seconds), \(turns), expected more than 0")
    }
  }

  func run() throws {
    StopSignals.install()
    let means = RealtimeMeans.take(cpu: nil)
    var figures: [LatenessFigures] = []
    for rate in rates {
      var (ours, theirs): ([Double], [Double]) = ([], [])
      for _ in 0..<turns where !StopSignals.isStopping {
        ours += measureLateness(rateHertz: rate, seconds: seconds)
        theirs += try cyclictest(rate: rate)
      }
      figures.append(LatenessFigures(rate: rate, ours: ours, theirs: theirs))
    }
    try output.print(LatenessReport(realtime: means, rates: figures))
  }

  /// The lateness by cyclictest in the same time, in whole microseconds.
  private func cyclictest(rate: Double) throws -> [Double] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["cyclictest", "-q", "-m", "-t1", "-p\(runPriority)"]
      + ["-i\(Int(1e6 / rate))", "-l\(Int(seconds * rate))", "-h\(Self.histogramMicroseconds)"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure.report(
        "cyclictest: it ended with \(process.terminationStatus), expected it to run; install "
          + "rt-tests, and be allowed the priority", Failure.failed)
    }
    // Lines such as "000012 000345": microseconds, and their count.
    var late: [Double] = []
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let fields = line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
      guard fields.count == 2, fields[1] > 0 else { continue }
      late += Array(repeating: Double(fields[0]), count: fields[1])
    }
    return late
  }

  private static let histogramMicroseconds = 100_000
}

/// The lateness of ticks at one rate.
private struct LatenessFigures: Encodable {
  let rateHertz: Double
  let ticks: Int
  let cyclictestTicks: Int
  let tarsusMicroseconds: Percentiles
  let cyclictestMicroseconds: Percentiles
  /// p99 of tarsus ÷ p99 of cyclictest.
  let p99Ratio: Double

  init(rate: Double, ours: [Double], theirs: [Double]) {
    rateHertz = rate
    ticks = ours.count
    cyclictestTicks = theirs.count
    tarsusMicroseconds = Percentiles(ours)
    cyclictestMicroseconds = Percentiles(theirs)
    p99Ratio = tarsusMicroseconds.p99 / max(1, cyclictestMicroseconds.p99)
  }
}

/// The figures of `bench lateness`.
private struct LatenessReport: Figures {
  let realtime: RealtimeMeans
  let rates: [LatenessFigures]

  var text: String {
    let rows = rates.map { rate in
      [String(format: "%g Hz", rate.rateHertz)]
        + [
          rate.tarsusMicroseconds.p50, rate.cyclictestMicroseconds.p50,
          rate.tarsusMicroseconds.p99, rate.cyclictestMicroseconds.p99,
          rate.tarsusMicroseconds.max, rate.cyclictestMicroseconds.max, rate.p99Ratio,
        ].map { String(format: "%.1f", $0) }
    }
    let heading = [
      "µs", "p50", "cyclictest", "p99", "cyclictest", "max", "cyclictest", "p99 ratio",
    ]
    return "\(Table(rows: [heading] + rows))\n\(realtime.text)"
  }
}
