internal import ArgumentParser
internal import Foundation
internal import PolicyNetwork
internal import RobotControl
internal import RobotDescription
internal import Telemetry

/// `tarsus log`: what is in the log of a run.
struct Log: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows what happened in a run, from its log.",
    discussion: """
      Example:
        tarsus run spider.tarsus --robot spider.yaml --port spider.port --arm --log walk.mcap
        tarsus log walk.mcap
        tarsus log check walk.mcap --policy spider.tarsus
      """, subcommands: [LogShow.self, LogCheck.self], defaultSubcommand: LogShow.self)

  /// Shows all messages of a log.
  fileprivate static func read(
    _ path: String, _ visit: (FlightFile.Message) throws -> Void
  ) throws -> FlightFile {
    do {
      return try FlightFile(path: path, visit)
    } catch let error as FlightFileError {
      throw Failure.report("log \(error)", Failure.failed)
    } catch let error as DecodingError {
      throw Failure.report(
        "log \(path): found a message of another kind (\(error)), expected a log of this version",
        Failure.failed)
    }
  }
}

/// `tarsus log show`: a summary.
struct LogShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Summarises a log: states, faults, deadlines, timing, supply.",
    discussion: """
      Example:
        tarsus log walk.mcap --json
      """)

  @Argument(help: "A log of 'tarsus run --log'.")
  var file: String
  @Flag(help: "Print it as JSON.")
  var json = false

  func run() throws {
    var summary = LogSummary()
    let log = try Log.read(file) { try summary.take($0) }
    summary.end(log)
    if json { try printJSON(summary) } else { print(summary.text) }
  }
}

/// `tarsus log check`: whether a policy would have said the same.
struct LogCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Replays the observations of a log through the policy and compares the actions.",
    discussion: """
      They have to agree bit for bit; it ends with 1 where they do not.

      Example:
        tarsus log check walk.mcap --policy spider.tarsus
      """)

  /// What `check` prints.
  private struct Outcome: Encodable {
    var decisions = 0
    var differing = 0
    /// The first tick whose action differs.
    var firstDifferingTick: UInt64?
    var isWhole = false
  }

  private struct Values: Decodable {
    let tick: UInt64
    let values: [Float?]
  }

  @Argument(help: "A log of 'tarsus run --log'.")
  var file: String
  @Option(help: "The policy that was run.")
  var policy: String
  @Flag(help: "Print the outcome as JSON.")
  var json = false

  func run() throws {
    try Policy.with(path: policy) { policy in
      var outcome = Outcome()
      var observed: Values?
      var scratch = [Float](repeating: 0, count: PolicyFile.scratchCount)
      let decoder = JSONDecoder()
      let log = try Log.read(file) { message in
        if message.topic == "/observation" {
          observed = try decoder.decode(Values.self, from: Data(message.json))
        } else if message.topic == "/action", let seen = observed {
          let said = try decoder.decode(Values.self, from: Data(message.json))
          guard said.tick == seen.tick else { return }
          observed = nil
          outcome.decisions += 1
          guard !agree(policy, seen.values, said.values, &scratch) else { return }
          outcome.differing += 1
          outcome.firstDifferingTick = outcome.firstDifferingTick ?? said.tick
        }
      }
      outcome.isWhole = log.isWhole
      try refuseAnother(policy, log)
      if json {
        try printJSON(outcome)
      } else {
        print("\(outcome.decisions) decisions replayed, \(outcome.differing) differ")
      }
      if outcome.decisions == 0 {
        throw Failure.report("log \(file): found no decision of a policy in it", Failure.failed)
      }
      if let tick = outcome.firstDifferingTick {
        throw Failure.report(
          "log \(file): tick \(tick) and \(outcome.differing - 1) others: the policy says another "
            + "action now; the file, the program or the machine is not that of the run",
          Failure.failed)
      }
    }
  }

  private func agree(
    _ policy: PolicyFile, _ observation: [Float?], _ action: [Float?], _ scratch: inout [Float]
  ) -> Bool {
    let seen = observation.map { $0 ?? .nan }
    guard seen.count == policy.observationWidth, action.count == policy.contract.jointCount else {
      return false
    }
    var output = JointValues(repeating: 0)
    var outputSpan = output.mutableSpan
    var scratchSpan = scratch.mutableSpan
    policy.forward(seen.span, into: &outputSpan, scratch: &scratchSpan)
    return action.indices.allSatisfy {
      output[$0].bitPattern == action[$0]?.bitPattern || (!output[$0].isFinite && action[$0] == nil)
    }
  }

  /// Refuses a policy that is not the one of the run.
  private func refuseAnother(_ policy: PolicyFile, _ log: FlightFile) throws {
    guard let text = log.metadata["policy"]?["checksum"], let checksum = UInt32(text),
      checksum != policy.checksum
    else { return }
    throw Failure.report(
      "log \(file): it is of a policy with the checksum \(String(checksum, radix: 16)), expected that of "
        + "\(self.policy), \(String(policy.checksum, radix: 16)); take the policy of the run",
      Failure.wrongUse)
  }
}

