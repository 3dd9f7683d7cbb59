import SeededRandomness
import Testing
import WireProtocol

@Suite struct BoardFrameDecoderTests {
  /// A valid header that promises the longest payload and never delivers it.
  static let falseStart = hex("A5 5A 01 82 00 00 9C")

  @Test func frames_backToBack_areAllFound() {
    let found = frames(in: Golden.all.flatMap { $0 })
    #expect(found.map(\.kindCode) == hex("01 81 04 84 02 82 03 05 85 03 FF 06 86 07 87 08 88"))
    #expect(found.map(\.sequence) == [1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9])
  }

  @Test func nextFrame_bytesPushedAllAtOnce_findsTheSameFrames() {
    var decoder = BoardFrameDecoder()
    for byte in Golden.hello + Golden.state + Golden.command { decoder.push(byte) }
    var kinds: [UInt8] = []
    while let frame = decoder.nextFrame() { kinds.append(frame.kindCode) }
    #expect(kinds == [0x01, 0x82, 0x03])
  }

  @Test func statistics_goodFrames_countNothingElse() {
    var decoder = BoardFrameDecoder()
    _ = decoder.frames(in: Golden.all.flatMap { $0 })
    #expect(decoder.statistics.frames == 17)
    #expect(decoder.statistics.badFrames == 0)
    #expect(decoder.statistics.discardedBytes == 0)
  }

  @Test(arguments: Golden.all)
  func frames_truncatedAnywhere_findNothingAndThenTheNextFrame(golden: [UInt8]) {
    for count in 0..<golden.count {
      var decoder = BoardFrameDecoder()
      #expect(decoder.frames(in: Array(golden[..<count]), endBurst: true).isEmpty)
      #expect(decoder.frames(in: Golden.readState).map(\.sequence) == [3])
      #expect(decoder.statistics.discardedBytes == UInt32(count))
    }
  }

  @Test(arguments: Golden.all)
  func frames_anyBitFlipped_losesOnlyThatFrame(golden: [UInt8]) {
    for bit in 0..<golden.count * 8 {
      var damaged = golden
      damaged[bit / 8] ^= 1 << (bit % 8)
      let found = frames(in: damaged + Golden.disarm, endBurst: true)
      #expect(found.map(\.sequence) == [5], "bit \(bit)")
    }
  }

  @Test(arguments: Golden.all)
  func frames_anyTwoBitsFlipped_areNeverAccepted(golden: [UInt8]) {
    for first in 0..<golden.count * 8 {
      for second in 0..<first {
        var damaged = golden
        damaged[first / 8] ^= 1 << (first % 8)
        damaged[second / 8] ^= 1 << (second % 8)
        #expect(frames(in: damaged, endBurst: true).isEmpty, "bits \(first) and \(second)")
      }
    }
  }

  @Test func frames_damagedBodyWithoutSilence_findsTheNextFrameAtItsLastByte() {
    var damaged = Golden.state
    damaged[20] ^= 0x10
    #expect(frames(in: damaged + Golden.disarm).map(\.sequence) == [5])
  }

  @Test func frames_falseStartBeforeManyFrames_swallowsNone() {
    let good = (0..<30).flatMap { handmadeFrame(kind: 0x02, sequence: UInt16($0)) }
    var decoder = BoardFrameDecoder()
    let found = decoder.frames(in: Self.falseStart + good)
    #expect(found.map(\.sequence) == Array(0..<30))
    #expect(decoder.statistics.checksumErrors == 1)
    #expect(decoder.statistics.discardedBytes == UInt32(Self.falseStart.count))
  }

  @Test func frames_silenceAfterFalseStart_findsTheFrameBehindIt() {
    #expect(frames(in: Self.falseStart + Golden.hello).isEmpty)
    let found = frames(in: Self.falseStart + Golden.hello, endBurst: true)
    #expect(found.map(\.sequence) == [1])
  }

  @Test func push_afterSilence_continuesNoOldFrame() {
    var decoder = BoardFrameDecoder()
    _ = decoder.frames(in: Array(Golden.state[..<20]))
    decoder.endBurst()
    #expect(decoder.frames(in: Array(Golden.state[20...])).isEmpty)
    #expect(decoder.frames(in: Golden.hello).map(\.sequence) == [1])
  }

  @Test func frames_impossibleSize_countsAHeaderErrorAtOnce() {
    var decoder = BoardFrameDecoder()
    let found = decoder.frames(in: hex("A5 5A 01 02 00 00 01") + Golden.hello)
    #expect(found.map(\.sequence) == [1])
    #expect(decoder.statistics.headerErrors == 1)
  }

  @Test func frames_otherVersion_isHandedOutAndCounted() {
    var decoder = BoardFrameDecoder()
    let found = decoder.frames(in: handmadeFrame(version: 2, kind: 0x02, sequence: 9))
    #expect(found.map(\.version) == [2])
    #expect(decoder.statistics.unknownFrames == 1)
    #expect(decoder.statistics.frames == 0)
  }

  @Test func frames_repeatedFirstSyncByte_isStillASync() {
    #expect(frames(in: [0xA5, 0xA5] + Golden.hello).map(\.sequence) == [1])
  }

  @Test func frames_randomGarbageBetween_losesNoFrame() {
    var generator = SeededRandom(seed: 42)
    for _ in 0..<300 {
      var stream: [UInt8] = []
      for sequence in 0..<8 {
        for _ in 0..<Int.random(in: 0...40, using: &generator) {
          // Sync bytes often, so that false starts are common.
          let byte = UInt8.random(in: .min ... .max, using: &generator)
          stream.append([0xA5, 0x5A, 0x01, byte].randomElement(using: &generator) ?? 0)
        }
        stream += handmadeFrame(kind: 0x01, sequence: UInt16(sequence))
      }
      var decoder = BoardFrameDecoder()
      let found = decoder.frames(in: stream, endBurst: true)
      #expect(found.map(\.sequence) == Array(0..<8))
      #expect(Int(decoder.statistics.discardedBytes) == stream.count - 8 * 9)
    }
  }

  @Test func push_neverDrained_keepsTheNewestBytesAndCountsTheRest() {
    var decoder = BoardFrameDecoder()
    for _ in 0..<100 { for byte in Golden.hello { decoder.push(byte) } }
    var count = 0
    while decoder.nextFrame() != nil { count += 1 }
    #expect(count == 512 / Golden.hello.count)
    #expect(Int(decoder.statistics.discardedBytes) == (100 - count) * Golden.hello.count)
  }

  @Test func holdsPartialFrame_afterAWholeFrame_isFalse() {
    var decoder = BoardFrameDecoder()
    _ = decoder.frames(in: Golden.hello)
    #expect(!decoder.holdsPartialFrame)
    decoder.push(0xA5)
    #expect(decoder.holdsPartialFrame)
  }
}
