import Realtime
import CAllocationCounter
import Foundation
import RobotDescription
import Testing
import WireProtocol

@testable import Telemetry

/// Every recorded tick is in the file, or counted as dropped.
@Suite struct FlightRecorderTests {
  private static let description = FlightDescription(
    body: "pair", jointNames: ["left", "right"], controlPeriodMicroseconds: 20_000,
    policyChecksum: 77, stateNames: ["disarmed", "standingUp", "running"],
    faults: [4: "the body tilted"])

  private static func withFile<Result>(_ body: (String) throws -> Result) rethrows -> Result {
    let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).mcap"
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  /// Records a tick with its number in all fields; waits while the ring is full.
  private static func record(_ tick: UInt64, with recorder: FlightRecorder) {
    while recorder.isFull {}
    guard let record = unsafe recorder.tap.claim() else { return }
    unsafe record.pointee.nanoseconds = tick * 20_000_000
    unsafe record.pointee.tick = tick
    unsafe record.pointee.state = 2
    unsafe record.pointee.fault = tick == 7 ? 4 : 0
    unsafe record.pointee.isFresh = true
    unsafe record.pointee.hasDecision = true
    unsafe record.pointee.observationWidth = 2
    unsafe record.pointee.observation[0] = Float(tick) / 3
    unsafe record.pointee.observation[1] = .nan
    unsafe record.pointee.action[0] = .leastNonzeroMagnitude
    unsafe record.pointee.action[1] = -Float.pi
    unsafe record.pointee.bus.frames = UInt32(tick)
    recorder.tap.publish()
  }

  private struct Values: Decodable {
    let tick: UInt64
    let values: [Float?]
  }

  private static func messages(
    _ path: String, topic: String
  ) throws -> (file: FlightFile, json: [Data]) {
    var json: [Data] = []
    let file = try FlightFile(path: path) { message in
      if message.topic == topic { json.append(Data(message.json)) }
    }
    return (file, json)
  }

  /// The kernel's data of a thread.
  private struct ThreadState: Equatable {
    /// The scheduling policy.
    var policy: CInt
    /// The processors that it may run on.
    var processors: String
    /// A bit for each signal that does not interrupt it.
    var blockedSignals: UInt64

    /// Of a thread by its number; 0 is the caller.
    init?(_ id: pid_t) {
      let path = id == 0 ? "/proc/thread-self/status" : "/proc/self/task/\(id)/status"
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
      func value(_ key: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix(key + ":\t") }
          .map { String($0.dropFirst(key.count + 2)) }
      }
      guard let processors = value("Cpus_allowed_list"), let blocked = value("SigBlk"),
        let blockedSignals = UInt64(blocked, radix: 16)
      else { return nil }
      policy = sched_getscheduler(id)
      self.processors = processors
      self.blockedSignals = blockedSignals
    }

