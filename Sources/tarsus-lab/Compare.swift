internal import ArgumentParser
internal import CommandSupport
internal import Foundation

/// `tarsus-lab compare`: a trained against an untrained policy, from two walks over the wire.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares a trained with an untrained policy from the reports of their walks.",
    discussion: """
      A walk is two files: NAME.run.json is the output of 'tarsus run --json', NAME.loopback.json
      that of 'tarsus-lab loopback --json'. The command succeeds if the trained policy went farther
      by the margin and did not fall.

      Example:
        tarsus-lab compare runs/demo/trained runs/demo/untrained
      """)

  @Argument(help: "The trained policy's walk, without .run.json.")
  var trained: String
  @Argument(help: "The untrained policy's walk, without .run.json.")
  var untrained: String
  @Option(help: "Metres by which the trained policy must have gone farther.")
  var margin: Double = 0.5
  @Option(help: "Output of 'tarsus-lab train --json', for the report.")
  var training: String?
  @OptionGroup var output: FigureOptions

  func run() throws {
    let comparison = Comparison(
      trained: try Walk(name: trained), untrained: try Walk(name: untrained),
      training: try training.map { try decoded($0, as: TrainingReport.self) }, margin: margin)
    try output.print(comparison)
    if !comparison.hasPassed { throw Failure.failed }
  }
}

/// Two walks side by side.
struct Comparison: Figures {
  let trained: Walk
  let untrained: Walk
  let training: TrainingReport?
  let marginMetres: Double
  let fartherMetres: Double
  let hasPassed: Bool

  init(trained: Walk, untrained: Walk, training: TrainingReport?, margin: Double) {
    self.trained = trained
    self.untrained = untrained
    self.training = training
    marginMetres = margin
    fartherMetres = trained.loopback.distanceMetres - untrained.loopback.distanceMetres
    hasPassed = fartherMetres >= margin && trained.loopback.falls == 0
  }

  var text: String {
    var lines = [row("over the wire", "trained", "untrained")]
    func add(_ name: String, _ value: (Walk) -> String) {
      lines.append(row(name, value(trained), value(untrained)))
    }
    // Adding zero takes the sign off a rounded zero.
    add("distance walked") {
      String(format: "%.2f m", ($0.loopback.distanceMetres * 100).rounded() / 100 + 0)
    }
    add("falls") { "\($0.loopback.falls)" }
    add("ticks") { "\($0.run.ticks)" }
    add("missed deadlines") { "\($0.run.missedDeadlines)" }
    add("lateness p50") { String(format: "%.0f µs", $0.run.latenessMicroseconds.p50) }
    add("lateness p99") { String(format: "%.0f µs", $0.run.latenessMicroseconds.p99) }
    add("lateness max") { String(format: "%.0f µs", $0.run.latenessMicroseconds.max) }
    add("frames, both ways") { both($0.run.frames, $0.loopback.frames) }
    add("CRC errors, both ways") { both($0.run.checksumErrors, $0.loopback.badFrames) }
    if let training {
      lines.append(
        String(
          format: "trained %d steps in %.0f s: %.0f steps/s on %d threads", training.steps,
          training.seconds, training.stepsPerSecond, training.threads))
    }
    lines.append(
      String(
        format: "the trained policy went %.2f m farther; at least %.2f m and no fall required: %@",
        fartherMetres, marginMetres, hasPassed ? "passed" : "FAILED"))
    return lines.joined(separator: "\n")
  }

  /// Sum of the counts of both ends; a file may contain any number.
  private func both(_ host: UInt32, _ device: Int) -> String {
    let (sum, isOver) = Int(host).addingReportingOverflow(device)
    return isOver ? "too many" : "\(sum)"
  }

  private func row(_ name: String, _ first: String, _ second: String) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return name + padded(first, 36 - name.count) + padded(second, 14)
  }
}

/// Figures of one walk over the wire, from both ends.
struct Walk: Codable {
  let run: RunFigures
  let loopback: LoopbackFigures

  init(name: String) throws {
    run = try decoded(name + ".run.json", as: RunFigures.self)
    loopback = try decoded(name + ".loopback.json", as: LoopbackFigures.self)
  }
}

/// The figures of `tarsus run --json` that are compared.
struct RunFigures: Codable {
  struct Lateness: Codable {
    let p50: Double
    let p99: Double
    let max: Double
  }

  let ticks: UInt64
  let missedDeadlines: UInt64
  let latenessMicroseconds: Lateness
  let frames: UInt32
  let checksumErrors: UInt32
}

private func decoded<Value: Decodable>(_ path: String, as type: Value.Type) throws -> Value {
  let bytes = try readFile(
    path, byteCountMax: 1 << 24, what: "walk", cure: "it is the --json output of a walk")
  do {
    return try Report.decoded(type, from: Data(bytes))
  } catch {
    throw Failure.report(
      "\(path): not the JSON that was expected; make it again with --json", Failure.wrongUse)
  }
}
