internal import CommandSupport
internal import Foundation
internal import RobotControl
internal import Telemetry

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
  private(set) var phasesMicroseconds: [String: Percentiles] = [:]
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
    phasesMicroseconds = histograms.mapValues { Percentiles($0) }
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
