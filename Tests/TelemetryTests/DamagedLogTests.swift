import Foundation
import Realtime
import SeededRandomness
import Testing

@testable import Telemetry

/// The sound parts of a damaged log are read, and the loss is reported.
@Suite struct DamagedLogTests {
  private static let description = FlightDescription(
    body: "pair", jointNames: ["left", "right"], controlPeriodMicroseconds: 20_000,
    policyChecksum: 77, stateNames: ["disarmed", "standingUp", "running"], faults: [:])

  /// A log of some ticks at 50 Hz: a chunk for every 26 of them.
  private static func log(ticks: Int) -> [UInt8] {
    var log = FlightLog(description: description, startNanoseconds: 0)
    var record = TickRecord()
    for tick in 1...ticks {
      record.nanoseconds = UInt64(tick) * 20_000_000
      record.tick = UInt64(tick)
      log.add(record)
    }
    log.end()
    return log.take()
  }

  /// Places of the chunks in a sound log.
  private static func chunks(_ bytes: [UInt8]) -> [Range<Int>] {
    var rest = MCAPFields(bytes.dropFirst(MCAPFormat.magic.count))
    var chunks: [Range<Int>] = []
    while let (kind, body) = rest.record() {
      if kind == .chunk { chunks.append((body.startIndex - 9)..<body.endIndex) }
    }
    return chunks
  }

  private static func read(_ bytes: [UInt8]) throws -> (file: FlightFile, ticks: [UInt64]) {
    struct State: Decodable { let tick: UInt64 }
    let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).mcap"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    var ticks: [UInt64] = []
    let file = try FlightFile(path: path) { message in
      guard message.topic == "/state" else { return }
      if let state = try? JSONDecoder().decode(State.self, from: Data(message.json)) {
        ticks.append(state.tick)
      }
    }
    return (file, ticks)
  }

  @Test func read_soundLog_hasNoDamage() throws {
    let (file, ticks) = try Self.read(Self.log(ticks: 200))
    #expect(ticks == Array(1...200))
    #expect(file.damages.isEmpty && file.isWhole)
  }

  @Test func read_flippedByteInAnyChunk_losesThatChunkAlone() throws {
    let bytes = Self.log(ticks: 200)
    let chunks = Self.chunks(bytes)
    #expect(chunks.count == 8)
    for (index, chunk) in chunks.enumerated() {
      var damaged = bytes
      damaged[(chunk.lowerBound + chunk.upperBound) / 2] ^= 1
      let (file, ticks) = try Self.read(damaged)
      let lost = (26 * index + 1)...min(26 * index + 26, 200)
      #expect(ticks == (1...200).filter { !lost.contains($0) }.map { UInt64($0) })
      #expect(file.isWhole)
      #expect(file.damages.map(\.byte) == [UInt64(chunk.lowerBound)])
    }
  }

  @Test(arguments: [1, 2, 8]) func read_flippedByteInALength_goesOnAtTheNextChunk(byte: Int) throws
  {
    let bytes = Self.log(ticks: 200)
    let third = Self.chunks(bytes)[2]
    for value: UInt8 in [0x00, 0x7F, 0xFF] {
      var damaged = bytes
      damaged[third.lowerBound + byte] ^= value | 1
      let (file, ticks) = try Self.read(damaged)
      #expect(ticks == Array(1...52) + Array(79...200))
      #expect(file.damages.count == 1)
    }
  }

  @Test func read_firstChunkDamagedAndEndCutOff_stillKnowsTheTopics() throws {
    let bytes = Self.log(ticks: 200)
    let chunks = Self.chunks(bytes)
    var damaged = Array(bytes[..<chunks[5].upperBound])
    damaged[chunks[0].lowerBound + 60] ^= 1
    let (file, ticks) = try Self.read(damaged)
    #expect(ticks == Array(27...156))
    #expect(!file.isWhole)
  }

  @Test func read_wrongIndexes_areNotNeeded() throws {
    let bytes = Self.log(ticks: 200)
    var damaged = bytes
    for chunk in Self.chunks(bytes) {
      // Offsets of the index behind it, and its length.
      for place in (chunk.upperBound + 1)..<(chunk.upperBound + 40) { damaged[place] ^= 0x55 }
    }
    #expect(try Self.read(damaged).ticks == Array(1...200))
  }

  @Test func read_cutOffAnywhere_givesTheWholeChunksBefore() throws {
    let bytes = Self.log(ticks: 60)
    let ends = Self.chunks(bytes).map(\.upperBound)
    for length in stride(from: 8, through: bytes.count, by: 211) {
      let (file, ticks) = try Self.read(Array(bytes[..<length]))
      #expect(ticks.count == min(60, 26 * ends.count { $0 <= length }))
      #expect(file.damages.isEmpty)
    }
  }

  @Test func read_twoThousandDamagedLogs_neverTraps() throws {
    let bytes = Self.log(ticks: 28)
    var random = SeededRandom(seed: 20)
    var losses = 0
    for _ in 0..<2_000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 8..<damaged.count, using: &random)
        switch random.next() % 3 {
        case 0: damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: damaged.remove(at: place)
        default: damaged.insert(UInt8.random(in: 0...255, using: &random), at: place)
        }
      }
      let (_, ticks) = try Self.read(damaged)
      #expect(ticks == ticks.sorted())
      if ticks.count < 28 { losses += 1 }
    }
    #expect((200..<2_000).contains(losses))
  }
}