    /// Those of the threads that write logs; other tests may have some.
    static func ofWriters() throws -> [ThreadState] {
      let tasks = "/proc/self/task"
      return try FileManager.default.contentsOfDirectory(atPath: tasks).compactMap { task in
        let name = try? String(contentsOfFile: "\(tasks)/\(task)/comm", encoding: .utf8)
        guard name == FlightRecorder.threadName + "\n" else { return nil }
        return pid_t(task).flatMap { ThreadState($0) }
      }
    }
  }

  @Test func thread_ofACallerWithMeansOfItsOwn_standsBack() async throws {
    let (before, writers) = try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Result {
            let before = try #require(ThreadState(0))
            let first = try #require(Int32(before.processors.prefix { $0.isNumber }))
            #expect(RealtimeThread.keepProcessor(first))
            var none = sched_param()
            // SCHED_BATCH: to take it takes no right.
            #expect(unsafe sched_setscheduler(0, 3, &none) == 0)
            return try Self.withFile { path in
              let recorder = try FlightRecorder(
                path: path, description: Self.description, clock: .machine, wallNanoseconds: 0)
              defer { _ = recorder.end() }
              return (before, try ThreadState.ofWriters())
            }
          })
      }
    }
    #expect(!writers.isEmpty)
    for writer in writers {
      #expect(writer.policy == SCHED_OTHER)
      #expect(writer.processors == before.processors)
      for signal in [SIGINT, SIGTERM] { #expect(writer.blockedSignals >> (signal - 1) & 1 == 1) }
    }
  }

  @Test func record_manyTicks_allAreReadBackBitForBit() throws {
    try Self.withFile { path in
      let recorder = try FlightRecorder(
        path: path, description: Self.description, clock: .machine, wallNanoseconds: 0)
      for tick in 1...5_000 { Self.record(UInt64(tick), with: recorder) }
      let outcome = recorder.end()
      #expect(outcome.ticks == 5_000 && outcome.dropped == 0 && outcome.errorNumber == 0)
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64
      #expect(size == outcome.byteCount)

      let observations = try Self.messages(path, topic: "/observation")
      #expect(observations.file.isWhole)
      #expect(observations.file.metadata["robot"]?["joints"] == "left,right")
      #expect(observations.file.metadata["policy"]?["checksum"] == "77")
      #expect(observations.json.count == 5_000)
      let decoder = JSONDecoder()
      for (index, json) in observations.json.enumerated() {
        let values = try decoder.decode(Values.self, from: json)
        #expect(values.tick == UInt64(index + 1))
        #expect(values.values[0]?.bitPattern == (Float(index + 1) / 3).bitPattern)
        #expect(values.values[1] == nil)
      }
      let action = try Self.messages(path, topic: "/action").json[0]
      let values = try decoder.decode(Values.self, from: action).values
      #expect(values == [.leastNonzeroMagnitude, -Float.pi])
    }
  }

  @Test func record_faultForOneTick_isThreeEvents() throws {
    try Self.withFile { path in
      let recorder = try FlightRecorder(
        path: path, description: Self.description, clock: .machine, wallNanoseconds: 0)
      for tick in 1...10 { Self.record(UInt64(tick), with: recorder) }
      _ = recorder.end()
      let events = try Self.messages(path, topic: "/faults").json.map {
        String(decoding: $0, as: UTF8.self)
      }
      #expect(
        events == [
          #"{"tick":1,"state":"running","fault":0,"text":""}"#,
          #"{"tick":7,"state":"running","fault":4,"text":"the body tilted"}"#,
          #"{"tick":8,"state":"running","fault":0,"text":""}"#,
        ])
    }
  }

  @Test func read_cutOffAnywhere_givesWholeMessagesAndSaysSo() throws {
    try Self.withFile { path in
      let recorder = try FlightRecorder(
        path: path, description: Self.description, clock: .machine, wallNanoseconds: 0)
      for tick in 1...200 { Self.record(UInt64(tick), with: recorder) }
      _ = recorder.end()
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      var counts: [Int] = []
      for length in stride(from: 8, to: whole.count, by: 997) {
        try whole.prefix(length).write(to: URL(fileURLWithPath: path))
        counts.append(try Self.messages(path, topic: "/state").json.count)
      }
      #expect(counts == counts.sorted())
      #expect(counts.first == 0 && counts.last == 200)
      // Chunks of half a second: a crash costs no more.
      #expect(Set(counts).count >= 7)
      try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
      #expect(try !Self.messages(path, topic: "/state").file.isWhole)
    }
  }

  @Test func read_flippedByteInTheOnlyChunk_saysWhereAndGivesNothing() throws {
    try Self.withFile { path in
      let recorder = try FlightRecorder(
        path: path, description: Self.description, clock: .machine, wallNanoseconds: 0)
      for tick in 1...5 { Self.record(UInt64(tick), with: recorder) }
      _ = recorder.end()
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: URL(fileURLWithPath: path))
      let (file, json) = try Self.messages(path, topic: "/state")
      #expect(json.isEmpty && file.damages.count == 1 && file.isWhole)
    }
  }

  @Test func record_diskIsFull_endsTheLogAndTakesTicksOn() throws {
    let recorder = try FlightRecorder(
      path: "/dev/full", description: Self.description, clock: .machine, wallNanoseconds: 0)
    for tick in 1...5_000 { Self.record(UInt64(tick), with: recorder) }
    let outcome = recorder.end()
    #expect(outcome.errorNumber == ENOSPC)
    #expect(outcome.byteCount == 0 && outcome.dropped == 0)
  }

  @Test func init_fileIsThere_isRefusedUnlessItMayBeReplaced() throws {
    try Self.withFile { path in
      try Data("a policy".utf8).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: FlightRecorderError.self) {
        _ = try FlightRecorder(
          path: path, description: Self.description, clock: .machine, wallNanoseconds: 0)
      }
      #expect(error?.isOccupied == true)
      #expect(FileManager.default.contents(atPath: path) == Data("a policy".utf8))
      let recorder = try FlightRecorder(
        path: path, isReplacing: true, description: Self.description, clock: .machine,
        wallNanoseconds: 0)
      _ = recorder.end()
      #expect(try Self.messages(path, topic: "/state").file.isWhole)
    }
  }

  @Test func init_noSuchFolder_saysSo() {
    let error = #expect(throws: FlightRecorderError.self) {
      _ = try FlightRecorder(
        path: "/nowhere/log.mcap", description: Self.description, clock: .machine,
        wallNanoseconds: 0)
    }
    #expect(error?.description.contains("/nowhere/log.mcap") == true)
  }

  @Test func claim_tenThousandTicks_allocatesNothing() throws {
    try Self.withFile { path in
      let recorder = try FlightRecorder(
        path: path, description: Self.description, clock: .machine, wallNanoseconds: 0)
      Self.record(1, with: recorder)
      let before = allocationCounterThreadTotal()
      for tick in 2...10_000 { Self.record(UInt64(tick), with: recorder) }
      #expect(allocationCounterThreadTotal() == before)
      #expect(recorder.end().ticks == 10_000)
    }
  }
}
