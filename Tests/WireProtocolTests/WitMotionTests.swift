import Testing
import WireProtocol

@Suite struct WitMotionTests {
  static let rate = hex("55 52 00 40 00 C0 FF FF 00 00 A5")
  static let quaternion = hex("55 59 FF 7F 00 00 00 80 00 00 AC")

  static func frames(in bytes: [UInt8]) -> [WitMotionFrame] {
    var decoder = WitMotionDecoder()
    return decoder.frames(in: bytes)
  }

  @Test func frames_rateAndQuaternion_areRead() {
    let found = Self.frames(in: Self.rate + Self.quaternion)
    #expect(
      found == [
        WitMotionFrame(.angularRate, SIMD4(0x4000, -0x4000, -1, 0)),
        WitMotionFrame(.quaternion, SIMD4(0x7FFF, 0, -0x8000, 0)),
      ])
  }

  @Test(
    arguments: [
      // Half of the full scale, and what the vendor says that is.
      (WitMotionFrame.Kind.acceleration, 8 * 9.80665), (.angularRate, 17.453_293),
      (.angle, 1.570_796_3), (.magneticField, 16_384), (.quaternion, 0.5),
    ] as [(WitMotionFrame.Kind, Float)])
  func values_halfOfTheScale_areInUnits(kind: WitMotionFrame.Kind, expected: Float) {
    let values = WitMotionFrame(kind, SIMD4(0x4000, -0x4000, 0, 0)).values
    #expect(abs(values[0] - expected) < 1e-5 * expected && values[1] == -values[0])
    #expect(values[2] == 0)
  }

  @Test(arguments: [rate, quaternion])
  func encode_frame_givesItsBytes(bytes: [UInt8]) throws {
    let frame = try #require(Self.frames(in: bytes).first)
    #expect(encoded { frame.encode(into: &$0) } == bytes)
  }

  @Test func encode_commands_areTheVendors() {
    #expect(encoded { WitMotionCommand.unlock.encode(into: &$0) } == hex("FF AA 69 88 B5"))
    #expect(encoded { WitMotionCommand.save.encode(into: &$0) } == hex("FF AA 00 00 00"))
    let rate = WitMotionCommand.rate(hertz: 200)
    #expect(rate.map { rate in encoded { rate.encode(into: &$0) } } == hex("FF AA 03 0B 00"))
    let speed = WitMotionCommand.baudRate(UInt32(115_200))
    #expect(speed.map { speed in encoded { speed.encode(into: &$0) } } == hex("FF AA 04 06 00"))
    let kinds: [WitMotionFrame.Kind] = [.acceleration, .angularRate, .angle, .magneticField]
    let contents = WitMotionCommand.contents(kinds.reduce(0) { $0 | $1.contentBit })
    // What a sensor comes with.
    #expect(encoded { contents.encode(into: &$0) } == hex("FF AA 02 1E 00"))
    #expect(WitMotionFrame.Kind.quaternion.contentBit == 0x200)
  }

  @Test func encode_settingThatNoSensorHas_isNil() {
    #expect(WitMotionCommand.rate(hertz: 150) == nil)
    #expect(WitMotionCommand.baudRate(UInt32(250_000)) == nil)
  }

  @Test func push_commandsAmongGarbage_areFound() {
    var decoder = WitMotionCommandDecoder()
    let bytes = hex("00 FF FF AA 69 88 B5 55 FF AA 03 0B 00 FF AA 00")
    let found = bytes.compactMap { decoder.push($0) }
    #expect(found == [.unlock, WitMotionCommand(register: 3, value: 0x0B)])
  }

  @Test(arguments: [
    // Level, nose down by 60°, rolled to the right by 90°.
    (SIMD4<Int16>(0x7FFF, 0, 0, 0), SIMD3<Float>(0, 0, -1)),
    (SIMD4<Int16>(28_378, 0, 16_384, 0), SIMD3<Float>(0.866, 0, -0.5)),
    (SIMD4<Int16>(23_170, 23_170, 0, 0), SIMD3<Float>(0, -1, 0)),
  ])
  func down_quaternion_isWhereTheBodySeesIt(counts: SIMD4<Int16>, expected: SIMD3<Float>) throws {
    let down = try #require(WitMotionFrame(.quaternion, counts).down)
    let off = down - expected
    #expect((off * off).sum() < 1e-5)
  }

  // The shortest and the longest quaternion that is believed: one damaged frame in 256 passes its
  // checksum.
  @Test(arguments: [SIMD4<Int16>(29_400, 0, 0, 0), SIMD4<Int16>(24_576, 0, 0, 24_576)])
  func down_quaternionOfAnotherLength_isAUnitVector(counts: SIMD4<Int16>) throws {
    let turned = SIMD4(counts[0], counts[1], counts[3], counts[2])
    for counts in [counts, turned] {
      let down = try #require(WitMotionFrame(.quaternion, counts).down)
      #expect(abs((down * down).sum() - 1) < 1e-5)
    }
  }

  @Test func down_zerosOrAnotherKind_isNil() {
    #expect(WitMotionFrame(.quaternion, .zero).down == nil)
    #expect(WitMotionFrame(.angle, SIMD4(0x7FFF, 0, 0, 0)).down == nil)
  }

  @Test func frames_anyBitFlipped_losesOnlyThatFrame() {
    for bit in 0..<Self.rate.count * 8 {
      var damaged = Self.rate
      damaged[bit / 8] ^= 1 << (bit % 8)
      let found = Self.frames(in: damaged + Self.quaternion + Self.quaternion)
      #expect(found.map(\.kind) == [.quaternion, .quaternion], "bit \(bit)")
    }
  }

  @Test func nextFrame_bytesPushedAllAtOnce_findsTheSameFrames() {
    var decoder = WitMotionDecoder()
    for byte in Self.rate + Self.quaternion + Self.rate { decoder.push(byte) }
    var kinds: [WitMotionFrame.Kind] = []
    while let frame = decoder.nextFrame() { kinds.append(frame.kind) }
    #expect(kinds == [.angularRate, .quaternion, .angularRate])
  }

  @Test func frames_truncatedAnywhere_findNothingAndThenTheNext() {
    for count in 0..<Self.rate.count {
      var decoder = WitMotionDecoder()
      #expect(decoder.frames(in: Array(Self.rate[..<count])).isEmpty)
      let found = decoder.frames(in: Self.quaternion + Self.quaternion)
      #expect(found.map(\.kind) == [.quaternion, .quaternion])
    }
  }

  @Test func frames_joinedInTheMiddle_areFoundFromTheNextOn() {
    for count in 1..<Self.rate.count {
      var decoder = WitMotionDecoder()
      let found = decoder.frames(in: Array(Self.rate[count...]) + Self.quaternion + Self.rate)
      #expect(found.map(\.kind) == [.quaternion, .angularRate])
    }
  }

  @Test func frames_unknownKind_isCountedAndPassedOver() {
    var decoder = WitMotionDecoder()
    let pressure = hex("55 56 00 00 00 00 00 00 00 00 AB")
    #expect(decoder.frames(in: pressure + Self.rate).map(\.kind) == [.angularRate])
    #expect(decoder.statistics.unknownFrames == 1 && decoder.statistics.frames == 1)
  }
}

extension WitMotionDecoder {
  mutating func frames(in bytes: [UInt8]) -> [WitMotionFrame] {
    var frames: [WitMotionFrame] = []
    for byte in bytes {
      push(byte)
      while let frame = nextFrame() { frames.append(frame) }
    }
    return frames
  }
}
