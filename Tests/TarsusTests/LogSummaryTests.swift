import Foundation
import SeededRandomness
import Testing

@testable import Telemetry
@testable import tarsus

/// A log may say any number; a summary of it never traps.
@Suite struct LogSummaryTests {
  private static func message(_ topic: String, _ json: String, at nanoseconds: UInt64 = 0)
    -> FlightFile.Message
  {
    FlightFile.Message(nanoseconds: nanoseconds, topic: topic, json: Array(json.utf8))
  }

  private static func state(_ tick: UInt64, at nanoseconds: UInt64 = 0) -> FlightFile.Message {
    message(
      "/state",
      #"{"tick":\#(tick),"fresh":true,"supply_volts":7.4,"hottest_servo_celsius":30}"#,
      at: nanoseconds)
  }

  @Test func take_missedDeadlinesBeyondAllNumbers_areTheLargest() {
    var summary = LogSummary()
    let json = #"{"tick":1,"missed_deadlines":18446744073709551615,"lateness_nanoseconds":7}"#
    for _ in 0..<3 { summary.take(Self.message("/timing", json)) }
    #expect(summary.missedDeadlines == .max)
  }

  @Test func take_ticksLeftOut_areCountedWithTheirPlace() {
    var summary = LogSummary()
    for tick: UInt64 in [1, 2, 5, 6, .max] { summary.take(Self.state(tick, at: tick / 2)) }
    #expect(summary.gaps.map(\.firstTick) == [3, 7])
    #expect(summary.missingTicks == UInt64.max - 7 + 2)
    #expect(summary.text.contains("missing: 2 ticks from tick 3 on"))
  }

  @Test func take_timeRunningBackwards_isNoTime() {
    var summary = LogSummary()
    summary.take(Self.state(1, at: .max))
    summary.take(Self.state(2, at: 0))
    #expect(summary.seconds == 0)
  }

  @Test func take_messageOfAnotherKind_isCountedAndSkipped() {
    var summary = LogSummary()
    summary.take(Self.message("/state", #"{"tick":-1}"#))
    summary.take(Self.message("/faults", "no JSON"))
    summary.take(Self.state(1))
    #expect(summary.unreadableMessages == 2 && summary.ticks == 1)
    #expect(summary.text.contains("2 messages are in another form than this version writes"))
  }

  @Test func text_namesWithControlCharacters_stayInTheirLine() {
    var summary = LogSummary()
    summary.take(
      Self.message(
        "/faults", #"{"tick":1,"state":"running\n\u001b[2J","fault":4,"text":"a\nb"}"#))
    #expect(!summary.text.contains("\u{1B}") && summary.text.contains("running\\u{a}\\u{1b}[2J"))
  }

  @Test func take_twoThousandDamagedMessages_neverTraps() {
    let originals = [
      ("/state", #"{"tick":8,"fresh":true,"supply_volts":7.4,"hottest_servo_celsius":30}"#),
      ("/timing", #"{"tick":8,"lateness_nanoseconds":4000,"missed_deadlines":2}"#),
      ("/faults", #"{"tick":8,"state":"running","fault":4,"text":"tilted"}"#),
      ("/bus", #"{"tick":8,"frames":9,"checksum_errors":1,"missed_replies":3}"#),
    ]
    let inserted = Array("0123456789eE+-.\"{}[],:nul\\u".utf8)
    var random = SeededRandom(seed: 21)
    var summary = LogSummary()
    for index in 0..<2_000 {
      let (topic, json) = originals[index % originals.count]
      var bytes = Array(json.utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let byte = inserted.randomElement(using: &random) ?? 0
        if random.next() % 2 == 0 { bytes[place] = byte } else { bytes.insert(byte, at: place) }
      }
      summary.take(FlightFile.Message(nanoseconds: random.next(), topic: topic, json: bytes))
    }
    #expect(summary.messages == 2_000 && summary.unreadableMessages > 0)
    #expect(!summary.text.isEmpty)
  }
}
