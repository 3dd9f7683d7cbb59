import SeededRandomness
import Testing

@testable import ServoDrivers

/// Echoes as they come over a line, and what is left of it.
@Suite struct EchoFilterTests {
  /// A line on which requests go out and bytes come in.
  private struct Line {
    var filter = EchoFilter()

    mutating func send(_ request: [UInt8]) {
      var bytes = request
      var span = bytes.mutableSpan
      filter.expect(request.count, of: &span)
    }

    /// The bytes that come out when bytes come in.
    mutating func take(_ bytes: [UInt8]) -> [UInt8] {
      var out: [UInt8] = []
      for byte in bytes {
        filter.push(byte)
        while let byte = filter.next() { out.append(byte) }
      }
      return out
    }

    /// The bytes that come out when the line is silent.
    mutating func wait() -> [UInt8] {
      var out: [UInt8] = []
      if filter.endWait() > 0 { while let byte = filter.next() { out.append(byte) } }
      return out
    }

    /// An adapter that was found to echo.
    static var echoing: Line {
      var line = Line()
      line.send(read)
      _ = line.take(read + answer)
      return line
    }
    /// An adapter that was found not to.
    static var plain: Line {
      var line = Line()
      line.send(read)
      _ = line.take(answer)
      line.send(read)
      _ = line.take(answer)
      return line
    }
  }

  /// A read of the position of servo 1, and its answer; servo 2 is asked for its temperature.
  private static let read: [UInt8] = [0xFF, 0xFF, 1, 4, 2, 56, 2, 0xBE]
  private static let answer: [UInt8] = [0xFF, 0xFF, 1, 4, 0, 0, 8, 0xF2]
  private static let other: [UInt8] = [0xFF, 0xFF, 2, 4, 2, 63, 1, 0xB7]
  private static let otherAnswer: [UInt8] = [0xFF, 0xFF, 2, 3, 0, 30, 0xDC]

  @Test func firstRequest_echoed_onlyTheAnswerIsLeft() {
    var line = Line()
    line.send(Self.read)
    #expect(line.take(Self.read + Self.answer) == Self.answer)
    #expect(line.filter.knowledge == .echoing)
  }

  @Test func firstRequest_notEchoed_theAnswerIsLeftAtOnce() {
    var line = Line()
    line.send(Self.read)
    #expect(line.take(Self.answer) == Self.answer)
    line.send(Self.read)
    #expect(line.take(Self.answer) == Self.answer)
    #expect(line.filter.knowledge == .plain)
  }

  @Test(arguments: 1...7) func echo_inTwoPieces_isLeftOut(first: Int) {
    var line = Line()
    line.send(Self.read)
    #expect(line.take(Array(Self.read[..<first])) == [])
    #expect(line.take(Array(Self.read[first...]) + Self.answer) == Self.answer)
  }

  @Test func echo_afterTheNextRequest_isLeftOut() {
    for start in [Line(), Line.echoing, Line.plain] {
      var line = start
      line.send(Self.other)
      line.send(Self.read)
      #expect(line.take(Self.other + Self.read + Self.answer) == Self.answer)
    }
  }

  @Test func echo_ofTheSameRequestTwice_isLeftOutTwice() {
    var line = Line()
    line.send(Self.read)
    line.send(Self.read)
    #expect(line.take(Self.read + Self.read + Self.answer) == Self.answer)
  }

  @Test func echo_cutOffAtTheDeadline_isLeftOutWhenTheRestComes() {
    var line = Line.echoing
    line.send(Self.read)
    #expect(line.take(Array(Self.read[..<6])) == [])
    #expect(line.wait() == [])
    line.send(Self.other)
    #expect(line.take(Array(Self.read[6...]) + Self.other + Self.otherAnswer) == Self.otherAnswer)
  }

  @Test func lateAnswer_beforeTheEcho_bothAnswersAreLeft() {
    for start in [Line(), Line.echoing] {
      var line = start
      line.send(Self.other)
      let left = line.take(Self.answer + Self.other + Self.otherAnswer)
      #expect(left == Self.answer + Self.otherAnswer)
    }
  }

  @Test(arguments: 2...7) func echo_oneByteDamaged_isLeftOut(place: Int) {
    var line = Line.echoing
    line.send(Self.read)
    var damaged = Self.read
    damaged[place] ^= 0x24
    #expect(line.take(damaged + Self.answer) == Self.answer)
  }

  @Test func echo_missing_keepsTheAnswer() {
    var line = Line.echoing
    line.send(Self.read)
    #expect(line.take(Self.answer) == Self.answer)
    line.send(Self.other)
    #expect(line.take(Self.other + Self.otherAnswer) == Self.otherAnswer)
  }

  @Test func echo_missing_keepsAnAnswerWhoseEndLooksLikeABeginning() {
    var line = Line.echoing
    line.send(Self.read)
    let answer: [UInt8] = [0xFF, 0xFF, 1, 4, 0, 0xF0, 0x0B, 0xFF]
    #expect(line.take(answer) + line.wait() == answer)
  }

  @Test func adapter_stopsEchoing_isPlainAfterThreeAnswers() {
    var line = Line.echoing
    for _ in 0..<4 {
      line.send(Self.read)
      #expect(line.take(Self.answer) == Self.answer)
    }
    #expect(line.filter.knowledge == .plain)
    // At once, though the last byte may begin a request.
    line.send(Self.read)
    let answer: [UInt8] = [0xFF, 0xFF, 1, 4, 0, 0xF0, 0x0B, 0xFF]
    #expect(line.take(answer) == answer)
  }

  @Test func adapter_beginsToEcho_isNoticedAtTheFirst() {
    var line = Line.plain
    line.send(Self.other)
    #expect(line.take(Self.other + Self.otherAnswer) == Self.otherAnswer)
    #expect(line.filter.knowledge == .echoing)
  }

  @Test func silence_afterAnEcho_leavesNothing() {
    var line = Line()
    line.send(Self.read)
    #expect(line.take(Self.read) + line.wait() == [])
  }

  @Test func anyStream_byteByByte_losesNothingButEchoes() {
    var random = SeededRandom(seed: 7)
    var line = Line()
    for _ in 0..<2_000 {
      let request = Self.packet(&random)
      line.send(request)
      let noise = (0..<Int.random(in: 0..<12, using: &random)).map { _ in
        UInt8.random(in: 0...0xFE, using: &random)
      }
      let isEchoed = Bool.random(using: &random)
      let left = line.take((isEchoed ? request : []) + noise) + line.wait()
      #expect(left == noise)
    }
  }

  private static func packet(_ random: inout some RandomNumberGenerator) -> [UInt8] {
    // Longer than what may be the end of an answer, and unlike the noise.
    [0xFF, 0xFF]
      + (0..<Int.random(in: 6..<60, using: &random)).map { _ in
        UInt8.random(in: 0...0xFF, using: &random)
      }
  }
}
