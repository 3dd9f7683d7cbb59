internal import CommandSupport
internal import Foundation
internal import Realtime
internal import RobotControl
internal import Telemetry

/// The summary of a log.
struct LogSummary: Figures {
  /// A change of state or fault.
  struct Event: Encodable {
    let seconds: Double
    let tick: UInt64
    let state: String
    let fault: UInt16
    let text: String
  }

  /// Consecutive ticks that are missing in the log.
  struct Gap: Encodable {
    let firstTick: UInt64
    let ticks: UInt64
    /// The time of the last tick before the gap.
    let seconds: Double
  }

  /// A damaged part of the file.
  struct Damage: Encodable {
    let byte: UInt64
    let byteCount: UInt64
  }

  private(set) var body = ""
  private(set) var isWhole = false
  private(set) var damages: [Damage] = []
  private(set) var missingTicks: UInt64 = 0
  private(set) var gaps: [Gap] = []
  /// Messages in another form than this version writes.
  private(set) var unreadableMessages = 0
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
  private(set) var phasesMicroseconds: [String: Percentiles] = [:]
  private var histograms: [String: DurationHistogram] = [:]
  private var start: UInt64?
  /// The last tick so far; the first tick of a run is 1.
  private var lastTick: UInt64 = 0
  private let decoder = JSONDecoder()

  private enum CodingKeys: String, CodingKey {
    case body, isWhole, damages, missingTicks, gaps, unreadableMessages, seconds, messages, ticks,
      decisions, missedTicks, missedDeadlines
    case missedReplies, checksumErrors, supplyMinVolts, hottestServoCelsius, events
    case phasesMicroseconds
  }

  /// The most events and gaps that are kept.
  private static let listMax = 1_000

  private struct State: Decodable {
    let tick: UInt64
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

  /// Adds a message; one in another form than this version writes is counted.
  mutating func take(_ message: FlightFile.Message) {
    messages += 1
    do {
      try read(message)
    } catch {
      unreadableMessages += 1
    }
  }

  private mutating func read(_ message: FlightFile.Message) throws {
    let first = start ?? message.nanoseconds
    start = first
    seconds = Double(message.nanoseconds - min(first, message.nanoseconds)) * 1e-9
    let json = Data(message.json)
    switch message.topic {
    case "/state":
      let state = try decoder.decode(State.self, from: json)
      ticks += 1
      noteGap(before: state.tick)
      missedTicks += state.fresh ? 0 : 1
      supplyMinVolts = min(supplyMinVolts ?? .infinity, state.supply_volts)
      hottestServoCelsius = max(hottestServoCelsius, state.hottest_servo_celsius)
    case "/action": decisions += 1
    case "/timing":
      for (name, value) in try decoder.decode([String: UInt64].self, from: json) {
        if name == "missed_deadlines" {
          missedDeadlines = Self.sum(missedDeadlines, value)
        } else if let phase = name.split(separator: "_").first, name.hasSuffix("_nanoseconds") {
          histograms[String(phase), default: DurationHistogram()].add(value)
        }
      }
    case "/faults":
      let change = try decoder.decode(Change.self, from: json)
      guard events.count < Self.listMax else { return }
      events.append(
        Event(
          seconds: seconds, tick: change.tick, state: StandardStreams.line(change.state),
          fault: change.fault, text: StandardStreams.line(change.text)))
    case "/bus":
      let bus = try decoder.decode(Bus.self, from: json)
      missedReplies = bus.missed_replies
      checksumErrors = bus.checksum_errors
    default: break
    }
  }

  /// The sum of two numbers, limited to the largest, since a file may hold any numbers.
  private static func sum(_ one: UInt64, _ other: UInt64) -> UInt64 {
    let (sum, isOver) = one.addingReportingOverflow(other)
    return isOver ? .max : sum
  }

  private mutating func noteGap(before tick: UInt64) {
    defer { lastTick = tick }
    guard tick > lastTick, tick - lastTick > 1 else { return }
    let count = tick - lastTick - 1
    missingTicks = Self.sum(missingTicks, count)
    guard gaps.count < Self.listMax else { return }
    gaps.append(Gap(firstTick: lastTick + 1, ticks: count, seconds: seconds))
  }

  /// Adds what is known at the end of the file.
  mutating func end(_ file: FlightFile) {
    body = StandardStreams.line(file.metadata["robot"]?["body"] ?? "unknown")
    damages = file.damages.map { Damage(byte: $0.byte, byteCount: $0.byteCount) }
    isWhole = file.isWhole
    phasesMicroseconds = histograms.mapValues { Percentiles($0) }
  }

  /// Damages, gaps and unreadable messages in words.
  private var losses: [String] {
    let shownMax = 10
    var lines = damages.prefix(shownMax).map {
      "damaged: \($0.byteCount) bytes from byte \($0.byte) on were skipped"
    }
    lines += gaps.prefix(shownMax).map {
      String(
        format: "missing: %llu ticks from tick %llu on, before %.3f s", $0.ticks, $0.firstTick,
        $0.seconds)
    }
    let more = max(0, damages.count - shownMax) + max(0, gaps.count - shownMax)
    if more > 0 { lines.append("and \(more) more; \(missingTicks) ticks are missing") }
    if unreadableMessages > 0 {
      lines.append("\(unreadableMessages) messages are in another form than this version writes")
    }
    return lines
  }

  var text: String {
    var lines = [
      String(
        format: "%@, %.2f s, %llu ticks, of which the policy decided %llu", body, seconds, ticks,
        decisions)
        + (isWhole ? "" : "; cut off: its end is missing"),
      "\(missedTicks) ticks without an answer, \(missedDeadlines) deadlines missed, "
        + "\(missedReplies) replies missed, \(checksumErrors) checksum errors",
    ]
    lines += losses
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
    let order = ["lateness"] + TickPhase.allCases.map { "\($0)" }
    let rows = order.compactMap { name in
      phasesMicroseconds[name].map {
        [name] + [$0.p50, $0.p99, $0.max].map { String(format: "%.1f", $0) }
      }
    }
    return (lines + ["\(Table(rows: [["µs", "p50", "p99", "max"]] + rows))"])
      .joined(separator: "\n")
  }
}