/// What a log says about a run.
struct LogSummary: Encodable {
  /// A change of state or fault.
  struct Event: Encodable {
    let seconds: Double
    let tick: UInt64
    let state: String
    let fault: UInt16
    let text: String
  }

  /// A part of the ticks, in microseconds.
  struct Phase: Encodable {
    let p50: Double
    let p99: Double
    let max: Double

    init(_ nanoseconds: DurationHistogram) {
      p50 = Double(nanoseconds.percentileNanoseconds(0.5)) / 1e3
      p99 = Double(nanoseconds.percentileNanoseconds(0.99)) / 1e3
      max = Double(nanoseconds.maxNanoseconds) / 1e3
    }
  }

  private(set) var body = ""
  private(set) var isWhole = false
  private(set) var seconds = 0.0
  private(set) var messages = 0
  private(set) var ticks: UInt64 = 0
  private(set) var decisions: UInt64 = 0
  private(set) var missedTicks: UInt64 = 0
  private(set) var missedDeadlines: UInt64 = 0
  private(set) var missedReplies: UInt32 = 0
  private(set) var checksumErrors: UInt32 = 0
  private(set) var supplyMinVolts: Float?
  private(set) var hottestServoCelsius: UInt8 = 0
  private(set) var events: [Event] = []
  private(set) var phasesMicroseconds: [String: Phase] = [:]
  private var histograms: [String: DurationHistogram] = [:]
  private var start: UInt64?
  private let decoder = JSONDecoder()

  private enum CodingKeys: String, CodingKey {
    case body, isWhole, seconds, messages, ticks, decisions, missedTicks, missedDeadlines
    case missedReplies, checksumErrors, supplyMinVolts, hottestServoCelsius, events
    case phasesMicroseconds
  }

  private struct State: Decodable {
    let fresh: Bool
    let supply_volts: Float
    let hottest_servo_celsius: UInt8
  }

  private struct Change: Decodable {
    let tick: UInt64
    let state: String
    let fault: UInt16
    let text: String
  }

  private struct Bus: Decodable {
    let missed_replies: UInt32
    let checksum_errors: UInt32
  }

  /// Takes one message.
  mutating func take(_ message: FlightFile.Message) throws {
    messages += 1
    let first = start ?? message.nanoseconds
    start = first
    seconds = Double(message.nanoseconds - min(first, message.nanoseconds)) * 1e-9
    let json = Data(message.json)
    switch message.topic {
    case "/state":
      let state = try decoder.decode(State.self, from: json)
      ticks += 1
      missedTicks += state.fresh ? 0 : 1
      supplyMinVolts = min(supplyMinVolts ?? .infinity, state.supply_volts)
      hottestServoCelsius = max(hottestServoCelsius, state.hottest_servo_celsius)
    case "/action": decisions += 1
    case "/timing":
      for (name, value) in try decoder.decode([String: UInt64].self, from: json) {
        if name == "missed_deadlines" {
          missedDeadlines += value
        } else if let phase = name.split(separator: "_").first, name.hasSuffix("_nanoseconds") {
          histograms[String(phase), default: DurationHistogram()].add(value)
        }
      }
    case "/faults":
      let change = try decoder.decode(Change.self, from: json)
      events.append(
        Event(
          seconds: seconds, tick: change.tick, state: change.state, fault: change.fault,
          text: change.text))
    case "/bus":
      let bus = try decoder.decode(Bus.self, from: json)
      missedReplies = bus.missed_replies
      checksumErrors = bus.checksum_errors
    default: break
    }
  }

  /// Takes what is known at the end.
  mutating func end(_ file: FlightFile) {
    body = file.metadata["robot"]?["body"] ?? "unknown"
    isWhole = file.isWhole
    phasesMicroseconds = histograms.mapValues { Phase($0) }
  }

  var text: String {
    var lines = [
      String(
        format: "%@, %.2f s, %llu ticks, of which the policy decided %llu", body, seconds, ticks,
        decisions)
        + (isWhole ? "" : "; cut off: its end is missing"),
      "\(missedTicks) ticks without an answer, \(missedDeadlines) deadlines missed, \(missedReplies) "
        + "replies missed, \(checksumErrors) checksum errors",
    ]
    if let volts = supplyMinVolts {
      lines.append(
        String(format: "least supply %.1f V", volts)
          + (hottestServoCelsius > 0 ? ", hottest servo \(hottestServoCelsius) °C" : ""))
    }
    for event in events {
      lines.append(
        String(format: "%9.3f s  %@", event.seconds, event.state)
          + (event.fault == 0 ? "" : "  fault \(event.fault): \(event.text)"))
    }
    let order = ["lateness", "exchange", "observe", "infer", "supervise", "write"]
    let rows = order.compactMap { name in
      phasesMicroseconds[name].map {
        [name] + [$0.p50, $0.p99, $0.max].map { String(format: "%.1f", $0) }
      }
    }
    return (lines + ["\(Table(rows: [["µs", "p50", "p99", "max"]] + rows))"])
      .joined(separator: "\n")
  }
}
