internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import PolicyNetwork
internal import RobotDescription
internal import Telemetry

/// `tarsus log`: shows and checks the log of a run.
struct Log: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows and checks the log of a run.",
    discussion: """
      Example:
        tarsus run spider.tarsus --robot spider.yaml --port spider.port --arm --log walk.mcap
        tarsus log walk.mcap
        tarsus log check walk.mcap --policy spider.tarsus
      """, subcommands: [LogShow.self, LogCheck.self], defaultSubcommand: LogShow.self)

  /// Passes all messages of a log to a function.
  fileprivate static func read(
    _ path: String, _ visit: (FlightFile.Message) throws -> Void
  ) throws -> FlightFile {
    do {
      return try FlightFile(path: path, visit)
    } catch let error as FlightFileError {
      throw Failure.report("log \(error)", Failure.failed)
    } catch let error as DecodingError {
      throw Failure.report(
        "log \(path): found a message without \(error.key), expected a log of this version",
        Failure.failed)
    }
  }
}

/// `tarsus log show`: summarises a log.
struct LogShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Summarises a log: states, faults, deadlines, timing, supply.",
    discussion: """
      Example:
        tarsus log walk.mcap --json
      """)

  @Argument(help: "A log of 'tarsus run --log'.")
  var file: String
  @OptionGroup var output: FigureOptions

  func run() throws {
    var summary = LogSummary()
    let log = try Log.read(file) { summary.take($0) }
    summary.end(log)
    if summary.messages == 0, !log.damages.isEmpty {
      throw Failure.report(
        "log \(file): found no sound chunk in \(log.damages[0].byteCount) bytes; copy the file "
          + "again",
        Failure.failed)
    }
    try output.print(summary)
  }
}

/// `tarsus log check`: replays a log through its policy.
struct LogCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Replays the observations of a log through the policy and compares the actions.",
    discussion: """
      The actions must agree bit for bit; otherwise the command ends with 1.

      Example:
        tarsus log check walk.mcap --policy spider.tarsus
      """)

  /// The figures of `check`.
  private struct Outcome: Figures {
    var decisions = 0
    var differing = 0
    /// The first tick with a different action.
    var firstDifferingTick: UInt64?
    var isWhole = false
    /// Damaged parts of the file, which were not compared.
    var damages = 0

    var text: String { "\(decisions) decisions replayed, \(differing) differ" }
  }

  private struct Values: Decodable {
    let tick: UInt64
    let values: [Float?]
  }

  @Argument(help: "A log of 'tarsus run --log'.")
  var file: String
  @Option(help: "The policy that was run.")
  var policy: String
  @OptionGroup var output: FigureOptions

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
      outcome.damages = log.damages.count
      if !log.damages.isEmpty {
        note("log \(file): \(log.damages.count) damaged parts were skipped")
      }
      try refuseAnother(policy, log)
      try output.print(outcome)
      if outcome.decisions == 0 {
        throw Failure.report("log \(file): found no decision of a policy in it", Failure.failed)
      }
      if let tick = outcome.firstDifferingTick {
        throw Failure.report(
          "log \(file): tick \(tick) and \(outcome.differing - 1) others: the policy gives another "
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

  /// Refuses a policy other than that of the run.
  private func refuseAnother(_ policy: PolicyFile, _ log: FlightFile) throws {
    guard let text = log.metadata["policy"]?["checksum"], let checksum = UInt32(text),
      checksum != policy.checksum
    else { return }
    throw Failure.report(
      "log \(file): it is of a policy with the checksum \(String(checksum, radix: 16)), expected "
        + "that of \(self.policy), \(String(policy.checksum, radix: 16)); take the policy of the "
        + "run",
      Failure.wrongUse)
  }
}

extension DecodingError {
  /// The key at fault.
  fileprivate var key: String {
    let path: [any CodingKey] =
      switch self {
      case .keyNotFound(let key, let context): context.codingPath + [key]
      case .typeMismatch(_, let context), .valueNotFound(_, let context),
        .dataCorrupted(let context):
        context.codingPath
      @unknown default: []
      }
    return path.isEmpty
      ? "JSON that can be read" : "a fitting '\(path.map(\.stringValue).joined(separator: "."))'"
  }
}
